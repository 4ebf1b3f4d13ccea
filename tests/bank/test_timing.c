/* Shares of round trips, as the histogram has them, against the exact ones of the sorted list. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/base/hash.h"
#include "tools/bank/timing.h"

enum {
    TRIP_COUNT = 5000
};

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Lengths of all magnitudes below 2^bits. */
static int shares_check(uint64_t seed, unsigned bits)
{
    static const int64_t shares[] = {1, 10, 500, 900, 990, 999, 1000};
    int64_t exact[TRIP_COUNT];
    struct timing timing;
    int fault_count = 0;
    timing_start(&timing);
    for (size_t i = 0; i < TRIP_COUNT; i++) {
        uint64_t drawn = hash_u64(seed + i);
        exact[i] = (int64_t)((drawn >> 32) & ((UINT64_C(1) << (drawn % bits + 1)) - 1));
        timing_count(&timing, (instant_us)i, (instant_us)i + exact[i]);
    }
    qsort(exact, TRIP_COUNT, sizeof exact[0], compare);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        int64_t wanted = exact[(TRIP_COUNT * shares[i] + 999) / 1000 - 1];
        int64_t share = timing_share_us(&timing, shares[i]);
        if (share < wanted || share > wanted + wanted / 50 || share > timing.max_us) {
            printf("seed %" PRIu64 ": %" PRId64 " of a thousand took %" PRId64 ", not %" PRId64
                   " us\n",
                   seed,
                   shares[i],
                   wanted,
                   share);
            fault_count++;
        }
    }
    return fault_count;
}

int main(void)
{
    int fault_count = 0;
    struct timing timing;
    for (unsigned bits = 1; bits <= 31; bits++) {
        fault_count += shares_check(bits * UINT64_C(1000003), bits);
    }
    timing_start(&timing);
    fault_count += timing_share_us(&timing, 990) != 0;
    timing_count(&timing, 10, INT64_C(3600000010)); /* an hour is in the last bucket or before it */
    fault_count += timing_share_us(&timing, 500) != INT64_C(3600000000);
    printf("%d faults\n", fault_count);
    return fault_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
