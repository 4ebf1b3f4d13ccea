#include <string.h>

#include "gateway/records/medium.h"

static bool refuse_bytes(struct source *source)
{
    switch (source->cbor.fault) {
    case CBOR_NOT_DETERMINISTIC:
        return source_refuse(
            source, "not_deterministic", "not the deterministic form of RFC 8949, section 4.2.1");
    case CBOR_DUPLICATE:
        return source_refuse(source, "duplicate", "a key appears twice in one map");
    case CBOR_TOO_DEEP:
        return source_refuse(source, "too_deep", "nested more than 16 levels deep");
    case CBOR_CHARSET:
        return source_refuse(source, "charset", "text must be UTF-8");
    case CBOR_UNSUPPORTED:
        return source_refuse(source, "type", "floats and simple values have no place here");
    case CBOR_MALFORMED:
    case CBOR_OK:
        break;
    }
    return source_refuse(source, "malformed", "not valid CBOR");
}

static bool
take(struct source *source, enum cbor_type type, const char *detail, struct cbor_item *item_out)
{
    if (!cbor_read(&source->cbor, item_out)) {
        return refuse_bytes(source);
    }
    return item_out->type == type || source_refuse(source, "type", detail);
}

static bool
count_take(struct source *source, enum cbor_type type, const char *detail, size_t *count_out)
{
    struct cbor_item item;
    if (!take(source, type, detail, &item)) {
        return false;
    }
    *count_out = (size_t)item.argument;
    return true;
}

static bool cbor_map(struct source *source, size_t *pair_count_out)
{
    return count_take(source, CBOR_MAP, "must be a map", pair_count_out);
}

static bool cbor_list(struct source *source, size_t *item_count_out)
{
    return count_take(source, CBOR_ARRAY, "must be an array", item_count_out);
}

static bool cbor_text(struct source *source, struct bytes *text_out)
{
    struct cbor_item item;
    if (!take(source, CBOR_TEXT, "must be text", &item)) {
        return false;
    }
    *text_out = item.content;
    return true;
}

/* The reader knows where it is in a map or array. */
static void cbor_nothing(struct source *source)
{
    (void)source;
}

static bool cbor_integer_take(struct source *source, int64_t *value_out)
{
    struct cbor_item item;
    if (!cbor_read(&source->cbor, &item)) {
        return refuse_bytes(source);
    }
    if (item.type != CBOR_UNSIGNED && item.type != CBOR_NEGATIVE) {
        return source_refuse(source, "type", "must be an integer");
    }
    return cbor_integer(&item, value_out) || source_refuse(source, "range", "does not fit 64 bits");
}

static bool cbor_boolean_take(struct source *source, bool *value_out)
{
    struct cbor_item item;
    if (!cbor_read(&source->cbor, &item)) {
        return refuse_bytes(source);
    }
    *value_out = item.type == CBOR_TRUE;
    return item.type == CBOR_TRUE || item.type == CBOR_FALSE ||
           source_refuse(source, "type", "must be true or false");
}

static bool tag_take(struct source *source, uint64_t tag, const char *detail)
{
    struct cbor_item item;
    return take(source, CBOR_TAG, detail, &item) &&
           (item.argument == tag || source_refuse(source, "type", detail));
}

static bool cbor_decimal(struct source *source, int scale, int64_t *value_out)
{
    static const char detail[] = "must be a decimal fraction, tag 4";
    struct cbor_item item;
    int64_t exponent = 0;
    if (!tag_take(source, TAG_DECIMAL_FRACTION, detail) ||
        !take(source, CBOR_ARRAY, detail, &item)) {
        return false;
    }
    if (item.argument != 2) {
        return source_refuse(source, "type", detail);
    }
    if (!cbor_integer_take(source, &exponent) || !cbor_integer_take(source, value_out)) {
        return false;
    }
    return exponent == -(int64_t)scale ||
           source_refuse(source, "not_deterministic", "the exponent must be that of the field");
}

static bool cbor_date(struct source *source, date_days *date_out)
{
    struct bytes text;
    if (!tag_take(source, TAG_FULL_DATE, "must be a date, tag 1004") || !cbor_text(source, &text)) {
        return false;
    }
    return date_parse((const char *)text.data, text.size, date_out) ||
           source_refuse(source, "range", "must be a date, YYYY-MM-DD");
}

static bool cbor_instant(struct source *source, instant_us *at_out)
{
    struct bytes text;
    if (!tag_take(source, TAG_DATE_TIME, "must be a time, tag 0") || !cbor_text(source, &text)) {
        return false;
    }
    if (!instant_parse((const char *)text.data, text.size, at_out)) {
        return source_refuse(source, "range", "must be a time as RFC 3339 writes it");
    }
    char again[INSTANT_TEXT_SIZE];
    if (text.size != INSTANT_TEXT_SIZE - 1 || *at_out <= 0 || *at_out > INSTANT_US_MAX ||
        instant_format(*at_out, again) == 0 || memcmp(again, text.data, text.size) != 0) {
        return source_refuse(source, "not_deterministic", "must be in UTC with microseconds, …Z");
    }
    return true;
}

static bool cbor_bytes(struct source *source, struct arena *arena, struct bytes *content_out)
{
    struct cbor_item item;
    if (!take(source, CBOR_BYTES, "must be a byte string", &item)) {
        return false;
    }
    uint8_t *content = arena_take(arena, item.content.size);
    if (content == NULL) {
        return source_refuse(source, "too_large", "more bytes than can be taken");
    }
    memcpy(content, item.content.data, item.content.size);
    *content_out = (struct bytes){content, item.content.size};
    return true;
}

static const struct source_type cbor_source = {
    .map = cbor_map,
    .key = cbor_text,
    .list = cbor_list,
    .item = cbor_nothing,
    .end = cbor_nothing,
    .text = cbor_text,
    .integer = cbor_integer_take,
    .boolean = cbor_boolean_take,
    .decimal = cbor_decimal,
    .date = cbor_date,
    .instant = cbor_instant,
    .bytes = cbor_bytes,
};

bool source_open_cbor(struct source *source, struct bytes input)
{
    *source = (struct source){.type = &cbor_source, .cbor = cbor_reader_over(input)};
    return true;
}

bool source_finish(struct source *source)
{
    return source->json_root != NULL || cbor_finish(&source->cbor) || refuse_bytes(source);
}
