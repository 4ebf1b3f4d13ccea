#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/records/medium.h"
#include "gateway/records/text.h"

void json_write_text(struct writer *writer, struct bytes text)
{
    write_u8(writer, '"');
    size_t start = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        write_bytes(writer, text.data + start, i - start);
        start = i + 1;
        char escape[8];
        int length = c < 0x20 ? snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c)
                              : snprintf(escape, sizeof escape, "\\%c", c);
        write_bytes(writer, escape, (size_t)length);
    }
    write_bytes(writer, text.data + start, text.size - start);
    write_u8(writer, '"');
}

static void comma(struct sink *sink)
{
    uint32_t bit = UINT32_C(1) << sink->depth;
    if ((sink->used_bits & bit) != 0) {
        write_u8(sink->writer, ',');
    }
    sink->used_bits |= bit;
}

static void open(struct sink *sink, uint32_t is_map_bit)
{
    assert(sink->depth < MEDIUM_DEPTH_MAX);
    sink->depth++;
    uint32_t bit = UINT32_C(1) << sink->depth;
    sink->used_bits &= ~bit;
    sink->map_bits = (sink->map_bits & ~bit) | (is_map_bit << sink->depth);
    write_u8(sink->writer, is_map_bit != 0 ? '{' : '[');
}

static void json_map(struct sink *sink, size_t pair_count)
{
    (void)pair_count;
    open(sink, 1);
}

static void json_list(struct sink *sink, size_t item_count)
{
    (void)item_count;
    open(sink, 0);
}

static void json_end(struct sink *sink)
{
    write_u8(sink->writer, (sink->map_bits >> sink->depth & 1U) != 0 ? '}' : ']');
    sink->depth--;
}

static void json_key(struct sink *sink, const char *name)
{
    comma(sink);
    json_write_text(sink->writer, (struct bytes){(const uint8_t *)name, strlen(name)});
    write_u8(sink->writer, ':');
}

static void json_made_key(struct sink *sink, struct bytes key)
{
    comma(sink);
    write_bytes(sink->writer, key.data, key.size);
}

static void json_text(struct sink *sink, struct bytes text)
{
    json_write_text(sink->writer, text);
}

static void json_integer_put(struct sink *sink, int64_t value)
{
    char text[DECIMAL_TEXT_SIZE];
    write_bytes(sink->writer, text, decimal_format(value, 0, text));
}

static void json_boolean_put(struct sink *sink, bool value)
{
    write_text(sink->writer, value ? "true" : "false");
}

static void quoted(struct sink *sink, const char *text, size_t size)
{
    json_write_text(sink->writer, (struct bytes){(const uint8_t *)text, size});
}

static void json_decimal(struct sink *sink, int scale, int64_t value)
{
    char text[DECIMAL_TEXT_SIZE];
    quoted(sink, text, decimal_format(value, scale, text));
}

static void json_date(struct sink *sink, date_days date)
{
    char text[DATE_TEXT_SIZE];
    quoted(sink, text, date_format(date, text));
}

static void json_instant(struct sink *sink, instant_us at)
{
    char text[INSTANT_TEXT_SIZE];
    quoted(sink, text, instant_format(at, text));
}

static void json_bytes(struct sink *sink, struct bytes content)
{
    write_u8(sink->writer, '"');
    base64url_write(content, sink->writer);
    write_u8(sink->writer, '"');
}

struct sink sink_json(struct writer *writer)
{
    static const struct sink_type type = {
        .map = json_map,
        .key = json_key,
        .made_key = json_made_key,
        .list = json_list,
        .item = comma,
        .end = json_end,
        .text = json_text,
        .integer = json_integer_put,
        .boolean = json_boolean_put,
        .decimal = json_decimal,
        .date = json_date,
        .instant = json_instant,
        .bytes = json_bytes,
    };
    return (struct sink){.type = &type, .writer = writer, .media = MEDIA_JSON};
}

struct sink sink_over(enum media media, struct writer *writer)
{
    return media == MEDIA_JSON ? sink_json(writer) : sink_cbor(writer);
}
