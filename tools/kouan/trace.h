#pragma once
/* The messages of a capture, one after another, decoded in the dialect given or found. */
#include "adapters/iso8583/iso8583.h"
#include "tools/kouan/arguments.h"
#include "tools/kouan/capture.h"
#include "tools/kouan/exit.h"

#define TRACE_OPTIONS                                                                              \
    (OPTION_BIT(OPTION_DIALECT) | OPTION_BIT(OPTION_HEX) | OPTION_BIT(OPTION_BINARY) |             \
     OPTION_BIT(OPTION_JSON))

enum {
    TRACE_DIALECT_COUNT_MAX = 16
};

struct trace_dialects {
    struct iso8583_dialect items[TRACE_DIALECT_COUNT_MAX];
    size_t count;
};

enum trace_split {
    TRACE_WHOLE,  /* one message */
    TRACE_FRAMES, /* each behind the dialect's length prefix */
    TRACE_PIECES, /* one a line */
};

enum trace_kind {
    TRACE_MESSAGE,
    TRACE_IDLE, /* a frame without content */
    TRACE_JUNK, /* bytes that begin no frame; the last */
};

struct trace {
    struct capture capture;
    struct trace_dialects dialects;
    struct iso8583_score scores[TRACE_DIALECT_COUNT_MAX]; /* best first */
    const struct iso8583_dialect *dialect;                /* the best */
    enum trace_split split;
    size_t at;
    size_t number; /* of the current message, from 1 */
    enum trace_kind kind;
    struct iso8583_view body; /* into the capture, without prefix; of junk all the rest */
    size_t due_size;          /* larger than the body's when the capture ends inside it */
    struct iso8583_message message;
    struct iso8583_fault fault;
    uint8_t frame[ISO8583_MESSAGE_SIZE_MAX];
    uint8_t scratch[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];
};

/* `name`, of the library or a path; NULL: all of the library. False with its message written. */
MUST_CHECK bool trace_dialects_load(const char *name, struct trace_dialects *dialects_out);

/*
 * Loads dialects and capture and scores them; without --dialect says which was chosen. To be closed
 * when EXIT_DONE, else the message is written.
 */
MUST_CHECK enum exit_code
trace_open(struct trace *trace, const char *path, const struct arguments *arguments);
void trace_close(struct trace *trace);

/* The next message, decoded unless it is idle or junk; false at the end. */
bool trace_next(struct trace *trace);
/* Whether the current message is whole and without fault. */
bool trace_is_good(const struct trace *trace);
/* "all 2 messages read" and the like, about the best dialect. */
void trace_verdict(const struct trace *trace, char *text_out, size_t capacity);
