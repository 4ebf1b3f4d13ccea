#pragma once
/*
 * The journal: the only place that knows libpq. It makes batches durable and says truthfully
 * whether they are.
 *
 * The book runs ahead of the journal: effects are applied in memory before they are durable. If a
 * batch is refused, or its connection breaks and the look-up finds it absent, the book is no longer
 * true: journal_commit returns STATUS_REJECTED, and the engine must stop answering, rebuild its
 * book from the journal, and only then go on.
 *
 * A commit counts only when the command tag is COMMIT, no notice came, and the connection never
 * broke. Everything else is in doubt: reconnect, take the lock again, look the batch number up.
 *
 * Calls block. One thread uses one struct journal (the writer) or struct journal_reader; several
 * readers may exist beside the writer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"
#include "ledger/book/book.h"
#include "ledger/journal/batch.h"

struct journal;
struct journal_reader;

struct journal_config {
    const char *conninfo; /* libpq connection string of the writer role */
    const struct document_kind *kinds;
    size_t kind_count;
    int64_t leaf_transfer_count;       /* rows of one partition before it is sealed; 4,000,000 */
    int64_t checkpoint_transfer_count; /* balances are written every so many transfers */
    instant_us lease_us; /* a holder of the lock silent for longer may be taken over */
};

/* --- administration, as the owner of the database (kouan init, kouan migrate) --- */

/* Creates roles, schemas, tables, functions, triggers, views; brings an older schema up to date,
 * document tables included. Safe to repeat. `message_out` explains a refusal. */
MUST_CHECK enum status journal_migrate(const char *owner_conninfo,
                                       const struct document_kind *kinds,
                                       size_t kind_count,
                                       char *message_out,
                                       size_t message_size);

/* --- the writer --- */

struct journal *journal_create(const struct journal_config *config);
void journal_destroy(struct journal *journal);

/*
 * Connects and takes the engine's lock; bumps the epoch. STATUS_AGAIN: another engine holds the
 * lock (`holder_out` names its process, host and since when) and its lease is alive: wait and call
 * again. STATUS_REJECTED: wrong schema version, unsafe settings (synchronous_commit, fsync,
 * full_page_writes off). STATUS_UNCERTAIN: the server cannot be reached now.
 */
MUST_CHECK enum status journal_open(struct journal *journal, char *holder_out, size_t holder_size);

/* Fills an empty book: last checkpoint, then the tail. STATUS_CORRUPT when rows contradict. */
MUST_CHECK enum status journal_recover(struct journal *journal, struct book *book);
/* The highest command seq durable at journal_recover. */
int64_t journal_command_seq(const struct journal *journal);
/* The seq of the checkpoint recovered from, 0 = none: what checkpoint_take counts changes from. */
int64_t journal_checkpoint_seq(const struct journal *journal);

/*
 * One transaction. OK: durable. REJECTED: certainly not there; the book must be rebuilt.
 * LIMIT: fenced by a newer epoch; this engine must never write again. What became of the batch is
 * for its successor to know: answer nobody.
 * UNCERTAIN: the server stayed away for half a minute; nothing is known, as after REJECTED.
 * CORRUPT: another batch has this one's number.
 *
 * After a broken connection the look-up happens inside: connect again, end the old backend, take
 * the lock; where the epoch is still ours nobody else was between, and a batch found absent is sent
 * again, a few times.
 */
MUST_CHECK enum status journal_commit(struct journal *journal, const struct batch *batch);

/* Keeps the lease alive when idle; call at least every second. */
MUST_CHECK enum status journal_heartbeat(struct journal *journal);

/* --- the keeper: sealing of full partitions and balance checkpoints, on a connection of its own,
 *     from a thread of its own --- */
struct keeper;
struct keeper *keeper_create(const struct journal_config *config);
void keeper_destroy(struct keeper *keeper);
/* Adds the empty leaf ahead, seals full ones up to `seq`. AGAIN: readers were in the way. */
MUST_CHECK enum status keeper_seal(struct keeper *keeper, int64_t seq);

/*
 * The balances to write: taken by the engine between two batches (a copy of what has changed since
 * `changed_since_seq`, best the seq of the last checkpoint written), written by the keeper while
 * the engine goes on. What changed between the last one written and `changed_since_seq` is made up
 * for from the transfers, at the cost of reading them.
 */
struct checkpoint;
struct checkpoint *checkpoint_take(const struct book *book, int64_t changed_since_seq);
void checkpoint_destroy(struct checkpoint *checkpoint);
/* Only call once the batch holding checkpoint's last transfer is durable; REJECTED otherwise. */
MUST_CHECK enum status keeper_write(struct keeper *keeper, const struct checkpoint *checkpoint);

/* --- readers: committed rows only --- */

struct journal_reader *journal_reader_create(const struct journal_config *config);
void journal_reader_destroy(struct journal_reader *reader);

/* A row as it comes back, columns in order; valid during the callback. */
struct row_view;
bool view_is_null(const struct row_view *row, size_t column);
int64_t view_bigint(const struct row_view *row,
                    size_t column); /* also integer, smallint, boolean */
struct bytes view_bytes(const struct row_view *row, size_t column); /* text, bytea, jsonb as text */
date_days view_date(const struct row_view *row, size_t column);
instant_us view_timestamptz(const struct row_view *row, size_t column);

/* Column 0 is key, 1 is version, then the kind's columns. */
typedef void document_callback(void *context, size_t kind, const struct row_view *row);

struct document_want {
    size_t kind;
    const char *key;
};

/* The current version of each document wanted; absent ones give no callback. */
MUST_CHECK enum status journal_read_documents(struct journal_reader *reader,
                                              const struct document_want *wants,
                                              size_t want_count,
                                              document_callback *callback,
                                              void *context);

struct command_want {
    int64_t party;
    const char *idempotency_key;
};

struct command_found {
    size_t want; /* index into wants */
    int64_t seq;
    uint8_t fingerprint[32];
    struct bytes answer;
    struct bytes type;
};
typedef void command_callback(void *context, const struct command_found *found);

MUST_CHECK enum status journal_read_commands(struct journal_reader *reader,
                                             const struct command_want *wants,
                                             size_t want_count,
                                             command_callback *callback,
                                             void *context);

/* Any other SELECT, names with their schema; parameters as text, results in binary: cast sums to
 * bigint and what is no type of batch.h to text. `statement` is a
 * constant of ours, never built from input. */
typedef void row_callback(void *context, const struct row_view *row);
MUST_CHECK enum status journal_read(struct journal_reader *reader,
                                    const char *statement,
                                    const char *const *parameters,
                                    size_t parameter_count,
                                    row_callback *callback,
                                    void *context);

/* --- proof --- */

struct verify_report {
    int64_t batch_count;
    int64_t transfer_count;
    int64_t command_count;
    /* when something is wrong: */
    char first_bad[256]; /* "transfer 54321: amount differs from what batch 17 was sealed with" */
};

/*
 * Recomputes the hash chain and every law from SQL alone, in one snapshot, beside a running engine;
 * the reader role is enough. CORRUPT with the first bad row: edited, missing, added, twice, moved
 * to another batch. Also checked: commands and each party's events without a gap, balances of
 * checkpoints against their transfers, and per subject of the memo book that the limit is the sum
 * of its parts.
 *
 * Whoever can write every table can cut the last batches off with all their rows, or write a new
 * chain from some batch on: that shows only against a head kept elsewhere (ledger/proof).
 */
MUST_CHECK enum status journal_verify(const char *conninfo, struct verify_report *report_out);
