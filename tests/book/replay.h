#pragma once
/*
 * What a journal would hold: the rows of accounts, bounds and transfers in their order, and a
 * checkpoint somewhere among them. From it a second book is loaded and must equal the first.
 */
#include "ledger/book/book.h"
#include "tests/book/model.h"

enum entry_kind {
    ENTRY_ACCOUNT,
    ENTRY_BOUNDS,
    ENTRY_TRANSFER,
};

struct entry {
    enum entry_kind kind;
    int64_t number;
    struct account account;
    struct bounds bounds;
    struct transfer transfer;
};

struct history {
    struct entry *entries;
    size_t count;
    size_t capacity;
    struct model checkpoint; /* as the book stood ... */
    size_t checkpoint_count; /* ... after so many entries */
};

void history_clear(struct history *history);
void history_add_account(struct history *history, const struct book *book, int64_t number);
void history_add_bounds(struct history *history, int64_t number, const struct bounds *bounds);
void history_add_transfers(struct history *history, const struct transfer *rows, size_t count);

/* Loads a book from the beginning, or from the checkpoint; on the way each transfer is offered
 * altered as well, which must be refused. NULL when a row was not taken as it should be. */
struct book *replay_all(const struct history *history, const struct book_limits *limits);
struct book *replay_checkpoint(const struct history *history, const struct book_limits *limits);
