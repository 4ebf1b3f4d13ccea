#include <assert.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/book/book_p.h"

static uint64_t key_hash(const struct account_key *key)
{
    uint64_t head =
        hash_u64((uint64_t)key->owner) ^ ((uint64_t)key->purpose << 32) ^ (uint64_t)key->currency;
    return hash_u64(head ^ hash_bytes(key->subject, strlen(key->subject)));
}

static bool key_equals(const struct account_key *a, const struct account_key *b)
{
    return a->owner == b->owner && a->purpose == b->purpose && a->currency == b->currency &&
           strcmp(a->subject, b->subject) == 0;
}

bool account_key_is_valid(const struct account_key *key)
{
    return key->purpose > PURPOSE_NONE && key->purpose < PURPOSE_COUNT &&
           currency_code(key->currency)[0] != '\0' &&
           memchr(key->subject, '\0', sizeof key->subject) != NULL;
}

int64_t book_find(const struct book *book, const struct account_key *key)
{
    assert(account_key_is_valid(key));
    uint64_t hash = key_hash(key);
    size_t cursor;
    uint32_t number = map_first(&book->account_map, hash, &cursor);
    while (number != MAP_NONE && !key_equals(&book->accounts[number].key, key)) {
        number = map_next(&book->account_map, hash, &cursor);
    }
    return number == MAP_NONE ? 0 : number;
}

const struct account *book_account(const struct book *book, int64_t number)
{
    return account_at(book, number);
}

int64_t book_account_count(const struct book *book)
{
    return book->account_count;
}

int64_t account_add(struct book *book, const struct account *account)
{
    int64_t number = ++book->account_count;
    struct account *added = &book->accounts[number];
    *added = *account;
    /* Bytes after the NUL may be anything in the caller's key; ours are zero. */
    memset(added->key.subject, 0, sizeof added->key.subject);
    memcpy(added->key.subject, account->key.subject, strlen(account->key.subject));
    map_put(&book->account_map, key_hash(&added->key), (uint32_t)number);
    return number;
}

void account_remove_last(struct book *book)
{
    struct account *last = &book->accounts[book->account_count];
    map_remove(&book->account_map, key_hash(&last->key), (uint32_t)book->account_count);
    book->account_count--;
}

int64_t book_open(struct book *book, const struct account_key *key)
{
    assert(book_find(book, key) == 0);
    if ((size_t)book->account_count == book->limits.account_count_max || !undo_has_room(book)) {
        return 0;
    }
    int64_t min = chart[key->purpose].side == SIDE_EITHER ? BOUND_NONE_MIN : 0;
    struct change *change = undo_next(book);
    if (change != NULL) {
        *change = (struct change){.kind = CHANGE_ACCOUNT};
    }
    return account_add(book,
                       &(struct account){
                           .bounds = {.min = min, .max = BOUND_NONE_MAX},
                             .key = *key
    });
}

int64_t account_balance(const struct account *account)
{
    int64_t balance = account->posted_credits - account->posted_debits;
    return chart[account->key.purpose].side == SIDE_DEBIT ? -balance : balance;
}

int64_t account_available(const struct account *account)
{
    int64_t available;
    if (account->bounds.min == BOUND_NONE_MIN ||
        !amount_subtract(account_low(account), account->bounds.min, &available)) {
        return INT64_MAX;
    }
    return available;
}

enum outcome book_set_bounds(struct book *book, int64_t number, const struct bounds *bounds)
{
    struct account *account = account_at(book, number);
    if (account == NULL) {
        return OUTCOME_ACCOUNT_UNKNOWN;
    }
    if (bounds->min > bounds->max) {
        return OUTCOME_BOUNDS_INVALID;
    }
    if (account_low(account) < bounds->min || account_high(account) > bounds->max) {
        return OUTCOME_BOUNDS_EXCEEDED;
    }
    if (!undo_has_room(book)) {
        return OUTCOME_BOOK_FULL;
    }
    struct change *change = undo_next(book);
    if (change != NULL) {
        *change = (struct change){
            .kind = CHANGE_BOUNDS,
            .bounds = {.account = number, .before = account->bounds},
        };
    }
    account->bounds = *bounds;
    return OUTCOME_OK;
}
