#include "tools/kouan/cbor_json.h"

#include <stdio.h>

#include "ledger/base/cbor.h"
#include "tools/kouan/file.h"

enum {
    TAG_DECIMAL = 4
};

static json_t *value_read(struct cbor_reader *reader);

/* RFC 9290 §2: standard problem detail entries have negative labels. */
static const char *label_name(const struct cbor_item *key)
{
    static const char *const names[] = {"title", "detail", "instance", "response_code"};
    bool is_known = key->type == CBOR_NEGATIVE && key->argument < 4;
    return is_known ? names[key->argument] : "?";
}

static json_t *map_read(struct cbor_reader *reader, uint64_t count)
{
    json_t *map = json_object();
    for (uint64_t i = 0; i < count; i++) {
        struct cbor_item key;
        if (!cbor_read(reader, &key)) {
            break;
        }
        json_t *value = value_read(reader);
        char name[128];
        if (key.type == CBOR_TEXT) {
            snprintf(name,
                     sizeof name,
                     "%.*s",
                     (int)(key.content.size < 127 ? key.content.size : 127),
                     (const char *)key.content.data);
        } else {
            snprintf(name, sizeof name, "%s", label_name(&key));
        }
        json_object_set_new(map, name, value ? value : json_null());
    }
    return map;
}

static json_t *array_read(struct cbor_reader *reader, uint64_t count)
{
    json_t *array = json_array();
    for (uint64_t i = 0; i < count && reader->fault == CBOR_OK; i++) {
        json_t *value = value_read(reader);
        json_array_append_new(array, value ? value : json_null());
    }
    return array;
}

static json_t *integer_json(const struct cbor_item *item)
{
    int64_t value = 0;
    return cbor_integer(item, &value) ? json_integer(value) : NULL;
}

/* 4([-scale, n]) as the text n / 10^scale. */
static json_t *decimal_json(const json_t *pair)
{
    json_int_t exponent = json_integer_value(json_array_get(pair, 0));
    json_int_t value = json_integer_value(json_array_get(pair, 1));
    char digits[40];
    if (json_array_size(pair) != 2 || exponent > 0 || exponent < -18) {
        return NULL;
    }
    int scale = (int)-exponent;
    bool is_negative = value < 0;
    unsigned long long size =
        is_negative ? 0ULL - (unsigned long long)value : (unsigned long long)value;
    int count = snprintf(digits, sizeof digits, "%0*llu", scale + 1, size);
    char text[48];
    snprintf(text,
             sizeof text,
             "%s%.*s%s%s",
             is_negative ? "-" : "",
             count - scale,
             digits,
             scale > 0 ? "." : "",
             digits + (count - scale));
    return json_string(text);
}

static json_t *tag_read(struct cbor_reader *reader, uint64_t tag)
{
    json_t *content = value_read(reader);
    if (tag != TAG_DECIMAL || !content) {
        return content;
    }
    json_t *decimal = decimal_json(content);
    json_decref(content);
    return decimal;
}

static json_t *value_read(struct cbor_reader *reader)
{
    struct cbor_item item;
    if (!cbor_read(reader, &item)) {
        return NULL;
    }
    switch (item.type) {
    case CBOR_UNSIGNED:
    case CBOR_NEGATIVE:
        return integer_json(&item);
    case CBOR_BYTES:
        return file_base64url(item.content.data, item.content.size);
    case CBOR_TEXT:
        return json_stringn((const char *)item.content.data, item.content.size);
    case CBOR_ARRAY:
        return array_read(reader, item.argument);
    case CBOR_MAP:
        return map_read(reader, item.argument);
    case CBOR_TAG:
        return tag_read(reader, item.argument);
    case CBOR_FALSE:
    case CBOR_TRUE:
        return json_boolean(item.type == CBOR_TRUE);
    case CBOR_NULL:
        return json_null();
    }
    return NULL;
}

json_t *cbor_json(struct bytes input)
{
    struct cbor_reader reader = cbor_reader_over(input);
    json_t *value = value_read(&reader);
    if (value && cbor_finish(&reader)) {
        return value;
    }
    json_decref(value);
    return NULL;
}
