#include "gateway/server/party_table.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/server/server.h"
#include "ledger/base/hash.h"
#include "ledger/base/map.h"

struct entry {
    char party[PARTY_ID_SIZE];
    size_t count;
    uint32_t next_free;
};

struct party_table {
    pthread_mutex_t mutex;
    struct map map;
    struct entry *entries;
    size_t capacity;
    uint32_t first_free;
};

struct party_table *party_table_create(size_t capacity)
{
    assert(capacity > 0 && capacity < MAP_NONE);
    struct party_table *table = calloc(1, sizeof *table);
    struct entry *entries = calloc(capacity, sizeof *entries);
    if (table == NULL || entries == NULL) {
        abort();
    }
    pthread_mutex_init(&table->mutex, NULL);
    map_create(&table->map, capacity);
    table->entries = entries;
    table->capacity = capacity;
    for (size_t i = 0; i < capacity; i++) {
        entries[i].next_free = i + 1 < capacity ? (uint32_t)(i + 1) : MAP_NONE;
    }
    return table;
}

void party_table_destroy(struct party_table *table)
{
    map_destroy(&table->map);
    pthread_mutex_destroy(&table->mutex);
    free(table->entries);
    free(table);
}

static uint32_t find(const struct party_table *table, const char *party, uint64_t hash)
{
    size_t cursor = 0;
    uint32_t index = map_first(&table->map, hash, &cursor);
    while (index != MAP_NONE && strcmp(table->entries[index].party, party) != 0) {
        index = map_next(&table->map, hash, &cursor);
    }
    return index;
}

bool party_table_enter(struct party_table *table, const char *party, size_t count_max)
{
    uint64_t hash = hash_bytes(party, strlen(party));
    pthread_mutex_lock(&table->mutex);
    uint32_t index = find(table, party, hash);
    bool is_new = index == MAP_NONE;
    if (is_new) {
        index = table->first_free;
    }
    bool has_room = index != MAP_NONE && table->entries[index].count < count_max;
    if (has_room) {
        struct entry *entry = &table->entries[index];
        if (is_new) {
            table->first_free = entry->next_free;
            snprintf(entry->party, sizeof entry->party, "%s", party);
            map_put(&table->map, hash, index);
        }
        entry->count++;
    }
    pthread_mutex_unlock(&table->mutex);
    return has_room;
}

void party_table_leave(struct party_table *table, const char *party)
{
    uint64_t hash = hash_bytes(party, strlen(party));
    pthread_mutex_lock(&table->mutex);
    uint32_t index = find(table, party, hash);
    assert(index != MAP_NONE && table->entries[index].count > 0);
    struct entry *entry = &table->entries[index];
    entry->count--;
    if (entry->count == 0) {
        map_remove(&table->map, hash, index);
        entry->next_free = table->first_free;
        table->first_free = index;
    }
    pthread_mutex_unlock(&table->mutex);
}
