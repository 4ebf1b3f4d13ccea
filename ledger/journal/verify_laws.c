/*
 * The laws of book.h and of documents' numbers, recomputed from rows: each transfer is replayed on
 * sums of our own, without the book's code, so that a fault there would show here.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/book/chart.h"
#include "ledger/journal/transfers.h"
#include "ledger/journal/verify.h"

void laws_destroy(struct laws *laws)
{
    free(laws->accounts);
    free(laws->bounds);
    free(laws->pendings);
    free(laws->groups);
    free(laws->parties);
    free(laws->points);
    map_destroy(&laws->pending_map);
    map_destroy(&laws->group_map);
    map_destroy(&laws->party_map);
}

/* --- accounts and bounds --- */

static uint32_t group_find(struct laws *laws, struct bytes subject, int16_t currency)
{
    uint64_t hash = hash_bytes(subject.data, subject.size) ^ hash_u64((uint64_t)currency);
    size_t cursor = 0;
    for (uint32_t i = map_first(&laws->group_map, hash, &cursor); i != MAP_NONE;
         i = map_next(&laws->group_map, hash, &cursor)) {
        const struct memo_group *group = &laws->groups[i];
        if (group->currency == currency && strlen(group->subject) == subject.size &&
            memcmp(group->subject, subject.data, subject.size) == 0) {
            return i;
        }
    }
    laws->groups =
        array_room(laws->groups, laws->group_count, &laws->group_capacity, sizeof *laws->groups);
    struct memo_group *group = &laws->groups[laws->group_count];
    *group = (struct memo_group){.currency = currency};
    memcpy(group->subject, subject.data, subject.size);
    map_put(&laws->group_map, hash, (uint32_t)laws->group_count);
    return (uint32_t)laws->group_count++;
}

enum status laws_account(struct verify *verify, struct bytes row)
{
    struct laws *laws = &verify->laws;
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    int64_t number = field_bigint(&reader, 0);
    (void)field_bigint(&reader, 0);
    struct ledger_account account = {.purpose = field_smallint(&reader),
                                     .currency = field_smallint(&reader),
                                     .subject = MAP_NONE};
    struct bytes subject = field_bytes(&reader);
    account.bounds.min = field_bigint(&reader, 0);
    account.bounds.max = field_bigint(&reader, 0);
    if (number != (int64_t)laws->account_count + 1) {
        return verify_fail(verify, "account %" PRId64 ": not the next number", number);
    }
    if (account.purpose <= PURPOSE_NONE || account.purpose >= PURPOSE_COUNT ||
        subject.size >= SUBJECT_SIZE) {
        return verify_fail(verify, "account %" PRId64 ": not in the chart", number);
    }
    if (chart[account.purpose].book == BOOK_MEMO && subject.size > 0) {
        account.subject = group_find(laws, subject, account.currency);
    }
    laws->accounts = array_room(
        laws->accounts, laws->account_count, &laws->account_capacity, sizeof *laws->accounts);
    laws->accounts[laws->account_count++] = account;
    return STATUS_OK;
}

enum status laws_bounds(struct verify *verify, struct bytes row)
{
    struct laws *laws = &verify->laws;
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    int64_t command_seq = field_bigint(&reader, 0);
    (void)field_integer(&reader);
    struct bounds_row bounds = {.account = field_bigint(&reader, 0)};
    bounds.bounds.min = field_bigint(&reader, 0);
    bounds.bounds.max = field_bigint(&reader, 0);
    bounds.after_seq = field_bigint(&reader, 0);
    if (bounds.account < 1 || (size_t)bounds.account > laws->account_count) {
        return verify_fail(
            verify, "bounds of command %" PRId64 ": of an unknown account", command_seq);
    }
    laws->bounds =
        array_room(laws->bounds, laws->bounds_count, &laws->bounds_capacity, sizeof *laws->bounds);
    laws->bounds[laws->bounds_count++] = bounds;
    return STATUS_OK;
}

/* L3, on the account's own side, with whatever is pending against each bound. */
static bool account_is_within(const struct ledger_account *account)
{
    int64_t in = account->posted_credits;
    int64_t out = account->posted_debits;
    int64_t pending_in = account->pending_credits;
    int64_t pending_out = account->pending_debits;
    if (chart[account->purpose].side == SIDE_DEBIT) {
        in = account->posted_debits;
        out = account->posted_credits;
        pending_in = account->pending_debits;
        pending_out = account->pending_credits;
    }
    int64_t low = 0;
    int64_t high = 0;
    return amount_subtract(in, out, &low) && amount_subtract(low, pending_out, &low) &&
           amount_subtract(in, out, &high) && amount_add(high, pending_in, &high) &&
           low >= account->bounds.min && high <= account->bounds.max;
}

/* Changes of bounds made before transfer `seq`. */
static enum status bounds_reach(struct verify *verify, int64_t seq)
{
    struct laws *laws = &verify->laws;
    while (laws->bounds_at < laws->bounds_count && laws->bounds[laws->bounds_at].after_seq < seq) {
        const struct bounds_row *bounds = &laws->bounds[laws->bounds_at++];
        struct ledger_account *account = &laws->accounts[bounds->account - 1];
        account->bounds = bounds->bounds;
        if (!account_is_within(account)) {
            return verify_fail(verify,
                               "account %" PRId64 ": outside its new bounds after transfer %" PRId64
                               " (L3)",
                               bounds->account,
                               bounds->after_seq);
        }
    }
    return STATUS_OK;
}

/* --- pending transfers --- */

static uint32_t pending_index(const struct laws *laws, int64_t seq)
{
    size_t cursor = 0;
    uint64_t hash = hash_u64((uint64_t)seq);
    uint32_t i = map_first(&laws->pending_map, hash, &cursor);
    while (i != MAP_NONE && laws->pendings[i].seq != seq) {
        i = map_next(&laws->pending_map, hash, &cursor);
    }
    return i;
}

const struct open_pending *laws_pending(const struct laws *laws, int64_t seq)
{
    uint32_t i = pending_index(laws, seq);
    return i == MAP_NONE ? NULL : &laws->pendings[i];
}

static void pending_add(struct laws *laws, const struct transfer *transfer)
{
    laws->pendings = array_room(
        laws->pendings, laws->pending_count, &laws->pending_capacity, sizeof *laws->pendings);
    laws->pendings[laws->pending_count] = (struct open_pending){.seq = transfer->seq,
                                                                .debit = transfer->debit,
                                                                .credit = transfer->credit,
                                                                .remaining = transfer->amount,
                                                                .expires_at = transfer->expires_at};
    map_put(&laws->pending_map, hash_u64((uint64_t)transfer->seq), (uint32_t)laws->pending_count);
    laws->pending_count++;
    laws->pending_open_count++;
}

/* Post, void and expire: of an open pending transfer between the same accounts. */
static enum status pending_use(struct verify *verify, const struct transfer *transfer)
{
    struct laws *laws = &verify->laws;
    uint32_t i = pending_index(laws, transfer->pending_seq);
    struct open_pending *pending = i == MAP_NONE ? NULL : &laws->pendings[i];
    if (pending == NULL || pending->debit != transfer->debit ||
        pending->credit != transfer->credit || transfer->amount > pending->remaining ||
        (transfer->kind != TRANSFER_POST && transfer->amount != pending->remaining)) {
        return verify_fail(verify,
                           "transfer %" PRId64 ": not what is pending in %" PRId64 " (L4)",
                           transfer->seq,
                           transfer->pending_seq);
    }
    pending->remaining -= transfer->amount;
    if (pending->remaining == 0) {
        map_remove(&laws->pending_map, hash_u64((uint64_t)pending->seq), i);
        pending->seq = 0;
        laws->pending_open_count--;
    }
    return STATUS_OK;
}

/* --- transfers --- */

/* What a kind does to the posted and to the pending sums, times the amount. */
static const struct {
    int posted;
    int pending;
} effects[] = {
    [TRANSFER_SINGLE] = {1, 0 },
    [TRANSFER_PENDING] = {0, 1 },
    [TRANSFER_POST] = {1, -1},
    [TRANSFER_VOID] = {0, -1},
    [TRANSFER_EXPIRE] = {0, -1},
};

static bool sums_move(int64_t *posted, int64_t *pending, const struct transfer *transfer)
{
    return amount_add(*posted, effects[transfer->kind].posted * transfer->amount, posted) &&
           amount_add(*pending, effects[transfer->kind].pending * transfer->amount, pending) &&
           *pending >= 0;
}

static enum status transfer_fits(struct verify *verify, const struct transfer *transfer)
{
    const struct laws *laws = &verify->laws;
    int64_t count = (int64_t)laws->account_count;
    if (transfer->kind < TRANSFER_SINGLE || transfer->kind > TRANSFER_EXPIRE ||
        transfer->amount <= 0 || transfer->debit < 1 || transfer->debit > count ||
        transfer->credit < 1 || transfer->credit > count || transfer->debit == transfer->credit) {
        return verify_fail(verify, "transfer %" PRId64 ": not a transfer", transfer->seq);
    }
    const struct ledger_account *debit = &laws->accounts[transfer->debit - 1];
    const struct ledger_account *credit = &laws->accounts[transfer->credit - 1];
    if (debit->currency != credit->currency ||
        chart[debit->purpose].book != chart[credit->purpose].book) {
        return verify_fail(
            verify, "transfer %" PRId64 ": joins two currencies or books (L5)", transfer->seq);
    }
    if (debit->last_seq != transfer->debit_prev || credit->last_seq != transfer->credit_prev) {
        return verify_fail(
            verify, "transfer %" PRId64 ": its links to earlier ones are wrong", transfer->seq);
    }
    return STATUS_OK;
}

static enum status transfer_apply(struct verify *verify, const struct transfer *transfer)
{
    struct laws *laws = &verify->laws;
    struct ledger_account *debit = &laws->accounts[transfer->debit - 1];
    struct ledger_account *credit = &laws->accounts[transfer->credit - 1];
    if (!sums_move(&debit->posted_debits, &debit->pending_debits, transfer) ||
        !sums_move(&credit->posted_credits, &credit->pending_credits, transfer)) {
        return verify_fail(verify, "transfer %" PRId64 ": a sum overflows", transfer->seq);
    }
    int64_t moved = effects[transfer->kind].posted * transfer->amount;
    if (debit->subject != MAP_NONE) {
        laws->groups[debit->subject].net -= moved;
    }
    if (credit->subject != MAP_NONE) {
        laws->groups[credit->subject].net += moved;
    }
    debit->last_seq = transfer->seq;
    credit->last_seq = transfer->seq;
    const struct ledger_account *const both[] = {debit, credit};
    for (size_t i = 0; i < 2; i++) {
        if (!account_is_within(both[i])) {
            return verify_fail(verify,
                               "transfer %" PRId64 ": account %" PRId64 " leaves its bounds (L3)",
                               transfer->seq,
                               i == 0 ? transfer->debit : transfer->credit);
        }
    }
    return STATUS_OK;
}

enum status laws_transfer(struct verify *verify, struct bytes row)
{
    struct laws *laws = &verify->laws;
    struct transfer transfer;
    if (!transfer_read(row, &transfer)) {
        return verify_fail(verify, "transfer %" PRId64 ": unreadable", laws->seq + 1);
    }
    enum status status = bounds_reach(verify, transfer.seq);
    if (status == STATUS_OK) {
        status = transfer_fits(verify, &transfer);
    }
    if (status == STATUS_OK && transfer.kind == TRANSFER_PENDING) {
        pending_add(laws, &transfer);
    } else if (status == STATUS_OK && transfer.kind != TRANSFER_SINGLE) {
        status = pending_use(verify, &transfer);
    }
    if (status == STATUS_OK) {
        status = transfer_apply(verify, &transfer);
    }
    laws->seq = transfer.seq;
    verify->report->transfer_count++;
    return status == STATUS_OK ? checkpoints_compare(verify) : status;
}

/* --- commands and events --- */

enum status laws_command(struct verify *verify, struct bytes row)
{
    struct laws *laws = &verify->laws;
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    int64_t seq = field_bigint(&reader, 0);
    if (seq != laws->command_seq + 1) {
        return verify_fail(verify, "command %" PRId64 ": not the next number", seq);
    }
    laws->command_seq = seq;
    verify->report->command_count++;
    return STATUS_OK;
}

static int64_t *party_last(struct laws *laws, int64_t party)
{
    uint64_t hash = hash_u64((uint64_t)party);
    size_t cursor = 0;
    for (uint32_t i = map_first(&laws->party_map, hash, &cursor); i != MAP_NONE;
         i = map_next(&laws->party_map, hash, &cursor)) {
        if (laws->parties[i][0] == party) {
            return &laws->parties[i][1];
        }
    }
    laws->parties =
        array_room(laws->parties, laws->party_count, &laws->party_capacity, sizeof *laws->parties);
    laws->parties[laws->party_count][0] = party;
    laws->parties[laws->party_count][1] = 0;
    map_put(&laws->party_map, hash, (uint32_t)laws->party_count);
    return &laws->parties[laws->party_count++][1];
}

enum status laws_event(struct verify *verify, struct bytes row)
{
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    int64_t party = field_bigint(&reader, 0);
    int64_t party_seq = field_bigint(&reader, 0);
    int64_t *last = party_last(&verify->laws, party);
    if (party_seq != *last + 1) {
        return verify_fail(
            verify, "event %" PRId64 "/%" PRId64 ": not the party's next number", party, party_seq);
    }
    *last = party_seq;
    return STATUS_OK;
}

/* --- in the end --- */

/* Debits less credits of one currency in one book; modulo 2^64 is enough to see that it is zero. */
struct book_sum {
    int16_t currency;
    enum book_kind book;
    uint64_t posted;
    uint64_t pending;
};

enum {
    BOOK_SUM_COUNT_MAX = 64
};

/* L1 and L2. */
static enum status sums_check(struct verify *verify)
{
    const struct laws *laws = &verify->laws;
    struct book_sum sums[BOOK_SUM_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < laws->account_count; i++) {
        const struct ledger_account *account = &laws->accounts[i];
        enum book_kind book = chart[account->purpose].book;
        size_t at = 0;
        while (at < count && (sums[at].currency != account->currency || sums[at].book != book)) {
            at++;
        }
        if (at == BOOK_SUM_COUNT_MAX) {
            return verify_fail(verify, "account %zu: more currencies than there are", i + 1);
        }
        if (at == count) {
            sums[count++] = (struct book_sum){.currency = account->currency, .book = book};
        }
        sums[at].posted += (uint64_t)account->posted_debits - (uint64_t)account->posted_credits;
        sums[at].pending += (uint64_t)account->pending_debits - (uint64_t)account->pending_credits;
    }
    for (size_t i = 0; i < count; i++) {
        if (sums[i].posted != 0 || sums[i].pending != 0) {
            return verify_fail(verify,
                               "currency %d: debits and credits differ (%s)",
                               sums[i].currency,
                               sums[i].posted != 0 ? "L1" : "L2");
        }
    }
    return STATUS_OK;
}

enum status laws_finish(struct verify *verify)
{
    struct laws *laws = &verify->laws;
    enum status status = bounds_reach(verify, INT64_MAX);
    if (status == STATUS_OK) {
        status = sums_check(verify);
    }
    if (status == STATUS_OK && laws->point_at < laws->point_count) {
        status = verify_fail(verify,
                             "checkpoint %" PRId64 ": beyond the last transfer",
                             laws->points[laws->point_at].seq);
    }
    for (size_t i = 0; status == STATUS_OK && i < laws->group_count; i++) {
        if (laws->groups[i].net != 0) {
            status = verify_fail(verify,
                                 "subject %s: its limit is not the sum of its parts (memo law)",
                                 laws->groups[i].subject);
        }
    }
    return status;
}
