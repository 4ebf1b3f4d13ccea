#pragma once
/* Whole files into memory, bounded. */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/status.h"

enum {
    FILE_SIZE_MAX = 64 << 20
};

/* `path` "-" is standard input. content_out is NUL-terminated beyond its size; free() it. */
MUST_CHECK bool file_read(
    const char *path, char **content_out, size_t *size_out, char *message_out, size_t message_size);

/* base64url without padding (RFC 4648 §5), as a JSON text. */
json_t *file_base64url(const void *content, size_t size);
