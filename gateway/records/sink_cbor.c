#include <string.h>

#include "gateway/records/medium.h"

static void cbor_map(struct sink *sink, size_t pair_count)
{
    cbor_write_map(sink->writer, pair_count);
}

static void cbor_key(struct sink *sink, const char *name)
{
    cbor_write_text(sink->writer, name, strlen(name));
}

static void cbor_made_key(struct sink *sink, struct bytes key)
{
    write_bytes(sink->writer, key.data, key.size);
}

static void cbor_list(struct sink *sink, size_t item_count)
{
    cbor_write_array(sink->writer, item_count);
}

/* Lengths are written in front, so nothing marks items and ends. */
static void cbor_nothing(struct sink *sink)
{
    (void)sink;
}

static void cbor_text(struct sink *sink, struct bytes text)
{
    cbor_write_text(sink->writer, (const char *)text.data, text.size);
}

static void cbor_integer_put(struct sink *sink, int64_t value)
{
    cbor_write_integer(sink->writer, value);
}

static void cbor_boolean_put(struct sink *sink, bool value)
{
    cbor_write_boolean(sink->writer, value);
}

static void cbor_decimal(struct sink *sink, int scale, int64_t value)
{
    cbor_write_tag(sink->writer, TAG_DECIMAL_FRACTION);
    cbor_write_array(sink->writer, 2);
    cbor_write_integer(sink->writer, -scale);
    cbor_write_integer(sink->writer, value);
}

static void cbor_date(struct sink *sink, date_days date)
{
    char text[DATE_TEXT_SIZE];
    cbor_write_tag(sink->writer, TAG_FULL_DATE);
    cbor_write_text(sink->writer, text, date_format(date, text));
}

static void cbor_instant(struct sink *sink, instant_us at)
{
    char text[INSTANT_TEXT_SIZE];
    cbor_write_tag(sink->writer, TAG_DATE_TIME);
    cbor_write_text(sink->writer, text, instant_format(at, text));
}

static void cbor_bytes(struct sink *sink, struct bytes content)
{
    cbor_write_bytes(sink->writer, content);
}

struct sink sink_cbor(struct writer *writer)
{
    static const struct sink_type type = {
        .map = cbor_map,
        .key = cbor_key,
        .made_key = cbor_made_key,
        .list = cbor_list,
        .item = cbor_nothing,
        .end = cbor_nothing,
        .text = cbor_text,
        .integer = cbor_integer_put,
        .boolean = cbor_boolean_put,
        .decimal = cbor_decimal,
        .date = cbor_date,
        .instant = cbor_instant,
        .bytes = cbor_bytes,
    };
    return (struct sink){.type = &type, .writer = writer, .media = MEDIA_CBOR};
}
