#include "tests/e2e/proxy_fault.h"

/* splitmix64 (Steele, Lea, Flood 2014): each step is a bijection that spreads every bit. */
static uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9E3779B97F4A7C15);
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

struct fate
fault_choose(const struct fault_odds *odds, uint64_t connection, uint64_t direction, uint64_t frame)
{
    uint64_t random = mix(mix(mix(mix(odds->seed) ^ connection) ^ direction) ^ frame);
    struct fate fate = {.fault = FAULT_NONE, .random = mix(random)};
    uint64_t drawn = random % 1000;
    uint64_t below = 0;
    for (enum fault fault = FAULT_DROP; fault < FAULT_COUNT; fault++) {
        below += odds->per_mille[fault];
        if (drawn < below) {
            fate.fault = fault;
            break;
        }
    }
    return fate;
}
