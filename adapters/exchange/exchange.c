#include "adapters/exchange/exchange.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "adapters/exchange/exchange_p.h"

enum {
    ARENA_SIZE = 128 << 20, /* touched only as far as a file needs it */
    PRUNE_SECONDS = 600,
    PRUNE_COUNT_MAX = 20000, /* names looked at in one go */
    MEMORY_DAYS = 400,       /* a return may name a payment of last year */
};

#define US_PER_DAY (86400 * INSTANT_US_PER_SECOND)

/* --- the thread --- */

static void take_letters(struct exchange *exchange)
{
    struct exchange_reply reply;
    struct adapter_request request;
    exchange_mailbox_hush(&exchange->mailbox);
    while (exchange_mailbox_take_reply(&exchange->mailbox, &reply)) {
        exchange_inbox_reply(exchange, &reply);
    }
    while (exchange->errand_count < (size_t)exchange->config.window &&
           exchange_mailbox_take(&exchange->mailbox, &request)) {
        exchange_desk_request(exchange, &request);
    }
}

static void look_into_inbox(struct exchange *exchange)
{
    char events[4096];
    bool has_changed = false;
    while (exchange->watch >= 0 && read(exchange->watch, events, sizeof events) > 0) {
        has_changed = true;
    }
    if (has_changed || clock_monotonic() >= exchange->next_scan) {
        exchange_inbox_scan(exchange);
    }
}

/* What was dealt with goes after keep_days; what must be remembered of messages and payments long
 * after the last of them can come back. */
static void prune(struct exchange *exchange)
{
    static const enum spool_place memories[] = {SPOOL_SENT, SPOOL_WORDS, SPOOL_SEEN};
    instant_us now = clock_now();
    if (clock_monotonic() < exchange->next_prune) {
        return;
    }
    exchange->next_prune = clock_monotonic() + PRUNE_SECONDS * INSTANT_US_PER_SECOND;
    (void)spool_prune(&exchange->spool,
                      SPOOL_DONE,
                      now - exchange->config.keep_days * US_PER_DAY,
                      PRUNE_COUNT_MAX);
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        (void)spool_prune(&exchange->spool,
                          memories[i],
                          now - (MEMORY_DAYS + exchange->config.keep_days) * US_PER_DAY,
                          PRUNE_COUNT_MAX);
    }
}

static void wait(struct exchange *exchange, instant_us deadline)
{
    const int descriptors[2] = {exchange->mailbox.wake, exchange->watch};
    instant_us until = exchange->next_scan;
    if (deadline != INSTANT_NONE && deadline < until) {
        until = deadline;
    }
    exchange_courier_wait(exchange->courier, descriptors, until - clock_monotonic());
}

static void *run(void *context)
{
    struct exchange *exchange = context;
    exchange->events.changed(exchange->events.context, ADAPTER_UP, "");
    while (!exchange_mailbox_is_leaving(&exchange->mailbox)) {
        take_letters(exchange);
        exchange_courier_run(exchange->courier);
        look_into_inbox(exchange);
        prune(exchange);
        instant_us deadline = exchange_desk_expire(exchange, clock_monotonic());
        exchange_desk_publish(exchange);
        wait(exchange, deadline);
    }
    exchange_desk_leave(exchange);
    exchange->report.state = ADAPTER_DOWN;
    snprintf(exchange->report.reason, sizeof exchange->report.reason, "closed");
    exchange_desk_publish(exchange);
    exchange->events.changed(exchange->events.context, ADAPTER_DOWN, "closed");
    return NULL;
}

static void on_posted(void *context, const struct exchange_posted *posted)
{
    exchange_desk_posted(context, posted);
}

/* --- the door --- */

static struct exchange *of(struct adapter *adapter)
{
    return (struct exchange *)(void *)adapter;
}

static enum status request(struct adapter *adapter, const struct adapter_request *request)
{
    return exchange_mailbox_post(&of(adapter)->mailbox, request);
}

static void reply(struct adapter *adapter, struct adapter_ticket ticket, enum adapter_reply reply)
{
    exchange_mailbox_post_reply(&of(adapter)->mailbox, ticket, reply);
}

static void read_report(struct adapter *adapter, struct adapter_report *report_out)
{
    exchange_mailbox_read_report(&of(adapter)->mailbox, report_out);
}

static void release(struct exchange *exchange)
{
    if (exchange->watch >= 0) {
        close(exchange->watch);
    }
    exchange_courier_destroy(exchange->courier);
    exchange_mailbox_destroy(&exchange->mailbox);
    arena_destroy(&exchange->reading_arena);
    arena_destroy(&exchange->telling_arena);
    free(exchange->errands);
    free(exchange->names);
    free(exchange);
}

static void destroy(struct adapter *adapter)
{
    struct exchange *exchange = of(adapter);
    exchange_mailbox_post_leave(&exchange->mailbox);
    pthread_join(exchange->thread, NULL);
    release(exchange);
}

static enum status take_document(struct adapter *adapter, struct bytes document)
{
    return spool_take(&of(adapter)->spool, document);
}

static const struct adapter_functions functions = {
    .request = request,
    .reply = reply,
    .read_report = read_report,
    .take_document = take_document,
    .destroy = destroy,
};

static int watch_inbox(const struct spool *spool)
{
    char path[SPOOL_PATH_SIZE];
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    spool_path(spool, SPOOL_INBOX, "", path);
    if (watch >= 0 && inotify_add_watch(watch, path, IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
        close(watch);
        return -1;
    }
    return watch;
}

static bool prepare(struct exchange *exchange)
{
    size_t window = (size_t)exchange->config.window;
    if (!exchange_mailbox_create(&exchange->mailbox, (size_t)exchange->config.queue)) {
        return false;
    }
    exchange->courier = exchange_courier_create(&exchange->config, on_posted, exchange);
    if (exchange->courier == NULL) {
        exchange_mailbox_destroy(&exchange->mailbox);
        return false;
    }
    exchange->watch = watch_inbox(&exchange->spool);
    exchange->errands = calloc(window, sizeof exchange->errands[0]);
    exchange->names = calloc(EXCHANGE_LIST_COUNT_MAX, SPOOL_NAME_SIZE);
    if (exchange->errands == NULL || exchange->names == NULL) {
        abort();
    }
    arena_create(&exchange->reading_arena, ARENA_SIZE);
    arena_create(&exchange->telling_arena, ARENA_SIZE);
    return true;
}

/* Signals are the main thread's. */
static bool start(struct exchange *exchange)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&exchange->thread, NULL, run, exchange);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

struct adapter *exchange_create(const char *file,
                                const struct adapter_events *events,
                                char *message_out,
                                size_t message_size)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        abort();
    }
    exchange->adapter.functions = &functions;
    exchange->events = *events;
    exchange->report.state = ADAPTER_UP;
    if (!exchange_config_load(file, &exchange->config, message_out, message_size) ||
        !spool_open(&exchange->spool, exchange->config.directory, message_out, message_size)) {
        free(exchange);
        return NULL;
    }
    if (!prepare(exchange)) {
        snprintf(message_out, message_size, "%s: no descriptor is left", file);
        free(exchange);
        return NULL;
    }
    if (!start(exchange)) {
        snprintf(message_out, message_size, "%s: no thread is left", file);
        release(exchange);
        return NULL;
    }
    return &exchange->adapter;
}
