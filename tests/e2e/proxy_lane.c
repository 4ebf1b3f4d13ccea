/* One direction of one connection. Of the bytes in `buffer` the first prefix.size are the length,
 * then comes the frame, as both leave. */
#include <assert.h>
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "tests/e2e/proxy.h"

enum {
    SWAP_WAIT_US = 50000, /* for a next frame */
};

bool proxy_is_healed(const struct proxy *proxy)
{
    return proxy->frame_count_max > 0 && proxy->counts.frames > proxy->frame_count_max;
}

static struct proxy *proxy_of(const struct lane *lane)
{
    return lane->pair->proxy;
}

static void write_bytes_on(struct lane *lane, const uint8_t *data, size_t size)
{
    if (evbuffer_add(bufferevent_get_output(lane->to), data, size) != 0) {
        abort();
    }
}

static void write_frame(struct lane *lane, const uint8_t *data, size_t size)
{
    write_bytes_on(lane, data, size);
    proxy_of(lane)->counts.written++;
}

static void parcel_free(struct parcel *parcel)
{
    proxy_of(parcel->lane)->parcel_count--;
    event_del(&parcel->timer);
    free(parcel);
}

static void parcel_unlink(struct parcel *parcel)
{
    struct lane *lane = parcel->lane;
    if (parcel->previous != NULL) {
        parcel->previous->next = parcel->next;
    } else {
        lane->parcels = parcel->next;
    }
    if (parcel->next != NULL) {
        parcel->next->previous = parcel->previous;
    }
    if (lane->swapped == parcel) {
        lane->swapped = NULL;
    }
}

static void deliver(struct parcel *parcel)
{
    write_frame(parcel->lane, parcel->bytes, parcel->size);
    parcel_unlink(parcel);
    parcel_free(parcel);
}

static void on_timer(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    deliver(context);
}

/* NULL: too many are held back, it has been written at once. */
static struct parcel *hold_back(struct lane *lane, size_t size, int64_t for_us)
{
    struct proxy *proxy = proxy_of(lane);
    if (proxy->parcel_count >= PROXY_PARCEL_COUNT_MAX) {
        proxy->counts.crowded++;
        write_frame(lane, lane->buffer, size);
        return NULL;
    }
    struct parcel *parcel = malloc(sizeof *parcel + size);
    if (parcel == NULL) {
        abort();
    }
    *parcel = (struct parcel){.lane = lane, .next = lane->parcels, .size = size};
    memcpy(parcel->bytes, lane->buffer, size);
    if (lane->parcels != NULL) {
        lane->parcels->previous = parcel;
    }
    lane->parcels = parcel;
    proxy->parcel_count++;
    event_assign(&parcel->timer, proxy->base, -1, 0, on_timer, parcel);
    const struct timeval wait = {.tv_sec = (time_t)(for_us / INSTANT_US_PER_SECOND),
                                 .tv_usec = (suseconds_t)(for_us % INSTANT_US_PER_SECOND)};
    event_add(&parcel->timer, &wait);
    return parcel;
}

static int64_t random_time(uint64_t random, int64_t max_us)
{
    return 1 + (int64_t)(random % (uint64_t)max_us);
}

/* The length in one of eight, otherwise a byte of the body. */
static void corrupt(struct lane *lane, size_t size, uint64_t random)
{
    size_t prefix_size = lane->framer.prefix.size;
    uint8_t change = (uint8_t)(1 + random % 255);
    uint64_t place = random >> 16;
    if (size == prefix_size || (random >> 8) % 8 == 0) {
        lane->buffer[place % prefix_size] ^= change;
    } else {
        lane->buffer[prefix_size + place % (size - prefix_size)] ^= change;
    }
}

static void befall(struct lane *lane, size_t size, struct fate fate)
{
    struct proxy *proxy = proxy_of(lane);
    proxy->counts.by_fault[fate.fault]++;
    switch (fate.fault) {
    case FAULT_CORRUPT:
        corrupt(lane, size, fate.random);
        write_frame(lane, lane->buffer, size);
        return;
    case FAULT_NONE:
        write_frame(lane, lane->buffer, size);
        return;
    case FAULT_DROP:
        return;
    case FAULT_DUPLICATE:
        write_frame(lane, lane->buffer, size);
        (void)hold_back(lane, size, random_time(fate.random, proxy->delay_max_us));
        return;
    case FAULT_DELAY:
        (void)hold_back(lane, size, random_time(fate.random, proxy->delay_max_us));
        return;
    case FAULT_REORDER:
        lane->swapped = hold_back(lane, size, SWAP_WAIT_US);
        return;
    case FAULT_CUT:
        write_bytes_on(lane, lane->buffer, fate.random % size);
        return;
    case FAULT_HOLE:
        lane->pair->hole_until = clock_monotonic() + random_time(fate.random, proxy->hole_max_us);
        return;
    case FAULT_COUNT:
        break;
    }
    assert(!"a fault");
}

static bool is_in_hole(struct pair *pair)
{
    if (pair->hole_until == INSTANT_NONE) {
        return false;
    }
    if (clock_monotonic() >= pair->hole_until || proxy_is_healed(pair->proxy)) {
        pair->hole_until = INSTANT_NONE;
        return false;
    }
    return true;
}

static void take_frame(struct lane *lane, struct iso8583_view body)
{
    struct proxy *proxy = proxy_of(lane);
    struct parcel *swapped = lane->swapped;
    size_t size = lane->framer.prefix.size + body.size;
    bool is_written =
        iso8583_prefix_write(&lane->framer.prefix, body.size, lane->buffer, sizeof lane->buffer);
    assert(is_written);
    lane->frame_count++;
    proxy->counts.frames++;
    if (is_in_hole(lane->pair)) {
        proxy->counts.swallowed++;
        return;
    }
    struct fate fate = {.fault = FAULT_NONE};
    if (!proxy_is_healed(proxy)) {
        fate = fault_choose(&proxy->odds, lane->pair->number, lane->direction, lane->frame_count);
    }
    befall(lane, size, fate);
    if (fate.fault == FAULT_CUT) {
        pair_end(lane->pair);
    } else if (swapped != NULL) {
        deliver(swapped);
    }
}

void lane_feed(struct lane *lane, const uint8_t *data, size_t size)
{
    struct iso8583_view left = {.data = data, .size = size};
    while (left.size > 0 && !lane->pair->is_ending) {
        size_t used = 0;
        struct iso8583_view frame;
        switch (iso8583_framer_feed(&lane->framer, left, &used, &frame)) {
        case ISO8583_FRAME_READY:
            take_frame(lane, frame);
            break;
        case ISO8583_FRAME_MORE:
            break;
        case ISO8583_FRAME_BAD:
            proxy_of(lane)->counts.unframed++;
            pair_end(lane->pair);
            return;
        }
        left.data += used;
        left.size -= used;
    }
}

void lane_create(struct lane *lane, struct pair *pair, uint64_t direction)
{
    size_t prefix_size = pair->proxy->prefix.size;
    *lane = (struct lane){.pair = pair, .direction = direction};
    iso8583_framer_start(
        &lane->framer, &pair->proxy->prefix, lane->buffer + prefix_size, PROXY_FRAME_SIZE_MAX);
}

void lane_destroy(struct lane *lane)
{
    struct parcel *next = lane->parcels;
    lane->parcels = NULL;
    lane->swapped = NULL;
    while (next != NULL) {
        struct parcel *parcel = next;
        next = parcel->next;
        proxy_of(lane)->counts.lost++;
        parcel_free(parcel);
    }
}
