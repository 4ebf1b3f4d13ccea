#include <stdio.h>
#include <string.h>

#include "gateway/records/medium.h"
#include "gateway/records/text.h"

/* jansson spends some 200 bytes on a container of two. */
enum {
    JSON_CONTAINER_COUNT_MAX = 1 << 16
};

/* Integers beyond this are not the same number to every reader of JSON (RFC 7493 §2.2). */
static const int64_t json_integer_max = (INT64_C(1) << 53) - 1;

bool source_refuse(struct source *source, const char *code, const char *detail)
{
    source->code = code;
    snprintf(source->detail, sizeof source->detail, "%s", detail);
    return false;
}

/* -0 has no integer value that comes back as -0. */
static bool is_negative_zero(struct bytes input, size_t at)
{
    return input.data[at] == '-' && input.size - at > 1 && input.data[at + 1] == '0' &&
           (input.size - at == 2 || strchr(".eE0123456789", input.data[at + 2]) == NULL);
}

/* What jansson would take: depth, number of containers and -0 are bounded before it runs. */
static bool bounds_check(struct source *source, struct bytes input)
{
    size_t depth = 0;
    size_t container_count = 0;
    bool is_in_text = false;
    for (size_t at = 0; at < input.size; at++) {
        uint8_t c = input.data[at];
        if (c == '"') {
            is_in_text = !is_in_text;
        } else if (is_in_text) {
            at += c == '\\' ? 1 : 0;
        } else if (c == '{' || c == '[') {
            if (++depth > MEDIUM_DEPTH_MAX) {
                return source_refuse(source, "too_deep", "nested more than 16 levels deep");
            }
            if (++container_count > JSON_CONTAINER_COUNT_MAX) {
                return source_refuse(source, "too_large", "too many objects and arrays");
            }
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
        } else if (is_negative_zero(input, at)) {
            return source_refuse(source, "range", "-0 is not a number here");
        }
    }
    return true;
}

/* jansson's own text quotes the input, so only its code and the place are used. */
static bool refuse_syntax(struct source *source, const json_error_t *error)
{
    const char *code = "malformed";
    const char *what = "not valid JSON";
    enum json_error_code reason = json_error_code(error);
    if (reason == json_error_duplicate_key) {
        code = "duplicate";
        what = "a name appears twice in one object";
    } else if (reason == json_error_numeric_overflow) {
        code = "range";
        what = "a number is too large";
    } else if (reason == json_error_invalid_utf8 || reason == json_error_null_character ||
               reason == json_error_null_byte_in_key) {
        code = "charset";
        what = "text must be UTF-8 without NUL";
    }
    source->code = code;
    snprintf(source->detail, sizeof source->detail, "%s, at byte %d", what, error->position);
    return false;
}

static bool json_map(struct source *source, size_t *pair_count_out)
{
    if (!json_is_object(source->json_value)) {
        return source_refuse(source, "type", "must be an object");
    }
    source->json_places[source->json_depth++] = (struct json_place){
        .container = source->json_value, .pair = json_object_iter(source->json_value)};
    *pair_count_out = json_object_size(source->json_value);
    return true;
}

static bool json_key(struct source *source, struct bytes *name_out)
{
    struct json_place *place = &source->json_places[source->json_depth - 1];
    const char *name = json_object_iter_key(place->pair);
    *name_out = (struct bytes){(const uint8_t *)name, strlen(name)};
    source->json_value = json_object_iter_value(place->pair);
    place->pair = json_object_iter_next(place->container, place->pair);
    return true;
}

static bool json_list(struct source *source, size_t *item_count_out)
{
    if (!json_is_array(source->json_value)) {
        return source_refuse(source, "type", "must be an array");
    }
    source->json_places[source->json_depth++] =
        (struct json_place){.container = source->json_value};
    *item_count_out = json_array_size(source->json_value);
    return true;
}

static void json_item(struct source *source)
{
    struct json_place *place = &source->json_places[source->json_depth - 1];
    source->json_value = json_array_get(place->container, place->next++);
}

static void json_end(struct source *source)
{
    source->json_depth--;
}

static bool json_text(struct source *source, struct bytes *text_out)
{
    if (!json_is_string(source->json_value)) {
        return source_refuse(source, "type", "must be text");
    }
    *text_out = (struct bytes){(const uint8_t *)json_string_value(source->json_value),
                               json_string_length(source->json_value)};
    return true;
}

static bool json_integer_take(struct source *source, int64_t *value_out)
{
    if (!json_is_integer(source->json_value)) {
        return source_refuse(source, "type", "must be an integer");
    }
    *value_out = json_integer_value(source->json_value);
    if (*value_out > json_integer_max || *value_out < -json_integer_max) {
        return source_refuse(source, "range", "beyond 9007199254740991");
    }
    return true;
}

static bool json_boolean_take(struct source *source, bool *value_out)
{
    if (!json_is_boolean(source->json_value)) {
        return source_refuse(source, "type", "must be true or false");
    }
    *value_out = json_is_true(source->json_value);
    return true;
}

static bool json_decimal(struct source *source, int scale, int64_t *value_out)
{
    struct bytes text;
    if (!json_is_string(source->json_value)) {
        return source_refuse(source, "type", "must be a decimal number as text, such as \"12.34\"");
    }
    if (!json_text(source, &text)) {
        return false;
    }
    if (!decimal_parse((const char *)text.data, text.size, scale, value_out)) {
        source->code = "range";
        snprintf(source->detail,
                 sizeof source->detail,
                 "must be a decimal number with at most %d decimals",
                 scale);
        return false;
    }
    return true;
}

static bool json_date(struct source *source, date_days *date_out)
{
    struct bytes text = {0};
    return json_text(source, &text) &&
           (date_parse((const char *)text.data, text.size, date_out) ||
            source_refuse(source, "range", "must be a date, YYYY-MM-DD"));
}

static bool json_instant(struct source *source, instant_us *at_out)
{
    struct bytes text = {0};
    return json_text(source, &text) &&
           (instant_parse((const char *)text.data, text.size, at_out) ||
            source_refuse(source, "range", "must be a time as RFC 3339 writes it"));
}

static bool json_bytes(struct source *source, struct arena *arena, struct bytes *content_out)
{
    struct bytes text;
    if (!json_text(source, &text)) {
        return false;
    }
    size_t size = text.size / 4 * 3 + text.size % 4;
    uint8_t *content = arena_take(arena, size);
    if (content == NULL) {
        return source_refuse(source, "too_large", "more bytes than can be taken");
    }
    struct writer writer = writer_over(content, size);
    if (!base64url_read(text, &writer)) {
        return source_refuse(source, "charset", "must be base64url without padding");
    }
    *content_out = (struct bytes){content, writer.size};
    return true;
}

static const struct source_type json_source = {
    .map = json_map,
    .key = json_key,
    .list = json_list,
    .item = json_item,
    .end = json_end,
    .text = json_text,
    .integer = json_integer_take,
    .boolean = json_boolean_take,
    .decimal = json_decimal,
    .date = json_date,
    .instant = json_instant,
    .bytes = json_bytes,
};

bool source_open_json(struct source *source, struct bytes input)
{
    *source = (struct source){.type = &json_source};
    if (!bounds_check(source, input)) {
        return false;
    }
    json_error_t error;
    source->json_root = json_loadb(
        (const char *)input.data, input.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    source->json_value = source->json_root;
    return source->json_root != NULL || refuse_syntax(source, &error);
}

void source_close(struct source *source)
{
    json_decref(source->json_root);
    source->json_root = NULL;
}
