#pragma once
/*
 * Captured bytes from a file: as they are, or as hexadecimal text, plain or as xxd, hexdump -C and
 * tcpdump -X print it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    CAPTURE_SIZE_MAX = 16 << 20,
    CAPTURE_REASON_SIZE = 512
};

enum capture_form {
    CAPTURE_GUESS,
    CAPTURE_HEX,
    CAPTURE_BINARY,
};

struct capture {
    enum capture_form form; /* HEX or BINARY */
    uint8_t *bytes;
    size_t size;
    size_t *piece_ends; /* lines of plain hexadecimal, packets of tcpdump */
    size_t piece_count;
    size_t piece_capacity;
};

/* `path` "-" is standard input. False: reason_out says what is wrong, nothing is to be freed. */
MUST_CHECK bool capture_read(const char *path,
                             enum capture_form form,
                             struct capture *capture_out,
                             char reason_out[CAPTURE_REASON_SIZE]);
/* The same of what a file holds. */
MUST_CHECK bool capture_take(const char *content,
                             size_t size,
                             enum capture_form form,
                             struct capture *capture_out,
                             char reason_out[CAPTURE_REASON_SIZE]);
void capture_free(struct capture *capture);

/* Ends a piece where the bytes end, unless it is empty. */
void capture_end_piece(struct capture *capture);
