/*
 * From rows to a book: accounts, the balances of the last checkpoint, its open pending transfers,
 * then every transfer since, bounds changes in between.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/rows.h"
#include "ledger/journal/transfers.h"
#include "ledger/journal/writer.h"

struct bounds_change {
    int64_t account;
    int64_t after_seq;
    struct bounds bounds;
};

struct recovery {
    struct connection *connection;
    struct book *book;
    struct sql sql;
    int64_t checkpoint; /* seq of the last one, 0 = none */
    int64_t base;
    struct account *accounts; /* account i + 1 */
    size_t account_count;
    struct bounds_change *changes; /* after the checkpoint, in order */
    size_t change_count;
    size_t change_at;
    bool has_contradiction;
    const char *where;
};

typedef bool row_taker(struct recovery *recovery, struct reader *row);

static void contradict(struct recovery *recovery, const char *where)
{
    if (!recovery->has_contradiction) {
        recovery->has_contradiction = true;
        recovery->where = where;
    }
}

/* Feeds every row of recovery->sql to `take`; CORRUPT when it refuses one. */
static enum status recovery_read(struct recovery *recovery, row_taker *take, const char *what)
{
    struct copy copy;
    copy_open(&copy, recovery->connection, recovery->sql.text);
    struct bytes row;
    while (copy_next(&copy, &row)) {
        struct reader reader = reader_over(row.data, row.size);
        (void)read_u16(&reader);
        if (!take(recovery, &reader) || reader.has_failed) {
            contradict(recovery, what);
            break;
        }
    }
    enum status status = copy_close(&copy);
    return recovery->has_contradiction ? STATUS_CORRUPT : status;
}

static enum status checkpoint_find(struct recovery *recovery)
{
    PGresult *result = NULL;
    enum status status =
        connection_query(recovery->connection,
                         "SELECT seq, base FROM ledger.checkpoint ORDER BY seq DESC LIMIT 1",
                         0,
                         NULL,
                         &result);
    if (status == STATUS_OK) {
        if (PQntuples(result) > 0) {
            recovery->checkpoint = result_number(result, 0, 0);
            recovery->base = result_number(result, 0, 1);
        }
        PQclear(result);
    }
    return status;
}

static bool take_account(struct recovery *recovery, struct reader *row)
{
    int64_t number = field_bigint(row, 0);
    if (number < 1 || (size_t)number > recovery->account_count) {
        return false;
    }
    struct account *account = &recovery->accounts[number - 1];
    account->key.owner = field_bigint(row, 0);
    account->key.purpose = (enum purpose)field_smallint(row);
    account->key.currency = (enum currency)field_smallint(row);
    struct bytes subject = field_bytes(row);
    if (account->key.purpose <= PURPOSE_NONE || account->key.purpose >= PURPOSE_COUNT ||
        subject.size >= SUBJECT_SIZE) {
        return false;
    }
    if (subject.size > 0) {
        memcpy(account->key.subject, subject.data, subject.size);
    }
    account->bounds.min = field_bigint(row, 0);
    account->bounds.max = field_bigint(row, 0);
    return true;
}

static enum status accounts_read(struct recovery *recovery)
{
    int64_t count = 0;
    enum status status = connection_number(
        recovery->connection, "SELECT max(number) FROM ledger.account", 0, &count);
    if (status != STATUS_OK) {
        return status;
    }
    recovery->account_count = (size_t)count;
    recovery->accounts = calloc((size_t)count + 1, sizeof *recovery->accounts);
    assert(recovery->accounts != NULL);
    sql_clear(&recovery->sql);
    sql_add(&recovery->sql,
            "SELECT number, owner, purpose, currency, subject, bound_min, bound_max"
            " FROM ledger.account");
    return recovery_read(recovery, take_account, "account");
}

static bool take_balance(struct recovery *recovery, struct reader *row)
{
    int64_t number = field_bigint(row, 0);
    if (number < 1 || (size_t)number > recovery->account_count) {
        return false;
    }
    struct account *account = &recovery->accounts[number - 1];
    account->posted_debits = field_bigint(row, 0);
    account->posted_credits = field_bigint(row, 0);
    account->pending_debits = field_bigint(row, 0);
    account->pending_credits = field_bigint(row, 0);
    account->last_seq = field_bigint(row, 0);
    return true;
}

/* The whole balances of the base, then of each checkpoint on it only those that had changed. */
static enum status balances_read(struct recovery *recovery)
{
    PGresult *result = NULL;
    sql_clear(&recovery->sql);
    sql_add(&recovery->sql,
            "SELECT seq FROM ledger.checkpoint WHERE seq BETWEEN %" PRId64 " AND %" PRId64
            " ORDER BY seq",
            recovery->base,
            recovery->checkpoint);
    enum status status =
        connection_query(recovery->connection, recovery->sql.text, 0, NULL, &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        sql_clear(&recovery->sql);
        sql_add(&recovery->sql,
                "SELECT account, posted_debits, posted_credits, pending_debits, pending_credits,"
                " last_seq FROM ledger.balance WHERE checkpoint = %s",
                PQgetvalue(result, i, 0));
        status = recovery_read(recovery, take_balance, "balance");
    }
    PQclear(result);
    return status;
}

static bool take_bounds(struct recovery *recovery, struct reader *row)
{
    struct bounds_change change = {
        .account = field_bigint(row, 0),
        .after_seq = field_bigint(row, 0),
        .bounds = {field_bigint(row, 0), 0}
    };
    change.bounds.max = field_bigint(row, 0);
    if (change.account < 1 || (size_t)change.account > recovery->account_count) {
        return false;
    }
    if (change.after_seq <= recovery->checkpoint) {
        recovery->accounts[change.account - 1].bounds = change.bounds;
        return true;
    }
    size_t count = recovery->change_count;
    if ((count & (count - 1)) == 0) {
        size_t capacity = count == 0 ? 1 : 2 * count;
        struct bounds_change *changes = realloc(recovery->changes, capacity * sizeof *changes);
        assert(changes != NULL);
        recovery->changes = changes;
    }
    recovery->changes[recovery->change_count++] = change;
    return true;
}

static enum status bounds_read(struct recovery *recovery)
{
    sql_clear(&recovery->sql);
    sql_add(&recovery->sql,
            "SELECT account, after_seq, bound_min, bound_max FROM ledger.bounds"
            " ORDER BY command_seq, ordinal");
    return recovery_read(recovery, take_bounds, "bounds");
}

static bool take_pending(struct recovery *recovery, struct reader *row)
{
    struct pending pending = {.seq = field_bigint(row, 0)};
    pending.debit = field_bigint(row, 0);
    pending.credit = field_bigint(row, 0);
    pending.remaining = field_bigint(row, 0);
    pending.expires_at = field_instant(row);
    return book_load_pending(recovery->book, &pending);
}

static enum status pendings_read(struct recovery *recovery)
{
    sql_clear(&recovery->sql);
    sql_add(&recovery->sql,
            "SELECT seq, debit, credit, remaining, expires_at FROM ledger.checkpoint_pending"
            " WHERE checkpoint = %" PRId64 " ORDER BY seq",
            recovery->checkpoint);
    return recovery_read(recovery, take_pending, "pending");
}

static enum status accounts_load(struct recovery *recovery)
{
    for (size_t i = 0; i < recovery->account_count; i++) {
        if (!book_load_account(recovery->book, (int64_t)i + 1, &recovery->accounts[i])) {
            contradict(recovery, "account");
            return STATUS_CORRUPT;
        }
    }
    free(recovery->accounts);
    recovery->accounts = NULL;
    return STATUS_OK;
}

/* The changes of bounds made before transfer `seq`. */
static bool bounds_apply(struct recovery *recovery, int64_t seq)
{
    while (recovery->change_at < recovery->change_count &&
           recovery->changes[recovery->change_at].after_seq < seq) {
        const struct bounds_change *change = &recovery->changes[recovery->change_at++];
        if (!book_load_bounds(recovery->book, change->account, &change->bounds)) {
            return false;
        }
    }
    return true;
}

static enum status tail_load(struct recovery *recovery)
{
    struct transfers transfers;
    transfers_open(&transfers, recovery->connection, recovery->checkpoint + 1);
    struct transfer transfer;
    struct bytes row;
    while (transfers_next(&transfers, &transfer, &row)) {
        if (!bounds_apply(recovery, transfer.seq) ||
            !book_load_transfer(recovery->book, &transfer)) {
            LOG(LOG_ERROR, "journal.contradiction", LOG_NUMBER("transfer", transfer.seq));
            contradict(recovery, "transfer");
            break;
        }
    }
    enum status status = transfers_close(&transfers);
    if (!recovery->has_contradiction && !bounds_apply(recovery, INT64_MAX)) {
        contradict(recovery, "bounds");
    }
    return recovery->has_contradiction ? STATUS_CORRUPT : status;
}

static enum status recovery_run(struct recovery *recovery)
{
    enum status status = checkpoint_find(recovery);
    if (status == STATUS_OK) {
        status = accounts_read(recovery);
    }
    if (status == STATUS_OK) {
        status = balances_read(recovery);
    }
    if (status == STATUS_OK) {
        status = bounds_read(recovery);
    }
    if (status == STATUS_OK) {
        status = accounts_load(recovery);
    }
    if (status == STATUS_OK) {
        status = pendings_read(recovery);
    }
    if (status == STATUS_OK) {
        book_load_seq(recovery->book, recovery->checkpoint);
        status = tail_load(recovery);
    }
    return status;
}

enum status journal_recover(struct journal *journal, struct book *book)
{
    if (journal->state != JOURNAL_OPEN) {
        return journal->state == JOURNAL_FENCED ? STATUS_LIMIT : STATUS_UNCERTAIN;
    }
    assert(book_seq(book) == 0 && book_account_count(book) == 0);
    struct recovery recovery = {.connection = &journal->connection, .book = book};
    enum status status =
        connection_run(&journal->connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (status == STATUS_OK) {
        status = journal_load_tail(journal);
    }
    if (status == STATUS_OK) {
        status = recovery_run(&recovery);
    }
    enum status ended = connection_run(&journal->connection, "ROLLBACK");
    status = status == STATUS_OK ? ended : status;
    if (status == STATUS_OK) {
        status = journal_load_leaves(journal);
    }
    const struct seal *tail = &journal->tail;
    if (status == STATUS_OK &&
        (book_seq(book) != tail->transfer.last || book_account_count(book) != tail->account.last)) {
        contradict(&recovery, "last batch");
        status = STATUS_CORRUPT;
    }
    int64_t account = 0;
    if (status == STATUS_OK && book_check(book, &account) != 0) {
        contradict(&recovery, "invariant");
        status = STATUS_CORRUPT;
    }
    if (status == STATUS_CORRUPT) {
        LOG(LOG_ERROR,
            "journal.corrupt",
            LOG_TEXT("where", recovery.where ? recovery.where : "last batch"),
            LOG_NUMBER("account", account));
    }
    journal->checkpoint_seq = recovery.checkpoint;
    free(recovery.accounts);
    free(recovery.changes);
    sql_destroy(&recovery.sql);
    return status;
}

int64_t journal_command_seq(const struct journal *journal)
{
    return journal->tail.command.last;
}

int64_t journal_checkpoint_seq(const struct journal *journal)
{
    return journal->checkpoint_seq;
}
