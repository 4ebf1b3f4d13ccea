#include "gateway/engine/presence.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"

/*
 * 16 bits and 8 probes a key, all eight in one block of a cache line (Putze, Sanders and Singler,
 * 2007): one miss of the cache a question, and about 0.001 false answers.
 */
enum {
    BITS_PER_KEY = 16,
    PROBE_COUNT = 8,
    BLOCK_WORDS = 8,
    BLOCK_BITS = 512,
};

struct presence {
    _Atomic uint64_t *words;
    size_t block_mask;
    atomic_bool is_complete;
};

struct presence *presence_create(size_t key_count)
{
    size_t block_count = 128;
    while (block_count * BLOCK_BITS < key_count * BITS_PER_KEY) {
        block_count *= 2;
    }
    size_t size = block_count * BLOCK_WORDS * sizeof(uint64_t);
    struct presence *presence = malloc(sizeof *presence);
    _Atomic uint64_t *words = aligned_alloc(BLOCK_WORDS * sizeof(uint64_t), size);
    if (presence == NULL || words == NULL) {
        fprintf(stderr, "out of memory: filter of %zu bytes\n", size);
        abort();
    }
    memset((void *)words, 0, size);
    presence->words = words;
    presence->block_mask = block_count - 1;
    atomic_init(&presence->is_complete, false);
    return presence;
}

void presence_destroy(struct presence *presence)
{
    free(presence->words);
    free(presence);
}

static _Atomic uint64_t *block_of(const struct presence *presence, uint64_t hash)
{
    return presence->words + (hash & presence->block_mask) * BLOCK_WORDS;
}

/* Nine bits of a second hash for each probe: the word and the bit in it. */
static unsigned probe_bit(uint64_t mixed, unsigned probe)
{
    return (unsigned)(mixed >> (probe * 7)) & (BLOCK_BITS - 1);
}

void presence_add(struct presence *presence, uint64_t hash)
{
    _Atomic uint64_t *block = block_of(presence, hash);
    uint64_t mixed = hash_u64(hash);
    for (unsigned probe = 0; probe < PROBE_COUNT; probe++) {
        unsigned bit = probe_bit(mixed, probe);
        atomic_fetch_or_explicit(&block[bit / 64], UINT64_C(1) << (bit % 64), memory_order_relaxed);
    }
}

void presence_complete(struct presence *presence)
{
    atomic_store_explicit(&presence->is_complete, true, memory_order_release);
}

bool presence_is_complete(const struct presence *presence)
{
    return atomic_load_explicit(&presence->is_complete, memory_order_acquire);
}

bool presence_may_hold(const struct presence *presence, uint64_t hash)
{
    if (!presence_is_complete(presence)) {
        return true;
    }
    const _Atomic uint64_t *block = block_of(presence, hash);
    uint64_t mixed = hash_u64(hash);
    for (unsigned probe = 0; probe < PROBE_COUNT; probe++) {
        unsigned bit = probe_bit(mixed, probe);
        uint64_t word = atomic_load_explicit(&block[bit / 64], memory_order_relaxed);
        if ((word >> (bit % 64) & 1) == 0) {
            return false;
        }
    }
    return true;
}

uint64_t presence_document_hash(size_t document, const char *key, size_t key_size)
{
    return hash_bytes(key, key_size) ^ hash_u64(document + 1);
}

uint64_t presence_command_hash(int64_t party, const char *key, size_t key_size)
{
    return hash_u64(hash_bytes(key, key_size) ^ hash_u64((uint64_t)party ^ UINT64_C(1) << 63));
}
