/*
 * `kouan reconcile BANK DAY FILE`: a bank's statement held against the books through the public
 * door, then a report to be printed and signed. Repeating it is harmless: every command has a key
 * made of bank, day and line, or what was missing.
 */
#include <stdio.h>
#include <string.h>

#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "tools/kouan/output.h"
#include "tools/kouan/problem.h"
#include "tools/kouan/session.h"
#include "tools/kouan/statement_file.h"
#include "tools/kouan/verb.h"

enum {
    PATH_SIZE = 512,
    KEY_SIZE = 256,
    BATCH_COUNT = 1000,
    PAGE_COUNT = 500,
};

struct reconciliation {
    struct session session;
    const char *bank;
    const char *day;
    json_t *statement; /* the last answer about it */
};

static enum exit_code
statement_post(struct reconciliation *reconciliation, const char *act, json_t *body)
{
    char path[PATH_SIZE];
    char key[KEY_SIZE];
    struct session_answer answer;
    (void)snprintf(path, sizeof path, "/v1/reconciliation/%s", act);
    (void)snprintf(key,
                   sizeof key,
                   "reconcile/%.64s/%.10s/%s",
                   reconciliation->bank,
                   reconciliation->day,
                   act);
    enum exit_code code = session_post(&reconciliation->session, path, key, body, &answer);
    if (code == EXIT_DONE) {
        json_decref(reconciliation->statement);
        reconciliation->statement = answer.body;
    }
    return code;
}

static json_t *money_of(int64_t minor)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(minor, text);
    return json_pack("{s:s,s:s}", "currency", "CNY", "value", text);
}

static enum exit_code open_statement(struct reconciliation *reconciliation,
                                     const struct statement_file *file)
{
    return statement_post(reconciliation,
                          "open",
                          json_pack("{s:s,s:s,s:s,s:I,s:o,s:o}",
                                    "bank",
                                    reconciliation->bank,
                                    "day",
                                    reconciliation->day,
                                    "statement",
                                    file->id,
                                    "line_count",
                                    (json_int_t)json_array_size(file->lines),
                                    "credits",
                                    money_of(file->credits_minor),
                                    "debits",
                                    money_of(file->debits_minor)));
}

/* Independent commands of one kind, `items` of them; each refusal is told, the first decides. */
static enum exit_code
post_batch(struct reconciliation *reconciliation, const char *key, json_t *commands)
{
    struct session_answer answer;
    json_t *result;
    size_t index;
    enum exit_code code =
        session_post(&reconciliation->session,
                     "/v1/batch",
                     key,
                     json_pack("{s:s,s:o}", "mode", "independent", "commands", commands),
                     &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    json_array_foreach(json_object_get(answer.body, "results"), index, result)
    {
        const json_t *problem = json_object_get(result, "problem");
        if (problem != NULL) {
            message("item %zu of %s: %s",
                    index + 1,
                    key,
                    json_string_value(json_object_get(problem, "detail")));
            problem_explain(problem);
            code = EXIT_REFUSED;
        }
    }
    json_decref(answer.body);
    return code;
}

static void
command_key(const struct reconciliation *reconciliation, const json_t *body, char key_out[KEY_SIZE])
{
    const char *item = json_string_value(json_object_get(body, "item"));
    const char *name = json_string_value(json_object_get(body, "key"));
    char line[24];
    (void)snprintf(line,
                   sizeof line,
                   "%" JSON_INTEGER_FORMAT,
                   json_integer_value(json_object_get(body, "line")));
    (void)snprintf(key_out,
                   KEY_SIZE,
                   "reconcile/%.64s/%.10s/%s/%.128s",
                   reconciliation->bank,
                   reconciliation->day,
                   item == NULL ? "line" : item,
                   name == NULL ? line : name);
}

static enum exit_code
post_all(struct reconciliation *reconciliation, const char *command, const json_t *bodies)
{
    enum exit_code code = EXIT_DONE;
    size_t count = json_array_size(bodies);
    for (size_t first = 0; first < count && code == EXIT_DONE; first += BATCH_COUNT) {
        char key[KEY_SIZE];
        json_t *commands = json_array();
        for (size_t i = first; i < count && i < first + BATCH_COUNT; i++) {
            command_key(reconciliation, json_array_get(bodies, i), key);
            json_array_append_new(commands,
                                  json_pack("{s:s,s:s,s:O}",
                                            "command",
                                            command,
                                            "idempotency_key",
                                            key,
                                            "body",
                                            json_array_get(bodies, i)));
        }
        code = post_batch(reconciliation, key, commands);
    }
    return code;
}

/* What came in first: the book has no overdrawn bank, and a statement that is overdrawn in the
 * middle of its day need not be so at its end. */
static enum exit_code lines_post(struct reconciliation *reconciliation, const json_t *lines)
{
    static const char *const sides[] = {"credit", "debit"};
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < 2 && code == EXIT_DONE; i++) {
        json_t *chosen = json_array();
        json_t *line;
        size_t index;
        json_array_foreach(lines, index, line)
        {
            const char *side = json_string_value(json_object_get(line, "side"));
            if (side != NULL && strcmp(side, sides[i]) == 0) {
                json_array_append(chosen, line);
            }
        }
        code = post_all(reconciliation, "reconciliation.line", chosen);
        json_decref(chosen);
    }
    return code;
}

/* --- what no line had --- */

/* What is ours, of this bank, and awaited on this day: where to look for it. */
struct item_kind_row {
    const char *item;
    const char *document;
    const char *day_field;
    const char *key_field;
    const char *place_field; /* set: it is not awaited any more */
    const char *states;      /* comma around each; "": any */
};

static const struct item_kind_row item_kinds[] = {
    {"payment",  "payment", "settlement_day", "id",  "reconciled",      ",confirmed,returned,"},
    {"payment",  "payment", "awaited_on",     "id",  "reconciled",      ",rejected,"          },
    {"reversal", "payment", "awaited_on",     "id",  "undo_reconciled", ""                    },
    {"funds",    "funds",   "settlement_day", "key", "reconciled",      ""                    },
};

static bool is_missing(const struct reconciliation *reconciliation,
                       const struct item_kind_row *row,
                       const json_t *document)
{
    char state[32];
    const char *bank = json_string_value(json_object_get(document, "bank"));
    const char *name = json_string_value(json_object_get(document, "state"));
    (void)snprintf(state, sizeof state, ",%s,", name == NULL ? "" : name);
    return bank != NULL && strcmp(bank, reconciliation->bank) == 0 &&
           json_object_get(document, row->place_field) == NULL &&
           (row->states[0] == '\0' || strstr(row->states, state) != NULL);
}

static enum exit_code page_read(struct reconciliation *reconciliation,
                                const struct item_kind_row *row,
                                char cursor[PATH_SIZE],
                                json_t *bodies)
{
    char path[PATH_SIZE + 200];
    struct session_answer answer;
    json_t *document;
    size_t index;
    (void)snprintf(path,
                   sizeof path,
                   "/v1/%s?limit=%d&%s=%s%s%s",
                   row->document,
                   PAGE_COUNT,
                   row->day_field,
                   reconciliation->day,
                   cursor[0] == '\0' ? "" : "&cursor=",
                   cursor);
    struct client_request request = {.method = "GET", .path = path, .accept = "application/json"};
    enum exit_code code = session_exchange(&reconciliation->session, &request, &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    json_array_foreach(json_object_get(answer.body, "items"), index, document)
    {
        if (is_missing(reconciliation, row, document)) {
            json_array_append_new(bodies,
                                  json_pack("{s:s,s:s,s:s,s:O}",
                                            "bank",
                                            reconciliation->bank,
                                            "day",
                                            reconciliation->day,
                                            "item",
                                            row->item,
                                            "key",
                                            json_object_get(document, row->key_field)));
        }
    }
    const char *next = json_string_value(json_object_get(answer.body, "next_cursor"));
    struct writer writer = writer_over(cursor, PATH_SIZE);
    session_encode(&writer, next == NULL ? "" : next, next == NULL ? 0 : strlen(next));
    write_u8(&writer, '\0');
    json_decref(answer.body);
    return code;
}

static enum exit_code missing_find(struct reconciliation *reconciliation)
{
    json_t *bodies = json_array();
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < sizeof item_kinds / sizeof item_kinds[0] && code == EXIT_DONE; i++) {
        char cursor[PATH_SIZE] = "";
        do {
            code = page_read(reconciliation, &item_kinds[i], cursor, bodies);
        } while (code == EXIT_DONE && cursor[0] != '\0');
    }
    if (code == EXIT_DONE) {
        code = post_all(reconciliation, "reconciliation.missing", bodies);
    }
    json_decref(bodies);
    return code;
}

/* --- the report --- */

static const struct {
    const char *member;
    const char *title;
} report_rows[] = {
    {"taken_count",      "Lines of the statement"                       },
    {"matched_count",    "  matched (平)"                              },
    {"proved_count",     "  decided a payment in doubt"                 },
    {"completed_count",  "  booked from the statement (补单)"         },
    {"only_there_count", "  only at the bank (长款)"                  },
    {"differs_count",    "  amount differs (金额不符)"              },
    {"tolerated_count",  "  amount differs within tolerance (容差)"   },
    {"only_here_count",  "Only in our books (短款)"                   },
    {"off_day_count",    "Matched beyond the tolerance of days (跨日)"},
};

static enum exit_code differences_print(struct reconciliation *reconciliation)
{
    char path[PATH_SIZE];
    struct session_answer answer;
    json_t *difference;
    size_t index;
    static const struct table_column columns[] = {
        {"Difference", ALIGN_LEFT },
        {"Kind",       ALIGN_LEFT },
        {"Bank holds", ALIGN_LEFT },
        {"CNY",        ALIGN_RIGHT},
        {"Subject",    ALIGN_LEFT },
        {"Line",       ALIGN_LEFT },
        {"Since",      ALIGN_LEFT },
    };
    (void)snprintf(path, sizeof path, "/v1/difference?limit=%d&state=open", PAGE_COUNT);
    struct client_request request = {.method = "GET", .path = path, .accept = "application/json"};
    enum exit_code code = session_exchange(&reconciliation->session, &request, &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    struct table *table = table_create(columns, sizeof columns / sizeof columns[0]);
    json_array_foreach(json_object_get(answer.body, "items"), index, difference)
    {
        const char *bank = json_string_value(json_object_get(difference, "bank"));
        const char *texts[] = {
            json_string_value(json_object_get(difference, "id")),
            json_string_value(json_object_get(difference, "kind")),
            json_is_true(json_object_get(difference, "is_lack")) ? "less" : "more",
            json_string_value(json_object_get(json_object_get(difference, "amount"), "value")),
            json_string_value(json_object_get(difference, "subject")),
            json_string_value(json_object_get(difference, "line")),
            json_string_value(json_object_get(difference, "opened_on")),
        };
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            texts[i] = texts[i] == NULL ? "" : texts[i];
        }
        if (bank != NULL && strcmp(bank, reconciliation->bank) == 0) {
            table_add(table, texts);
        }
    }
    table_finish(table);
    json_decref(answer.body);
    return EXIT_DONE;
}

static enum exit_code report(struct reconciliation *reconciliation,
                             const struct statement_file *file)
{
    char credits[MONEY_TEXT_SIZE];
    char debits[MONEY_TEXT_SIZE];
    if (reconciliation->session.arguments->values[OPTION_JSON]) {
        output_json(reconciliation->statement);
        return EXIT_DONE;
    }
    amount_format(file->credits_minor, credits);
    amount_format(file->debits_minor, debits);
    printf("Reconciliation (对账)  bank %s  day %s  statement %s\n\n",
           reconciliation->bank,
           reconciliation->day,
           file->id);
    printf("%-40s %20s\n%-40s %20s\n", "Credits, CNY", credits, "Debits, CNY", debits);
    for (size_t i = 0; i < sizeof report_rows / sizeof report_rows[0]; i++) {
        printf(
            "%-40s %20" JSON_INTEGER_FORMAT "\n",
            report_rows[i].title,
            json_integer_value(json_object_get(reconciliation->statement, report_rows[i].member)));
    }
    printf("\nOpen differences (差异)\n\n");
    enum exit_code code = differences_print(reconciliation);
    printf("\nMade by (经办) ____________   Checked by (复核) ____________\n");
    return code;
}

enum exit_code verb_reconcile(const struct arguments *arguments)
{
    char reason[512];
    struct statement_file file;
    date_days day;
    const char *day_text = arguments->positionals[1];
    if (!date_parse(day_text, strlen(day_text), &day)) {
        message("%s is not a date such as 2026-11-23", day_text);
        return EXIT_USAGE;
    }
    if (!statement_file_read(arguments->positionals[2],
                             arguments->positionals[0],
                             day_text,
                             &file,
                             reason,
                             sizeof reason)) {
        message("%s: %s", arguments->positionals[2], reason);
        return EXIT_LOCAL;
    }
    struct reconciliation reconciliation = {.bank = arguments->positionals[0], .day = day_text};
    enum exit_code code = session_open(&reconciliation.session, arguments);
    if (code != EXIT_DONE) {
        json_decref(file.lines);
        return code;
    }
    code = open_statement(&reconciliation, &file);
    if (code == EXIT_DONE) {
        code = lines_post(&reconciliation, file.lines);
    }
    if (code == EXIT_DONE) {
        code = missing_find(&reconciliation);
    }
    if (code == EXIT_DONE) {
        code = statement_post(
            &reconciliation,
            "close",
            json_pack("{s:s,s:s}", "bank", reconciliation.bank, "day", reconciliation.day));
    }
    if (code == EXIT_DONE) {
        code = report(&reconciliation, &file);
    }
    json_decref(reconciliation.statement);
    json_decref(file.lines);
    session_close(&reconciliation.session);
    return code;
}
