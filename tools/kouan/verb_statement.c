#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/transfer_code.h"
#include "tools/kouan/database.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"
#include "tools/kouan/verb_statement_range.h"

enum {
    STATEMENT_COUNT = 100,
    STATEMENT_COUNT_MAX = 1000000,
    ACCOUNT_PART_COUNT = 4
};

/* The parties by number: the newest version of each. */
#define OWNER_JOIN                                                                                 \
    " LEFT JOIN (SELECT DISTINCT ON (key) key, number FROM business.party"                         \
    "            ORDER BY key, version DESC) party ON party.number = "

static json_t *amount_json(int64_t minor)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(minor, text);
    return json_string(text);
}

static void report_print(const struct arguments *arguments,
                         const json_t *rows,
                         const struct table_column *columns,
                         size_t column_count)
{
    size_t index = 0;
    json_t *row = NULL;
    if (arguments->values[OPTION_JSON]) {
        output_json(rows);
        return;
    }
    struct table *table = table_create(columns, column_count);
    json_array_foreach(rows, index, row)
    {
        char numbers[16][24];
        const char *texts[16];
        for (size_t i = 0; i < column_count; i++) {
            const json_t *value = json_object_get(row, columns[i].title);
            snprintf(
                numbers[i], sizeof numbers[i], "%" JSON_INTEGER_FORMAT, json_integer_value(value));
            texts[i] = json_is_integer(value) ? numbers[i] : json_string_value(value);
        }
        table_add(table, texts);
    }
    table_finish(table);
}

/* --- balances --- */

static void balance_add(void *context, const struct row_view *row)
{
    char name[ACCOUNT_NAME_SIZE];
    char currency[8];
    json_t *rows = context;
    database_account_name(row, 1, name);
    database_text(row, 6, currency, sizeof currency);
    json_array_append_new(rows,
                          json_pack("{s:I,s:s,s:s,s:o,s:o,s:o,s:o,s:o}",
                                    "number",
                                    (json_int_t)view_bigint(row, 0),
                                    "account",
                                    name,
                                    "currency",
                                    currency,
                                    "balance",
                                    amount_json(view_bigint(row, 7)),
                                    "debits",
                                    amount_json(view_bigint(row, 8)),
                                    "credits",
                                    amount_json(view_bigint(row, 9)),
                                    "pending_debits",
                                    amount_json(view_bigint(row, 10)),
                                    "pending_credits",
                                    amount_json(view_bigint(row, 11))));
}

enum exit_code verb_balances(const struct arguments *arguments)
{
    static const char statement[] =
        "SELECT b.account, b.book, b.purpose, b.owner, party.key, b.subject, b.currency, b.balance,"
        " b.posted_debits, b.posted_credits, b.pending_debits, b.pending_credits"
        " FROM ledger.account_balance b" OWNER_JOIN "b.owner"
        " WHERE $1 = 'all' OR b.posted_debits <> b.posted_credits OR b.pending_debits <> 0"
        " OR b.pending_credits <> 0 ORDER BY b.book DESC, b.purpose, b.owner, b.subject, "
        "b.currency";
    static const struct table_column columns[] = {
        {"account",         ALIGN_LEFT },
        {"balance",         ALIGN_RIGHT},
        {"currency",        ALIGN_LEFT },
        {"pending_debits",  ALIGN_RIGHT},
        {"pending_credits", ALIGN_RIGHT},
        {"number",          ALIGN_RIGHT},
    };
    const char *which = arguments->values[OPTION_ALL] ? "all" : "";
    struct journal_reader *reader = database_open(arguments);
    if (!reader) {
        return EXIT_USAGE;
    }
    json_t *rows = json_array();
    enum status status = journal_read(reader, statement, &which, 1, balance_add, rows);
    if (status == STATUS_OK) {
        report_print(arguments, rows, columns, sizeof columns / sizeof columns[0]);
    }
    json_decref(rows);
    journal_reader_destroy(reader);
    return database_failed(status);
}

/* --- the account meant --- */

struct account_choice {
    int64_t number; /* 0 = none found */
    char name[ACCOUNT_NAME_SIZE];
    char currency[8];
};

static void account_choose(void *context, const struct row_view *row)
{
    struct account_choice *choice = context;
    choice->number = view_bigint(row, 0);
    database_account_name(row, 1, choice->name);
    database_text(row, 6, choice->currency, sizeof choice->currency);
}

#define ACCOUNT_SELECT                                                                             \
    "SELECT a.number, p.book, p.name, a.owner, party.key, a.subject, c.code"                       \
    " FROM ledger.account a JOIN ledger.purpose p ON p.number = a.purpose"                         \
    " JOIN ledger.currency c ON c.number = a.currency" OWNER_JOIN "a.owner WHERE "

/* Cuts "owner/purpose/currency/subject"; the subject may hold slashes, and may be left out. */
static bool account_cut(char *text, const char *parts_out[ACCOUNT_PART_COUNT])
{
    size_t count = 0;
    parts_out[3] = "";
    while (count < ACCOUNT_PART_COUNT - 1) {
        parts_out[count++] = text;
        char *slash = strchr(text, '/');
        if (!slash) {
            return count == ACCOUNT_PART_COUNT - 1;
        }
        *slash = '\0';
        text = slash + 1;
    }
    parts_out[3] = text;
    return true;
}

static enum status
account_read(struct journal_reader *reader, const char *wanted, struct account_choice *choice_out)
{
    static const char by_number[] = ACCOUNT_SELECT "a.number = $1::bigint";
    static const char by_key[] =
        ACCOUNT_SELECT "(CASE a.owner WHEN 0 THEN 'house' ELSE coalesce(party.key, '#' || a.owner)"
                       " END = $1 OR a.owner::text = $1) AND p.name = $2 AND c.code = $3"
                       " AND a.subject = $4";
    char text[ACCOUNT_NAME_SIZE];
    const char *parts[ACCOUNT_PART_COUNT];
    memset(choice_out, 0, sizeof *choice_out);
    if (strlen(wanted) < 19 && strspn(wanted, "0123456789") == strlen(wanted)) {
        return journal_read(reader, by_number, &wanted, 1, account_choose, choice_out);
    }
    snprintf(text, sizeof text, "%s", wanted);
    if (!account_cut(text, parts)) {
        return STATUS_OK;
    }
    return journal_read(reader, by_key, parts, ACCOUNT_PART_COUNT, account_choose, choice_out);
}

/* --- the statement --- */

struct statement {
    json_t *rows;
    const char *currency;
};

static void statement_add(void *context, const struct row_view *row)
{
    const struct statement *statement = context;
    char at[INSTANT_TEXT_SIZE];
    char day[DATE_TEXT_SIZE];
    char side[8];
    char kind[8];
    char counterpart[ACCOUNT_NAME_SIZE];
    instant_us recorded_at = view_timestamptz(row, 5);
    instant_format(recorded_at, at);
    date_format(date_of(recorded_at), day);
    database_text(row, 1, side, sizeof side);
    database_text(row, 3, kind, sizeof kind);
    database_account_name(row, 9, counterpart);
    json_array_append_new(statement->rows,
                          json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:s,s:s,s:I}",
                                    "seq",
                                    (json_int_t)view_bigint(row, 0),
                                    "date",
                                    day,
                                    "recorded_at",
                                    at,
                                    "kind",
                                    kind,
                                    "code",
                                    transfer_code_name((uint16_t)view_bigint(row, 4)),
                                    "side",
                                    side,
                                    "amount",
                                    amount_json(view_bigint(row, 2)),
                                    "balance",
                                    amount_json(view_bigint(row, 8)),
                                    "currency",
                                    statement->currency,
                                    "counterpart",
                                    counterpart,
                                    "command",
                                    (json_int_t)view_bigint(row, 6)));
}

static enum exit_code statement_print(const struct arguments *arguments,
                                      struct journal_reader *reader,
                                      const struct account_choice *account,
                                      int64_t limit)
{
    static const char statement_sql[] =
        "SELECT s.seq, s.side, s.amount, s.kind, s.code, s.recorded_at, s.command_seq,"
        " s.counterpart, s.balance, p.book, p.name, a.owner, party.key, a.subject"
        " FROM ledger.statement($1::bigint, NULL, $2::integer) s"
        " JOIN ledger.account a ON a.number = s.counterpart"
        " JOIN ledger.purpose p ON p.number = a.purpose" OWNER_JOIN "a.owner ORDER BY s.seq";
    static const struct table_column columns[] = {
        {"seq",         ALIGN_RIGHT},
        {"date",        ALIGN_LEFT },
        {"kind",        ALIGN_LEFT },
        {"code",        ALIGN_LEFT },
        {"side",        ALIGN_LEFT },
        {"amount",      ALIGN_RIGHT},
        {"balance",     ALIGN_RIGHT},
        {"currency",    ALIGN_LEFT },
        {"counterpart", ALIGN_LEFT },
    };
    char number[24];
    char count[24];
    snprintf(number, sizeof number, "%" PRId64, account->number);
    snprintf(count, sizeof count, "%" PRId64, limit);
    struct statement statement = {json_array(), account->currency};
    enum status status = journal_read(
        reader, statement_sql, (const char *const[]){number, count}, 2, statement_add, &statement);
    if (status == STATUS_OK) {
        message("account %s, %s", number, account->name);
        report_print(arguments, statement.rows, columns, sizeof columns / sizeof columns[0]);
    }
    json_decref(statement.rows);
    return database_failed(status);
}

enum exit_code verb_statement(const struct arguments *arguments)
{
    int64_t limit = 0;
    const char *wanted = arguments->positionals[0];
    bool is_range = arguments->values[OPTION_FROM] || arguments->values[OPTION_TO] ||
                    arguments->values[OPTION_FORMAT];
    if (!arguments_number(arguments, OPTION_LIMIT, STATEMENT_COUNT_MAX, STATEMENT_COUNT, &limit)) {
        message("--limit wants a number from 1 to %d", STATEMENT_COUNT_MAX);
        return EXIT_USAGE;
    }
    struct journal_reader *reader = database_open(arguments);
    if (!reader) {
        return EXIT_USAGE;
    }
    struct account_choice account;
    enum status status = account_read(reader, wanted, &account);
    enum exit_code code = database_failed(status);
    if (status == STATUS_OK && account.number == 0) {
        message("there is no account %s; want its number, or owner/purpose/currency/subject",
                wanted);
        code = EXIT_USAGE;
    } else if (status == STATUS_OK && is_range) {
        code = statement_range_print(arguments, reader, account.number);
    } else if (status == STATUS_OK) {
        code = statement_print(arguments, reader, &account, limit);
    }
    journal_reader_destroy(reader);
    return code;
}
