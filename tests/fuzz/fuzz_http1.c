/* Whatever comes: no crash, and the answer for the whole equals the answer for two pieces. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/server/feed.h"

static size_t whole(void *context, size_t left)
{
    (void)context;
    return left;
}

/* Steps of 1 to 64 bytes, chosen by the input itself. */
static size_t by_input(void *context, size_t left)
{
    uint32_t *state = context;
    *state = *state * 1664525U + 1013904223U;
    size_t size = (*state >> 24) % 64 + 1;
    return size < left ? size : left;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t state = size > 0 ? data[size / 2] : 0;
    struct feed_result at_once = feed(data, size, whole, NULL);
    struct feed_result split = feed(data, size, by_input, &state);
    assert(at_once.status == split.status);
    if (at_once.status == 200) {
        assert(at_once.leftover == split.leftover && at_once.body_size == split.body_size);
        assert(memcmp(at_once.body, split.body, at_once.body_size) == 0);
    }
    free(at_once.body);
    free(split.body);
    return 0;
}
