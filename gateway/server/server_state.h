#pragma once
/* What the files of this folder share: the server and its I/O threads. Not for other rooms. */
#include <event2/event.h>
#include <event2/event_struct.h>
#include <pthread.h>
#include <stdatomic.h>

#include "gateway/server/metrics.h"
#include "gateway/server/party_table.h"
#include "gateway/server/server.h"
#include "gateway/server/tls.h"

struct connection;

enum {
    STATUS_CLASS_COUNT = 5, /* 1xx … 5xx */
    SCRATCH_SIZE = 64 * 1024,
    HTTP_DATE_SIZE = 30,
};

struct route_metrics {
    struct metric *answers[STATUS_CLASS_COUNT];
    struct metric *seconds;
};

struct server_metrics {
    struct metric *accepted;
    struct metric *open;
    struct metric *refused; /* over a cap */
    struct metric *handshakes;
    struct metric *handshakes_failed;
    struct metric *deadlines_missed;
    struct metric *bytes_in;
    struct metric *bytes_out;
    struct route_metrics *routes; /* one for each route, then one for requests without */
};

struct server {
    struct server_config config;
    struct route *routes; /* the configured ones, then our own */
    size_t route_count;
    int listen_socket;
    uint16_t port;
    struct io_thread *threads;
    size_t thread_count; /* of those that run */
    struct party_table *parties;
    atomic_size_t connection_count;
    atomic_size_t large_buffer_bytes; /* bodies being received, all threads */
    atomic_bool is_draining;
    bool owns_metrics;
    struct metrics *metrics;
    struct server_metrics counted;
    pthread_mutex_t reload_mutex;
};

struct post {
    struct post *next;
    void (*callback)(void *);
    void *argument;
};

/* Everything here belongs to the thread itself, except the queue of posts. */
struct io_thread {
    struct server *server;
    size_t index;
    pthread_t id;
    struct event_base *base;
    struct event accept_event;
    struct event post_event;
    struct event sweep_event;
    bool is_accepting;
    bool is_draining;
    instant_us drain_deadline_us;
    struct tls *tls;
    uint64_t tls_generation;
    struct connection *connections;
    atomic_size_t connection_count; /* also those on their way to this thread */
    struct connection *dead;        /* freed when the callback returns */
    struct request *free_requests;
    size_t free_request_count;
    int log_budget;
    instant_us log_refill_us;
    instant_us date_second;
    char date[HTTP_DATE_SIZE]; /* of date_second, as RFC 9110 section 5.6.7 writes it */
    uint8_t scratch[SCRATCH_SIZE];

    int post_signal;
    pthread_mutex_t post_mutex;
    struct post *post_first;
    struct post *post_last;
};

/* thread.c */
void thread_create(struct io_thread *thread, struct server *server, size_t index, struct tls *tls);
MUST_CHECK bool thread_start(struct io_thread *thread);
void thread_post(struct io_thread *thread, void (*callback)(void *), void *argument);
/* Runs what was posted after the thread had ended. */
void thread_run_posts(struct io_thread *thread);
void thread_destroy(struct io_thread *thread);
/* Ends every callback of the event loop. */
void thread_reap(struct io_thread *thread);
/* Whether one more line about a misbehaving peer may be logged this second. */
bool thread_may_log(struct io_thread *thread);
const char *thread_date(struct io_thread *thread);

/* health.c */
enum {
    HEALTH_ROUTE_COUNT = 3
};
void health_routes(struct server *server, struct route routes_out[HEALTH_ROUTE_COUNT]);

/* server_metrics.c */
void server_metrics_create(struct server *server);
