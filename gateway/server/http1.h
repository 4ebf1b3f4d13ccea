#pragma once
/*
 * A strict parser of HTTP/1.1 requests (RFC 9112) over the caller's buffer: no allocation, no I/O.
 * The caller appends bytes and calls again. What is accepted never depends on how the bytes were
 * split. Where RFC 9112 lets a server be lenient (bare LF, empty lines ahead, folded headers,
 * absolute targets, HTTP/1.0), this one refuses: leniency is what request smuggling lives on.
 *
 *  0 .. head_size                      -- request line and header lines
 *  head_size .. head_size + body_size  -- the body, chunk framing removed
 *  beyond                              -- not yet understood, or the next request
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    HTTP1_LINE_SIZE_MAX = 8000,  /* the request line; longer is 414 */
    HTTP1_HEAD_SIZE_MAX = 16384, /* all of it; longer is 431 */
    HTTP1_HEADER_COUNT_MAX = 64, /* more is 431 */
    HTTP1_CHUNK_LINE_SIZE_MAX = 256,
    HTTP1_TRAILER_SIZE_MAX = 4096,
};

enum http1_result {
    HTTP1_MORE,    /* append bytes and call again */
    HTTP1_READY,   /* the head, or the body, is complete */
    HTTP1_REFUSED, /* see `refusal`; the connection cannot be used further */
};

enum http1_framing {
    HTTP1_NO_BODY,
    HTTP1_LENGTH,
    HTTP1_CHUNKED,
};

struct http1_span {
    uint32_t at; /* from the start of the head */
    uint32_t size;
};

struct http1_header {
    struct http1_span name;
    struct http1_span value; /* without the white space around it */
};

struct http1_refusal {
    int status; /* 400, 413, 414, 417, 431, 501 or 505 */
    const char *reason;
};

struct http1 {
    struct http1_span method;
    struct http1_span target; /* valid as target_is_valid says */
    enum http1_framing framing;
    bool wants_close;    /* Connection: close */
    bool wants_continue; /* Expect: 100-continue */
    uint64_t content_length;
    size_t head_size; /* 0 until the head is complete */
    size_t body_size;
    struct http1_refusal refusal;
    size_t header_count;

    /* The parser's own. */
    bool has_host;
    size_t line_at; /* start of the line being read */
    size_t scan_at; /* no line feed before this */
    int chunk_stage;
    uint64_t chunk_size; /* of the current chunk, still to come */
    size_t trailer_size;

    struct http1_header headers[HTTP1_HEADER_COUNT_MAX]; /* header_count of them */
};

void http1_start(struct http1 *parser);
/* `data` always starts at the request line. */
MUST_CHECK enum http1_result http1_head(struct http1 *parser, const uint8_t *data, size_t size);
/* After the head. `data` as before and of *size bytes; removes chunk framing in place, so that
 * *size shrinks and the layout above holds on return. */
MUST_CHECK enum http1_result
http1_body(struct http1 *parser, uint8_t *data, size_t *size, size_t body_size_max);
