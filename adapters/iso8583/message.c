#include <assert.h>
#include <string.h>

#include "adapters/iso8583/iso8583.h"

static uint64_t bit_of(int field)
{
    return UINT64_C(1) << (63 - (field - 1) % 64);
}

static size_t bitmap_of(int field)
{
    return (size_t)(field - 1) / 64;
}

void iso8583_clear(struct iso8583_message *message)
{
    message->raw = (struct iso8583_view){NULL, 0};
    message->header = (struct iso8583_view){NULL, 0};
    memset(message->mti, 0, sizeof message->mti);
    memset(message->present, 0, sizeof message->present);
}

bool iso8583_has(const struct iso8583_message *message, int field)
{
    assert(field >= 1 && field <= ISO8583_FIELD_MAX);
    return (message->present[bitmap_of(field)] & bit_of(field)) != 0;
}

struct iso8583_view iso8583_get(const struct iso8583_message *message, int field)
{
    if (!iso8583_has(message, field)) {
        return (struct iso8583_view){NULL, 0};
    }
    return (struct iso8583_view){message->fields[field].data, message->fields[field].size};
}

void iso8583_set(struct iso8583_message *message, int field, const void *data, size_t size)
{
    assert(field >= 2 && field <= ISO8583_FIELD_MAX && data != NULL && size <= UINT32_MAX);
    message->fields[field] = (struct iso8583_field){data, (uint32_t)size, 0};
    message->present[bitmap_of(field)] |= bit_of(field);
}

void iso8583_remove(struct iso8583_message *message, int field)
{
    assert(field >= 2 && field <= ISO8583_FIELD_MAX);
    message->present[bitmap_of(field)] &= ~bit_of(field);
}

size_t iso8583_header_size(const struct iso8583_dialect *dialect)
{
    size_t size = 0;
    for (size_t i = 0; i < dialect->header_part_count; i++) {
        size += dialect->header_parts[i].size;
    }
    return size;
}
