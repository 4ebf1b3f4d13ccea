/* `kouan simulate`: the days ahead, computed from documents that are only read. */
#include <stdio.h>
#include <string.h>

#include "ledger/base/date.h"
#include "tools/kouan/outlook.h"
#include "tools/kouan/output.h"
#include "tools/kouan/session.h"
#include "tools/kouan/verb.h"

enum {
    PATH_SIZE = 1024,
    DAYS = 60,
    ITEM_COUNT_MAX = 20000, /* of each kind; more are refused, not left out */
};

/* Every document of this kind that we may see, page by page. */
static enum exit_code kind_read(struct session *session, const char *kind, json_t *items)
{
    char path[PATH_SIZE];
    char cursor[PATH_SIZE / 2] = "";
    enum exit_code code = EXIT_DONE;
    do {
        struct writer writer = writer_over(path, sizeof path);
        write_text(&writer, "/v1/");
        write_text(&writer, kind);
        write_text(&writer, "?limit=500");
        if (cursor[0] != '\0') {
            write_text(&writer, "&cursor=");
            session_encode(&writer, cursor, strlen(cursor));
        }
        write_u8(&writer, '\0');
        struct client_request request = {
            .method = "GET", .path = path, .accept = "application/json"};
        struct session_answer answer;
        code = writer.has_failed ? EXIT_LOCAL : session_exchange(session, &request, &answer);
        if (code != EXIT_DONE) {
            return code;
        }
        json_array_extend(items, json_object_get(answer.body, "items"));
        const char *next = json_string_value(json_object_get(answer.body, "next_cursor"));
        (void)snprintf(cursor, sizeof cursor, "%s", next == NULL ? "" : next);
        json_decref(answer.body);
        if (json_array_size(items) > ITEM_COUNT_MAX) {
            message("more than %d documents of kind %s", ITEM_COUNT_MAX, kind);
            return EXIT_LOCAL;
        }
    } while (cursor[0] != '\0');
    return code;
}

static enum exit_code documents_read(const struct arguments *arguments, json_t *documents)
{
    static const char *const kinds[] = {
        "tax_day", "tax_cycle", "tax_statement", "guarantee", "call"};
    struct session session;
    enum exit_code code = session_open(&session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && code == EXIT_DONE; i++) {
        json_t *items = json_array();
        json_object_set_new(documents, kinds[i], items);
        code = kind_read(&session, kinds[i], items);
    }
    session_close(&session);
    return code;
}

/* Money as text: a table has no room for records. */
static void money_flatten(json_t *rows, const char *name)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        json_t *value = json_object_get(json_object_get(row, name), "value");
        json_object_set(row, name, value);
    }
}

static void show(const struct arguments *arguments, json_t *outlook)
{
    if (arguments->values[OPTION_JSON] != NULL) {
        output_json(outlook);
        return;
    }
    json_t *events = json_object_get(outlook, "events");
    json_t *utilisation = json_object_get(outlook, "utilisation");
    money_flatten(events, "amount");
    money_flatten(utilisation, "limit");
    money_flatten(utilisation, "reserved");
    output_list(events);
    printf("\n");
    output_list(utilisation);
}

enum exit_code verb_simulate(const struct arguments *arguments)
{
    const char *text = arguments->values[OPTION_FROM];
    date_days from = date_of(clock_now());
    int64_t days = 0;
    if (text != NULL && !date_parse(text, strlen(text), &from)) {
        message("--from wants a date such as 2026-11-24, not %s", text);
        return EXIT_USAGE;
    }
    if (!arguments_number(arguments, OPTION_DAYS, OUTLOOK_DAYS_MAX, DAYS, &days)) {
        message("--days wants a number from 1 to %d", OUTLOOK_DAYS_MAX);
        return EXIT_USAGE;
    }
    json_t *documents = json_object();
    enum exit_code code = documents_read(arguments, documents);
    if (code == EXIT_DONE) {
        json_t *outlook = outlook_make(documents, from, (int)days);
        show(arguments, outlook);
        json_decref(outlook);
    }
    json_decref(documents);
    return code;
}
