#include "tools/kouan/verb_statement_range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/transfer_code.h"
#include "gateway/statement/statement.h"
#include "tools/kouan/output.h"

struct printing {
    const struct statement *statement;
    bool is_json;
    bool has_entries;
};

static bool piece_print(void *context, struct bytes piece)
{
    (void)context;
    return fwrite(piece.data, 1, piece.size, stdout) == piece.size;
}

static json_t *amount_of(int64_t minor)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(minor, text);
    return json_string(text);
}

static bool json_print(json_t *object)
{
    bool is_printed = json_dumpf(object, stdout, JSON_COMPACT) == 0;
    json_decref(object);
    return is_printed;
}

static bool line_print(void *context, const struct statement_line *line)
{
    struct printing *printing = context;
    char day[DATE_TEXT_SIZE];
    char amount[MONEY_TEXT_SIZE];
    char balance[MONEY_TEXT_SIZE];
    date_format(date_of(line->recorded_at), day);
    amount_format(line->is_in ? line->amount : -line->amount, amount);
    amount_format(line->balance, balance);
    if (!printing->is_json) {
        return printf("%s %12" PRId64 "  %-28s %18s %18s  %s\n",
                      day,
                      line->transfer,
                      transfer_code_name(line->code),
                      amount,
                      balance,
                      line->counterparty) > 0;
    }
    printf(printing->has_entries ? ",\n" : "\n");
    printing->has_entries = true;
    return json_print(json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:I}",
                                "date",
                                day,
                                "transfer",
                                (json_int_t)line->transfer,
                                "reason",
                                transfer_code_name(line->code),
                                "amount",
                                amount,
                                "balance",
                                balance,
                                "counterparty",
                                line->counterparty,
                                "command",
                                (json_int_t)line->command));
}

/* {"statement":{…},"entries":[…]} */
static enum status entries_print_json(struct journal_reader *reader, struct printing *printing)
{
    const struct statement *statement = printing->statement;
    char day[2][DATE_TEXT_SIZE];
    date_format(statement->from, day[0]);
    date_format(statement->to, day[1]);
    printf("{\"statement\":");
    bool is_printed = json_print(json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o}",
                                           "account",
                                           (json_int_t)statement->account,
                                           "owner",
                                           statement->owner,
                                           "purpose",
                                           statement->purpose,
                                           "currency",
                                           currency_code(statement->currency),
                                           "from",
                                           day[0],
                                           "to",
                                           day[1],
                                           "opening",
                                           amount_of(statement->opening),
                                           "in",
                                           amount_of(statement->in),
                                           "out",
                                           amount_of(statement->out),
                                           "closing",
                                           amount_of(statement->closing)));
    printf(",\"entries\":[");
    enum status status =
        is_printed ? statement_lines(reader, statement, line_print, printing) : STATUS_LIMIT;
    printf("]}\n");
    return status;
}

static enum status entries_print_table(struct journal_reader *reader, struct printing *printing)
{
    const struct statement *statement = printing->statement;
    char balance[MONEY_TEXT_SIZE];
    amount_format(statement->opening, balance);
    printf("%-72s %18s\n", "opening balance", balance);
    enum status status = statement_lines(reader, statement, line_print, printing);
    amount_format(statement->closing, balance);
    printf("%-72s %18s\n", "closing balance", balance);
    return status;
}

static enum status
format_print(struct journal_reader *reader, const struct statement *statement, const char *name)
{
    struct printing printing = {.statement = statement, .is_json = strcmp(name, "json") == 0};
    for (size_t i = 0; i < STATEMENT_FORMAT_COUNT; i++) {
        if (strcmp(name, statement_forms[i].name) == 0) {
            return statement_write(
                reader, statement, (enum statement_format)i, piece_print, &printing);
        }
    }
    return printing.is_json ? entries_print_json(reader, &printing)
                            : entries_print_table(reader, &printing);
}

static bool format_is_known(const char *name)
{
    bool is_known = strcmp(name, "json") == 0 || strcmp(name, "table") == 0;
    for (size_t i = 0; i < STATEMENT_FORMAT_COUNT; i++) {
        is_known = is_known || strcmp(name, statement_forms[i].name) == 0;
    }
    return is_known;
}

enum exit_code statement_range_print(const struct arguments *arguments,
                                     struct journal_reader *reader,
                                     int64_t account)
{
    struct statement statement = {.account = account, .made_at = clock_now()};
    const char *otherwise = arguments->values[OPTION_JSON] ? "json" : "table";
    const char *given = arguments->values[OPTION_FORMAT];
    const char *name = given ? given : otherwise;
    const char *why =
        statement_range(arguments->values[OPTION_FROM], arguments->values[OPTION_TO], &statement);
    if (why || !format_is_known(name)) {
        message("%s", why ? why : "--format is one of table, json, csv, camt053, html");
        return EXIT_USAGE;
    }
    enum status status = statement_open(reader, SIZE_MAX, &statement);
    if (status == STATUS_OK) {
        status = format_print(reader, &statement, name);
        statement_close(&statement);
    }
    if (status == STATUS_LIMIT) {
        message("too many entries for one %s document (%d), or nobody reads: ask for fewer days",
                name,
                STATEMENT_CAMT_COUNT_MAX);
        return EXIT_USAGE;
    }
    return database_failed(status);
}
