#pragma once
/* What is to happen later: messages held back, payments to be decided or returned. By time. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    LATER_COUNT_MAX = 1 << 20
};

enum later_kind {
    LATER_FRAME,  /* `bytes` on `connection` */
    LATER_DECIDE, /* a pending payment is paid */
    LATER_RETURN, /* a paid payment comes back */
};

struct later_item {
    instant_us due; /* of clock_monotonic */
    uint64_t sequence;
    enum later_kind kind;
    int damage; /* enum line_damage */
    uint64_t connection;
    uint8_t *bytes; /* owned */
    size_t size;
    size_t payment; /* index in the books */
};

struct later {
    struct later_item *items; /* a heap, the earliest first */
    size_t count;
    size_t capacity;
    uint64_t sequence;
};

void later_destroy(struct later *later);
/* Takes the item's bytes. Full: the item is dropped, as what was held back may be. */
void later_add(struct later *later, struct later_item item);
/* INT64_MAX when there is nothing. */
instant_us later_due(const struct later *later);
/* The first item due at `now`; its bytes are the caller's. False when there is none. */
MUST_CHECK bool later_take(struct later *later, instant_us now, struct later_item *item_out);
