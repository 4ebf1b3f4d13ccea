#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/records/record.h"

enum {
    COPY_ALIGNMENT = 16
};

static size_t aligned(size_t size)
{
    return (size + COPY_ALIGNMENT - 1) & ~(size_t)(COPY_ALIGNMENT - 1);
}

static const void *place_of(const struct field *field, const void *data)
{
    return (const char *)data + field->offset;
}

/* Bytes needed behind the struct itself. */
static size_t tail_size(const struct record *record, const void *data)
{
    size_t size = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        const void *place = place_of(field, data);
        if (field->type == FIELD_BYTES) {
            size += aligned(((const struct bytes *)place)->size);
        } else if (field->type == FIELD_RECORD) {
            size += tail_size(field->record, place);
        } else if (field->type == FIELD_LIST) {
            const struct list *list = place;
            size += aligned(list->count * field->record->size);
            for (size_t item = 0; item < list->count; item++) {
                size += tail_size(field->record,
                                  (const char *)list->items + item * field->record->size);
            }
        }
    }
    return size;
}

static char *tail_take(char **tail, const void *from, size_t size)
{
    char *taken = *tail;
    if (size > 0) {
        memcpy(taken, from, size);
    }
    *tail += aligned(size);
    return taken;
}

/* `data` is a flat copy already; what it points to moves behind it. */
static void tail_copy(const struct record *record, void *data, char **tail)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        void *place = (char *)data + field->offset;
        if (field->type == FIELD_BYTES) {
            struct bytes *bytes = place;
            bytes->data = (const uint8_t *)tail_take(tail, bytes->data, bytes->size);
        } else if (field->type == FIELD_RECORD) {
            tail_copy(field->record, place, tail);
        } else if (field->type == FIELD_LIST) {
            struct list *list = place;
            list->items = tail_take(tail, list->items, list->count * field->record->size);
            for (size_t item = 0; item < list->count; item++) {
                tail_copy(field->record, (char *)list->items + item * field->record->size, tail);
            }
        }
    }
}

void *record_copy(const struct record *record, const void *data)
{
    size_t head = aligned(record->size);
    char *copy = malloc(head + tail_size(record, data));
    assert(copy != NULL);
    memcpy(copy, data, record->size);
    char *tail = copy + head;
    tail_copy(record, copy, &tail);
    return copy;
}

/* --- comparison --- */

static bool list_equal(const struct record *record, const struct list *a, const struct list *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!record_equal(record,
                          (const char *)a->items + i * record->size,
                          (const char *)b->items + i * record->size)) {
            return false;
        }
    }
    return true;
}

static bool bytes_equal(const struct bytes *a, const struct bytes *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static bool money_equal(const struct money *a, const struct money *b)
{
    return a->currency == b->currency && (a->currency == CURRENCY_NONE || a->minor == b->minor);
}

static bool field_equal(const struct field *field, const void *a, const void *b)
{
    switch (field->type) {
    case FIELD_TEXT:
        return strcmp(a, b) == 0;
    case FIELD_ENUM:
    case FIELD_SET:
    case FIELD_DATE:
        return memcmp(a, b, sizeof(int32_t)) == 0;
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
    case FIELD_INSTANT:
        return memcmp(a, b, sizeof(int64_t)) == 0;
    case FIELD_BOOLEAN:
        return *(const bool *)a == *(const bool *)b;
    case FIELD_MONEY:
        return money_equal(a, b);
    case FIELD_BYTES:
        return bytes_equal(a, b);
    case FIELD_RECORD:
        return record_equal(field->record, a, b);
    case FIELD_LIST:
        break;
    }
    return list_equal(field->record, a, b);
}

bool record_equal(const struct record *record, const void *a, const void *b)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (!field_equal(field, place_of(field, a), place_of(field, b))) {
            return false;
        }
    }
    return true;
}
