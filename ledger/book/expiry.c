/*
 * Which pending transfer expires next: a binary heap ordered by time, then by seq, so that the
 * order never depends on how the heap came about.
 */
#include "ledger/book/book_p.h"

static bool is_sooner(const struct pending *a, const struct pending *b)
{
    return a->expires_at != b->expires_at ? a->expires_at < b->expires_at : a->seq < b->seq;
}

static const struct pending *pending_at(const struct book *book, size_t at)
{
    return &book->pendings[book->expiry[at]];
}

static void settle(struct book *book, size_t at, uint32_t place)
{
    book->expiry[at] = place;
    book->pendings[place].heap_at = (uint32_t)at;
}

/* Puts `place` at `at` or wherever above it belongs. */
static void rise(struct book *book, size_t at, uint32_t place)
{
    while (at > 0 && is_sooner(&book->pendings[place], pending_at(book, (at - 1) / 2))) {
        settle(book, at, book->expiry[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    settle(book, at, place);
}

/* The child of `at` that expires sooner, or `expiry_count` when it has none. */
static size_t sooner_child(const struct book *book, size_t at)
{
    size_t left = 2 * at + 1;
    if (left >= book->expiry_count) {
        return book->expiry_count;
    }
    size_t right = left + 1;
    bool is_right =
        right < book->expiry_count && is_sooner(pending_at(book, right), pending_at(book, left));
    return is_right ? right : left;
}

void expiry_add(struct book *book, uint32_t place)
{
    rise(book, book->expiry_count++, place);
}

void expiry_remove(struct book *book, uint32_t place)
{
    size_t at = book->pendings[place].heap_at;
    uint32_t last = book->expiry[--book->expiry_count];
    book->pendings[place].heap_at = MAP_NONE;
    if (last == place) {
        return;
    }
    size_t child = sooner_child(book, at);
    while (child < book->expiry_count &&
           is_sooner(pending_at(book, child), &book->pendings[last])) {
        settle(book, at, book->expiry[child]);
        at = child;
        child = sooner_child(book, at);
    }
    rise(book, at, last);
}

instant_us book_next_expiry(const struct book *book)
{
    return book->expiry_count == 0 ? INSTANT_NONE : pending_at(book, 0)->expires_at;
}

/*
 * The frontier: places of the expiry heap not yet given out whose parents are, itself a heap by
 * the same order. It yields the earliest k of n without touching the rest.
 */
static bool frontier_is_sooner(const struct book *book, size_t a, size_t b)
{
    return is_sooner(pending_at(book, book->frontier[a]), pending_at(book, book->frontier[b]));
}

static void frontier_swap(const struct book *book, size_t a, size_t b)
{
    uint32_t kept = book->frontier[a];
    book->frontier[a] = book->frontier[b];
    book->frontier[b] = kept;
}

static void frontier_add(const struct book *book, size_t *count, size_t at)
{
    if (at >= book->expiry_count) {
        return;
    }
    size_t child = (*count)++;
    book->frontier[child] = (uint32_t)at;
    while (child > 0 && frontier_is_sooner(book, child, (child - 1) / 2)) {
        frontier_swap(book, child, (child - 1) / 2);
        child = (child - 1) / 2;
    }
}

static size_t frontier_take(const struct book *book, size_t *count)
{
    size_t taken = book->frontier[0];
    book->frontier[0] = book->frontier[--*count];
    size_t at = 0;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < *count; child++) {
            if (frontier_is_sooner(book, child, least)) {
                least = child;
            }
        }
        if (least == at) {
            return taken;
        }
        frontier_swap(book, at, least);
        at = least;
    }
}

size_t
book_due(const struct book *book, instant_us now, struct posting *postings_out, size_t count_max)
{
    size_t count = 0;
    size_t frontier_count = 0;
    frontier_add(book, &frontier_count, 0);
    while (frontier_count > 0 && count < count_max) {
        size_t at = frontier_take(book, &frontier_count);
        const struct pending *pending = pending_at(book, at);
        if (pending->expires_at > now) {
            break;
        }
        postings_out[count++] = (struct posting){
            .kind = TRANSFER_EXPIRE,
            .debit = pending->debit,
            .credit = pending->credit,
            .amount = pending->remaining,
            .pending_seq = pending->seq,
        };
        frontier_add(book, &frontier_count, 2 * at + 1);
        frontier_add(book, &frontier_count, 2 * at + 2);
    }
    return count;
}
