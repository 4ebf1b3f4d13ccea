#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/book/book_p.h"

enum {
    CACHE_LINE_SIZE = 64
};

_Static_assert(sizeof(struct account) == (size_t)2 * CACHE_LINE_SIZE,
               "an account is two cache lines");
_Static_assert(offsetof(struct account, key.owner) == CACHE_LINE_SIZE,
               "what a transfer reads and writes lies in the first of them");
_Static_assert(sizeof(struct change) == CACHE_LINE_SIZE, "a change is one cache line");

/* Aligned to cache lines; the pages are touched as they are used. */
static void *reserve(size_t count, size_t size)
{
    assert(count < SIZE_MAX / 2 / size);
    size_t bytes = (count * size + CACHE_LINE_SIZE) / CACHE_LINE_SIZE * CACHE_LINE_SIZE;
    void *memory = aligned_alloc(CACHE_LINE_SIZE, bytes);
    if (memory == NULL) {
        fprintf(stderr, "out of memory: %zu bytes for the book\n", bytes);
        abort();
    }
    return memory;
}

struct book *book_create(const struct book_limits *limits)
{
    size_t account_count = limits->account_count_max + 1;
    size_t pending_count = limits->pending_count_max;
    assert(account_count < MAP_NONE && pending_count < MAP_NONE);
    struct book *book = reserve(1, sizeof *book);
    *book = (struct book){
        .limits = *limits,
        .accounts = reserve(account_count, sizeof *book->accounts),
        .pendings = reserve(pending_count, sizeof *book->pendings),
        .pending_free = reserve(pending_count, sizeof *book->pending_free),
        .expiry = reserve(pending_count, sizeof *book->expiry),
        .frontier = reserve(pending_count, sizeof *book->frontier),
        .changes = reserve(BOOK_UNDO_COUNT_MAX, sizeof *book->changes),
        .sums = reserve(account_count, sizeof *book->sums),
    };
    map_create(&book->account_map, account_count);
    map_create(&book->pending_map, pending_count);
    return book;
}

void book_destroy(struct book *book)
{
    if (book == NULL) {
        return;
    }
    map_destroy(&book->account_map);
    map_destroy(&book->pending_map);
    free(book->accounts);
    free(book->pendings);
    free(book->pending_free);
    free(book->expiry);
    free(book->frontier);
    free(book->changes);
    free(book->sums);
    free(book);
}

int64_t book_seq(const struct book *book)
{
    return book->seq;
}
