#include "gateway/business/customs/trade_match.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

/* What is compared. The documents' own names, in their order. */
#define MATCH_FIELDS(ROW)                                                                          \
    ROW(ORDER_EBC, "order.ebc_code", "enterprise of the order (电商企业)")                         \
    ROW(ORDER_GOODS, "order.goods_value", "goods of the order, lines declared (商品价格)")         \
    ROW(ORDER_FREIGHT, "order.freight", "freight and insurance (运杂费)")                          \
    ROW(ORDER_SUM, "order.actual_paid", "goods, freight and tax less discount (实际支付)")         \
    ROW(ORDER_BUYER_ID, "order.buyer_id_number", "buyer's number (订购人证件号码)")                \
    ROW(ORDER_BUYER_NAME, "order.buyer_name", "buyer (订购人姓名)")                                \
    ROW(ORDER_ADDRESS, "order.consignee_address", "receiver's address (收件地址)")                 \
    ROW(PAYMENT_ORDER, "payment.order_no", "order paid for (订单编号)")                            \
    ROW(PAYMENT_AMOUNT, "payment.amount_paid", "paid, as the order says (支付金额)")               \
    ROW(PAYMENT_TIME, "payment.pay_time", "paid before it was declared (支付时间)")                \
    ROW(PAYMENT_PAYER_ID, "payment.payer_id_number", "the buyer paid (支付人证件号码)")            \
    ROW(PAYMENT_PAYER_NAME, "payment.payer_name", "the buyer paid (支付人姓名)")                   \
    ROW(WAYBILL_ORDER, "waybill.order_no", "order carried (订单编号)")                             \
    ROW(WAYBILL_FREIGHT, "waybill.freight", "freight (运费)")                                      \
    ROW(WAYBILL_INSURANCE, "waybill.insured_fee", "insurance (保价费)")                            \
    ROW(WAYBILL_ADDRESS, "waybill.consignee_address", "receiver's address (收件地址)")

enum match_field {
    MATCH_FIELD_NONE,
#define MATCH_ENUM(symbol, text, meaning) FIELD_##symbol,
    MATCH_FIELDS(MATCH_ENUM)
#undef MATCH_ENUM
};

/* clang-format off */
static const struct name match_fields[] = {
#define MATCH_NAME(symbol, text, meaning) {FIELD_##symbol, text, meaning},
    MATCH_FIELDS(MATCH_NAME)
#undef MATCH_NAME
    {0, NULL, NULL},
};
/* clang-format on */

static const struct name match_states[] = {
    {MATCH_INCOMPLETE, "incomplete", "a document is missing (单证不全)"},
    {MATCH_AGREES,     "agrees",     "all agree (比对一致)"            },
    {MATCH_DIFFERS,    "differs",    "some differ (比对不符)"          },
    {0,                NULL,         NULL                                  },
};

static const struct name missing_names[] = {
    {MISSING_ORDER,   "order",   "CEB 311 (订单)"   },
    {MISSING_PAYMENT, "payment", "CEB 411 (支付单)"},
    {MISSING_WAYBILL, "waybill", "CEB 511 (运单)"   },
    {0,               NULL,      NULL                 },
};

static const struct field difference_fields[] = {
    FIELD(trade_difference,
          field,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = match_fields,
          .meaning = "what differs"),
    TEXT(trade_difference, told, 0, .meaning = "as the document says; absent for persons"),
    TEXT(trade_difference, declared, 0, .meaning = "as it should be; absent for persons"),
};
static const struct record difference_record =
    RECORD(trade_difference, difference_fields, "A field that differs");

static const struct field fields[] = {
    TEXT(trade_match, declaration, FIELD_KEY | FIELD_REQUIRED, .meaning = "which (清单)"),
    FIELD(trade_match,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = match_states,
          .meaning = "the verdict (比对结果)"),
    FIELD(trade_match, missing, FIELD_SET, 0, .names = missing_names, .meaning = "not there yet"),
    FIELD(trade_match,
          differences,
          FIELD_LIST,
          0,
          .size = MATCH_DIFFERENCE_COUNT_MAX,
          .record = &difference_record,
          .meaning = "field by field"),
    FIELD(trade_match, matched_on, FIELD_DATE, 0, .meaning = "compared on"),
};
const struct record trade_match_record =
    RECORD(trade_match, fields, "Three documents against a declaration (三单比对)");

static const struct field compare_fields[] = {
    TEXT(trade_compare, declaration, FIELD_REQUIRED, .meaning = "which (清单)"),
};
const struct record trade_compare_record =
    RECORD(trade_compare, compare_fields, "Compare a declaration's three documents again");

static const struct field answer_fields[] = {
    TEXT(trade_compare_answer, declaration, FIELD_REQUIRED, .meaning = "which (清单)"),
    FIELD(trade_compare_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = match_states,
          .meaning = "the verdict (比对结果)"),
    FIELD(trade_compare_answer,
          missing,
          FIELD_SET,
          0,
          .names = missing_names,
          .meaning = "not there yet"),
    FIELD(trade_compare_answer,
          difference_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "fields that differ; trade_match has them"),
};
const struct record trade_compare_answer_record =
    RECORD(trade_compare_answer, answer_fields, "The verdict on a declaration's documents");

/* --- the comparison --- */

struct matching {
    struct context *context;
    const struct declaration *declaration;
    struct trade_difference differences[MATCH_DIFFERENCE_COUNT_MAX];
    size_t count;
};

static void
differ(struct matching *matching, enum match_field field, const char *told, const char *declared)
{
    assert(matching->count < MATCH_DIFFERENCE_COUNT_MAX);
    struct trade_difference *difference = &matching->differences[matching->count++];
    *difference = (struct trade_difference){.field = (int32_t)field};
    snprintf(difference->told, sizeof(difference->told), "%.80s", told);
    snprintf(difference->declared, sizeof(difference->declared), "%.80s", declared);
}

static void compare_amount(struct matching *matching,
                           enum match_field field,
                           struct money told,
                           struct money declared)
{
    if (told.minor != declared.minor) {
        char told_text[MONEY_TEXT_SIZE];
        char declared_text[MONEY_TEXT_SIZE];
        amount_format(told.minor, told_text);
        amount_format(declared.minor, declared_text);
        differ(matching, field, told_text, declared_text);
    }
}

/* A lookup that was not given on either side says nothing. */
static void compare_person(struct matching *matching,
                           enum match_field field,
                           const char *told,
                           const char *declared)
{
    if (told[0] != '\0' && declared[0] != '\0' && strcmp(told, declared) != 0) {
        differ(matching, field, "", "");
    }
}

static void compare_text(struct matching *matching,
                         enum match_field field,
                         const char *told,
                         const char *declared)
{
    if (strcmp(told, declared) != 0) {
        differ(matching, field, told, declared);
    }
}

static void compare_company(struct matching *matching,
                            enum match_field field,
                            const char *told,
                            const char *declared)
{
    const struct party *a = identifier_party(matching->context, told);
    int64_t number = a == NULL ? 0 : a->number;
    const struct party *b = identifier_party(matching->context, declared);
    bool is_same = number != 0 ? b != NULL && b->number == number : strcmp(told, declared) == 0;
    if (!is_same) {
        differ(matching, field, told, declared);
    }
}

static struct money goods_declared(const struct declaration *declaration)
{
    const struct ceb_inventory_line *lines = declaration->lines.items;
    int64_t sum = 0;
    for (size_t i = 0; i < declaration->lines.count; i++) {
        sum += lines[i].total_price; /* they were summed with checks for the estimate */
    }
    return cny(told_fen(sum));
}

static struct money order_sum(const struct trade_order *order)
{
    int64_t sum = order->goods_value.minor;
    bool has_fit = amount_add(sum, order->freight.minor, &sum) &&
                   amount_add(sum, order->tax_total.minor, &sum) &&
                   amount_subtract(sum, order->discount.minor, &sum);
    return has_fit ? cny(sum) : cny(0);
}

static void match_order(struct matching *matching, const struct trade_order *order)
{
    const struct declaration *declaration = matching->declaration;
    struct money charges = cny(told_fen(declaration->freight + declaration->insured_fee));
    compare_company(matching, FIELD_ORDER_EBC, order->ebc_code, declaration->ebc_code);
    compare_amount(matching, FIELD_ORDER_GOODS, order->goods_value, goods_declared(declaration));
    compare_amount(matching, FIELD_ORDER_FREIGHT, order->freight, charges);
    compare_amount(matching, FIELD_ORDER_SUM, order->actual_paid, order_sum(order));
    compare_person(
        matching, FIELD_ORDER_BUYER_ID, order->buyer_id_lookup, declaration->buyer_id_lookup);
    compare_person(
        matching, FIELD_ORDER_BUYER_NAME, order->buyer_name_lookup, declaration->buyer_name_lookup);
    compare_person(matching,
                   FIELD_ORDER_ADDRESS,
                   order->consignee_address_lookup,
                   declaration->consignee_address_lookup);
}

static void match_payment(struct matching *matching,
                          const char *order_key,
                          const struct trade_order *order,
                          const struct trade_payment *payment)
{
    const struct declaration *declaration = matching->declaration;
    compare_text(matching, FIELD_PAYMENT_ORDER, payment->order, order_key);
    compare_amount(matching, FIELD_PAYMENT_AMOUNT, payment->amount_paid, order->actual_paid);
    if (strcmp(payment->pay_time, declaration->app_time) > 0) {
        differ(matching, FIELD_PAYMENT_TIME, payment->pay_time, declaration->app_time);
    }
    compare_person(
        matching, FIELD_PAYMENT_PAYER_ID, payment->payer_id_lookup, declaration->buyer_id_lookup);
    compare_person(matching,
                   FIELD_PAYMENT_PAYER_NAME,
                   payment->payer_name_lookup,
                   declaration->buyer_name_lookup);
}

static void match_waybill(struct matching *matching, const struct trade_waybill *waybill)
{
    const struct declaration *declaration = matching->declaration;
    compare_text(matching, FIELD_WAYBILL_ORDER, waybill->order_no, declaration->order_no);
    compare_amount(
        matching, FIELD_WAYBILL_FREIGHT, waybill->freight, cny(told_fen(declaration->freight)));
    compare_amount(matching,
                   FIELD_WAYBILL_INSURANCE,
                   waybill->insured_fee,
                   cny(told_fen(declaration->insured_fee)));
    compare_person(matching,
                   FIELD_WAYBILL_ADDRESS,
                   waybill->consignee_address_lookup,
                   declaration->consignee_address_lookup);
}

static void tell(struct context *context,
                 const struct declaration *declaration,
                 const struct trade_match *match)
{
    struct notice notice;
    notice_begin(&notice, "declaration.compared", declaration->key);
    notice_text(&notice, "declaration", declaration->key);
    notice_text(&notice, "verdict", name_by_value(match_states, match->state));
    notice_integer(&notice, "difference_count", (int64_t)match->differences.count);
    notice_to(&notice, declaration->agent_number);
    notice_to(&notice, declaration->principal_number);
    notice_send(context, &notice);
}

void trade_match_make(struct context *context, const struct declaration *declaration)
{
    struct matching matching = {.context = context, .declaration = declaration};
    struct trade_match match = {.matched_on = context->today};
    char order_key[DOCUMENT_KEY_SIZE];
    char waybill_key[DOCUMENT_KEY_SIZE];
    (void)trade_key(context, declaration->ebp_code, declaration->order_no, order_key);
    (void)trade_key(context, declaration->logistics_code, declaration->logistics_no, waybill_key);
    const struct trade_order *order = state_find(context->state, DOCUMENT_TRADE_ORDER, order_key);
    const struct trade_payment *payment =
        order == NULL ? NULL : state_find(context->state, DOCUMENT_TRADE_PAYMENT, order->payment);
    const struct trade_waybill *waybill =
        state_find(context->state, DOCUMENT_TRADE_WAYBILL, waybill_key);
    if (order == NULL && waybill == NULL) {
        return;
    }
    if (order != NULL) {
        match_order(&matching, order);
    }
    if (payment != NULL) {
        match_payment(&matching, order_key, order, payment);
    }
    if (waybill != NULL) {
        match_waybill(&matching, waybill);
    }
    match.missing = (order == NULL ? (unsigned)MISSING_ORDER : 0U) |
                    (payment == NULL ? (unsigned)MISSING_PAYMENT : 0U) |
                    (waybill == NULL ? (unsigned)MISSING_WAYBILL : 0U);
    match.state = matching.count > 0   ? MATCH_DIFFERS
                  : match.missing != 0 ? MATCH_INCOMPLETE
                                       : MATCH_AGREES;
    match.differences = (struct list){.items = matching.differences, .count = matching.count};
    TEXT_PUT(match.declaration, declaration->key);
    const struct trade_match *known =
        state_find(context->state, DOCUMENT_TRADE_MATCH, declaration->key);
    if (known == NULL || known->state != match.state || known->missing != match.missing ||
        known->differences.count != match.differences.count) {
        state_put(context->state, DOCUMENT_TRADE_MATCH, &match);
        tell(context, declaration, &match);
    }
}

enum verdict trade_compare(struct context *context, const void *command_, void *answer_out)
{
    const struct trade_compare *command = command_;
    const struct declaration *declaration =
        state_find(context->state, DOCUMENT_DECLARATION, command->declaration);
    if (declaration == NULL || declaration->lines.count == 0) {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/declaration");
    }
    if (context->actor_role == ROLE_MERCHANT && !is_actor(context, declaration->agent) &&
        !is_actor(context, declaration->principal)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    trade_match_make(context, declaration);
    const struct trade_match *match =
        state_find(context->state, DOCUMENT_TRADE_MATCH, command->declaration);
    struct trade_compare_answer *answer = answer_out;
    *answer = (struct trade_compare_answer){
        .state = match == NULL ? MATCH_INCOMPLETE : match->state,
        .missing =
            match == NULL ? MISSING_ORDER | MISSING_PAYMENT | MISSING_WAYBILL : match->missing,
        .difference_count = match == NULL ? 0 : (int64_t)match->differences.count,
    };
    TEXT_PUT(answer->declaration, command->declaration);
    return rule_done(context);
}
