#pragma once
/*
 * What other threads hand to the thread of a link: requests, replies, the wish to end. Bounded; the
 * descriptor becomes readable when something waits.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "ledger/base/date.h"

struct mailbox_request {
    struct adapter_request request;
    instant_us queued_at; /* monotonic */
};

struct mailbox_reply {
    struct adapter_ticket ticket;
    enum adapter_reply reply;
};

struct mailbox {
    pthread_mutex_t mutex;
    int wake; /* eventfd */
    struct mailbox_request *requests;
    size_t request_capacity;
    size_t request_first;
    size_t request_count;
    struct mailbox_reply *replies;
    size_t reply_capacity;
    size_t reply_first;
    size_t reply_count;
    struct adapter_report report;
    uint32_t is_leaving;
};

/* False: no descriptor. */
MUST_CHECK bool
mailbox_create(struct mailbox *mailbox, size_t request_capacity, size_t reply_capacity);
void mailbox_destroy(struct mailbox *mailbox);

/* LIMIT: full. AGAIN: not up. */
MUST_CHECK enum status mailbox_post(struct mailbox *mailbox, const struct adapter_request *request);
/* Passed over when there is no room: the bank asks again. */
void mailbox_post_reply(struct mailbox *mailbox,
                        struct adapter_ticket ticket,
                        enum adapter_reply reply);
/* Nothing is taken from now on. */
void mailbox_post_leave(struct mailbox *mailbox);
void mailbox_read_report(struct mailbox *mailbox, struct adapter_report *report_out);

/* By the link's thread. */
MUST_CHECK bool mailbox_take(struct mailbox *mailbox, struct mailbox_request *request_out);
MUST_CHECK bool mailbox_take_reply(struct mailbox *mailbox, struct mailbox_reply *reply_out);
bool mailbox_is_leaving(struct mailbox *mailbox);
/* Unreadable again until the next post. */
void mailbox_hush(struct mailbox *mailbox);
void mailbox_publish(struct mailbox *mailbox, const struct adapter_report *report);
