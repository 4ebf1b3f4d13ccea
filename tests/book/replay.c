#include "tests/book/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void history_clear(struct history *history)
{
    history->count = 0;
    history->checkpoint = (struct model){.seq = 0};
    history->checkpoint_count = 0;
}

static struct entry *history_next(struct history *history)
{
    if (history->count == history->capacity) {
        history->capacity = history->capacity == 0 ? 1024 : history->capacity * 2;
        struct entry *entries = realloc(history->entries, history->capacity * sizeof *entries);
        if (entries == NULL) {
            abort();
        }
        history->entries = entries;
    }
    struct entry *entry = &history->entries[history->count++];
    memset(entry, 0, sizeof *entry);
    return entry;
}

void history_add_account(struct history *history, const struct book *book, int64_t number)
{
    struct entry *entry = history_next(history);
    entry->kind = ENTRY_ACCOUNT;
    entry->number = number;
    entry->account = *book_account(book, number);
}

void history_add_bounds(struct history *history, int64_t number, const struct bounds *bounds)
{
    struct entry *entry = history_next(history);
    entry->kind = ENTRY_BOUNDS;
    entry->number = number;
    entry->bounds = *bounds;
}

void history_add_transfers(struct history *history, const struct transfer *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = history_next(history);
        entry->kind = ENTRY_TRANSFER;
        entry->transfer = rows[i];
    }
}

enum {
    ALTERATION_COUNT = 9
};

static struct transfer altered(const struct transfer *row, size_t alteration)
{
    struct transfer twin = *row;
    int64_t *const fields[] = {
        &twin.seq,
        &twin.amount,
        &twin.debit_prev,
        &twin.credit_prev,
        &twin.expires_at,
    };
    switch (alteration) {
    case 5:
        twin.amount = 0;
        break;
    case 6:
        twin.kind = 0;
        break;
    case 7:
        twin.kind = TRANSFER_EXPIRE + 1;
        break;
    case 8:
        twin.debit = row->credit;
        twin.credit = row->debit;
        break;
    default:
        *fields[alteration] += 1;
    }
    return twin;
}

/* Another amount, another expiry and the accounts exchanged are possible transfers of their own:
 * of some kinds only. */
static bool is_contradiction(const struct transfer *row, size_t alteration)
{
    bool is_new = row->kind == TRANSFER_SINGLE || row->kind == TRANSFER_PENDING;
    switch (alteration) {
    case 1:
        return row->kind == TRANSFER_VOID || row->kind == TRANSFER_EXPIRE;
    case 4:
        return row->kind != TRANSFER_PENDING;
    case 8:
        return !is_new;
    default:
        return true;
    }
}

static bool refuses_altered(struct book *book, const struct transfer *row)
{
    for (size_t i = 0; i < ALTERATION_COUNT; i++) {
        struct transfer twin = altered(row, i);
        if (is_contradiction(row, i) && book_load_transfer(book, &twin)) {
            printf("transfer %lld of kind %d was loaded with alteration %zu\n",
                   (long long)row->seq,
                   row->kind,
                   i);
            return false;
        }
    }
    return true;
}

static bool replay_tail(struct book *book, const struct history *history, size_t from)
{
    for (size_t i = from; i < history->count; i++) {
        const struct entry *entry = &history->entries[i];
        bool is_loaded = false;
        switch (entry->kind) {
        case ENTRY_ACCOUNT:
            is_loaded = !book_load_account(book, entry->number + 1, &entry->account) &&
                        book_load_account(book, entry->number, &entry->account) &&
                        !book_load_account(book, entry->number + 1, &entry->account);
            break;
        case ENTRY_BOUNDS:
            is_loaded = book_load_bounds(book, entry->number, &entry->bounds);
            break;
        case ENTRY_TRANSFER:
            is_loaded = refuses_altered(book, &entry->transfer) &&
                        book_load_transfer(book, &entry->transfer) &&
                        !book_load_transfer(book, &entry->transfer);
            break;
        }
        if (!is_loaded) {
            printf("entry %zu of kind %d went wrong\n", i, (int)entry->kind);
            return false;
        }
    }
    return true;
}

struct book *replay_all(const struct history *history, const struct book_limits *limits)
{
    struct book *book = book_create(limits);
    if (!replay_tail(book, history, 0)) {
        book_destroy(book);
        return NULL;
    }
    return book;
}

static bool load_checkpoint(struct book *book, const struct model *model)
{
    for (int64_t i = 1; i <= model->account_count; i++) {
        const struct model_account *from = &model->accounts[i];
        struct account account = {
            .posted_debits = from->debits,
            .posted_credits = from->credits,
            .pending_debits = (int64_t)model_pending_debits(model, i),
            .pending_credits = (int64_t)model_pending_credits(model, i),
            .bounds = from->bounds,
            .last_seq = from->last_seq,
            .key = from->key,
        };
        if (!book_load_account(book, i, &account)) {
            return false;
        }
    }
    for (size_t i = 0; i < model->pending_count; i++) {
        const struct model_pending *from = &model->pendings[i];
        struct pending pending = {
            .seq = from->seq,
            .debit = from->debit,
            .credit = from->credit,
            .remaining = from->rest,
            .expires_at = from->expires_at,
            .heap_at = 12345,
        };
        if (!book_load_pending(book, &pending) || book_load_pending(book, &pending)) {
            return false;
        }
    }
    book_load_seq(book, model->seq);
    int64_t account = 0;
    return book_check(book, &account) == 0;
}

struct book *replay_checkpoint(const struct history *history, const struct book_limits *limits)
{
    struct book *book = book_create(limits);
    if (!load_checkpoint(book, &history->checkpoint) ||
        !replay_tail(book, history, history->checkpoint_count)) {
        book_destroy(book);
        return NULL;
    }
    return book;
}
