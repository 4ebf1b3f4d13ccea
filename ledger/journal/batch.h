#pragma once
/*
 * A batch: the rows of one transaction, in the binary format of COPY, collected in memory while
 * the previous batch commits. Row counts and bytes are bounded; batch_has_room says beforehand.
 *
 * The document store is append-only: every change of a document is a new row (key, version) whose
 * version is the command that made it; the highest version is the document as it stands. So every
 * table is written by COPY alone, history is ordinary rows, and the hash of the batch covers all.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/book/book.h"

enum column_type {
    COLUMN_BIGINT,
    COLUMN_INTEGER,
    COLUMN_SMALLINT,
    COLUMN_BOOLEAN,
    COLUMN_TEXT,
    COLUMN_BYTEA,
    COLUMN_DATE,
    COLUMN_TIMESTAMPTZ,
    COLUMN_JSONB,
};

struct column {
    const char *name;
    enum column_type type;
};

/* A table business.<name> (key text, version bigint, <columns…>), primary key (key, version). */
struct document_kind {
    const char *name;
    const struct column *columns; /* without key and version */
    size_t column_count;
    const char *const *indexes; /* column lists such as "grn, key"; NULL-terminated, may be NULL */
};

/* One row of ledger.command: who asked for what, in canonical bytes, and what was answered. */
struct command_row {
    int64_t seq;
    int64_t party;    /* number of the party that asked; 0 = the system itself */
    const char *user; /* which person of it, "" = not said */
    const char *idempotency_key;
    const char *type; /* "guarantee.reserve" */
    uint8_t fingerprint[32];
    instant_us recorded_at;
    struct bytes body;   /* deterministic CBOR, personal fields encrypted */
    struct bytes answer; /* deterministic CBOR of the answer record */
};

/* One row of ledger.event: gap-free per party. */
struct event_row {
    int64_t party;
    int64_t party_seq;
    int64_t command_seq;
    const char *type;    /* "guarantee.utilisation" */
    const char *subject; /* key of the document concerned */
    struct bytes body;   /* JSON text */
};

struct batch;

struct batch_limits {
    size_t transfer_count_max;
    size_t row_count_max; /* accounts + bounds + commands + events + documents */
    size_t byte_count_max;
};

struct batch *batch_create(const struct batch_limits *limits,
                           const struct document_kind *kinds,
                           size_t kind_count);
void batch_destroy(struct batch *batch);
void batch_clear(struct batch *batch);
bool batch_is_empty(const struct batch *batch);
bool batch_has_room(const struct batch *batch, size_t transfers, size_t rows, size_t bytes);

/*
 * Callers asked batch_has_room: adding never fails (asserted). The command seqs (versions) of the
 * rows of a batch all lie above those of the batches before it: that is how rows are told apart.
 * Texts are UTF-8 without NUL.
 */

/* The row has the bounds with which accounts of its purpose open, whatever they are by now: every
 * change of bounds is a row of its own, so that replaying meets them in their place. */
void batch_add_account(struct batch *batch,
                       int64_t number,
                       const struct account *account,
                       int64_t command_seq);
void batch_add_bounds(struct batch *batch,
                      int64_t account,
                      const struct bounds *bounds,
                      int64_t command_seq,
                      int64_t after_seq);
void batch_add_transfer(struct batch *batch, const struct transfer *transfer);
void batch_add_command(struct batch *batch, const struct command_row *row);
void batch_add_event(struct batch *batch, const struct event_row *row);

/* A document row: begin, then exactly one row_* call per column in order, then end. */
struct row_writer;
struct row_writer *
batch_begin_document(struct batch *batch, size_t kind, const char *key, int64_t version);
void batch_end_document(struct batch *batch);
void row_null(struct row_writer *row);
void row_bigint(struct row_writer *row, int64_t value);
void row_integer(struct row_writer *row, int32_t value);
void row_smallint(struct row_writer *row, int16_t value);
void row_boolean(struct row_writer *row, bool value);
void row_text(struct row_writer *row, const char *text, size_t size);
void row_bytea(struct row_writer *row, const void *data, size_t size);
void row_date(struct row_writer *row, date_days date);
void row_timestamptz(struct row_writer *row, instant_us at);
void row_jsonb(struct row_writer *row, const char *json, size_t size);
