#include "adapters/iso8583/value.h"

#include <string.h>

#include "adapters/iso8583/table.h"

/* BCD digits before the value's first when it is right-aligned. */
static size_t lead_count(const struct iso8583_rule *rule, size_t digit_count)
{
    return rule->align == ISO8583_RIGHT ? digit_count & 1 : 0;
}

size_t iso8583_value_wire_index(const struct iso8583_rule *rule, size_t size, size_t index)
{
    if (iso8583_is_hex(rule)) {
        return 2 * index;
    }
    if (rule->encoding != ISO8583_BCD) {
        return index;
    }
    if (rule->kind == ISO8583_KIND_SIGNED) {
        return index == 0 ? 0 : 1 + (index - 1 + lead_count(rule, size - 1)) / 2;
    }
    return (index + lead_count(rule, size)) / 2;
}

enum {
    RANGE_COUNT_MAX = 3
};

#define BYTES_OF(byte) (UINT64_C(0x0101010101010101) * (byte))
#define RANGE_OF(first, last)                                                                      \
    {                                                                                              \
        BYTES_OF(first), BYTES_OF(0x7F - (last))                                                   \
    }

/* The characters of a kind, all below 0x80: as many ranges as begin somewhere. */
static const struct range {
    uint64_t first;
    uint64_t above; /* what takes all beyond the last to 0x80 */
} kind_ranges[][RANGE_COUNT_MAX] = {
  /* clang-format off */
    [ISO8583_KIND_A] = {RANGE_OF('A', 'Z'), RANGE_OF('a', 'z')},
    [ISO8583_KIND_N] = {RANGE_OF('0', '9')},
    [ISO8583_KIND_AN] = {RANGE_OF('0', '9'), RANGE_OF('A', 'Z'), RANGE_OF('a', 'z')},
    [ISO8583_KIND_NS] = {RANGE_OF(' ', '@'), RANGE_OF('[', '`'), RANGE_OF('{', '~')},
    [ISO8583_KIND_ANS] = {RANGE_OF(' ', '~')},
    [ISO8583_KIND_TRACK] = {RANGE_OF(0x30, 0x3F)},
    [ISO8583_KIND_BINARY] = {{0, 0}},
  /* clang-format on */
};

/*
 * Eight characters at a time: 0x80 in each byte that is in none of the ranges. Below 0x80 neither
 * sum nor difference leaves its byte; one from 0x80 spoils its neighbours, but the word is bad
 * then.
 */
static uint64_t word_bad(uint64_t word, const struct range ranges[RANGE_COUNT_MAX])
{
    uint64_t top = BYTES_OF(0x80u);
    uint64_t outside = (word + ranges[0].above) | ~((word | top) - ranges[0].first);
    for (size_t i = 1; i < RANGE_COUNT_MAX && ranges[i].first != 0; i++) {
        outside &= (word + ranges[i].above) | ~((word | top) - ranges[i].first);
    }
    return (word | outside) & top;
}

static uint64_t word_read(const uint8_t *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* For 4 characters or more. The last word overlaps the one before: nothing outside is read. */
static bool are_words_good(const struct range *ranges, const uint8_t *text, size_t size)
{
    if (size < 8) {
        uint32_t halves[2];
        memcpy(&halves[0], text, 4);
        memcpy(&halves[1], text + size - 4, 4);
        return word_bad((uint64_t)halves[0] << 32 | halves[1], ranges) == 0;
    }
    uint64_t bad = word_bad(word_read(text + size - 8), ranges);
    for (size_t at = 0; at + 8 < size; at += 8) {
        bad |= word_bad(word_read(text + at), ranges);
    }
    return bad == 0;
}

static size_t kind_bad_at(enum iso8583_kind kind, const uint8_t *text, size_t size)
{
    const struct range *ranges = kind_ranges[kind];
    if (size >= 4 && ranges[0].first != 0 && are_words_good(ranges, text, size)) {
        return size;
    }
    uint16_t bit = (uint16_t)(1u << kind);
    size_t at = 0;
    while (at < size && (iso8583_table_kinds[text[at]] & bit) != 0) {
        at++;
    }
    return at;
}

size_t iso8583_value_bad_at(enum iso8583_kind kind, const uint8_t *text, size_t size)
{
    if (kind == ISO8583_KIND_BINARY || size == 0) {
        return size;
    }
    if (kind == ISO8583_KIND_SIGNED) {
        bool is_sign = text[0] == 'C' || text[0] == 'D';
        return is_sign ? 1 + kind_bad_at(ISO8583_KIND_N, text + 1, size - 1) : 0;
    }
    return kind_bad_at(kind, text, size);
}

/* The digits of `size` BCD bytes as characters 0x30 + nibble. */
static void nibbles_read(const uint8_t *wire, size_t size, uint8_t *out)
{
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = (uint8_t)(0x30 | wire[i] >> 4);
        out[2 * i + 1] = (uint8_t)(0x30 | (wire[i] & 0x0F));
    }
}

static bool is_padded(const struct iso8583_rule *rule,
                      const uint8_t *wire,
                      size_t digit_count,
                      size_t *bad_at_out)
{
    if ((digit_count & 1) == 0) {
        return true;
    }
    *bad_at_out = rule->align == ISO8583_RIGHT ? 0 : digit_count / 2;
    uint8_t byte = wire[*bad_at_out];
    return (rule->align == ISO8583_RIGHT ? byte >> 4 : byte & 0x0F) == rule->pad;
}

static bool bcd_read(const struct iso8583_rule *rule,
                     const uint8_t *wire,
                     size_t length,
                     uint8_t *scratch,
                     const uint8_t **value_out,
                     enum iso8583_reason *reason_out,
                     size_t *bad_at_out)
{
    size_t sign_size = rule->kind == ISO8583_KIND_SIGNED ? 1 : 0;
    size_t digit_count = length - sign_size;
    const uint8_t *packed = wire + sign_size;
    uint8_t *value = scratch + lead_count(rule, digit_count);
    if (!is_padded(rule, packed, digit_count, bad_at_out)) {
        *bad_at_out += sign_size;
        *reason_out = ISO8583_REASON_PAD;
        return false;
    }
    nibbles_read(packed, (digit_count + 1) / 2, scratch + sign_size);
    if (sign_size != 0) {
        value[0] = wire[0];
    }
    size_t bad_at = iso8583_value_bad_at(rule->kind, value, length);
    *value_out = value;
    *reason_out = ISO8583_REASON_CHARACTER;
    *bad_at_out = bad_at == length ? 0 : iso8583_value_wire_index(rule, length, bad_at);
    return bad_at == length;
}

bool iso8583_value_read(const struct iso8583_rule *rule,
                        const uint8_t *wire,
                        size_t length,
                        uint8_t *scratch,
                        const uint8_t **value_out,
                        enum iso8583_reason *reason_out,
                        size_t *bad_at_out)
{
    *value_out = wire;
    *reason_out = ISO8583_REASON_CHARACTER;
    if (length == 0) {
        return true;
    }
    if (iso8583_is_hex(rule)) {
        *value_out = scratch;
        return iso8583_hex_read(rule->encoding, wire, length, scratch, bad_at_out);
    }
    switch (rule->encoding) {
    case ISO8583_ASCII:
    case ISO8583_BINARY:
        break;
    case ISO8583_BCD:
        return bcd_read(rule, wire, length, scratch, value_out, reason_out, bad_at_out);
    case ISO8583_EBCDIC:
        for (size_t i = 0; i < length; i++) {
            scratch[i] = iso8583_table_from_ebcdic[wire[i]];
        }
        *value_out = scratch;
        break;
    }
    *bad_at_out = iso8583_value_bad_at(rule->kind, *value_out, length);
    return *bad_at_out == length;
}

static void
bcd_write(const struct iso8583_rule *rule, const uint8_t *value, size_t size, uint8_t *wire)
{
    if (rule->kind == ISO8583_KIND_SIGNED) {
        *wire++ = *value++;
        size--;
    }
    size_t lead = lead_count(rule, size);
    size_t at = 0;
    if (lead != 0) {
        *wire++ = (uint8_t)(rule->pad << 4 | (value[at++] & 0x0F));
    }
    for (; at + 1 < size; at += 2) {
        *wire++ = (uint8_t)((value[at] & 0x0F) << 4 | (value[at + 1] & 0x0F));
    }
    if (at < size) {
        *wire = (uint8_t)((value[at] & 0x0F) << 4 | rule->pad);
    }
}

void iso8583_value_write(const struct iso8583_rule *rule,
                         const uint8_t *value,
                         size_t size,
                         uint8_t *wire)
{
    if (size == 0) {
        return;
    }
    if (iso8583_is_hex(rule)) {
        iso8583_hex_write(rule->encoding, value, size, wire);
        return;
    }
    switch (rule->encoding) {
    case ISO8583_ASCII:
    case ISO8583_BINARY:
        memcpy(wire, value, size);
        break;
    case ISO8583_BCD:
        bcd_write(rule, value, size, wire);
        break;
    case ISO8583_EBCDIC:
        for (size_t i = 0; i < size; i++) {
            wire[i] = iso8583_table_to_ebcdic[value[i]];
        }
        break;
    }
}
