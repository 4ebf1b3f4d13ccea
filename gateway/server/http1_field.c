#include "gateway/server/http1_field.h"

#include <string.h>
#include <strings.h>

static bool is_token_character(uint8_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        return true;
    }
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

bool http1_is_token(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_token_character(data[i])) {
            return false;
        }
    }
    return size > 0;
}

bool http1_is_host(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];
        bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_name && (c == '\0' || strchr("-._~[]:", c) == NULL)) {
            return false;
        }
    }
    return size > 0;
}

static bool is_value(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((data[i] < 0x20 && data[i] != '\t') || data[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t';
}

bool http1_read_field_line(const uint8_t *line, size_t size, struct http1_line *line_out)
{
    const uint8_t *colon = memchr(line, ':', size);
    if (colon == NULL || !http1_is_token(line, (size_t)(colon - line))) {
        return false;
    }
    size_t at = (size_t)(colon - line) + 1;
    size_t end = size;
    while (at < end && is_space(line[at])) {
        at++;
    }
    while (end > at && is_space(line[end - 1])) {
        end--;
    }
    *line_out = (struct http1_line){
        .name_size = (size_t)(colon - line), .value_at = at, .value_size = end - at};
    return is_value(line + at, end - at);
}

enum http1_field http1_field_of(const uint8_t *name, size_t size)
{
    static const struct {
        size_t size;
        const char *name;
        enum http1_field field;
    } known[] = {
        {4,  "host",              HTTP1_FIELD_HOST             },
        {14, "content-length",    HTTP1_FIELD_CONTENT_LENGTH   },
        {17, "transfer-encoding", HTTP1_FIELD_TRANSFER_ENCODING},
        {6,  "expect",            HTTP1_FIELD_EXPECT           },
        {10, "connection",        HTTP1_FIELD_CONNECTION       },
        {6,  "accept",            HTTP1_FIELD_LIST             },
        {15, "accept-encoding",   HTTP1_FIELD_LIST             },
        {15, "accept-language",   HTTP1_FIELD_LIST             },
        {13, "cache-control",     HTTP1_FIELD_LIST             },
        {9,  "forwarded",         HTTP1_FIELD_LIST             },
        {15, "x-forwarded-for",   HTTP1_FIELD_LIST             },
        {3,  "via",               HTTP1_FIELD_LIST             },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].size == size && strncasecmp((const char *)name, known[i].name, size) == 0) {
            return known[i].field;
        }
    }
    return HTTP1_FIELD_OTHER;
}

bool http1_read_length(const uint8_t *data, size_t size, uint64_t *length_out)
{
    if (size == 0 || (size > 1 && data[0] == '0')) {
        return false;
    }
    uint64_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] < '0' || data[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(data[i] - '0');
        bool is_too_large = length > (UINT64_MAX - digit) / 10;
        length = is_too_large ? UINT64_MAX : length * 10 + digit;
    }
    *length_out = length;
    return true;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    uint8_t lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool http1_read_chunk_size(const uint8_t *line, size_t size, uint64_t *size_out)
{
    enum {
        DIGIT_COUNT_MAX = 16
    };
    uint64_t value = 0;
    size_t at = 0;
    for (; at < size && hex_digit(line[at]) >= 0; at++) {
        if (at == DIGIT_COUNT_MAX) {
            return false;
        }
        value = value << 4 | (uint64_t)hex_digit(line[at]);
    }
    *size_out = value;
    if (at == 0 || (at < size && line[at] != ';')) {
        return false;
    }
    return is_value(line + at, size - at);
}

bool http1_list_has(const uint8_t *list, size_t size, const char *token)
{
    size_t token_size = strlen(token);
    for (size_t at = 0; at < size;) {
        const uint8_t *comma = memchr(list + at, ',', size - at);
        size_t end = comma == NULL ? size : (size_t)(comma - list);
        size_t start = at;
        size_t stop = end;
        while (start < stop && is_space(list[start])) {
            start++;
        }
        while (stop > start && is_space(list[stop - 1])) {
            stop--;
        }
        if (stop - start == token_size &&
            strncasecmp((const char *)list + start, token, token_size) == 0) {
            return true;
        }
        at = end + 1;
    }
    return false;
}
