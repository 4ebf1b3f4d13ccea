#include <stdio.h>
#include <string.h>

#include "gateway/business/documents.h"
#include "tools/kouan/approval_json.h"
#include "tools/kouan/output.h"
#include "tools/kouan/session.h"
#include "tools/kouan/verb.h"

enum {
    PATH_SIZE = 2048,
    PAGE_COUNT_MAX = 500,
    LIST_COUNT = 100,
    LIST_COUNT_MAX = 1000000
};

static enum exit_code fetch(struct session *session, const char *path, json_t **body_out)
{
    struct client_request request = {.method = "GET", .path = path, .accept = "application/json"};
    struct session_answer answer;
    enum exit_code code = session_exchange(session, &request, &answer);
    *body_out = answer.body;
    return code;
}

static void encode(struct writer *writer, const char *text)
{
    session_encode(writer, text, strlen(text));
}

/* A document's key as path: its slashes stay, an encoded one would be refused as ambiguous. */
static void encode_key(struct writer *writer, const char *key)
{
    for (;;) {
        size_t size = strcspn(key, "/");
        session_encode(writer, key, size);
        if (key[size] == '\0') {
            return;
        }
        write_text(writer, "/");
        key += size + 1;
    }
}

/* NUL-terminated; false when it does not fit. */
static bool path_finish(struct writer *writer)
{
    write_u8(writer, '\0');
    return !writer->has_failed;
}

enum exit_code verb_get(const struct arguments *arguments)
{
    char path[PATH_SIZE];
    struct writer writer = writer_over(path, sizeof path);
    write_text(&writer, "/v1/");
    encode(&writer, arguments->positionals[0]);
    write_text(&writer, "/");
    encode_key(&writer, arguments->positionals[1]);
    if (!path_finish(&writer)) {
        message("the key is too long");
        return EXIT_USAGE;
    }
    struct session session;
    enum exit_code code = session_open(&session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    json_t *body = NULL;
    code = fetch(&session, path, &body);
    if (code == EXIT_DONE && strcmp(arguments->positionals[0], "approval") == 0) {
        approval_json_open(body);
    }
    if (code == EXIT_DONE && arguments->values[OPTION_JSON]) {
        output_json(body);
    } else if (code == EXIT_DONE) {
        output_record(body, stdout);
    }
    json_decref(body);
    session_close(&session);
    return code;
}

static bool list_path(const struct arguments *arguments,
                      size_t limit,
                      const char *cursor,
                      char path_out[PATH_SIZE])
{
    struct writer writer = writer_over(path_out, PATH_SIZE);
    const char *filter = arguments->values[OPTION_FILTER];
    char number[24];
    snprintf(number, sizeof number, "%zu", limit < PAGE_COUNT_MAX ? limit : PAGE_COUNT_MAX);
    write_text(&writer, "/v1/");
    encode(&writer, arguments->positionals[0]);
    write_text(&writer, "?limit=");
    write_text(&writer, number);
    if (filter) {
        size_t name_size = strcspn(filter, "=");
        write_text(&writer, "&");
        session_encode(&writer, filter, name_size);
        write_text(&writer, "=");
        encode(&writer, filter + name_size + 1);
    }
    if (cursor) {
        write_text(&writer, "&cursor=");
        encode(&writer, cursor);
    }
    return path_finish(&writer);
}

static const struct record *document_find(const char *kind)
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        if (strcmp(document_types[i].record->name, kind) == 0) {
            return document_types[i].record;
        }
    }
    return NULL;
}

static bool is_indexed(const struct record *record, const char *name, size_t size)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & (FIELD_INDEX | FIELD_PREFIX)) && strlen(field->name) == size &&
            memcmp(field->name, name, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The gateway filters by indexed fields and heeds no other. */
static bool filter_check(const char *kind, const char *filter)
{
    size_t size = filter ? strcspn(filter, "=") : 0;
    const struct record *record = document_find(kind);
    if (!filter) {
        return true;
    }
    if (size == 0 || filter[size] == '\0') {
        message("--filter wants FIELD=VALUE, not \"%s\"", filter);
        return false;
    }
    if (!record || is_indexed(record, filter, size)) {
        return true;
    }
    message("%s cannot be listed by %.*s; it can be by:", kind, (int)size, filter);
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].flags & (FIELD_INDEX | FIELD_PREFIX)) {
            message("  %s", record->fields[i].name);
        }
    }
    return false;
}

/* Pages until `limit` or the end; what was read so far stays in `items`. */
static enum exit_code list_read(struct session *session, size_t limit, json_t *items)
{
    char path[PATH_SIZE];
    json_t *page = NULL;
    enum exit_code code = EXIT_DONE;
    const char *cursor = NULL;
    do {
        if (!list_path(session->arguments, limit - json_array_size(items), cursor, path)) {
            message("the filter is too long");
            code = EXIT_USAGE;
            break;
        }
        json_decref(page);
        page = NULL;
        code = fetch(session, path, &page);
        json_array_extend(items, json_object_get(page, "items"));
        cursor = json_string_value(json_object_get(page, "next_cursor"));
    } while (code == EXIT_DONE && cursor && json_array_size(items) < limit);
    if (code == EXIT_DONE && cursor) {
        message("there are more: --limit");
    }
    json_decref(page);
    return code;
}

enum exit_code verb_list(const struct arguments *arguments)
{
    int64_t limit = 0;
    if (!arguments_number(arguments, OPTION_LIMIT, LIST_COUNT_MAX, LIST_COUNT, &limit)) {
        message("--limit wants a number from 1 to %d", LIST_COUNT_MAX);
        return EXIT_USAGE;
    }
    if (!filter_check(arguments->positionals[0], arguments->values[OPTION_FILTER])) {
        return EXIT_USAGE;
    }
    struct session session;
    enum exit_code code = session_open(&session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    json_t *items = json_array();
    code = list_read(&session, (size_t)limit, items);
    if (code == EXIT_DONE && arguments->values[OPTION_JSON]) {
        output_json(items);
    } else if (code == EXIT_DONE) {
        output_list(items);
    }
    json_decref(items);
    session_close(&session);
    return code;
}
