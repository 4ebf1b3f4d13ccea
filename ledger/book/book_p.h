#pragma once
/* The inside of the book, shared by the files of this folder only. */
#include "ledger/book/book.h"

/* Not for other shared objects to replace: calls inside a file may be inlined under -fPIC. */
#pragma GCC visibility push(hidden)

/* What one transfer does to the sums of both its accounts, in units of its amount. */
struct effect {
    int64_t posted;
    int64_t pending;
};

enum change_kind {
    CHANGE_ACCOUNT,
    CHANGE_BOUNDS,
    CHANGE_TRANSFER,
};

/* One line of the undo record: enough to take a change back without asking anything. */
struct change {
    uint16_t kind;
    uint16_t transfer_kind;
    union {
        struct {
            int64_t account;
            struct bounds before;
        } bounds;
        struct {
            int64_t debit;
            int64_t credit;
            int64_t amount;
            int64_t debit_prev;
            int64_t credit_prev;
            int64_t pending_seq;
            instant_us expires_at; /* of the pending transfer */
        } transfer;
    };
};

enum recording {
    RECORDING_OFF,
    RECORDING_ON,
};

/* Sums over the open pending transfers of one account, for book_check. */
struct pending_sums {
    int64_t debits;
    int64_t credits;
};

struct book {
    struct book_limits limits;
    int64_t seq;

    struct account *accounts; /* by number; row 0 is not used */
    int64_t account_count;
    struct map account_map;

    /*  0 .. pending_used -- open, or free and listed in pending_free
     *  pending_used .. pending_count_max -- never used  */
    struct pending *pendings;
    size_t pending_used;
    uint32_t *pending_free;
    size_t pending_free_count;
    struct map pending_map;

    uint32_t *expiry; /* binary heap of places in `pendings`, the next to expire first */
    size_t expiry_count;
    uint32_t *frontier; /* scratch of book_due */

    struct change *changes;
    size_t change_count;
    enum recording recording;

    struct pending_sums *sums; /* scratch of book_check, by account number */
};

/* --- account.c --- */

/* NULL when there is no such account. */
static inline struct account *account_at(const struct book *book, int64_t number)
{
    return number < 1 || number > book->account_count ? NULL : &book->accounts[number];
}

bool account_key_is_valid(const struct account_key *key);
/* The key must be new and there must be room. */
int64_t account_add(struct book *book, const struct account *account);
void account_remove_last(struct book *book);

/*
 * The balance if all that may still leave it left, or all that may still come came. Posted and
 * pending sums of one side never exceed INT64_MAX together (transfer.c) and none is negative, so
 * the differences cannot overflow.
 */
static inline int64_t account_low(const struct account *account)
{
    if (chart[account->key.purpose].side == SIDE_DEBIT) {
        return account->posted_debits - (account->posted_credits + account->pending_credits);
    }
    return account->posted_credits - (account->posted_debits + account->pending_debits);
}

static inline int64_t account_high(const struct account *account)
{
    if (chart[account->key.purpose].side == SIDE_DEBIT) {
        return account->posted_debits + account->pending_debits - account->posted_credits;
    }
    return account->posted_credits + account->pending_credits - account->posted_debits;
}

/* --- pending.c --- */

/* NULL when it is not open. */
struct pending *pending_find(const struct book *book, int64_t seq);
bool pending_has_room(const struct book *book);
/* There must be room. `heap_at` of `pending` is ignored. */
void pending_open(struct book *book, const struct pending *pending);
void pending_close(struct book *book, struct pending *pending);

/* --- expiry.c --- */

void expiry_add(struct book *book, uint32_t place);
void expiry_remove(struct book *book, uint32_t place);

/* --- transfer.c --- */

/* A posting that has been accepted, with its accounts found. */
struct move {
    struct account *debit;
    struct account *credit;
    struct pending *pending; /* NULL for single and pending */
    int64_t amount;
};

/* The first refusal in the order of outcome.h; on OK transfer_make cannot fail. */
MUST_CHECK enum outcome transfer_check(const struct book *book,
                                       const struct posting *posting,
                                       instant_us now,
                                       struct move *move_out);
void transfer_write(const struct book *book,
                    const struct posting *posting,
                    const struct move *move,
                    int64_t command_seq,
                    instant_us now,
                    struct transfer *row_out);
void transfer_make(struct book *book, const struct move *move, const struct transfer *row);
void transfer_unmake(struct book *book, const struct change *change);

/* --- undo.c --- */

static inline bool undo_has_room(const struct book *book)
{
    return book->recording == RECORDING_OFF || book->change_count < BOOK_UNDO_COUNT_MAX;
}

/* The line to fill in for the change about to be made; there must be room. NULL when nobody can ask
 * for it back. */
static inline struct change *undo_next(struct book *book)
{
    return book->recording == RECORDING_OFF ? NULL : &book->changes[book->change_count++];
}

void undo_back_to(struct book *book, size_t change_count);

#pragma GCC visibility pop
