#include "tools/bank/line.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"

struct line_connection *line_find(struct line *line, uint64_t number)
{
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        if (line->connections[i] != NULL && line->connections[i]->number == number) {
            return line->connections[i];
        }
    }
    return NULL;
}

struct line_connection *line_signed_on(const struct line *line)
{
    struct line_connection *found = NULL;
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        struct line_connection *connection = line->connections[i];
        bool is_usable =
            connection != NULL && connection->is_signed_on && connection->stage == LINE_OPEN;
        if (is_usable && (found == NULL || connection->number > found->number)) {
            found = connection;
        }
    }
    return found;
}

size_t line_count(const struct line *line)
{
    size_t count = 0;
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        count += line->connections[i] != NULL;
    }
    return count;
}

static void connection_free(struct line_connection *connection)
{
    if (connection != NULL) {
        OPENSSL_cleanse(&connection->seal, sizeof connection->seal);
        free(connection->output);
        free(connection);
    }
}

static void on_opened(void *context, uint64_t number, const char *peer)
{
    struct line *line = context;
    size_t slot = 0;
    while (slot < LINE_CONNECTION_COUNT_MAX && line->connections[slot] != NULL) {
        slot++;
    }
    struct line_connection *connection =
        slot == LINE_CONNECTION_COUNT_MAX ? NULL : calloc(1, sizeof *connection);
    if (connection == NULL) {
        wire_close(line->wire, number, "too many connections");
        return;
    }
    connection->number = number;
    seal_start(&connection->seal, line->seal_config);
    iso8583_framer_start(
        &connection->framer, &line->dialect->prefix, connection->frame, sizeof connection->frame);
    line->connections[slot] = connection;
    LOG(LOG_INFO, "bank.connected", LOG_TEXT("peer", peer));
    line->events.opened(line->events.context, connection);
}

static void on_closed(void *context, uint64_t number, const char *reason)
{
    struct line *line = context;
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        if (line->connections[i] != NULL && line->connections[i]->number == number) {
            LOG(LOG_INFO, "bank.disconnected", LOG_TEXT("reason", reason));
            connection_free(line->connections[i]);
            line->connections[i] = NULL;
        }
    }
}

static void on_failed(void *context, const char *host, const char *reason)
{
    (void)context;
    LOG(LOG_WARNING, "bank.unreachable", LOG_TEXT("host", host), LOG_TEXT("reason", reason));
}

static void
frame_read(struct line *line, struct line_connection *connection, struct iso8583_view frame)
{
    static uint8_t scratch[ISO8583_SCRATCH_SIZE(LINE_FRAME_SIZE_MAX)];
    struct iso8583_message message;
    struct iso8583_fault fault;
    line->counts.received++;
    if (!iso8583_decode(line->dialect, frame, scratch, sizeof scratch, &message, &fault)) {
        line->counts.malformed++;
        LOG(LOG_WARNING,
            "bank.malformed",
            LOG_TEXT("reason", iso8583_reason_text(fault.reason)),
            LOG_NUMBER("field", fault.field));
        return;
    }
    enum line_proof proof = LINE_PROVEN;
    if (!seal_verify(&connection->seal, &message, clock_monotonic())) {
        proof = LINE_UNPROVEN;
        line->counts.unproven++;
    }
    line->events.received(line->events.context, connection, &message, proof);
}

static void on_received(void *context, uint64_t number, struct bytes bytes)
{
    struct line *line = context;
    struct line_connection *connection = line_find(line, number);
    while (connection != NULL && bytes.size > 0 && connection->stage == LINE_OPEN) {
        size_t used;
        struct iso8583_view frame;
        enum iso8583_frame state = iso8583_framer_feed(
            &connection->framer, (struct iso8583_view){bytes.data, bytes.size}, &used, &frame);
        bytes.data += used;
        bytes.size -= used;
        if (state == ISO8583_FRAME_BAD) {
            line->counts.malformed++;
            line_end(connection);
            return;
        }
        if (state == ISO8583_FRAME_READY && frame.size > 0) {
            frame_read(line, connection, frame);
        }
    }
}

bool line_open(struct line *line,
               struct event_base *base,
               const struct wire_config *wire_config,
               char *reason_out,
               size_t reason_size)
{
    const struct wire_events events = {
        .context = line,
        .opened = on_opened,
        .received = on_received,
        .closed = on_closed,
        .failed = on_failed,
    };
    line->wire = wire_create(base, wire_config, &events, reason_out, reason_size);
    return line->wire != NULL;
}

void line_close(struct line *line)
{
    if (line->wire != NULL) {
        line_flush(line);
        wire_destroy(line->wire);
    }
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        connection_free(line->connections[i]);
        line->connections[i] = NULL;
    }
}

size_t line_encode(struct line *line,
                   const struct line_connection *connection,
                   struct draft *draft,
                   enum line_damage damage,
                   uint8_t bytes_out[LINE_FRAME_SIZE_MAX])
{
    size_t prefix_size = line->dialect->prefix.size;
    size_t capacity = LINE_FRAME_SIZE_MAX - prefix_size;
    uint8_t *body = bytes_out + prefix_size;
    struct iso8583_fault fault;
    size_t size;
    seal_prepare(&connection->seal, &draft->message);
    if (!iso8583_encode(line->dialect, &draft->message, body, capacity, &size, &fault)) {
        LOG(LOG_ERROR,
            "bank.cannot_say",
            LOG_TEXT("mti", draft->message.mti),
            LOG_TEXT("reason", iso8583_reason_text(fault.reason)),
            LOG_NUMBER("field", fault.field));
        return 0;
    }
    struct iso8583_message working;
    if (!seal_close(&connection->seal, &draft->message, body, size, &working) ||
        !iso8583_prefix_write(&line->dialect->prefix, size, bytes_out, LINE_FRAME_SIZE_MAX)) {
        return 0;
    }
    if (damage == LINE_WRONG_CODE && seal_is_used(&connection->seal)) {
        body[size - 1] ^= 1;
    }
    return prefix_size + size;
}

static bool output_reserve(struct line_connection *connection, size_t size)
{
    size_t needed = connection->output_size + size;
    if (needed <= connection->output_capacity) {
        return true;
    }
    size_t capacity = connection->output_capacity == 0 ? 1 << 16 : connection->output_capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    uint8_t *more = capacity > LINE_OUTPUT_SIZE_MAX ? NULL : realloc(connection->output, capacity);
    if (more == NULL) {
        return false;
    }
    connection->output = more;
    connection->output_capacity = capacity;
    return true;
}

void line_put(struct line *line,
              struct line_connection *connection,
              const uint8_t *bytes,
              size_t size,
              enum line_damage damage)
{
    if (connection->stage != LINE_OPEN || size == 0) {
        return;
    }
    if (damage == LINE_CUT) {
        size /= 2;
        line_end(connection);
    }
    if (!output_reserve(connection, size)) {
        line_end(connection);
        return;
    }
    memcpy(connection->output + connection->output_size, bytes, size);
    connection->output_size += size;
    line->counts.sent++;
}

void line_end(struct line_connection *connection)
{
    if (connection->stage == LINE_OPEN) {
        connection->stage = LINE_ENDING;
    }
}

static void connection_flush(struct line *line, struct line_connection *connection)
{
    uint64_t number = connection->number;
    struct bytes output = {connection->output, connection->output_size};
    connection->output_size = 0;
    if (output.size > 0 && wire_send(line->wire, number, output) != STATUS_OK) {
        line_end(connection);
    }
    if (connection->stage == LINE_ENDING) {
        connection->stage = LINE_CLOSING;
        wire_close(line->wire, number, "ended by the bank");
    }
}

void line_flush(struct line *line)
{
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        struct line_connection *connection = line->connections[i];
        if (connection != NULL &&
            (connection->output_size > 0 || connection->stage == LINE_ENDING)) {
            connection_flush(line, connection);
        }
    }
}
