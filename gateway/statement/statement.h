#pragma once
/*
 * A statement of account (对账单) over business days: what was there, each booked entry, what is
 * there. Amounts are minor units on the normal side of the account: what comes in makes the balance
 * larger, whichever side of the ledger that is. Entries that set money aside and set it free again
 * are not booked and not shown.
 */
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/role.h"
#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/journal/journal.h"

enum {
    STATEMENT_DAYS_MAX = 366,         /* of one statement */
    STATEMENT_CAMT_COUNT_MAX = 20000, /* entries of one camt.053 */
    STATEMENT_PIECE_SIZE = 64 << 10,  /* the most a sink is handed of CSV and HTML */
};

struct statement_line {
    int64_t transfer; /* its number in the ledger */
    int64_t command;  /* that made it */
    instant_us recorded_at;
    uint16_t code; /* why: transfer_code.h */
    bool is_in;
    int64_t amount;        /* > 0 */
    int64_t balance;       /* after it */
    char counterparty[96]; /* purpose and masked owner of the other account */
};

struct statement {
    int64_t account;
    int64_t owner_number; /* 0: the house */
    char owner[PARTY_ID_SIZE];
    char purpose[48];
    char subject[64];
    enum currency currency;
    date_days from;
    date_days to; /* inclusive */
    instant_us made_at;
    int64_t opening;
    int64_t closing; /* opening + in - out */
    int64_t in;
    int64_t out;
    size_t in_count;
    size_t out_count;
    bool is_debit_side;
    int64_t *pages; /* where the pages of rows begin, latest first */
    size_t page_count;
    size_t page_capacity;
};

enum statement_format {
    STATEMENT_CSV,
    STATEMENT_CAMT_053,
    STATEMENT_HTML,
    STATEMENT_FORMAT_COUNT,
};

struct statement_form {
    const char *name;
    const char *media_type;
    const char *content_type; /* with its parameters */
    const char *suffix;       /* of a file */
};
extern const struct statement_form statement_forms[STATEMENT_FORMAT_COUNT];

/* "2026-11-01", "2026-11-30": real dates in order, no more than STATEMENT_DAYS_MAX. NULL, or why
 * not. */
const char *statement_range(const char *from, const char *to, struct statement *statement);

/*
 * Fills in the balances and sums of a statement whose account, range and made_at are set.
 * STATUS_REJECTED: no such account. STATUS_LIMIT: more than `walk_max` entries from now back to the
 * beginning of the range. STATUS_CORRUPT: the sums do not meet. After OK, statement_close.
 */
MUST_CHECK enum status
statement_open(struct journal_reader *reader, size_t walk_max, struct statement *statement);
void statement_close(struct statement *statement);

typedef bool statement_each(void *context, const struct statement_line *line);
/* Every entry, oldest first. STATUS_LIMIT: `each` wanted no more. */
MUST_CHECK enum status statement_lines(struct journal_reader *reader,
                                       const struct statement *statement,
                                       statement_each *each,
                                       void *context);

typedef bool statement_sink(void *context, struct bytes piece);
/* STATUS_LIMIT: the sink wanted no more, or camt.053 does not hold so many entries. */
MUST_CHECK enum status statement_write(struct journal_reader *reader,
                                       const struct statement *statement,
                                       enum statement_format format,
                                       statement_sink *sink,
                                       void *context);
