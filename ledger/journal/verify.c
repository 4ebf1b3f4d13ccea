#include "ledger/journal/verify.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/journal/rows.h"
#include "ledger/journal/sql.h"

enum status verify_fail(struct verify *verify, const char *format, ...)
{
    char *text = verify->report->first_bad;
    if (text[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is just above */
        vsnprintf(text, sizeof verify->report->first_bad, format, arguments);
        va_end(arguments);
    }
    return STATUS_CORRUPT;
}

void *array_room(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = 2 * *capacity + 64;
    void *grown = realloc(array, *capacity * size);
    assert(grown != NULL);
    return grown;
}

/* All three connections look at one moment. */
static enum status snapshot_share(struct verify *verify)
{
    static const char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                "SET LOCAL work_mem = '256MB'";
    PGresult *result = NULL;
    enum status status = connection_run(&verify->rows, begin);
    if (status == STATUS_OK) {
        status = connection_query(&verify->rows, "SELECT pg_export_snapshot()", 0, NULL, &result);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct sql sql = {0};
    sql_add(&sql, "%s; SET TRANSACTION SNAPSHOT '%s'", begin, PQgetvalue(result, 0, 0));
    PQclear(result);
    status = connection_run(&verify->batches, sql.text);
    if (status == STATUS_OK) {
        status = connection_run(&verify->extra, sql.text);
    }
    sql_destroy(&sql);
    return status;
}

static enum status verify_connect(struct verify *verify, const char *conninfo)
{
    struct connection *const connections[] = {&verify->rows, &verify->batches, &verify->extra};
    for (size_t i = 0; i < 3; i++) {
        enum status status = connection_open(connections[i], conninfo, "kouan verify");
        if (status != STATUS_OK) {
            return status;
        }
    }
    return snapshot_share(verify);
}

/* The tables of the ledger itself. */
static enum status verify_ledger(struct verify *verify)
{
    static const struct {
        row_visitor *visit;
        const char *key_column;
        size_t key_field;
        enum stream_number stream;
        enum table_range range;
    } checks[] = {
        {laws_account,  "number",      0, STREAM_ACCOUNT,  RANGE_ACCOUNT },
        {laws_bounds,   "command_seq", 0, STREAM_BOUNDS,   RANGE_COMMAND },
        {laws_transfer, "seq",         0, STREAM_TRANSFER, RANGE_TRANSFER},
        {laws_command,  "seq",         0, STREAM_COMMAND,  RANGE_COMMAND },
        {laws_event,    "command_seq", 2, STREAM_EVENT,    RANGE_COMMAND },
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof checks / sizeof checks[0]; i++) {
        const struct stream_table *stream = &stream_tables[checks[i].stream];
        struct table table = {.order = stream->order,
                              .key_column = checks[i].key_column,
                              .key_field = checks[i].key_field,
                              .range = checks[i].range,
                              .visit = checks[i].visit};
        snprintf(table.name, sizeof table.name, "%s", stream->name);
        struct sql sql = {0};
        sql_add(&sql, "SELECT %s FROM ledger.%s", stream->columns, stream->name);
        table.select = sql.text;
        status = verify_table(verify, &table);
        sql_destroy(&sql);
    }
    return status;
}

static enum status verify_kind(struct verify *verify, const char *kind)
{
    const char *const parameters[] = {kind};
    PGresult *columns = NULL;
    enum status status = connection_query(&verify->extra,
                                          "SELECT quote_ident(name), since_batch FROM"
                                          " ledger.document_column WHERE kind = $1"
                                          " ORDER BY position",
                                          1,
                                          parameters,
                                          &columns);
    if (status != STATUS_OK) {
        return status;
    }
    size_t count = (size_t)PQntuples(columns);
    struct table table = {.order = "version, key COLLATE \"C\"",
                          .key_column = "version",
                          .key_field = 1,
                          .range = RANGE_COMMAND,
                          .column_count = KIND_FIXED_COLUMNS + count};
    table.since = calloc(table.column_count, sizeof *table.since);
    assert(table.since != NULL);
    struct sql sql = {0};
    sql_add(&sql, "SELECT key, version");
    for (size_t i = 0; i < count; i++) {
        sql_add(&sql, ", %s", PQgetvalue(columns, (int)i, 0));
        table.since[KIND_FIXED_COLUMNS + i] = result_number(columns, (int)i, 1);
    }
    sql_add(&sql, " FROM business.\"%s\"", kind);
    table.select = sql.text;
    snprintf(table.name, sizeof table.name, "business.%s", kind);
    status = verify_table(verify, &table);
    sql_destroy(&sql);
    free(table.since);
    PQclear(columns);
    return status;
}

static enum status verify_documents(struct verify *verify)
{
    PGresult *kinds = NULL;
    enum status status = connection_query(
        &verify->extra, "SELECT name FROM ledger.document_kind ORDER BY name", 0, NULL, &kinds);
    for (int i = 0; status == STATUS_OK && i < PQntuples(kinds); i++) {
        status = verify_kind(verify, PQgetvalue(kinds, i, 0));
    }
    PQclear(kinds);
    return status;
}

/* Rows could hide in a partition that the table of leaves does not know, or with one taken away. */
static enum status verify_leaves(struct verify *verify)
{
    PGresult *result = NULL;
    enum status status = connection_query(
        &verify->extra,
        "SELECT coalesce(c.relname, ledger.leaf_name(l.first_seq)) FROM ledger.leaf l"
        " FULL JOIN (SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid"
        " WHERE inhparent = 'ledger.transfer'::regclass) c"
        " ON c.relname = ledger.leaf_name(l.first_seq)"
        " WHERE l.first_seq IS NULL OR c.relname IS NULL LIMIT 1",
        0,
        NULL,
        &result);
    if (status == STATUS_OK && PQntuples(result) > 0) {
        status = verify_fail(verify,
                             "table ledger.%s: not the partition that ledger.leaf says",
                             PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return status;
}

/* Beyond the last batch, in whatever partition. */
static enum status verify_end(struct verify *verify)
{
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT min(seq) FROM ledger.transfer WHERE seq > %" PRId64,
            verify->last.transfer.last);
    int64_t seq = 0;
    enum status status = connection_number(&verify->extra, sql.text, 0, &seq);
    sql_destroy(&sql);
    return status == STATUS_OK && seq != 0
               ? verify_fail(verify, "transfer %" PRId64 ": belongs to no batch", seq)
               : status;
}

static enum status verify_run(struct verify *verify)
{
    enum status status = verify_chain(verify);
    if (status == STATUS_OK) {
        status = verify_leaves(verify);
    }
    if (status == STATUS_OK) {
        status = verify_end(verify);
    }
    if (status == STATUS_OK) {
        status = checkpoints_load(verify);
    }
    if (status == STATUS_OK) {
        status = verify_ledger(verify);
    }
    if (status == STATUS_OK) {
        status = laws_finish(verify);
    }
    return status == STATUS_OK ? verify_documents(verify) : status;
}

enum status journal_verify(const char *conninfo, struct verify_report *report_out)
{
    *report_out = (struct verify_report){0};
    struct verify verify = {.report = report_out};
    map_create(&verify.laws.pending_map, 1024);
    map_create(&verify.laws.group_map, 1024);
    map_create(&verify.laws.party_map, 1024);
    enum status status = verify_connect(&verify, conninfo);
    if (status == STATUS_OK) {
        status = verify_run(&verify);
    }
    laws_destroy(&verify.laws);
    connection_end(&verify.rows);
    connection_end(&verify.batches);
    connection_end(&verify.extra);
    return status;
}
