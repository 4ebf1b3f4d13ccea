#pragma once
/*
 * Values between their wire form and their canonical form. Private to the library.
 */
#include "adapters/iso8583/iso8583.h"

/* Binary fields written as hexadecimal characters. */
static inline bool iso8583_is_hex(const struct iso8583_rule *rule)
{
    return rule->kind == ISO8583_KIND_BINARY && rule->encoding != ISO8583_BINARY;
}

/* Bytes on the wire of a value of `length` characters. */
static inline size_t iso8583_value_wire_size(const struct iso8583_rule *rule, size_t length)
{
    if (rule->encoding == ISO8583_BCD && rule->kind != ISO8583_KIND_BINARY) {
        return rule->kind == ISO8583_KIND_SIGNED ? 1 + length / 2 : (length + 1) / 2;
    }
    return length << iso8583_is_hex(rule);
}

/* Bytes of the length that stands before a value. */
static inline size_t iso8583_length_wire_size(const struct iso8583_rule *rule)
{
    size_t digits = rule->length_digits;
    switch (rule->length_encoding) {
    case ISO8583_ASCII:
    case ISO8583_EBCDIC:
        return digits;
    case ISO8583_BCD:
    case ISO8583_BINARY:
        return (digits + 1) / 2;
    }
    return 0;
}

/* What the length of a value of `length` characters says on the wire. */
static inline size_t iso8583_length_count(const struct iso8583_rule *rule, size_t length)
{
    switch (rule->length_unit) {
    case ISO8583_CHARACTERS:
        return length;
    case ISO8583_BYTES:
        return iso8583_value_wire_size(rule, length);
    case ISO8583_NIBBLES:
        return rule->encoding == ISO8583_BCD ? length : 2 * iso8583_value_wire_size(rule, length);
    }
    return length;
}

/* How much scratch a value of `wire_size` bytes takes: 0 when it is a view of the wire. */
static inline size_t iso8583_value_scratch_size(const struct iso8583_rule *rule, size_t wire_size)
{
    if (iso8583_is_hex(rule)) {
        return wire_size / 2;
    }
    switch (rule->encoding) {
    case ISO8583_ASCII:
    case ISO8583_BINARY:
        return 0;
    case ISO8583_BCD:
        return 2 * wire_size;
    case ISO8583_EBCDIC:
        return wire_size;
    }
    return 0;
}

/* The wire byte, counted from the value's first, that holds the value's character `index`. */
size_t iso8583_value_wire_index(const struct iso8583_rule *rule, size_t size, size_t index);

/* `size` when a value of this kind may be this text, else the index of the first bad character. */
size_t iso8583_value_bad_at(enum iso8583_kind kind, const uint8_t *text, size_t size);

/*
 * A value of `length` characters from its wire bytes; value_out points to the wire or the scratch.
 * False: *bad_at_out is the wire byte at fault.
 */
ISO8583_MUST_CHECK bool iso8583_value_read(const struct iso8583_rule *rule,
                                           const uint8_t *wire,
                                           size_t length,
                                           uint8_t *scratch,
                                           const uint8_t **value_out,
                                           enum iso8583_reason *reason_out,
                                           size_t *bad_at_out);
/* The value has been checked and there is room for it. */
void iso8583_value_write(const struct iso8583_rule *rule,
                         const uint8_t *value,
                         size_t size,
                         uint8_t *wire);

/*
 * A whole number in `size` bytes: that many ASCII or EBCDIC digits, twice as many BCD digits, or a
 * big-endian integer. False when a byte holds no digit: *bad_at_out.
 */
ISO8583_MUST_CHECK bool iso8583_number_read(enum iso8583_encoding encoding,
                                            const uint8_t *wire,
                                            size_t size,
                                            uint32_t *number_out,
                                            size_t *bad_at_out);
/* False when the number has more digits than there is room for. */
ISO8583_MUST_CHECK bool
iso8583_number_write(enum iso8583_encoding encoding, uint32_t number, size_t size, uint8_t *wire);

/* `size` bytes as 2 * size hexadecimal characters. */
ISO8583_MUST_CHECK bool iso8583_hex_read(enum iso8583_encoding encoding,
                                         const uint8_t *wire,
                                         size_t size,
                                         uint8_t *bytes_out,
                                         size_t *bad_at_out);
void iso8583_hex_write(enum iso8583_encoding encoding,
                       const uint8_t *bytes,
                       size_t size,
                       uint8_t *wire);

/* Whether the inside of a value is as its layout says; *bad_at_out is an index in the value. */
ISO8583_MUST_CHECK bool iso8583_layout_check(const struct iso8583_dialect *dialect,
                                             const struct iso8583_rule *rule,
                                             struct iso8583_view value,
                                             size_t *bad_at_out);
