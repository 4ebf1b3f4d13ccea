/* Customs takes a statement's tax and late fee from the guarantees behind it. */
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/guarantee/call.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

/* What is still to be taken. */
struct claim {
    int64_t tax_minor;
    int64_t fee_minor;
    int part; /* how many calls were made */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool can_be_called(const struct guarantee *guarantee)
{
    unsigned states = 1U << GUARANTEE_ACTIVE | 1U << GUARANTEE_SUSPENDED | 1U << GUARANTEE_EXPIRED;
    return (states & 1U << guarantee->state) != 0 && !guarantee->claims_closed;
}

/* The reservation as large as what is called: what is too much goes back, the fee comes to it. */
static enum verdict fit_kept(struct context *context,
                             struct claim *claim,
                             struct guarantee *guarantee,
                             struct reservation *kept)
{
    int64_t tax = least(kept->amount.minor, claim->tax_minor);
    if (kept->amount.minor > tax) {
        enum verdict verdict =
            reservation_free(context, guarantee, kept, kept->amount.minor - tax, RESTORE_VOID);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    int64_t fee = guarantee->state == GUARANTEE_EXPIRED
                      ? 0
                      : least(guarantee->available.minor, claim->fee_minor);
    const struct movement raised = {PURPOSE_GUARANTEE_AVAILABLE,
                                    PURPOSE_GUARANTEE_RESERVED,
                                    TRANSFER_CODE_RESERVATION_RAISED,
                                    fee};
    kept->state = RESERVATION_RESERVED;
    kept->amount.minor = tax + fee;
    claim->tax_minor -= tax;
    claim->fee_minor -= fee;
    return guarantee_move(context, guarantee, 0, &raised, 1);
}

static enum verdict call_cover(struct context *context,
                               struct statement_draft *draft,
                               const char *grn,
                               const char *reason,
                               struct claim *claim)
{
    const struct reservation *found = reservation_find(context, grn, draft->it.id);
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, grn, &guarantee);
    if (verdict != VERDICT_DONE || found == NULL || found->state != RESERVATION_RESERVED ||
        !can_be_called(&guarantee)) {
        return verdict;
    }
    struct reservation kept = *found;
    verdict = fit_kept(context, claim, &guarantee, &kept);
    if (verdict != VERDICT_DONE || kept.amount.minor == 0) {
        return verdict;
    }
    struct call_part part = {.statement = draft->it.id, .reason = reason, .number = ++claim->part};
    bool is_paid;
    verdict = call_take(context, &guarantee, &kept, &part, &is_paid);
    draft->it.open_call_count += is_paid ? 0 : 1;
    return verdict;
}

static struct account_key receivable_key(const struct tax_statement *statement)
{
    struct account_key key = {
        .owner = statement->agent_number,
        .purpose = PURPOSE_PARTY_RECEIVABLE,
        .currency = CURRENCY_CNY,
    };
    TEXT_PUT(key.subject, statement->id);
    return key;
}

/* What no guarantee covers is owed by the agent itself. */
static enum verdict claim_rest(struct context *context, struct statement_draft *draft)
{
    if (draft->it.uncovered.minor == 0) {
        return VERDICT_DONE;
    }
    struct account_key debit = receivable_key(&draft->it);
    struct account_key credit = {
        .owner = draft->it.customs_number,
        .purpose = PURPOSE_TAX_PAYABLE,
        .currency = CURRENCY_CNY,
    };
    return rule_move(
        context, &debit, &credit, draft->it.uncovered.minor, TRANSFER_CODE_TAX_CLAIMED);
}

/* Settled once the calls and the rest are paid. Stores it. */
static void settle_if_paid(struct context *context, struct statement_draft *draft)
{
    bool is_settled = draft->it.open_call_count == 0 && draft->it.uncovered.minor == 0;
    if (is_settled) {
        draft->it.state = TAX_STATEMENT_SETTLED;
        draft->it.paid_on = context->today;
        statement_leave_arrears(context, draft);
    }
    statement_put(context, draft);
    if (is_settled) {
        statement_tell(context, "tax_statement.settled", &draft->it);
    }
}

static enum verdict check_call(struct context *context,
                               const struct tax_statement_call *command,
                               struct statement_draft *draft)
{
    enum verdict verdict = statement_get(context, command->statement, "/statement", draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, draft->it.customs)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    verdict = statement_check_state(context, &draft->it, 1U << TAX_STATEMENT_OVERDUE);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    date_days last = draft->it.due_on + terms_of(context, draft->it.due_on).grace_days;
    if (context->today <= last) {
        verdict = refuse(context, REFUSAL_TAX_STATEMENT_GRACE);
        refusal_date(context, "due_on", draft->it.due_on);
        refusal_date(context, "grace_until", last);
    }
    return verdict;
}

enum verdict tax_statement_call(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_call *command = command_;
    struct statement_draft draft;
    enum verdict verdict = check_call(context, command, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct claim claim = {
        .tax_minor = draft.it.total.minor,
        .fee_minor = statement_late_fee(context, &draft.it, context->today),
    };
    draft.it.late_fee = cny(claim.fee_minor);
    for (size_t i = 0; i < draft.it.covers.count && verdict == VERDICT_DONE; i++) {
        verdict = call_cover(context, &draft, draft.covers[i].grn, command->reason, &claim);
    }
    draft.it.uncovered = cny(0);
    if (verdict == VERDICT_DONE &&
        !amount_add(claim.tax_minor, claim.fee_minor, &draft.it.uncovered.minor)) {
        verdict = refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    if (verdict == VERDICT_DONE) {
        verdict = claim_rest(context, &draft);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = TAX_STATEMENT_CALLED;
    statement_tell(context, "tax_statement.called", &draft.it);
    settle_if_paid(context, &draft);
    statement_answer_fill(context, &draft.it, answer_out);
    return rule_done(context);
}

enum verdict tax_statement_hear_call(struct context *context, const struct call *call)
{
    struct statement_draft draft;
    enum verdict verdict = call->statement[0] == '\0'
                               ? VERDICT_DONE
                               : statement_get(context, call->statement, "", &draft);
    if (verdict == VERDICT_DONE && call->statement[0] != '\0') {
        draft.it.open_call_count--;
        settle_if_paid(context, &draft);
    }
    return verdict;
}

enum verdict tax_statement_settle(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_settle *command = command_;
    struct statement_draft draft;
    enum verdict verdict = statement_get(context, command->statement, "/statement", &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, draft.it.agent)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    verdict = statement_check_state(
        context, &draft.it, draft.it.uncovered.minor > 0 ? 1U << TAX_STATEMENT_CALLED : 0U);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct account_key debit = {
        .owner = draft.it.agent_number,
        .purpose = statement_fund(command->fund),
        .currency = CURRENCY_CNY,
    };
    int64_t available = payment_available(context, debit.purpose, debit.owner);
    if (available < draft.it.uncovered.minor) {
        verdict = refuse(context, REFUSAL_PAYMENT_INSUFFICIENT);
        refusal_money(context, "available", cny(available));
        refusal_money(context, "needed", draft.it.uncovered);
        return verdict;
    }
    struct account_key credit = receivable_key(&draft.it);
    verdict =
        rule_move(context, &debit, &credit, draft.it.uncovered.minor, TRANSFER_CODE_TAX_CLAIM_PAID);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.uncovered = cny(0);
    settle_if_paid(context, &draft);
    statement_answer_fill(context, &draft.it, answer_out);
    return rule_done(context);
}
