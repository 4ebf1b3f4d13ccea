/* Documents: what the commands made of them, against business.*, version by version. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/audit/audit_p.h"

enum {
    SELECT_SIZE = 8192,
    CURSOR_NAME_SIZE = 24
};

/* A reader that prepares more than its 512 statements begins a new connection, without cursors. */
_Static_assert(DOCUMENT_COUNT * 4 + 40 <= 512, "more kinds than cursors: fetch in fewer sizes");

/* The rows of one kind, held against what the page made of it. */
struct comparison {
    struct audit *audit;
    enum document document;
    const struct made_document *made;
    size_t count;
    size_t at;
};

static const char *document_name(enum document document)
{
    return document_types[document].record->name;
}

static void cursor_name(enum document document, char name_out[CURSOR_NAME_SIZE])
{
    (void)snprintf(name_out, CURSOR_NAME_SIZE, "document_%d", (int)document);
}

/* The form that record_read_row takes. */
enum status documents_open(struct audit *audit)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < DOCUMENT_COUNT; i++) {
        char cursor[CURSOR_NAME_SIZE];
        char select[SELECT_SIZE];
        const struct document_kind *kind = record_document_kind(document_types[i].record);
        struct writer writer = writer_over(select, sizeof select - 1);
        write_text(&writer, "SELECT \"key\", \"version\"");
        for (size_t column = 0; column < kind->column_count; column++) {
            write_text(&writer, ", \"");
            write_text(&writer, kind->columns[column].name);
            write_text(&writer, "\"");
        }
        write_text(&writer, " FROM business.\"");
        write_text(&writer, kind->name);
        write_text(&writer, "\" ORDER BY \"version\", \"key\" COLLATE \"C\"");
        if (writer.has_failed) {
            return STATUS_LIMIT;
        }
        select[writer.size] = '\0';
        cursor_name((enum document)i, cursor);
        status = rows_open(audit, cursor, select);
    }
    return status;
}

/* The secret a stand-in was made for (see the README); lookups are compared. */
static bool is_stand_in(const struct field *field)
{
    const unsigned both = FIELD_SECRET | FIELD_PERSONAL;
    return (field->flags & both) == both;
}

static void compare_fields(struct audit *audit, const struct made_document *made, const void *data)
{
    const struct record *record = document_types[made->document].record;
    for (size_t i = 0; i < record->field_count && !audit->is_different; i++) {
        struct record one = *record;
        one.fields = &record->fields[i];
        one.field_count = 1;
        if (!is_stand_in(one.fields) && !record_equal(&one, data, made->data)) {
            audit_differs(audit,
                          "command %" PRId64 ": document %s %s: %s is not what the command "
                          "makes it",
                          made->command_seq,
                          record->name,
                          record_key(record, made->data),
                          one.fields->name);
        }
    }
}

static void compare_row(void *comparison_, const struct row_view *row)
{
    struct comparison *comparison = comparison_;
    struct audit *audit = comparison->audit;
    const struct record *record = document_types[comparison->document].record;
    if (audit->is_different) {
        return;
    }
    const struct made_document *made = &comparison->made[comparison->at++];
    const char *made_key = record_key(record, made->data);
    struct bytes key = view_bytes(row, 0);
    int64_t version = view_bigint(row, 1);
    if (version != made->command_seq || key.size != strlen(made_key) ||
        memcmp(key.data, made_key, key.size) != 0) {
        audit_differs(audit,
                      "command %" PRId64 ": document %s %.*s is stored where the commands "
                      "make %s (command %" PRId64 ")",
                      version,
                      record->name,
                      (int)key.size,
                      (const char *)key.data,
                      made_key,
                      made->command_seq);
        return;
    }
    arena_reset(&audit->bodies);
    void *data = arena_take(&audit->bodies, record->size);
    if (data == NULL || !record_read_row(record, audit->vault, row, &audit->bodies, data)) {
        audit_differs(audit,
                      "command %" PRId64 ": document %s %s cannot be read",
                      version,
                      record->name,
                      made_key);
        return;
    }
    compare_fields(audit, made, data);
    audit->report->document_count++;
}

/* The made documents of a page are ordered by kind. */
enum status documents_page(struct audit *audit)
{
    const struct made_document *documents = audit->page.documents.items;
    size_t count = audit->page.documents.count;
    size_t first = 0;
    while (first < count && !audit->is_different) {
        char cursor[CURSOR_NAME_SIZE];
        size_t end = first;
        while (end < count && documents[end].document == documents[first].document) {
            end++;
        }
        struct comparison comparison = {
            .audit = audit,
            .document = documents[first].document,
            .made = documents + first,
            .count = end - first,
        };
        cursor_name(comparison.document, cursor);
        enum status status = rows_read(audit, cursor, comparison.count, compare_row, &comparison);
        if (status != STATUS_OK) {
            return status;
        }
        if (comparison.at < comparison.count) {
            const struct made_document *missing = &comparison.made[comparison.at];
            audit_differs(audit,
                          "command %" PRId64 ": document %s %s is missing",
                          missing->command_seq,
                          document_name(missing->document),
                          record_key(document_types[missing->document].record, missing->data));
        }
        first = end;
    }
    return STATUS_OK;
}

static void left_over(void *comparison_, const struct row_view *row)
{
    struct comparison *comparison = comparison_;
    struct bytes key = view_bytes(row, 0);
    audit_differs(comparison->audit,
                  "command %" PRId64 ": document %s %.*s is made by no command",
                  view_bigint(row, 1),
                  document_name(comparison->document),
                  (int)key.size,
                  (const char *)key.data);
}

enum status documents_end(struct audit *audit)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && !audit->is_different && i < DOCUMENT_COUNT; i++) {
        char cursor[CURSOR_NAME_SIZE];
        struct comparison comparison = {.audit = audit, .document = (enum document)i};
        cursor_name(comparison.document, cursor);
        status = rows_read(audit, cursor, 1, left_over, &comparison);
    }
    return status;
}
