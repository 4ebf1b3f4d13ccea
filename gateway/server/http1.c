#include "gateway/server/http1.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "gateway/server/http1_field.h"
#include "gateway/server/target.h"

static enum http1_result refuse(struct http1 *parser, int status, const char *reason)
{
    parser->refusal = (struct http1_refusal){.status = status, .reason = reason};
    return HTTP1_REFUSED;
}

void http1_start(struct http1 *parser)
{
    /* The table of headers is left as it is: it is large, and header_count guards it. */
    memset(parser, 0, offsetof(struct http1, headers));
}

static struct http1_span span_of(size_t at, size_t size)
{
    return (struct http1_span){.at = (uint32_t)at, .size = (uint32_t)size};
}

static enum http1_result read_version(struct http1 *parser, const uint8_t *version, size_t size)
{
    if (size == 8 && memcmp(version, "HTTP/1.1", 8) == 0) {
        return HTTP1_READY;
    }
    bool is_http = size == 8 && memcmp(version, "HTTP/", 5) == 0 && version[6] == '.' &&
                   version[5] >= '0' && version[5] <= '9' && version[7] >= '0' && version[7] <= '9';
    return is_http ? refuse(parser, 505, "only HTTP/1.1 is spoken here")
                   : refuse(parser, 400, "malformed HTTP version");
}

/* method SP target SP version, single spaces and nothing else. */
static enum http1_result read_request_line(struct http1 *parser, const uint8_t *line, size_t size)
{
    const uint8_t *space = memchr(line, ' ', size);
    if (space == NULL || space == line || !http1_is_token(line, (size_t)(space - line))) {
        return refuse(parser, 400, "malformed method");
    }
    parser->method = span_of(0, (size_t)(space - line));
    const uint8_t *target = space + 1;
    const uint8_t *end = line + size;
    space = memchr(target, ' ', (size_t)(end - target));
    if (space == NULL) {
        return refuse(parser, 400, "malformed request line");
    }
    enum http1_result result = read_version(parser, space + 1, (size_t)(end - space - 1));
    if (result != HTTP1_READY) {
        return result;
    }
    if (!target_is_valid(target, (size_t)(space - target))) {
        return refuse(parser, 400, "malformed or ambiguous request target");
    }
    parser->target = span_of((size_t)(target - line), (size_t)(space - target));
    return HTTP1_READY;
}

static bool
is_repeated(const struct http1 *parser, const uint8_t *data, const uint8_t *name, size_t size)
{
    for (size_t i = 0; i < parser->header_count; i++) {
        const struct http1_span *known = &parser->headers[i].name;
        if (known->size == size &&
            strncasecmp((const char *)data + known->at, (const char *)name, size) == 0) {
            return true;
        }
    }
    return false;
}

static enum http1_result
apply_field(struct http1 *parser, enum http1_field field, const uint8_t *value, size_t size)
{
    switch (field) {
    case HTTP1_FIELD_HOST:
        parser->has_host = true;
        return http1_is_host(value, size) ? HTTP1_READY : refuse(parser, 400, "malformed Host");
    case HTTP1_FIELD_CONTENT_LENGTH:
        parser->framing = HTTP1_LENGTH;
        return http1_read_length(value, size, &parser->content_length)
                   ? HTTP1_READY
                   : refuse(parser, 400, "malformed Content-Length");
    case HTTP1_FIELD_TRANSFER_ENCODING:
        parser->framing = HTTP1_CHUNKED;
        return size == 7 && strncasecmp((const char *)value, "chunked", 7) == 0
                   ? HTTP1_READY
                   : refuse(parser, 501, "the only transfer coding understood is chunked");
    case HTTP1_FIELD_EXPECT:
        parser->wants_continue = true;
        return size == 12 && strncasecmp((const char *)value, "100-continue", 12) == 0
                   ? HTTP1_READY
                   : refuse(parser, 417, "the only expectation understood is 100-continue");
    case HTTP1_FIELD_CONNECTION:
        if (http1_list_has(value, size, "close")) {
            parser->wants_close = true;
        }
        return HTTP1_READY;
    case HTTP1_FIELD_LIST:
    case HTTP1_FIELD_OTHER:
        break;
    }
    return HTTP1_READY;
}

static enum http1_result
read_header(struct http1 *parser, const uint8_t *data, const uint8_t *line, size_t size)
{
    if (parser->header_count == HTTP1_HEADER_COUNT_MAX) {
        return refuse(parser, 431, "too many headers");
    }
    struct http1_line parts;
    if (!http1_read_field_line(line, size, &parts)) {
        return refuse(parser, 400, "malformed header line");
    }
    enum http1_field field = http1_field_of(line, parts.name_size);
    bool may_repeat = field == HTTP1_FIELD_LIST || field == HTTP1_FIELD_CONNECTION;
    if (!may_repeat && is_repeated(parser, data, line, parts.name_size)) {
        return refuse(parser, 400, "repeated header");
    }
    if (field == HTTP1_FIELD_CONTENT_LENGTH || field == HTTP1_FIELD_TRANSFER_ENCODING) {
        if (parser->framing != HTTP1_NO_BODY) {
            return refuse(parser, 400, "both Content-Length and Transfer-Encoding");
        }
    }
    size_t line_at = (size_t)(line - data);
    parser->headers[parser->header_count++] = (struct http1_header){
        .name = span_of(line_at, parts.name_size),
        .value = span_of(line_at + parts.value_at, parts.value_size),
    };
    return apply_field(parser, field, line + parts.value_at, parts.value_size);
}

static enum http1_result finish_head(struct http1 *parser, const uint8_t *data, size_t head_size)
{
    if (!parser->has_host) {
        return refuse(parser, 400, "no Host header");
    }
    bool is_get = parser->method.size == 3 && memcmp(data, "GET", 3) == 0;
    bool is_head = parser->method.size == 4 && memcmp(data, "HEAD", 4) == 0;
    if (parser->framing == HTTP1_LENGTH && parser->content_length == 0) {
        parser->framing = HTTP1_NO_BODY;
    }
    if ((is_get || is_head) && parser->framing != HTTP1_NO_BODY) {
        return refuse(parser, 400, "a body where the method has none");
    }
    parser->head_size = head_size;
    return HTTP1_READY;
}

/* One line without its CR LF. READY only for the empty line that ends the head. */
static enum http1_result
read_line(struct http1 *parser, const uint8_t *data, size_t line_size, size_t next_at)
{
    const uint8_t *line = data + parser->line_at;
    enum http1_result result = HTTP1_READY;
    if (parser->line_at == 0) {
        result = read_request_line(parser, line, line_size);
    } else if (line_size == 0) {
        return finish_head(parser, data, next_at);
    } else {
        result = read_header(parser, data, line, line_size);
    }
    return result == HTTP1_READY ? HTTP1_MORE : result;
}

/* Called before the line feed at `end` (or the end of what has come) is looked at. */
static enum http1_result check_size(struct http1 *parser, size_t end)
{
    if (parser->line_at == 0 && end >= HTTP1_LINE_SIZE_MAX) {
        return refuse(parser, 414, "the request line is too long");
    }
    if (end >= HTTP1_HEAD_SIZE_MAX) {
        return refuse(parser, 431, "the headers are too large");
    }
    return HTTP1_MORE;
}

enum http1_result http1_head(struct http1 *parser, const uint8_t *data, size_t size)
{
    assert(parser->head_size == 0 && parser->scan_at <= size);
    if (parser->refusal.status != 0) {
        return HTTP1_REFUSED;
    }
    while (parser->scan_at < size) {
        const uint8_t *feed = memchr(data + parser->scan_at, '\n', size - parser->scan_at);
        size_t end = feed == NULL ? size : (size_t)(feed - data);
        enum http1_result result = check_size(parser, end);
        if (result != HTTP1_MORE) {
            return result;
        }
        parser->scan_at = end;
        if (feed == NULL) {
            return HTTP1_MORE;
        }
        if (end == parser->line_at || data[end - 1] != '\r') {
            return refuse(parser, 400, "a line that does not end in CR LF");
        }
        result = read_line(parser, data, end - 1 - parser->line_at, end + 1);
        if (result != HTTP1_MORE) {
            return result;
        }
        parser->line_at = end + 1;
        parser->scan_at = end + 1;
    }
    return check_size(parser, size);
}
