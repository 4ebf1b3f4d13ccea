#pragma once
/*
 * The chart of accounts (会计科目): every purpose an account can have, its normal side, the side
 * it may not leave, and its book. Money books carry money; memo books carry promises and limits.
 */
#include <stddef.h>
#include <stdint.h>

enum side {
    SIDE_DEBIT,
    SIDE_CREDIT,
    SIDE_EITHER, /* reckoned on the credit side, bounded on neither */
};

enum book_kind {
    BOOK_MONEY,
    BOOK_MEMO,
};

/* Stored as numbers: append only, never renumber. */
enum purpose {
    PURPOSE_NONE = 0,
    PURPOSE_BANK_SETTLEMENT = 1,
    PURPOSE_BANK_IN_FLIGHT = 2,
    PURPOSE_MERCHANT_PAYABLE = 3,
    PURPOSE_MERCHANT_FROZEN = 4,
    PURPOSE_DEPOSIT_HELD = 5,
    PURPOSE_TAX_WITHHELD = 6,
    PURPOSE_TAX_PAYABLE = 7,
    PURPOSE_PARTY_RECEIVABLE = 8,
    PURPOSE_INDIVIDUAL_FX = 9,
    PURPOSE_FX_POSITION = 10,
    PURPOSE_INSURER_FUND = 11,
    PURPOSE_RECOVERY_CLEARING = 12,
    PURPOSE_FEE_INCOME = 13,
    PURPOSE_FX_RESULT = 14,
    PURPOSE_TAX_ROUNDING = 15,
    PURPOSE_SUSPENSE = 16,
    PURPOSE_GUARANTEE_LIMIT = 17,
    PURPOSE_GUARANTEE_AVAILABLE = 18,
    PURPOSE_GUARANTEE_RESERVED = 19,
    PURPOSE_GUARANTEE_CALLED = 20,
    PURPOSE_POLICY_LIMIT = 21,
    PURPOSE_POLICY_AVAILABLE = 22,
    PURPOSE_POLICY_USED = 23,
    PURPOSE_QUOTA_LIMIT = 24,
    PURPOSE_QUOTA_AVAILABLE = 25,
    PURPOSE_QUOTA_USED = 26,
    PURPOSE_RECONCILIATION_DIFFERENCE = 27,
    PURPOSE_BANK_CHARGES = 28,
    PURPOSE_PAYMENT_CLEARING = 29,
    PURPOSE_TAX_ESTIMATED = 30,
    PURPOSE_TAX_DIFFERENCE = 31,
    PURPOSE_REFUND_PAYABLE = 32,
    PURPOSE_COUNT,
};

struct chart_row {
    enum purpose purpose;
    const char *name; /* "guarantee.available" */
    enum side side;
    enum book_kind book;
    const char *meaning;
};

/* Indexed by purpose, PURPOSE_COUNT rows; row 0 is empty. */
extern const struct chart_row chart[PURPOSE_COUNT];

/* PURPOSE_NONE when unknown. */
enum purpose chart_find(const char *name, size_t size);
