#pragma once
/*
 * What the files of the fault proxy share.
 *
 *   client <──> pair: lane 0 (client to server), lane 1 (server to client) <──> server
 *
 * A lane takes frames apart, asks proxy_fault.h what befalls each, and lets it go now, later or
 * never.
 */
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/iso8583/iso8583.h"
#include "ledger/base/date.h"
#include "tests/e2e/proxy_fault.h"

enum {
    PROXY_FRAME_SIZE_MAX = 16384,
    PROXY_PARCEL_COUNT_MAX = 4096, /* held back at a time, of all lanes */
    PROXY_OUTPUT_SIZE_MAX = 4 << 20,
};

struct proxy_counts {
    uint64_t connections;
    uint64_t frames;
    uint64_t by_fault[FAULT_COUNT];
    uint64_t swallowed; /* came into a hole */
    uint64_t crowded;   /* should have been held back, but too many were: passed at once */
    uint64_t lost;      /* held back when their connection ended */
    uint64_t written;   /* whole frames, corrupted ones too */
    uint64_t unframed;  /* streams whose lengths make no sense */
    uint64_t unreachable;
};

struct pair;

/* A frame that is held back. */
struct parcel {
    struct lane *lane;
    struct parcel *previous;
    struct parcel *next;
    struct event timer;
    size_t size;
    uint8_t bytes[];
};

struct lane {
    struct pair *pair;
    uint64_t direction;
    struct bufferevent *from;
    struct bufferevent *to;
    struct iso8583_framer framer;
    uint64_t frame_count;
    struct parcel *parcels;
    struct parcel *swapped; /* of them: goes behind the next frame */
    uint8_t buffer[4 + PROXY_FRAME_SIZE_MAX];
};

struct pair {
    struct proxy *proxy;
    struct pair *previous;
    struct pair *next;
    uint64_t number;
    instant_us hole_until; /* monotonic */
    bool is_ending;        /* what is written still leaves, then it is over */
    struct event linger;
    struct lane lanes[2];
};

struct proxy {
    struct event_base *base;
    struct iso8583_prefix prefix;
    struct fault_odds odds;
    int64_t delay_max_us;
    int64_t hole_max_us;
    uint64_t frame_count_max; /* then all is passed; 0: never */
    struct proxy_counts counts;
    size_t parcel_count;
    struct pair *pairs;
};

bool proxy_is_healed(const struct proxy *proxy);
/* The stream's next bytes. May end the pair. */
void lane_feed(struct lane *lane, const uint8_t *data, size_t size);
void lane_create(struct lane *lane, struct pair *pair, uint64_t direction);
/* Frames held back are lost. */
void lane_destroy(struct lane *lane);
/* What is written still leaves; nothing more is taken. */
void pair_end(struct pair *pair);
/* Around a connected client and a server being called. */
void pair_create(struct proxy *proxy, struct bufferevent *client, struct bufferevent *server);
void pair_destroy(struct pair *pair);
