#pragma once
/*
 * A closed-loop load generator: every connection (mutual TLS 1.3, keep-alive) sends a request,
 * waits for the whole answer, notes how long it took, and sends the next.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"

enum {
    LOAD_STATUS_MAX = 600,
    LOAD_REQUEST_SIZE_MAX = 1024 * 1024
};

struct load_config {
    const char *host; /* a numeric address; the certificate is checked against the CA only */
    uint16_t port;
    const char *ca_file;
    const char *certificate_file;
    const char *key_file;
    size_t connection_count;
    size_t thread_count;    /* each takes its share of the connections */
    uint64_t request_count; /* in all; 0: as many as duration_us allows */
    instant_us duration_us;
    /* The whole request number `index`: request line, headers (Host among them), body. Called from
     * several threads, once for each index. */
    void (*make_request)(void *context, uint64_t index, struct writer *out);
    /* Told of every answer, from several threads; or NULL. */
    void (*on_answer)(void *context, uint64_t index, int status, struct bytes body);
    void *context;
};

struct load_result {
    uint64_t request_count; /* answered */
    uint64_t broken_count;  /* connections that ended before their answer */
    instant_us duration_us; /* from the first request to the last answer */
    instant_us p50_us;      /* within 3 % above */
    instant_us p90_us;
    instant_us p99_us;
    instant_us max_us;
    uint64_t status_counts[LOAD_STATUS_MAX];
};

/* False with a one-line reason when not every connection could be opened. */
MUST_CHECK bool load_run(const struct load_config *config,
                         struct load_result *result_out,
                         char *message_out,
                         size_t size);

/* "POST <path> HTTP/1.1", Host, Idempotency-Key unless NULL, Content-Type, Content-Length, body. */
void load_write_post(struct writer *out,
                     const char *path,
                     const char *idempotency_key,
                     const char *content_type,
                     struct bytes body);
void load_write_get(struct writer *out, const char *path);
