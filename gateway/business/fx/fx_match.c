#include "gateway/business/fx/fx_match.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/normal.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {FX_MATCH_AGREES,  "agrees",  "exempt from the quota (比对一致)"    },
    {FX_MATCH_DIFFERS, "differs", "not shown to be of this sale (待核查)"},
    {0,                NULL,      NULL                                      },
};

#define ORDER_FIELDS(struct_)                                                                      \
    TEXT(struct_, platform, FIELD_REQUIRED | FIELD_CODE, .meaning = "where it was sold (平台)"),   \
        TEXT(struct_, order_no, FIELD_REQUIRED | FIELD_CODE, .meaning = "the order (订单编号)")

static const struct field compare_fields[] = {
    TEXT(fx_match_compare, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "which (收款编号)"),
    ORDER_FIELDS(fx_match_compare),
};
const struct record fx_match_compare_record =
    RECORD(fx_match_compare, compare_fields, "Hold a receipt against an export sale (比对)");

#define SAME(member_, meaning_)                                                                    \
    FIELD(fx_match, member_, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = (meaning_))

static const struct field fields[] = {
    TEXT(fx_match, receipt, FIELD_KEY | FIELD_REQUIRED, .meaning = "which (收款编号)"),
    TEXT(fx_match, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose (收款人)"),
    ORDER_FIELDS(fx_match),
    FIELD(fx_match,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "the verdict (比对结果)"),
    FIELD(fx_match,
          evidence,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = evidence_state_names,
          .meaning = "the sale's documents (三单)"),
    SAME(name_agrees, "holder and seller (姓名)"),
    SAME(id_number_agrees, "holder and seller (证件号码)"),
    SAME(amount_agrees, "received as ordered (金额)"),
    SAME(time_agrees, "received not before the order (时间)"),
    FIELD(fx_match, ordered, FIELD_MONEY, 0, .meaning = "as ordered (订单金额)"),
    FIELD(fx_match, received, FIELD_MONEY, 0, .meaning = "received, and costs netted (还原金额)"),
    FIELD(fx_match, ordered_on, FIELD_DATE, 0, .meaning = "day of the order (下单日)"),
    FIELD(fx_match, value_date, FIELD_DATE, 0, .meaning = "of the receipt (起息日)"),
};
const struct record fx_match_record =
    RECORD(fx_match, fields, "A receipt against an export sale (收款比对)");

static const struct field draw_fields[] = {
    TEXT(fx_draw, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "the order or payment"),
    TEXT(fx_draw, receipt, FIELD_REQUIRED, .meaning = "for which receipt (收款编号)"),
    FIELD(fx_draw, drawn_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "on (使用日)"),
};
const struct record fx_draw_record =
    RECORD(fx_draw, draw_fields, "An order or payment given for a receipt (单证使用)");

static bool is_same_text(const char *a, const char *b)
{
    char normal_a[256];
    char normal_b[256];
    normal_form(a, normal_a, sizeof normal_a);
    normal_form(b, normal_b, sizeof normal_b);
    return normal_a[0] != '\0' && strcmp(normal_a, normal_b) == 0;
}

static enum verdict check_undrawn(struct context *context, const char *key)
{
    const struct fx_draw *draw = state_find(context->state, DOCUMENT_FX_DRAW, key);
    if (draw == NULL) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_FX_MATCH_DRAWN);
    refusal_text(context, "drawn", key);
    return verdict;
}

static void draw(struct context *context, const char *key, const char *receipt)
{
    struct fx_draw drawn = {.drawn_on = context->today};
    TEXT_PUT(drawn.key, key);
    TEXT_PUT(drawn.receipt, receipt);
    state_put(context->state, DOCUMENT_FX_DRAW, &drawn);
}

/* Cleared, the asker's, and without a basis yet. */
static enum verdict check_receipt(struct context *context, const struct fx_receipt *receipt)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, receipt->holder)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/receipt");
    }
    enum verdict verdict = fx_receipt_check_state(context, receipt, 1U << FX_RECEIPT_CLEARED);
    return verdict == VERDICT_DONE && receipt->basis != FX_BASIS_NONE
               ? refuse_field(context, REFUSAL_FX_MATCH_BASIS, "/receipt")
               : verdict;
}

static void compare(struct context *context,
                    const struct fx_receipt *receipt,
                    const struct trade_evidence *order,
                    struct fx_match *match)
{
    const struct party *holder = party_find(context, receipt->holder);
    char key[DOCUMENT_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%s", order->platform, order->order_no);
    const struct trade_evidence_match *documents =
        state_find(context->state, DOCUMENT_TRADE_EVIDENCE_MATCH, key);
    match->evidence = documents == NULL ? EVIDENCE_INCOMPLETE : documents->state;
    match->name_agrees = holder != NULL && is_same_text(holder->person_name, order->name);
    match->id_number_agrees = holder != NULL && is_same_text(holder->id_card, order->id_number);
    match->received = bop_record_restored(context, receipt);
    match->amount_agrees = evidence_amounts_agree(context, order->amount, match->received);
    match->ordered = order->amount;
    match->ordered_on = date_of(order->done_at);
    match->value_date = receipt->value_date;
    match->time_agrees = match->ordered_on <= match->value_date;
    bool is_same = match->evidence == EVIDENCE_AGREES && match->name_agrees &&
                   match->id_number_agrees && match->amount_agrees && match->time_agrees;
    match->state = is_same ? FX_MATCH_AGREES : FX_MATCH_DIFFERS;
}

static void
tell(struct context *context, const struct fx_match *match, const struct fx_receipt *receipt)
{
    struct notice notice;
    notice_begin(&notice, "fx_match.compared", match->receipt);
    notice_text(&notice, "receipt", match->receipt);
    notice_text(&notice, "verdict", name_by_value(states, match->state));
    notice_to(&notice, receipt->holder_number);
    notice_to(&notice, receipt->bank_number);
    notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    notice_send(context, &notice);
}

enum verdict fx_match_compare(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_match_compare *command = command_;
    struct fx_receipt receipt = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = check_receipt(context, &receipt);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    char key[DOCUMENT_KEY_SIZE];
    evidence_key(command->platform, command->order_no, EVIDENCE_ORDER, key);
    const struct trade_evidence *order = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
    if (order == NULL) {
        return refuse_field(context, REFUSAL_TRADE_EVIDENCE_UNKNOWN, "/order_no");
    }
    char order_draw[DOCUMENT_KEY_SIZE];
    char payment_draw[DOCUMENT_KEY_SIZE] = "";
    snprintf(order_draw, sizeof(order_draw), "order/%s/%s", command->platform, command->order_no);
    evidence_key(command->platform, command->order_no, EVIDENCE_PAYMENT, key);
    const struct trade_evidence *payment = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
    verdict = check_undrawn(context, order_draw);
    if (verdict == VERDICT_DONE && payment != NULL) {
        snprintf(payment_draw,
                 sizeof(payment_draw),
                 "payment/%s/%s",
                 payment->submitter,
                 payment->payment_serial);
        verdict = check_undrawn(context, payment_draw);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct fx_match match = {0};
    TEXT_PUT(match.receipt, receipt.id);
    TEXT_PUT(match.holder, receipt.holder);
    TEXT_PUT(match.platform, command->platform);
    TEXT_PUT(match.order_no, command->order_no);
    compare(context, &receipt, order, &match);
    if (match.state == FX_MATCH_AGREES) {
        draw(context, order_draw, receipt.id);
        draw(context, payment_draw, receipt.id);
        receipt.basis = FX_BASIS_EVIDENCE;
        TEXT_PUT(receipt.match, order_draw);
        bop_record_match(context, &receipt, order);
        fx_receipt_put(context, &receipt, NULL);
    }
    state_put(context->state, DOCUMENT_FX_MATCH, &match);
    tell(context, &match, &receipt);
    *(struct fx_match *)answer_out = match;
    return rule_done(context);
}
