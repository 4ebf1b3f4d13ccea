#pragma once
/*
 * What other threads hand to the thread of an exchange: requests, replies, the wish to end.
 * Bounded; `wake` becomes readable when something waits.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"

enum {
    EXCHANGE_REPLY_COUNT_MAX = 1024, /* far more than advices are told at a time */
};

struct exchange_reply {
    struct adapter_ticket ticket;
    enum adapter_reply reply;
};

struct exchange_mailbox {
    pthread_mutex_t mutex;
    int wake; /* eventfd */
    struct adapter_request *requests;
    size_t request_capacity;
    size_t request_first;
    size_t request_count;
    struct exchange_reply replies[EXCHANGE_REPLY_COUNT_MAX];
    size_t reply_first;
    size_t reply_count;
    struct adapter_report report;
    bool is_leaving;
};

/* False: no descriptor. */
MUST_CHECK bool exchange_mailbox_create(struct exchange_mailbox *mailbox, size_t request_capacity);
void exchange_mailbox_destroy(struct exchange_mailbox *mailbox);

/* LIMIT: full. AGAIN: not up. */
MUST_CHECK enum status exchange_mailbox_post(struct exchange_mailbox *mailbox,
                                             const struct adapter_request *request);
/* Passed over when there is no room. */
void exchange_mailbox_post_reply(struct exchange_mailbox *mailbox,
                                 struct adapter_ticket ticket,
                                 enum adapter_reply reply);
/* Nothing is taken from now on. */
void exchange_mailbox_post_leave(struct exchange_mailbox *mailbox);
void exchange_mailbox_read_report(struct exchange_mailbox *mailbox,
                                  struct adapter_report *report_out);

/* By the exchange's thread. */
MUST_CHECK bool exchange_mailbox_take(struct exchange_mailbox *mailbox,
                                      struct adapter_request *request_out);
MUST_CHECK bool exchange_mailbox_take_reply(struct exchange_mailbox *mailbox,
                                            struct exchange_reply *reply_out);
bool exchange_mailbox_is_leaving(struct exchange_mailbox *mailbox);
/* Unreadable again until the next post. */
void exchange_mailbox_hush(struct exchange_mailbox *mailbox);
void exchange_mailbox_publish(struct exchange_mailbox *mailbox,
                              const struct adapter_report *report);
