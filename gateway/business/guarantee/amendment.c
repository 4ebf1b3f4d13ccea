#include "gateway/business/guarantee/amendment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/guarantee/letter.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

static const struct name states[] = {
    {AMENDMENT_PROPOSED, "proposed", "waits for customs (待确认)"},
    {AMENDMENT_ACCEPTED, "accepted", "in force (已生效)"         },
    {AMENDMENT_REJECTED, "rejected", "not accepted (不予接受)"  },
    {0,                  NULL,       NULL                           },
};

#define CONTENT_FIELDS(struct_, flags_)                                                            \
    TEXT(struct_, grn, FIELD_REQUIRED | (flags_), .meaning = "the guarantee amended"),             \
        AMOUNT(struct_, amount, 0, "new face amount; absent: as before"),                          \
        FIELD(struct_, valid_to, FIELD_DATE, 0, .meaning = "new last day; absent: as before"),     \
        FIELD(struct_,                                                                             \
              claim_until,                                                                         \
              FIELD_DATE,                                                                          \
              0,                                                                                   \
              .meaning = "new last day to call it; absent: as before")

static const struct field content_fields[] = {CONTENT_FIELDS(amendment_content, FIELD_CODE)};
const struct record amendment_content_record =
    RECORD(amendment_content, content_fields, "What an amendment changes (修改内容)");

static const struct field amendment_fields[] = {
    TEXT(amendment, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "guarantee and number"),
    FIELD(amendment,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands"),
    TEXT(amendment, principal, FIELD_REQUIRED, .meaning = "whose taxes (被担保人)"),
    TEXT(amendment, guarantor, FIELD_REQUIRED, .meaning = "who signed (担保人)"),
    TEXT(amendment, beneficiary, FIELD_REQUIRED, .meaning = "customs (受益人)"),
    CONTENT_FIELDS(amendment, FIELD_INDEX),
    FIELD(amendment,
          signed_letter,
          FIELD_BYTES,
          FIELD_REQUIRED,
          .size = LETTER_SIZE_MAX,
          .meaning = "the signed bytes as they came (原件)"),
    FIELD(amendment, proposed_on, FIELD_DATE, 0, .meaning = "proposed on"),
    FIELD(amendment, decided_on, FIELD_DATE, 0, .meaning = "accepted or rejected on"),
    TEXT(amendment, reason, 0, .meaning = "why it was rejected (原因)"),
};
const struct record amendment_record =
    RECORD(amendment, amendment_fields, "An amendment of a letter (保函修改)");

/* What the guarantee would become. */
struct effect {
    int64_t limit_change;
    struct money amount;
    date_days valid_to;
    date_days claim_until;
};

static enum verdict find_effect(struct context *context,
                                const struct guarantee *guarantee,
                                const struct amendment *amendment,
                                struct effect *effect)
{
    bool has_amount = amendment->amount.currency != CURRENCY_NONE;
    *effect = (struct effect){
        .amount = has_amount ? amendment->amount : guarantee->face_amount,
        .valid_to = amendment->valid_to == DATE_NONE ? guarantee->valid_to : amendment->valid_to,
        .claim_until =
            amendment->claim_until == DATE_NONE ? guarantee->claim_until : amendment->claim_until,
    };
    if (effect->amount.minor == guarantee->face_amount.minor &&
        effect->valid_to == guarantee->valid_to && effect->claim_until == guarantee->claim_until) {
        return refuse(context, REFUSAL_AMENDMENT_EMPTY);
    }
    int64_t before;
    int64_t after;
    int64_t percentage = guarantee->liability_percentage;
    if (!amount_scale(guarantee->face_amount.minor, percentage, 100, &before) ||
        !amount_scale(effect->amount.minor, percentage, 100, &after)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    effect->limit_change = after - before;
    return VERDICT_DONE;
}

static enum verdict check_amount(struct context *context,
                                 const struct guarantee *guarantee,
                                 const struct effect *effect)
{
    if (guarantee->available.minor + effect->limit_change >= 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_GUARANTEE_IN_USE);
    refusal_money(context, "reserved", guarantee->reserved);
    refusal_money(context, "called", guarantee->called);
    refusal_money(context, "new_limit", cny(guarantee->limit.minor + effect->limit_change));
    TEXT_PUT(context->refusal.explain_grn, guarantee->grn);
    return verdict;
}

static enum verdict
check_dates(struct context *context, const struct guarantee *guarantee, const struct effect *effect)
{
    if (effect->claim_until < effect->valid_to || effect->valid_to < context->today) {
        enum verdict verdict = refuse(context, REFUSAL_DATE_ORDER);
        refusal_date(context, "valid_to", effect->valid_to);
        refusal_date(context, "claim_until", effect->claim_until);
        return verdict;
    }
    bool is_used = guarantee->reserved.minor > 0 || guarantee->called.minor > 0;
    date_days earliest =
        guarantee->latest_deadline + terms_of(context, context->today).claim_window_days;
    bool is_shortened = effect->valid_to < guarantee->valid_to;
    if (is_used && is_shortened && effect->valid_to < earliest) {
        enum verdict verdict = refuse(context, REFUSAL_GUARANTEE_IN_USE);
        refusal_date(context, "latest_deadline", guarantee->latest_deadline);
        refusal_date(context, "earliest_valid_to", earliest);
        TEXT_PUT(context->refusal.explain_grn, guarantee->grn);
        return verdict;
    }
    return VERDICT_DONE;
}

static enum verdict check_effect(struct context *context,
                                 const struct guarantee *guarantee,
                                 const struct amendment *amendment,
                                 struct effect *effect)
{
    enum verdict verdict = guarantee_check_state(
        context, guarantee, 1U << GUARANTEE_ACTIVE | 1U << GUARANTEE_SUSPENDED);
    if (verdict == VERDICT_DONE) {
        verdict = find_effect(context, guarantee, amendment, effect);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_amount(context, guarantee, effect);
    }
    return verdict != VERDICT_DONE ? verdict : check_dates(context, guarantee, effect);
}

static void tell(struct context *context,
                 const char *type,
                 const struct guarantee *guarantee,
                 const struct amendment *amendment)
{
    struct notice notice;
    guarantee_notice(&notice, type, guarantee);
    notice_text(&notice, "amendment", amendment->key);
    if (amendment->amount.currency != CURRENCY_NONE) {
        notice_money(&notice, "amount", amendment->amount);
    }
    notice_date(&notice, "valid_to", amendment->valid_to);
    notice_date(&notice, "claim_until", amendment->claim_until);
    notice_send(context, &notice);
}

enum verdict
guarantee_propose_amendment(struct context *context, const void *command_, void *answer_out)
{
    const struct letter_lodge *command = command_;
    struct amendment_content content = {0};
    struct guarantee guarantee = {0};
    enum verdict verdict =
        letter_read(context, command->letter, &amendment_content_record, &content);
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_get_own(context, content.grn, OWNER_GUARANTOR, &guarantee);
    }
    if (verdict == VERDICT_DONE && content.amount.currency != CURRENCY_NONE) {
        verdict = check_cny(context, content.amount, "/letter");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (guarantee.open_amendment[0] != '\0') {
        return refuse(context, REFUSAL_AMENDMENT_OPEN);
    }
    struct amendment amendment = {
        .state = AMENDMENT_PROPOSED,
        .amount = content.amount,
        .valid_to = content.valid_to,
        .claim_until = content.claim_until,
        .signed_letter = command->letter,
        .proposed_on = context->today,
    };
    struct effect effect = {0};
    verdict = check_effect(context, &guarantee, &amendment, &effect);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    guarantee.amendment_count++;
    snprintf(amendment.key,
             sizeof(amendment.key),
             "%s/%" PRId64,
             guarantee.grn,
             guarantee.amendment_count);
    TEXT_PUT(amendment.grn, guarantee.grn);
    TEXT_PUT(amendment.principal, guarantee.principal);
    TEXT_PUT(amendment.guarantor, guarantee.guarantor);
    TEXT_PUT(amendment.beneficiary, guarantee.beneficiary);
    TEXT_PUT(guarantee.open_amendment, amendment.key);
    state_put(context->state, DOCUMENT_AMENDMENT, &amendment);
    guarantee_put(context, &guarantee);
    tell(context, "guarantee.amendment_proposed", &guarantee, &amendment);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

static enum verdict get_open(struct context *context,
                             const struct guarantee_named *command,
                             struct guarantee *guarantee_out,
                             struct amendment *amendment_out)
{
    enum verdict verdict =
        guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, guarantee_out);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct amendment *found =
        guarantee_out->open_amendment[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_AMENDMENT, guarantee_out->open_amendment);
    if (found == NULL) {
        return refuse(context, REFUSAL_AMENDMENT_UNKNOWN);
    }
    *amendment_out = *found;
    return VERDICT_DONE;
}

static void decide(struct context *context,
                   struct guarantee *guarantee,
                   struct amendment *amendment,
                   enum amendment_state state)
{
    amendment->state = (int32_t)state;
    amendment->decided_on = context->today;
    state_put(context->state, DOCUMENT_AMENDMENT, amendment);
    guarantee->open_amendment[0] = '\0';
}

enum verdict
guarantee_accept_amendment(struct context *context, const void *command, void *answer_out)
{
    struct guarantee guarantee = {0};
    struct amendment amendment = {0};
    struct effect effect = {0};
    enum verdict verdict = get_open(context, command, &guarantee, &amendment);
    if (verdict == VERDICT_DONE) {
        verdict = check_effect(context, &guarantee, &amendment, &effect);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    decide(context, &guarantee, &amendment, AMENDMENT_ACCEPTED);
    guarantee.face_amount = effect.amount;
    guarantee.valid_to = effect.valid_to;
    guarantee.claim_until = effect.claim_until;
    const struct movement raised = {PURPOSE_GUARANTEE_LIMIT,
                                    PURPOSE_GUARANTEE_AVAILABLE,
                                    TRANSFER_CODE_LIMIT_RAISED,
                                    effect.limit_change};
    const struct movement lowered = {PURPOSE_GUARANTEE_AVAILABLE,
                                     PURPOSE_GUARANTEE_LIMIT,
                                     TRANSFER_CODE_LIMIT_LOWERED,
                                     -effect.limit_change};
    verdict =
        guarantee_move(context, &guarantee, 0, effect.limit_change >= 0 ? &raised : &lowered, 1);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    expiry_schedule(context, &guarantee);
    tell(context, "guarantee.amended", &guarantee, &amendment);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict
guarantee_reject_amendment(struct context *context, const void *command_, void *answer_out)
{
    const struct guarantee_named *command = command_;
    struct guarantee guarantee = {0};
    struct amendment amendment = {0};
    enum verdict verdict = get_open(context, command, &guarantee, &amendment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(amendment.reason, command->reason);
    decide(context, &guarantee, &amendment, AMENDMENT_REJECTED);
    guarantee_put(context, &guarantee);
    tell(context, "guarantee.amendment_rejected", &guarantee, &amendment);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}
