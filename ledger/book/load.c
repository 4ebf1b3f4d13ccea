/* Recovery: a book from the rows of a checkpoint and of what came after it. */
#include <assert.h>

#include "ledger/book/book_p.h"

/* None negative, each side within what later sums rely on. */
static bool sums_are_valid(const struct account *account)
{
    int64_t sum;
    return account->posted_debits >= 0 && account->posted_credits >= 0 &&
           account->pending_debits >= 0 && account->pending_credits >= 0 &&
           amount_add(account->posted_debits, account->pending_debits, &sum) &&
           amount_add(account->posted_credits, account->pending_credits, &sum);
}

bool book_load_account(struct book *book, int64_t number, const struct account *account)
{
    if (number != book->account_count + 1 || (size_t)number > book->limits.account_count_max ||
        !account_key_is_valid(&account->key) || book_find(book, &account->key) != 0 ||
        !sums_are_valid(account) || account->bounds.min > account->bounds.max) {
        return false;
    }
    account_add(book, account);
    return true;
}

bool book_load_pending(struct book *book, const struct pending *pending)
{
    if (pending->seq < 1 || pending->remaining < 1 || !pending_has_room(book) ||
        account_at(book, pending->debit) == NULL || account_at(book, pending->credit) == NULL ||
        pending->debit == pending->credit || pending_find(book, pending->seq) != NULL) {
        return false;
    }
    pending_open(book, pending);
    return true;
}

void book_load_seq(struct book *book, int64_t seq)
{
    book->seq = seq;
}

static bool rows_are_equal(const struct transfer *a, const struct transfer *b)
{
    return a->seq == b->seq && a->debit == b->debit && a->credit == b->credit &&
           a->amount == b->amount && a->pending_seq == b->pending_seq &&
           a->expires_at == b->expires_at && a->debit_prev == b->debit_prev &&
           a->credit_prev == b->credit_prev;
}

bool book_load_transfer(struct book *book, const struct transfer *transfer)
{
    if (transfer->kind < TRANSFER_SINGLE || transfer->kind > TRANSFER_EXPIRE) {
        return false;
    }
    struct posting posting = {
        .kind = (enum transfer_kind)transfer->kind,
        .debit = transfer->debit,
        .credit = transfer->credit,
        .amount = transfer->amount,
        .pending_seq = transfer->pending_seq,
        .expires_at = transfer->expires_at,
        .code = transfer->code,
    };
    struct move move;
    if (transfer_check(book, &posting, transfer->recorded_at, &move) != OUTCOME_OK) {
        return false;
    }
    struct transfer row;
    transfer_write(book, &posting, &move, transfer->command_seq, transfer->recorded_at, &row);
    if (!rows_are_equal(&row, transfer)) {
        return false;
    }
    transfer_make(book, &move, &row);
    return true;
}

bool book_load_bounds(struct book *book, int64_t number, const struct bounds *bounds)
{
    return book_set_bounds(book, number, bounds) == OUTCOME_OK;
}
