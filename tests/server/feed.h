#pragma once
/* Feeds a request to the parser piece by piece, as a connection does, in memory of exactly the
 * size that has come, so that the sanitizer sees a read past the end. */
#include <stddef.h>
#include <stdint.h>

enum {
    FEED_BODY_MAX = 8 * 1024 * 1024
};

struct feed_result {
    int status; /* 200 complete, 0 more is needed, otherwise the refusal */
    size_t head_size;
    size_t leftover; /* bytes of the next request that have come */
    size_t body_size;
    uint8_t *body; /* free it */
};

/* next_size(context, left) says how many bytes (1 … left) come next. */
struct feed_result feed(const uint8_t *data,
                        size_t size,
                        size_t (*next_size)(void *context, size_t left),
                        void *context);
