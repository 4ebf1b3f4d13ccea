#pragma once
/*
 * What the ledger and the rules answer to a command. The order is contract: where several
 * refusals apply, the first in this list is given. Text codes are stable and public
 * (problem details, RFC 9457 `code`).
 */
#include "ledger/base/status.h"

enum outcome {
    OUTCOME_OK,
    OUTCOME_FETCH, /* internal: a document the rule needs is not in memory yet; run it again */

    /* the transfer itself */
    OUTCOME_AMOUNT_NOT_POSITIVE,
    OUTCOME_ACCOUNT_UNKNOWN,
    OUTCOME_SAME_ACCOUNT,
    OUTCOME_CURRENCY_MISMATCH,
    OUTCOME_BOOK_MISMATCH,   /* a memo account never meets a money account */
    OUTCOME_PENDING_UNKNOWN, /* no transfer has that number yet */
    OUTCOME_PENDING_CLOSED,  /* posted whole, voided, expired, or never a pending transfer */
    OUTCOME_PENDING_EXCEEDED,
    OUTCOME_PENDING_NOT_DUE, /* expired before its time */
    OUTCOME_EXPIRY_PAST,
    OUTCOME_AMOUNT_OVERFLOW,
    OUTCOME_DEBIT_BOUND,  /* the debited account would leave its bounds, pendings counted */
    OUTCOME_CREDIT_BOUND, /* the credited account would */
    OUTCOME_BOUNDS_INVALID,
    OUTCOME_BOUNDS_EXCEEDED, /* the new bounds do not hold the present balance */
    OUTCOME_BOOK_FULL,

    OUTCOME_COUNT,
};

/* "ledger.amount_not_positive" and so on. */
const char *outcome_code(enum outcome outcome);
