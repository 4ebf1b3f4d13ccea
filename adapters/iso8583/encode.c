#include <string.h>

#include "adapters/iso8583/value.h"

struct encoder {
    const struct iso8583_dialect *dialect;
    const struct iso8583_message *message;
    uint8_t *buffer;
    size_t capacity;
    size_t at;
    struct iso8583_fault *fault;
};

static bool encoder_fail(struct encoder *encoder, enum iso8583_reason reason, int field)
{
    *encoder->fault = (struct iso8583_fault){reason, field, encoder->at};
    return false;
}

/* Room for the next `size` bytes, or NULL and the fault. */
static uint8_t *encoder_take(struct encoder *encoder, int field, size_t size)
{
    if (size > encoder->capacity - encoder->at) {
        (void)encoder_fail(encoder, ISO8583_REASON_SIZE, field);
        return NULL;
    }
    uint8_t *place = encoder->buffer + encoder->at;
    encoder->at += size;
    return place;
}

static bool header_write(struct encoder *encoder)
{
    size_t size = iso8583_header_size(encoder->dialect);
    const struct iso8583_view *given = &encoder->message->header;
    if (given->data != NULL && given->size != size) {
        return encoder_fail(encoder, ISO8583_REASON_HEADER, 0);
    }
    uint8_t *header = encoder_take(encoder, 0, size);
    if (header == NULL) {
        return false;
    }
    if (given->data != NULL) {
        memcpy(header, given->data, size);
        return true;
    }
    for (size_t i = 0; i < encoder->dialect->header_part_count; i++) {
        const struct iso8583_header_part *part = &encoder->dialect->header_parts[i];
        memset(header, part->encoding == ISO8583_ASCII ? '0' : 0, part->size);
        header += part->size;
    }
    return true;
}

/* The sizes in the header, once they are known. */
static bool header_finish(struct encoder *encoder)
{
    size_t size = iso8583_header_size(encoder->dialect);
    uint8_t *wire = encoder->buffer;
    for (size_t i = 0; i < encoder->dialect->header_part_count; i++) {
        const struct iso8583_header_part *part = &encoder->dialect->header_parts[i];
        uint32_t number = (uint32_t)(part->role == ISO8583_HEADER_SIZE ? size : encoder->at);
        if (part->role != ISO8583_HEADER_PLAIN &&
            !iso8583_number_write(part->encoding, number, part->size, wire)) {
            return encoder_fail(encoder, ISO8583_REASON_HEADER, 0);
        }
        wire += part->size;
    }
    return true;
}

static bool mti_write(struct encoder *encoder)
{
    const struct iso8583_rule rule = {.kind = ISO8583_KIND_N,
                                      .encoding = encoder->dialect->mti_encoding};
    const uint8_t *mti = (const uint8_t *)encoder->message->mti;
    char version = encoder->dialect->mti_version;
    if (iso8583_value_bad_at(ISO8583_KIND_N, mti, 4) != 4 ||
        (version != 0 && mti[0] != (uint8_t)version)) {
        return encoder_fail(encoder, ISO8583_REASON_MTI, 0);
    }
    uint8_t *wire = encoder_take(encoder, 0, iso8583_value_wire_size(&rule, 4));
    if (wire == NULL) {
        return false;
    }
    iso8583_value_write(&rule, mti, 4, wire);
    return true;
}

static bool bitmap_write(struct encoder *encoder, uint64_t bitmap)
{
    enum iso8583_encoding encoding = encoder->dialect->bitmap_encoding;
    uint8_t *wire = encoder_take(encoder, 0, encoding == ISO8583_BINARY ? 8 : 16);
    uint8_t bytes[8];
    if (wire == NULL) {
        return false;
    }
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(bitmap >> (56 - 8 * i));
    }
    if (encoding == ISO8583_BINARY) {
        memcpy(wire, bytes, sizeof bytes);
    } else {
        iso8583_hex_write(encoding, bytes, sizeof bytes, wire);
    }
    return true;
}

static bool bitmaps_write(struct encoder *encoder, uint64_t bitmaps[3])
{
    const uint64_t first = UINT64_C(1) << 63;
    enum iso8583_tertiary tertiary = encoder->dialect->tertiary;
    memcpy(bitmaps, encoder->message->present, sizeof encoder->message->present);
    if (bitmaps[2] != 0 && tertiary == ISO8583_TERTIARY_NONE) {
        return encoder_fail(encoder, ISO8583_REASON_FIELD_UNKNOWN, 129);
    }
    if ((bitmaps[0] & first) != 0 ||
        ((bitmaps[1] & first) != 0 && tertiary != ISO8583_TERTIARY_NONE)) {
        return encoder_fail(encoder, ISO8583_REASON_BITMAP, 0);
    }
    bitmaps[1] |= bitmaps[2] != 0 ? first : 0;
    bitmaps[0] |= bitmaps[1] != 0 ? first : 0;
    if (!bitmap_write(encoder, bitmaps[0]) ||
        (bitmaps[1] != 0 && !bitmap_write(encoder, bitmaps[1]))) {
        return false;
    }
    bitmaps[0] &= ~first;
    if (bitmaps[2] != 0 && tertiary == ISO8583_TERTIARY_ADJACENT) {
        bitmaps[1] &= ~first;
        return bitmap_write(encoder, bitmaps[2]);
    }
    return true;
}

/*
 * A BCD value counted in bytes is read back only when its padding can be told from digits; see
 * packed_length of decode.c.
 */
static bool is_readable(const struct iso8583_rule *rule, const uint8_t *value, size_t size)
{
    if (rule->length_unit != ISO8583_BYTES || rule->encoding != ISO8583_BCD || size == 0) {
        return true;
    }
    bool is_odd = size % 2 != 0;
    if (rule->pad == 0) {
        return !is_odd || size == rule->length_max;
    }
    return is_odd || value[rule->align == ISO8583_RIGHT ? 0 : size - 1] != 0x3F;
}

static bool value_check(struct encoder *encoder,
                        int field,
                        const struct iso8583_rule *rule,
                        struct iso8583_view value)
{
    size_t bad_at;
    size_t length_min = rule->length_digits == 0 ? rule->length_max : rule->length_min;
    if (value.size > rule->length_max || value.size < length_min ||
        !is_readable(rule, value.data, value.size)) {
        return encoder_fail(encoder, ISO8583_REASON_LENGTH, field);
    }
    if (iso8583_value_bad_at(rule->kind, value.data, value.size) != value.size) {
        return encoder_fail(encoder, ISO8583_REASON_CHARACTER, field);
    }
    if (rule->layout != ISO8583_PLAIN &&
        !iso8583_layout_check(encoder->dialect, rule, value, &bad_at)) {
        return encoder_fail(encoder, ISO8583_REASON_LAYOUT, field);
    }
    return true;
}

static bool field_write(struct encoder *encoder, int field)
{
    const struct iso8583_rule *rule = &encoder->dialect->fields[field];
    const struct iso8583_field *given = &encoder->message->fields[field];
    struct iso8583_view value = {given->data, given->size};
    if (rule->kind == ISO8583_KIND_NONE) {
        return encoder_fail(encoder, ISO8583_REASON_FIELD_UNKNOWN, field);
    }
    if (!value_check(encoder, field, rule, value)) {
        return false;
    }
    size_t prefix_size = iso8583_length_wire_size(rule);
    size_t wire_size = iso8583_value_wire_size(rule, value.size);
    uint8_t *wire = encoder_take(encoder, field, prefix_size + wire_size);
    if (wire == NULL) {
        return false;
    }
    uint32_t count = (uint32_t)iso8583_length_count(rule, value.size);
    if (prefix_size != 0 &&
        !iso8583_number_write(rule->length_encoding, count, prefix_size, wire)) {
        encoder->at -= prefix_size + wire_size;
        return encoder_fail(encoder, ISO8583_REASON_LENGTH, field);
    }
    iso8583_value_write(rule, value.data, value.size, wire + prefix_size);
    return true;
}

static bool fields_write(struct encoder *encoder, uint64_t bitmaps[3])
{
    for (int map = 0; map < 3; map++) {
        for (uint64_t left = bitmaps[map], bit; left != 0; left &= ~bit) {
            int place = __builtin_clzll(left);
            int field = 64 * map + place + 1;
            bit = UINT64_C(1) << (63 - place);
            bool is_bitmap =
                field == 65 && encoder->dialect->tertiary == ISO8583_TERTIARY_IN_FIELD_65;
            if (!(is_bitmap ? bitmap_write(encoder, bitmaps[2]) : field_write(encoder, field))) {
                return false;
            }
        }
    }
    return true;
}

bool iso8583_encode(const struct iso8583_dialect *dialect,
                    const struct iso8583_message *message,
                    uint8_t *buffer,
                    size_t capacity,
                    size_t *size_out,
                    struct iso8583_fault *fault_out)
{
    size_t bound = capacity < ISO8583_MESSAGE_SIZE_MAX ? capacity : ISO8583_MESSAGE_SIZE_MAX;
    struct encoder encoder = {dialect, message, buffer, bound, 0, fault_out};
    uint64_t bitmaps[3];
    *fault_out = (struct iso8583_fault){ISO8583_REASON_NONE, 0, 0};
    *size_out = 0;
    if (!header_write(&encoder) || !mti_write(&encoder) || !bitmaps_write(&encoder, bitmaps) ||
        !fields_write(&encoder, bitmaps) || !header_finish(&encoder)) {
        return false;
    }
    *size_out = encoder.at;
    return true;
}
