#pragma once
/*
 * The book once more, as plainly as possible: one struct that is copied whole for a savepoint,
 * lists searched from end to end, sums in 128 bits, every refusal looked for before the first in
 * order is told. What ledger/book does must be what this does.
 */
#include "ledger/book/book.h"

enum {
    MODEL_ACCOUNT_COUNT_MAX = 12,
    MODEL_PENDING_COUNT_MAX = 16
};

/* ISO C has no 128-bit integer; both compilers of ours do. */
__extension__ typedef __int128 model_sum;

struct model_account {
    struct account_key key;
    struct bounds bounds;
    int64_t debits;
    int64_t credits;
    int64_t last_seq;
};

struct model_pending {
    int64_t seq;
    int64_t debit;
    int64_t credit;
    int64_t rest;
    instant_us expires_at;
};

struct model {
    struct book_limits limits;
    int64_t seq;
    struct model_account accounts[MODEL_ACCOUNT_COUNT_MAX + 1]; /* by number */
    int64_t account_count;
    struct model_pending pendings[MODEL_PENDING_COUNT_MAX]; /* in no order */
    size_t pending_count;
};

int64_t model_find(const struct model *model, const struct account_key *key);
int64_t model_open(struct model *model, const struct account_key *key);
enum outcome model_set_bounds(struct model *model, int64_t number, const struct bounds *bounds);
enum outcome model_apply(struct model *model,
                         const struct posting *postings,
                         size_t count,
                         int64_t command_seq,
                         instant_us now,
                         struct transfer *transfers_out,
                         size_t *failed_out);
/* Seqs of the pending transfers due, in the order they expire; returns how many. */
size_t model_due(const struct model *model, instant_us now, int64_t *seqs_out);

/* Sums over the open pending transfers. */
model_sum model_pending_debits(const struct model *model, int64_t number);
model_sum model_pending_credits(const struct model *model, int64_t number);
/* The balance on the account's side, and the farthest pendings may take it down and up. */
model_sum model_balance(const struct model *model, int64_t number);
model_sum model_low(const struct model *model, int64_t number);
model_sum model_high(const struct model *model, int64_t number);
