#pragma once
/*
 * Messages posted by HTTPS with mutual TLS 1.3, several at a time, each on a connection of its own
 * and once: libcurl would repeat a request whose kept connection died under it. Also where the
 * thread of an exchange waits.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/exchange/exchange_config.h"
#include "ledger/base/bytes.h"

enum exchange_post {
    EXCHANGE_POST_NOT_SENT, /* no byte of it left */
    EXCHANGE_POST_TAKEN,    /* 2xx */
    EXCHANGE_POST_UNKNOWN,  /* anything else: the bank may have it */
};

struct exchange_posted {
    uint64_t errand;
    enum exchange_post post;
    struct bytes body;
    const char *reason; /* "" when taken */
};

typedef void exchange_courier_done(void *context, const struct exchange_posted *posted);

struct exchange_courier;

/* NULL when libcurl cannot. `config` is kept. */
struct exchange_courier *exchange_courier_create(const struct exchange_config *config,
                                                 exchange_courier_done *done,
                                                 void *context);
/* What is under way is dropped, nobody is told. */
void exchange_courier_destroy(struct exchange_courier *courier);
void exchange_courier_post(struct exchange_courier *courier, uint64_t errand, struct bytes message);
/* Goes on with what is under way; calls `done`. */
void exchange_courier_run(struct exchange_courier *courier);
/* Until one of the two descriptors (-1: none) or a post can go on, or the time is over. */
void exchange_courier_wait(struct exchange_courier *courier,
                           const int descriptors[2],
                           int64_t timeout_us);
