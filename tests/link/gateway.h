#pragma once
/* A gateway of a few lines that keeps what its link tells it; used from the test's thread. */
#include <pthread.h>

#include "adapters/link/link.h"

enum {
    GATEWAY_ANSWER_MAX = 4096,
};

struct gateway {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct adapter *link;
    enum adapter_state state;
    size_t up_count;
    size_t answer_count;
    size_t advice_count;
    size_t totals_count;
    size_t cut_over_count;
    struct adapter_answer answers[GATEWAY_ANSWER_MAX]; /* in order */
    struct adapter_advice advice;                      /* the last */
    struct day_totals totals;                          /* the last of the bank */
    date_days day;                                     /* the last cut-over's */
};

/* Advices are accepted, the bank's totals called equal. Fails the test when it cannot. */
struct gateway *gateway_create(const char *yaml);
/* Waits until `*value` is at least `least`; fails the test after 20 s. */
void gateway_await(struct gateway *gateway, const size_t *value, size_t least);
/* Asks again while the queue is full or the link is down for a moment. */
void gateway_ask(struct gateway *gateway, const struct adapter_request *request);
/* Ends the link; the gateway can still be read. */
void gateway_unlink(struct gateway *gateway);
void gateway_destroy(struct gateway *gateway);
