#pragma once
/*
 * The book: every account's balances in memory, and the one door through which they change.
 *
 *   single   debit and credit, posted at once
 *   pending  sets the amount aside on both accounts until posted, voided or expired
 *   post     a pending amount, whole or part; the rest stays pending
 *   void     gives the rest of a pending amount back
 *   expire   the same, once its time has come (book_due finds them); until then it may be posted
 *
 * Balance of an account = credits - debits (debits - credits on a debit account). Pending amounts
 * count against whichever bound they could break: an outgoing pending lowers what is available, an
 * incoming one raises what could come.
 *
 * Invariants, checked by book_check (numbered as in the documentation of `kouan verify`):
 *   L1  per currency and book: sum of posted debits = sum of posted credits
 *   L2  per currency and book: sum of pending debits = sum of pending credits
 *   L3  every account lies within its bounds, pendings counted
 *   L4  pending sums of each account = sum of its open pending transfers
 *   L5  a transfer joins two accounts of one currency and one book
 *
 * Posting, voiding and expiring never break a bound or overflow a sum: both are counted when the
 * pending transfer is accepted.
 *
 * Pure: no I/O, no clock, no allocation after book_create. Not thread-safe: one engine owns it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/date.h"
#include "ledger/base/map.h"
#include "ledger/base/money.h"
#include "ledger/book/chart.h"
#include "ledger/book/outcome.h"

enum {
    SUBJECT_SIZE = 56
}; /* a NUL-terminated key such as a GRN; "" for none */

/* Purpose and currency first: with the sums they fill one cache line of struct account. */
struct account_key {
    enum purpose purpose;
    enum currency currency;
    int64_t owner; /* number of the party; 0 = the house */
    char subject[SUBJECT_SIZE];
};

#define BOUND_NONE_MIN INT64_MIN
#define BOUND_NONE_MAX INT64_MAX

/* The account's balance, pendings counted against it, stays within [min, max]. */
struct bounds {
    int64_t min;
    int64_t max;
};

struct account {
    int64_t posted_debits;
    int64_t posted_credits;
    int64_t pending_debits;
    int64_t pending_credits;
    struct bounds bounds;
    int64_t last_seq; /* the latest transfer that touched it, 0 = none */
    struct account_key key;
};

enum transfer_kind {
    TRANSFER_SINGLE = 1,
    TRANSFER_PENDING = 2,
    TRANSFER_POST = 3,
    TRANSFER_VOID = 4,
    TRANSFER_EXPIRE = 5,
};

/*
 * What a rule asks for. Accounts are numbers of the book (1, 2, …; 0 is no account). Fields a kind
 * does not use are ignored: post, void and expire take the accounts of their pending transfer.
 */
struct posting {
    enum transfer_kind kind;
    uint16_t code; /* why: enum transfer_code of the business, stored as a number */
    int64_t debit;
    int64_t credit;
    int64_t amount;        /* post: at most what is still pending; void and expire: the rest */
    int64_t pending_seq;   /* post, void, expire: the pending transfer */
    instant_us expires_at; /* pending: 0 = never */
};

/* What happened: one row of ledger.transfer. */
struct transfer {
    int64_t seq; /* 1, 2, … without a gap */
    int64_t debit;
    int64_t credit;
    int64_t amount;
    int64_t pending_seq; /* 0 = none */
    int64_t command_seq;
    int64_t recorded_at; /* instant_us */
    int64_t expires_at;  /* 0 = never */
    int64_t debit_prev;  /* the previous transfer of the debit account, 0 = none */
    int64_t credit_prev;
    uint16_t kind;
    uint16_t code;
};

struct pending {
    int64_t seq; /* 0 = free */
    int64_t debit;
    int64_t credit;
    int64_t remaining;
    instant_us expires_at;
    uint32_t heap_at; /* its place in the expiry heap, MAP_NONE = never expires */
};

struct book_limits {
    size_t account_count_max;
    size_t pending_count_max;
};

/* Changes one savepoint or one group can take back; more is OUTCOME_BOOK_FULL. */
enum {
    BOOK_UNDO_COUNT_MAX = 1 << 18
};

struct book;

/* All memory is reserved here (address space; pages are touched as they are used). */
struct book *book_create(const struct book_limits *limits);
void book_destroy(struct book *book);

/* --- accounts --- */

/* 0 when there is no such account. */
int64_t book_find(const struct book *book, const struct account_key *key);
/*
 * Opens an account with the bounds of its purpose's side: at least 0 on a debit or credit account,
 * none on either. The key must be new (asserted). The next number; 0 = OUTCOME_BOOK_FULL.
 */
MUST_CHECK int64_t book_open(struct book *book, const struct account_key *key);
/* NULL when there is no such account. Valid until book_destroy. */
const struct account *book_account(const struct book *book, int64_t number);
int64_t book_account_count(const struct book *book);
/*
 * Posted balance on the normal side; what may still leave it above bounds.min, pendings counted
 * (INT64_MAX when that is unbounded).
 */
int64_t account_balance(const struct account *account);
int64_t account_available(const struct account *account);
/* Changes the bounds of a live account; refuses with ACCOUNT_UNKNOWN, BOUNDS_INVALID (min > max),
 * BOUNDS_EXCEEDED or BOOK_FULL. */
MUST_CHECK enum outcome
book_set_bounds(struct book *book, int64_t number, const struct bounds *bounds);

/* --- transfers --- */

/* Where the book stands; book_undo_to goes back to it. */
struct book_mark {
    int64_t seq;
    int64_t account_count;
    size_t undo_count;
};

/*
 * Applies a group of postings, all or none, in order; later ones see the earlier. On OK writes
 * `count` transfers to transfers_out. Otherwise the book has not changed and *failed_out is the
 * index of the posting refused. `command_seq` and `now` go into the rows.
 */
MUST_CHECK enum outcome book_apply(struct book *book,
                                   const struct posting *postings,
                                   size_t count,
                                   int64_t command_seq,
                                   instant_us now,
                                   struct transfer *transfers_out,
                                   size_t *failed_out);

/*
 * Starts loading the accounts of postings that will soon be applied one by one: in a large book
 * each is a cache miss. Changes nothing, is never needed; a group does it by itself.
 */
void book_expect(const struct book *book, const struct posting *postings, size_t count);

/*
 * Writes a posting of kind TRANSFER_EXPIRE for each pending transfer due at `now`, earliest first,
 * at most `count_max`; returns how many. They take effect when applied.
 */
size_t
book_due(const struct book *book, instant_us now, struct posting *postings_out, size_t count_max);
/* When the next pending transfer expires, 0 = none does. */
instant_us book_next_expiry(const struct book *book);

/* NULL when it is not open. Valid until the next change. */
const struct pending *book_pending(const struct book *book, int64_t pending_seq);
/* The number of the last transfer, 0 at first. */
int64_t book_seq(const struct book *book);

/*
 * Savepoints. From the first book_mark to book_forget every change can be taken back: accounts
 * opened, bounds set, transfers applied. Marks nest.
 */
struct book_mark book_mark(struct book *book);
/* The mark itself stays valid, those taken after it do not. */
void book_undo_to(struct book *book, const struct book_mark *mark);
/* Everything up to now stays: empties the undo record. No mark taken before is valid after. */
void book_forget(struct book *book);

/*
 * --- recovery: accounts and open pendings of a checkpoint, its seq, then in their order the
 *     accounts, bounds and transfers that came after it. False, and nothing changed, when the row
 *     contradicts the book. Laws 1 to 5 of a checkpoint are left to book_check. ---
 */

/* Its pending sums are loaded as they are. False: number not the next, key known, book full… */
MUST_CHECK bool book_load_account(struct book *book, int64_t number, const struct account *account);
/* An open pending transfer of the checkpoint; heap_at is ignored. */
MUST_CHECK bool book_load_pending(struct book *book, const struct pending *pending);
/* The seq the checkpoint stands at. */
void book_load_seq(struct book *book, int64_t seq);
/* A transfer after the checkpoint: the same rules as book_apply, and the row must come out equal.
 */
MUST_CHECK bool book_load_transfer(struct book *book, const struct transfer *transfer);
/* A bounds change after the checkpoint. */
MUST_CHECK bool book_load_bounds(struct book *book, int64_t number, const struct bounds *bounds);

/* --- invariants --- */

/*
 * The number of the first law broken (1 to 5), 0 when all hold; *account_out is then an account
 * where it shows (laws 1 and 2: the first of that currency and book). Walks the whole book.
 */
int book_check(const struct book *book, int64_t *account_out);
