/*
 * From rows to a book: accounts, the balances of the last checkpoint, its open pending transfers,
 * then every transfer since, bounds changes in between.
 */
#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/rows.h"
#include "ledger/journal/tail.h"
#include "ledger/journal/writer.h"

struct bounds_change {
    int64_t account;
    int64_t after_seq;
    struct bounds bounds;
};

enum {
    /* Two keep two cores busy, ours and the server's; more did not help. */
    CONNECTION_COUNT = 2,
    PREFETCH_COUNT = 8,
};

struct recovery {
    struct connection *connections[CONNECTION_COUNT]; /* on one snapshot; first the journal's */
    size_t connection_count;
    struct connection helpers[CONNECTION_COUNT - 1];
    struct book *book;
    int64_t checkpoint; /* seq of the last one, 0 = none */
    int64_t base;
    struct account *accounts; /* account i + 1 */
    size_t account_count;
    struct bounds_change *changes; /* after the checkpoint, in order */
    size_t change_count;
    size_t change_at;
};

typedef bool row_taker(struct recovery *recovery, struct reader *row);

/* Feeds every row of a SELECT to `take`; CORRUPT when it refuses one. */
static enum status recovery_read(struct recovery *recovery,
                                 struct connection *connection,
                                 const char *select,
                                 row_taker *take)
{
    struct copy copy;
    copy_open(&copy, connection, select);
    struct bytes row;
    bool is_sound = true;
    while (is_sound && copy_next(&copy, &row)) {
        struct reader reader = reader_over(row.data, row.size);
        (void)read_u16(&reader);
        is_sound = take(recovery, &reader) && !reader.has_failed;
    }
    enum status status = copy_close(&copy);
    return status == STATUS_OK && !is_sound ? STATUS_CORRUPT : status;
}

static enum status checkpoint_find(struct recovery *recovery)
{
    PGresult *result = NULL;
    enum status status =
        connection_query(recovery->connections[0],
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
    account->bounds.max = field_bigint(row, BOUND_NONE_MAX);
    return true;
}

/* What most rows have alike is left out of them: the server's cost is by the value. */
static enum status accounts_read(struct recovery *recovery, struct connection *connection)
{
    return recovery_read(recovery,
                         connection,
                         "SELECT number, owner, purpose, currency, nullif(subject, ''), bound_min,"
                         " nullif(bound_max, 9223372036854775807) FROM ledger.account",
                         take_account);
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
static enum status balances_read(struct recovery *recovery, struct connection *connection)
{
    PGresult *result = NULL;
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT seq FROM ledger.checkpoint WHERE seq BETWEEN %" PRId64 " AND %" PRId64
            " ORDER BY seq",
            recovery->base,
            recovery->checkpoint);
    enum status status = connection_query(connection, sql.text, 0, NULL, &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        sql_clear(&sql);
        sql_add(&sql,
                "SELECT account, posted_debits, posted_credits, nullif(pending_debits, 0),"
                " nullif(pending_credits, 0), last_seq FROM ledger.balance WHERE checkpoint = %s",
                PQgetvalue(result, i, 0));
        status = recovery_read(recovery, connection, sql.text, take_balance);
    }
    PQclear(result);
    sql_destroy(&sql);
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

static enum status bounds_read(struct recovery *recovery, struct connection *connection)
{
    return recovery_read(recovery,
                         connection,
                         "SELECT account, after_seq, bound_min, bound_max FROM ledger.bounds"
                         " ORDER BY command_seq, ordinal",
                         take_bounds);
}

struct balances_task {
    struct recovery *recovery;
    enum status status;
};

static void *balances_run(void *context)
{
    struct balances_task *task = context;
    struct recovery *recovery = task->recovery;
    struct connection *last = recovery->connections[recovery->connection_count - 1];
    task->status = balances_read(recovery, last);
    return NULL;
}

/* Accounts with their bounds, and beside it, where there is a second connection, their sums. */
static enum status accounts_gather(struct recovery *recovery)
{
    struct connection *connection = recovery->connections[0];
    int64_t count = 0;
    enum status status =
        connection_number(connection, "SELECT max(number) FROM ledger.account", 0, &count);
    if (status != STATUS_OK) {
        return status;
    }
    recovery->account_count = (size_t)count;
    recovery->accounts = calloc((size_t)count + 1, sizeof *recovery->accounts);
    assert(recovery->accounts != NULL);
    struct balances_task task = {.recovery = recovery};
    pthread_t thread;
    bool is_beside =
        recovery->connection_count > 1 && pthread_create(&thread, NULL, balances_run, &task) == 0;
    status = accounts_read(recovery, connection);
    if (status == STATUS_OK) {
        status = bounds_read(recovery, connection);
    }
    if (is_beside) {
        pthread_join(thread, NULL);
    } else {
        (void)balances_run(&task);
    }
    return status == STATUS_OK ? task.status : status;
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
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT seq, debit, credit, remaining, expires_at FROM ledger.checkpoint_pending"
            " WHERE checkpoint = %" PRId64 " ORDER BY seq",
            recovery->checkpoint);
    enum status status = recovery_read(recovery, recovery->connections[0], sql.text, take_pending);
    sql_destroy(&sql);
    return status;
}

static enum status accounts_load(struct recovery *recovery)
{
    for (size_t i = 0; i < recovery->account_count; i++) {
        if (!book_load_account(recovery->book, (int64_t)i + 1, &recovery->accounts[i])) {
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

static void transfer_expect(const struct book *book, const struct transfer *transfer)
{
    struct posting posting = {.debit = transfer->debit, .credit = transfer->credit};
    book_expect(book, &posting, 1);
}

/* False when a transfer contradicts the book. */
static bool rows_load(struct recovery *recovery, const struct transfer *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i + PREFETCH_COUNT < count) {
            transfer_expect(recovery->book, &rows[i + PREFETCH_COUNT]);
        }
        if (!bounds_apply(recovery, rows[i].seq) || !book_load_transfer(recovery->book, &rows[i])) {
            LOG(LOG_ERROR, "journal.contradiction", LOG_NUMBER("transfer", rows[i].seq));
            return false;
        }
    }
    return true;
}

static enum status tail_load(struct recovery *recovery)
{
    book_load_seq(recovery->book, recovery->checkpoint);
    struct tail tail;
    tail_open(&tail, recovery->connections, recovery->connection_count, recovery->checkpoint + 1);
    const struct transfer *rows = NULL;
    size_t count = 0;
    bool is_sound = true;
    while (is_sound && tail_next(&tail, &rows, &count)) {
        is_sound = rows_load(recovery, rows, count);
    }
    enum status status = tail_close(&tail);
    if (tail.bad_seq != 0) {
        LOG(LOG_ERROR, "journal.out_of_order", LOG_NUMBER("transfer", tail.bad_seq));
    }
    is_sound = is_sound && (status != STATUS_OK || bounds_apply(recovery, INT64_MAX));
    return is_sound ? status : STATUS_CORRUPT;
}

static enum status end_check(struct recovery *recovery, const struct seal *tail)
{
    int64_t account = 0;
    if (book_seq(recovery->book) != tail->transfer.last ||
        book_account_count(recovery->book) != tail->account.last) {
        return STATUS_CORRUPT;
    }
    int law = book_check(recovery->book, &account);
    if (law != 0) {
        LOG(LOG_ERROR,
            "journal.law_broken",
            LOG_NUMBER("law", law),
            LOG_NUMBER("account", account));
    }
    return law == 0 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status recovery_run(struct recovery *recovery, const struct seal *tail)
{
    typedef enum status recovery_step(struct recovery * recovery);
    static const struct {
        const char *name;
        recovery_step *run;
    } steps[] = {
        {"checkpoint", checkpoint_find},
        {"balance",    accounts_gather},
        {"account",    accounts_load  },
        {"pending",    pendings_read  },
        {"transfer",   tail_load      },
    };
    const char *where = "last batch";
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i].run(recovery);
        where = status == STATUS_OK ? where : steps[i].name;
    }
    status = status == STATUS_OK ? end_check(recovery, tail) : status;
    if (status == STATUS_CORRUPT) {
        LOG(LOG_ERROR, "journal.corrupt", LOG_TEXT("where", where));
    }
    return status;
}

static const char transaction_begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/* A helper sees what the first connection sees. */
static enum status
helper_open(struct connection *helper, const char *conninfo, const char *snapshot)
{
    enum status status = connection_open(helper, conninfo, "kouan recovery");
    struct sql sql = {0};
    sql_add(&sql, "%s;SET TRANSACTION SNAPSHOT '%s'", transaction_begin, snapshot);
    if (status == STATUS_OK) {
        status = connection_run(helper, sql.text);
    }
    sql_destroy(&sql);
    return status;
}

/* As many as there are to be had: it goes without them, only slower. */
static void helpers_open(struct recovery *recovery, const char *conninfo)
{
    PGresult *result = NULL;
    enum status status =
        connection_query(recovery->connections[0], "SELECT pg_export_snapshot()", 0, NULL, &result);
    while (status == STATUS_OK && recovery->connection_count < CONNECTION_COUNT) {
        struct connection *helper = &recovery->helpers[recovery->connection_count - 1];
        status = helper_open(helper, conninfo, PQgetvalue(result, 0, 0));
        if (status == STATUS_OK) {
            recovery->connections[recovery->connection_count++] = helper;
        } else {
            connection_end(helper);
        }
    }
    PQclear(result);
}

/* In one snapshot. */
static enum status recovery_perform(struct journal *journal, struct recovery *recovery)
{
    recovery->connections[0] = &journal->connection;
    recovery->connection_count = 1;
    enum status status = connection_run(&journal->connection, transaction_begin);
    if (status == STATUS_OK) {
        status = journal_load_tail(journal);
    }
    if (status == STATUS_OK) {
        helpers_open(recovery, journal->config.conninfo);
        status = recovery_run(recovery, &journal->tail);
    }
    for (size_t i = 1; i < recovery->connection_count; i++) {
        connection_end(recovery->connections[i]);
    }
    enum status ended = connection_run(&journal->connection, "ROLLBACK");
    return status == STATUS_OK ? ended : status;
}

enum status journal_recover(struct journal *journal, struct book *book)
{
    if (journal->state != JOURNAL_OPEN) {
        return journal->state == JOURNAL_FENCED ? STATUS_LIMIT : STATUS_UNCERTAIN;
    }
    assert(book_seq(book) == 0 && book_account_count(book) == 0);
    struct recovery recovery = {.book = book};
    enum status status = recovery_perform(journal, &recovery);
    if (status == STATUS_OK) {
        status = journal_load_leaves(journal);
    }
    journal->checkpoint_seq = recovery.checkpoint;
    free(recovery.accounts);
    free(recovery.changes);
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
