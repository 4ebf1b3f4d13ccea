#pragma once
/*
 * How long answers take: counts of round trips in buckets a fiftieth wide, from 1 us to an hour.
 * Memory is fixed, whatever is counted.
 */
#include <stdint.h>

#include "ledger/base/date.h"

enum {
    TIMING_STEPS = 64, /* buckets for each doubling */
    TIMING_DOUBLINGS = 27,
    TIMING_BUCKETS = TIMING_STEPS * TIMING_DOUBLINGS,
};

struct timing {
    int64_t count;
    instant_us first_said_at; /* monotonic */
    instant_us last_answered_at;
    int64_t max_us;
    uint32_t buckets[TIMING_BUCKETS];
};

/* Nothing counted. */
void timing_start(struct timing *timing);
void timing_count(struct timing *timing, instant_us said_at, instant_us answered_at);
/* What `per_mille` of all round trips took at most, a fiftieth too much at worst; 0: none. */
int64_t timing_share_us(const struct timing *timing, int64_t per_mille);
