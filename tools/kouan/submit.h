#pragma once
/*
 * What `kouan submit` sends: the content of a file or of options, recognised as one command, a
 * batch, or a customs message, with its path and its idempotency key.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"
#include "tools/kouan/arguments.h"

enum {
    COMMAND_NAME_SIZE = 64,
    IDEMPOTENCY_KEY_SIZE = 256, /* 255 characters */
    SUBMIT_PATH_SIZE = 128
};

enum submission_kind {
    SUBMISSION_COMMAND,
    SUBMISSION_BATCH,
    SUBMISSION_MESSAGE, /* CEB XML */
};

struct submission {
    enum submission_kind kind;
    char command[COMMAND_NAME_SIZE]; /* of SUBMISSION_COMMAND */
    char path[SUBMIT_PATH_SIZE];
    char idempotency_key[IDEMPOTENCY_KEY_SIZE];
    json_t *document; /* the command's body, or the batch; NULL for a message */
    uint8_t *content; /* the bytes to send; free() it */
    size_t content_size;
    const char *media; /* content type of `content` and of the answer wanted */
};

/* False: message_out says what is wrong with the input; nothing needs closing. */
MUST_CHECK bool submission_read(const struct arguments *arguments,
                                struct submission *submission_out,
                                char *message_out,
                                size_t message_size);
void submission_close(struct submission *submission);
