#pragma once
/* The pieces of a header section (RFC 9110 section 5, RFC 9112 section 5). Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The headers that steer the parser. A LIST may be repeated; any OTHER header may not. */
enum http1_field {
    HTTP1_FIELD_OTHER,
    HTTP1_FIELD_LIST,
    HTTP1_FIELD_HOST,
    HTTP1_FIELD_CONTENT_LENGTH,
    HTTP1_FIELD_TRANSFER_ENCODING,
    HTTP1_FIELD_EXPECT,
    HTTP1_FIELD_CONNECTION,
};

struct http1_line {
    size_t name_size; /* the name starts the line */
    size_t value_at;
    size_t value_size;
};

bool http1_is_token(const uint8_t *data, size_t size);
bool http1_is_host(const uint8_t *data, size_t size);
/* "name: value", the colon right after the name, no control characters. */
bool http1_read_field_line(const uint8_t *line, size_t size, struct http1_line *line_out);
enum http1_field http1_field_of(const uint8_t *name, size_t size);
/* Digits only, no leading zero; what does not fit becomes UINT64_MAX, which no limit allows. */
bool http1_read_length(const uint8_t *data, size_t size, uint64_t *length_out);
/* Up to 16 hexadecimal digits, then nothing or a chunk extension, which is dropped. */
bool http1_read_chunk_size(const uint8_t *line, size_t size, uint64_t *size_out);
/* Whether a comma-separated list names `token`, in any case. */
bool http1_list_has(const uint8_t *list, size_t size, const char *token);
