#pragma once
/*
 * The seal of a batch: what ledger.batch keeps of it, chained by hash.
 *
 *   hash = SHA-256("kouan.batch.1" | previous | number | epoch | first and last of account,
 *          transfer, command | recorded_at | size of streams | streams | size of marks | marks)
 *
 * Numbers are 8 bytes, sizes 4, most significant first. `streams` is, for each table with rows:
 * length of its name (1 byte), name, row count (4 bytes), SHA-256 of its rows (32 bytes).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "ledger/journal/stream.h"

enum {
    STREAM_NAME_SIZE = 64,
    STREAM_PROOF_SIZE = 1 + STREAM_NAME_SIZE + 4 + DIGEST_SIZE
};

struct range {
    int64_t first;
    int64_t last;
};

struct seal {
    int64_t number;
    int64_t epoch;
    struct range account;
    struct range transfer;
    struct range command;
    int64_t recorded_at; /* instant_us */
    uint8_t previous[DIGEST_SIZE];
    uint8_t hash[DIGEST_SIZE];
};

/* One entry of `streams`. */
struct stream_proof {
    char name[STREAM_NAME_SIZE];
    uint32_t row_count;
    uint8_t digest[DIGEST_SIZE];
};

extern const char seal_columns[]; /* of ledger.batch, in the order of seal_write and seal_read */

void seal_hash(const struct seal *seal,
               struct bytes streams,
               struct bytes marks,
               uint8_t hash_out[DIGEST_SIZE]);
/* The row of ledger.batch. */
void seal_write(struct stream *stream,
                const struct seal *seal,
                struct bytes streams,
                struct bytes marks);
/* False when the row has another shape. `streams` and `marks` point into the row. */
MUST_CHECK bool seal_read(struct bytes row,
                          struct seal *seal_out,
                          struct bytes *streams_out,
                          struct bytes *marks_out);

void stream_proof_write(struct writer *writer, const struct stream_proof *proof);
/* False at the end, or with reader->has_failed when malformed. */
MUST_CHECK bool stream_proof_read(struct reader *reader, struct stream_proof *proof_out);
