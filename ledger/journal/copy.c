#include <assert.h>
#include <string.h>

#include "ledger/base/date.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/sql.h"
#include "ledger/journal/wire.h"

/* The signature, the flags and the length of the extension; see "Binary Format" of COPY in the
 * PostgreSQL manual. The trailer is a field count of -1. */
enum {
    COPY_HEADER_SIZE = 19,
    COPY_TRAILER_SIZE = 2,
    COPY_CHUNK_SIZE = 64 * 1024
};

static const uint8_t copy_header[COPY_HEADER_SIZE] = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t copy_trailer[COPY_TRAILER_SIZE] = {0xff, 0xff};

bool copy_put_rows(PGconn *pg, const void *data, size_t size)
{
    for (size_t at = 0; at < size; at += COPY_CHUNK_SIZE) {
        size_t chunk = size - at < COPY_CHUNK_SIZE ? size - at : COPY_CHUNK_SIZE;
        if (PQputCopyData(pg, (const char *)data + at, (int)chunk) != 1) {
            return false;
        }
    }
    return true;
}

bool copy_put_header(PGconn *pg)
{
    return copy_put_rows(pg, copy_header, sizeof copy_header);
}

bool copy_put_trailer(PGconn *pg)
{
    return copy_put_rows(pg, copy_trailer, sizeof copy_trailer) && PQputCopyEnd(pg, NULL) == 1;
}

void copy_wire_rows(struct wire *wire, const void *data, size_t size)
{
    wire_put(wire, copy_header, sizeof copy_header);
    wire_put(wire, data, size);
    wire_put(wire, copy_trailer, sizeof copy_trailer);
    wire_end(wire);
}

void copy_open(struct copy *copy, struct connection *connection, const char *query)
{
    *copy = (struct copy){.connection = connection, .is_first = true, .status = STATUS_UNCERTAIN};
    if (connection->pg == NULL) {
        return;
    }
    struct sql sql = {0};
    sql_add(&sql, "COPY (%s) TO STDOUT (FORMAT binary)", query);
    PGresult *result = PQexec(connection->pg, sql.text);
    copy->status = connection_judge(connection, result);
    assert(copy->status != STATUS_OK || PQresultStatus(result) == PGRES_COPY_OUT);
    PQclear(result);
    sql_destroy(&sql);
}

/* After the last row: the server's word on whether all went well. */
static enum status results_end(struct connection *connection)
{
    enum status status = STATUS_OK;
    for (;;) {
        PGresult *result = PQgetResult(connection->pg);
        if (result == NULL) {
            return status;
        }
        enum status judged = connection_judge(connection, result);
        status = status == STATUS_OK ? judged : status;
        PQclear(result);
        if (!connection_stands(connection)) {
            return STATUS_UNCERTAIN;
        }
    }
}

bool copy_next(struct copy *copy, struct bytes *row_out)
{
    while (copy->status == STATUS_OK && !copy->is_over) {
        PQfreemem(copy->message);
        copy->message = NULL;
        int size = PQgetCopyData(copy->connection->pg, &copy->message, 0);
        if (size < 0) {
            copy->is_over = true;
            copy->status = size == -1 ? results_end(copy->connection) : STATUS_UNCERTAIN;
            copy->message = NULL;
            return false;
        }
        size_t skipped = copy->is_first ? COPY_HEADER_SIZE : 0;
        copy->is_first = false;
        assert((size_t)size >= skipped);
        if ((size_t)size - skipped > COPY_TRAILER_SIZE) {
            *row_out =
                (struct bytes){(const uint8_t *)copy->message + skipped, (size_t)size - skipped};
            return true;
        }
    }
    return false;
}

enum status copy_close(struct copy *copy)
{
    struct bytes row;
    while (copy_next(copy, &row)) {
    }
    PQfreemem(copy->message);
    copy->message = NULL;
    return copy->status;
}

void copy_in_open(struct copy_in *copy, struct connection *connection, const char *target)
{
    *copy = (struct copy_in){.connection = connection};
    struct sql sql = {0};
    sql_add(&sql, "COPY %s FROM STDIN (FORMAT binary)", target);
    copy->status = connection_run(connection, sql.text);
    sql_destroy(&sql);
    if (copy->status == STATUS_OK && !copy_put_header(connection->pg)) {
        copy->status = STATUS_UNCERTAIN;
    }
}

void copy_in_put(struct copy_in *copy, const void *data, size_t size)
{
    if (copy->status == STATUS_OK && !copy_put_rows(copy->connection->pg, data, size)) {
        copy->status = STATUS_UNCERTAIN;
    }
}

enum status copy_in_close(struct copy_in *copy)
{
    if (copy->status == STATUS_OK && !copy_put_trailer(copy->connection->pg)) {
        copy->status = STATUS_UNCERTAIN;
    }
    return copy->status == STATUS_OK ? results_end(copy->connection) : copy->status;
}

/* The size of the next field, or -1 for NULL. */
static int64_t field_size(struct reader *row)
{
    return (int32_t)read_u32(row);
}

int64_t field_bigint(struct reader *row, int64_t otherwise)
{
    int64_t size = field_size(row);
    if (size == -1) {
        return otherwise;
    }
    row->has_failed |= size != 8;
    return (int64_t)read_u64(row);
}

int16_t field_smallint(struct reader *row)
{
    row->has_failed |= field_size(row) != 2;
    return (int16_t)read_u16(row);
}

int32_t field_integer(struct reader *row)
{
    row->has_failed |= field_size(row) != 4;
    return (int32_t)read_u32(row);
}

struct bytes field_bytes(struct reader *row)
{
    int64_t size = field_size(row);
    if (size < 0) {
        return (struct bytes){0};
    }
    const uint8_t *data = read_bytes(row, (size_t)size);
    return (struct bytes){data, data == NULL ? 0 : (size_t)size};
}

int64_t field_instant(struct reader *row)
{
    int64_t size = field_size(row);
    if (size == -1) {
        return INSTANT_NONE;
    }
    row->has_failed |= size != 8;
    return (int64_t)(read_u64(row) + (uint64_t)PG_EPOCH_US);
}
