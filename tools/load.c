#include "tools/load.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tools/load_link.h"

enum {
    EVENT_COUNT = 256,
    WAIT_MS = 100,
    /* 32 buckets to a doubling, from 1 µs on. */
    BUCKETS_PER_DOUBLING = 32,
    BUCKET_COUNT = 36 * BUCKETS_PER_DOUBLING
};

struct load {
    const struct load_config *config;
    SSL_CTX *tls;
    atomic_uint_fast64_t next_index;
    _Atomic instant_us end_us;
};

struct worker {
    struct load *load;
    pthread_t id;
    int poll;
    size_t link_count;
    struct load_link *links;
    size_t busy_count;
    uint64_t broken_count;
    uint64_t status_counts[LOAD_STATUS_MAX];
    uint64_t buckets[BUCKET_COUNT];
    instant_us max_us;
    char message[160];
};

static size_t bucket_of(instant_us duration_us)
{
    uint64_t value = (uint64_t)(duration_us < 1 ? 1 : duration_us);
    if (value < BUCKETS_PER_DOUBLING) {
        return (size_t)value;
    }
    unsigned shift = 58U - (unsigned)__builtin_clzll(value);
    size_t bucket = (size_t)shift * BUCKETS_PER_DOUBLING + (size_t)(value >> shift);
    return bucket < BUCKET_COUNT ? bucket : BUCKET_COUNT - 1;
}

/* The largest duration that falls into the bucket. */
static instant_us bucket_limit_us(size_t bucket)
{
    if (bucket < (size_t)2 * BUCKETS_PER_DOUBLING) {
        return (instant_us)bucket;
    }
    size_t shift = bucket / BUCKETS_PER_DOUBLING - 1;
    uint64_t mantissa = bucket % BUCKETS_PER_DOUBLING + BUCKETS_PER_DOUBLING;
    return (instant_us)(((mantissa + 1) << shift) - 1);
}

static SSL_CTX *create_tls(const struct load_config *config)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (tls == NULL) {
        abort();
    }
    SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_AUTO_RETRY);
    if (SSL_CTX_load_verify_file(tls, config->ca_file) != 1 ||
        SSL_CTX_use_certificate_chain_file(tls, config->certificate_file) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, config->key_file, SSL_FILETYPE_PEM) != 1) {
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}

static void watch(struct worker *worker, struct load_link *link, uint32_t events, int operation)
{
    struct epoll_event event = {.events = events, .data.ptr = link};
    if (epoll_ctl(worker->poll, operation, link->socket, &event) != 0) {
        abort();
    }
}

static void follow(struct worker *worker, struct load_link *link, enum load_progress progress);

/* Sends the next request, or lets the connection rest when all are under way. */
static void send_next(struct worker *worker, struct load_link *link)
{
    struct load *load = worker->load;
    const struct load_config *config = load->config;
    link->index = atomic_fetch_add(&load->next_index, 1);
    bool is_over = config->request_count > 0 ? link->index >= config->request_count
                                             : clock_monotonic() >= load->end_us;
    if (is_over) {
        worker->busy_count--;
        return;
    }
    struct writer out = writer_over(link->request, LOAD_REQUEST_SIZE_MAX);
    config->make_request(config->context, link->index, &out);
    assert(!out.has_failed);
    link->request_size = out.size;
    follow(worker, link, load_link_send(link));
}

static void take_answer(struct worker *worker, struct load_link *link)
{
    const struct load_config *config = worker->load->config;
    instant_us duration_us = clock_monotonic() - link->sent_us;
    worker->buckets[bucket_of(duration_us)]++;
    worker->max_us = duration_us > worker->max_us ? duration_us : worker->max_us;
    worker->status_counts[link->status]++;
    if (config->on_answer != NULL) {
        struct bytes body = {.data = link->answer + link->head_size, .size = link->body_size};
        config->on_answer(config->context, link->index, link->status, body);
    }
}

static void follow(struct worker *worker, struct load_link *link, enum load_progress progress)
{
    switch (progress) {
    case LOAD_WAITS_INPUT:
        break;
    case LOAD_WAITS_OUTPUT:
        watch(worker, link, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
        break;
    case LOAD_ANSWERED:
        take_answer(worker, link);
        send_next(worker, link);
        break;
    case LOAD_BROKEN:
        worker->broken_count++;
        worker->busy_count--;
        load_link_close(link); /* leaves the poll with its socket */
        break;
    }
}

static void on_event(struct worker *worker, const struct epoll_event *event)
{
    struct load_link *link = event->data.ptr;
    if ((event->events & EPOLLOUT) != 0) {
        watch(worker, link, EPOLLIN, EPOLL_CTL_MOD);
    }
    follow(worker, link, load_link_advance(link));
}

static void *run(void *argument)
{
    struct worker *worker = argument;
    struct epoll_event events[EVENT_COUNT];
    worker->busy_count = worker->link_count;
    for (size_t i = 0; i < worker->link_count; i++) {
        watch(worker, &worker->links[i], EPOLLIN, EPOLL_CTL_ADD);
        send_next(worker, &worker->links[i]);
    }
    while (worker->busy_count > 0) {
        int count = epoll_wait(worker->poll, events, EVENT_COUNT, WAIT_MS);
        for (int i = 0; i < count; i++) {
            on_event(worker, &events[i]);
        }
    }
    return NULL;
}

static void *open_links(void *argument)
{
    struct worker *worker = argument;
    for (size_t i = 0; i < worker->link_count; i++) {
        const char *reason =
            load_link_open(&worker->links[i], worker->load->config, worker->load->tls);
        if (reason != NULL) {
            snprintf(worker->message, sizeof worker->message, "connection %zu: %s", i, reason);
            return NULL;
        }
    }
    return NULL;
}

static void in_parallel(struct worker *workers, size_t count, void *(*job)(void *))
{
    for (size_t i = 0; i < count; i++) {
        if (pthread_create(&workers[i].id, NULL, job, &workers[i]) != 0) {
            abort();
        }
    }
    for (size_t i = 0; i < count; i++) {
        pthread_join(workers[i].id, NULL);
    }
}

static struct worker *create_workers(struct load *load)
{
    const struct load_config *config = load->config;
    struct worker *workers = calloc(config->thread_count, sizeof *workers);
    if (workers == NULL) {
        abort();
    }
    for (size_t i = 0; i < config->thread_count; i++) {
        struct worker *worker = &workers[i];
        worker->load = load;
        worker->poll = epoll_create1(EPOLL_CLOEXEC);
        worker->link_count = config->connection_count / config->thread_count +
                             (i < config->connection_count % config->thread_count ? 1 : 0);
        assert(worker->link_count > 0);
        worker->links = calloc(worker->link_count, sizeof *worker->links);
        if (worker->links == NULL || worker->poll < 0) {
            abort();
        }
        for (size_t n = 0; n < worker->link_count; n++) {
            worker->links[n].socket = -1;
        }
    }
    return workers;
}

static void destroy_workers(struct worker *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < workers[i].link_count; n++) {
            load_link_close(&workers[i].links[n]);
        }
        free(workers[i].links);
        close(workers[i].poll);
    }
    free(workers);
}

static instant_us percentile_us(const uint64_t *buckets, uint64_t total, uint64_t percent)
{
    uint64_t wanted = (total * percent + 99) / 100;
    uint64_t seen = 0;
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        seen += buckets[i];
        if (seen >= wanted && seen > 0) {
            return bucket_limit_us(i);
        }
    }
    return 0;
}

static void sum_up(const struct worker *workers, size_t count, struct load_result *out)
{
    static const struct {
        uint64_t percent;
        size_t offset;
    } wanted[] = {
        {50, offsetof(struct load_result, p50_us)},
        {90, offsetof(struct load_result, p90_us)},
        {99, offsetof(struct load_result, p99_us)},
    };
    uint64_t buckets[BUCKET_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < BUCKET_COUNT; n++) {
            buckets[n] += workers[i].buckets[n];
            out->request_count += workers[i].buckets[n];
        }
        for (size_t n = 0; n < LOAD_STATUS_MAX; n++) {
            out->status_counts[n] += workers[i].status_counts[n];
        }
        out->broken_count += workers[i].broken_count;
        out->max_us = workers[i].max_us > out->max_us ? workers[i].max_us : out->max_us;
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        instant_us value_us = percentile_us(buckets, out->request_count, wanted[i].percent);
        memcpy((char *)out + wanted[i].offset, &value_us, sizeof value_us);
    }
}

bool load_run(const struct load_config *config,
              struct load_result *result_out,
              char *message_out,
              size_t size)
{
    assert(config->thread_count > 0 && config->connection_count >= config->thread_count);
    *result_out = (struct load_result){0};
    struct load load = {.config = config, .tls = create_tls(config)};
    if (load.tls == NULL) {
        snprintf(message_out, size, "certificate, key or CA not usable");
        return false;
    }
    sigset_t pipe;
    sigset_t before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE); /* a gateway that hangs up is a result, not the end of us */
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    struct worker *workers = create_workers(&load);
    in_parallel(workers, config->thread_count, open_links);
    const char *reason = "";
    for (size_t i = 0; i < config->thread_count; i++) {
        reason = workers[i].message[0] == '\0' ? reason : workers[i].message;
    }
    snprintf(message_out, size, "%s", reason);
    bool is_open = reason[0] == '\0';
    if (is_open) {
        instant_us start_us = clock_monotonic();
        load.end_us = start_us + config->duration_us;
        in_parallel(workers, config->thread_count, run);
        result_out->duration_us = clock_monotonic() - start_us;
        sum_up(workers, config->thread_count, result_out);
    }
    destroy_workers(workers, config->thread_count);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    SSL_CTX_free(load.tls);
    return is_open;
}

void load_write_post(struct writer *out,
                     const char *path,
                     const char *idempotency_key,
                     const char *content_type,
                     struct bytes body)
{
    char length[32];
    write_text(out, "POST ");
    write_text(out, path);
    write_text(out, " HTTP/1.1\r\nHost: gateway\r\n");
    if (idempotency_key != NULL) {
        write_text(out, "Idempotency-Key: ");
        write_text(out, idempotency_key);
        write_text(out, "\r\n");
    }
    write_text(out, "Content-Type: ");
    write_text(out, content_type);
    snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n\r\n", body.size);
    write_text(out, length);
    write_bytes(out, body.data, body.size);
}

void load_write_get(struct writer *out, const char *path)
{
    write_text(out, "GET ");
    write_text(out, path);
    write_text(out, " HTTP/1.1\r\nHost: gateway\r\n\r\n");
}
