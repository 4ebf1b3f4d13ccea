#pragma once
/*
 * What the rules work on: the documents in memory and the book, with savepoints.
 *
 * A rule reads with state_find and writes with state_put, state_account and state_post; it never
 * sees the database. When a document is not in memory and might exist, state_find returns NULL and
 * state_is_missing becomes true: the rule returns VERDICT_FETCH, the engine takes everything back,
 * fetches what was wanted, and runs the rule again. Rules are pure, so running twice is harmless.
 *
 * Pure: no I/O, no clock. Documents are owned by the state; a pointer from state_find is valid
 * until the next state_put of the same document, state_undo_to or state_begin_command; so are the
 * lists and bytes of a copy of it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/documents.h"
#include "ledger/book/book.h"

struct state;

struct state_limits {
    size_t document_count_max; /* clean documents beyond this are forgotten, oldest first */
    size_t transfer_count_max; /* transfers in one unit of work */
};

/* Whether a key could exist in the store; false only when it certainly does not. NULL: never asked,
 * what is not in memory does not exist (tests). */
typedef bool state_may_exist(void *context, enum document document, const char *key);

struct state *state_create(struct book *book,
                           const struct state_limits *limits,
                           state_may_exist *may_exist,
                           void *context);
void state_destroy(struct state *state);

/* --- for rules --- */

const void *state_find(struct state *state, enum document document, const char *key);
/* A state_find since state_clear_missing could not be answered from memory. */
bool state_is_missing(const struct state *state);
void state_clear_missing(struct state *state);
/* Stores a copy; its FIELD_KEY field is the key. */
void state_put(struct state *state, enum document document, const void *data);
const struct book *state_book(const struct state *state);
/* The account's number, opened when new; 0 when the book is full. */
int64_t state_account(struct state *state, const struct account_key *key);
enum outcome state_set_bounds(struct state *state, int64_t account, const struct bounds *bounds);
enum outcome state_post(struct state *state,
                        const struct posting *postings,
                        size_t count,
                        int64_t command_seq,
                        instant_us now);

struct event {
    int64_t party;
    const char *type; /* a constant: "guarantee.utilisation" */
    char subject[SUBJECT_SIZE * 2];
    char body[512]; /* JSON object, no personal data */
    int64_t command_seq;
};
void state_emit(struct state *state, const struct event *event);

/* --- for the engine --- */

struct state_want {
    enum document document;
    char key[DOCUMENT_KEY_SIZE];
};
/* What state_find could not answer, at most `count_max`; then forgets the list. */
size_t state_take_wants(struct state *state, struct state_want *wants_out, size_t count_max);
/* A document as it stands in the store, made by record_copy and owned by the state from now on, or
 * NULL: it is not there. Freed unused when memory knows the document already. */
void state_load(struct state *state, enum document document, const char *key, void *data);

struct state_mark {
    struct book_mark book;
    size_t change_count;
    size_t transfer_count;
    size_t account_count;
    size_t bounds_count;
    size_t event_count;
};
struct state_mark state_mark(struct state *state);
void state_undo_to(struct state *state, const struct state_mark *mark);

/* Everything done since the last state_forget, in order: what the batch must hold. */
struct state_change {
    enum document document;
    int64_t command_seq;
    const void *data; /* this version */
};
struct state_bounds {
    int64_t account;
    struct bounds bounds;
    int64_t command_seq;
    int64_t after_seq;
};
struct state_effects {
    size_t change_count; /* see state_change */
    const struct transfer *transfers;
    size_t transfer_count;
    const int64_t *accounts; /* opened: their numbers */
    size_t account_count;
    const struct state_bounds *bounds;
    size_t bounds_count;
    const struct event *events;
    size_t event_count;
};
struct state_effects state_effects(const struct state *state);
const struct state_change *state_change(const struct state *state, size_t index);
/* The command now running: versions and rows carry its number. Before its first state_find. */
void state_begin_command(struct state *state, int64_t command_seq);
/* The effects are in a batch: they can no longer be undone. */
void state_forget(struct state *state);
/* Versions up to this command are readable from the store by every fetch still to be answered:
 * only such documents may be dropped from memory. */
void state_set_durable(struct state *state, int64_t command_seq);
size_t state_document_count(const struct state *state);
