/* How a claim is decided: approved or refused by two people, in time, and finally by the insurer.
 */
#include <assert.h>

#include "gateway/business/compensation/claim.h"
#include "gateway/business/event.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static enum verdict
get_open(struct context *context, const char *id, unsigned states, struct claim_draft *draft)
{
    enum verdict verdict = claim_get(context, id, draft);
    return verdict != VERDICT_DONE ? verdict : claim_check_state(context, &draft->it, states);
}

static enum verdict
finish(struct context *context, const char *event, struct claim_draft *draft, void *answer_out)
{
    claim_put(context, draft);
    claim_tell(context, event, draft);
    claim_answer(context, draft, answer_out);
    return rule_done(context);
}

static void shipment_becomes(struct context *context, struct shipment *shipment, int32_t state)
{
    shipment->state = state;
    state_put(context->state, DOCUMENT_SHIPMENT, shipment);
}

/* --- the advance --- */

enum verdict claim_approve(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_named *command = command_;
    struct claim_draft draft;
    struct shipment shipment;
    struct policy policy;
    enum verdict verdict = get_open(context, command->claim, 1U << CLAIM_FILED, &draft);
    if (verdict == VERDICT_DONE) {
        verdict = shipment_get(context, draft.it.shipment, &shipment);
    }
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, draft.it.policy, &policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (shipment.is_disputed) {
        return refuse(context, REFUSAL_CLAIM_DISPUTED);
    }
    verdict = claim_measure(context, &policy, &shipment, &draft.it);
    if (verdict == VERDICT_DONE) {
        verdict = coinsurers_check(context, &draft.insurers, draft.it.payable.minor);
    }
    if (verdict == VERDICT_DONE) {
        verdict = claim_pay(context, &draft, draft.it.payable.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = CLAIM_PAID;
    draft.it.decided_at = context->now;
    claim_close_deadlines(context, &draft.it);
    shipment_becomes(context, &shipment, SHIPMENT_COMPENSATED);
    return finish(context, "claim.paid", &draft, answer_out);
}

enum verdict claim_refuse(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_refuse *command = command_;
    struct claim_draft draft;
    struct shipment shipment;
    enum verdict verdict = get_open(context, command->claim, 1U << CLAIM_FILED, &draft);
    if (verdict == VERDICT_DONE) {
        verdict = shipment_get(context, draft.it.shipment, &shipment);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = CLAIM_REFUSED;
    draft.it.refusal = command->reason;
    draft.it.decided_at = context->now;
    TEXT_PUT(draft.it.explanation, command->explanation);
    claim_close_deadlines(context, &draft.it);
    shipment_becomes(context, &shipment, SHIPMENT_DECLARED);
    return finish(context, "claim.refused", &draft, answer_out);
}

/* --- its day --- */

enum verdict claim_remind(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct claim_draft draft;
    enum verdict verdict = deadline_take(context, "claim.remind", command);
    if (verdict == VERDICT_DONE) {
        verdict = claim_get(context, command->subject, &draft);
    }
    return verdict != VERDICT_DONE ? verdict
                                   : finish(context, "claim.due_soon", &draft, answer_out);
}

enum verdict claim_escalate(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct claim_draft draft;
    enum verdict verdict = deadline_take(context, "claim.escalate", command);
    if (verdict == VERDICT_DONE) {
        verdict = claim_get(context, command->subject, &draft);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.is_late = true;
    struct notice notice;
    notice_begin(&notice, "claim.escalated", draft.it.id);
    notice_date(&notice, "decide_by", draft.it.decide_by);
    notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    notice_send(context, &notice);
    return finish(context, "claim.late", &draft, answer_out);
}

/* --- the final decision --- */

static struct account_key account_of(const struct claim *claim, enum purpose purpose, int64_t owner)
{
    struct account_key key = {.purpose = purpose, .currency = CURRENCY_CNY, .owner = owner};
    TEXT_PUT(key.subject, claim->id);
    return key;
}

/* What the insured owes back and what the insurers will have of it; no money has moved yet. */
static struct account_key recourse_owed(const struct claim *claim)
{
    return account_of(claim, PURPOSE_PARTY_RECEIVABLE, claim->insured_number);
}

static struct account_key recourse_clearing(const struct claim *claim)
{
    return account_of(claim, PURPOSE_RECOVERY_CLEARING, claim->insured_number);
}

/* By the shares; but rounding gives no insurer a fen more than it has paid. */
static void
split_back(const struct coinsurers *insurers, int64_t amount, int64_t parts[POLICY_SHARE_COUNT_MAX])
{
    int64_t over = 0;
    coinsurers_split(insurers, amount, parts);
    for (size_t i = 0; i < insurers->count; i++) {
        int64_t excess = parts[i] - insurers->shares[i].paid.minor;
        if (excess > 0) {
            parts[i] -= excess;
            over += excess;
        }
    }
    for (size_t i = 0; i < insurers->count && over > 0; i++) {
        int64_t room = insurers->shares[i].paid.minor - parts[i];
        int64_t more = room < over ? room : over;
        parts[i] += more;
        over -= more;
    }
    assert(over == 0);
}

static enum verdict lower(struct context *context, struct claim_draft *draft, int64_t difference)
{
    struct claim *claim = &draft->it;
    struct policy policy;
    int64_t parts[POLICY_SHARE_COUNT_MAX];
    enum verdict verdict = policy_get(context, claim->policy, &policy);
    if (verdict == VERDICT_DONE) {
        verdict = policy_use(context, &policy, -difference);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    split_back(&draft->insurers, difference, parts);
    for (size_t i = 0; i < draft->insurers.count; i++) {
        struct claim_share *share = &draft->insurers.shares[i];
        share->paid = cny(share->paid.minor - parts[i]);
        share->recourse = cny(parts[i]);
    }
    claim->compensation = cny(claim->compensation.minor - difference);
    int64_t recoverable = claim->subrogation.minor - difference;
    claim->subrogation = cny(recoverable > 0 ? recoverable : 0);
    claim->recourse = cny(difference);
    struct account_key owed = recourse_owed(claim);
    struct account_key clearing = recourse_clearing(claim);
    return rule_move(context, &owed, &clearing, difference, TRANSFER_CODE_RECOURSE_OPENED);
}

static enum verdict higher(struct context *context, struct claim_draft *draft, int64_t difference)
{
    struct policy policy;
    enum verdict verdict = policy_get(context, draft->it.policy, &policy);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t available = policy_available(context, &policy);
    if (difference > available ||
        draft->it.compensation.minor + difference > draft->it.loss.minor) {
        verdict = refuse_field(context, REFUSAL_CLAIM_AMOUNT, "/amount");
        refusal_money(context, "loss", draft->it.loss);
        refusal_money(context, "policy_available", cny(available));
        return verdict;
    }
    verdict = coinsurers_check(context, &draft->insurers, difference);
    return verdict != VERDICT_DONE ? verdict : claim_pay(context, draft, difference);
}

enum verdict claim_decide_finally(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_decide *command = command_;
    struct claim_draft draft;
    enum verdict verdict = get_open(context, command->claim, 1U << CLAIM_PAID, &draft);
    if (verdict == VERDICT_DONE && command->amount.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->amount, "/amount/currency");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t difference = command->amount.minor - draft.it.compensation.minor;
    if (difference < 0) {
        verdict = lower(context, &draft, -difference);
    } else if (difference > 0) {
        verdict = higher(context, &draft, difference);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = CLAIM_FINAL;
    return finish(context, "claim.decided_finally", &draft, answer_out);
}

/* --- recourse --- */

enum verdict claim_pay_recourse(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_named *command = command_;
    struct claim_draft draft;
    int64_t parts[POLICY_SHARE_COUNT_MAX];
    enum verdict verdict = get_open(context, command->claim, 1U << CLAIM_FINAL, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, draft.it.insured)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    int64_t amount = draft.it.recourse.minor;
    if (amount == 0) {
        return refuse(context, REFUSAL_CLAIM_STATE);
    }
    struct account_key owed = recourse_owed(&draft.it);
    struct account_key clearing = recourse_clearing(&draft.it);
    struct account_key payable = owed;
    payable.purpose = PURPOSE_MERCHANT_PAYABLE;
    payable.subject[0] = '\0';
    verdict = rule_move(context, &payable, &owed, amount, TRANSFER_CODE_RECOURSE_PAID);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    for (size_t i = 0; i < draft.insurers.count; i++) {
        parts[i] = draft.insurers.shares[i].recourse.minor;
        draft.insurers.shares[i].recourse = cny(0);
    }
    verdict = coinsurers_move(context,
                              &draft.insurers,
                              parts,
                              &clearing,
                              INSURERS_RECEIVE,
                              TRANSFER_CODE_RECOURSE_SHARED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.recourse = cny(0);
    return finish(context, "claim.recourse_paid", &draft, answer_out);
}
