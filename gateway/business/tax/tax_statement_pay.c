/* A statement and its payments: what each turn of a payment means for it. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/tax/treasury.h"
#include "gateway/business/text.h"

_Static_assert(sizeof(((struct payment *)0)->statement) == STATEMENT_ID_SIZE, "one id");
_Static_assert(sizeof(((struct tax_statement *)0)->payment) == PAYMENT_ID_SIZE, "one id");

enum purpose statement_fund(int32_t fund)
{
    switch ((enum tax_statement_fund)fund) {
    case STATEMENT_FUND_WITHHELD:
        return PURPOSE_TAX_WITHHELD;
    case STATEMENT_FUND_PAYABLE:
        return PURPOSE_MERCHANT_PAYABLE;
    }
    assert(false);
    return PURPOSE_NONE;
}

/* --- what comes back with a payment, and is taken again when it was in vain --- */

static enum verdict restore(struct context *context, struct statement_draft *draft)
{
    for (size_t i = 0; i < draft->it.covers.count; i++) {
        struct tax_statement_cover *cover = &draft->covers[i];
        const struct reservation *found = reservation_find(context, cover->grn, draft->it.id);
        struct guarantee guarantee = {0};
        if (found == NULL || found->state != RESERVATION_RESERVED) {
            continue; /* customs has given all of it back by hand */
        }
        struct reservation kept = *found;
        cover->restored_minor = kept.amount.minor;
        enum verdict verdict = guarantee_get(context, cover->grn, &guarantee);
        if (verdict == VERDICT_DONE) {
            verdict = reservation_free(
                context, &guarantee, &kept, cover->restored_minor, RESTORE_PAYMENT);
        }
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    return VERDICT_DONE;
}

static void
tell_uncovered(struct context *context, const struct tax_statement *statement, const char *grn)
{
    struct notice notice;
    statement_notice(&notice, "tax_statement.uncovered", statement);
    notice_text(&notice, "grn", grn);
    notice_send(context, &notice);
}

static enum verdict retake_one(struct context *context,
                               const struct tax_statement *statement,
                               struct tax_statement_cover *cover)
{
    const struct reservation *found = reservation_find(context, cover->grn, statement->id);
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, cover->grn, &guarantee);
    if (verdict != VERDICT_DONE || found == NULL) {
        return verdict;
    }
    bool has_room =
        guarantee.state == GUARANTEE_ACTIVE && guarantee.available.minor >= cover->restored_minor;
    if (!has_room) {
        tell_uncovered(context, statement, cover->grn);
        return VERDICT_DONE;
    }
    struct reservation kept = *found;
    const struct movement reserved = {PURPOSE_GUARANTEE_AVAILABLE,
                                      PURPOSE_GUARANTEE_RESERVED,
                                      TRANSFER_CODE_RESERVED,
                                      cover->restored_minor};
    verdict = guarantee_move(context, &guarantee, 0, &reserved, 1);
    kept.state = RESERVATION_RESERVED;
    kept.amount.minor += cover->restored_minor;
    cover->restored_minor = 0;
    reservation_put(context, &kept);
    return verdict;
}

static enum verdict retake(struct context *context, struct statement_draft *draft)
{
    enum verdict verdict = VERDICT_DONE;
    for (size_t i = 0; i < draft->it.covers.count && verdict == VERDICT_DONE; i++) {
        if (draft->covers[i].restored_minor > 0) {
            verdict = retake_one(context, &draft->it, &draft->covers[i]);
        }
    }
    return verdict;
}

/* --- turns --- */

static void
tell_payment(struct context *context, const char *type, const struct tax_statement *statement)
{
    struct notice notice;
    statement_notice(&notice, type, statement);
    notice_money(&notice, "late_fee", statement->late_fee);
    notice_text(&notice, "payment", statement->payment);
    notice_send(context, &notice);
}

static enum verdict paid(struct context *context, struct statement_draft *draft)
{
    enum verdict verdict = restore(context, draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft->it.state = TAX_STATEMENT_PAID;
    draft->it.paid_on = context->today;
    statement_leave_arrears(context, draft);
    statement_close_deadlines(context, &draft->it);
    statement_put(context, draft);
    tell_payment(context, "tax_statement.paid", &draft->it);
    return VERDICT_DONE;
}

/* Back to where the day says it is. */
static void unpaid(struct context *context, struct statement_draft *draft)
{
    draft->it.late_fee = cny(0);
    draft->it.paid_on = DATE_NONE;
    if (context->today > draft->it.due_on) {
        statement_overdue(context, draft);
        return;
    }
    draft->it.state = TAX_STATEMENT_FINAL;
    statement_set_due(context, draft);
    statement_put(context, draft);
    statement_tell(context, "tax_statement.unpaid", &draft->it);
}

static enum verdict
came_back(struct context *context, struct statement_draft *draft, const struct payment *payment)
{
    if (payment->returned.minor < payment->amount.minor) {
        struct notice notice;
        statement_notice(&notice, "tax_statement.partly_returned", &draft->it);
        notice_money(&notice, "returned", payment->returned);
        notice_send(context, &notice);
        return VERDICT_DONE;
    }
    enum verdict verdict = retake(context, draft);
    if (verdict == VERDICT_DONE) {
        unpaid(context, draft);
    }
    return verdict;
}

enum verdict tax_statement_hear(struct context *context, const struct payment *payment)
{
    struct statement_draft draft;
    if (payment->statement[0] == '\0') {
        return VERDICT_DONE;
    }
    enum verdict verdict = statement_get(context, payment->statement, "", &draft);
    if (verdict != VERDICT_DONE || strcmp(draft.it.payment, payment->id) != 0) {
        return verdict;
    }
    bool is_paying = draft.it.state == TAX_STATEMENT_PAYING;
    switch ((enum payment_state)payment->state) {
    case PAYMENT_CONFIRMED:
        return is_paying ? paid(context, &draft) : VERDICT_DONE;
    case PAYMENT_REJECTED:
    case PAYMENT_CANCELLED:
        if (is_paying) {
            unpaid(context, &draft);
        }
        return VERDICT_DONE;
    case PAYMENT_RETURNED:
        return draft.it.state == TAX_STATEMENT_PAID ? came_back(context, &draft, payment)
                                                    : VERDICT_DONE;
    case PAYMENT_CREATED:
    case PAYMENT_APPROVED:
    case PAYMENT_SENT:
    case PAYMENT_IN_DOUBT:
        return VERDICT_DONE;
    }
    assert(false);
    return VERDICT_DONE;
}

/* --- paying --- */

static enum verdict check_pay(struct context *context,
                              const struct tax_statement_pay *command,
                              struct statement_draft *draft)
{
    enum verdict verdict = statement_get(context, command->statement, "/statement", draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, draft->it.agent)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    return statement_check_state(
        context, &draft->it, 1U << TAX_STATEMENT_FINAL | 1U << TAX_STATEMENT_OVERDUE);
}

static enum verdict begin_payment(struct context *context,
                                  const struct tax_statement_pay *command,
                                  struct statement_draft *draft,
                                  int64_t amount_minor)
{
    struct payment payment = {
        .amount = cny(amount_minor),
        .fund = (int32_t)statement_fund(command->fund),
        .payer_number = context->actor->number,
    };
    enum verdict verdict = treasury_address(context, draft->it.customs_code, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(payment.payer, draft->it.agent);
    TEXT_PUT(payment.bank, command->bank);
    TEXT_PUT(payment.statement, draft->it.id);
    snprintf(payment.reference,
             sizeof(payment.reference),
             "%s/%" PRId64,
             draft->it.id,
             ++draft->it.payment_count);
    snprintf(payment.remittance, sizeof(payment.remittance), "TAX %s", draft->it.id);
    verdict = payment_begin(context, &payment);
    TEXT_PUT(draft->it.payment, payment.id);
    return verdict;
}

enum verdict tax_statement_pay(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_pay *command = command_;
    struct statement_draft draft;
    enum verdict verdict = check_pay(context, command, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t owed;
    draft.it.late_fee = cny(statement_late_fee(context, &draft.it, context->today));
    if (!amount_add(draft.it.total.minor, draft.it.late_fee.minor, &owed)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    if (owed == 0) { /* nothing was assessed */
        verdict = paid(context, &draft);
    } else {
        verdict = begin_payment(context, command, &draft, owed);
        draft.it.state = TAX_STATEMENT_PAYING;
        statement_put(context, &draft);
        tell_payment(context, "tax_statement.paying", &draft.it);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    statement_answer_fill(context, &draft.it, answer_out);
    return rule_done(context);
}
