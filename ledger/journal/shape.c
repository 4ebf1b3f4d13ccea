#include "ledger/journal/shape.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *column_type_name(enum column_type type)
{
    static const char *const names[] = {[COLUMN_BIGINT] = "bigint",
                                        [COLUMN_INTEGER] = "integer",
                                        [COLUMN_SMALLINT] = "smallint",
                                        [COLUMN_BOOLEAN] = "boolean",
                                        [COLUMN_TEXT] = "text",
                                        [COLUMN_BYTEA] = "bytea",
                                        [COLUMN_DATE] = "date",
                                        [COLUMN_TIMESTAMPTZ] = "timestamptz",
                                        [COLUMN_JSONB] = "json"};
    assert((size_t)type < sizeof names / sizeof names[0]);
    return names[type];
}

/* Names are constants of ours; what could break out of the quotes is a bug. */
static void name_check(const char *name)
{
    size_t size = strlen(name);
    assert(size > 0 && size < 56 && strcspn(name, "\"'\\") == size);
}

void kind_columns(const struct document_kind *kind, struct sql *sql)
{
    sql_add(sql, "\"key\", \"version\"");
    for (size_t i = 0; i < kind->column_count; i++) {
        name_check(kind->columns[i].name);
        sql_add(sql, ", \"%s\"", kind->columns[i].name);
    }
}

/* The columns of one kind as the database knows them. */
static enum status
known_columns(struct connection *connection, const struct document_kind *kind, PGresult **out)
{
    const char *const parameters[] = {kind->name};
    return connection_query(connection,
                            "SELECT name, type FROM ledger.document_column WHERE kind = $1"
                            " ORDER BY position",
                            1,
                            parameters,
                            out);
}

/* The number of leading columns that agree. */
static size_t columns_agree(const struct document_kind *kind, const PGresult *known)
{
    size_t i = 0;
    while (i < kind->column_count && i < (size_t)PQntuples(known) &&
           strcmp(PQgetvalue(known, (int)i, 0), kind->columns[i].name) == 0 &&
           strcmp(PQgetvalue(known, (int)i, 1), column_type_name(kind->columns[i].type)) == 0) {
        i++;
    }
    return i;
}

enum status shape_compare(struct connection *connection,
                          const struct document_kind *kinds,
                          size_t kind_count,
                          char *difference_out,
                          size_t difference_size)
{
    int64_t known_kinds = 0;
    enum status status =
        connection_number(connection, "SELECT count(*) FROM ledger.document_kind", 0, &known_kinds);
    for (size_t i = 0; status == STATUS_OK && i < kind_count; i++) {
        PGresult *known = NULL;
        status = known_columns(connection, &kinds[i], &known);
        if (status != STATUS_OK) {
            break;
        }
        size_t agreed = columns_agree(&kinds[i], known);
        if (agreed < kinds[i].column_count || agreed < (size_t)PQntuples(known)) {
            snprintf(difference_out,
                     difference_size,
                     "business.%s, column %zu",
                     kinds[i].name,
                     agreed + 1);
            status = STATUS_REJECTED;
        }
        PQclear(known);
    }
    return status;
}

static void column_add(const struct document_kind *kind, size_t column, struct sql *sql)
{
    const struct column *added = &kind->columns[column];
    const char *type = column_type_name(added->type);
    sql_add(sql,
            "ALTER TABLE business.\"%s\" ADD COLUMN \"%s\" %s%s;\n"
            "INSERT INTO ledger.document_column VALUES ('%s', %zu, '%s', '%s',"
            " (SELECT coalesce(max(number), 0) + 1 FROM ledger.batch));\n",
            kind->name,
            added->name,
            type,
            added->type == COLUMN_TEXT ? " COLLATE \"C\"" : "", /* codes and names: byte order */
            kind->name,
            column + 1,
            added->name,
            type);
}

/* Only of the versions that have the first column: many have it for a moment, or never. */
static void index_add(const struct document_kind *kind, const char *columns, struct sql *sql)
{
    char name[64];
    int size = snprintf(name, sizeof name, "%s_by", kind->name);
    for (const char *at = columns; *at != '\0' && size < (int)sizeof name - 1; at++) {
        if (isalnum((unsigned char)*at) || *at == '_') {
            name[size++] = *at;
        } else if (*at == ' ') {
            name[size++] = '_';
        }
    }
    name[size] = '\0';
    sql_add(sql,
            "CREATE INDEX IF NOT EXISTS \"%s\" ON business.\"%s\" (%s) WHERE %.*s IS NOT NULL;\n",
            name,
            kind->name,
            columns,
            (int)strcspn(columns, ","),
            columns);
}

/* The document as it stands: the version that no later one follows. */
static void view_add(const struct document_kind *kind, struct sql *sql)
{
    sql_add(sql,
            "DROP VIEW IF EXISTS business.\"%s_current\";\n"
            "CREATE VIEW business.\"%s_current\" AS SELECT d.\"key\", d.\"version\"",
            kind->name,
            kind->name);
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *name = kind->columns[i].name;
        if (kind->columns[i].type == COLUMN_JSONB) {
            sql_add(sql, ", d.\"%s\"::jsonb AS \"%s\"", name, name);
        } else {
            sql_add(sql, ", d.\"%s\"", name);
        }
    }
    sql_add(sql,
            " FROM business.\"%s\" d WHERE NOT EXISTS (SELECT FROM business.\"%s\" n"
            " WHERE n.\"key\" = d.\"key\" AND n.\"version\" > d.\"version\");\n",
            kind->name,
            kind->name);
}

static void kind_migrate(const struct document_kind *kind, size_t known_count, struct sql *sql)
{
    sql_add(sql,
            "CREATE TABLE IF NOT EXISTS business.\"%s\" (\"key\" text COLLATE \"C\" NOT NULL,"
            " \"version\" bigint NOT NULL, PRIMARY KEY (\"key\", \"version\"));\n"
            "INSERT INTO ledger.document_kind SELECT '%s', coalesce(max(number), 0) + 1"
            " FROM ledger.batch ON CONFLICT DO NOTHING;\n",
            kind->name,
            kind->name);
    for (size_t i = known_count; i < kind->column_count; i++) {
        column_add(kind, i, sql);
    }
    for (size_t i = 0; kind->indexes != NULL && kind->indexes[i] != NULL; i++) {
        index_add(kind, kind->indexes[i], sql);
    }
    view_add(kind, sql);
}

enum status shape_migrate(struct connection *connection,
                          const struct document_kind *kinds,
                          size_t kind_count,
                          char *message_out,
                          size_t message_size)
{
    enum status status = STATUS_OK;
    struct sql sql = {0};
    for (size_t i = 0; status == STATUS_OK && i < kind_count; i++) {
        name_check(kinds[i].name);
        PGresult *known = NULL;
        status = known_columns(connection, &kinds[i], &known);
        if (status != STATUS_OK) {
            break;
        }
        size_t known_count = (size_t)PQntuples(known);
        if (columns_agree(&kinds[i], known) < known_count) {
            snprintf(message_out,
                     message_size,
                     "business.%s: a column went away or changed its type",
                     kinds[i].name);
            status = STATUS_REJECTED;
        }
        PQclear(known);
        sql_clear(&sql);
        kind_migrate(&kinds[i], known_count, &sql);
        if (status == STATUS_OK) {
            status = connection_run(connection, sql.text);
        }
    }
    sql_destroy(&sql);
    return status;
}
