#include <assert.h>
#include <string.h>

#include "ledger/base/date.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/sql.h"

/* The signature, the flags and the length of the extension; see "Binary Format" of COPY in the
 * PostgreSQL manual. The trailer is a field count of -1. */
enum {
    COPY_HEADER_SIZE = 19,
    COPY_TRAILER_SIZE = 2
};

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
static enum status copy_end(struct copy *copy)
{
    enum status status = STATUS_OK;
    for (;;) {
        PGresult *result = PQgetResult(copy->connection->pg);
        if (result == NULL) {
            return status;
        }
        enum status judged = connection_judge(copy->connection, result);
        status = status == STATUS_OK ? judged : status;
        PQclear(result);
        if (!connection_stands(copy->connection)) {
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
            copy->status = size == -1 ? copy_end(copy) : STATUS_UNCERTAIN;
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
