/* Postings become transfers: everything is checked first, then changed by steps that cannot fail.
 */
#include <assert.h>

#include "ledger/book/book_p.h"

static const struct effect effects[] = {
    [TRANSFER_SINGLE] = {.posted = 1 },
    [TRANSFER_PENDING] = {.pending = 1},
    [TRANSFER_POST] = {.posted = 1,  .pending = -1},
    [TRANSFER_VOID] = {.pending = -1           },
    [TRANSFER_EXPIRE] = {.pending = -1},
};

/*
 * Posted and pending together must fit: then posting later can overflow nothing, nor can the
 * differences that bounds are compared with.
 */
static bool sums_fit(const struct account *debit, const struct account *credit, int64_t amount)
{
    int64_t sum;
    return amount_add(debit->posted_debits + debit->pending_debits, amount, &sum) &&
           amount_add(credit->posted_credits + credit->pending_credits, amount, &sum);
}

/* A debit takes from a credit account and adds to a debit account. */
static bool debit_fits(const struct account *account, int64_t amount)
{
    if (chart[account->key.purpose].side == SIDE_DEBIT) {
        return account_high(account) + amount <= account->bounds.max;
    }
    return account_low(account) - amount >= account->bounds.min;
}

static bool credit_fits(const struct account *account, int64_t amount)
{
    if (chart[account->key.purpose].side == SIDE_DEBIT) {
        return account_low(account) - amount >= account->bounds.min;
    }
    return account_high(account) + amount <= account->bounds.max;
}

static enum outcome check_accounts(const struct account *debit, const struct account *credit)
{
    if (debit == NULL || credit == NULL) {
        return OUTCOME_ACCOUNT_UNKNOWN;
    }
    if (debit == credit) {
        return OUTCOME_SAME_ACCOUNT;
    }
    if (debit->key.currency != credit->key.currency) {
        return OUTCOME_CURRENCY_MISMATCH;
    }
    if (chart[debit->key.purpose].book != chart[credit->key.purpose].book) {
        return OUTCOME_BOOK_MISMATCH;
    }
    return OUTCOME_OK;
}

/* Single and pending: the amount must fit both accounts. */
static enum outcome check_new(const struct book *book,
                              const struct posting *posting,
                              instant_us now,
                              struct move *move_out)
{
    if (posting->amount <= 0) {
        return OUTCOME_AMOUNT_NOT_POSITIVE;
    }
    struct move move = {
        .debit = account_at(book, posting->debit),
        .credit = account_at(book, posting->credit),
        .amount = posting->amount,
    };
    enum outcome outcome = check_accounts(move.debit, move.credit);
    if (outcome != OUTCOME_OK) {
        return outcome;
    }
    bool is_pending = posting->kind == TRANSFER_PENDING;
    if (is_pending && posting->expires_at != INSTANT_NONE && posting->expires_at <= now) {
        return OUTCOME_EXPIRY_PAST;
    }
    if (!sums_fit(move.debit, move.credit, move.amount)) {
        return OUTCOME_AMOUNT_OVERFLOW;
    }
    if (!debit_fits(move.debit, move.amount)) {
        return OUTCOME_DEBIT_BOUND;
    }
    if (!credit_fits(move.credit, move.amount)) {
        return OUTCOME_CREDIT_BOUND;
    }
    if (is_pending && !pending_has_room(book)) {
        return OUTCOME_BOOK_FULL;
    }
    *move_out = move;
    return OUTCOME_OK;
}

/* Post, void and expire: what was accepted once fits without asking again. */
static enum outcome check_later(const struct book *book,
                                const struct posting *posting,
                                instant_us now,
                                struct move *move_out)
{
    bool is_post = posting->kind == TRANSFER_POST;
    if (is_post && posting->amount <= 0) {
        return OUTCOME_AMOUNT_NOT_POSITIVE;
    }
    if (posting->pending_seq < 1 || posting->pending_seq > book->seq) {
        return OUTCOME_PENDING_UNKNOWN;
    }
    struct pending *pending = pending_find(book, posting->pending_seq);
    if (pending == NULL) {
        return OUTCOME_PENDING_CLOSED;
    }
    if (is_post && posting->amount > pending->remaining) {
        return OUTCOME_PENDING_EXCEEDED;
    }
    if (posting->kind == TRANSFER_EXPIRE &&
        (pending->expires_at == INSTANT_NONE || pending->expires_at > now)) {
        return OUTCOME_PENDING_NOT_DUE;
    }
    *move_out = (struct move){
        .debit = &book->accounts[pending->debit],
        .credit = &book->accounts[pending->credit],
        .pending = pending,
        .amount = is_post ? posting->amount : pending->remaining,
    };
    return OUTCOME_OK;
}

enum outcome transfer_check(const struct book *book,
                            const struct posting *posting,
                            instant_us now,
                            struct move *move_out)
{
    assert(posting->kind >= TRANSFER_SINGLE && posting->kind <= TRANSFER_EXPIRE);
    enum outcome outcome = OUTCOME_OK;
    switch (posting->kind) {
    case TRANSFER_SINGLE:
    case TRANSFER_PENDING:
        outcome = check_new(book, posting, now, move_out);
        break;
    case TRANSFER_POST:
    case TRANSFER_VOID:
    case TRANSFER_EXPIRE:
        outcome = check_later(book, posting, now, move_out);
        break;
    }
    if (outcome == OUTCOME_OK && !undo_has_room(book)) {
        return OUTCOME_BOOK_FULL;
    }
    return outcome;
}

void transfer_write(const struct book *book,
                    const struct posting *posting,
                    const struct move *move,
                    int64_t command_seq,
                    instant_us now,
                    struct transfer *row_out)
{
    row_out->seq = book->seq + 1;
    row_out->debit = move->debit - book->accounts;
    row_out->credit = move->credit - book->accounts;
    row_out->amount = move->amount;
    row_out->pending_seq = move->pending == NULL ? 0 : move->pending->seq;
    row_out->command_seq = command_seq;
    row_out->recorded_at = now;
    row_out->expires_at = posting->kind == TRANSFER_PENDING ? posting->expires_at : INSTANT_NONE;
    row_out->debit_prev = move->debit->last_seq;
    row_out->credit_prev = move->credit->last_seq;
    row_out->kind = (uint16_t)posting->kind;
    row_out->code = posting->code;
}

static void sums_change(struct account *debit,
                        struct account *credit,
                        const struct effect *effect,
                        int64_t amount)
{
    debit->posted_debits += effect->posted * amount;
    debit->pending_debits += effect->pending * amount;
    credit->posted_credits += effect->posted * amount;
    credit->pending_credits += effect->pending * amount;
}

static void record_transfer(struct book *book, const struct move *move, const struct transfer *row)
{
    struct change *change = undo_next(book);
    if (change == NULL) {
        return;
    }
    change->kind = CHANGE_TRANSFER;
    change->transfer_kind = row->kind;
    change->transfer.debit = row->debit;
    change->transfer.credit = row->credit;
    change->transfer.amount = row->amount;
    change->transfer.debit_prev = row->debit_prev;
    change->transfer.credit_prev = row->credit_prev;
    change->transfer.pending_seq = row->pending_seq;
    change->transfer.expires_at = move->pending == NULL ? 0 : move->pending->expires_at;
}

void transfer_make(struct book *book, const struct move *move, const struct transfer *row)
{
    record_transfer(book, move, row);
    sums_change(move->debit, move->credit, &effects[row->kind], row->amount);
    move->debit->last_seq = row->seq;
    move->credit->last_seq = row->seq;
    book->seq = row->seq;
    if (row->kind == TRANSFER_PENDING) {
        pending_open(book,
                     &(struct pending){
                         .seq = row->seq,
                         .debit = row->debit,
                         .credit = row->credit,
                         .remaining = row->amount,
                         .expires_at = row->expires_at,
                     });
    } else if (move->pending != NULL) {
        move->pending->remaining -= row->amount;
        if (move->pending->remaining == 0) {
            pending_close(book, move->pending);
        }
    }
}

static void pending_give_back(struct book *book, const struct change *change)
{
    struct pending *pending = pending_find(book, change->transfer.pending_seq);
    if (pending != NULL) {
        pending->remaining += change->transfer.amount;
        return;
    }
    pending_open(book,
                 &(struct pending){
                     .seq = change->transfer.pending_seq,
                     .debit = change->transfer.debit,
                     .credit = change->transfer.credit,
                     .remaining = change->transfer.amount,
                     .expires_at = change->transfer.expires_at,
                 });
}

void transfer_unmake(struct book *book, const struct change *change)
{
    struct account *debit = &book->accounts[change->transfer.debit];
    struct account *credit = &book->accounts[change->transfer.credit];
    sums_change(debit, credit, &effects[change->transfer_kind], -change->transfer.amount);
    debit->last_seq = change->transfer.debit_prev;
    credit->last_seq = change->transfer.credit_prev;
    if (change->transfer_kind == TRANSFER_PENDING) {
        pending_close(book, pending_find(book, book->seq));
    } else if (change->transfer.pending_seq != 0) {
        pending_give_back(book, change);
    }
    book->seq--;
}

/* Accounts lie at random in memory: the loads of a group are started ahead of their use. */
enum {
    PREFETCH_COUNT = 8
};

/* Inlined by force: gcc 12 takes a function that only prefetches for one without effect. */
__attribute__((always_inline)) static inline void
accounts_prefetch(const struct book *book, const struct posting *postings, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        __builtin_prefetch(account_at(book, postings[i].debit), 1);
        __builtin_prefetch(account_at(book, postings[i].credit), 1);
    }
}

void book_expect(const struct book *book, const struct posting *postings, size_t count)
{
    accounts_prefetch(book, postings, 0, count);
}

enum outcome book_apply(struct book *book,
                        const struct posting *postings,
                        size_t count,
                        int64_t command_seq,
                        instant_us now,
                        struct transfer *transfers_out,
                        size_t *failed_out)
{
    enum recording recording = book->recording;
    size_t start = book->change_count;
    if (count > 1) {
        book->recording = RECORDING_ON;
    }
    accounts_prefetch(book, postings, 0, count < PREFETCH_COUNT ? count : PREFETCH_COUNT);
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < count && outcome == OUTCOME_OK; i++) {
        if (i + PREFETCH_COUNT < count) {
            accounts_prefetch(book, postings, i + PREFETCH_COUNT, i + PREFETCH_COUNT + 1);
        }
        struct move move;
        outcome = transfer_check(book, &postings[i], now, &move);
        if (outcome == OUTCOME_OK) {
            transfer_write(book, &postings[i], &move, command_seq, now, &transfers_out[i]);
            transfer_make(book, &move, &transfers_out[i]);
        } else {
            *failed_out = i;
            undo_back_to(book, start);
        }
    }
    if (recording == RECORDING_OFF) {
        book->recording = RECORDING_OFF;
        book->change_count = 0;
    }
    return outcome;
}
