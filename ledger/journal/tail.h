#pragma once
/*
 * The rows of ledger.transfer from a seq on, in order and without a gap, as fast as they can be
 * read: the leaves are cut into stretches of pages, and each connection has its server read, and a
 * thread of ours decode, one stretch after another, while the caller works on those before.
 *
 * Leaves are appended by one writer, so their physical order is the order of seq; where that turns
 * out not to hold (rows moved by somebody else) the rows that are left are sorted.
 */
#include <pthread.h>

#include "ledger/book/book.h"
#include "ledger/journal/connection.h"

enum {
    TAIL_CONNECTION_COUNT_MAX = 4,
    TAIL_BLOCK_COUNT = 8, /* stretches decoded ahead of the caller */
};

/* A stretch of one leaf's pages. */
struct stretch {
    int64_t leaf; /* its first seq */
    int64_t page;
    int64_t page_end; /* INT64_MAX = to the end */
};

/* The rows of a stretch. */
struct tail_block {
    struct transfer *rows;
    size_t count;
    size_t capacity;
    enum status status;
    bool is_ready;
};

struct tail;
struct tail_lane {
    struct tail *tail;
    struct connection *connection;
    pthread_t thread;
};

struct tail {
    int64_t first_seq;
    int64_t next_seq;
    struct stretch *stretches;
    size_t stretch_count;
    struct tail_lane lanes[TAIL_CONNECTION_COUNT_MAX];
    size_t lane_count; /* running */
    struct tail_block blocks[TAIL_BLOCK_COUNT];
    bool is_given; /* the caller has the present block */
    struct connection *ordering;
    struct copy copy; /* of sorted rows */
    bool is_sorted;
    int64_t bad_seq; /* of a row out of order: below next_seq twice, above it after a gap */
    enum status status;

    pthread_mutex_t lock;
    pthread_cond_t block_ready;
    pthread_cond_t block_free;
    /* under the lock: */
    size_t begun; /* stretches that some lane took */
    size_t done;  /* stretches the caller is through with */
    bool is_over;
};

/*
 * Every connection has begun a transaction, all on one snapshot; they are not to be used until
 * tail_close. `tail` stays where it is until then.
 */
void tail_open(struct tail *tail,
               struct connection *const *connections,
               size_t connection_count,
               int64_t first_seq);
/* The next transfers, valid until the next call. False at the end, at a gap and on failure. */
MUST_CHECK bool tail_next(struct tail *tail, const struct transfer **rows_out, size_t *count_out);
/* CORRUPT after a gap or a row met twice, see bad_seq. */
MUST_CHECK enum status tail_close(struct tail *tail);
