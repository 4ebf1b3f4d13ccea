#include "adapters/link/duplicate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"

enum {
    KEY_SIZE = 56,
    MAC_FIELD_FIRST = 64,
    MAC_FIELD_SECOND = 128,
};

#define MEMORY_US (86400 * INSTANT_US_PER_SECOND)

struct duplicate_entry {
    uint8_t key[KEY_SIZE];
    uint64_t hash;
    uint64_t content;
    uint64_t serial;
    instant_us seen_at;
    struct duplicate_note note;
    uint32_t is_used;
};

void duplicates_create(struct duplicates *duplicates, size_t capacity)
{
    assert(capacity > 0 && capacity < MAP_NONE);
    *duplicates = (struct duplicates){.capacity = capacity};
    duplicates->entries = calloc(capacity, sizeof *duplicates->entries);
    assert(duplicates->entries != NULL);
    map_create(&duplicates->by_key, capacity);
}

void duplicates_destroy(struct duplicates *duplicates)
{
    map_destroy(&duplicates->by_key);
    free(duplicates->entries);
    *duplicates = (struct duplicates){0};
}

static void key_write(uint64_t scope, const struct iso8583_message *message, uint8_t key[KEY_SIZE])
{
    static const struct {
        uint8_t field;
        uint8_t width;
    } parts[] = {
        {32, 12},
        {11, 6 },
        {7,  10},
        {37, 12},
    };
    uint8_t *at = key + sizeof scope;
    memset(key, 0, KEY_SIZE);
    memcpy(key, &scope, sizeof scope);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct iso8583_view value = iso8583_get(message, parts[i].field);
        size_t size = value.data == NULL ? 0 : value.size;
        if (size > 0) {
            memcpy(at, value.data, size < parts[i].width ? size : parts[i].width);
        }
        at += parts[i].width;
    }
}

/* Everything but the MTI, which a repeat changes, and the code over it. */
static uint64_t content_of(const struct iso8583_message *message)
{
    uint64_t content = 0;
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        struct iso8583_view value = iso8583_get(message, field);
        if (value.data != NULL && field != MAC_FIELD_FIRST && field != MAC_FIELD_SECOND) {
            content = hash_u64(content ^ hash_bytes(value.data, value.size)) + (uint64_t)field;
        }
    }
    return hash_u64(content ^ ((uint64_t)(uint8_t)message->mti[1] << 32));
}

static void forget(struct duplicates *duplicates, struct duplicate_entry *entry)
{
    if (entry->is_used != 0) {
        map_remove(
            &duplicates->by_key, entry->hash, (uint32_t)(entry->serial % duplicates->capacity));
        entry->is_used = 0;
    }
}

static struct duplicate_entry *
find(struct duplicates *duplicates, const uint8_t key[KEY_SIZE], uint64_t hash)
{
    size_t cursor;
    for (uint32_t i = map_first(&duplicates->by_key, hash, &cursor); i != MAP_NONE;
         i = map_next(&duplicates->by_key, hash, &cursor)) {
        if (memcmp(duplicates->entries[i].key, key, KEY_SIZE) == 0) {
            return &duplicates->entries[i];
        }
    }
    return NULL;
}

enum duplicate_verdict duplicates_see(struct duplicates *duplicates,
                                      uint64_t scope,
                                      const struct iso8583_message *message,
                                      instant_us now,
                                      uint64_t *serial_out)
{
    uint8_t key[KEY_SIZE];
    key_write(scope, message, key);
    uint64_t hash = hash_bytes(key, sizeof key);
    uint64_t content = content_of(message);
    struct duplicate_entry *entry = find(duplicates, key, hash);
    if (entry != NULL && now - entry->seen_at < MEMORY_US) {
        *serial_out = entry->serial;
        return entry->content == content ? DUPLICATE_REPEAT : DUPLICATE_OTHER_CONTENT;
    }
    if (entry != NULL) {
        forget(duplicates, entry);
    }
    uint64_t serial = duplicates->next++;
    uint32_t index = (uint32_t)(serial % duplicates->capacity);
    entry = &duplicates->entries[index];
    forget(duplicates, entry);
    *entry = (struct duplicate_entry){
        .hash = hash, .content = content, .serial = serial, .seen_at = now, .is_used = 1};
    memcpy(entry->key, key, sizeof key);
    map_put(&duplicates->by_key, hash, index);
    *serial_out = serial;
    return DUPLICATE_NEW;
}

struct duplicate_note *duplicates_note(struct duplicates *duplicates, uint64_t serial)
{
    struct duplicate_entry *entry = &duplicates->entries[serial % duplicates->capacity];
    return entry->is_used != 0 && entry->serial == serial ? &entry->note : NULL;
}
