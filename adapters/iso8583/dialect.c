/* Whether a dialect is one the codec can hold to. */
#include "adapters/iso8583/value.h"

static size_t prefix_capacity(const struct iso8583_rule *rule)
{
    if (rule->length_encoding == ISO8583_BINARY) {
        return rule->length_digits <= 2 ? 0xFF : 0xFFFF;
    }
    size_t capacity = 1;
    for (size_t i = 0; i < rule->length_digits; i++) {
        capacity *= 10;
    }
    return capacity - 1;
}

static bool is_digits_kind(enum iso8583_kind kind)
{
    return kind == ISO8583_KIND_N || kind == ISO8583_KIND_TRACK || kind == ISO8583_KIND_SIGNED;
}

static const char *encoding_problem(const struct iso8583_rule *rule)
{
    bool is_binary = rule->kind == ISO8583_KIND_BINARY;
    switch (rule->encoding) {
    case ISO8583_ASCII:
        return NULL;
    case ISO8583_BCD:
        return is_digits_kind(rule->kind) ? NULL : "only n, z and x+n can be BCD";
    case ISO8583_BINARY:
        return is_binary ? NULL : "only b can be binary";
    case ISO8583_EBCDIC:
        return rule->kind == ISO8583_KIND_TEXT ? "text of a national set cannot be EBCDIC" : NULL;
    }
    return "no such encoding";
}

static const char *length_problem(const struct iso8583_rule *rule)
{
    if (rule->length_max == 0 || rule->length_max > 9999) {
        return "the length must be 1 to 9999";
    }
    if (rule->length_digits == 0) {
        return NULL;
    }
    if (rule->kind == ISO8583_KIND_SIGNED) {
        return "x+n must have a fixed length";
    }
    if (rule->length_digits > 4 || rule->length_min > rule->length_max) {
        return "the shortest length is more than the longest, or the length has over 4 digits";
    }
    if (iso8583_length_count(rule, rule->length_max) > prefix_capacity(rule)) {
        return "the longest value does not fit its length digits";
    }
    return NULL;
}

static const char *layout_problem(const struct iso8583_dialect *dialect,
                                  const struct iso8583_rule *rule)
{
    size_t part_end = (size_t)rule->part_first + rule->part_count;
    switch (rule->layout) {
    case ISO8583_PLAIN:
        return NULL;
    case ISO8583_PARTS:
        if (rule->part_count == 0 || part_end > dialect->part_count ||
            part_end > ISO8583_PART_COUNT_MAX) {
            return "parts that are not there";
        }
        for (size_t i = rule->part_first; i + 1 < part_end; i++) {
            if (dialect->parts[i].length == 0) {
                return "only the last part may take the rest";
            }
        }
        return NULL;
    case ISO8583_BER_TLV:
        return rule->kind == ISO8583_KIND_BINARY ? NULL : "BER-TLV must be of kind b";
    case ISO8583_TAGS:
        return rule->tag_size > 0 && rule->length_size > 0 && rule->length_size <= 4
                   ? NULL
                   : "tags need a tag_size and a length_size of 1 to 4";
    }
    return "no such layout";
}

static const char *rule_problem(const struct iso8583_dialect *dialect,
                                const struct iso8583_rule *rule)
{
    const char *problem = encoding_problem(rule);
    if (problem == NULL) {
        problem = length_problem(rule);
    }
    if (problem == NULL) {
        problem = layout_problem(dialect, rule);
    }
    return problem == NULL && rule->pad != 0 && rule->pad != 0x0F ? "padding is 0 or 15" : problem;
}

static const char *frame_problem(const struct iso8583_dialect *dialect)
{
    const struct iso8583_prefix *prefix = &dialect->prefix;
    if (prefix->size > 4 || prefix->unit == ISO8583_CHARACTERS) {
        return "the length prefix has at most 4 bytes and counts bytes or nibbles";
    }
    if (dialect->header_part_count > ISO8583_HEADER_PART_COUNT_MAX) {
        return "too many header parts";
    }
    for (size_t i = 0; i < dialect->header_part_count; i++) {
        const struct iso8583_header_part *part = &dialect->header_parts[i];
        bool is_number = part->role != ISO8583_HEADER_PLAIN;
        size_t size_max = part->encoding == ISO8583_ASCII ? 8 : 4;
        if (part->size == 0 || (is_number && part->size > size_max)) {
            return "a header part has no size, or is too large for a number";
        }
    }
    if (dialect->mti_encoding == ISO8583_BINARY || dialect->bitmap_encoding == ISO8583_BCD) {
        return "the MTI cannot be binary nor a bitmap BCD";
    }
    return NULL;
}

bool iso8583_dialect_check(const struct iso8583_dialect *dialect,
                           int *field_out,
                           const char **problem_out)
{
    *field_out = 0;
    *problem_out = frame_problem(dialect);
    if (*problem_out != NULL) {
        return false;
    }
    for (int field = 0; field <= ISO8583_FIELD_MAX; field++) {
        const struct iso8583_rule *rule = &dialect->fields[field];
        if (rule->kind == ISO8583_KIND_NONE) {
            continue;
        }
        *field_out = field;
        bool is_bitmap = field < 2 || (field == 65 && dialect->tertiary != ISO8583_TERTIARY_NONE) ||
                         (field > 128 && dialect->tertiary == ISO8583_TERTIARY_NONE);
        *problem_out =
            is_bitmap ? "a field where the bitmaps leave no room" : rule_problem(dialect, rule);
        if (*problem_out != NULL) {
            return false;
        }
    }
    *field_out = 0;
    return true;
}
