#pragma once
/*
 * The rows of one table in one batch, as COPY wants them in binary, one after another; and the
 * proof of them: a SHA-256 over all rows and four bytes of mark for each.
 *
 * Rows are proven in an order that SQL can give back (`sort`), whatever order they came in.
 */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

enum {
    DIGEST_SIZE = 32,
    MARK_SIZE = 4
};

/* How the rows of a table are ordered for proof. */
enum stream_sort {
    SORT_NONE,     /* they come in order: accounts, bounds, transfers, commands */
    SORT_EVENT,    /* command_seq, party, party_seq */
    SORT_DOCUMENT, /* version, key */
};

struct stream {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t *row_ends; /* row i is data[row_ends[i-1] .. row_ends[i]) */
    size_t row_count;
    size_t row_capacity;
};

void stream_destroy(struct stream *stream);
void stream_clear(struct stream *stream);
/* `size` bytes to write at the end; they count once stream->size is raised. */
uint8_t *stream_room(struct stream *stream, size_t size);
void stream_end_row(struct stream *stream);
struct bytes stream_row(const struct stream *stream, size_t index);
bool stream_is_sorted(const struct stream *stream, enum stream_sort sort);

/* Feeds all rows in order of proof to the digest, and writes row_count marks. */
void stream_prove(const struct stream *stream,
                  enum stream_sort sort,
                  EVP_MD_CTX *digest,
                  uint8_t *marks_out);
void row_mark(struct bytes row, uint8_t mark_out[MARK_SIZE]);

/* Writing one row: begin, one row_* (batch.h) per column, end. */
struct row_writer {
    struct stream *stream;
    size_t column_count;
    size_t column;
};

struct row_writer row_begin(struct stream *stream, size_t column_count);
void row_end(struct row_writer *row);
