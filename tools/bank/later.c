#include "tools/bank/later.h"

#include <stdio.h>
#include <stdlib.h>

void later_destroy(struct later *later)
{
    for (size_t i = 0; i < later->count; i++) {
        free(later->items[i].bytes);
    }
    free(later->items);
    *later = (struct later){0};
}

static bool is_before(const struct later_item *a, const struct later_item *b)
{
    return a->due != b->due ? a->due < b->due : a->sequence < b->sequence;
}

static void swap(struct later_item *a, struct later_item *b)
{
    struct later_item kept = *a;
    *a = *b;
    *b = kept;
}

static bool reserve(struct later *later)
{
    if (later->count < later->capacity) {
        return true;
    }
    size_t capacity = later->capacity == 0 ? 256 : later->capacity * 2;
    struct later_item *more =
        capacity > LATER_COUNT_MAX ? NULL : realloc(later->items, capacity * sizeof *more);
    if (more == NULL) {
        return false;
    }
    later->items = more;
    later->capacity = capacity;
    return true;
}

void later_add(struct later *later, struct later_item item)
{
    if (!reserve(later)) {
        free(item.bytes);
        return;
    }
    item.sequence = later->sequence++;
    size_t at = later->count++;
    later->items[at] = item;
    for (; at > 0 && is_before(&later->items[at], &later->items[(at - 1) / 2]); at = (at - 1) / 2) {
        swap(&later->items[at], &later->items[(at - 1) / 2]);
    }
}

instant_us later_due(const struct later *later)
{
    return later->count == 0 ? INT64_MAX : later->items[0].due;
}

bool later_take(struct later *later, instant_us now, struct later_item *item_out)
{
    if (later_due(later) > now || later->count == 0) {
        return false;
    }
    *item_out = later->items[0];
    later->items[0] = later->items[--later->count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < later->count && is_before(&later->items[child], &later->items[least])) {
                least = child;
            }
        }
        if (least == at) {
            return true;
        }
        swap(&later->items[at], &later->items[least]);
        at = least;
    }
}
