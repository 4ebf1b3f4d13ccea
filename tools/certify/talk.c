#include "tools/certify/talk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/link/link_wire.h"
#include "tools/certify/talk_p.h"

enum {
    OUTPUT_SIZE_MAX = 1 << 20,
    CLOSE_US = 1500 * 1000,
};

/* ---- the loop ---- */

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    struct talk *talk = context;
    (void)descriptor;
    (void)what;
    talk->is_late = true;
}

static void timer_set(struct talk *talk, int64_t duration_us)
{
    struct timeval wait = {.tv_sec = duration_us / 1000000, .tv_usec = duration_us % 1000000};
    talk->is_late = false;
    (void)event_add(talk->timer, &wait);
}

static void turn(struct talk *talk)
{
    (void)event_base_loop(talk->base, EVLOOP_ONCE);
}

/* ---- the wire ---- */

static void on_opened(void *context, uint64_t connection, const char *peer)
{
    struct talk *talk = context;
    if (talk->connection != 0) {
        wire_close(talk->wire, talk->connection, "replaced by a newer one");
    }
    talk->connection = connection;
    (void)snprintf(talk->peer, sizeof talk->peer, "%s", peer);
    seal_start(&talk->seal, talk->config);
    iso8583_framer_start(
        &talk->framer, &talk->config->dialect.prefix, talk->frame, sizeof talk->frame);
    house_connected(talk->house);
}

static void gone(struct talk *talk, const char *reason)
{
    talk->connection = 0;
    (void)snprintf(talk->reason, sizeof talk->reason, "%s", reason);
}

static void on_received(void *context, uint64_t connection, struct bytes bytes)
{
    struct talk *talk = context;
    struct iso8583_view rest = {bytes.data, bytes.size};
    while (rest.size > 0 && connection == talk->connection) {
        struct iso8583_view frame;
        size_t used;
        switch (iso8583_framer_feed(&talk->framer, rest, &used, &frame)) {
        case ISO8583_FRAME_MORE:
            break;
        case ISO8583_FRAME_READY:
            talk_hear(talk, frame);
            break;
        case ISO8583_FRAME_BAD:
            wire_close(talk->wire, connection, "a length that cannot be");
            gone(talk, "the bank sent a length that cannot be");
            used = rest.size;
            break;
        }
        rest = (struct iso8583_view){rest.data + used, rest.size - used};
    }
}

static void on_closed(void *context, uint64_t connection, const char *reason)
{
    struct talk *talk = context;
    if (connection == talk->connection) {
        gone(talk, reason);
    }
}

static void on_failed(void *context, const char *host, const char *reason)
{
    struct talk *talk = context;
    (void)snprintf(talk->reason, sizeof talk->reason, "%s: %s", host, reason);
    talk->failure_count++;
}

struct talk *
talk_create(const struct link_config *config, struct house *house, struct transcript *transcript)
{
    struct talk *talk = calloc(1, sizeof *talk);
    assert(talk != NULL);
    talk->config = config;
    talk->house = house;
    talk->transcript = transcript;
    talk->base = event_base_new();
    assert(talk->base != NULL);
    talk->timer = event_new(talk->base, -1, 0, on_timer, talk);
    assert(talk->timer != NULL);
    return talk;
}

void talk_close(struct talk *talk)
{
    if (talk->wire == NULL) {
        return;
    }
    if (talk->connection != 0) {
        wire_close(talk->wire, talk->connection, "closed by us");
        timer_set(talk, CLOSE_US);
        while (talk->connection != 0 && !talk->is_late) {
            turn(talk);
        }
    }
    wire_destroy(talk->wire);
    talk->wire = NULL;
    talk->connection = 0;
}

void talk_destroy(struct talk *talk)
{
    talk_close(talk);
    event_free(talk->timer);
    event_base_free(talk->base);
    seal_clear(&talk->seal);
    free(talk);
}

bool talk_connect(struct talk *talk, int64_t timeout_us, char why_out[TALK_WHY_SIZE])
{
    talk_close(talk);
    const struct wire_events events = {
        .context = talk,
        .opened = on_opened,
        .received = on_received,
        .closed = on_closed,
        .failed = on_failed,
    };
    struct wire_config wire = link_wire_config(talk->config);
    wire.output_size_max = OUTPUT_SIZE_MAX;
    size_t host_count = wire.role == WIRE_CLIENT ? wire.host_count : SIZE_MAX;
    talk->failure_count = 0;
    (void)snprintf(talk->reason, sizeof talk->reason, "nobody connected in time");
    talk->wire = wire_create(talk->base, &wire, &events, why_out, TALK_WHY_SIZE);
    if (talk->wire == NULL) {
        return false;
    }
    timer_set(talk, timeout_us);
    while (talk->connection == 0 && !talk->is_late && talk->failure_count < host_count) {
        turn(talk);
    }
    if (talk->connection == 0) {
        (void)snprintf(why_out, TALK_WHY_SIZE, "%s", talk->reason);
    }
    return talk->connection != 0;
}

bool talk_renew_key(struct talk *talk, char *text_out)
{
    return seal_renew(&talk->seal, text_out);
}

void talk_confirm_key(struct talk *talk)
{
    seal_confirm(&talk->seal, clock_monotonic());
}

bool talk_is_open(const struct talk *talk)
{
    return talk->connection != 0;
}

const char *talk_peer(const struct talk *talk)
{
    return talk->peer;
}

bool talk_session(const struct talk *talk, struct wire_session *session_out)
{
    return talk->wire != NULL && wire_session_read(talk->wire, talk->connection, session_out);
}

/* ---- asking ---- */

void talk_ask(struct talk *talk, const struct talk_question *question, struct talk_reply *reply_out)
{
    *reply_out = (struct talk_reply){.end = TALK_SILENT, .entry = TRANSCRIPT_ENTRY_COUNT_MAX};
    talk->asked = question->draft;
    talk->fit = question->fit;
    talk->reply = reply_out;
    if (!talk_say(talk, question->draft, question->damage, reply_out->why)) {
        reply_out->end = TALK_UNSENT;
        return;
    }
    talk->is_asking = true;
    timer_set(talk, question->timeout_us);
    while (talk->is_asking && talk->connection != 0 && !talk->is_late) {
        turn(talk);
    }
    if (talk->is_asking) {
        bool is_closed = talk->connection == 0;
        reply_out->end = is_closed ? TALK_CLOSED : TALK_SILENT;
        if (is_closed) {
            (void)snprintf(
                reply_out->why, TALK_WHY_SIZE, "the connection ended: %.150s", talk->reason);
        } else {
            (void)snprintf(reply_out->why,
                           TALK_WHY_SIZE,
                           "no answer within %lld ms",
                           (long long)(question->timeout_us / 1000));
        }
    }
    talk->is_asking = false;
}

bool talk_await(struct talk *talk, const size_t *count, size_t least, int64_t timeout_us)
{
    timer_set(talk, timeout_us);
    while (*count <= least && talk->connection != 0 && !talk->is_late) {
        turn(talk);
    }
    return *count > least;
}

void talk_listen(struct talk *talk, int64_t duration_us)
{
    timer_set(talk, duration_us);
    while (talk->connection != 0 && !talk->is_late) {
        turn(talk);
    }
}
