#include <assert.h>
#include <string.h>

#include "gateway/server/http1.h"
#include "gateway/server/http1_field.h"

enum chunk_stage {
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    CHUNK_TRAILER,
    CHUNK_DONE,
};

/* *at moves over what has been understood; the body grows at head_size + body_size. */
struct cursor {
    uint8_t *data;
    size_t size;
    size_t at;
};

static enum http1_result refuse(struct http1 *parser, int status, const char *reason)
{
    parser->refusal = (struct http1_refusal){.status = status, .reason = reason};
    return HTTP1_REFUSED;
}

/* Finds the line at the cursor; READY with its size without CR LF. */
static enum http1_result
find_line(struct http1 *parser, const struct cursor *cursor, size_t size_max, size_t *size_out)
{
    const uint8_t *start = cursor->data + cursor->at;
    size_t size = cursor->size - cursor->at;
    const uint8_t *feed = size == 0 ? NULL : memchr(start, '\n', size);
    size_t line_size = feed == NULL ? size : (size_t)(feed - start);
    if (line_size >= size_max) {
        return refuse(parser, 400, "a chunk line or trailer is too long");
    }
    if (feed == NULL) {
        return HTTP1_MORE;
    }
    if (line_size == 0 || start[line_size - 1] != '\r') {
        return refuse(parser, 400, "a line that does not end in CR LF");
    }
    *size_out = line_size - 1;
    return HTTP1_READY;
}

static enum http1_result
read_chunk_size(struct http1 *parser, struct cursor *cursor, size_t body_size_max)
{
    size_t size = 0;
    enum http1_result result = find_line(parser, cursor, HTTP1_CHUNK_LINE_SIZE_MAX, &size);
    if (result != HTTP1_READY) {
        return result;
    }
    if (!http1_read_chunk_size(cursor->data + cursor->at, size, &parser->chunk_size)) {
        return refuse(parser, 400, "malformed chunk size");
    }
    if (parser->chunk_size > body_size_max - parser->body_size) {
        return refuse(parser, 413, "the body is too large");
    }
    cursor->at += size + 2;
    parser->chunk_stage = parser->chunk_size == 0 ? CHUNK_TRAILER : CHUNK_DATA;
    return HTTP1_READY;
}

static enum http1_result read_chunk_data(struct http1 *parser, struct cursor *cursor)
{
    size_t there = cursor->size - cursor->at;
    size_t size = parser->chunk_size < there ? (size_t)parser->chunk_size : there;
    memmove(cursor->data + parser->head_size + parser->body_size, cursor->data + cursor->at, size);
    cursor->at += size;
    parser->body_size += size;
    parser->chunk_size -= size;
    if (parser->chunk_size > 0) {
        return HTTP1_MORE;
    }
    parser->chunk_stage = CHUNK_END;
    return HTTP1_READY;
}

static enum http1_result read_chunk_end(struct http1 *parser, struct cursor *cursor)
{
    if (cursor->size - cursor->at < 2) {
        return HTTP1_MORE;
    }
    if (memcmp(cursor->data + cursor->at, "\r\n", 2) != 0) {
        return refuse(parser, 400, "chunk data longer than its size");
    }
    cursor->at += 2;
    parser->chunk_stage = CHUNK_SIZE;
    return HTTP1_READY;
}

static enum http1_result read_trailer(struct http1 *parser, struct cursor *cursor)
{
    size_t size = 0;
    size_t size_max = HTTP1_TRAILER_SIZE_MAX - parser->trailer_size;
    enum http1_result result = find_line(parser, cursor, size_max, &size);
    if (result != HTTP1_READY) {
        return result;
    }
    struct http1_line parts;
    if (size > 0 && !http1_read_field_line(cursor->data + cursor->at, size, &parts)) {
        return refuse(parser, 400, "malformed trailer");
    }
    parser->chunk_stage = size == 0 ? CHUNK_DONE : CHUNK_TRAILER;
    parser->trailer_size += size + 2;
    cursor->at += size + 2;
    return HTTP1_READY;
}

static enum http1_result
read_chunks(struct http1 *parser, struct cursor *cursor, size_t body_size_max)
{
    enum http1_result result = HTTP1_READY;
    while (result == HTTP1_READY) {
        switch ((enum chunk_stage)parser->chunk_stage) {
        case CHUNK_SIZE:
            result = read_chunk_size(parser, cursor, body_size_max);
            break;
        case CHUNK_DATA:
            result = read_chunk_data(parser, cursor);
            break;
        case CHUNK_END:
            result = read_chunk_end(parser, cursor);
            break;
        case CHUNK_TRAILER:
            result = read_trailer(parser, cursor);
            break;
        case CHUNK_DONE:
            return HTTP1_READY;
        }
    }
    return result;
}

static enum http1_result
read_chunked(struct http1 *parser, uint8_t *data, size_t *size, size_t body_size_max)
{
    size_t start = parser->head_size + parser->body_size;
    struct cursor cursor = {.data = data, .size = *size, .at = start};
    enum http1_result result = read_chunks(parser, &cursor, body_size_max);
    size_t body_end = parser->head_size + parser->body_size;
    memmove(data + body_end, data + cursor.at, *size - cursor.at);
    *size -= cursor.at - body_end;
    return result;
}

enum http1_result
http1_body(struct http1 *parser, uint8_t *data, size_t *size, size_t body_size_max)
{
    assert(parser->head_size > 0 && *size >= parser->head_size + parser->body_size);
    if (parser->refusal.status != 0) {
        return HTTP1_REFUSED;
    }
    if (parser->framing == HTTP1_CHUNKED) {
        return read_chunked(parser, data, size, body_size_max);
    }
    if (parser->framing == HTTP1_NO_BODY) {
        return HTTP1_READY;
    }
    if (parser->content_length > body_size_max) {
        return refuse(parser, 413, "the body is too large");
    }
    size_t there = *size - parser->head_size;
    size_t wanted = (size_t)parser->content_length;
    parser->body_size = there < wanted ? there : wanted;
    return there < wanted ? HTTP1_MORE : HTTP1_READY;
}
