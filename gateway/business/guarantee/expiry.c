#include "gateway/business/guarantee/expiry.h"

#include <string.h>

#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

#define COMMAND_WARN   "guarantee.warn_expiry"
#define COMMAND_EXPIRE "guarantee.expire"
#define COMMAND_CLOSE  "guarantee.close_claims"

static void plan(struct context *context,
                 const struct guarantee *guarantee,
                 date_days valid_to,
                 date_days claim_until)
{
    int warning_days = terms_of(context, context->today).expiry_warning_days;
    const struct deadline_stage ending[] = {
        {COMMAND_WARN,   -warning_days, COUNT_DAYS},
        {COMMAND_EXPIRE, 1,             COUNT_DAYS},
    };
    const struct deadline_stage closing = {COMMAND_CLOSE, 1, COUNT_DAYS};
    deadline_plan(context, ending, 2, guarantee->grn, valid_to);
    deadline_plan(context, &closing, 1, guarantee->grn, claim_until);
}

void expiry_schedule(struct context *context, const struct guarantee *guarantee)
{
    if (guarantee->valid_to != DATE_NONE) {
        plan(context, guarantee, guarantee->valid_to, guarantee->claim_until);
    }
}

void expiry_cancel(struct context *context, const struct guarantee *guarantee)
{
    plan(context, guarantee, DATE_NONE, DATE_NONE);
}

void expiry_exhaust(struct context *context, struct guarantee *guarantee, int64_t left_minor)
{
    bool is_usable =
        guarantee->state == GUARANTEE_ACTIVE || guarantee->state == GUARANTEE_SUSPENDED;
    if (is_usable && left_minor == 0) {
        guarantee->state = GUARANTEE_EXHAUSTED;
        assurance_remove(context, guarantee);
        expiry_cancel(context, guarantee);
        guarantee_tell(context, "guarantee.exhausted", guarantee);
    }
}

static enum verdict get_due(struct context *context,
                            const char *command,
                            const struct deadline_run *run,
                            struct guarantee *guarantee_out)
{
    enum verdict verdict = deadline_take(context, command, run);
    return verdict != VERDICT_DONE ? verdict : guarantee_get(context, run->subject, guarantee_out);
}

static void tell_dates(struct context *context, const char *type, const struct guarantee *guarantee)
{
    struct notice notice;
    guarantee_notice(&notice, type, guarantee);
    notice_date(&notice, "valid_to", guarantee->valid_to);
    notice_date(&notice, "claim_until", guarantee->claim_until);
    notice_send(context, &notice);
}

enum verdict guarantee_warn_expiry(struct context *context, const void *command, void *answer_out)
{
    struct guarantee guarantee = {0};
    enum verdict verdict = get_due(context, COMMAND_WARN, command, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    tell_dates(context, "guarantee.expiring", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict guarantee_expire(struct context *context, const void *command, void *answer_out)
{
    struct guarantee guarantee = {0};
    enum verdict verdict = get_due(context, COMMAND_EXPIRE, command, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (guarantee.state == GUARANTEE_ACTIVE || guarantee.state == GUARANTEE_SUSPENDED) {
        guarantee.state = GUARANTEE_EXPIRED;
        assurance_remove(context, &guarantee);
        guarantee_put(context, &guarantee);
        tell_dates(context, "guarantee.expired", &guarantee);
    }
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict guarantee_close_claims(struct context *context, const void *command, void *answer_out)
{
    struct guarantee guarantee = {0};
    enum verdict verdict = get_due(context, COMMAND_CLOSE, command, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    guarantee.claims_closed = true;
    guarantee_put(context, &guarantee);
    tell_dates(context, "guarantee.claims_closed", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

static enum verdict check_discharge(struct context *context, const struct guarantee *guarantee)
{
    enum verdict verdict =
        guarantee_check_state(context,
                              guarantee,
                              1U << GUARANTEE_DRAFT | 1U << GUARANTEE_ACTIVE |
                                  1U << GUARANTEE_SUSPENDED | 1U << GUARANTEE_EXPIRED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_called = guarantee->kind != GUARANTEE_CASH_DEPOSIT && guarantee->called.minor != 0;
    if (guarantee->reserved.minor == 0 && !is_called) {
        return VERDICT_DONE;
    }
    verdict = refuse(context, REFUSAL_GUARANTEE_IN_USE);
    refusal_money(context, "reserved", guarantee->reserved);
    refusal_money(context, "called", guarantee->called);
    TEXT_PUT(context->refusal.explain_grn, guarantee->grn);
    return verdict;
}

enum verdict guarantee_discharge(struct context *context, const void *command_, void *answer_out)
{
    const struct guarantee_named *command = command_;
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, &guarantee);
    if (verdict == VERDICT_DONE) {
        verdict = check_discharge(context, &guarantee);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_cash = guarantee.kind == GUARANTEE_CASH_DEPOSIT;
    const struct movement movements[] = {
        {PURPOSE_DEPOSIT_HELD,
         PURPOSE_MERCHANT_PAYABLE, TRANSFER_CODE_DEPOSIT_RELEASED,
         is_cash ? guarantee.available.minor : 0},
        {PURPOSE_GUARANTEE_AVAILABLE,
         PURPOSE_GUARANTEE_LIMIT,  TRANSFER_CODE_DISCHARGED,
         guarantee.available.minor              },
        {PURPOSE_GUARANTEE_CALLED,
         PURPOSE_GUARANTEE_LIMIT,  TRANSFER_CODE_CALL_SETTLED,
         guarantee.called.minor                 },
    };
    guarantee.state = GUARANTEE_DISCHARGED;
    TEXT_PUT(guarantee.reason, command->reason);
    verdict = guarantee_move(context, &guarantee, 0, movements, 3);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    assurance_remove(context, &guarantee);
    expiry_cancel(context, &guarantee);
    guarantee_tell(context, "guarantee.discharged", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}
