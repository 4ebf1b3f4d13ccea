/* The five laws of book.h, each recomputed from the rows. */
#include <assert.h>
#include <string.h>

#include "ledger/book/book_p.h"

/* ISO C has no 128-bit integer; both compilers of ours do. Sums of sums need the room. */
__extension__ typedef __int128 wide_int;

enum {
    TOTAL_COUNT_MAX = 16
};

/* Debits less credits of one currency in one book. */
struct total {
    enum currency currency;
    enum book_kind book;
    int64_t first_account;
    wide_int posted;
    wide_int pending;
};

struct totals {
    struct total rows[TOTAL_COUNT_MAX];
    size_t count;
};

static struct total *total_of(struct totals *totals, const struct account *account, int64_t number)
{
    enum book_kind book = chart[account->key.purpose].book;
    for (size_t i = 0; i < totals->count; i++) {
        if (totals->rows[i].currency == account->key.currency && totals->rows[i].book == book) {
            return &totals->rows[i];
        }
    }
    assert(totals->count < TOTAL_COUNT_MAX);
    struct total *total = &totals->rows[totals->count++];
    *total = (struct total){
        .currency = account->key.currency,
        .book = book,
        .first_account = number,
    };
    return total;
}

/* Laws 1 and 2. */
static int check_totals(const struct book *book, int64_t *account_out)
{
    struct totals totals = {.count = 0};
    for (int64_t i = 1; i <= book->account_count; i++) {
        const struct account *account = &book->accounts[i];
        struct total *total = total_of(&totals, account, i);
        total->posted += (wide_int)account->posted_debits - account->posted_credits;
        total->pending += (wide_int)account->pending_debits - account->pending_credits;
    }
    int law = 0;
    for (size_t i = totals.count; i-- > 0;) {
        const struct total *total = &totals.rows[i];
        int broken = total->posted != 0 ? 1 : total->pending != 0 ? 2 : 0;
        if (broken != 0 && (law == 0 || broken <= law)) {
            law = broken;
            *account_out = total->first_account;
        }
    }
    return law;
}

/* Law 3. */
static int check_bounds(const struct book *book, int64_t *account_out)
{
    for (int64_t i = 1; i <= book->account_count; i++) {
        const struct account *account = &book->accounts[i];
        if (account_low(account) < account->bounds.min ||
            account_high(account) > account->bounds.max) {
            *account_out = i;
            return 3;
        }
    }
    return 0;
}

/* A sum that does not fit cannot equal an account's: -1 stands for it, and stays. */
static int64_t sum_add(int64_t sum, int64_t amount)
{
    int64_t added;
    return sum >= 0 && amount_add(sum, amount, &added) ? added : -1;
}

/* Law 4. */
static int check_pending_sums(const struct book *book, int64_t *account_out)
{
    memset(book->sums, 0, ((size_t)book->account_count + 1) * sizeof *book->sums);
    for (size_t i = 0; i < book->pending_used; i++) {
        const struct pending *pending = &book->pendings[i];
        if (pending->seq != 0) {
            struct pending_sums *debit = &book->sums[pending->debit];
            struct pending_sums *credit = &book->sums[pending->credit];
            debit->debits = sum_add(debit->debits, pending->remaining);
            credit->credits = sum_add(credit->credits, pending->remaining);
        }
    }
    for (int64_t i = 1; i <= book->account_count; i++) {
        if (book->sums[i].debits != book->accounts[i].pending_debits ||
            book->sums[i].credits != book->accounts[i].pending_credits) {
            *account_out = i;
            return 4;
        }
    }
    return 0;
}

/* Law 5, for the transfers still open; those closed were checked when they were made. */
static int check_pairs(const struct book *book, int64_t *account_out)
{
    for (size_t i = 0; i < book->pending_used; i++) {
        const struct pending *pending = &book->pendings[i];
        if (pending->seq == 0) {
            continue;
        }
        const struct account_key *debit = &book->accounts[pending->debit].key;
        const struct account_key *credit = &book->accounts[pending->credit].key;
        if (debit->currency != credit->currency ||
            chart[debit->purpose].book != chart[credit->purpose].book) {
            *account_out = pending->debit;
            return 5;
        }
    }
    return 0;
}

int book_check(const struct book *book, int64_t *account_out)
{
    int (*const laws[])(const struct book *, int64_t *) = {
        check_totals,
        check_bounds,
        check_pending_sums,
        check_pairs,
    };
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        int law = laws[i](book, account_out);
        if (law != 0) {
            return law;
        }
    }
    return 0;
}
