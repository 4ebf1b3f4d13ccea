#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/statement/statement.h"

enum {
    PAGE_ROW_COUNT = 5000
};

#define PAGE_ROWS "5000" /* the same, in SQL */
#define OWNER_JOIN                                                                                 \
    " LEFT JOIN (SELECT DISTINCT ON (key) key, number FROM business.party"                         \
    "            ORDER BY key, version DESC) party ON party.number = a.owner"

static void column_text(const struct row_view *row, size_t column, char *text_out, size_t size)
{
    struct bytes bytes = view_bytes(row, column);
    (void)snprintf(text_out, size, "%.*s", (int)bytes.size, (const char *)bytes.data);
}

static bool column_is(const struct row_view *row, size_t column, const char *text)
{
    struct bytes bytes = view_bytes(row, column);
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

/* --- the range --- */

const char *statement_range(const char *from, const char *to, struct statement *statement)
{
    if (from == NULL || to == NULL) {
        return "from and to are two dates such as 2026-11-01";
    }
    if (!date_parse(from, strlen(from), &statement->from) ||
        !date_parse(to, strlen(to), &statement->to)) {
        return "from and to are two dates such as 2026-11-01";
    }
    if (statement->from > statement->to) {
        return "from is after to";
    }
    if (statement->to - statement->from >= STATEMENT_DAYS_MAX) {
        return "a statement has no more than 366 days";
    }
    return NULL;
}

/* --- the account --- */

static void head_take(void *context, const struct row_view *row)
{
    struct statement *statement = context;
    column_text(row, 0, statement->purpose, sizeof statement->purpose);
    statement->is_debit_side = column_is(row, 1, "debit");
    statement->owner_number = view_bigint(row, 2);
    column_text(row, 3, statement->owner, sizeof statement->owner);
    column_text(row, 4, statement->subject, sizeof statement->subject);
    statement->currency = (enum currency)view_bigint(row, 5);
}

static enum status head_read(struct journal_reader *reader, struct statement *statement)
{
    char number[24];
    const char *parameters[] = {number};
    (void)snprintf(number, sizeof number, "%" PRId64, statement->account);
    statement->currency = CURRENCY_NONE;
    enum status status = journal_read(
        reader,
        "SELECT p.name, p.side, a.owner, CASE a.owner WHEN 0 THEN 'house' ELSE coalesce(party.key,"
        " '#' || a.owner) END, a.subject, a.currency FROM ledger.account a"
        " JOIN ledger.purpose p ON p.number = a.purpose" OWNER_JOIN " WHERE a.number = $1::bigint",
        parameters,
        1,
        head_take,
        statement);
    return status == STATUS_OK && statement->currency == CURRENCY_NONE ? STATUS_REJECTED : status;
}

/* --- backwards: balances, sums, where the pages begin --- */

struct backwards {
    struct statement *statement;
    size_t row_count; /* of this page */
    size_t walked;
    int64_t page;    /* its first row */
    int64_t next;    /* the next one's; 0: there is none */
    bool is_in_page; /* some row of the page lies in the range */
    bool has_closing;
    bool has_opening;
    bool is_wrong;
};

static bool is_booked(const struct row_view *row, size_t column)
{
    return column_is(row, column, "single") || column_is(row, column, "post");
}

static void tally(struct backwards *walk, const struct row_view *row)
{
    struct statement *statement = walk->statement;
    bool is_in = column_is(row, 1, "debit") == statement->is_debit_side;
    int64_t *sum = is_in ? &statement->in : &statement->out;
    walk->is_wrong = walk->is_wrong || !amount_add(*sum, view_bigint(row, 2), sum);
    *(is_in ? &statement->in_count : &statement->out_count) += 1;
}

static void backwards_take(void *context, const struct row_view *row)
{
    struct backwards *walk = context;
    struct statement *statement = walk->statement;
    instant_us at = view_timestamptz(row, 4);
    if (walk->row_count == PAGE_ROW_COUNT) {
        walk->next = view_bigint(row, 0);
        return;
    }
    walk->page = walk->row_count++ == 0 ? view_bigint(row, 0) : walk->page;
    if (at >= date_start(statement->to + 1) || walk->has_opening) {
        return;
    }
    if (!walk->has_closing) {
        statement->closing = view_bigint(row, 5);
        walk->has_closing = true;
    }
    if (at < date_start(statement->from)) {
        statement->opening = view_bigint(row, 5);
        walk->has_opening = true;
        return;
    }
    walk->is_in_page = true;
    if (is_booked(row, 3)) {
        tally(walk, row);
    }
}

static bool page_keep(struct statement *statement, int64_t first)
{
    if (statement->page_count == statement->page_capacity) {
        size_t capacity = statement->page_capacity == 0 ? 64 : 2 * statement->page_capacity;
        int64_t *pages = realloc(statement->pages, capacity * sizeof *pages);
        if (pages == NULL) {
            return false;
        }
        statement->pages = pages;
        statement->page_capacity = capacity;
    }
    statement->pages[statement->page_count++] = first;
    return true;
}

static enum status page_back(struct journal_reader *reader, struct backwards *walk)
{
    char number[24];
    char first[24];
    const char *parameters[] = {number, walk->next == 0 ? NULL : first};
    (void)snprintf(number, sizeof number, "%" PRId64, walk->statement->account);
    (void)snprintf(first, sizeof first, "%" PRId64, walk->next);
    walk->next = 0;
    walk->row_count = 0;
    walk->is_in_page = false;
    enum status status = journal_read(reader,
                                      "SELECT seq, side, amount, kind, recorded_at, balance"
                                      " FROM ledger.statement($1::bigint, $2::bigint, " PAGE_ROWS
                                      " + 1) ORDER BY seq DESC",
                                      parameters,
                                      2,
                                      backwards_take,
                                      walk);
    walk->walked += walk->row_count;
    if (status == STATUS_OK && walk->is_in_page && !page_keep(walk->statement, walk->page)) {
        status = STATUS_LIMIT;
    }
    return status;
}

/* Opening + in - out = closing. */
static bool sums_meet(const struct statement *statement)
{
    int64_t sum;
    return amount_add(statement->opening, statement->in, &sum) &&
           amount_subtract(sum, statement->out, &sum) && sum == statement->closing;
}

enum status
statement_open(struct journal_reader *reader, size_t walk_max, struct statement *statement)
{
    struct backwards walk = {.statement = statement};
    enum status status = head_read(reader, statement);
    do {
        status = status == STATUS_OK ? page_back(reader, &walk) : status;
        if (status == STATUS_OK && walk.next != 0 && walk.walked >= walk_max) {
            status = STATUS_LIMIT;
        }
    } while (status == STATUS_OK && walk.next != 0 && !walk.has_opening);
    if (status == STATUS_OK && (walk.is_wrong || !sums_meet(statement))) {
        status = STATUS_CORRUPT;
    }
    if (status != STATUS_OK) {
        statement_close(statement);
    }
    return status;
}

void statement_close(struct statement *statement)
{
    free(statement->pages);
    statement->pages = NULL;
    statement->page_count = statement->page_capacity = 0;
}

/* --- forwards: the entries --- */

struct forwards {
    const struct statement *statement;
    statement_each *each;
    void *context;
    int64_t balance; /* before the next entry */
    bool is_wrong;
    bool is_over;
};

/* Two letters and the last: enough to know it again, too little to say who it is. */
static void mask(const char *owner, char text_out[16])
{
    size_t size = strlen(owner);
    if (size < 4) {
        (void)snprintf(text_out, 16, "***");
    } else {
        (void)snprintf(text_out, 16, "%.2s***%c", owner, owner[size - 1]);
    }
}

static void counterparty_name(const struct statement *statement,
                              const struct row_view *row,
                              struct statement_line *line)
{
    char purpose[48];
    char owner[PARTY_ID_SIZE];
    char masked[16];
    int64_t number = view_bigint(row, 9);
    column_text(row, 8, purpose, sizeof purpose);
    column_text(row, 10, owner, sizeof owner);
    mask(owner, masked);
    const char *who = number == 0 ? "house" : number == statement->owner_number ? "own" : masked;
    (void)snprintf(line->counterparty, sizeof line->counterparty, "%s %s", purpose, who);
}

static void forwards_take(void *context, const struct row_view *row)
{
    struct forwards *walk = context;
    const struct statement *statement = walk->statement;
    instant_us at = view_timestamptz(row, 5);
    if (walk->is_over || walk->is_wrong || !is_booked(row, 3) || at < date_start(statement->from) ||
        at >= date_start(statement->to + 1)) {
        return;
    }
    struct statement_line line = {
        .transfer = view_bigint(row, 0),
        .is_in = column_is(row, 1, "debit") == statement->is_debit_side,
        .amount = view_bigint(row, 2),
        .code = (uint16_t)view_bigint(row, 4),
        .recorded_at = at,
        .command = view_bigint(row, 6),
        .balance = view_bigint(row, 7),
    };
    walk->is_wrong =
        !amount_add(walk->balance, line.is_in ? line.amount : -line.amount, &walk->balance) ||
        walk->balance != line.balance;
    counterparty_name(statement, row, &line);
    walk->is_over = walk->is_wrong || !walk->each(walk->context, &line);
}

enum status statement_lines(struct journal_reader *reader,
                            const struct statement *statement,
                            statement_each *each,
                            void *context)
{
    struct forwards walk = {statement, each, context, statement->opening, false, false};
    char number[24];
    char first[24];
    const char *parameters[] = {number, first};
    enum status status = STATUS_OK;
    (void)snprintf(number, sizeof number, "%" PRId64, statement->account);
    for (size_t i = statement->page_count; i > 0 && status == STATUS_OK; i--) {
        (void)snprintf(first, sizeof first, "%" PRId64, statement->pages[i - 1]);
        status = journal_read(
            reader,
            "SELECT s.seq, s.side, s.amount, s.kind, s.code, s.recorded_at, s.command_seq,"
            " s.balance, p.name, a.owner, coalesce(party.key, '')"
            " FROM ledger.statement($1::bigint, $2::bigint, " PAGE_ROWS ") s"
            " JOIN ledger.account a ON a.number = s.counterpart"
            " JOIN ledger.purpose p ON p.number = a.purpose" OWNER_JOIN " ORDER BY s.seq",
            parameters,
            2,
            forwards_take,
            &walk);
        status = status == STATUS_OK && walk.is_wrong ? STATUS_CORRUPT : status;
        status = status == STATUS_OK && walk.is_over ? STATUS_LIMIT : status;
    }
    return status == STATUS_OK && walk.balance != statement->closing ? STATUS_CORRUPT : status;
}
