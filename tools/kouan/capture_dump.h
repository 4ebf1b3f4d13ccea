#pragma once
/* Hexadecimal text with offsets before the bytes, and perhaps the text of them behind. */
#include "tools/kouan/capture.h"

struct capture_line {
    const char *text;
    size_t size;
    size_t number;
};

/* The line at *at, which moves behind it; false at the end. *number counts from 1. */
bool capture_line_next(const char **at, const char *end, struct capture_line *line);
int capture_digit(char character); /* -1: not hexadecimal */

enum dump_style {
    DUMP_NONE,
    DUMP_COLON, /* xxd "00000010: 3132", tcpdump "0x0010:  3132" */
    DUMP_PLAIN, /* hexdump -C "00000010  31 32  |12|", od -A x -t x1, jPOS */
};

enum dump_style dump_style_of(const char *text, size_t size);

/* Appends to `capture`, whose bytes have room for half the text. */
MUST_CHECK bool dump_read(enum dump_style style,
                          const char *text,
                          size_t size,
                          struct capture *capture,
                          char reason_out[CAPTURE_REASON_SIZE]);
