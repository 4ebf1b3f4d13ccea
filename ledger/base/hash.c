#include "ledger/base/hash.h"

#include <string.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood, 2014): a bijection with good avalanche. */
uint64_t hash_u64(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t hash_bytes(const void *data, size_t size)
{
    const uint8_t *at = data;
    uint64_t state = hash_u64(size);
    uint64_t word;
    for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        state = hash_u64(state ^ word);
    }
    if (size > 0) {
        word = 0;
        memcpy(&word, at, size);
        state = hash_u64(state ^ word);
    }
    return state;
}
