#include <string.h>

#include "adapters/iso8583/value.h"

enum {
    CARD_NUMBER_SIZE_MIN = 13, /* ISO/IEC 7812-1 has at most 19 digits */
    CARD_NUMBER_SIZE_MAX = 19,
    FIELD_MAC_FIRST = 64,
    FIELD_MAC_LAST = 128,
};

/* What stands for the characters from `first` to `last`; all others stay. */
struct shape {
    uint8_t first;
    uint8_t last;
    uint8_t placeholder;
};

static const struct shape ascii_shapes[] = {
    {'0',  '9',  '0'},
    {'A',  'Z',  'X'},
    {'a',  'z',  'x'},
    {0x80, 0xFF, 'X'},
};
static const struct shape ebcdic_shapes[] = {
    {0xF0, 0xF9, 0xF0},
    {0xC1, 0xC9, 0xE7},
    {0xD1, 0xD9, 0xE7},
    {0xE2, 0xE9, 0xE7},
    {0x81, 0x89, 0xA7},
    {0x91, 0x99, 0xA7},
    {0xA2, 0xA9, 0xA7},
};

static void
shapes_apply(const struct shape *shapes, size_t shape_count, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        for (size_t k = 0; k < shape_count; k++) {
            if (bytes[i] >= shapes[k].first && bytes[i] <= shapes[k].last) {
                bytes[i] = shapes[k].placeholder;
                break;
            }
        }
    }
}

/* The byte that zeros are made of on the wire. */
static uint8_t zero_byte(const struct iso8583_rule *rule)
{
    switch (rule->encoding) {
    case ISO8583_ASCII:
        return '0';
    case ISO8583_EBCDIC:
        return 0xF0;
    case ISO8583_BCD:
    case ISO8583_BINARY:
        return 0;
    }
    return 0;
}

/* Wire bytes of a value, or of its front: digits become 0, letters X, bytes zero. */
static void wire_redact(const struct iso8583_rule *rule, uint8_t *wire, size_t size)
{
    if (rule->kind == ISO8583_KIND_BINARY) {
        memset(wire, zero_byte(rule), size);
        return;
    }
    if (rule->kind == ISO8583_KIND_SIGNED && size > 0) {
        wire++;
        size--;
    }
    switch (rule->encoding) {
    case ISO8583_ASCII:
    case ISO8583_BINARY:
        shapes_apply(ascii_shapes, sizeof ascii_shapes / sizeof ascii_shapes[0], wire, size);
        break;
    case ISO8583_EBCDIC:
        shapes_apply(ebcdic_shapes, sizeof ebcdic_shapes / sizeof ebcdic_shapes[0], wire, size);
        break;
    case ISO8583_BCD: /* separators and padding above 9 stay */
        for (size_t i = 0; i < size; i++) {
            wire[i] &= (uint8_t)((wire[i] >> 4 > 9 ? 0xF0 : 0) | ((wire[i] & 0x0F) > 9 ? 0x0F : 0));
        }
        break;
    }
}

static bool is_sensitive(const struct iso8583_dialect *dialect, int field)
{
    return dialect->fields[field].mask != ISO8583_MASK_NONE || field == FIELD_MAC_FIRST ||
           field == FIELD_MAC_LAST;
}

/* Tags and lengths stay. */
static void
elements_redact(const struct iso8583_rule *rule, struct iso8583_view value, uint8_t *wire)
{
    struct iso8583_tlv tlv;
    size_t at = 0;
    while (iso8583_tlv_next(rule, value, &at, &tlv) == ISO8583_STEP_OK) {
        size_t from = (size_t)(tlv.value.data - value.data);
        size_t start = iso8583_value_wire_index(rule, value.size, from);
        wire_redact(rule, wire + start, iso8583_value_wire_size(rule, tlv.value.size));
    }
}

static void field_redact(const struct iso8583_dialect *dialect,
                         const struct iso8583_message *message,
                         int field,
                         uint8_t *bytes)
{
    const struct iso8583_rule *rule = &dialect->fields[field];
    struct iso8583_view value = iso8583_get(message, field);
    uint8_t *wire = bytes + message->fields[field].offset + iso8583_length_wire_size(rule);
    switch (rule->layout) {
    case ISO8583_PLAIN:
    case ISO8583_PARTS:
        wire_redact(rule, wire, iso8583_value_wire_size(rule, value.size));
        break;
    case ISO8583_BER_TLV:
    case ISO8583_TAGS:
        elements_redact(rule, value, wire);
        break;
    }
}

/* --- card numbers repeated elsewhere --- */

static bool characters_match(const uint8_t *bytes, struct iso8583_view digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (bytes[i] != digits.data[i] && bytes[i] != (digits.data[i] | 0xF0)) {
            return false;
        }
    }
    return true;
}

static unsigned nibble_shift(size_t at)
{
    return at % 2 == 0 ? 4 : 0;
}

static bool nibbles_match(const uint8_t *bytes, size_t at, struct iso8583_view digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if ((bytes[(at + i) / 2] >> nibble_shift(at + i) & 0x0F) != (digits.data[i] & 0x0F)) {
            return false;
        }
    }
    return true;
}

/* Zeros for the number wherever it stands in ASCII, EBCDIC or BCD, in whatever field. */
static void number_erase(struct iso8583_view digits, uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + digits.size <= size; at++) {
        if (characters_match(bytes + at, digits)) {
            for (size_t i = 0; i < digits.size; i++) {
                bytes[at + i] &= 0xF0;
            }
        }
    }
    for (size_t at = 0; at + digits.size <= 2 * size; at++) {
        if (nibbles_match(bytes, at, digits)) {
            for (size_t i = at; i < at + digits.size; i++) {
                bytes[i / 2] &= (uint8_t)(0xF0 >> nibble_shift(i));
            }
        }
    }
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static void numbers_erase(struct iso8583_view value, uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at < value.size) {
        size_t start = at;
        while (at < value.size && is_digit(value.data[at])) {
            at++;
        }
        if (at - start >= CARD_NUMBER_SIZE_MIN && at - start <= CARD_NUMBER_SIZE_MAX) {
            number_erase((struct iso8583_view){value.data + start, at - start}, bytes, size);
        }
        at += at < value.size ? 1 : 0;
    }
}

/* --- what was not read --- */

/* The first byte behind the bitmaps before the fields. */
static size_t bitmaps_end(const struct iso8583_dialect *dialect, struct iso8583_view raw)
{
    const struct iso8583_rule mti = {.kind = ISO8583_KIND_N, .encoding = dialect->mti_encoding};
    const bool is_binary = dialect->bitmap_encoding == ISO8583_BINARY;
    const size_t size = is_binary ? 8 : 16;
    size_t left = dialect->tertiary == ISO8583_TERTIARY_ADJACENT ? 3 : 2;
    size_t at = iso8583_header_size(dialect) + iso8583_value_wire_size(&mti, 4);
    uint8_t bytes[8] = {0x80};
    size_t bad_at;
    while (left > 0 && (bytes[0] & 0x80) != 0 && raw.size >= at + size) {
        memcpy(bytes, raw.data + at, 8);
        if (!is_binary &&
            !iso8583_hex_read(dialect->bitmap_encoding, raw.data + at, 8, bytes, &bad_at)) {
            return at;
        }
        at += size;
        left--;
    }
    return at;
}

/* Where the field at fault begins: behind the last one read. */
static size_t fields_end(const struct iso8583_dialect *dialect,
                         const struct iso8583_message *message)
{
    size_t end = bitmaps_end(dialect, message->raw);
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(message, field)) {
            const struct iso8583_rule *rule = &dialect->fields[field];
            size_t behind = message->fields[field].offset + iso8583_length_wire_size(rule) +
                            iso8583_value_wire_size(rule, message->fields[field].size);
            end = behind > end ? behind : end;
        }
    }
    return end;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many bytes lead up to the fault and show it. */
static size_t kept_size(const struct iso8583_fault *fault, size_t value_at, size_t size)
{
    switch (fault->reason) {
    case ISO8583_REASON_SIZE: /* too little was read to know what any of it is */
    case ISO8583_REASON_HEADER:
    case ISO8583_REASON_MTI:
        return 0;
    case ISO8583_REASON_TRAILING:
    case ISO8583_REASON_FIELD_UNKNOWN:
        return least(fault->offset, size);
    case ISO8583_REASON_NONE:
        return size;
    case ISO8583_REASON_SHORT:
    case ISO8583_REASON_BITMAP:
    case ISO8583_REASON_LENGTH_DIGIT:
    case ISO8583_REASON_LENGTH:
    case ISO8583_REASON_CHARACTER:
    case ISO8583_REASON_PAD:
    case ISO8583_REASON_LAYOUT:
        break;
    }
    bool is_before_value = fault->field != 0 && fault->offset < value_at;
    return least(is_before_value ? value_at : fault->offset + 1, size);
}

/* What of the byte at the fault is the fault and no part of the value. */
static uint8_t fault_bits(const struct iso8583_rule *rule, enum iso8583_reason reason)
{
    if (reason == ISO8583_REASON_PAD) {
        return rule->align == ISO8583_RIGHT ? 0xF0 : 0x0F;
    }
    bool is_whole = reason == ISO8583_REASON_LAYOUT ||
                    (reason == ISO8583_REASON_CHARACTER && rule->encoding != ISO8583_BCD);
    return is_whole ? 0xFF : 0;
}

/* The bytes of a value up to and with the fault. */
static void front_redact(const struct iso8583_rule *rule,
                         const struct iso8583_fault *fault,
                         struct iso8583_view front,
                         uint8_t *wire)
{
    size_t last = front.size - 1;
    uint8_t kept = (uint8_t)(front.data[last] & fault_bits(rule, fault->reason));
    bool has_elements = fault->reason == ISO8583_REASON_LAYOUT && rule->layout == ISO8583_BER_TLV &&
                        rule->encoding == ISO8583_BINARY;
    if (has_elements) {
        elements_redact(rule, (struct iso8583_view){front.data, last}, wire);
    } else {
        wire_redact(rule, wire, front.size);
    }
    wire[last] = (uint8_t)((wire[last] & ~fault_bits(rule, fault->reason)) | kept);
}

/* Stands for what follows the fault: as a length of an element it is one that cannot be. */
static uint8_t rest_byte(const struct iso8583_rule *rule, const struct iso8583_fault *fault)
{
    bool is_element = fault->reason == ISO8583_REASON_LAYOUT && rule->encoding == ISO8583_BINARY;
    return is_element ? 0xFF : zero_byte(rule);
}

static void rest_redact(const struct iso8583_dialect *dialect,
                        const struct iso8583_message *message,
                        const struct iso8583_fault *fault,
                        uint8_t *bytes)
{
    const struct iso8583_rule mti = {.kind = ISO8583_KIND_N, .encoding = dialect->mti_encoding};
    const struct iso8583_rule *rule = fault->field == 0 ? &mti : &dialect->fields[fault->field];
    size_t size = message->raw.size;
    size_t value_at = 0;
    if (fault->field != 0) {
        value_at = fields_end(dialect, message) + iso8583_length_wire_size(rule);
    }
    size_t kept = message->mti[0] == '\0' ? 0 : kept_size(fault, value_at, size);
    if (fault->field != 0 && value_at < kept) {
        struct iso8583_view front = {message->raw.data + value_at, kept - value_at};
        front_redact(rule, fault, front, bytes + value_at);
    }
    memset(bytes + kept, rest_byte(rule, fault), size - kept);
}

/* A message with a fault may have been misread anywhere, so that no value of it stays. */
void iso8583_redact(const struct iso8583_dialect *dialect,
                    const struct iso8583_message *message,
                    const struct iso8583_fault *fault,
                    uint8_t *bytes)
{
    const bool has_fault = fault->reason != ISO8583_REASON_NONE;
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(message, field) && (has_fault || is_sensitive(dialect, field))) {
            field_redact(dialect, message, field, bytes);
        }
    }
    if (has_fault) {
        rest_redact(dialect, message, fault, bytes);
    }
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(message, field) && is_sensitive(dialect, field) &&
            dialect->fields[field].kind != ISO8583_KIND_BINARY) {
            numbers_erase(iso8583_get(message, field), bytes, message->raw.size);
        }
    }
}
