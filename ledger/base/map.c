#include "ledger/base/map.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void slots_allocate(struct map *map, size_t slot_count)
{
    map->hashes = calloc(slot_count, sizeof *map->hashes);
    map->values = malloc(slot_count * sizeof *map->values);
    if (map->hashes == NULL || map->values == NULL) {
        fprintf(stderr, "out of memory: table of %zu slots\n", slot_count);
        abort();
    }
    memset(map->values, 0xff, slot_count * sizeof *map->values);
    map->slot_count = slot_count;
    map->count = 0;
}

void map_create(struct map *map, size_t capacity)
{
    size_t slot_count = 16;
    while (slot_count < capacity * 2) {
        slot_count *= 2;
    }
    slots_allocate(map, slot_count);
}

void map_destroy(struct map *map)
{
    free(map->hashes);
    free(map->values);
    *map = (struct map){0};
}

static void map_grow(struct map *map)
{
    struct map old = *map;
    slots_allocate(map, old.slot_count * 2);
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.values[i] != MAP_NONE) {
            map_put(map, old.hashes[i], old.values[i]);
        }
    }
    map_destroy(&old);
}

void map_put(struct map *map, uint64_t hash, uint32_t value)
{
    assert(value != MAP_NONE);
    if ((map->count + 1) * 2 > map->slot_count) {
        map_grow(map);
    }
    size_t mask = map->slot_count - 1;
    size_t slot = hash & mask;
    while (map->values[slot] != MAP_NONE) {
        slot = (slot + 1) & mask;
    }
    map->hashes[slot] = hash;
    map->values[slot] = value;
    map->count++;
}

static uint32_t find_from(const struct map *map, uint64_t hash, size_t slot, size_t *cursor_out)
{
    size_t mask = map->slot_count - 1;
    for (slot &= mask; map->values[slot] != MAP_NONE; slot = (slot + 1) & mask) {
        if (map->hashes[slot] == hash) {
            *cursor_out = slot;
            return map->values[slot];
        }
    }
    *cursor_out = slot;
    return MAP_NONE;
}

uint32_t map_first(const struct map *map, uint64_t hash, size_t *cursor_out)
{
    return find_from(map, hash, hash, cursor_out);
}

uint32_t map_next(const struct map *map, uint64_t hash, size_t *cursor)
{
    return find_from(map, hash, *cursor + 1, cursor);
}

void map_remove(struct map *map, uint64_t hash, uint32_t value)
{
    size_t hole;
    uint32_t found = map_first(map, hash, &hole);
    while (found != value) {
        assert(found != MAP_NONE);
        found = map_next(map, hash, &hole);
    }
    /* Move later members of the probe run back, so that no search meets a false end. */
    size_t mask = map->slot_count - 1;
    for (size_t slot = (hole + 1) & mask; map->values[slot] != MAP_NONE; slot = (slot + 1) & mask) {
        size_t home = map->hashes[slot] & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            map->hashes[hole] = map->hashes[slot];
            map->values[hole] = map->values[slot];
            hole = slot;
        }
    }
    map->values[hole] = MAP_NONE;
    map->count--;
}
