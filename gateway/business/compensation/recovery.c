#include "gateway/business/compensation/recovery.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/text.h"

enum {
    RECOVERABLE = 1 << CLAIM_PAID | 1 << CLAIM_FINAL,
};

#define CLAIM(struct_, flags_)                                                                     \
    TEXT(struct_, claim, FIELD_REQUIRED | (flags_), .meaning = "the claim (赔案编号)")

static const struct field reference_fields[] = {
    TEXT(recovery_reference,
         payment_reference,
         FIELD_REQUIRED,
         .meaning = "to be given with each payment (付款附言)"),
    CLAIM(recovery_reference, 0),
};
const struct record recovery_reference_record =
    RECORD(recovery_reference, reference_fields, "A reference to recover by (追偿收款)");

static const struct field receive_fields[] = {
    CLAIM(recovery_receive, FIELD_CODE),
    AMOUNT(recovery_receive, amount, FIELD_REQUIRED, "what the buyer has paid (追回金额)"),
};
const struct record recovery_receive_record =
    RECORD(recovery_receive, receive_fields, "Hand over what the buyer has paid (追偿入账)");

static const struct field share_fields[] = {
    CLAIM(recovery_share, FIELD_CODE),
    AMOUNT(recovery_share, cost, 0, "of recovering; absent: none (追偿费用)"),
};
const struct record recovery_share_record =
    RECORD(recovery_share, share_fields, "Share what was recovered (追偿分摊)");

static const struct field fields[] = {
    TEXT(recovery, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "claim and number"),
    CLAIM(recovery, FIELD_PREFIX),
    TEXT(recovery, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who leads"),
    TEXT(recovery, insured, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the exporter"),
    FIELD(recovery, amount, FIELD_MONEY, 0, .meaning = "recovered (追回金额)"),
    FIELD(recovery, cost, FIELD_MONEY, 0, .meaning = "of recovering (费用)"),
    FIELD(recovery, to_insurers, FIELD_MONEY, 0, .meaning = "the insurers' (归承保人)"),
    FIELD(recovery, to_insured, FIELD_MONEY, 0, .meaning = "the exporter's (归被保险人)"),
    FIELD(recovery, shared_on, FIELD_DATE, 0, .meaning = "shared on"),
    FIELD(recovery,
          shares,
          FIELD_LIST,
          0,
          .size = POLICY_SHARE_COUNT_MAX,
          .record = &claim_share_record,
          .meaning = "each insurer's"),
};
const struct record recovery_record = RECORD(recovery, fields, "A recovery shared (追偿分摊)");

static struct account_key clearing_of(const struct claim *claim)
{
    struct account_key key = {
        .purpose = PURPOSE_RECOVERY_CLEARING,
        .currency = CURRENCY_CNY,
        .owner = claim->insurer_number,
    };
    TEXT_PUT(key.subject, claim->id);
    return key;
}

static struct account_key insured_account(const struct claim *claim)
{
    return (struct account_key){
        .purpose = PURPOSE_MERCHANT_PAYABLE,
        .currency = CURRENCY_CNY,
        .owner = claim->insured_number,
    };
}

static enum verdict get(struct context *context, const char *id, struct claim_draft *draft)
{
    enum verdict verdict = claim_get(context, id, draft);
    return verdict != VERDICT_DONE ? verdict : claim_check_state(context, &draft->it, RECOVERABLE);
}

static enum verdict
check_concerned(struct context *context, const struct claim *claim, bool *is_insured_out)
{
    *is_insured_out = is_actor(context, claim->insured);
    return *is_insured_out || is_actor(context, claim->insurer)
               ? VERDICT_DONE
               : refuse(context, REFUSAL_PARTY_FORBIDDEN);
}

enum verdict recovery_open(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_named *command = command_;
    struct claim_draft draft;
    bool is_insured = false;
    enum verdict verdict = get(context, command->claim, &draft);
    if (verdict == VERDICT_DONE && context->actor_role != ROLE_OPERATOR) {
        verdict = check_concerned(context, &draft.it, &is_insured);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct payment_reference reference = {0};
    snprintf(
        reference.reference, sizeof(reference.reference), "V%012" PRId64, context->command_seq);
    TEXT_PUT(reference.claim, draft.it.id);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    struct recovery_reference *answer = answer_out;
    TEXT_PUT(answer->payment_reference, reference.reference);
    TEXT_PUT(answer->claim, draft.it.id);
    return rule_done(context);
}

static enum verdict receive(struct context *context,
                            struct claim_draft *draft,
                            const struct account_key *from,
                            int64_t amount_minor)
{
    int64_t unshared;
    if (!amount_add(draft->it.unshared.minor, amount_minor, &unshared)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    struct account_key clearing = clearing_of(&draft->it);
    enum verdict verdict =
        rule_move(context, from, &clearing, amount_minor, TRANSFER_CODE_RECOVERED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft->it.unshared = cny(unshared);
    claim_put(context, draft);
    claim_tell(context, "recovery.received", draft);
    return VERDICT_DONE;
}

enum verdict recovery_receive(struct context *context, const void *command_, void *answer_out)
{
    const struct recovery_receive *command = command_;
    struct claim_draft draft;
    bool is_insured = false;
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = get(context, command->claim, &draft);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_concerned(context, &draft.it, &is_insured);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct account_key from =
        is_insured ? insured_account(&draft.it) : insurer_fund_account(draft.it.insurer_number);
    verdict = receive(context, &draft, &from, command->amount.minor);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    claim_answer(context, &draft, answer_out);
    return rule_done(context);
}

bool recovery_is_open(struct context *context, const char *claim)
{
    const struct claim *found = state_find(context->state, DOCUMENT_CLAIM, claim);
    return found != NULL && (RECOVERABLE & 1 << found->state) != 0;
}

enum verdict
recovery_take(struct context *context, const struct party *bank, const struct funds *funds)
{
    struct claim_draft draft;
    struct account_key settlement = {
        .owner = bank->number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = CURRENCY_CNY,
    };
    enum verdict verdict = claim_get(context, funds->claim, &draft);
    return verdict != VERDICT_DONE ? verdict
                                   : receive(context, &draft, &settlement, funds->amount.minor);
}

/* --- sharing --- */

static enum verdict measure(struct context *context,
                            const struct recovery_share *command,
                            const struct claim *claim,
                            struct recovery *recovery)
{
    int64_t amount = claim->unshared.minor;
    if (amount == 0 || command->cost.minor > amount) {
        enum verdict verdict = refuse(context, REFUSAL_RECOVERY_AMOUNT);
        refusal_money(context, "unshared", cny(amount));
        return verdict;
    }
    int64_t net = amount - command->cost.minor;
    int64_t to_insurers;
    if (!amount_scale(net, claim->compensation.minor, claim->loss.minor, &to_insurers)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    assert(to_insurers <= net);
    recovery->amount = cny(amount);
    recovery->cost = cny(command->cost.minor);
    recovery->to_insurers = cny(to_insurers);
    recovery->to_insured = cny(net - to_insurers);
    return VERDICT_DONE;
}

static enum verdict move(struct context *context,
                         struct claim_draft *draft,
                         const struct recovery *recovery,
                         const int64_t parts[POLICY_SHARE_COUNT_MAX])
{
    struct account_key clearing = clearing_of(&draft->it);
    struct account_key lead = insurer_fund_account(draft->it.insurer_number);
    struct account_key insured = insured_account(&draft->it);
    enum verdict verdict = VERDICT_DONE;
    if (recovery->cost.minor > 0) {
        verdict =
            rule_move(context, &clearing, &lead, recovery->cost.minor, TRANSFER_CODE_RECOVERY_COST);
    }
    if (verdict == VERDICT_DONE) {
        verdict = coinsurers_move(context,
                                  &draft->insurers,
                                  parts,
                                  &clearing,
                                  INSURERS_RECEIVE,
                                  TRANSFER_CODE_RECOVERY_SHARED);
    }
    if (verdict == VERDICT_DONE && recovery->to_insured.minor > 0) {
        verdict = rule_move(context,
                            &clearing,
                            &insured,
                            recovery->to_insured.minor,
                            TRANSFER_CODE_RECOVERY_SHARED);
    }
    return verdict;
}

static void
tell(struct context *context, const struct claim_draft *draft, const struct recovery *it)
{
    struct notice notice;
    notice_begin(&notice, "recovery.shared", it->key);
    notice_money(&notice, "amount", it->amount);
    notice_money(&notice, "cost", it->cost);
    notice_money(&notice, "to_insurers", it->to_insurers);
    notice_money(&notice, "to_insured", it->to_insured);
    notice_to(&notice, draft->it.insured_number);
    notice_to(&notice, draft->it.insurer_number);
    coinsurers_hear(&draft->insurers, &notice);
    notice_send(context, &notice);
}

enum verdict recovery_share(struct context *context, const void *command_, void *answer_out)
{
    const struct recovery_share *command = command_;
    struct claim_draft draft;
    struct recovery recovery = {.shared_on = context->today};
    int64_t parts[POLICY_SHARE_COUNT_MAX];
    enum verdict verdict = get(context, command->claim, &draft);
    if (verdict == VERDICT_DONE && command->cost.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->cost, "/cost/currency");
    }
    if (verdict == VERDICT_DONE) {
        verdict = measure(context, command, &draft.it, &recovery);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    coinsurers_split(&draft.insurers, recovery.to_insurers.minor, parts);
    verdict = move(context, &draft, &recovery, parts);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct claim_share *shares = arena_take(context->scratch, sizeof draft.insurers.shares);
    assert(shares != NULL);
    recovery.shares = (struct list){shares, draft.insurers.count};
    for (size_t i = 0; i < draft.insurers.count; i++) {
        struct claim_share *all = &draft.insurers.shares[i];
        shares[i] = (struct claim_share){
            .number = all->number,
            .share_bp = all->share_bp,
            .recovered = cny(parts[i]),
        };
        TEXT_PUT(shares[i].insurer, all->insurer);
        all->recovered = cny(all->recovered.minor + parts[i]);
    }
    int64_t left = draft.it.subrogation.minor - recovery.to_insurers.minor;
    draft.it.subrogation = cny(left > 0 ? left : 0);
    draft.it.unshared = cny(0);
    snprintf(
        recovery.key, sizeof(recovery.key), "%s/%" PRId64, draft.it.id, ++draft.it.recovery_count);
    TEXT_PUT(recovery.claim, draft.it.id);
    TEXT_PUT(recovery.insurer, draft.it.insurer);
    TEXT_PUT(recovery.insured, draft.it.insured);
    claim_put(context, &draft);
    state_put(context->state, DOCUMENT_RECOVERY, &recovery);
    tell(context, &draft, &recovery);
    *(struct recovery *)answer_out = recovery;
    return rule_done(context);
}
