/* Which bytes of a message its authentication code is made over. */
#include <openssl/crypto.h>
#include <string.h>

#include "adapters/iso8583/iso8583_mac.h"
#include "adapters/iso8583/value.h"

struct input {
    uint8_t bytes[ISO8583_MAC_INPUT_SIZE_MAX];
    size_t size;
    bool has_failed;
};

static void input_add(struct input *input, const uint8_t *bytes, size_t size)
{
    if (size > sizeof input->bytes - input->size) {
        input->has_failed = true;
        return;
    }
    memcpy(input->bytes + input->size, bytes, size);
    input->size += size;
}

static bool is_kept(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ' ' || c == ',' || c == '.';
}

static void input_add_normalized(struct input *input, const uint8_t *bytes, size_t size)
{
    bool is_blank_due = input->size > 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes[i] >= 'a' && bytes[i] <= 'z' ? (uint8_t)(bytes[i] - 0x20) : bytes[i];
        if (!is_kept(c)) {
            continue;
        }
        if (c == ' ') {
            is_blank_due = input->size > 0;
            continue;
        }
        if (is_blank_due) {
            input_add(input, (const uint8_t *)" ", 1);
            is_blank_due = false;
        }
        input_add(input, &c, 1);
    }
}

/* The wire bytes of the MTI (0) or of a field with its length; empty when it is absent. */
static struct iso8583_view
wire_of(const struct iso8583_dialect *dialect, const struct iso8583_message *message, int field)
{
    const uint8_t *raw = message->raw.data;
    if (field == 0) {
        size_t size = dialect->mti_encoding == ISO8583_BCD ? 2 : 4;
        return (struct iso8583_view){raw + message->header.size, size};
    }
    if (!iso8583_has(message, field)) {
        return (struct iso8583_view){NULL, 0};
    }
    const struct iso8583_rule *rule = &dialect->fields[field];
    const struct iso8583_field *value = &message->fields[field];
    size_t size = iso8583_length_wire_size(rule) + iso8583_value_wire_size(rule, value->size);
    return (struct iso8583_view){raw + value->offset, size};
}

static void input_fill(struct input *input,
                       const struct iso8583_mac_rule *rule,
                       const struct iso8583_dialect *dialect,
                       const struct iso8583_message *message)
{
    size_t start = message->header.size;
    switch (rule->input) {
    case ISO8583_MAC_MESSAGE:
        input_add(input, message->raw.data + start, message->fields[rule->field].offset - start);
        return;
    case ISO8583_MAC_FIELDS:
    case ISO8583_MAC_NORMALIZED:
        break;
    }
    for (size_t i = 0; i < rule->field_count; i++) {
        struct iso8583_view wire = wire_of(dialect, message, rule->fields[i]);
        if (wire.size == 0) {
            continue;
        }
        if (rule->input == ISO8583_MAC_FIELDS) {
            input_add(input, wire.data, wire.size);
        } else {
            input_add_normalized(input, wire.data, wire.size);
        }
    }
}

bool iso8583_mac_of(const struct iso8583_mac_rule *rule,
                    const struct iso8583_dialect *dialect,
                    const struct iso8583_message *message,
                    struct iso8583_view key,
                    uint8_t mac_out[ISO8583_MAC_SIZE])
{
    if (message->raw.data == NULL || iso8583_get(message, rule->field).size != ISO8583_MAC_SIZE ||
        rule->field_count > sizeof rule->fields) {
        return false;
    }
    struct input input = {.size = 0};
    input_fill(&input, rule, dialect, message);
    bool is_done =
        !input.has_failed &&
        iso8583_mac(rule->algorithm, key, (struct iso8583_view){input.bytes, input.size}, mac_out);
    OPENSSL_cleanse(&input, sizeof input);
    return is_done;
}

bool iso8583_mac_verify(const struct iso8583_mac_rule *rule,
                        const struct iso8583_dialect *dialect,
                        const struct iso8583_message *message,
                        struct iso8583_view key)
{
    uint8_t mac[ISO8583_MAC_SIZE];
    return iso8583_mac_of(rule, dialect, message, key, mac) &&
           CRYPTO_memcmp(mac, iso8583_get(message, rule->field).data, sizeof mac) == 0;
}

bool iso8583_mac_seal(const struct iso8583_mac_rule *rule,
                      const struct iso8583_dialect *dialect,
                      struct iso8583_view key,
                      uint8_t *bytes,
                      size_t size,
                      struct iso8583_message *message,
                      uint8_t *scratch,
                      size_t scratch_size)
{
    struct iso8583_fault fault;
    uint8_t mac[ISO8583_MAC_SIZE];
    struct iso8583_view view = {bytes, size};
    if (!iso8583_decode(dialect, view, scratch, scratch_size, message, &fault) ||
        !iso8583_mac_of(rule, dialect, message, key, mac)) {
        return false;
    }
    iso8583_value_write(&dialect->fields[rule->field],
                        mac,
                        sizeof mac,
                        bytes + message->fields[rule->field].offset);
    return true;
}
