#pragma once
/*
 * A hash table from 64-bit hashes to 32-bit values (an index into the caller's array), open
 * addressing with linear probing and tombstone-free deletion. The caller compares the keys:
 * several values may share one hash, so lookups walk with map_next.
 */
#include <stddef.h>
#include <stdint.h>

#define MAP_NONE UINT32_MAX

struct map {
    uint64_t *hashes;
    uint32_t *values; /* MAP_NONE marks a free slot */
    size_t slot_count;
    size_t count;
};

/* Room for `capacity` values at a load of at most one half; grows by itself beyond that. */
void map_create(struct map *map, size_t capacity);
void map_destroy(struct map *map);
void map_put(struct map *map, uint64_t hash, uint32_t value);
/* The first value under `hash`, or MAP_NONE; *cursor_out is for map_next. */
uint32_t map_first(const struct map *map, uint64_t hash, size_t *cursor_out);
uint32_t map_next(const struct map *map, uint64_t hash, size_t *cursor);
/* The pair must be there. */
void map_remove(struct map *map, uint64_t hash, uint32_t value);
