#pragma once
/*
 * The head of an HTTP/1.1 answer, as strictly read as the gateway writes it (RFC 9112): CRLF lines,
 * one Content-Length, no transfer coding.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    ANSWER_HEAD_SIZE_MAX = 16384,
    ANSWER_BODY_SIZE_MAX = 64 << 20
};

struct answer_head {
    int status;
    size_t head_size; /* with the empty line */
    size_t body_size;
    char content_type[64]; /* without parameters, "" when there is none */
    bool is_replayed;      /* Idempotency-Replayed: true */
    bool is_last;          /* the connection closes after this */
};

/* OK; AGAIN: the head is not complete; CORRUPT: no such answer; LIMIT: too long. */
MUST_CHECK enum status answer_parse(struct bytes input, struct answer_head *head_out);
