#include "gateway/business/state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/text.h"
#include "ledger/base/hash.h"
#include "ledger/base/map.h"

#define CHANGE_NONE SIZE_MAX

enum {
    WANT_COUNT_MAX = 16384
};

/* One document in memory. `data` NULL: it certainly does not exist. */
struct entry {
    char key[DOCUMENT_KEY_SIZE];
    enum document document;
    bool is_used;
    bool is_recent; /* looked at since the sweep last passed */
    uint64_t run;   /* the command that last looked at it: its pointers are in use */
    void *data;
    int64_t version; /* the command that made it, 0 = as loaded */
    size_t change;   /* its latest change not yet forgotten */
};

/* A change remembers what it replaced, so that it can be taken back. */
struct change {
    struct state_change made;
    uint32_t entry;
    void *before;
    int64_t version_before;
    size_t change_before;
    bool was_unknown; /* nobody had asked whether it exists */
};

struct state {
    struct book *book;
    state_may_exist *may_exist;
    void *may_exist_context;

    struct entry *entries;
    size_t entry_count_max;
    size_t entry_count;
    size_t sweep_at;
    struct map map;
    int64_t durable_seq;

    int64_t command_seq;
    uint64_t run; /* counts state_begin_command */
    bool is_missing;
    struct state_want wants[WANT_COUNT_MAX];
    size_t want_count;

    struct change *changes;
    size_t change_count;
    size_t change_capacity;
    struct transfer *transfers;
    size_t transfer_count;
    size_t transfer_count_max;
    int64_t *accounts;
    size_t account_count;
    size_t account_capacity;
    struct state_bounds *bounds;
    size_t bounds_count;
    size_t bounds_capacity;
    struct event *events;
    size_t event_count;
    size_t event_capacity;
};

static void *allocate(void *block, size_t count, size_t size)
{
    void *grown = count <= SIZE_MAX / size ? realloc(block, count * size) : NULL;
    if (grown == NULL) {
        fprintf(stderr, "out of memory: %zu records of %zu bytes\n", count, size);
        abort();
    }
    return grown;
}

/* Room for one more element; the lists are bounded by the commands of one unit of work. */
static void *reserve_one(void *block, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return block;
    }
    *capacity = *capacity == 0 ? 64 : *capacity * 2;
    return allocate(block, *capacity, size);
}

struct state *state_create(struct book *book,
                           const struct state_limits *limits,
                           state_may_exist *may_exist,
                           void *context)
{
    struct state *state = allocate(NULL, 1, sizeof *state);
    memset(state, 0, sizeof *state);
    state->book = book;
    state->may_exist = may_exist;
    state->may_exist_context = context;
    state->entry_count_max = limits->document_count_max;
    state->transfer_count_max = limits->transfer_count_max;
    state->transfers = allocate(NULL, limits->transfer_count_max, sizeof *state->transfers);
    map_create(&state->map, limits->document_count_max);
    return state;
}

void state_destroy(struct state *state)
{
    for (size_t i = 0; i < state->change_count; i++) {
        free(state->changes[i].before);
    }
    for (size_t i = 0; i < state->entry_count; i++) {
        free(state->entries[i].data);
    }
    map_destroy(&state->map);
    free(state->entries);
    free(state->changes);
    free(state->transfers);
    free(state->accounts);
    free(state->bounds);
    free(state->events);
    free(state);
}

/* --- documents in memory --- */

static uint64_t key_hash(enum document document, const char *key)
{
    return hash_bytes(key, strlen(key)) ^ hash_u64((uint64_t)document);
}

static struct entry *entry_find(struct state *state, enum document document, const char *key)
{
    uint64_t hash = key_hash(document, key);
    size_t cursor;
    for (uint32_t at = map_first(&state->map, hash, &cursor); at != MAP_NONE;
         at = map_next(&state->map, hash, &cursor)) {
        struct entry *entry = &state->entries[at];
        if (entry->document == document && strcmp(entry->key, key) == 0) {
            entry->is_recent = true;
            entry->run = state->run;
            return entry;
        }
    }
    return NULL;
}

static void entry_drop(struct state *state, struct entry *entry)
{
    map_remove(
        &state->map, key_hash(entry->document, entry->key), (uint32_t)(entry - state->entries));
    free(entry->data);
    *entry = (struct entry){.change = CHANGE_NONE};
}

/* A clock sweep: the first entry that is neither recent nor newer than the store. */
static struct entry *entry_take_back(struct state *state)
{
    for (size_t step = 0; step < state->entry_count * 2; step++) {
        struct entry *entry = &state->entries[state->sweep_at];
        state->sweep_at = (state->sweep_at + 1) % state->entry_count;
        if (!entry->is_used) {
            return entry;
        }
        if (entry->change != CHANGE_NONE || entry->version > state->durable_seq ||
            entry->run == state->run) {
            continue;
        }
        if (entry->is_recent) {
            entry->is_recent = false;
            continue;
        }
        entry_drop(state, entry);
        return entry;
    }
    return NULL;
}

static struct entry *entry_new(struct state *state, enum document document, const char *key)
{
    assert(strlen(key) < DOCUMENT_KEY_SIZE);
    struct entry *entry = NULL;
    if (state->entry_count >= state->entry_count_max) {
        entry = entry_take_back(state);
    }
    if (entry == NULL) {
        /* Everything in memory is in use or not durable yet: correctness before the limit. */
        if ((state->entry_count & (state->entry_count - 1)) == 0) {
            size_t capacity = state->entry_count == 0 ? 1 : state->entry_count * 2;
            state->entries = allocate(state->entries, capacity, sizeof *state->entries);
        }
        entry = &state->entries[state->entry_count++];
    }
    *entry = (struct entry){
        .document = document,
        .is_used = true,
        .is_recent = true,
        .run = state->run,
        .change = CHANGE_NONE,
    };
    TEXT_PUT(entry->key, key);
    map_put(&state->map, key_hash(document, key), (uint32_t)(entry - state->entries));
    return entry;
}

static void want_add(struct state *state, enum document document, const char *key)
{
    state->is_missing = true;
    if (state->want_count == WANT_COUNT_MAX) {
        return; /* the rest is asked for when the unit runs again */
    }
    struct state_want *want = &state->wants[state->want_count++];
    want->document = document;
    snprintf(want->key, sizeof want->key, "%s", key);
}

const void *state_find(struct state *state, enum document document, const char *key)
{
    struct entry *entry = entry_find(state, document, key);
    if (entry != NULL) {
        return entry->data;
    }
    if (state->may_exist != NULL && strlen(key) < DOCUMENT_KEY_SIZE &&
        state->may_exist(state->may_exist_context, document, key)) {
        want_add(state, document, key);
    }
    return NULL;
}

bool state_is_missing(const struct state *state)
{
    return state->is_missing;
}

void state_clear_missing(struct state *state)
{
    state->is_missing = false;
}

size_t state_take_wants(struct state *state, struct state_want *wants_out, size_t count_max)
{
    size_t count = state->want_count < count_max ? state->want_count : count_max;
    memcpy(wants_out, state->wants, count * sizeof *wants_out);
    state->want_count = 0;
    return count;
}

void state_load(struct state *state, enum document document, const char *key, void *data)
{
    if (entry_find(state, document, key) != NULL) {
        free(data);
        return;
    }
    entry_new(state, document, key)->data = data;
}

void state_put(struct state *state, enum document document, const void *data)
{
    const struct record *record = document_types[document].record;
    const char *key = record_key(record, data);
    struct entry *entry = entry_find(state, document, key);
    bool was_unknown = entry == NULL;
    if (was_unknown) {
        entry = entry_new(state, document, key);
    }
    void *copy = record_copy(record, data);
    if (entry->change != CHANGE_NONE &&
        state->changes[entry->change].made.command_seq == state->command_seq) {
        free(entry->data); /* one version a command */
        entry->data = copy;
        state->changes[entry->change].made.data = copy;
        return;
    }
    state->changes = reserve_one(
        state->changes, state->change_count, &state->change_capacity, sizeof *state->changes);
    state->changes[state->change_count] = (struct change){
        .made = {.document = document, .command_seq = state->command_seq, .data = copy},
        .entry = (uint32_t)(entry - state->entries),
        .before = entry->data,
        .version_before = entry->version,
        .change_before = entry->change,
        .was_unknown = was_unknown,
    };
    entry->data = copy;
    entry->version = state->command_seq;
    entry->change = state->change_count++;
}

/* --- the book --- */

const struct book *state_book(const struct state *state)
{
    return state->book;
}

int64_t state_account(struct state *state, const struct account_key *key)
{
    int64_t number = book_find(state->book, key);
    if (number != 0) {
        return number;
    }
    number = book_open(state->book, key);
    if (number != 0) {
        state->accounts = reserve_one(
            state->accounts, state->account_count, &state->account_capacity, sizeof number);
        state->accounts[state->account_count++] = number;
    }
    return number;
}

enum outcome state_set_bounds(struct state *state, int64_t account, const struct bounds *bounds)
{
    enum outcome outcome = book_set_bounds(state->book, account, bounds);
    if (outcome == OUTCOME_OK) {
        state->bounds = reserve_one(
            state->bounds, state->bounds_count, &state->bounds_capacity, sizeof *state->bounds);
        state->bounds[state->bounds_count++] = (struct state_bounds){
            .account = account,
            .bounds = *bounds,
            .command_seq = state->command_seq,
            .after_seq = book_seq(state->book),
        };
    }
    return outcome;
}

enum outcome state_post(struct state *state,
                        const struct posting *postings,
                        size_t count,
                        int64_t command_seq,
                        instant_us now)
{
    if (count > state->transfer_count_max - state->transfer_count) {
        return OUTCOME_BOOK_FULL;
    }
    size_t failed;
    enum outcome outcome = book_apply(state->book,
                                      postings,
                                      count,
                                      command_seq,
                                      now,
                                      state->transfers + state->transfer_count,
                                      &failed);
    if (outcome == OUTCOME_OK) {
        state->transfer_count += count;
    }
    return outcome;
}

void state_emit(struct state *state, const struct event *event)
{
    state->events = reserve_one(
        state->events, state->event_count, &state->event_capacity, sizeof *state->events);
    state->events[state->event_count++] = *event;
}

/* --- savepoints --- */

void state_begin_command(struct state *state, int64_t command_seq)
{
    state->command_seq = command_seq;
    state->run++;
}

struct state_mark state_mark(struct state *state)
{
    return (struct state_mark){
        .book = book_mark(state->book),
        .change_count = state->change_count,
        .transfer_count = state->transfer_count,
        .account_count = state->account_count,
        .bounds_count = state->bounds_count,
        .event_count = state->event_count,
    };
}

void state_undo_to(struct state *state, const struct state_mark *mark)
{
    while (state->change_count > mark->change_count) {
        struct change *change = &state->changes[--state->change_count];
        struct entry *entry = &state->entries[change->entry];
        free(entry->data);
        entry->data = change->before;
        entry->version = change->version_before;
        entry->change = change->change_before;
        if (change->was_unknown) {
            entry_drop(state, entry);
        }
    }
    state->transfer_count = mark->transfer_count;
    state->account_count = mark->account_count;
    state->bounds_count = mark->bounds_count;
    state->event_count = mark->event_count;
    book_undo_to(state->book, &mark->book);
}

struct state_effects state_effects(const struct state *state)
{
    return (struct state_effects){
        .change_count = state->change_count,
        .transfers = state->transfers,
        .transfer_count = state->transfer_count,
        .accounts = state->accounts,
        .account_count = state->account_count,
        .bounds = state->bounds,
        .bounds_count = state->bounds_count,
        .events = state->events,
        .event_count = state->event_count,
    };
}

const struct state_change *state_change(const struct state *state, size_t index)
{
    assert(index < state->change_count);
    return &state->changes[index].made;
}

void state_forget(struct state *state)
{
    for (size_t i = 0; i < state->change_count; i++) {
        struct change *change = &state->changes[i];
        free(change->before);
        struct entry *entry = &state->entries[change->entry];
        if (entry->change == i) {
            entry->change = CHANGE_NONE;
        }
    }
    state->change_count = 0;
    state->transfer_count = 0;
    state->account_count = 0;
    state->bounds_count = 0;
    state->event_count = 0;
    book_forget(state->book);
}

void state_set_durable(struct state *state, int64_t command_seq)
{
    assert(command_seq >= state->durable_seq);
    state->durable_seq = command_seq;
}

size_t state_document_count(const struct state *state)
{
    return state->map.count;
}
