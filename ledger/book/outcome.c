#include "ledger/book/outcome.h"

#include <assert.h>

static const char *const codes[OUTCOME_COUNT] = {
    [OUTCOME_OK] = "ledger.ok",
    [OUTCOME_FETCH] = "ledger.fetch",
    [OUTCOME_AMOUNT_NOT_POSITIVE] = "ledger.amount_not_positive",
    [OUTCOME_ACCOUNT_UNKNOWN] = "ledger.account_unknown",
    [OUTCOME_SAME_ACCOUNT] = "ledger.same_account",
    [OUTCOME_CURRENCY_MISMATCH] = "ledger.currency_mismatch",
    [OUTCOME_BOOK_MISMATCH] = "ledger.book_mismatch",
    [OUTCOME_PENDING_UNKNOWN] = "ledger.pending_unknown",
    [OUTCOME_PENDING_CLOSED] = "ledger.pending_closed",
    [OUTCOME_PENDING_EXCEEDED] = "ledger.pending_exceeded",
    [OUTCOME_PENDING_NOT_DUE] = "ledger.pending_not_due",
    [OUTCOME_EXPIRY_PAST] = "ledger.expiry_past",
    [OUTCOME_AMOUNT_OVERFLOW] = "ledger.amount_overflow",
    [OUTCOME_DEBIT_BOUND] = "ledger.debit_bound",
    [OUTCOME_CREDIT_BOUND] = "ledger.credit_bound",
    [OUTCOME_BOUNDS_INVALID] = "ledger.bounds_invalid",
    [OUTCOME_BOUNDS_EXCEEDED] = "ledger.bounds_exceeded",
    [OUTCOME_BOOK_FULL] = "ledger.book_full",
};

const char *outcome_code(enum outcome outcome)
{
    assert(outcome < OUTCOME_COUNT);
    return codes[outcome];
}
