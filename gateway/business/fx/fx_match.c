#include "gateway/business/fx/fx_match.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/normal.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {FX_MATCH_AGREES,   "agrees",   "exempt from the quota (比对一致)"         },
    {FX_MATCH_DIFFERS,  "differs",  "not shown to be of this sale (待核查)"     },
    {FX_MATCH_ACCEPTED, "accepted", "by people, for their reason (人工通过)"   },
    {FX_MATCH_REFUSED,  "refused",  "by people, for their reason (人工不通过)"},
    {0,                 NULL,       NULL                                           },
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

static const struct name decisions[] = {
    {FX_MATCH_ACCEPTED, "accept", "it is of this sale (通过)"      },
    {FX_MATCH_REFUSED,  "refuse", "it is not shown to be (不通过)"},
    {0,                 NULL,     NULL                               },
};

static const struct field decide_fields[] = {
    TEXT(fx_match_decide, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "which (收款编号)"),
    ORDER_FIELDS(fx_match_decide),
    FIELD(fx_match_decide,
          decision,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = decisions,
          .meaning = "what is decided (决定)"),
    TEXT(fx_match_decide, reason, FIELD_REQUIRED, .meaning = "why (理由)"),
};
const struct record fx_match_decide_record =
    RECORD(fx_match_decide, decide_fields, "Decide about a receipt that differs (人工核查)");

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
    FIELD(fx_match, decided_on, FIELD_DATE, 0, .meaning = "by people, on (核查日)"),
    TEXT(fx_match, reason, 0, .meaning = "of that decision (理由)"),
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
    bool is_decided = match->decided_on != DATE_NONE;
    notice_begin(&notice, is_decided ? "fx_match.decided" : "fx_match.compared", match->receipt);
    notice_text(&notice, "receipt", match->receipt);
    notice_text(&notice, "verdict", name_by_value(states, match->state));
    notice_to(&notice, receipt->holder_number);
    notice_to(&notice, receipt->bank_number);
    notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    notice_send(context, &notice);
}

/* A receipt beside an order. */
struct attempt {
    struct fx_receipt receipt;
    struct trade_evidence order;
    char order_draw[DOCUMENT_KEY_SIZE];
    char payment_draw[DOCUMENT_KEY_SIZE]; /* "": no payment is told */
    struct fx_match match;
};

static void order_draw_key(const char *platform, const char *order_no, char key_out[])
{
    snprintf(key_out, DOCUMENT_KEY_SIZE, "order/%s/%s", platform, order_no);
}

/* Both are there, neither is given away, and how they compare. */
static enum verdict attempt_begin(struct context *context,
                                  const char *receipt,
                                  const char *platform,
                                  const char *order_no,
                                  struct attempt *attempt)
{
    enum verdict verdict = fx_receipt_get(context, receipt, &attempt->receipt);
    if (verdict == VERDICT_DONE) {
        verdict = check_receipt(context, &attempt->receipt);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    char key[DOCUMENT_KEY_SIZE];
    evidence_key(platform, order_no, EVIDENCE_ORDER, key);
    const struct trade_evidence *order = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
    if (order == NULL) {
        return refuse_field(context, REFUSAL_TRADE_EVIDENCE_UNKNOWN, "/order_no");
    }
    attempt->order = *order;
    order_draw_key(platform, order_no, attempt->order_draw);
    evidence_key(platform, order_no, EVIDENCE_PAYMENT, key);
    const struct trade_evidence *payment = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
    verdict = check_undrawn(context, attempt->order_draw);
    if (verdict == VERDICT_DONE && payment != NULL) {
        snprintf(attempt->payment_draw,
                 sizeof(attempt->payment_draw),
                 "payment/%s/%s",
                 payment->submitter,
                 payment->payment_serial);
        verdict = check_undrawn(context, attempt->payment_draw);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(attempt->match.receipt, attempt->receipt.id);
    TEXT_PUT(attempt->match.holder, attempt->receipt.holder);
    TEXT_PUT(attempt->match.platform, platform);
    TEXT_PUT(attempt->match.order_no, order_no);
    compare(context, &attempt->receipt, &attempt->order, &attempt->match);
    return VERDICT_DONE;
}

/* Keeps the verdict; `is_basis`: the receipt may be converted by it. */
static enum verdict
attempt_end(struct context *context, struct attempt *attempt, bool is_basis, void *answer_out)
{
    if (is_basis) {
        draw(context, attempt->order_draw, attempt->receipt.id);
        if (attempt->payment_draw[0] != '\0') {
            draw(context, attempt->payment_draw, attempt->receipt.id);
        }
        attempt->receipt.basis = FX_BASIS_EVIDENCE;
        TEXT_PUT(attempt->receipt.match, attempt->order_draw);
        bop_record_match(context, &attempt->receipt, &attempt->order);
        fx_receipt_put(context, &attempt->receipt, NULL);
    }
    state_put(context->state, DOCUMENT_FX_MATCH, &attempt->match);
    tell(context, &attempt->match, &attempt->receipt);
    *(struct fx_match *)answer_out = attempt->match;
    return rule_done(context);
}

enum verdict fx_match_compare(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_match_compare *command = command_;
    struct attempt attempt = {0};
    enum verdict verdict =
        attempt_begin(context, command->receipt, command->platform, command->order_no, &attempt);
    return verdict == VERDICT_DONE
               ? attempt_end(context, &attempt, attempt.match.state == FX_MATCH_AGREES, answer_out)
               : verdict;
}

enum verdict fx_match_decide(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_match_decide *command = command_;
    struct attempt attempt = {0};
    enum verdict verdict =
        attempt_begin(context, command->receipt, command->platform, command->order_no, &attempt);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    /* Decided is what was seen: another order, a corrected document is compared first. */
    const struct fx_match *seen = state_find(context->state, DOCUMENT_FX_MATCH, attempt.receipt.id);
    if (seen == NULL || attempt.match.state != FX_MATCH_DIFFERS ||
        !record_equal(&fx_match_record, seen, &attempt.match)) {
        return refuse(context, REFUSAL_FX_MATCH_STATE);
    }
    attempt.match.state = command->decision;
    attempt.match.decided_on = context->today;
    TEXT_PUT(attempt.match.reason, command->reason);
    return attempt_end(context, &attempt, command->decision == FX_MATCH_ACCEPTED, answer_out);
}

bool fx_match_is_drawn(struct context *context, const char *platform, const char *order_no)
{
    char key[DOCUMENT_KEY_SIZE];
    order_draw_key(platform, order_no, key);
    return state_find(context->state, DOCUMENT_FX_DRAW, key) != NULL;
}
