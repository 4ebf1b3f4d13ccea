#include <string.h>

#include "adapters/iso8583/value.h"

struct decoder {
    const struct iso8583_dialect *dialect;
    struct iso8583_view bytes;
    size_t at;
    uint8_t *scratch;
    size_t scratch_left;
    struct iso8583_message *message;
    struct iso8583_fault *fault;
};

static bool
decoder_fail(struct decoder *decoder, enum iso8583_reason reason, int field, size_t offset)
{
    *decoder->fault = (struct iso8583_fault){reason, field, offset};
    return false;
}

/* The next `size` bytes stay unread; NULL (and the fault at the end) when there are fewer. */
static const uint8_t *decoder_peek(struct decoder *decoder, int field, size_t size)
{
    if (size > decoder->bytes.size - decoder->at) {
        (void)decoder_fail(decoder, ISO8583_REASON_SHORT, field, decoder->bytes.size);
        return NULL;
    }
    return decoder->bytes.data + decoder->at;
}

static bool header_part_check(struct decoder *decoder,
                              const struct iso8583_header_part *part,
                              size_t header_size)
{
    const uint8_t *wire = decoder->bytes.data + decoder->at;
    uint32_t number = 0;
    size_t bad_at = 0;
    bool is_number = part->role != ISO8583_HEADER_PLAIN || part->encoding == ISO8583_BCD;
    if (is_number && !iso8583_number_read(part->encoding, wire, part->size, &number, &bad_at)) {
        return decoder_fail(decoder, ISO8583_REASON_HEADER, 0, decoder->at + bad_at);
    }
    if (!is_number && part->encoding == ISO8583_ASCII) {
        bad_at = iso8583_value_bad_at(ISO8583_KIND_ANS, wire, part->size);
        if (bad_at != part->size) {
            return decoder_fail(decoder, ISO8583_REASON_HEADER, 0, decoder->at + bad_at);
        }
    }
    if ((part->role == ISO8583_HEADER_SIZE && number != header_size) ||
        (part->role == ISO8583_HEADER_TOTAL && number != decoder->bytes.size)) {
        return decoder_fail(decoder, ISO8583_REASON_HEADER, 0, decoder->at);
    }
    decoder->at += part->size;
    return true;
}

static bool header_read(struct decoder *decoder)
{
    size_t size = iso8583_header_size(decoder->dialect);
    if (size == 0) {
        return true;
    }
    const uint8_t *header = decoder_peek(decoder, 0, size);
    if (header == NULL) {
        return false;
    }
    for (size_t i = 0; i < decoder->dialect->header_part_count; i++) {
        if (!header_part_check(decoder, &decoder->dialect->header_parts[i], size)) {
            return false;
        }
    }
    decoder->message->header = (struct iso8583_view){header, size};
    return true;
}

static bool mti_read(struct decoder *decoder)
{
    const struct iso8583_rule rule = {.kind = ISO8583_KIND_N,
                                      .encoding = decoder->dialect->mti_encoding};
    size_t size = iso8583_value_wire_size(&rule, 4);
    const uint8_t *wire = decoder_peek(decoder, 0, size);
    uint8_t text[4];
    const uint8_t *mti;
    enum iso8583_reason reason;
    size_t bad_at;
    char version = decoder->dialect->mti_version;
    if (wire == NULL) {
        return false;
    }
    if (!iso8583_value_read(&rule, wire, 4, text, &mti, &reason, &bad_at)) {
        return decoder_fail(decoder, ISO8583_REASON_MTI, 0, decoder->at + bad_at);
    }
    if (version != 0 && mti[0] != (uint8_t)version) {
        return decoder_fail(decoder, ISO8583_REASON_MTI, 0, decoder->at);
    }
    memcpy(decoder->message->mti, mti, 4);
    decoder->at += size;
    return true;
}

static bool bitmap_read(struct decoder *decoder, uint64_t *bitmap_out)
{
    enum iso8583_encoding encoding = decoder->dialect->bitmap_encoding;
    size_t size = encoding == ISO8583_BINARY ? 8 : 16;
    const uint8_t *wire = decoder_peek(decoder, 0, size);
    uint8_t bytes[8];
    size_t bad_at;
    if (wire == NULL) {
        return false;
    }
    if (encoding == ISO8583_BINARY) {
        memcpy(bytes, wire, 8);
    } else if (!iso8583_hex_read(encoding, wire, 8, bytes, &bad_at)) {
        return decoder_fail(decoder, ISO8583_REASON_BITMAP, 0, decoder->at + bad_at);
    }
    uint64_t bitmap = 0;
    for (size_t i = 0; i < 8; i++) {
        bitmap = bitmap << 8 | bytes[i];
    }
    *bitmap_out = bitmap;
    decoder->at += size;
    return true;
}

/* The bits of bitmap fields themselves are taken out. */
static bool bitmaps_read(struct decoder *decoder, uint64_t bitmaps[3])
{
    const uint64_t first = UINT64_C(1) << 63;
    if (!bitmap_read(decoder, &bitmaps[0])) {
        return false;
    }
    if ((bitmaps[0] & first) == 0) {
        return true;
    }
    bitmaps[0] &= ~first;
    if (!bitmap_read(decoder, &bitmaps[1])) {
        return false;
    }
    if (decoder->dialect->tertiary != ISO8583_TERTIARY_ADJACENT || (bitmaps[1] & first) == 0) {
        return true;
    }
    bitmaps[1] &= ~first;
    return bitmap_read(decoder, &bitmaps[2]);
}

/*
 * A BCD value counted in bytes: whether its last nibble (its first, when right-aligned) is padding
 * is told by the nibble itself when the padding is 15, else by the maximum.
 */
static size_t packed_length(const struct iso8583_rule *rule, const uint8_t *value, size_t size)
{
    size_t length = 2 * size;
    uint8_t nibble = rule->align == ISO8583_RIGHT ? value[0] >> 4 : value[size - 1] & 0x0F;
    bool is_padded = rule->pad == 0x0F ? nibble == 0x0F : length > rule->length_max;
    return is_padded ? length - 1 : length;
}

/* What a length counts, in characters; false when it is not a whole number of them. */
static bool length_resolve(const struct iso8583_rule *rule,
                           size_t count,
                           struct iso8583_view left,
                           size_t *length_out)
{
    *length_out = count;
    if (rule->length_unit == ISO8583_CHARACTERS) {
        return true;
    }
    size_t unit = iso8583_value_wire_size(rule, 2) / 2; /* 2 for hexadecimal, 0 for BCD */
    switch (rule->length_unit) {
    case ISO8583_CHARACTERS:
        return true;
    case ISO8583_BYTES:
        if (unit == 0) {
            bool is_whole = count > 0 && count <= left.size;
            *length_out = is_whole ? packed_length(rule, left.data, count) : 2 * count;
            return true;
        }
        *length_out = count / unit;
        return count % unit == 0;
    case ISO8583_NIBBLES:
        if (unit == 0) {
            return true;
        }
        *length_out = count / (2 * unit);
        return count % (2 * unit) == 0;
    }
    return false;
}

static bool
length_read(struct decoder *decoder, int field, const struct iso8583_rule *rule, size_t *length_out)
{
    size_t prefix_size = iso8583_length_wire_size(rule);
    const uint8_t *wire = decoder_peek(decoder, field, prefix_size);
    uint32_t count = 0;
    size_t bad_at;
    if (wire == NULL) {
        return false;
    }
    if (!iso8583_number_read(rule->length_encoding, wire, prefix_size, &count, &bad_at)) {
        return decoder_fail(decoder, ISO8583_REASON_LENGTH_DIGIT, field, decoder->at + bad_at);
    }
    struct iso8583_view left = {wire + prefix_size,
                                decoder->bytes.size - decoder->at - prefix_size};
    if (!length_resolve(rule, count, left, length_out) || *length_out > rule->length_max ||
        *length_out < rule->length_min) {
        return decoder_fail(decoder, ISO8583_REASON_LENGTH, field, decoder->at);
    }
    decoder->at += prefix_size;
    return true;
}

static bool field_read(struct decoder *decoder, int field)
{
    const struct iso8583_rule *rule = &decoder->dialect->fields[field];
    size_t start = decoder->at;
    size_t length = rule->length_max;
    if (rule->kind == ISO8583_KIND_NONE) {
        return decoder_fail(decoder, ISO8583_REASON_FIELD_UNKNOWN, field, start);
    }
    if (rule->length_digits != 0 && !length_read(decoder, field, rule, &length)) {
        return false;
    }
    size_t wire_size = iso8583_value_wire_size(rule, length);
    if (wire_size > decoder->bytes.size - decoder->at) {
        size_t offset = rule->length_digits != 0 ? start : decoder->bytes.size;
        return decoder_fail(decoder, ISO8583_REASON_SHORT, field, offset);
    }
    const uint8_t *wire = decoder->bytes.data + decoder->at;
    size_t scratch_size = iso8583_value_scratch_size(rule, wire_size);
    if (scratch_size > decoder->scratch_left) {
        return decoder_fail(decoder, ISO8583_REASON_SIZE, field, decoder->at);
    }
    const uint8_t *value;
    enum iso8583_reason reason;
    size_t bad_at = 0;
    if (!iso8583_value_read(rule, wire, length, decoder->scratch, &value, &reason, &bad_at)) {
        return decoder_fail(decoder, reason, field, decoder->at + bad_at);
    }
    if (rule->layout != ISO8583_PLAIN &&
        !iso8583_layout_check(
            decoder->dialect, rule, (struct iso8583_view){value, length}, &bad_at)) {
        bad_at = iso8583_value_wire_index(rule, length, bad_at);
        return decoder_fail(decoder, ISO8583_REASON_LAYOUT, field, decoder->at + bad_at);
    }
    decoder->message->fields[field] =
        (struct iso8583_field){value, (uint32_t)length, (uint32_t)start};
    decoder->scratch += scratch_size;
    decoder->scratch_left -= scratch_size;
    decoder->at += wire_size;
    return true;
}

static bool fields_read(struct decoder *decoder, uint64_t bitmaps[3])
{
    for (int map = 0; map < 3; map++) {
        for (uint64_t left = bitmaps[map], bit; left != 0; left &= ~bit) {
            int place = __builtin_clzll(left);
            int field = 64 * map + place + 1;
            bit = UINT64_C(1) << (63 - place);
            if (field == 65 && decoder->dialect->tertiary == ISO8583_TERTIARY_IN_FIELD_65) {
                if (!bitmap_read(decoder, &bitmaps[2])) {
                    return false;
                }
                continue;
            }
            if (!field_read(decoder, field)) {
                return false;
            }
            decoder->message->present[map] |= bit;
        }
    }
    return true;
}

bool iso8583_decode(const struct iso8583_dialect *dialect,
                    struct iso8583_view bytes,
                    uint8_t *scratch,
                    size_t scratch_size,
                    struct iso8583_message *message_out,
                    struct iso8583_fault *fault_out)
{
    struct decoder decoder = {dialect, bytes, 0, scratch, scratch_size, message_out, fault_out};
    uint64_t bitmaps[3] = {0};
    *fault_out = (struct iso8583_fault){ISO8583_REASON_NONE, 0, 0};
    iso8583_clear(message_out);
    message_out->raw = bytes;
    if (bytes.size > ISO8583_MESSAGE_SIZE_MAX) {
        return decoder_fail(&decoder, ISO8583_REASON_SIZE, 0, ISO8583_MESSAGE_SIZE_MAX);
    }
    if (!header_read(&decoder) || !mti_read(&decoder) || !bitmaps_read(&decoder, bitmaps) ||
        !fields_read(&decoder, bitmaps)) {
        return false;
    }
    if (decoder.at != bytes.size) {
        return decoder_fail(&decoder, ISO8583_REASON_TRAILING, 0, decoder.at);
    }
    return true;
}
