#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "gateway/server/connection.h"
#include "gateway/server/server_state.h"
#include "ledger/base/log.h"

enum {
    SWEEP_PERIOD_US = 100 * 1000,
    LOG_LINES_PER_SECOND = 20
};

struct arrival {
    struct io_thread *thread;
    int socket;
};

/* On the thread it goes to. */
static void on_arrival(void *argument)
{
    struct arrival *arrival = argument;
    struct io_thread *thread = arrival->thread;
    if (thread->is_draining) {
        atomic_fetch_sub(&thread->connection_count, 1);
        atomic_fetch_sub(&thread->server->connection_count, 1);
        close(arrival->socket);
    } else {
        connection_create(thread, arrival->socket);
    }
    free(arrival);
}

/* To the thread with the fewest connections: where one has more than another, its clients wait
 * longer for their answers. */
static void hand_out(struct io_thread *acceptor, int socket)
{
    struct server *server = acceptor->server;
    struct io_thread *thread = acceptor;
    for (size_t i = 0; i < server->config.thread_count; i++) {
        struct io_thread *other = &server->threads[i];
        if (atomic_load(&other->connection_count) < atomic_load(&thread->connection_count)) {
            thread = other;
        }
    }
    atomic_fetch_add(&thread->connection_count, 1);
    if (thread == acceptor) {
        connection_create(thread, socket);
        return;
    }
    struct arrival *arrival = malloc(sizeof *arrival);
    if (arrival == NULL) {
        abort();
    }
    *arrival = (struct arrival){.thread = thread, .socket = socket};
    thread_post(thread, on_arrival, arrival);
}

static void on_accept(evutil_socket_t listener, short what, void *context)
{
    (void)what;
    struct io_thread *thread = context;
    struct server *server = thread->server;
    /* One at a time: the listener stays readable, so that the other threads get their share. */
    int socket = accept(listener, NULL, NULL);
    if (socket < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            event_del(&thread->accept_event); /* until the next sweep */
            thread->is_accepting = false;
        }
        return;
    }
    size_t count = atomic_fetch_add(&server->connection_count, 1);
    if (count >= server->config.connection_count_max ||
        evutil_make_socket_nonblocking(socket) != 0 ||
        evutil_make_socket_closeonexec(socket) != 0) {
        atomic_fetch_sub(&server->connection_count, 1);
        metric_add(server->counted.refused, 1);
        close(socket);
        return;
    }
    hand_out(thread, socket);
}

static struct post *take_posts(struct io_thread *thread)
{
    pthread_mutex_lock(&thread->post_mutex);
    struct post *first = thread->post_first;
    thread->post_first = NULL;
    thread->post_last = NULL;
    pthread_mutex_unlock(&thread->post_mutex);
    return first;
}

void thread_run_posts(struct io_thread *thread)
{
    struct post *post = take_posts(thread);
    while (post != NULL) {
        struct post *next = post->next;
        post->callback(post->argument);
        free(post);
        post = next;
    }
}

static void on_post(evutil_socket_t signal, short what, void *context)
{
    (void)what;
    uint64_t count = 0;
    ssize_t size = read(signal, &count, sizeof count);
    (void)size; /* woken for nothing: the queue is simply empty */
    thread_run_posts(context);
    thread_reap(context);
}

void thread_post(struct io_thread *thread, void (*callback)(void *), void *argument)
{
    struct post *post = malloc(sizeof *post);
    if (post == NULL) {
        abort();
    }
    *post = (struct post){.callback = callback, .argument = argument};
    pthread_mutex_lock(&thread->post_mutex);
    bool was_empty = thread->post_first == NULL;
    if (was_empty) {
        thread->post_first = post;
    } else {
        thread->post_last->next = post;
    }
    thread->post_last = post;
    pthread_mutex_unlock(&thread->post_mutex);
    if (was_empty) {
        uint64_t one = 1;
        ssize_t size = write(thread->post_signal, &one, sizeof one);
        assert(size == sizeof one);
    }
}

static void sweep_log(struct io_thread *thread, instant_us now_us)
{
    if (now_us < thread->log_refill_us) {
        return;
    }
    if (thread->log_budget < 0) {
        LOG(LOG_INFO, "log_suppressed", LOG_NUMBER("lines", -thread->log_budget));
    }
    thread->log_budget = LOG_LINES_PER_SECOND;
    thread->log_refill_us = now_us + INSTANT_US_PER_SECOND;
}

bool thread_may_log(struct io_thread *thread)
{
    thread->log_budget--;
    return thread->log_budget >= 0;
}

static void on_sweep(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    struct io_thread *thread = context;
    instant_us now_us = clock_monotonic();
    instant_us clock = clock_now();
    bool is_over = thread->is_draining && now_us >= thread->drain_deadline_us;
    struct connection *next = NULL;
    for (struct connection *each = thread->connections; each != NULL; each = next) {
        next = each->next;
        if (is_over) {
            connection_close(each);
        } else {
            connection_check_deadline(each, now_us, clock);
        }
    }
    if (!thread->is_accepting && !thread->is_draining) {
        event_add(&thread->accept_event, NULL);
        thread->is_accepting = true;
    }
    sweep_log(thread, now_us);
    thread_reap(thread);
}

void thread_reap(struct io_thread *thread)
{
    while (thread->dead != NULL) {
        struct connection *connection = thread->dead;
        thread->dead = connection->next;
        connection_free(connection);
    }
    if (thread->is_draining && thread->connections == NULL) {
        event_base_loopbreak(thread->base);
    }
}

const char *thread_date(struct io_thread *thread)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t second = (time_t)(clock_now() / INSTANT_US_PER_SECOND);
    if (second != thread->date_second) {
        struct tm parts;
        gmtime_r(&second, &parts);
        char text[64];
        snprintf(text,
                 sizeof text,
                 "%s, %02d %s %04d %02d:%02d:%02d GMT",
                 days[parts.tm_wday],
                 parts.tm_mday,
                 months[parts.tm_mon],
                 parts.tm_year + 1900,
                 parts.tm_hour,
                 parts.tm_min,
                 parts.tm_sec);
        memcpy(thread->date, text, sizeof thread->date - 1);
        thread->date_second = second;
    }
    return thread->date;
}

static void create_base(struct io_thread *thread)
{
    struct event_config *config = event_config_new();
    if (config == NULL) {
        abort();
    }
    /* A base is touched by its own thread only. */
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    thread->base = event_base_new_with_config(config);
    event_config_free(config);
    if (thread->base == NULL) {
        abort();
    }
}

void thread_create(struct io_thread *thread, struct server *server, size_t index, struct tls *tls)
{
    thread->server = server;
    thread->index = index;
    thread->tls = tls;
    thread->log_budget = LOG_LINES_PER_SECOND;
    thread->is_accepting = true;
    pthread_mutex_init(&thread->post_mutex, NULL);
    thread->post_signal = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(thread->post_signal >= 0);
    create_base(thread);
    event_assign(&thread->accept_event,
                 thread->base,
                 server->listen_socket,
                 EV_READ | EV_PERSIST,
                 on_accept,
                 thread);
    event_assign(&thread->post_event,
                 thread->base,
                 thread->post_signal,
                 EV_READ | EV_PERSIST,
                 on_post,
                 thread);
    event_assign(&thread->sweep_event, thread->base, -1, EV_PERSIST, on_sweep, thread);
    struct timeval period = {.tv_usec = SWEEP_PERIOD_US};
    event_add(&thread->accept_event, NULL);
    event_add(&thread->post_event, NULL);
    event_add(&thread->sweep_event, &period);
}

static void *run(void *context)
{
    struct io_thread *thread = context;
    event_base_dispatch(thread->base);
    return NULL;
}

bool thread_start(struct io_thread *thread)
{
    /* Signals are the main thread's; a write to a closed socket must not raise SIGPIPE. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread->id, NULL, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

void thread_destroy(struct io_thread *thread)
{
    assert(thread->connections == NULL && thread->dead == NULL);
    event_del(&thread->accept_event);
    event_del(&thread->post_event);
    event_del(&thread->sweep_event);
    event_base_free(thread->base);
    request_pool_destroy(thread);
    tls_release(thread->tls);
    close(thread->post_signal);
    pthread_mutex_destroy(&thread->post_mutex);
}
