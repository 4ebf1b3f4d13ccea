#pragma once
/*
 * The engine: the one way in. Units of work arrive from the doors; one thread applies them to the
 * state in memory; what they did is made durable in batches; only then are they answered.
 *
 *   submit → inbox → execute ──────────────→ open batch → commit → done
 *                       │  a document is        (what arrives while one batch
 *                       └→ missing: fetch        commits makes the next: group commit)
 *
 * Three threads: the engine itself (state and book), the committer (blocks in journal_commit), the
 * fetcher (blocks in reads). A batch that did not commit makes the book untrue: its units are
 * answered UNIT_NOT_COMMITTED (or UNIT_IN_DOUBT where nobody can tell), so are all since, and the
 * state is rebuilt from the journal.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/engine/unit.h"
#include "ledger/base/status.h"
#include "ledger/journal/journal.h"

struct engine;

/* For those who act on what is committed: outboxes. Called on the engine's thread: return at once.
 */
struct engine_news {
    void *context;
    uint64_t documents; /* bits 1 << enum document: which of the first 64 they want to hear of */
    /* A version that is now durable; `data` is its struct and lives as long as the call. */
    void (*tell)(void *context, enum document document, const void *data);
    /* Versions may have been missed (start, take-over, a commit in doubt): read the store again. */
    void (*reset)(void *context);
};

bool engine_news_wants(const struct engine_news *news, enum document document);

/* Whether a command that takes two people is taken from one (gateway/business/approval.h). */
enum four_eyes {
    FOUR_EYES_ON,
    FOUR_EYES_OFF, /* for a sandbox only */
};

struct engine_config {
    struct engine_news news; /* all zero: nobody listens */
    enum clock_kind clock;   /* CLOCK_VIRTUAL: for a sandbox only */
    enum four_eyes four_eyes;
    const char *conninfo;
    const char *vault_file;
    size_t account_count_max;
    size_t pending_count_max;
    size_t document_count_max; /* documents kept in memory */
    size_t presence_key_count; /* see presence.h */
    size_t queue_count_max;    /* units waiting; beyond it submit answers STATUS_LIMIT */
    int64_t leaf_transfer_count;
    int64_t checkpoint_transfer_count;
    instant_us lease_us;
};

enum engine_state {
    ENGINE_STANDBY,    /* another engine holds the lock */
    ENGINE_RECOVERING, /* reading the journal */
    ENGINE_ACTIVE,
    ENGINE_STOPPED, /* fenced by a newer engine, or the journal contradicts itself */
};

struct engine_report {
    enum engine_state state;
    char reason[200]; /* who holds the lock, why it stopped */
    int64_t command_seq;
    int64_t transfer_seq;
    int64_t account_count;
    uint64_t batch_count;
    uint64_t command_count;
    uint64_t refusal_count;
    uint64_t fetch_count;
    uint64_t rebuild_count;
    size_t document_count;
    size_t queue_count;
    uint64_t due_count;       /* commands of time that were done */
    size_t due_refused_count; /* due and refused; tried again */
    int64_t due_lag_days;     /* since the oldest of them was due */
};

/* Starts the threads; returns at once. NULL with a one-line reason for a bad vault file. */
struct engine *engine_create(const struct engine_config *config, char *message_out, size_t size);

/* OK: unit->done will be called. LIMIT: the queue is full. AGAIN: not active now. Otherwise the
 * unit stays the caller's. */
MUST_CHECK enum status engine_submit(struct engine *engine, struct unit *unit);

/* How to reach the journal, for readers beside the engine; lives as long as the engine. */
const struct journal_config *engine_journal_config(const struct engine *engine);

/* The time business goes by: the world's, or what the virtual clock durably shows. For everything
 * that is business; waits, leases, logs and certificates keep to the world's. */
instant_us engine_now(struct engine *engine);

void engine_read_report(struct engine *engine, struct engine_report *report_out);

/* No new units; what was submitted is finished and answered; then the threads end. */
void engine_stop(struct engine *engine);
void engine_destroy(struct engine *engine);
