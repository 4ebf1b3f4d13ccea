#pragma once
/*
 * The table of open payments: bounded, found by id, with a time each at which something is due.
 *
 *   approved   WAITING ──payment.send──> SENDING ──> ASKING (PAY)
 *   sent       ASKING ──answered──> TELLING (payment.answer)
 *   in doubt   RESTING ──due──> ASKING (INQUIRE, REVERSE) ──> TELLING or RESTING
 *              RESTING ──due──> TELLING (payment.reverse)
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "gateway/business/bank/payment.h"
#include "ledger/base/map.h"

struct bank;

enum order_phase {
    ORDER_FREE,
    ORDER_WAITING, /* in the bank's queue, to be sent */
    ORDER_SENDING, /* payment.send is with the engine */
    ORDER_ASKING,  /* the adapter has a request about it; `act` says which */
    ORDER_TELLING, /* a command about it is with the engine */
    ORDER_RESTING, /* until it is due */
};

struct order {
    struct payment payment;
    struct bank *bank;
    enum order_phase phase;
    enum adapter_act act;
    int64_t attempt_count; /* requests made: of inquiry, then of reversal */
    int64_t silence_count; /* inquiries without an answer, in a row */
    int64_t delay_us;      /* before the next */
    int64_t sent_trace;    /* payment.send is durable with this trace, the news of it is awaited */
    uint64_t seen_scan;    /* the last reading of the store that met it */
    uint32_t next;         /* in the bank's queue, or in the list of free ones */
};

/* Oldest first. */
struct order_queue {
    uint32_t head;
    uint32_t tail;
    size_t count;
};

struct orders {
    struct order *slots;
    int64_t *due_us; /* of those that rest */
    int64_t next_due_us;
    size_t count_max;
    size_t used_count; /* slots ever used: nothing lies beyond */
    size_t count;
    uint32_t free_head;
    struct map map;
};

#define ORDERS_NEVER_US INT64_MAX

void orders_create(struct orders *orders, size_t count_max);
void orders_destroy(struct orders *orders);
/* NULL: not there. */
struct order *orders_find(const struct orders *orders, const char *payment_id);
/* NULL: full. It rests, never due. */
struct order *orders_add(struct orders *orders, struct bank *bank, const struct payment *payment);
/* It must not be queued. */
void orders_remove(struct orders *orders, struct order *order);
/* From any phase but WAITING. */
void orders_rest(struct orders *orders, struct order *order, int64_t due_us);
/* From any phase but WAITING; not RESTING, nor WAITING. */
void orders_set_phase(struct orders *orders, struct order *order, enum order_phase phase);
/* Calls `each` for every one that is due; it rests on, never due, unless `each` does something. */
void orders_each_due(struct orders *orders,
                     int64_t now_us,
                     void (*each)(void *context, struct order *order),
                     void *context);

/* Those of a bank in this state that rest become due. */
void orders_wake(struct orders *orders,
                 const struct bank *bank,
                 enum payment_state state,
                 int64_t due_us);

void order_queue_append(struct orders *orders, struct order_queue *queue, struct order *order);
/* The first, RESTING and never due; NULL: empty. */
struct order *order_queue_take(struct orders *orders, struct order_queue *queue);
