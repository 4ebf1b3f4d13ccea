#include "tests/server/feed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/server/http1.h"

struct state {
    struct http1 *http;
    uint8_t *buffer;
    size_t size;
};

static void append(struct state *state, const uint8_t *data, size_t size)
{
    uint8_t *larger = malloc(state->size + size);
    assert(larger != NULL);
    if (state->size > 0) {
        memcpy(larger, state->buffer, state->size);
    }
    memcpy(larger + state->size, data, size);
    free(state->buffer);
    state->buffer = larger;
    state->size += size;
}

static enum http1_result parse(struct state *state)
{
    if (state->http->head_size == 0) {
        enum http1_result result = http1_head(state->http, state->buffer, state->size);
        if (result != HTTP1_READY) {
            return result;
        }
    }
    return http1_body(state->http, state->buffer, &state->size, FEED_BODY_MAX);
}

struct feed_result feed(const uint8_t *data,
                        size_t size,
                        size_t (*next_size)(void *context, size_t left),
                        void *context)
{
    struct http1 http;
    struct state state = {.http = &http};
    http1_start(&http);
    enum http1_result result = HTTP1_MORE;
    size_t at = 0;
    while (at < size && result == HTTP1_MORE) {
        size_t step = next_size(context, size - at);
        append(&state, data + at, step);
        at += step;
        result = parse(&state);
    }
    struct feed_result out = {.status = result == HTTP1_READY ? 200 : 0};
    if (result == HTTP1_REFUSED) {
        out.status = http.refusal.status;
    } else {
        size_t used = http.head_size + http.body_size;
        out.head_size = http.head_size;
        out.body_size = http.body_size;
        out.body = malloc(out.body_size + 1);
        assert(out.body != NULL);
        if (out.body_size > 0 && state.buffer != NULL) {
            memcpy(out.body, state.buffer + out.head_size, out.body_size);
        }
        /* What follows the request, come or still to come. */
        out.leftover = result == HTTP1_READY ? state.size - used + (size - at) : 0;
    }
    free(state.buffer);
    return out;
}
