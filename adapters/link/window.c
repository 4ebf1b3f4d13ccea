#include "adapters/link/window.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/link/mapping.h"
#include "ledger/base/hash.h"

enum {
    ABSENT = 255, /* size of a field that is not there */
    ALSO_COUNT = 3,
};

/* Of the money asked for; a reply need not repeat them, but must not contradict them. */
static const uint8_t also[ALSO_COUNT] = {3, 4, 49};

/* Fields in a row: one byte of size, then the value. */
struct pack {
    uint8_t data[WINDOW_KEY_SIZE];
    size_t size;
};

struct window_slot {
    struct window_asked asked;
    uint8_t key[WINDOW_KEY_SIZE]; /* the reply's MTI, then the fields of match */
    size_t key_size;
    uint8_t also[WINDOW_ALSO_SIZE];
    uint64_t hash;
    uint32_t older;
    uint32_t newer;
};

static bool pack_field(struct pack *pack, const struct iso8583_message *message, int field)
{
    struct iso8583_view value = iso8583_get(message, field);
    size_t size = value.data == NULL ? 0 : value.size;
    if (size >= ABSENT || pack->size + 1 + size > sizeof pack->data) {
        return false;
    }
    pack->data[pack->size++] = (uint8_t)(value.data == NULL ? ABSENT : size);
    if (size > 0) {
        memcpy(pack->data + pack->size, value.data, size);
        pack->size += size;
    }
    return true;
}

static size_t packed_size(uint8_t size)
{
    return 1 + (size == ABSENT ? 0U : size);
}

static bool pack_key(const struct window *window,
                     const struct iso8583_message *message,
                     const char mti[5],
                     struct pack *pack)
{
    memcpy(pack->data, mti, 4);
    pack->size = 4;
    for (size_t i = 0; i < window->match_count; i++) {
        if (!pack_field(pack, message, window->match[i])) {
            return false;
        }
    }
    return true;
}

static bool pack_also(const struct iso8583_message *message, struct pack *pack)
{
    pack->size = 0;
    for (size_t i = 0; i < ALSO_COUNT; i++) {
        if (!pack_field(pack, message, also[i])) {
            return false;
        }
    }
    return pack->size <= WINDOW_ALSO_SIZE;
}

void window_create(struct window *window, size_t capacity, const uint8_t *match, size_t match_count)
{
    *window = (struct window){
        .match = match,
        .match_count = match_count,
        .capacity = capacity,
        .oldest = MAP_NONE,
        .newest = MAP_NONE,
        .past_capacity = capacity * WINDOW_PAST_FACTOR,
    };
    assert(capacity > 0 && capacity < MAP_NONE);
    window->slots = calloc(capacity, sizeof *window->slots);
    window->past = calloc(window->past_capacity, sizeof *window->past);
    assert(window->slots != NULL && window->past != NULL);
    map_create(&window->by_key, capacity);
    for (size_t i = 0; i < capacity; i++) {
        window->slots[i].newer = i + 1 < capacity ? (uint32_t)(i + 1) : MAP_NONE;
    }
}

void window_destroy(struct window *window)
{
    map_destroy(&window->by_key);
    free(window->slots);
    free(window->past);
    *window = (struct window){0};
}

static uint32_t find(const struct window *window, const struct pack *key)
{
    size_t cursor;
    uint64_t hash = hash_bytes(key->data, key->size);
    for (uint32_t i = map_first(&window->by_key, hash, &cursor); i != MAP_NONE;
         i = map_next(&window->by_key, hash, &cursor)) {
        const struct window_slot *slot = &window->slots[i];
        if (slot->key_size == key->size && memcmp(slot->key, key->data, key->size) == 0) {
            return i;
        }
    }
    return MAP_NONE;
}

enum status window_add(struct window *window,
                       const struct iso8583_message *request,
                       const struct window_asked *asked,
                       uint32_t *slot_out)
{
    struct pack key;
    struct pack money;
    char mti[5];
    if (window->count == window->capacity) {
        return STATUS_LIMIT;
    }
    if (!mapping_answer_mti(request->mti, mti) || !pack_key(window, request, mti, &key) ||
        !pack_also(request, &money) || find(window, &key) != MAP_NONE) {
        return STATUS_REJECTED;
    }
    uint32_t index = window->free_first;
    struct window_slot *slot = &window->slots[index];
    window->free_first = slot->newer;
    slot->asked = *asked;
    memcpy(slot->key, key.data, key.size);
    slot->key_size = key.size;
    memcpy(slot->also, money.data, money.size);
    slot->hash = hash_bytes(key.data, key.size);
    slot->older = window->newest;
    slot->newer = MAP_NONE;
    if (window->newest == MAP_NONE) {
        window->oldest = index;
    } else {
        assert(window->slots[window->newest].asked.deadline <= asked->deadline);
        window->slots[window->newest].newer = index;
    }
    window->newest = index;
    window->count++;
    map_put(&window->by_key, slot->hash, index);
    *slot_out = index;
    return STATUS_OK;
}

void window_cancel(struct window *window, uint32_t index)
{
    struct window_slot *slot = &window->slots[index];
    map_remove(&window->by_key, slot->hash, index);
    *(slot->older == MAP_NONE ? &window->oldest : &window->slots[slot->older].newer) = slot->newer;
    *(slot->newer == MAP_NONE ? &window->newest : &window->slots[slot->newer].older) = slot->older;
    slot->newer = window->free_first;
    window->free_first = index;
    window->count--;
}

static void finish(struct window *window, uint32_t index, uint64_t was_answered)
{
    window->past[window->past_next] =
        (struct window_past){.hash = window->slots[index].hash, .was_answered = was_answered};
    window->past_next = (window->past_next + 1) % window->past_capacity;
    window_cancel(window, index);
}

static enum window_fit fit_of_past(const struct window *window, uint64_t hash)
{
    for (size_t i = 1; i <= window->past_capacity; i++) {
        size_t at = (window->past_next + window->past_capacity - i) % window->past_capacity;
        if (window->past[at].hash == hash) {
            return window->past[at].was_answered != 0 ? WINDOW_REPEATED : WINDOW_LATE;
        }
    }
    return WINDOW_UNMATCHED;
}

/* The first of `also` in which the reply contradicts the slot; 0 = none. */
static int contradiction(const struct window_slot *slot, const struct pack *reply)
{
    const uint8_t *ours = slot->also;
    const uint8_t *theirs = reply->data;
    for (size_t i = 0; i < ALSO_COUNT; i++) {
        if (*theirs != ABSENT && memcmp(ours, theirs, packed_size(*theirs)) != 0) {
            return also[i];
        }
        ours += packed_size(*ours);
        theirs += packed_size(*theirs);
    }
    return 0;
}

enum window_fit window_take(struct window *window,
                            const struct iso8583_message *reply,
                            struct window_asked *asked_out)
{
    struct pack key;
    struct pack money;
    if (!pack_key(window, reply, reply->mti, &key) || !pack_also(reply, &money)) {
        return WINDOW_UNMATCHED;
    }
    uint32_t index = find(window, &key);
    if (index == MAP_NONE) {
        return fit_of_past(window, hash_bytes(key.data, key.size));
    }
    if (contradiction(&window->slots[index], &money) != 0) {
        return WINDOW_UNMATCHED;
    }
    *asked_out = window->slots[index].asked;
    finish(window, index, 1);
    return WINDOW_FITS;
}

/* How many fields of match differ; the last of them in *field_out, and whether it is missing. */
static size_t differences(const struct window *window,
                          const struct window_slot *slot,
                          const struct pack *reply,
                          int *field_out,
                          const char **how_out)
{
    size_t count = memcmp(slot->key, reply->data, 4) != 0 ? 2 : 0;
    const uint8_t *ours = slot->key + 4;
    const uint8_t *theirs = reply->data + 4;
    for (size_t i = 0; i < window->match_count; i++) {
        if (packed_size(*ours) != packed_size(*theirs) ||
            memcmp(ours, theirs, packed_size(*ours)) != 0) {
            count++;
            *field_out = window->match[i];
            *how_out = *theirs == ABSENT ? "missing" : "different";
        }
        ours += packed_size(*ours);
        theirs += packed_size(*theirs);
    }
    return count;
}

void window_explain(const struct window *window,
                    const struct iso8583_message *reply,
                    char text_out[WINDOW_EXPLAIN_SIZE])
{
    struct pack key;
    struct pack money;
    if (!pack_key(window, reply, reply->mti, &key) || !pack_also(reply, &money)) {
        (void)snprintf(text_out, WINDOW_EXPLAIN_SIZE, "a field is too long to be matched");
        return;
    }
    for (uint32_t i = window->oldest; i != MAP_NONE; i = window->slots[i].newer) {
        const struct window_slot *slot = &window->slots[i];
        int field = 0;
        const char *how = "different";
        size_t count = differences(window, slot, &key, &field, &how);
        if (count == 0) {
            field = contradiction(slot, &money);
        }
        if (count <= 1 && field != 0) {
            (void)snprintf(text_out,
                           WINDOW_EXPLAIN_SIZE,
                           "equals request %s except field %d, which is %s",
                           slot->asked.trace,
                           field,
                           how);
            return;
        }
    }
    (void)snprintf(text_out, WINDOW_EXPLAIN_SIZE, "equals no request in all fields but one");
}

bool window_give_up(struct window *window, instant_us now, struct window_asked *asked_out)
{
    if (window->oldest == MAP_NONE || window->slots[window->oldest].asked.deadline > now) {
        return false;
    }
    *asked_out = window->slots[window->oldest].asked;
    finish(window, window->oldest, 0);
    return true;
}

instant_us window_deadline(const struct window *window)
{
    return window->oldest == MAP_NONE ? INSTANT_NONE : window->slots[window->oldest].asked.deadline;
}
