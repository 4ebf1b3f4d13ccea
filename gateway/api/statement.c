#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"

enum {
    STATEMENT_SIZE_MAX = 8192
};

static const char *column_type_name(enum column_type type)
{
    switch (type) {
    case COLUMN_BIGINT:
    case COLUMN_INTEGER:
    case COLUMN_SMALLINT:
        return "bigint";
    case COLUMN_BOOLEAN:
        return "boolean";
    case COLUMN_DATE:
        return "date";
    case COLUMN_TIMESTAMPTZ:
        return "timestamptz";
    case COLUMN_TEXT:
    case COLUMN_BYTEA:
    case COLUMN_JSONB:
        return "text";
    }
    return "text";
}

static const char *type_of_column(const struct document_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->column_count; i++) {
        if (strcmp(kind->columns[i].name, name) == 0) {
            return column_type_name(kind->columns[i].type);
        }
    }
    return "text";
}

static void write_select(struct writer *sql, const struct document_kind *kind)
{
    write_text(sql, "SELECT d.key, d.version");
    for (size_t i = 0; i < kind->column_count; i++) {
        write_text(sql, ", d.\"");
        write_text(sql, kind->columns[i].name);
        write_text(sql, "\"");
    }
    write_text(sql, " FROM business.");
    write_text(sql, kind->name);
    write_text(sql, " d WHERE ");
}

/* The column of a field: the key field is the column "key" of every document. */
static void write_column(struct writer *sql, const struct record *record, const char *name)
{
    const char *column = name;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_KEY) != 0 && strcmp(field->name, name) == 0) {
            column = "key";
        }
    }
    write_text(sql, "d.\"");
    write_text(sql, column);
    write_text(sql, "\"");
}

/* "a" is a column; "a.b.c" leads into what a column nests, through each item of a list. */
static void write_viewer(struct writer *sql, const struct record *record, const char *path)
{
    char column[64];
    size_t size = strcspn(path, ".");
    assert(size < sizeof column);
    memcpy(column, path, size);
    column[size] = '\0';
    if (path[size] == '\0') {
        write_column(sql, record, column);
        write_text(sql, " = $2");
        return;
    }
    write_text(sql, "jsonb_path_exists(");
    write_column(sql, record, column);
    write_text(sql, "::jsonb, '$");
    write_text(sql, path + size);
    write_text(sql, " ? (@ == $viewer)', jsonb_build_object('viewer', $2::text))");
}

/* $2 is the party that looks; "" is one that sees everything. */
static void write_viewers(struct writer *sql, const struct document_type *type)
{
    write_text(sql, " AND ($2 = ''");
    for (size_t i = 0; type->viewers != NULL && type->viewers[i] != NULL; i++) {
        write_text(sql, " OR ");
        write_viewer(sql, type->record, type->viewers[i]);
    }
    write_text(sql, ")");
}

static char *finish(struct writer *sql)
{
    write_u8(sql, '\0');
    assert(!sql->has_failed);
    char *copy = strdup((const char *)sql->data);
    assert(copy != NULL);
    return copy;
}

static char *single_make(const struct document_type *type, const struct document_kind *kind)
{
    char space[STATEMENT_SIZE_MAX];
    struct writer sql = writer_over(space, sizeof space);
    write_select(&sql, kind);
    write_text(&sql, "d.key = $1");
    write_viewers(&sql, type);
    write_text(&sql, " ORDER BY d.version DESC LIMIT 1");
    return finish(&sql);
}

static char *page_make(const struct document_type *type,
                       const struct document_kind *kind,
                       const struct field *filter)
{
    char space[STATEMENT_SIZE_MAX];
    struct writer sql = writer_over(space, sizeof space);
    write_select(&sql, kind);
    write_text(&sql, "d.key > $1");
    write_viewers(&sql, type);
    if (filter != NULL && (filter->flags & FIELD_PREFIX) != 0) {
        write_text(&sql, " AND d.key >= $4 || '/' AND d.key < $4 || '0'"); /* '0' follows '/' */
    } else if (filter != NULL) {
        write_text(&sql, " AND ");
        write_column(&sql, type->record, filter->name);
        write_text(&sql, " = $4::");
        write_text(&sql, type_of_column(kind, filter->name));
    }
    write_text(&sql, " AND NOT EXISTS (SELECT FROM business.");
    write_text(&sql, kind->name);
    write_text(&sql,
               " n WHERE n.key = d.key AND n.version > d.version)"
               " ORDER BY d.key LIMIT $3::bigint");
    return finish(&sql);
}

void document_statements_make(struct document_statements statements_out[DOCUMENT_COUNT])
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        const struct document_type *type = &document_types[i];
        const struct document_kind *kind = record_document_kind(type->record);
        struct document_statements *made = &statements_out[i];
        made->single = single_make(type, kind);
        made->page = page_make(type, kind, NULL);
        assert(type->record->field_count <= RECORD_FIELD_COUNT_MAX);
        for (size_t j = 0; j < type->record->field_count; j++) {
            const struct field *field = &type->record->fields[j];
            bool is_filter = (field->flags & (FIELD_INDEX | FIELD_PREFIX)) != 0;
            made->filtered[j] = is_filter ? page_make(type, kind, field) : NULL;
        }
    }
}

void document_statements_free(struct document_statements statements[DOCUMENT_COUNT])
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        free(statements[i].single);
        free(statements[i].page);
        for (size_t j = 0; j < RECORD_FIELD_COUNT_MAX; j++) {
            free(statements[i].filtered[j]);
        }
    }
}
