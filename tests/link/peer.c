#include "tests/link/peer.h"

#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"
#include "adapters/link/mapping.h"

enum {
    TURN_US = 2000
};

struct peer {
    struct event_base *base;
    struct wire *wire;
    struct event *timer;
    pthread_t thread;
    struct iso8583_dialect dialect;
    struct iso8583_framer framer;
    uint8_t frame[4096];
    uint64_t connection;
    struct link_config config; /* for mapping_answer: only its dialect */
    struct iso8583_message message;
    struct draft draft;
    _Atomic uint32_t advice_trace;
    _Atomic uint32_t advice_count;
    _Atomic uint32_t taken_count;
    _Atomic uint32_t sign_off_count;
    _Atomic uint32_t is_ending;
    uint32_t is_signed_on;
};

static void say(struct peer *peer, const struct iso8583_message *message)
{
    uint8_t bytes[4096];
    size_t size;
    struct iso8583_fault fault;
    size_t prefix = peer->dialect.prefix.size;
    if (!iso8583_encode(
            &peer->dialect, message, bytes + prefix, sizeof bytes - prefix, &size, &fault) ||
        !iso8583_prefix_write(&peer->dialect.prefix, size, bytes, prefix) ||
        wire_send(peer->wire, peer->connection, (struct bytes){bytes, prefix + size}) !=
            STATUS_OK) {
        fprintf(stderr, "the peer could not speak: field %d\n", fault.field);
        abort();
    }
}

static void answer(struct peer *peer, const char *code)
{
    mapping_answer(&peer->config, &peer->message, code, &peer->draft);
    say(peer, &peer->draft.message);
}

static void advise(struct peer *peer, uint32_t trace)
{
    struct iso8583_message message;
    char number[16];
    char rrn[16];
    uint8_t time[MOMENT_TIME_SIZE];
    iso8583_clear(&message);
    memcpy(message.mti, "0220", 5);
    moment_format_time(clock_now(), time);
    (void)snprintf(number, sizeof number, "%06u", trace % 1000000);
    (void)snprintf(rrn, sizeof rrn, "%012u", trace);
    iso8583_set(&message, 3, "210000", 6);
    iso8583_set(&message, 4, "000000001000", 12);
    iso8583_set(&message, 7, time, sizeof time);
    iso8583_set(&message, 11, number, 6);
    iso8583_set(&message, 32, "102", 3);
    iso8583_set(&message, 37, rrn, 12);
    iso8583_set(&message, 48, "REF004INV7", 10);
    iso8583_set(&message, 49, "156", 3);
    say(peer, &message);
}

static void take_payment(struct peer *peer)
{
    struct iso8583_view trace = iso8583_get(&peer->message, 11);
    int digit = trace.data[5] - '0';
    switch (digit) {
    case PEER_REFUSES:
        answer(peer, "51");
        return;
    case PEER_IS_SILENT:
        return;
    case PEER_REPEATS:
        answer(peer, "00");
        answer(peer, "00");
        return;
    case PEER_HANGS_UP:
        wire_close(peer->wire, peer->connection, "hanging up");
        peer->connection = 0;
        return;
    default:
        answer(peer, "00");
        return;
    }
}

static void take(struct peer *peer, struct iso8583_view frame)
{
    uint8_t scratch[8192];
    struct iso8583_fault fault;
    if (!iso8583_decode(&peer->dialect, frame, scratch, sizeof scratch, &peer->message, &fault)) {
        fprintf(stderr, "the peer heard nonsense: field %d\n", fault.field);
        abort();
    }
    const char *mti = peer->message.mti;
    if (strcmp(mti, "0800") == 0) {
        struct iso8583_view code = iso8583_get(&peer->message, 70);
        bool is_off = memcmp(code.data, "002", 3) == 0;
        atomic_fetch_add(&peer->sign_off_count, is_off ? 1U : 0U);
        peer->is_signed_on = is_off ? 0 : 1;
        answer(peer, "00");
    } else if (strcmp(mti, "0200") == 0) {
        take_payment(peer);
    } else if (strcmp(mti, "0230") == 0) {
        bool is_taken = memcmp(iso8583_get(&peer->message, 39).data, "00", 2) == 0;
        atomic_fetch_add(&peer->taken_count, is_taken ? 1U : 0U);
    } else {
        answer(peer, "00");
    }
}

static void on_opened(void *context, uint64_t connection, const char *name)
{
    struct peer *peer = context;
    (void)name;
    peer->connection = connection;
    peer->is_signed_on = 0;
    iso8583_framer_start(&peer->framer, &peer->dialect.prefix, peer->frame, sizeof peer->frame);
}

static void on_received(void *context, uint64_t connection, struct bytes bytes)
{
    struct peer *peer = context;
    struct iso8583_view rest = {bytes.data, bytes.size};
    while (rest.size > 0 && connection == peer->connection) {
        struct iso8583_view frame;
        size_t used;
        if (iso8583_framer_feed(&peer->framer, rest, &used, &frame) == ISO8583_FRAME_READY) {
            take(peer, frame);
        }
        rest = (struct iso8583_view){rest.data + used, rest.size - used};
    }
}

static void on_closed(void *context, uint64_t connection, const char *reason)
{
    struct peer *peer = context;
    (void)reason;
    if (connection == peer->connection) {
        peer->connection = 0;
        peer->is_signed_on = 0;
    }
}

static void on_failed(void *context, const char *host, const char *reason)
{
    (void)context;
    fprintf(stderr, "peer: %s: %s\n", host, reason);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    struct peer *peer = context;
    (void)descriptor;
    (void)what;
    if (atomic_load(&peer->is_ending) != 0) {
        (void)event_base_loopbreak(peer->base);
        return;
    }
    while (peer->is_signed_on != 0 && peer->connection != 0 &&
           atomic_load(&peer->advice_count) > 0) {
        advise(peer, atomic_fetch_add(&peer->advice_trace, 1));
        atomic_fetch_sub(&peer->advice_count, 1);
    }
}

static void *run(void *context)
{
    struct peer *peer = context;
    (void)event_base_dispatch(peer->base);
    return NULL;
}

struct peer *peer_create(const struct wire_config *config)
{
    struct peer *peer = calloc(1, sizeof *peer);
    char message[256];
    char path[1024];
    const struct timeval turn = {.tv_usec = TURN_US};
    sigset_t pipe;
    if (peer == NULL || !iso8583_dialect_file("iso87-ascii", path, sizeof path) ||
        !iso8583_dialect_load(path, &peer->dialect, message)) {
        abort();
    }
    const struct wire_events events = {
        .context = peer,
        .opened = on_opened,
        .received = on_received,
        .closed = on_closed,
        .failed = on_failed,
    };
    peer->config.dialect = peer->dialect;
    peer->base = event_base_new();
    peer->wire = wire_create(peer->base, config, &events, message, sizeof message);
    if (peer->wire == NULL) {
        fprintf(stderr, "peer: %s\n", message);
        abort();
    }
    peer->timer = event_new(peer->base, -1, EV_PERSIST, on_timer, peer);
    (void)event_add(peer->timer, &turn);
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    if (pthread_create(&peer->thread, NULL, run, peer) != 0) {
        abort();
    }
    return peer;
}

uint16_t peer_port(const struct peer *peer)
{
    return wire_port(peer->wire);
}

void peer_advise(struct peer *peer, uint32_t first_trace, uint32_t count)
{
    atomic_store(&peer->advice_trace, first_trace);
    atomic_store(&peer->advice_count, count);
}

uint32_t peer_taken_count(struct peer *peer)
{
    return atomic_load(&peer->taken_count);
}

uint32_t peer_sign_off_count(struct peer *peer)
{
    return atomic_load(&peer->sign_off_count);
}

void peer_destroy(struct peer *peer)
{
    atomic_store(&peer->is_ending, 1);
    (void)pthread_join(peer->thread, NULL);
    wire_destroy(peer->wire);
    event_free(peer->timer);
    event_base_free(peer->base);
    free(peer);
}
