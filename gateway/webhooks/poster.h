#pragma once
/*
 * Posts to addresses of others, many at once on one thread: HTTPS alone, no redirect, no proxy, no
 * address the guard refuses, and bounds on time and on what is read of the answer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/webhooks/guard.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    POSTED_REASON_SIZE = 121,
    POST_HEADER_COUNT_MAX = 6,
};

struct poster;

struct poster_config {
    const char *ca_file; /* authorities beside the system's; "" = none */
    const struct guard *guard;
    int64_t connect_ms;
    int64_t whole_ms;
};

struct post {
    const char *url;
    const char *headers[POST_HEADER_COUNT_MAX]; /* "name: value"; NULL ends them */
    struct bytes body;
};

struct posted {
    int64_t status;         /* of a whole answer, or of one too long to read; 0: there was none */
    int64_t retry_after_us; /* what it asks for; 0: nothing */
    char reason[POSTED_REASON_SIZE]; /* printable, without addresses */
};

/* `owner` as given to poster_post. */
typedef void poster_done(void *context, void *owner, const struct posted *posted);

/* NULL: libcurl is not usable. `config` is copied, the guard is not. */
struct poster *poster_create(const struct poster_config *config, poster_done *done, void *context);
/* What is under way is dropped without a word. */
void poster_destroy(struct poster *poster);
/* Everything is copied; `done` is called from poster_run. */
void poster_post(struct poster *poster, void *owner, const struct post *post);
void poster_run(struct poster *poster);
/* Until something moves, or for so long. */
void poster_wait(struct poster *poster, int64_t timeout_ms);
/* From any thread: ends poster_wait. */
void poster_wake(struct poster *poster);
