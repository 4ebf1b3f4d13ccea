#pragma once
/*
 * The bank's end of the connections: frames, messages and their codes. What is sent is gathered and
 * leaves with line_flush, after the journal has been written.
 */
#include "adapters/iso8583/iso8583.h"
#include "adapters/wire/wire.h"
#include "ledger/base/date.h"
#include "tools/bank/draft.h"
#include "tools/bank/seal.h"

enum {
    LINE_CONNECTION_COUNT_MAX = 64,
    LINE_FRAME_SIZE_MAX = 8192,
    LINE_OUTPUT_SIZE_MAX = 64 << 20,
};

/* How a message is spoilt on its way out. */
enum line_damage {
    LINE_SOUND,
    LINE_WRONG_CODE, /* the authentication code; without one the message stays sound */
    LINE_CUT,        /* half of it, then the connection is closed */
};

enum line_proof {
    LINE_PROVEN,
    LINE_UNPROVEN, /* a wrong code, or none where there must be one */
};

enum line_stage {
    LINE_OPEN,
    LINE_ENDING, /* takes and says no more */
    LINE_CLOSING,
};

struct line_connection {
    uint64_t number;
    bool is_signed_on;
    enum line_stage stage;
    struct seal seal;
    struct iso8583_framer framer;
    uint8_t frame[LINE_FRAME_SIZE_MAX];
    uint8_t *output;
    size_t output_size;
    size_t output_capacity;
};

struct line_events {
    void *context;
    void (*opened)(void *context, struct line_connection *connection);
    void (*received)(void *context,
                     struct line_connection *connection,
                     const struct iso8583_message *message,
                     enum line_proof proof);
};

struct line_counts {
    int64_t received;
    int64_t sent;
    int64_t malformed;
    int64_t unproven;
};

struct line {
    struct wire *wire;
    const struct iso8583_dialect *dialect;
    const struct seal_config *seal_config;
    struct line_events events;
    struct line_counts counts;
    struct line_connection *connections[LINE_CONNECTION_COUNT_MAX]; /* NULL: free */
};

/* `wire_config` says where; its events are the line's own. False with one line of reason. */
MUST_CHECK bool line_open(struct line *line,
                          struct event_base *base,
                          const struct wire_config *wire_config,
                          char *reason_out,
                          size_t reason_size);
void line_close(struct line *line);

/* Finishes the draft into `bytes_out`; 0 when the dialect cannot carry it. */
MUST_CHECK size_t line_encode(struct line *line,
                              const struct line_connection *connection,
                              struct draft *draft,
                              enum line_damage damage,
                              uint8_t bytes_out[LINE_FRAME_SIZE_MAX]);
void line_put(struct line *line,
              struct line_connection *connection,
              const uint8_t *bytes,
              size_t size,
              enum line_damage damage);
void line_flush(struct line *line);
/* Whatever was put still goes out. */
void line_end(struct line_connection *connection);
/* NULL when it is gone. */
struct line_connection *line_find(struct line *line, uint64_t number);
/* The signed-on connection opened last, NULL when there is none. */
struct line_connection *line_signed_on(const struct line *line);
size_t line_count(const struct line *line);
