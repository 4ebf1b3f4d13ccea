#pragma once
/* Inside the engine: what its threads share. Fields below `lock` are guarded by it; the others
 * belong to the engine's thread alone. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "gateway/business/state.h"
#include "gateway/business/time/clock.h"
#include "gateway/engine/engine.h"
#include "gateway/engine/presence.h"
#include "gateway/records/vault.h"
#include "ledger/base/map.h"
#include "ledger/journal/journal.h"

enum {
    ENGINE_BATCH_TRANSFERS_MAX = 65536,
    ENGINE_BATCH_ROWS_MAX = 131072,
    ENGINE_BATCH_BYTES_MAX = 256 << 20,
    /* A commit holds no more than this where it can be helped: larger ones only wait longer. */
    ENGINE_BATCH_TRANSFERS_WANTED = 8190,
    ENGINE_FETCH_WANTS_MAX = 16384,
    /*
     * Group commit. A commit costs about as much as 50 commands whatever it holds, so it waits a
     * little for those who were just answered to come again; never for a few, nor when it is large.
     */
    ENGINE_GROUP_UNITS_MIN = 12,
    ENGINE_GROUP_COMMANDS_ENOUGH = 250,
    ENGINE_GROUP_WAIT_PER_UNIT_US = 50,
    ENGINE_GROUP_WAIT_US_MAX = 5000,
};

/* An accepted command that is not yet surely visible to every fetch. */
struct accepted {
    uint64_t hash;
    int64_t party;
    int64_t seq;
    uint8_t fingerprint[32];
    uint8_t *answer; /* the key stands behind it, in the same block */
    size_t answer_size;
    const char *key;
};

/* A growing list of replay slots. */
struct slot_list {
    size_t *slots;
    size_t count;
    size_t capacity;
};

void slot_list_append(struct slot_list *list, size_t slot);

/* A document changed in a batch: only its last version is stored, the log of commands has the rest.
 */
struct changed_document {
    enum document document;
    char key[DOCUMENT_KEY_SIZE];
    int64_t command_seq;
};

/* Versions somebody wants to hear of once they are durable; owned copies. */
struct news_item {
    enum document document;
    void *data;
};

struct news_list {
    struct news_item *items;
    size_t count;
    size_t capacity;
};

/* Before every date of ours; DATE_NONE is none. */
#define DATE_FIRST 1

/* In a batch: what it changes, absent where it does not. */
struct business_clock {
    instant_us now; /* a virtual one: where it stands, and where it is to go */
    instant_us target;
    bool is_stored;     /* the journal has a virtual clock */
    date_days due_from; /* a deadline of this day or later is open and was not seen; or none */
};

/* One transaction in the making or under way. */
struct engine_batch {
    struct batch *rows;
    struct changed_document *documents;
    size_t document_count;
    struct map document_map;
    size_t document_size; /* an upper bound of their rows, which are written when it commits */
    struct unit_list units;
    struct slot_list accepted;
    struct news_list news;
    struct business_clock clock;
    size_t transfer_count;
    int64_t last_command_seq;
    int64_t last_transfer_seq;
};

/* Answers of commands too young to be looked up in the store. */
struct replay {
    struct accepted *slots;
    size_t slot_count;
    size_t slot_capacity;
    size_t *free_slots;
    size_t free_count;
    struct map map;
};

void replay_create(struct replay *replay);
void replay_destroy(struct replay *replay);
/* By the command's key and its hash. */
const struct accepted *
replay_find(const struct replay *replay, const struct command *command, int64_t party);
size_t replay_add(struct replay *replay,
                  const struct command *command,
                  int64_t party,
                  struct bytes answer);
void replay_remove(struct replay *replay, size_t slot);
const struct accepted *replay_at(const struct replay *replay, size_t slot);

/* What is asked of the store in one round, and what came back. */
struct fetch {
    struct state_want *documents;
    void **found; /* one per document: record_copy, or NULL when it is not there */
    size_t document_count;
    struct unit_list units; /* waiting for it; their unanswered lookups are asked with it */
    enum status status;
};

/* A thread's one job: handed over and given back under the lock. */
enum task {
    TASK_NONE,
    TASK_OPEN,   /* committer: take the lock of the database, rebuild the book */
    TASK_COMMIT, /* committer: engine->committing */
    TASK_FETCH,  /* fetcher: engine->fetch */
    TASK_DONE,   /* the result waits for the engine */
};

/* Last event number of each party. */
struct event_counter {
    int64_t party;
    int64_t last;
};

struct engine {
    struct engine_config config;
    struct journal_config journal_config;
    struct journal *journal;
    struct vault *vault;
    struct presence *presence;
    struct book *book;
    struct state *state;
    struct replay replay;
    struct arena scratch; /* of the rule that runs */
    struct event_counter *counters;
    size_t counter_count;
    size_t counter_capacity;
    struct map counter_map;

    struct unit_list ready;   /* to be run */
    struct unit_list waiting; /* for the next fetch */
    struct engine_batch batches[2];
    struct engine_batch *open;
    struct engine_batch *committing; /* NULL: the committer is idle */
    size_t group_count;        /* units under way when the last commit ended: wait for as many */
    instant_us group_until_us; /* but no longer than this, by the monotonic clock */
    struct slot_list durable;  /* committed, but a fetch under way may not have seen them */
    int64_t durable_seq;
    int64_t command_seq; /* the last accepted */
    instant_us now;
    bool is_expiry_running;
    int64_t checkpoint_taken_seq;  /* transfers up to here are in a checkpoint */
    struct checkpoint *checkpoint; /* taken, its last transfer not yet durable */
    int64_t checkpoint_durable_at; /* the transfer it waits for */
    struct slot_list run;          /* slots of the unit being run */

    pthread_t engine_thread;
    pthread_t committer_thread;
    pthread_t fetcher_thread;
    pthread_t keeper_thread;
    pthread_t clock_thread;
    pthread_mutex_t lock;
    pthread_cond_t engine_wakes;
    pthread_cond_t committer_wakes;
    pthread_cond_t fetcher_wakes;
    pthread_cond_t keeper_wakes;
    pthread_cond_t clock_wakes;
    struct unit_list inbox;
    size_t inbox_wanted; /* the engine sleeps until so many have come */
    enum engine_state engine_state;
    char reason[200];
    bool is_stopping;          /* no new units */
    bool are_helpers_stopping; /* the other threads end */
    bool is_tick;              /* time has passed: look at what it makes due */
    bool is_clock_wanted;      /* the clock's thread looks again at once */
    struct business_clock clock;
    bool is_fenced; /* a newer engine has taken over */
    enum task committer_task;
    enum status commit_status;
    enum task fetcher_task;
    struct fetch fetch;
    struct checkpoint *keeper_checkpoint; /* to be written */
    int64_t keeper_seq;                   /* durable transfers: leaves below may be sealed */
    struct engine_report report;
};

/* execute.c */
enum run {
    RUN_ACCEPTED, /* results are in; effects, if any, are in the open batch */
    RUN_FETCH,    /* back to where it was; wants are noted in the state */
    RUN_NO_ROOM,  /* back to where it was; the open batch must commit first */
};
enum run execute_unit(struct engine *engine, struct unit *unit);

/* persist.c: the effects of a unit as rows of the open batch */
bool persist_has_room(const struct engine *engine, const struct unit *unit);
void persist_unit(struct engine *engine, const struct unit *unit);
/* The documents of the open batch as they now stand: the last step before it commits. */
void persist_documents(struct engine *engine);
void engine_batch_create(struct engine_batch *batch, const struct journal_config *config);
void engine_batch_destroy(struct engine_batch *batch);
void engine_batch_clear(struct engine_batch *batch);
enum status persist_load_counters(struct engine *engine, struct journal_reader *reader);

/* news.c */
void news_note(struct engine *engine, enum document document, const void *data);
void news_tell(const struct engine *engine, const struct news_list *list);
void news_forget(struct news_list *list);
void news_reset(const struct engine *engine);

/* clock.c */
enum status clock_load(struct engine *engine, struct journal_reader *reader);
/* A version that the open batch brings; applied when it is durable, before anybody is answered. */
void clock_note(struct engine *engine, enum document document, const void *data);
void clock_apply(struct engine *engine, const struct engine_batch *batch);
/* The earlier of two; DATE_NONE is later than any. */
date_days date_earlier(date_days a, date_days b);

/* wait.c, under the lock */
bool engine_is_idle(const struct engine *engine);
/* Returns when there is something to do. */
void engine_await(struct engine *engine);

/* expiry.c: puts the system's command among the ready units when a pending transfer is due */
void expiry_run(struct engine *engine);

/* Bodies of the threads: fetcher.c, committer.c, keeper.c, clockwork.c */
void *engine_run(void *engine); /* loop.c */
void *fetcher_run(void *engine);
void *committer_run(void *engine);
void *keeper_run(void *engine);
void *clockwork_run(void *engine);
