#include "gateway/banks/orders.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"

#define NONE UINT32_MAX

static uint64_t id_hash(const char *payment_id)
{
    return hash_bytes(payment_id, strlen(payment_id));
}

void orders_create(struct orders *orders, size_t count_max)
{
    *orders = (struct orders){
        .slots = calloc(count_max, sizeof *orders->slots),
        .due_us = calloc(count_max, sizeof *orders->due_us),
        .next_due_us = ORDERS_NEVER_US,
        .count_max = count_max,
        .free_head = NONE,
    };
    assert(orders->slots != NULL && orders->due_us != NULL);
    map_create(&orders->map, 1024);
}

void orders_destroy(struct orders *orders)
{
    map_destroy(&orders->map);
    free(orders->slots);
    free(orders->due_us);
}

static uint32_t index_of(const struct orders *orders, const struct order *order)
{
    return (uint32_t)(order - orders->slots);
}

struct order *orders_find(const struct orders *orders, const char *payment_id)
{
    size_t cursor;
    uint64_t hash = id_hash(payment_id);
    for (uint32_t i = map_first(&orders->map, hash, &cursor); i != MAP_NONE;
         i = map_next(&orders->map, hash, &cursor)) {
        if (strcmp(orders->slots[i].payment.id, payment_id) == 0) {
            return &orders->slots[i];
        }
    }
    return NULL;
}

struct order *orders_add(struct orders *orders, struct bank *bank, const struct payment *payment)
{
    uint32_t index = orders->free_head;
    if (index != NONE) {
        orders->free_head = orders->slots[index].next;
    } else if (orders->used_count < orders->count_max) {
        index = (uint32_t)orders->used_count++;
    } else {
        return NULL;
    }
    struct order *order = &orders->slots[index];
    *order = (struct order){.payment = *payment, .bank = bank, .phase = ORDER_RESTING};
    orders->due_us[index] = ORDERS_NEVER_US;
    orders->count++;
    map_put(&orders->map, id_hash(payment->id), index);
    return order;
}

void orders_remove(struct orders *orders, struct order *order)
{
    assert(order->phase != ORDER_FREE && order->phase != ORDER_WAITING);
    uint32_t index = index_of(orders, order);
    map_remove(&orders->map, id_hash(order->payment.id), index);
    *order = (struct order){.phase = ORDER_FREE, .next = orders->free_head};
    orders->due_us[index] = ORDERS_NEVER_US;
    orders->free_head = index;
    orders->count--;
}

void orders_rest(struct orders *orders, struct order *order, int64_t due_us)
{
    assert(order->phase != ORDER_FREE && order->phase != ORDER_WAITING);
    order->phase = ORDER_RESTING;
    orders->due_us[index_of(orders, order)] = due_us;
    if (due_us < orders->next_due_us) {
        orders->next_due_us = due_us;
    }
}

void orders_set_phase(struct orders *orders, struct order *order, enum order_phase phase)
{
    assert(order->phase != ORDER_FREE && order->phase != ORDER_WAITING);
    orders->due_us[index_of(orders, order)] = ORDERS_NEVER_US;
    order->phase = phase;
}

/* The times lie side by side: looking through all of them is cheaper than keeping them sorted. */
void orders_each_due(struct orders *orders,
                     int64_t now_us,
                     void (*each)(void *context, struct order *order),
                     void *context)
{
    if (orders->next_due_us > now_us) {
        return;
    }
    orders->next_due_us = ORDERS_NEVER_US; /* `each` may set it anew */
    for (size_t i = 0; i < orders->used_count; i++) {
        if (orders->due_us[i] <= now_us) {
            orders->due_us[i] = ORDERS_NEVER_US;
            each(context, &orders->slots[i]);
        }
        if (orders->due_us[i] < orders->next_due_us) {
            orders->next_due_us = orders->due_us[i];
        }
    }
}

void orders_wake(struct orders *orders,
                 const struct bank *bank,
                 enum payment_state state,
                 int64_t due_us)
{
    for (size_t i = 0; i < orders->used_count; i++) {
        struct order *order = &orders->slots[i];
        if (order->phase == ORDER_RESTING && order->bank == bank &&
            order->payment.state == (int32_t)state) {
            orders_rest(orders, order, due_us);
        }
    }
}

void order_queue_append(struct orders *orders, struct order_queue *queue, struct order *order)
{
    orders_set_phase(orders, order, ORDER_WAITING);
    uint32_t index = index_of(orders, order);
    order->next = NONE;
    if (queue->count == 0) {
        queue->head = index;
    } else {
        orders->slots[queue->tail].next = index;
    }
    queue->tail = index;
    queue->count++;
}

struct order *order_queue_take(struct orders *orders, struct order_queue *queue)
{
    if (queue->count == 0) {
        return NULL;
    }
    struct order *order = &orders->slots[queue->head];
    queue->head = order->next;
    queue->count--;
    order->phase = ORDER_RESTING;
    return order;
}
