#include "gateway/engine/presence.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/base/hash.h"

/* 16 bits and 8 probes a key: about 0.0006 false answers (Bloom, 1970). */
enum {
    BITS_PER_KEY = 16,
    PROBE_COUNT = 8
};

struct presence {
    _Atomic uint64_t *words;
    size_t bit_mask;
    atomic_bool is_complete;
};

struct presence *presence_create(size_t key_count)
{
    size_t bit_count = 1 << 16;
    while (bit_count < key_count * BITS_PER_KEY) {
        bit_count *= 2;
    }
    struct presence *presence = malloc(sizeof *presence);
    _Atomic uint64_t *words = calloc(bit_count / 64, sizeof *words);
    if (presence == NULL || words == NULL) {
        fprintf(stderr, "out of memory: filter of %zu bits\n", bit_count);
        abort();
    }
    presence->words = words;
    presence->bit_mask = bit_count - 1;
    atomic_init(&presence->is_complete, false);
    return presence;
}

void presence_destroy(struct presence *presence)
{
    free(presence->words);
    free(presence);
}

/* Probes by double hashing (Kirsch and Mitzenmacher, 2006). */
static size_t probe_bit(const struct presence *presence, uint64_t hash, uint64_t probe)
{
    uint64_t step = hash_u64(hash) | 1;
    return (size_t)(hash + probe * step) & presence->bit_mask;
}

void presence_add(struct presence *presence, uint64_t hash)
{
    for (uint64_t probe = 0; probe < PROBE_COUNT; probe++) {
        size_t bit = probe_bit(presence, hash, probe);
        atomic_fetch_or_explicit(
            &presence->words[bit / 64], UINT64_C(1) << (bit % 64), memory_order_relaxed);
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
    for (uint64_t probe = 0; probe < PROBE_COUNT; probe++) {
        size_t bit = probe_bit(presence, hash, probe);
        uint64_t word = atomic_load_explicit(&presence->words[bit / 64], memory_order_relaxed);
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
