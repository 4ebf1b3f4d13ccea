#include "ledger/journal/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/journal/connection.h"
#include "ledger/journal/rows.h"

/* What a row costs besides its payload: the lengths of its fields and their fixed values. */
enum {
    TRANSFER_ROW_SIZE = 134,
    ROW_OVERHEAD = 512
};

const struct stream_table stream_tables[STREAM_DOCUMENT] = {
    [STREAM_ACCOUNT] = {"account",
                        "number, owner, purpose, currency, subject, bound_min, bound_max,"
                        " command_seq",                                                   "number",
                        SORT_NONE },
    [STREAM_BOUNDS] = {"bounds",
                        "command_seq, ordinal, account, bound_min, bound_max, after_seq", "command_seq, ordinal",
                        SORT_NONE },
    [STREAM_TRANSFER] = {"transfer",
                        "seq, debit, credit, amount, pending_seq, command_seq, recorded_at,"
                         " expires_at, debit_prev, credit_prev, kind, code",              "seq",
                        SORT_NONE },
    [STREAM_COMMAND] = {"command",
                        "seq, party, idempotency_key, type, fingerprint, recorded_at, body,"
                        " answer, party_user",                                            "seq",
                        SORT_NONE },
    [STREAM_EVENT] = {"event",
                        "party, party_seq, command_seq, type, subject, body",             "command_seq, party, party_seq",
                        SORT_EVENT},
};

struct batch *batch_create(const struct batch_limits *limits,
                           const struct document_kind *kinds,
                           size_t kind_count)
{
    struct batch *batch = calloc(1, sizeof *batch);
    assert(batch != NULL);
    batch->limits = *limits;
    batch->kinds = kinds;
    batch->kind_count = kind_count;
    batch->stream_count = STREAM_DOCUMENT + kind_count;
    batch->streams = calloc(batch->stream_count, sizeof *batch->streams);
    assert(batch->streams != NULL);
    return batch;
}

void batch_destroy(struct batch *batch)
{
    if (batch == NULL) {
        return;
    }
    for (size_t i = 0; i < batch->stream_count; i++) {
        stream_destroy(&batch->streams[i]);
    }
    free(batch->streams);
    free(batch);
}

void batch_clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->stream_count; i++) {
        stream_clear(&batch->streams[i]);
    }
    batch->row_count = 0;
    batch->byte_count = 0;
    batch->first_account = 0;
    batch->first_transfer = 0;
    batch->last_transfer = 0;
    batch->last_bounds = 0;
    batch->last_command = 0;
    batch->command_min = 0;
    batch->command_max = 0;
}

bool batch_is_empty(const struct batch *batch)
{
    return batch->row_count == 0 && batch->streams[STREAM_TRANSFER].row_count == 0;
}

bool batch_has_room(const struct batch *batch, size_t transfers, size_t rows, size_t bytes)
{
    const struct batch_limits *limits = &batch->limits;
    if (batch->streams[STREAM_TRANSFER].row_count + transfers > limits->transfer_count_max ||
        batch->row_count + rows > limits->row_count_max) {
        return false;
    }
    size_t framing = transfers * TRANSFER_ROW_SIZE + rows * ROW_OVERHEAD;
    return batch->byte_count + bytes + framing <= limits->byte_count_max;
}

/* Every row but a transfer goes through here: counts, bytes and the span of commands. */
static void batch_note_row(struct batch *batch, struct row_writer *row, int64_t command_seq)
{
    row_end(row);
    const struct stream *stream = row->stream;
    assert(batch->row_count < batch->limits.row_count_max);
    batch->row_count++;
    batch->byte_count += stream_row(stream, stream->row_count - 1).size;
    if (command_seq > 0) {
        batch->command_min = batch->command_min == 0 || command_seq < batch->command_min
                                 ? command_seq
                                 : batch->command_min;
        batch->command_max = command_seq > batch->command_max ? command_seq : batch->command_max;
    }
}

void batch_add_account(struct batch *batch,
                       int64_t number,
                       const struct account *account,
                       int64_t command_seq)
{
    struct stream *stream = &batch->streams[STREAM_ACCOUNT];
    if (batch->first_account == 0) {
        batch->first_account = number;
    }
    assert(number == batch->first_account + (int64_t)stream->row_count);
    struct row_writer row = row_begin(stream, 8);
    row_bigint(&row, number);
    row_bigint(&row, account->key.owner);
    row_smallint(&row, (int16_t)account->key.purpose);
    row_smallint(&row, (int16_t)account->key.currency);
    row_text(&row, account->key.subject, strlen(account->key.subject));
    bool is_either = chart[account->key.purpose].side == SIDE_EITHER;
    row_bigint(&row, is_either ? BOUND_NONE_MIN : 0);
    row_bigint(&row, BOUND_NONE_MAX);
    row_bigint(&row, command_seq);
    /* Its place in the order is its number: the command does not widen the span. */
    batch_note_row(batch, &row, 0);
}

void batch_add_bounds(struct batch *batch,
                      int64_t account,
                      const struct bounds *bounds,
                      int64_t command_seq,
                      int64_t after_seq)
{
    struct stream *stream = &batch->streams[STREAM_BOUNDS];
    assert(command_seq >= 1 && command_seq >= batch->last_bounds);
    batch->last_bounds = command_seq;
    int32_t ordinal = (int32_t)stream->row_count;
    struct row_writer row = row_begin(stream, 6);
    row_bigint(&row, command_seq);
    row_integer(&row, ordinal);
    row_bigint(&row, account);
    row_bigint(&row, bounds->min);
    row_bigint(&row, bounds->max);
    row_bigint(&row, after_seq);
    batch_note_row(batch, &row, command_seq);
}

/* One length and one value at a time, straight into place: this is the hot row. */
static uint8_t *put_bigint(uint8_t *at, int64_t value)
{
    uint32_t size = __builtin_bswap32(8);
    uint64_t wire = __builtin_bswap64((uint64_t)value);
    memcpy(at, &size, sizeof size);
    memcpy(at + sizeof size, &wire, sizeof wire);
    return at + sizeof size + sizeof wire;
}

static uint8_t *put_smallint(uint8_t *at, uint16_t value)
{
    uint32_t size = __builtin_bswap32(2);
    uint16_t wire = __builtin_bswap16(value);
    memcpy(at, &size, sizeof size);
    memcpy(at + sizeof size, &wire, sizeof wire);
    return at + sizeof size + sizeof wire;
}

static uint8_t *put_optional(uint8_t *at, int64_t value, int64_t shift)
{
    if (value != 0) {
        return put_bigint(at, value - shift);
    }
    memset(at, 0xff, sizeof(uint32_t));
    return at + sizeof(uint32_t);
}

void batch_add_transfer(struct batch *batch, const struct transfer *transfer)
{
    struct stream *stream = &batch->streams[STREAM_TRANSFER];
    if (batch->first_transfer == 0) {
        batch->first_transfer = transfer->seq;
    } else {
        assert(transfer->seq == batch->last_transfer + 1);
    }
    assert(stream->row_count < batch->limits.transfer_count_max);
    assert(transfer->kind <= INT16_MAX && transfer->code <= INT16_MAX);
    batch->last_transfer = transfer->seq;
    static const uint8_t field_count[2] = {0, 12};
    uint8_t *start = stream_room(stream, TRANSFER_ROW_SIZE);
    memcpy(start, field_count, sizeof field_count);
    uint8_t *at = start + sizeof field_count;
    at = put_bigint(at, transfer->seq);
    at = put_bigint(at, transfer->debit);
    at = put_bigint(at, transfer->credit);
    at = put_bigint(at, transfer->amount);
    at = put_optional(at, transfer->pending_seq, 0);
    at = put_bigint(at, transfer->command_seq);
    at = put_bigint(at, transfer->recorded_at - PG_EPOCH_US);
    at = put_optional(at, transfer->expires_at, PG_EPOCH_US);
    at = put_bigint(at, transfer->debit_prev);
    at = put_bigint(at, transfer->credit_prev);
    at = put_smallint(at, transfer->kind);
    at = put_smallint(at, transfer->code);
    stream->size += (size_t)(at - start);
    batch->byte_count += (size_t)(at - start);
    stream_end_row(stream);
}

void batch_add_command(struct batch *batch, const struct command_row *command)
{
    struct row_writer row = row_begin(&batch->streams[STREAM_COMMAND], 9);
    assert(command->seq > batch->last_command);
    batch->last_command = command->seq;
    row_bigint(&row, command->seq);
    row_bigint(&row, command->party);
    row_text(&row, command->idempotency_key, strlen(command->idempotency_key));
    row_text(&row, command->type, strlen(command->type));
    row_bytea(&row, command->fingerprint, sizeof command->fingerprint);
    row_timestamptz(&row, command->recorded_at);
    row_bytea(&row, command->body.data, command->body.size);
    row_bytea(&row, command->answer.data, command->answer.size);
    row_text(&row, command->user, strlen(command->user));
    batch_note_row(batch, &row, command->seq);
}

void batch_add_event(struct batch *batch, const struct event_row *event)
{
    struct row_writer row = row_begin(&batch->streams[STREAM_EVENT], 6);
    row_bigint(&row, event->party);
    row_bigint(&row, event->party_seq);
    row_bigint(&row, event->command_seq);
    row_text(&row, event->type, strlen(event->type));
    row_text(&row, event->subject, strlen(event->subject));
    row_jsonb(&row, (const char *)event->body.data, event->body.size);
    batch_note_row(batch, &row, event->command_seq);
}

struct row_writer *
batch_begin_document(struct batch *batch, size_t kind, const char *key, int64_t version)
{
    assert(kind < batch->kind_count && version >= 1);
    batch->document = row_begin(&batch->streams[STREAM_DOCUMENT + kind],
                                KIND_FIXED_COLUMNS + batch->kinds[kind].column_count);
    row_text(&batch->document, key, strlen(key));
    row_bigint(&batch->document, version);
    if (version < batch->command_min || batch->command_min == 0) {
        batch->command_min = version;
    }
    if (version > batch->command_max) {
        batch->command_max = version;
    }
    return &batch->document;
}

void batch_end_document(struct batch *batch)
{
    batch_note_row(batch, &batch->document, 0);
}
