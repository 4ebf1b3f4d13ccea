/* A client's connection and the one made for it to the server: they live and end together. */
#include <event2/buffer.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tests/e2e/proxy.h"

enum {
    LINGER_US = 500000, /* for what is written to leave */
};

static size_t output_size(struct bufferevent *stream)
{
    return evbuffer_get_length(bufferevent_get_output(stream));
}

static void on_read(struct bufferevent *stream, void *context)
{
    struct pair *pair = context;
    struct lane *lane = stream == pair->lanes[0].from ? &pair->lanes[0] : &pair->lanes[1];
    struct evbuffer *input = bufferevent_get_input(stream);
    struct evbuffer_iovec piece;
    while (evbuffer_peek(input, -1, NULL, &piece, 1) > 0) {
        lane_feed(lane, piece.iov_base, piece.iov_len);
        evbuffer_drain(input, piece.iov_len);
    }
    if (output_size(lane->to) > PROXY_OUTPUT_SIZE_MAX) {
        bufferevent_disable(lane->from, EV_READ);
    }
}

static void on_write(struct bufferevent *stream, void *context)
{
    struct pair *pair = context;
    struct lane *lane = stream == pair->lanes[0].to ? &pair->lanes[0] : &pair->lanes[1];
    if (!pair->is_ending) {
        bufferevent_enable(lane->from, EV_READ);
    } else if (output_size(pair->lanes[0].to) == 0 && output_size(pair->lanes[1].to) == 0) {
        pair_destroy(pair);
    }
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    struct pair *pair = context;
    if ((what & BEV_EVENT_CONNECTED) != 0) {
        return;
    }
    if (stream == pair->lanes[0].to && (what & BEV_EVENT_ERROR) != 0 &&
        pair->lanes[1].frame_count == 0) {
        pair->proxy->counts.unreachable++;
    }
    if (pair->is_ending) {
        pair_destroy(pair);
        return;
    }
    pair_end(pair);
}

static void on_linger(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    pair_destroy(context);
}

void pair_end(struct pair *pair)
{
    struct timeval linger = {.tv_usec = LINGER_US};
    pair->is_ending = true;
    bool is_written = true;
    for (size_t i = 0; i < 2; i++) {
        lane_destroy(&pair->lanes[i]);
        bufferevent_disable(pair->lanes[i].from, EV_READ);
        is_written = is_written && output_size(pair->lanes[i].to) == 0;
    }
    if (is_written) {
        linger = (struct timeval){0};
    }
    event_add(&pair->linger, &linger);
}

void pair_destroy(struct pair *pair)
{
    if (pair->previous != NULL) {
        pair->previous->next = pair->next;
    } else {
        pair->proxy->pairs = pair->next;
    }
    if (pair->next != NULL) {
        pair->next->previous = pair->previous;
    }
    event_del(&pair->linger);
    for (size_t i = 0; i < 2; i++) {
        lane_destroy(&pair->lanes[i]);
        bufferevent_free(pair->lanes[i].from);
    }
    free(pair);
}

void pair_create(struct proxy *proxy, struct bufferevent *client, struct bufferevent *server)
{
    struct pair *pair = malloc(sizeof *pair);
    if (pair == NULL) {
        abort();
    }
    proxy->counts.connections++;
    *pair =
        (struct pair){.proxy = proxy, .next = proxy->pairs, .number = proxy->counts.connections};
    if (pair->next != NULL) {
        pair->next->previous = pair;
    }
    proxy->pairs = pair;
    for (uint64_t direction = 0; direction < 2; direction++) {
        struct lane *lane = &pair->lanes[direction];
        lane_create(lane, pair, direction);
        lane->from = direction == 0 ? client : server;
        lane->to = direction == 0 ? server : client;
        bufferevent_setcb(lane->from, on_read, on_write, on_event, pair);
        bufferevent_setwatermark(lane->from, EV_WRITE, 0, 0);
        bufferevent_enable(lane->from, EV_READ | EV_WRITE);
    }
    event_assign(&pair->linger, proxy->base, -1, 0, on_linger, pair);
}
