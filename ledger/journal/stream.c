#include "ledger/journal/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"

void stream_destroy(struct stream *stream)
{
    free(stream->data);
    free(stream->row_ends);
    *stream = (struct stream){0};
}

void stream_clear(struct stream *stream)
{
    stream->size = 0;
    stream->row_count = 0;
}

uint8_t *stream_room(struct stream *stream, size_t size)
{
    if (size > stream->capacity - stream->size) {
        size_t capacity = 2 * (stream->size + size) + 4096;
        uint8_t *data = realloc(stream->data, capacity);
        assert(data != NULL);
        stream->data = data;
        stream->capacity = capacity;
    }
    return stream->data + stream->size;
}

void stream_end_row(struct stream *stream)
{
    if (stream->row_count == stream->row_capacity) {
        size_t capacity = 2 * stream->row_capacity + 64;
        size_t *row_ends = realloc(stream->row_ends, capacity * sizeof *row_ends);
        assert(row_ends != NULL);
        stream->row_ends = row_ends;
        stream->row_capacity = capacity;
    }
    stream->row_ends[stream->row_count++] = stream->size;
}

struct bytes stream_row(const struct stream *stream, size_t index)
{
    assert(index < stream->row_count);
    size_t start = index == 0 ? 0 : stream->row_ends[index - 1];
    return (struct bytes){stream->data + start, stream->row_ends[index] - start};
}

/* A row starts with its field count (2 bytes); each field with its length (4 bytes). */
static uint64_t row_number_at(struct bytes row, size_t offset)
{
    struct reader reader = reader_over(row.data, row.size);
    reader.at = offset;
    return read_u64(&reader);
}

static int number_compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* party, party_seq, command_seq are the first three fields of an event. */
static int event_compare(const void *a, const void *b)
{
    static const size_t order[] = {2 + 12 + 12 + 4, 2 + 4, 2 + 12 + 4};
    const struct bytes *left = a;
    const struct bytes *right = b;
    int result = 0;
    for (size_t i = 0; result == 0 && i < 3; i++) {
        result = number_compare(row_number_at(*left, order[i]), row_number_at(*right, order[i]));
    }
    return result;
}

/* key and version are the first two fields of a document. */
static struct bytes document_key(struct bytes row)
{
    struct reader reader = reader_over(row.data, row.size);
    reader.at = 2;
    size_t size = read_u32(&reader);
    return (struct bytes){row.data + 6, size};
}

static int document_compare(const void *a, const void *b)
{
    const struct bytes *left = a;
    const struct bytes *right = b;
    struct bytes left_key = document_key(*left);
    struct bytes right_key = document_key(*right);
    int result = number_compare(row_number_at(*left, 10 + left_key.size),
                                row_number_at(*right, 10 + right_key.size));
    if (result != 0) {
        return result;
    }
    size_t shorter = left_key.size < right_key.size ? left_key.size : right_key.size;
    result = memcmp(left_key.data, right_key.data, shorter);
    return result != 0 ? result : number_compare(left_key.size, right_key.size);
}

typedef int row_compare(const void *a, const void *b);
static row_compare *const comparers[] = {
    [SORT_NONE] = NULL, [SORT_EVENT] = event_compare, [SORT_DOCUMENT] = document_compare};

bool stream_is_sorted(const struct stream *stream, enum stream_sort sort)
{
    if (comparers[sort] == NULL) {
        return true;
    }
    for (size_t i = 1; i < stream->row_count; i++) {
        struct bytes before = stream_row(stream, i - 1);
        struct bytes row = stream_row(stream, i);
        if (comparers[sort](&before, &row) > 0) {
            return false;
        }
    }
    return true;
}

void row_mark(struct bytes row, uint8_t mark_out[MARK_SIZE])
{
    struct writer writer = writer_over(mark_out, MARK_SIZE);
    write_u32(&writer, (uint32_t)hash_bytes(row.data, row.size));
}

static void
rows_prove(const struct bytes *rows, size_t count, EVP_MD_CTX *digest, uint8_t *marks_out)
{
    for (size_t i = 0; i < count; i++) {
        int ok = EVP_DigestUpdate(digest, rows[i].data, rows[i].size);
        assert(ok == 1);
        row_mark(rows[i], marks_out + i * MARK_SIZE);
    }
}

void stream_prove(const struct stream *stream,
                  enum stream_sort sort,
                  EVP_MD_CTX *digest,
                  uint8_t *marks_out)
{
    if (stream_is_sorted(stream, sort)) {
        int ok = EVP_DigestUpdate(digest, stream->data, stream->size);
        assert(ok == 1);
        for (size_t i = 0; i < stream->row_count; i++) {
            row_mark(stream_row(stream, i), marks_out + i * MARK_SIZE);
        }
        return;
    }
    struct bytes *rows = calloc(stream->row_count, sizeof *rows);
    assert(rows != NULL);
    for (size_t i = 0; i < stream->row_count; i++) {
        rows[i] = stream_row(stream, i);
    }
    qsort(rows, stream->row_count, sizeof *rows, comparers[sort]);
    rows_prove(rows, stream->row_count, digest, marks_out);
    free(rows);
}

struct row_writer row_begin(struct stream *stream, size_t column_count)
{
    assert(column_count <= INT16_MAX);
    struct writer writer = writer_over(stream_room(stream, 2), 2);
    write_u16(&writer, (uint16_t)column_count);
    stream->size += 2;
    return (struct row_writer){.stream = stream, .column_count = column_count};
}

void row_end(struct row_writer *row)
{
    assert(row->column == row->column_count);
    stream_end_row(row->stream);
}
