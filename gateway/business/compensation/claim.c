#include "gateway/business/compensation/claim.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/ratio.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"

static const struct deadline_stage stages[] = {
    {"claim.remind",   -1, COUNT_WORKING_DAYS},
    {"claim.escalate", 1,  COUNT_DAYS        },
};

enum verdict claim_get(struct context *context, const char *id, struct claim_draft *draft_out)
{
    const struct claim *found = state_find(context->state, DOCUMENT_CLAIM, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_CLAIM_UNKNOWN, "/claim");
    }
    if (context->actor_role == ROLE_INSURER && !is_actor(context, found->insurer)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    draft_out->it = *found;
    memcpy(draft_out->conditions,
           found->conditions.items,
           found->conditions.count * sizeof draft_out->conditions[0]);
    draft_out->insurers.count = found->shares.count;
    memcpy(draft_out->insurers.shares,
           found->shares.items,
           found->shares.count * sizeof draft_out->insurers.shares[0]);
    const struct payment_named *refunds = found->refunds.items;
    for (size_t i = 0; i < found->refunds.count; i++) {
        draft_out->refunds[i] = refunds[i];
    }
    draft_out->it.refunds.items = draft_out->refunds;
    return VERDICT_DONE;
}

enum verdict claim_check_state(struct context *context, const struct claim *claim, unsigned states)
{
    return (states & 1U << claim->state) != 0 ? VERDICT_DONE : refuse(context, REFUSAL_CLAIM_STATE);
}

static void lists_set(struct claim_draft *draft)
{
    draft->it.conditions = (struct list){draft->conditions, CONDITION_COUNT};
    draft->it.shares = (struct list){draft->insurers.shares, draft->insurers.count};
}

void claim_put(struct context *context, struct claim_draft *draft)
{
    lists_set(draft);
    state_put(context->state, DOCUMENT_CLAIM, &draft->it);
}

void claim_answer(struct context *context, const struct claim_draft *draft, void *answer_out)
{
    struct claim_draft *kept = arena_take(context->scratch, sizeof *kept);
    assert(kept != NULL);
    *kept = *draft;
    lists_set(kept);
    kept->it.refunds.items = kept->refunds;
    *(struct claim *)answer_out = kept->it;
}

void claim_tell(struct context *context, const char *type, const struct claim_draft *draft)
{
    struct notice notice;
    notice_begin(&notice, type, draft->it.id);
    notice_text(&notice, "policy", draft->it.policy);
    notice_money(&notice, "loss", draft->it.loss);
    notice_money(&notice, "payable", draft->it.payable);
    notice_money(&notice, "compensation", draft->it.compensation);
    notice_to(&notice, draft->it.insured_number);
    notice_to(&notice, draft->it.insurer_number);
    coinsurers_hear(&draft->insurers, &notice);
    notice_send(context, &notice);
}

void claim_close_deadlines(struct context *context, const struct claim *claim)
{
    deadline_plan(context, stages, 2, claim->id, DATE_NONE);
}

/* --- how much --- */

enum verdict claim_measure(struct context *context,
                           const struct policy *policy,
                           const struct shipment *shipment,
                           struct claim *claim)
{
    int64_t available = policy_available(context, policy);
    int64_t base = claim->loss.minor;
    base = base < shipment->covered.minor ? base : shipment->covered.minor;
    base = base < available ? base : available;
    int64_t payable;
    if (!amount_scale(base, claim->ratio_bp, BASIS_POINTS, &payable)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    if (payable == 0) {
        enum verdict verdict = refuse(context, REFUSAL_CLAIM_NOTHING_PAYABLE);
        refusal_money(context, "policy_available", cny(available));
        refusal_money(context, "covered", shipment->covered);
        return verdict;
    }
    claim->payable = cny(payable);
    return VERDICT_DONE;
}

/* --- paying --- */

static struct account_key payee_account(const struct claim *claim)
{
    struct account_key key = {
        .purpose = PURPOSE_MERCHANT_PAYABLE,
        .currency = CURRENCY_CNY,
        .owner = claim->insured_number,
    };
    if (claim->payee == CLAIM_PAYEE_BUYER) {
        key.purpose = PURPOSE_REFUND_PAYABLE;
    }
    return key;
}

enum verdict claim_pay(struct context *context, struct claim_draft *draft, int64_t amount_minor)
{
    struct claim *claim = &draft->it;
    struct policy policy;
    int64_t parts[POLICY_SHARE_COUNT_MAX];
    enum verdict verdict = policy_get(context, claim->policy, &policy);
    if (verdict == VERDICT_DONE) {
        verdict = policy_use(context, &policy, amount_minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct account_key payee = payee_account(claim);
    coinsurers_split(&draft->insurers, amount_minor, parts);
    for (size_t i = 0; i < draft->insurers.count; i++) {
        draft->insurers.shares[i].paid = cny(draft->insurers.shares[i].paid.minor + parts[i]);
    }
    claim->compensation = cny(claim->compensation.minor + amount_minor);
    claim->subrogation = cny(claim->subrogation.minor + amount_minor);
    if (claim->payee == CLAIM_PAYEE_BUYER) {
        claim->to_buyer = cny(claim->to_buyer.minor + amount_minor);
    }
    claim->paid_at = claim->paid_at == 0 ? context->now : claim->paid_at;
    return coinsurers_move(
        context, &draft->insurers, parts, &payee, INSURERS_PAY, TRANSFER_CODE_COMPENSATED);
}

/* --- filing --- */

static enum verdict judge(struct context *context,
                          const struct policy *policy,
                          struct shipment *shipment,
                          struct claim_draft *draft)
{
    struct loss_notice loss;
    enum verdict verdict = claim_judge(context, policy, shipment, &loss, draft->conditions);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct claim *claim = &draft->it;
    claim->cause = loss.cause;
    claim->loss = loss.loss;
    claim->ratio_bp = policy_cover_of(policy, loss.cause)->ratio_bp;
    verdict = claim_measure(context, policy, shipment, claim);
    return verdict != VERDICT_DONE ? verdict : coinsurers_of(context, policy, &draft->insurers);
}

/* Within the ceiling and with money in every fund: paid at once. Else two people decide. */
static enum verdict
settle(struct context *context, const struct policy *policy, struct claim_draft *draft)
{
    struct claim *claim = &draft->it;
    bool is_small = policy->terms.fast_track.currency != CURRENCY_NONE &&
                    claim->payable.minor <= policy->terms.fast_track.minor;
    if (is_small &&
        coinsurers_check(context, &draft->insurers, claim->payable.minor) == VERDICT_DONE) {
        claim->state = CLAIM_PAID;
        claim->is_fast = true;
        claim->decided_at = context->now;
        return claim_pay(context, draft, claim->payable.minor);
    }
    context->refusal = (struct refusal){0};
    deadline_plan(context, stages, 2, claim->id, claim->decide_by);
    return VERDICT_DONE;
}

static void begin(struct context *context,
                  const struct claim_file *command,
                  const struct policy *policy,
                  struct claim_draft *draft)
{
    draft->it = (struct claim){
        .state = CLAIM_FILED,
        .insurer_number = policy->insurer_number,
        .insured_number = policy->insured_number,
        .payee = command->payee == 0 ? CLAIM_PAYEE_INSURED : command->payee,
        .filed_at = context->now,
        .decide_by =
            calendar_add_working(context, context->today, (int)policy->terms.decision_days),
    };
    snprintf(draft->it.id, sizeof(draft->it.id), "C%012" PRId64, context->command_seq);
    TEXT_PUT(draft->it.policy, policy->id);
    TEXT_PUT(draft->it.shipment, command->shipment);
    TEXT_PUT(draft->it.insurer, policy->insurer);
    TEXT_PUT(draft->it.insured, policy->terms.insured);
}

enum verdict claim_file(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_file *command = command_;
    struct shipment shipment;
    struct policy policy;
    struct claim_draft draft = {0};
    enum verdict verdict = shipment_get_own(context, command->shipment, &shipment);
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, shipment.policy, &policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    begin(context, command, &policy, &draft);
    verdict = judge(context, &policy, &shipment, &draft);
    if (verdict == VERDICT_DONE) {
        verdict = settle(context, &policy, &draft);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_paid = draft.it.state == CLAIM_PAID;
    shipment.state = is_paid ? SHIPMENT_COMPENSATED : SHIPMENT_CLAIMED;
    state_put(context->state, DOCUMENT_SHIPMENT, &shipment);
    claim_put(context, &draft);
    claim_tell(context, is_paid ? "claim.paid" : "claim.filed", &draft);
    claim_answer(context, &draft, answer_out);
    return rule_done(context);
}
