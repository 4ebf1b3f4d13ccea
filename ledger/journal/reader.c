/* Reading committed rows: prepared statements, binary results, whole results before any callback.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/map.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/shape.h"
#include "ledger/journal/sql.h"
#include "ledger/journal/stream.h"

enum {
    STATEMENT_COUNT_MAX = 512,
    PARAMETER_COUNT_MAX = 32,
    OID_BIGINT = 20,
    OID_TEXT = 25,
    OID_JSONB = 3802,
};

struct journal_reader {
    struct journal_config config;
    struct connection connection;
    char **statements; /* prepared under the name of their index */
    size_t statement_count;
    struct map statement_map;
    char **document_statements; /* per kind */
    struct stream arrays[2];    /* parameters in the making */
};

struct row_view {
    const PGresult *result;
    int row;
};

/* Either of two ways to give a statement its parameters. */
struct parameters {
    int count;
    const char *values[PARAMETER_COUNT_MAX];
    int sizes[PARAMETER_COUNT_MAX];
    int formats[PARAMETER_COUNT_MAX]; /* 0 text, 1 binary */
};

static char *document_statement(const struct document_kind *kind)
{
    struct sql columns = {0};
    kind_columns(kind, &columns);
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT d.* FROM unnest($1::text[]) w CROSS JOIN LATERAL (SELECT %s"
            " FROM business.\"%s\" WHERE \"key\" = w ORDER BY \"version\" DESC LIMIT 1) d",
            columns.text,
            kind->name);
    sql_destroy(&columns);
    return sql.text;
}

struct journal_reader *journal_reader_create(const struct journal_config *config)
{
    struct journal_reader *reader = calloc(1, sizeof *reader);
    assert(reader != NULL);
    reader->config = *config;
    reader->statements = calloc(STATEMENT_COUNT_MAX, sizeof *reader->statements);
    reader->document_statements =
        calloc(config->kind_count + 1, sizeof *reader->document_statements);
    assert(reader->statements != NULL && reader->document_statements != NULL);
    map_create(&reader->statement_map, STATEMENT_COUNT_MAX);
    for (size_t i = 0; i < config->kind_count; i++) {
        reader->document_statements[i] = document_statement(&config->kinds[i]);
    }
    return reader;
}

/* What was prepared ended with the connection. */
static void reader_forget(struct journal_reader *reader)
{
    connection_end(&reader->connection);
    for (size_t i = 0; i < reader->statement_count; i++) {
        free(reader->statements[i]);
    }
    reader->statement_count = 0;
    map_destroy(&reader->statement_map);
    map_create(&reader->statement_map, STATEMENT_COUNT_MAX);
}

void journal_reader_destroy(struct journal_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    reader_forget(reader);
    map_destroy(&reader->statement_map);
    for (size_t i = 0; i < reader->config.kind_count; i++) {
        free(reader->document_statements[i]);
    }
    free(reader->document_statements);
    free(reader->statements);
    stream_destroy(&reader->arrays[0]);
    stream_destroy(&reader->arrays[1]);
    free(reader);
}

static enum status reader_connect(struct journal_reader *reader)
{
    if (connection_stands(&reader->connection)) {
        return STATUS_OK;
    }
    reader_forget(reader);
    enum status status =
        connection_open(&reader->connection, reader->config.conninfo, "kouan reader");
    return status == STATUS_OK
               ? connection_run(&reader->connection, "SET default_transaction_read_only = on")
               : status;
}

/* The name under which the statement is prepared. */
static enum status
reader_prepare(struct journal_reader *reader, const char *statement, char name_out[24])
{
    uint64_t hash = hash_bytes(statement, strlen(statement));
    size_t cursor = 0;
    for (uint32_t i = map_first(&reader->statement_map, hash, &cursor); i != MAP_NONE;
         i = map_next(&reader->statement_map, hash, &cursor)) {
        if (strcmp(reader->statements[i], statement) == 0) {
            snprintf(name_out, 24, "s%u", (unsigned)i);
            return STATUS_OK;
        }
    }
    if (reader->statement_count == STATEMENT_COUNT_MAX) {
        reader_forget(reader);
        enum status status = reader_connect(reader);
        if (status != STATUS_OK) {
            return status;
        }
    }
    snprintf(name_out, 24, "s%zu", reader->statement_count);
    PGresult *result = PQprepare(reader->connection.pg, name_out, statement, 0, NULL);
    enum status status = connection_judge(&reader->connection, result);
    PQclear(result);
    if (status == STATUS_OK) {
        char *copy = strdup(statement);
        assert(copy != NULL);
        map_put(&reader->statement_map, hash, (uint32_t)reader->statement_count);
        reader->statements[reader->statement_count++] = copy;
    }
    return status;
}

static enum status reader_try(struct journal_reader *reader,
                              const char *statement,
                              const struct parameters *parameters,
                              PGresult **result_out)
{
    char name[24];
    enum status status = reader_connect(reader);
    if (status == STATUS_OK) {
        status = reader_prepare(reader, statement, name);
    }
    if (status != STATUS_OK) {
        return status;
    }
    PGresult *result = PQexecPrepared(reader->connection.pg,
                                      name,
                                      parameters->count,
                                      parameters->values,
                                      parameters->sizes,
                                      parameters->formats,
                                      1);
    status = connection_judge(&reader->connection, result);
    if (status == STATUS_OK) {
        *result_out = result;
    } else {
        PQclear(result);
    }
    return status;
}

/* Nothing was handed out yet, so a broken connection is worth a second try. */
static enum status reader_run(struct journal_reader *reader,
                              const char *statement,
                              const struct parameters *parameters,
                              PGresult **result_out)
{
    enum status status = reader_try(reader, statement, parameters, result_out);
    if (status == STATUS_UNCERTAIN) {
        reader_forget(reader);
        status = reader_try(reader, statement, parameters, result_out);
    }
    return status;
}

/* A one-dimensional array in binary; array_begin leaves the count open until array_end. */
static void array_begin(struct stream *array, uint32_t element_oid)
{
    stream_clear(array);
    struct writer writer = writer_over(stream_room(array, 20), 20);
    write_u32(&writer, 1);
    write_u32(&writer, 0);
    write_u32(&writer, element_oid);
    write_u32(&writer, 0);
    write_u32(&writer, 1);
    array->size += 20;
}

static void array_add(struct stream *array, const void *data, size_t size)
{
    struct writer writer = writer_over(stream_room(array, 4 + size), 4 + size);
    write_u32(&writer, (uint32_t)size);
    write_bytes(&writer, data, size);
    array->size += 4 + size;
}

static void array_end(struct stream *array, size_t count, struct parameters *parameters)
{
    struct writer writer = writer_over(array->data + 12, 4);
    write_u32(&writer, (uint32_t)count);
    parameters->values[parameters->count] = (const char *)array->data;
    parameters->sizes[parameters->count] = (int)array->size;
    parameters->formats[parameters->count] = 1;
    parameters->count++;
}

static enum status read_kind(struct journal_reader *reader,
                             size_t kind,
                             const struct document_want *wants,
                             size_t want_count,
                             document_callback *callback,
                             void *context)
{
    size_t count = 0;
    for (size_t i = 0; i < want_count; i++) {
        if (wants[i].kind != kind) {
            continue;
        }
        if (count++ == 0) {
            array_begin(&reader->arrays[0], OID_TEXT);
        }
        array_add(&reader->arrays[0], wants[i].key, strlen(wants[i].key));
    }
    if (count == 0) {
        return STATUS_OK;
    }
    struct parameters parameters = {0};
    array_end(&reader->arrays[0], count, &parameters);
    PGresult *result = NULL;
    enum status status =
        reader_run(reader, reader->document_statements[kind], &parameters, &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        callback(context, kind, &(struct row_view){.result = result, .row = i});
    }
    PQclear(result);
    return status;
}

enum status journal_read_documents(struct journal_reader *reader,
                                   const struct document_want *wants,
                                   size_t want_count,
                                   document_callback *callback,
                                   void *context)
{
    enum status status = STATUS_OK;
    for (size_t kind = 0; status == STATUS_OK && kind < reader->config.kind_count; kind++) {
        status = read_kind(reader, kind, wants, want_count, callback, context);
    }
    return status;
}

static void
hand_out_command(const PGresult *result, int row, command_callback *callback, void *context)
{
    const struct row_view view = {.result = result, .row = row};
    struct command_found found = {.want = (size_t)view_bigint(&view, 0),
                                  .seq = view_bigint(&view, 1),
                                  .answer = view_bytes(&view, 3),
                                  .type = view_bytes(&view, 4)};
    struct bytes fingerprint = view_bytes(&view, 2);
    assert(fingerprint.size == sizeof found.fingerprint);
    memcpy(found.fingerprint, fingerprint.data, sizeof found.fingerprint);
    callback(context, &found);
}

enum status journal_read_commands(struct journal_reader *reader,
                                  const struct command_want *wants,
                                  size_t want_count,
                                  command_callback *callback,
                                  void *context)
{
    if (want_count == 0) {
        return STATUS_OK;
    }
    array_begin(&reader->arrays[0], OID_BIGINT);
    array_begin(&reader->arrays[1], OID_TEXT);
    for (size_t i = 0; i < want_count; i++) {
        uint8_t party[8];
        struct writer writer = writer_over(party, sizeof party);
        write_u64(&writer, (uint64_t)wants[i].party);
        array_add(&reader->arrays[0], party, sizeof party);
        array_add(&reader->arrays[1], wants[i].idempotency_key, strlen(wants[i].idempotency_key));
    }
    struct parameters parameters = {0};
    array_end(&reader->arrays[0], want_count, &parameters);
    array_end(&reader->arrays[1], want_count, &parameters);
    PGresult *result = NULL;
    enum status status = reader_run(
        reader,
        "SELECT w.i - 1, c.seq, c.fingerprint, c.answer, c.type"
        " FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS w (party, idempotency_key, i)"
        " CROSS JOIN LATERAL (SELECT * FROM ledger.command x WHERE x.party = w.party"
        " AND x.idempotency_key = w.idempotency_key COLLATE \"C\" LIMIT 1) c",
        &parameters,
        &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        hand_out_command(result, i, callback, context);
    }
    PQclear(result);
    return status;
}

enum status journal_read(struct journal_reader *reader,
                         const char *statement,
                         const char *const *parameters,
                         size_t parameter_count,
                         row_callback *callback,
                         void *context)
{
    assert(parameter_count <= PARAMETER_COUNT_MAX);
    struct parameters given = {.count = (int)parameter_count};
    for (size_t i = 0; i < parameter_count; i++) {
        given.values[i] = parameters[i];
    }
    PGresult *result = NULL;
    enum status status = reader_run(reader, statement, &given, &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        callback(context, &(struct row_view){.result = result, .row = i});
    }
    PQclear(result);
    return status;
}

bool view_is_null(const struct row_view *row, size_t column)
{
    return PQgetisnull(row->result, row->row, (int)column) != 0;
}

static struct reader view_reader(const struct row_view *row, size_t column)
{
    return reader_over(PQgetvalue(row->result, row->row, (int)column),
                       (size_t)PQgetlength(row->result, row->row, (int)column));
}

int64_t view_bigint(const struct row_view *row, size_t column)
{
    struct reader reader = view_reader(row, column);
    switch (reader.size) {
    case 8:
        return (int64_t)read_u64(&reader);
    case 4:
        return (int32_t)read_u32(&reader);
    case 2:
        return (int16_t)read_u16(&reader);
    case 1:
        return read_u8(&reader);
    default: /* NULL */
        assert(reader.size == 0);
        return 0;
    }
}

struct bytes view_bytes(const struct row_view *row, size_t column)
{
    struct reader reader = view_reader(row, column);
    /* jsonb on the wire is a version byte, then text. */
    size_t skipped = reader.size > 0 && PQftype(row->result, (int)column) == OID_JSONB ? 1 : 0;
    return (struct bytes){reader.data + skipped, reader.size - skipped};
}

date_days view_date(const struct row_view *row, size_t column)
{
    return view_is_null(row, column) ? DATE_NONE
                                     : (date_days)(view_bigint(row, column) + PG_EPOCH_DAYS);
}

instant_us view_timestamptz(const struct row_view *row, size_t column)
{
    return view_is_null(row, column) ? INSTANT_NONE : view_bigint(row, column) + PG_EPOCH_US;
}
