#include "adapters/link/link.h"

#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "adapters/link/dialogue.h"
#include "adapters/link/link_wire.h"
#include "adapters/link/mailbox.h"
#include "ledger/base/log.h"

enum {
    OUTPUT_SIZE_MAX = 4 << 20,
    REPLIES_PER_QUESTION = 4, /* tickets of gone connections may be replied to as well */
    LEAVE_MS_MAX = 1000,      /* for the answer to our sign-off */
    FAILURES_SECONDS = 60,
};

struct link {
    struct adapter adapter;
    struct link_config config;
    struct mailbox mailbox;
    pthread_t thread;

    /* Of the link's own thread, once it runs. */
    struct event_base *base;
    struct event *wake;
    struct event *timer;
    struct event *leave_timer;
    struct wire *wire;
    struct dialogue *dialogue;
    uint64_t connection; /* 0 = none */
    struct iso8583_framer framer;
    uint8_t frame[LINK_MESSAGE_SIZE_MAX];
    uint32_t is_leaving;
    instant_us failures_since; /* of this minute's lines about hosts that cannot be reached */
    size_t failure_count;
};

static struct moment moment_now(void)
{
    return (struct moment){.monotonic = clock_monotonic(), .wall = clock_now()};
}

static struct timeval timeval_of(int64_t us)
{
    us = us < 0 ? 0 : us;
    return (struct timeval){.tv_sec = us / 1000000, .tv_usec = us % 1000000};
}

static void publish(struct link *link)
{
    struct adapter_report report;
    dialogue_read_report(link->dialogue, &report);
    mailbox_publish(&link->mailbox, &report);
}

/* ---- the loop ---- */

/* Requests beyond the window wait in the mailbox, but not for ever. */
static void take_requests(struct link *link, struct moment now)
{
    struct mailbox_request item;
    while (dialogue_has_room(link->dialogue) && mailbox_take(&link->mailbox, &item)) {
        if (now.monotonic - item.queued_at > link->config.reply_ms * 1000 ||
            link->is_leaving != 0) {
            dialogue_decline(link->dialogue, &item.request);
        } else {
            dialogue_request(link->dialogue, &item.request, now);
        }
    }
}

static void take_replies(struct link *link)
{
    struct mailbox_reply reply;
    while (mailbox_take_reply(&link->mailbox, &reply)) {
        dialogue_reply(link->dialogue, reply.ticket, reply.reply);
    }
}

/* Whatever happened: what waits and what is due is done, and the next deadline set. */
static void turn(struct link *link, struct moment now)
{
    take_replies(link);
    take_requests(link, now);
    instant_us next = dialogue_tick(link->dialogue, now);
    if (next != INSTANT_NONE) {
        struct timeval wait = timeval_of(next - now.monotonic);
        (void)event_add(link->timer, &wait);
    }
    publish(link);
}

static void end_loop(struct link *link)
{
    (void)event_base_loopbreak(link->base);
}

static void leave(struct link *link, struct moment now)
{
    int64_t wait_ms = link->config.reply_ms < LEAVE_MS_MAX ? link->config.reply_ms : LEAVE_MS_MAX;
    struct timeval wait = timeval_of(wait_ms * 1000);
    link->is_leaving = 1;
    (void)event_add(link->leave_timer, &wait);
    take_replies(link);
    dialogue_leave(link->dialogue, now);
    take_requests(link, now);
    publish(link);
    if (link->connection == 0) {
        end_loop(link);
    }
}

static void on_wake(evutil_socket_t descriptor, short what, void *context)
{
    struct link *link = context;
    struct moment now = moment_now();
    (void)descriptor;
    (void)what;
    mailbox_hush(&link->mailbox);
    if (link->is_leaving == 0 && mailbox_is_leaving(&link->mailbox)) {
        leave(link, now);
    } else {
        turn(link, now);
    }
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    turn(context, moment_now());
}

static void on_leave_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor;
    (void)what;
    end_loop(context);
}

static void *run(void *context)
{
    (void)prctl(PR_SET_NAME, "link");
    struct link *link = context;
    (void)event_base_loop(link->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

/* ---- the wire ---- */

static void on_opened(void *context, uint64_t connection, const char *peer)
{
    struct link *link = context;
    struct moment now = moment_now();
    if (link->connection != 0) {
        /* The newest is the one the bank lives on: the other is half-open, or soon will be. */
        wire_close(link->wire, link->connection, "replaced");
        dialogue_closed(link->dialogue, "replaced by a newer connection");
    }
    link->connection = connection;
    iso8583_framer_start(
        &link->framer, &link->config.dialect.prefix, link->frame, sizeof link->frame);
    dialogue_opened(link->dialogue, connection, peer, now);
    turn(link, now);
}

static void on_received(void *context, uint64_t connection, struct bytes bytes)
{
    struct link *link = context;
    struct moment now = moment_now();
    struct iso8583_view rest = {bytes.data, bytes.size};
    while (rest.size > 0 && connection == link->connection) {
        struct iso8583_view frame;
        size_t used;
        switch (iso8583_framer_feed(&link->framer, rest, &used, &frame)) {
        case ISO8583_FRAME_MORE:
            break;
        case ISO8583_FRAME_READY:
            dialogue_take(link->dialogue, frame, now);
            break;
        case ISO8583_FRAME_BAD:
            wire_close(link->wire, connection, "a length that cannot be");
            dialogue_closed(link->dialogue, "a length that cannot be");
            used = rest.size;
            break;
        }
        rest = (struct iso8583_view){rest.data + used, rest.size - used};
    }
    turn(link, now);
}

static void on_closed(void *context, uint64_t connection, const char *reason)
{
    struct link *link = context;
    if (connection != link->connection) {
        return;
    }
    link->connection = 0;
    dialogue_closed(link->dialogue, reason);
    turn(link, moment_now());
    if (link->is_leaving != 0) {
        end_loop(link);
    }
}

/* A bank that is away for a night is tried all the time; a line for each host a minute will do. */
static void on_failed(void *context, const char *host, const char *reason)
{
    struct link *link = context;
    instant_us now = clock_monotonic();
    if (now - link->failures_since >= FAILURES_SECONDS * INSTANT_US_PER_SECOND) {
        link->failures_since = now;
        link->failure_count = 0;
    }
    if (link->failure_count++ >= link->config.host_count) {
        return;
    }
    LOG(LOG_WARNING,
        "link.unreachable",
        LOG_TEXT("link", link->config.name),
        LOG_TEXT("host", host),
        LOG_TEXT("reason", reason));
}

static enum status port_send(void *context, struct bytes frame)
{
    struct link *link = context;
    if (link->connection == 0) {
        return STATUS_REJECTED;
    }
    return wire_send(link->wire, link->connection, frame);
}

static void port_close(void *context, const char *reason)
{
    struct link *link = context;
    if (link->connection != 0) {
        wire_close(link->wire, link->connection, reason);
    }
}

static void port_changed(void *context, enum adapter_state state, const char *reason)
{
    static const char *const names[] = {"down", "connected", "up"};
    struct link *link = context;
    publish(link);
    LOG(LOG_INFO,
        "link.state",
        LOG_TEXT("link", link->config.name),
        LOG_TEXT("state", names[state]),
        LOG_TEXT("reason", reason));
}

/* ---- the adapter ---- */

static enum status link_request(struct adapter *adapter, const struct adapter_request *request)
{
    struct link *link = (struct link *)adapter;
    return mailbox_post(&link->mailbox, request);
}

static void
link_reply(struct adapter *adapter, struct adapter_ticket ticket, enum adapter_reply reply)
{
    struct link *link = (struct link *)adapter;
    mailbox_post_reply(&link->mailbox, ticket, reply);
}

static void link_read_report(struct adapter *adapter, struct adapter_report *report_out)
{
    struct link *link = (struct link *)adapter;
    mailbox_read_report(&link->mailbox, report_out);
}

static void link_free(struct link *link)
{
    if (link->wire != NULL) {
        wire_destroy(link->wire);
    }
    struct event *const events[] = {link->wake, link->timer, link->leave_timer};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (events[i] != NULL) {
            event_free(events[i]);
        }
    }
    if (link->base != NULL) {
        event_base_free(link->base);
    }
    if (link->dialogue != NULL) {
        dialogue_destroy(link->dialogue);
    }
    mailbox_destroy(&link->mailbox);
    link_config_clear(&link->config);
    free(link);
}

static void link_destroy(struct adapter *adapter)
{
    struct link *link = (struct link *)adapter;
    mailbox_post_leave(&link->mailbox);
    int error = pthread_join(link->thread, NULL);
    assert(error == 0);
    link_free(link);
}

static const struct adapter_functions functions = {
    .request = link_request,
    .reply = link_reply,
    .read_report = link_read_report,
    .destroy = link_destroy,
};

/* ---- making one ---- */

static bool loop_create(struct link *link, char *message_out, size_t message_size)
{
    const struct wire_events events = {
        .context = link,
        .opened = on_opened,
        .received = on_received,
        .closed = on_closed,
        .failed = on_failed,
    };
    struct wire_config wire = link_wire_config(&link->config);
    wire.output_size_max = OUTPUT_SIZE_MAX;
    link->base = event_base_new();
    if (link->base == NULL) {
        (void)snprintf(message_out, message_size, "no event base");
        return false;
    }
    link->wake = event_new(link->base, link->mailbox.wake, EV_READ | EV_PERSIST, on_wake, link);
    link->timer = event_new(link->base, -1, 0, on_timer, link);
    link->leave_timer = event_new(link->base, -1, 0, on_leave_timer, link);
    assert(link->wake != NULL && link->timer != NULL && link->leave_timer != NULL);
    (void)event_add(link->wake, NULL);
    link->wire = wire_create(link->base, &wire, &events, message_out, message_size);
    return link->wire != NULL;
}

/* Signals are other threads' business, and a closed socket must not raise one. */
static bool thread_start(struct link *link, char *message_out, size_t message_size)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int error = pthread_create(&link->thread, NULL, run, link);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        (void)snprintf(message_out, message_size, "no thread");
    }
    return error == 0;
}

struct adapter *link_create(const char *file,
                            const struct adapter_events *events,
                            char *message_out,
                            size_t message_size)
{
    struct link *link = calloc(1, sizeof *link);
    assert(link != NULL);
    if (!link_config_load(file, &link->config, message_out, message_size)) {
        free(link);
        return NULL;
    }
    const struct dialogue_port port = {
        .context = link,
        .send = port_send,
        .close = port_close,
        .changed = port_changed,
    };
    link->adapter.functions = &functions;
    link->dialogue = dialogue_create(&link->config, events, &port);
    if (!mailbox_create(&link->mailbox,
                        (size_t)link->config.queue,
                        (size_t)link->config.window * REPLIES_PER_QUESTION)) {
        (void)snprintf(message_out, message_size, "no event descriptor");
        link_free(link);
        return NULL;
    }
    if (!loop_create(link, message_out, message_size) ||
        !thread_start(link, message_out, message_size)) {
        link_free(link);
        return NULL;
    }
    return &link->adapter;
}
