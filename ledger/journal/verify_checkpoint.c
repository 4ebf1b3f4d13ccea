/* Checkpoints against the sums replayed up to the same transfer. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "ledger/journal/sql.h"
#include "ledger/journal/verify.h"

enum status checkpoints_load(struct verify *verify)
{
    PGresult *result = NULL;
    enum status status = connection_query(
        &verify->extra,
        "SELECT seq, base, changed_since, pending_count FROM ledger.checkpoint ORDER BY seq",
        0,
        NULL,
        &result);
    if (status != STATUS_OK) {
        return status;
    }
    struct laws *laws = &verify->laws;
    laws->point_count = (size_t)PQntuples(result);
    laws->points = calloc(laws->point_count + 1, sizeof *laws->points);
    assert(laws->points != NULL);
    for (size_t i = 0; i < laws->point_count; i++) {
        laws->points[i] =
            (struct checkpoint_point){.seq = result_number(result, (int)i, 0),
                                      .base = result_number(result, (int)i, 1),
                                      .changed_since = result_number(result, (int)i, 2),
                                      .pending_count = result_number(result, (int)i, 3)};
    }
    PQclear(result);
    return STATUS_OK;
}

static bool balance_agrees(const struct laws *laws, struct bytes row, int64_t *account_out)
{
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    *account_out = field_bigint(&reader, 0);
    if (*account_out < 1 || (size_t)*account_out > laws->account_count) {
        return false;
    }
    const struct ledger_account *account = &laws->accounts[*account_out - 1];
    return field_bigint(&reader, 0) == account->posted_debits &&
           field_bigint(&reader, 0) == account->posted_credits &&
           field_bigint(&reader, 0) == account->pending_debits &&
           field_bigint(&reader, 0) == account->pending_credits &&
           field_bigint(&reader, 0) == account->last_seq && !reader.has_failed;
}

/* Every balance there is right, and every account that moved since is there. */
static enum status balances_compare(struct verify *verify, const struct checkpoint_point *point)
{
    const struct laws *laws = &verify->laws;
    int64_t since = point->base == point->seq ? 0 : point->changed_since;
    int64_t missing = 0;
    for (size_t i = 0; i < laws->account_count; i++) {
        missing += laws->accounts[i].last_seq > since;
    }
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT account, posted_debits, posted_credits, pending_debits, pending_credits,"
            " last_seq FROM ledger.balance WHERE checkpoint = %" PRId64,
            point->seq);
    struct copy copy;
    copy_open(&copy, &verify->extra, sql.text);
    sql_destroy(&sql);
    enum status status = STATUS_OK;
    struct bytes row;
    while (status == STATUS_OK && copy_next(&copy, &row)) {
        int64_t account = 0;
        if (!balance_agrees(laws, row, &account)) {
            status = verify_fail(verify,
                                 "balance of account %" PRId64 " at checkpoint %" PRId64
                                 ": differs from its transfers",
                                 account,
                                 point->seq);
        } else {
            missing -= laws->accounts[account - 1].last_seq > since;
        }
    }
    enum status read = copy_close(&copy);
    if (status == STATUS_OK && read == STATUS_OK && missing != 0) {
        status = verify_fail(verify,
                             "checkpoint %" PRId64 ": %" PRId64 " balances are missing",
                             point->seq,
                             missing);
    }
    return status == STATUS_OK ? read : status;
}

static enum status pendings_compare(struct verify *verify, const struct checkpoint_point *point)
{
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT seq, debit, credit, remaining, expires_at FROM ledger.checkpoint_pending"
            " WHERE checkpoint = %" PRId64,
            point->seq);
    struct copy copy;
    copy_open(&copy, &verify->extra, sql.text);
    sql_destroy(&sql);
    enum status status = STATUS_OK;
    size_t count = 0;
    struct bytes row;
    while (status == STATUS_OK && copy_next(&copy, &row)) {
        struct reader reader = reader_over(row.data, row.size);
        (void)read_u16(&reader);
        int64_t seq = field_bigint(&reader, 0);
        const struct open_pending *pending = laws_pending(&verify->laws, seq);
        count++;
        if (pending == NULL || field_bigint(&reader, 0) != pending->debit ||
            field_bigint(&reader, 0) != pending->credit ||
            field_bigint(&reader, 0) != pending->remaining ||
            field_instant(&reader) != pending->expires_at) {
            status = verify_fail(verify,
                                 "pending transfer %" PRId64 " at checkpoint %" PRId64
                                 ": differs from its transfers",
                                 seq,
                                 point->seq);
        }
    }
    enum status read = copy_close(&copy);
    if (status == STATUS_OK && read == STATUS_OK && count != verify->laws.pending_open_count) {
        status = verify_fail(
            verify, "checkpoint %" PRId64 ": pending transfers are missing", point->seq);
    }
    return status == STATUS_OK ? read : status;
}

enum status checkpoints_compare(struct verify *verify)
{
    struct laws *laws = &verify->laws;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && laws->point_at < laws->point_count &&
           laws->points[laws->point_at].seq <= laws->seq) {
        const struct checkpoint_point *point = &laws->points[laws->point_at++];
        if (point->seq < laws->seq) {
            return verify_fail(verify, "checkpoint %" PRId64 ": not at a transfer", point->seq);
        }
        status = balances_compare(verify, point);
        if (status == STATUS_OK) {
            status = pendings_compare(verify, point);
        }
    }
    return status;
}
