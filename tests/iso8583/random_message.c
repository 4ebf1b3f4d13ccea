#include "tests/iso8583/random_message.h"

#include <string.h>

static uint8_t random_character(struct support_random *random, enum iso8583_kind kind)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ";
    switch (kind) {
    case ISO8583_KIND_A:
        return (uint8_t)letters[support_random_below(random, 52)];
    case ISO8583_KIND_AN:
        return (uint8_t)letters[support_random_below(random, 62)];
    case ISO8583_KIND_ANP:
        return (uint8_t)letters[support_random_below(random, 63)];
    case ISO8583_KIND_N:
    case ISO8583_KIND_SIGNED:
        return (uint8_t)('0' + support_random_below(random, 10));
    case ISO8583_KIND_NS:
        return (uint8_t)(0x20 + support_random_below(random, 0x21));
    case ISO8583_KIND_ANS:
        return (uint8_t)(0x20 + support_random_below(random, 0x5F));
    case ISO8583_KIND_TEXT:
        return (uint8_t)(0x20 + support_random_below(random, 0xE0));
    case ISO8583_KIND_TRACK:
        return (uint8_t)(0x30 + support_random_below(random, 15));
    case ISO8583_KIND_NONE:
    case ISO8583_KIND_BINARY:
        break;
    }
    return (uint8_t)support_random_below(random, 256);
}

static size_t
random_text(struct support_random *random, enum iso8583_kind kind, size_t size, uint8_t *out)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = random_character(random, kind);
    }
    if (kind == ISO8583_KIND_SIGNED && size > 0) {
        out[0] = support_random_below(random, 2) == 0 ? 'C' : 'D';
    }
    return size;
}

static size_t
random_elements(struct support_random *random, const struct iso8583_rule *rule, uint8_t *out)
{
    static const uint8_t ber_tags[] = {0x5A, 0x95, 0x9F, 0x26, 0x9C};
    size_t size = 0;
    for (uint32_t left = support_random_below(random, 5); left > 0; left--) {
        uint8_t value[16];
        uint8_t tag[8] = "AAAAAAA";
        size_t value_size =
            random_text(random, rule->kind, support_random_below(random, 16), value);
        size_t tag_size = rule->tag_size;
        if (rule->layout == ISO8583_BER_TLV) {
            uint32_t pick = support_random_below(random, 4);
            tag_size = pick == 2 ? 2 : 1;
            memcpy(tag, ber_tags + (pick == 3 ? 4 : pick), tag_size);
        }
        struct iso8583_tlv tlv = {
            {tag,   tag_size  },
            {value, value_size}
        };
        (void)!iso8583_tlv_add(rule, &tlv, out, rule->length_max, &size);
    }
    return size;
}

static size_t random_parts(struct support_random *random,
                           const struct iso8583_dialect *dialect,
                           const struct iso8583_rule *rule,
                           uint8_t *out)
{
    size_t size = 0;
    uint32_t count = support_random_below(random, rule->part_count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        const struct iso8583_part *part = &dialect->parts[rule->part_first + i];
        size_t part_size = part->length == 0 ? rule->length_max - size : part->length;
        size += random_text(random, part->kind, part_size, out + size);
    }
    return size;
}

static size_t random_length(struct support_random *random, const struct iso8583_rule *rule)
{
    if (rule->length_digits == 0) {
        return rule->length_max;
    }
    uint32_t most = rule->length_max < 300 ? rule->length_max : 300;
    size_t length = rule->length_min + support_random_below(random, most - rule->length_min + 1);
    bool is_counted_in_bytes =
        rule->length_unit == ISO8583_BYTES && rule->encoding == ISO8583_BCD && rule->pad == 0;
    return is_counted_in_bytes ? length & ~(size_t)1 : length;
}

static size_t random_value(struct support_random *random,
                           const struct iso8583_dialect *dialect,
                           const struct iso8583_rule *rule,
                           uint8_t *out)
{
    switch (rule->layout) {
    case ISO8583_PLAIN:
        return random_text(random, rule->kind, random_length(random, rule), out);
    case ISO8583_PARTS:
        return random_parts(random, dialect, rule, out);
    case ISO8583_BER_TLV:
    case ISO8583_TAGS:
        return random_elements(random, rule, out);
    }
    return 0;
}

void random_message(struct support_random *random,
                    const struct iso8583_dialect *dialect,
                    struct iso8583_message *message_out,
                    uint8_t store[RANDOM_STORE_SIZE])
{
    size_t used = 0;
    iso8583_clear(message_out);
    memcpy(message_out->mti, "0200", 4);
    if (dialect->mti_version != 0) {
        message_out->mti[0] = dialect->mti_version;
    }
    for (uint32_t tries = support_random_below(random, 25); tries > 0; tries--) {
        int field = 2 + (int)support_random_below(random, ISO8583_FIELD_MAX - 1);
        const struct iso8583_rule *rule = &dialect->fields[field];
        if (rule->kind != ISO8583_KIND_NONE) {
            size_t size = random_value(random, dialect, rule, store + used);
            iso8583_set(message_out, field, store + used, size);
            used += size;
        }
    }
}
