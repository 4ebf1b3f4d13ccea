#pragma once
/*
 * A small world for rules: a book, a state, a clock, and a store of documents in place of the
 * database. Commands go in as the engine gives them: role, actor, savepoint, rule, undo.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/rule.h"
#include "ledger/base/arena.h"

enum world_memory {
    MEMORY_KEEPS,   /* every document stays in memory */
    MEMORY_FORGETS, /* after each command all of them must be fetched again */
};

struct world;

struct world *world_create(enum world_memory memory, size_t account_count_max);
void world_destroy(struct world *world);

/* At first the clock is the system's. */
void world_set_clock(struct world *world, enum clock_kind kind);
void world_set_time(struct world *world, instant_us now);
date_days world_today(const struct world *world);

struct world_result {
    enum verdict verdict; /* DONE or REFUSED */
    const struct command_type *type;
    const void *answer; /* until the next command; NULL unless done */
    struct refusal refusal;
    const struct event *events; /* until the next command */
    size_t event_count;
    const struct transfer *transfers;
    size_t transfer_count;
};

/* `actor` is "party" or "party/user"; NULL is the system. Aborts when a law is broken or a refusal
 * leaves a trace. */
struct world_result world_run(struct world *world,
                              enum role role,
                              const char *actor,
                              const struct command_type *type,
                              const void *command);

/* NULL when there is none; as committed. */
const void *world_document(const struct world *world, enum document document, const char *key);
/* Calls `visit` with every document of a kind. */
void world_each(const struct world *world,
                enum document document,
                void (*visit)(void *context, const void *data),
                void *context);
const struct book *world_book(const struct world *world);
/* Posted balance on the account's normal side, 0 when it was never opened. */
int64_t world_balance(const struct world *world, const struct account_key *key);
/* Every law, over all documents and accounts; NULL or what is broken. */
const char *world_broken_law(const struct world *world);
