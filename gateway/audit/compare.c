/* The ledger's tables against what the commands made, row by row. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/audit/audit_p.h"

enum {
    NUMBER_COUNT_MAX = 12
};

struct table;

/* The rows of one table, held against the page. */
struct comparison {
    struct audit *audit;
    const struct table *table;
    const struct made_list *made;
    size_t at;
};

/* What a made row is in numbers and texts; `columns` names them in the order of the SELECT. */
struct expected {
    int64_t numbers[NUMBER_COUNT_MAX];
    const char *texts[3];
};

struct table {
    const char *name;
    const char *select;
    const char *columns[NUMBER_COUNT_MAX + 3]; /* numbers, then texts */
    size_t number_count;
    size_t text_count;
    void (*expect)(const struct made_list *made, size_t index, struct expected *expected_out);
    size_t list;    /* offset in struct page */
    size_t counted; /* offset in struct audit_report, 0 = none */
};

static void expect_account(const struct made_list *made, size_t index, struct expected *expected)
{
    const struct made_account *account = (const struct made_account *)made->items + index;
    bool is_either = chart[account->key.purpose].side == SIDE_EITHER;
    *expected = (struct expected){
        .numbers = {account->number,
                    account->key.owner,
                    account->key.purpose,
                    account->key.currency,
                    is_either ? BOUND_NONE_MIN : 0,
                    BOUND_NONE_MAX},
        .texts = {account->key.subject},
    };
}

static void expect_bounds(const struct made_list *made, size_t index, struct expected *expected)
{
    const struct made_bounds *bounds = (const struct made_bounds *)made->items + index;
    *expected = (struct expected){
        .numbers = {bounds->made.command_seq,
                    bounds->ordinal,
                    bounds->made.account,
                    bounds->made.bounds.min,
                    bounds->made.bounds.max,
                    bounds->made.after_seq},
    };
}

static void expect_transfer(const struct made_list *made, size_t index, struct expected *expected)
{
    const struct transfer *transfer = (const struct transfer *)made->items + index;
    *expected = (struct expected){
        .numbers = {transfer->seq,
                    transfer->debit,
                    transfer->credit,
                    transfer->amount,
                    transfer->pending_seq,
                    transfer->command_seq,
                    transfer->recorded_at,
                    transfer->expires_at,
                    transfer->debit_prev,
                    transfer->credit_prev,
                    transfer->kind,
                    transfer->code},
    };
}

static void expect_event(const struct made_list *made, size_t index, struct expected *expected)
{
    const struct made_event *event = (const struct made_event *)made->items + index;
    *expected = (struct expected){
        .numbers = {event->event.command_seq, event->event.party,   event->party_seq },
        .texts = {event->event.type,        event->event.subject, event->event.body},
    };
}

#define MICROSECONDS(column_) "coalesce((extract(epoch FROM " column_ ") * 1000000)::bigint, 0)"

/* clang-format 14 crashes on what follows. */
/* clang-format off */
static const struct table tables[] = {
    {
        .name = "account",
        .select = "SELECT number, owner, purpose, currency, bound_min, bound_max, subject,"
                  " command_seq FROM ledger.account ORDER BY number",
        .columns = {"number", "owner", "purpose", "currency", "bound_min", "bound_max", "subject"},
        .number_count = 6,
        .text_count = 1,
        .expect = expect_account,
        .list = offsetof(struct page, accounts),
        .counted = offsetof(struct audit_report, account_count),
    },
    {
        .name = "bounds",
        .select = "SELECT command_seq, ordinal, account, bound_min, bound_max, after_seq"
                  " FROM ledger.bounds ORDER BY command_seq, ordinal",
        .columns = {"command_seq", "ordinal", "account", "bound_min", "bound_max", "after_seq"},
        .number_count = 6,
        .expect = expect_bounds,
        .list = offsetof(struct page, bounds),
    },
    {
        .name = "transfer",
        .select = "SELECT seq, debit, credit, amount, pending_seq, command_seq,"
                  " " MICROSECONDS("recorded_at") ", " MICROSECONDS("expires_at") ","
                  " debit_prev, credit_prev, kind, code FROM ledger.transfer ORDER BY seq",
        .columns = {"seq", "debit", "credit", "amount", "pending_seq", "command_seq",
                    "recorded_at", "expires_at", "debit_prev", "credit_prev", "kind", "code"},
        .number_count = 12,
        .expect = expect_transfer,
        .list = offsetof(struct page, transfers),
        .counted = offsetof(struct audit_report, transfer_count),
    },
    {
        .name = "event",
        .select = "SELECT command_seq, party, party_seq, type, subject, body::text"
                  " FROM ledger.event ORDER BY command_seq, party, party_seq",
        .columns = {"command_seq", "party", "party_seq", "type", "subject", "body"},
        .number_count = 3,
        .text_count = 3,
        .expect = expect_event,
        .list = offsetof(struct page, events),
        .counted = offsetof(struct audit_report, event_count),
    },
};
/* clang-format on */

enum {
    TABLE_COUNT = sizeof tables / sizeof tables[0]
};

/* The command a row belongs to, as far as the row says. */
static int64_t command_of(const struct comparison *comparison, size_t index)
{
    const struct made_list *made = comparison->made;
    switch (comparison->table - tables) {
    case 0:
        return ((const struct made_account *)made->items)[index].from_command;
    case 1:
        return ((const struct made_bounds *)made->items)[index].made.command_seq;
    case 2:
        return ((const struct transfer *)made->items)[index].command_seq;
    default:
        return ((const struct made_event *)made->items)[index].event.command_seq;
    }
}

static void compare_opener(const struct comparison *comparison, const struct row_view *row)
{
    const struct made_account *made =
        (const struct made_account *)comparison->made->items + comparison->at;
    int64_t command = view_bigint(row, 7);
    if (command < made->from_command || command > made->to_command) {
        audit_differs(comparison->audit,
                      "command %" PRId64 ": account %" PRId64 ": command_seq is %" PRId64,
                      made->from_command,
                      made->number,
                      command);
    }
}

static void compare_row(void *comparison_, const struct row_view *row)
{
    struct comparison *comparison = comparison_;
    const struct table *table = comparison->table;
    struct audit *audit = comparison->audit;
    struct expected expected;
    if (audit->is_different) {
        return;
    }
    int64_t command = command_of(comparison, comparison->at);
    table->expect(comparison->made, comparison->at, &expected);
    for (size_t i = 0; i < table->number_count; i++) {
        int64_t stored = view_bigint(row, i);
        if (stored != expected.numbers[i]) {
            audit_differs(audit,
                          "command %" PRId64 ": %s %" PRId64 ": %s is %" PRId64
                          ", the commands make it %" PRId64,
                          command,
                          table->name,
                          view_bigint(row, 0),
                          table->columns[i],
                          stored,
                          expected.numbers[i]);
            return;
        }
    }
    for (size_t i = 0; i < table->text_count; i++) {
        struct bytes stored = view_bytes(row, table->number_count + i);
        if (stored.size != strlen(expected.texts[i]) ||
            memcmp(stored.data, expected.texts[i], stored.size) != 0) {
            audit_differs(audit,
                          "command %" PRId64 ": %s %" PRId64 ": %s is not what the command "
                          "makes it",
                          command,
                          table->name,
                          view_bigint(row, 0),
                          table->columns[table->number_count + i]);
            return;
        }
    }
    if (table == &tables[0]) {
        compare_opener(comparison, row);
    }
    comparison->at++;
    if (table->counted != 0) {
        ++*(int64_t *)(void *)((char *)audit->report + table->counted);
    }
}

enum status compare_open(struct audit *audit)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < TABLE_COUNT; i++) {
        status = rows_open(audit, tables[i].name, tables[i].select);
    }
    return status == STATUS_OK
               ? rows_open(audit,
                           "balance",
                           "SELECT account, posted_debits, posted_credits, pending_debits,"
                           " pending_credits, bound_min, bound_max, last_seq"
                           " FROM ledger.account_balance ORDER BY account")
               : status;
}

enum status compare_page(struct audit *audit)
{
    for (size_t i = 0; i < TABLE_COUNT && !audit->is_different; i++) {
        const void *list = (const char *)&audit->page + tables[i].list;
        struct comparison comparison = {.audit = audit, .table = &tables[i], .made = list};
        enum status status =
            rows_read(audit, tables[i].name, comparison.made->count, compare_row, &comparison);
        if (status != STATUS_OK) {
            return status;
        }
        if (!audit->is_different && comparison.at < comparison.made->count) {
            struct expected expected;
            tables[i].expect(comparison.made, comparison.at, &expected);
            audit_differs(audit,
                          "command %" PRId64 ": %s %" PRId64 " is missing",
                          command_of(&comparison, comparison.at),
                          tables[i].name,
                          expected.numbers[0]);
        }
    }
    return STATUS_OK;
}

/* --- the end of the log --- */

static void left_over(void *comparison_, const struct row_view *row)
{
    const struct comparison *comparison = comparison_;
    audit_differs(comparison->audit,
                  "%s %" PRId64 " is made by no command",
                  comparison->table->name,
                  view_bigint(row, 0));
}

static void compare_balance(void *audit_, const struct row_view *row)
{
    static const char *const columns[] = {"posted_debits",
                                          "posted_credits",
                                          "pending_debits",
                                          "pending_credits",
                                          "bound_min",
                                          "bound_max",
                                          "last_seq"};
    struct audit *audit = audit_;
    int64_t number = view_bigint(row, 0);
    const struct account *account = book_account(audit->book, number);
    if (account == NULL) {
        audit_differs(audit, "account %" PRId64 " is opened by no command", number);
        return;
    }
    const int64_t made[] = {account->posted_debits,
                            account->posted_credits,
                            account->pending_debits,
                            account->pending_credits,
                            account->bounds.min,
                            account->bounds.max,
                            account->last_seq};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        if (view_bigint(row, i + 1) != made[i]) {
            audit_differs(audit,
                          "account %" PRId64 ": %s is %" PRId64 ", the commands make it %" PRId64,
                          number,
                          columns[i],
                          view_bigint(row, i + 1),
                          made[i]);
        }
    }
}

enum status compare_end(struct audit *audit)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && !audit->is_different && i < TABLE_COUNT; i++) {
        struct comparison comparison = {.audit = audit, .table = &tables[i]};
        status = rows_read(audit, tables[i].name, 1, left_over, &comparison);
    }
    size_t count = (size_t)book_account_count(audit->book);
    return status == STATUS_OK && !audit->is_different
               ? rows_read(audit, "balance", count, compare_balance, audit)
               : status;
}
