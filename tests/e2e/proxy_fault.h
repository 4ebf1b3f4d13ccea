#pragma once
/*
 * What befalls a frame: a function of the seed, the connection, the direction and the frame's
 * number, so that a run can be repeated.
 */
#include <stdint.h>

enum fault {
    FAULT_NONE,
    FAULT_DROP,
    FAULT_DUPLICATE, /* the second copy comes late */
    FAULT_DELAY,     /* others overtake it */
    FAULT_REORDER,   /* changes places with the next one */
    FAULT_CORRUPT,   /* one byte of the body, or the length */
    FAULT_CUT,       /* the connection ends within it or before it */
    FAULT_HOLE,      /* from it on both directions are swallowed for a while */
    FAULT_COUNT,
};

struct fault_odds {
    uint64_t seed;
    uint64_t per_mille[FAULT_COUNT]; /* of FAULT_NONE: unused; at most 1000 together */
};

/* `random` is for the details of the fault. */
struct fate {
    enum fault fault;
    uint64_t random;
};

struct fate fault_choose(const struct fault_odds *odds,
                         uint64_t connection,
                         uint64_t direction,
                         uint64_t frame);
