/* The table of open pending transfers: places in an array, found by seq through a map. */
#include "ledger/base/hash.h"
#include "ledger/book/book_p.h"

static uint64_t seq_hash(int64_t seq)
{
    return hash_u64((uint64_t)seq);
}

struct pending *pending_find(const struct book *book, int64_t seq)
{
    /* hash_u64 is a bijection: equal hashes are equal numbers. */
    size_t cursor;
    uint32_t place = map_first(&book->pending_map, seq_hash(seq), &cursor);
    return place == MAP_NONE ? NULL : &book->pendings[place];
}

const struct pending *book_pending(const struct book *book, int64_t pending_seq)
{
    return pending_find(book, pending_seq);
}

bool pending_has_room(const struct book *book)
{
    return book->pending_free_count > 0 || book->pending_used < book->limits.pending_count_max;
}

void pending_open(struct book *book, const struct pending *pending)
{
    uint32_t place = book->pending_free_count > 0 ? book->pending_free[--book->pending_free_count]
                                                  : (uint32_t)book->pending_used++;
    book->pendings[place] = *pending;
    book->pendings[place].heap_at = MAP_NONE;
    map_put(&book->pending_map, seq_hash(pending->seq), place);
    if (pending->expires_at != INSTANT_NONE) {
        expiry_add(book, place);
    }
}

void pending_close(struct book *book, struct pending *pending)
{
    uint32_t place = (uint32_t)(pending - book->pendings);
    if (pending->heap_at != MAP_NONE) {
        expiry_remove(book, place);
    }
    map_remove(&book->pending_map, seq_hash(pending->seq), place);
    pending->seq = 0;
    book->pending_free[book->pending_free_count++] = place;
}
