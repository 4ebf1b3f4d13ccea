#include "tools/bank/timing.h"

static const int64_t plain_count = INT64_C(2) * TIMING_STEPS;

/* Below two doublings' worth of steps a bucket is one microsecond. */
static int64_t bucket_of(int64_t us)
{
    int64_t bucket = us < 0 ? 0 : us;
    int64_t doublings = 0;
    while (bucket >= plain_count) {
        bucket /= 2;
        doublings++;
    }
    bucket += doublings * TIMING_STEPS;
    return bucket < TIMING_BUCKETS ? bucket : TIMING_BUCKETS - 1;
}

/* The longest that falls into it. */
static int64_t bucket_end_us(int64_t bucket)
{
    if (bucket < plain_count) {
        return bucket;
    }
    int64_t doublings = bucket / TIMING_STEPS - 1;
    return ((bucket - doublings * TIMING_STEPS + 1) << doublings) - 1;
}

void timing_start(struct timing *timing)
{
    *timing = (struct timing){0};
}

void timing_count(struct timing *timing, instant_us said_at, instant_us answered_at)
{
    int64_t us = answered_at - said_at;
    if (timing->count == 0 || said_at < timing->first_said_at) {
        timing->first_said_at = said_at;
    }
    timing->count++;
    timing->last_answered_at = answered_at;
    timing->max_us = us > timing->max_us ? us : timing->max_us;
    timing->buckets[bucket_of(us)]++;
}

int64_t timing_share_us(const struct timing *timing, int64_t per_mille)
{
    int64_t wanted = (timing->count * per_mille + 999) / 1000;
    int64_t seen = 0;
    for (int64_t i = 0; i < TIMING_BUCKETS; i++) {
        seen += timing->buckets[i];
        if (seen >= wanted) {
            int64_t us = bucket_end_us(i);
            return us < timing->max_us ? us : timing->max_us;
        }
    }
    return timing->max_us;
}
