#include <assert.h>
#include <string.h>

#include "adapters/iso8583/value.h"

void iso8583_framer_start(struct iso8583_framer *framer,
                          const struct iso8583_prefix *prefix,
                          uint8_t *buffer,
                          size_t capacity)
{
    assert(prefix->size >= 1 && prefix->size <= sizeof framer->prefix_bytes);
    *framer = (struct iso8583_framer){.prefix = *prefix, .buffer = buffer, .capacity = capacity};
}

/* The size of the frame behind a complete prefix. */
static bool prefix_resolve(struct iso8583_framer *framer)
{
    const struct iso8583_prefix *prefix = &framer->prefix;
    uint32_t count = 0;
    size_t bad_at;
    if (!iso8583_number_read(
            prefix->encoding, framer->prefix_bytes, prefix->size, &count, &bad_at)) {
        return false;
    }
    if (prefix->unit == ISO8583_NIBBLES) {
        if (count % 2 != 0) {
            return false;
        }
        count /= 2;
    }
    if (prefix->counts == ISO8583_INCLUSIVE) {
        if (count < prefix->size) {
            return false;
        }
        count -= prefix->size;
    }
    framer->body_size = count;
    return count <= framer->capacity;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum iso8583_frame iso8583_framer_feed(struct iso8583_framer *framer,
                                       struct iso8583_view bytes,
                                       size_t *used_out,
                                       struct iso8583_view *frame_out)
{
    *used_out = 0;
    *frame_out = (struct iso8583_view){NULL, 0};
    if (framer->has_failed) {
        return ISO8583_FRAME_BAD;
    }
    while (framer->prefix_taken < framer->prefix.size && *used_out < bytes.size) {
        framer->prefix_bytes[framer->prefix_taken++] = bytes.data[(*used_out)++];
        if (framer->prefix_taken == framer->prefix.size && !prefix_resolve(framer)) {
            framer->has_failed = true;
            return ISO8583_FRAME_BAD;
        }
    }
    if (framer->prefix_taken < framer->prefix.size) {
        return ISO8583_FRAME_MORE;
    }
    size_t part = smaller(bytes.size - *used_out, framer->body_size - framer->size);
    if (part > 0) {
        memcpy(framer->buffer + framer->size, bytes.data + *used_out, part);
        framer->size += part;
        *used_out += part;
    }
    if (framer->size < framer->body_size) {
        return ISO8583_FRAME_MORE;
    }
    *frame_out = (struct iso8583_view){framer->buffer, framer->size};
    framer->size = 0;
    framer->prefix_taken = 0;
    return ISO8583_FRAME_READY;
}

bool iso8583_prefix_write(const struct iso8583_prefix *prefix,
                          size_t size,
                          uint8_t *buffer,
                          size_t capacity)
{
    if (size > ISO8583_MESSAGE_SIZE_MAX || capacity < prefix->size) {
        return false;
    }
    size_t count = size + (prefix->counts == ISO8583_INCLUSIVE ? prefix->size : 0);
    count *= prefix->unit == ISO8583_NIBBLES ? 2 : 1;
    return iso8583_number_write(prefix->encoding, (uint32_t)count, prefix->size, buffer);
}
