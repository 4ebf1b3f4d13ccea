/*
 * Checkpoints: balances taken from the book between two batches, written while it goes on. Only
 * accounts that changed are written; every CHECKPOINT_WHOLE_EVERY-th time the unchanged ones are
 * copied along, so that recovery reads a bounded number of rows.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/batch.h"
#include "ledger/journal/keeper.h"
#include "ledger/journal/sql.h"
#include "ledger/journal/stream.h"

enum {
    CHECKPOINT_WHOLE_EVERY = 16,
    BALANCE_CHUNK_ROWS = 4096
};

struct checkpoint *checkpoint_take(const struct book *book, int64_t changed_since_seq)
{
    struct checkpoint *checkpoint = calloc(1, sizeof *checkpoint);
    assert(checkpoint != NULL);
    checkpoint->seq = book_seq(book);
    checkpoint->changed_since = changed_since_seq;
    int64_t account_count = book_account_count(book);
    /* Untouched pages of a large block cost nothing. */
    checkpoint->balances = calloc((size_t)account_count + 1, sizeof *checkpoint->balances);
    assert(checkpoint->balances != NULL);
    for (int64_t number = 1; number <= account_count; number++) {
        const struct account *account = book_account(book, number);
        if (account->last_seq > changed_since_seq) {
            checkpoint->balances[checkpoint->count++] =
                (struct balance){.account = number,
                                 .posted_debits = account->posted_debits,
                                 .posted_credits = account->posted_credits,
                                 .pending_debits = account->pending_debits,
                                 .pending_credits = account->pending_credits,
                                 .last_seq = account->last_seq};
        }
    }
    return checkpoint;
}

void checkpoint_destroy(struct checkpoint *checkpoint)
{
    if (checkpoint != NULL) {
        free(checkpoint->balances);
        free(checkpoint);
    }
}

/* Where the last checkpoint stands, and whether the next should be whole. */
struct checkpoint_base {
    int64_t seq; /* 0 = none */
    int64_t base;
    int64_t count_since_base;
    int64_t durable_seq; /* of the last batch */
};

static enum status base_read(struct connection *connection, struct checkpoint_base *base_out)
{
    PGresult *result = NULL;
    enum status status = connection_query(
        connection,
        "SELECT coalesce(c.seq, 0), coalesce(c.base, 0), (SELECT count(*) FROM ledger.checkpoint x"
        " WHERE x.seq >= c.base), coalesce(b.last_transfer, 0)"
        " FROM (SELECT) one"
        " LEFT JOIN (SELECT seq, base FROM ledger.checkpoint ORDER BY seq DESC LIMIT 1) c ON true"
        " LEFT JOIN (SELECT last_transfer FROM ledger.batch ORDER BY number DESC LIMIT 1) b"
        " ON true",
        0,
        NULL,
        &result);
    if (status == STATUS_OK) {
        *base_out = (struct checkpoint_base){.seq = result_number(result, 0, 0),
                                             .base = result_number(result, 0, 1),
                                             .count_since_base = result_number(result, 0, 2),
                                             .durable_seq = result_number(result, 0, 3)};
        PQclear(result);
    }
    return status;
}

static void balance_write(struct stream *rows, int64_t seq, const struct balance *balance)
{
    struct row_writer row = row_begin(rows, 7);
    row_bigint(&row, seq);
    row_bigint(&row, balance->account);
    row_bigint(&row, balance->posted_debits);
    row_bigint(&row, balance->posted_credits);
    row_bigint(&row, balance->pending_debits);
    row_bigint(&row, balance->pending_credits);
    row_bigint(&row, balance->last_seq);
    row_end(&row);
}

static enum status balances_copy(struct connection *connection, const struct checkpoint *checkpoint)
{
    struct copy_in copy;
    copy_in_open(&copy,
                 connection,
                 "ledger.balance (checkpoint, account, posted_debits, posted_credits,"
                 " pending_debits, pending_credits, last_seq)");
    struct stream rows = {0};
    for (size_t i = 0; i < checkpoint->count; i++) {
        balance_write(&rows, checkpoint->seq, &checkpoint->balances[i]);
        if (rows.row_count == BALANCE_CHUNK_ROWS || i + 1 == checkpoint->count) {
            copy_in_put(&copy, rows.data, rows.size);
            stream_clear(&rows);
        }
    }
    stream_destroy(&rows);
    return copy_in_close(&copy);
}

/*
 * Accounts last touched between the last written checkpoint and `changed_since`: they are absent
 * from the rows taken when an earlier checkpoint could not be written. Their balance has not moved
 * since, so it follows from the transfers of that gap.
 */
static void fill_gap(struct sql *sql, const struct checkpoint *checkpoint, int64_t from)
{
    sql_add(sql,
            "INSERT INTO ledger.balance SELECT %" PRId64 ", t.account,"
            " coalesce(p.posted_debits, 0) + t.posted_debits,"
            " coalesce(p.posted_credits, 0) + t.posted_credits,"
            " coalesce(p.pending_debits, 0) + t.pending_debits,"
            " coalesce(p.pending_credits, 0) + t.pending_credits, t.last_seq"
            " FROM (SELECT account, sum(debit * ledger.posted_sign(kind)) AS posted_debits,"
            " sum(credit * ledger.posted_sign(kind)) AS posted_credits,"
            " sum(debit * ledger.pending_sign(kind)) AS pending_debits,"
            " sum(credit * ledger.pending_sign(kind)) AS pending_credits, max(seq) AS last_seq"
            " FROM (SELECT seq, kind, debit AS account, amount AS debit, 0 AS credit"
            " FROM ledger.transfer UNION ALL SELECT seq, kind, credit, 0, amount"
            " FROM ledger.transfer) e WHERE seq > %" PRId64 " AND seq <= %" PRId64
            " GROUP BY account) t LEFT JOIN LATERAL (SELECT * FROM ledger.balance b"
            " WHERE b.account = t.account AND b.checkpoint < %" PRId64
            " ORDER BY b.checkpoint DESC LIMIT 1) p ON true WHERE NOT EXISTS (SELECT"
            " FROM ledger.balance n WHERE n.checkpoint = %" PRId64 " AND n.account = t.account);",
            checkpoint->seq,
            from,
            checkpoint->changed_since,
            checkpoint->seq,
            checkpoint->seq);
}

static void copy_unchanged(struct sql *sql, int64_t seq, int64_t base)
{
    sql_add(sql,
            "INSERT INTO ledger.balance SELECT %" PRId64 ", account, posted_debits, posted_credits,"
            " pending_debits, pending_credits, last_seq FROM (SELECT DISTINCT ON (account) *"
            " FROM ledger.balance WHERE checkpoint BETWEEN %" PRId64 " AND %" PRId64
            " ORDER BY account, checkpoint DESC) x WHERE checkpoint < %" PRId64 ";",
            seq,
            base,
            seq,
            seq);
}

/* What was open at the last checkpoint or opened since, less what was posted or given back. */
static void copy_pendings(struct sql *sql, int64_t seq, int64_t from)
{
    sql_add(sql,
            "INSERT INTO ledger.checkpoint_pending SELECT %" PRId64 ", o.seq, o.debit, o.credit,"
            " o.remaining - coalesce(u.used, 0), o.expires_at"
            " FROM (SELECT seq, debit, credit, remaining, expires_at FROM"
            " ledger.checkpoint_pending WHERE checkpoint = %" PRId64
            " UNION ALL SELECT seq, debit, credit, amount, expires_at FROM ledger.transfer"
            " WHERE seq > %" PRId64 " AND seq <= %" PRId64 " AND kind = 2) o"
            " LEFT JOIN (SELECT pending_seq, sum(amount)::bigint AS used FROM ledger.transfer"
            " WHERE seq > %" PRId64 " AND seq <= %" PRId64 " AND kind IN (3, 4, 5)"
            " GROUP BY pending_seq) u ON u.pending_seq = o.seq"
            " WHERE o.remaining > coalesce(u.used, 0);",
            seq,
            from,
            from,
            seq,
            from,
            seq);
}

static enum status checkpoint_finish(struct connection *connection,
                                     const struct checkpoint *checkpoint,
                                     const struct checkpoint_base *last)
{
    bool is_whole = last->seq == 0 || last->count_since_base >= CHECKPOINT_WHOLE_EVERY;
    int64_t base = is_whole ? checkpoint->seq : last->base;
    struct sql sql = {0};
    if (checkpoint->changed_since > last->seq) {
        fill_gap(&sql, checkpoint, last->seq);
    }
    if (is_whole && last->seq > 0) {
        copy_unchanged(&sql, checkpoint->seq, last->base);
    }
    copy_pendings(&sql, checkpoint->seq, last->seq);
    sql_add(&sql,
            "INSERT INTO ledger.checkpoint (seq, base, changed_since, balance_count, pending_count)"
            " SELECT %" PRId64 ", %" PRId64 ", %" PRId64 ", (SELECT count(*) FROM ledger.balance"
            " WHERE checkpoint = %" PRId64 "), (SELECT count(*) FROM ledger.checkpoint_pending"
            " WHERE checkpoint = %" PRId64 ");COMMIT",
            checkpoint->seq,
            base,
            last->seq,
            checkpoint->seq,
            checkpoint->seq);
    enum status status = connection_run(connection, sql.text);
    sql_destroy(&sql);
    return status;
}

enum status keeper_write(struct keeper *keeper, const struct checkpoint *checkpoint)
{
    struct connection *connection = &keeper->connection;
    enum status status = keeper_connect(keeper);
    if (status == STATUS_OK) {
        status = connection_run(connection, "BEGIN");
    }
    struct checkpoint_base last = {0};
    if (status == STATUS_OK) {
        status = base_read(connection, &last);
    }
    if (status == STATUS_OK && checkpoint->seq <= last.seq) {
        return connection_run(connection, "ROLLBACK"); /* there is one as good already */
    }
    if (status == STATUS_OK && checkpoint->seq > last.durable_seq) {
        LOG(LOG_ERROR, "journal.checkpoint_not_durable", LOG_NUMBER("seq", checkpoint->seq));
        status = STATUS_REJECTED;
    }
    if (status == STATUS_OK) {
        status = balances_copy(connection, checkpoint);
    }
    if (status == STATUS_OK) {
        status = checkpoint_finish(connection, checkpoint, &last);
    }
    if (status == STATUS_REJECTED) {
        enum status ended = connection_run(connection, "ROLLBACK");
        status = ended == STATUS_OK ? STATUS_REJECTED : ended;
    }
    if (status == STATUS_OK) {
        LOG(LOG_INFO,
            "journal.checkpoint",
            LOG_NUMBER("seq", checkpoint->seq),
            LOG_NUMBER("balances", (int64_t)checkpoint->count));
    }
    return status;
}
