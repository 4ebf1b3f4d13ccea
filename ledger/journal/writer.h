#pragma once
/* The inside of struct journal: the writer's connection, its lock, and where the rows end. */
#include "ledger/journal/connection.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/seal.h"
#include "ledger/journal/sql.h"

/* Advisory locks of ours, also in schema/functions.sql: (LOCK_CLASS, LOCK_ENGINE). */
#define LOCK_CLASS  "1263490382"
#define LOCK_ENGINE "1"

enum journal_state {
    JOURNAL_CLOSED,
    JOURNAL_OPEN,   /* the lock was taken and the epoch is ours */
    JOURNAL_FENCED, /* another engine has begun a newer epoch: never write again */
};

struct leaf {
    int64_t first_seq;
    int64_t last_seq;
};

struct journal {
    struct journal_config config;
    struct connection connection;
    enum journal_state state;
    char name[64]; /* application_name of the connection */
    int64_t epoch;
    struct seal tail;       /* of the last batch known durable; zero at first */
    int64_t checkpoint_seq; /* found by journal_recover, 0 = none */
    struct leaf *leaves;    /* those not yet full, in order */
    size_t leaf_count;
    size_t leaf_capacity;
    char **copy_targets; /* per document kind: "business"."x" ("key", …) */
    EVP_MD_CTX *digest;
    struct sql sql;
    struct stream seal_row;
    uint8_t *marks;
    size_t mark_capacity; /* rows */
    uint8_t *streams;     /* proofs of one batch */
    uint8_t *wire_buffer; /* WIRE_BUFFER_SIZE */
};

/* The tail and the leaves, read from the rows. */
MUST_CHECK enum status journal_load_tail(struct journal *journal);
MUST_CHECK enum status journal_load_leaves(struct journal *journal);

/*
 * After a broken connection: connects again, makes sure that the old backend is gone, takes the
 * lock again. OK only when no other engine was between: the epoch is still ours. LIMIT: fenced.
 * UNCERTAIN: given up after a bounded time.
 */
MUST_CHECK enum status journal_reopen(struct journal *journal);
