/* The fields of a row in COPY's binary format: length, then the value as the type's send function
 * writes it. */
#include <assert.h>
#include <string.h>

#include "ledger/journal/batch.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/stream.h"

static struct writer field_begin(struct row_writer *row, size_t size)
{
    assert(row->column < row->column_count);
    assert(size <= INT32_MAX);
    row->column++;
    struct writer writer = writer_over(stream_room(row->stream, 4 + size), 4 + size);
    write_u32(&writer, (uint32_t)size);
    row->stream->size += 4 + size;
    return writer;
}

void row_null(struct row_writer *row)
{
    struct writer writer = field_begin(row, 0);
    writer.size = 0;
    write_u32(&writer, UINT32_MAX);
}

void row_bigint(struct row_writer *row, int64_t value)
{
    struct writer writer = field_begin(row, 8);
    write_u64(&writer, (uint64_t)value);
}

void row_integer(struct row_writer *row, int32_t value)
{
    struct writer writer = field_begin(row, 4);
    write_u32(&writer, (uint32_t)value);
}

void row_smallint(struct row_writer *row, int16_t value)
{
    struct writer writer = field_begin(row, 2);
    write_u16(&writer, (uint16_t)value);
}

void row_boolean(struct row_writer *row, bool value)
{
    struct writer writer = field_begin(row, 1);
    write_u8(&writer, value ? 1 : 0);
}

void row_text(struct row_writer *row, const char *text, size_t size)
{
    assert(size == 0 || memchr(text, '\0', size) == NULL);
    row_bytea(row, text, size);
}

void row_bytea(struct row_writer *row, const void *data, size_t size)
{
    struct writer writer = field_begin(row, size);
    write_bytes(&writer, data, size);
}

void row_date(struct row_writer *row, date_days date)
{
    if (date == DATE_NONE) {
        row_null(row);
    } else {
        row_integer(row, date - PG_EPOCH_DAYS);
    }
}

void row_timestamptz(struct row_writer *row, instant_us at)
{
    if (at == INSTANT_NONE) {
        row_null(row);
    } else {
        row_bigint(row, at - PG_EPOCH_US);
    }
}

void row_jsonb(struct row_writer *row, const char *json, size_t size)
{
    row_text(row, json, size);
}
