#include <string.h>

#include "adapters/iso8583/value.h"

static bool parts_check(const struct iso8583_dialect *dialect,
                        const struct iso8583_rule *rule,
                        struct iso8583_view value,
                        size_t *bad_at_out)
{
    size_t at = 0;
    for (size_t i = 0; i < rule->part_count && at < value.size; i++) {
        const struct iso8583_part *part = &dialect->parts[rule->part_first + i];
        size_t size = part->length == 0 ? value.size - at : part->length;
        *bad_at_out = at;
        if (size > value.size - at) {
            return false;
        }
        size_t bad_at = iso8583_value_bad_at(part->kind, value.data + at, size);
        if (bad_at != size) {
            *bad_at_out = at + bad_at;
            return false;
        }
        at += size;
    }
    *bad_at_out = at;
    return at == value.size;
}

bool iso8583_layout_check(const struct iso8583_dialect *dialect,
                          const struct iso8583_rule *rule,
                          struct iso8583_view value,
                          size_t *bad_at_out)
{
    enum iso8583_step step = ISO8583_STEP_OK;
    struct iso8583_tlv tlv;
    switch (rule->layout) {
    case ISO8583_PLAIN:
        return true;
    case ISO8583_PARTS:
        return parts_check(dialect, rule, value, bad_at_out);
    case ISO8583_BER_TLV:
    case ISO8583_TAGS:
        *bad_at_out = 0;
        while (step == ISO8583_STEP_OK) {
            step = iso8583_tlv_next(rule, value, bad_at_out, &tlv);
        }
        return step == ISO8583_STEP_END;
    }
    return false;
}

struct iso8583_view iso8583_part(const struct iso8583_dialect *dialect,
                                 const struct iso8583_message *message,
                                 int field,
                                 int index)
{
    struct iso8583_view value = iso8583_get(message, field);
    const struct iso8583_rule *rule = &dialect->fields[field];
    size_t at = 0;
    if (rule->layout != ISO8583_PARTS || index < 0 || index >= rule->part_count) {
        return (struct iso8583_view){NULL, 0};
    }
    for (int i = 0; at < value.size; i++) {
        size_t size = dialect->parts[rule->part_first + i].length;
        if (size == 0 || size > value.size - at) {
            size = value.size - at;
        }
        if (i == index) {
            return (struct iso8583_view){value.data + at, size};
        }
        at += size;
    }
    return (struct iso8583_view){NULL, 0};
}

/* Bytes of the BER tag at the front, 0 when it does not end or is longer than EMV's three. */
static size_t ber_tag_size(struct iso8583_view bytes)
{
    if (bytes.size == 0) {
        return 0;
    }
    if ((bytes.data[0] & 0x1F) != 0x1F) {
        return 1;
    }
    for (size_t i = 1; i < 3 && i < bytes.size; i++) {
        if ((bytes.data[i] & 0x80) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Definite lengths of up to two octets, in their shortest form or not. */
static bool ber_length_read(struct iso8583_view bytes, size_t *size_out, size_t *length_out)
{
    if (bytes.size == 0) {
        return false;
    }
    size_t more = bytes.data[0] & 0x80 ? bytes.data[0] & 0x7Fu : 0;
    if (bytes.data[0] == 0x80 || more > 2 || more >= bytes.size) {
        return false;
    }
    size_t length = more == 0 ? bytes.data[0] : 0;
    for (size_t i = 1; i <= more; i++) {
        length = length << 8 | bytes.data[i];
    }
    *size_out = 1 + more;
    *length_out = length;
    return true;
}

static struct iso8583_view rest(struct iso8583_view value, size_t at)
{
    return (struct iso8583_view){value.data + at, value.size - at};
}

static bool tag_read(const struct iso8583_rule *rule,
                     struct iso8583_view left,
                     size_t *tag_size_out,
                     size_t *length_size_out,
                     size_t *length_out)
{
    if (rule->layout == ISO8583_BER_TLV) {
        *tag_size_out = ber_tag_size(left);
        return *tag_size_out != 0 &&
               ber_length_read(rest(left, *tag_size_out), length_size_out, length_out);
    }
    uint32_t length = 0;
    size_t bad_at;
    *tag_size_out = rule->tag_size;
    *length_size_out = rule->length_size;
    if (left.size < *tag_size_out + *length_size_out ||
        !iso8583_number_read(
            ISO8583_ASCII, left.data + *tag_size_out, *length_size_out, &length, &bad_at)) {
        return false;
    }
    *length_out = length;
    return true;
}

enum iso8583_step iso8583_tlv_next(const struct iso8583_rule *rule,
                                   struct iso8583_view value,
                                   size_t *at,
                                   struct iso8583_tlv *tlv_out)
{
    if (*at >= value.size) {
        return ISO8583_STEP_END;
    }
    struct iso8583_view left = rest(value, *at);
    size_t tag_size;
    size_t length_size = 0;
    size_t length = 0;
    if (!tag_read(rule, left, &tag_size, &length_size, &length) ||
        length > left.size - tag_size - length_size) {
        return ISO8583_STEP_BAD;
    }
    tlv_out->tag = (struct iso8583_view){left.data, tag_size};
    tlv_out->value = (struct iso8583_view){left.data + tag_size + length_size, length};
    *at += tag_size + length_size + length;
    return ISO8583_STEP_OK;
}

static size_t ber_length_size(size_t length)
{
    return length < 0x80 ? 1 : length < 0x100 ? 2 : 3;
}

static void ber_length_write(size_t length, uint8_t *out)
{
    size_t size = ber_length_size(length);
    if (size > 1) {
        *out++ = (uint8_t)(0x80 | (size - 1));
    }
    if (size > 2) {
        *out++ = (uint8_t)(length >> 8);
    }
    *out = (uint8_t)length;
}

static bool length_write(const struct iso8583_rule *rule, size_t length, size_t size, uint8_t *out)
{
    if (rule->layout == ISO8583_BER_TLV) {
        ber_length_write(length, out);
        return true;
    }
    return iso8583_number_write(ISO8583_ASCII, (uint32_t)length, size, out);
}

bool iso8583_tlv_add(const struct iso8583_rule *rule,
                     const struct iso8583_tlv *tlv,
                     uint8_t *buffer,
                     size_t capacity,
                     size_t *size)
{
    bool is_ber = rule->layout == ISO8583_BER_TLV;
    size_t tag_size = is_ber ? ber_tag_size(tlv->tag) : rule->tag_size;
    if (tag_size == 0 || tag_size != tlv->tag.size || tlv->value.size > UINT16_MAX) {
        return false;
    }
    size_t length_size = is_ber ? ber_length_size(tlv->value.size) : rule->length_size;
    size_t need = tag_size + length_size + tlv->value.size;
    uint8_t *at = buffer + *size;
    if (*size > capacity || need > capacity - *size ||
        !length_write(rule, tlv->value.size, length_size, at + tag_size)) {
        return false;
    }
    memcpy(at, tlv->tag.data, tag_size);
    if (tlv->value.size > 0) {
        memcpy(at + tag_size + length_size, tlv->value.data, tlv->value.size);
    }
    *size += need;
    return true;
}
