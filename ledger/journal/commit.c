/*
 * One batch, one transaction, sent as one string of statements and all rows behind it (wire.h); or,
 * where that cannot be, the rows as each COPY asks for them. The row of ledger.batch comes last, so
 * that the server works on the other rows while their hash is computed here.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/rows.h"
#include "ledger/journal/wire.h"
#include "ledger/journal/writer.h"

enum {
    COPY_CHUNK_SIZE = 64 * 1024,
    COMMIT_ATTEMPTS_MAX = 8,
    /*
     * COPY holds up to 1,000 rows at a time at a cost that grows with their square; several short
     * ones beat one of middling length, until the cost is spread over enough rows.
     */
    PIECE_ROWS = 250,
    PIECE_ROWS_WHOLE = 4000,
    TARGET_SIZE = 512,
};

/* What one attempt showed. */
enum attempt {
    ATTEMPT_COMMITTED,
    ATTEMPT_REFUSED, /* the server said no and has rolled back */
    ATTEMPT_FENCED,
    ATTEMPT_DOUBTFUL,
};

/* Rows [first, last) of a stream, going by one COPY. */
struct piece {
    size_t stream;
    size_t first;
    size_t last;
};

/* One attempt in progress. */
struct sending {
    struct journal *journal;
    const struct batch *batch;
    struct seal *seal;
    struct piece *pieces;
    size_t piece_count;
    size_t piece_capacity;
    size_t piece_at;
    size_t mark_count;
    struct writer proofs;
    struct wire wire;
    bool is_ahead; /* all rows are sent before the server asks for them */
    bool has_seal_sent;
    bool has_committed;
};

static void piece_add(struct sending *sending, size_t stream, size_t first, size_t last)
{
    if (sending->piece_count == sending->piece_capacity) {
        size_t capacity = 2 * sending->piece_capacity + 32;
        struct piece *pieces = realloc(sending->pieces, capacity * sizeof *pieces);
        assert(pieces != NULL);
        sending->pieces = pieces;
        sending->piece_capacity = capacity;
    }
    sending->pieces[sending->piece_count++] =
        (struct piece){.stream = stream, .first = first, .last = last};
}

/* Copies rows [first, last) of a stream: one COPY, or several of PIECE_ROWS. */
static void
plan_copy(struct sending *sending, size_t stream, const char *target, size_t first, size_t last)
{
    size_t step = last - first >= PIECE_ROWS_WHOLE ? last - first : PIECE_ROWS;
    for (size_t at = first; at < last; at += step) {
        sql_add(&sending->journal->sql, ";COPY %s FROM STDIN (FORMAT binary)", target);
        piece_add(sending, stream, at, last - at < step ? last : at + step);
    }
}

/* The transfers of the batch cut at the borders of leaves. */
static void plan_transfers(struct sending *sending)
{
    const struct journal *journal = sending->journal;
    const struct batch *batch = sending->batch;
    int64_t seq = batch->first_transfer;
    for (size_t i = 0; i < journal->leaf_count && seq <= batch->last_transfer; i++) {
        const struct leaf *leaf = &journal->leaves[i];
        if (leaf->last_seq < seq) {
            continue;
        }
        assert(leaf->first_seq <= seq);
        int64_t last =
            leaf->last_seq < batch->last_transfer ? leaf->last_seq : batch->last_transfer;
        char target[TARGET_SIZE];
        snprintf(target,
                 sizeof target,
                 "ledger.transfer_%012" PRId64 " (%s)",
                 leaf->first_seq,
                 stream_tables[STREAM_TRANSFER].columns);
        plan_copy(sending,
                  STREAM_TRANSFER,
                  target,
                  (size_t)(seq - batch->first_transfer),
                  (size_t)(last - batch->first_transfer) + 1);
        seq = last + 1;
    }
    assert(seq == batch->last_transfer + 1);
}

static void plan(struct sending *sending)
{
    struct journal *journal = sending->journal;
    struct sql *sql = &journal->sql;
    sql_clear(sql);
    sql_add(sql, "BEGIN;SELECT ledger.fence(%" PRId64 ")", journal->epoch);
    for (size_t i = 0; i < sending->batch->stream_count; i++) {
        size_t row_count = sending->batch->streams[i].row_count;
        if (row_count == 0) {
            continue;
        }
        if (i == STREAM_TRANSFER) {
            plan_transfers(sending);
            continue;
        }
        if (i < STREAM_DOCUMENT) {
            const struct stream_table *table = &stream_tables[i];
            char target[TARGET_SIZE];
            snprintf(target, sizeof target, "ledger.%s (%s)", table->name, table->columns);
            plan_copy(sending, i, target, 0, row_count);
        } else {
            plan_copy(sending, i, journal->copy_targets[i - STREAM_DOCUMENT], 0, row_count);
        }
    }
    sql_add(sql, ";COPY ledger.batch (%s) FROM STDIN (FORMAT binary);COMMIT", seal_columns);
}

static bool
put_rows(struct sending *sending, const struct stream *stream, size_t first, size_t last)
{
    size_t start = first == 0 ? 0 : stream->row_ends[first - 1];
    const uint8_t *rows = stream->data + start;
    size_t size = stream->row_ends[last - 1] - start;
    if (sending->is_ahead) {
        copy_wire_rows(&sending->wire, rows, size);
        return !sending->wire.has_failed;
    }
    PGconn *pg = sending->journal->connection.pg;
    return copy_put_header(pg) && copy_put_rows(pg, rows, size) && copy_put_trailer(pg);
}

/* Adds one stream to the proof of the batch; its rows are with the server by now. */
static void prove(struct sending *sending, size_t number)
{
    struct journal *journal = sending->journal;
    const struct stream *stream = &sending->batch->streams[number];
    bool is_document = number >= STREAM_DOCUMENT;
    struct stream_proof proof = {.row_count = (uint32_t)stream->row_count};
    snprintf(proof.name,
             sizeof proof.name,
             "%s%s",
             is_document ? "business." : "",
             is_document ? sending->batch->kinds[number - STREAM_DOCUMENT].name
                         : stream_tables[number].name);
    int ok = EVP_DigestInit_ex(journal->digest, EVP_sha256(), NULL);
    assert(ok == 1);
    stream_prove(stream,
                 is_document ? SORT_DOCUMENT : stream_tables[number].sort,
                 journal->digest,
                 journal->marks + sending->mark_count * MARK_SIZE);
    ok = EVP_DigestFinal_ex(journal->digest, proof.digest, NULL);
    assert(ok == 1);
    sending->mark_count += stream->row_count;
    stream_proof_write(&sending->proofs, &proof);
}

static bool put_seal(struct sending *sending)
{
    struct journal *journal = sending->journal;
    struct bytes streams = {sending->proofs.data, sending->proofs.size};
    struct bytes marks = {journal->marks, sending->mark_count * MARK_SIZE};
    assert(!sending->proofs.has_failed);
    seal_hash(sending->seal, streams, marks, sending->seal->hash);
    stream_clear(&journal->seal_row);
    seal_write(&journal->seal_row, sending->seal, streams, marks);
    sending->has_seal_sent = true;
    return put_rows(sending, &journal->seal_row, 0, 1);
}

/* Puts the rows of the next COPY, the seal last. */
static bool put_next(struct sending *sending)
{
    if (sending->piece_at == sending->piece_count) {
        return put_seal(sending);
    }
    const struct piece *piece = &sending->pieces[sending->piece_at++];
    const struct stream *stream = &sending->batch->streams[piece->stream];
    if (!put_rows(sending, stream, piece->first, piece->last)) {
        return false;
    }
    if (piece->last == stream->row_count) {
        prove(sending, piece->stream);
    }
    return true;
}

/* Takes one result; false ends the attempt as doubtful. */
static bool take_result(struct sending *sending, const PGresult *result, enum status *judged_out)
{
    enum status judged = connection_judge(&sending->journal->connection, result);
    if (judged == STATUS_UNCERTAIN) {
        return false;
    }
    if (judged != STATUS_OK) {
        *judged_out = judged;
        return true;
    }
    if (PQresultStatus(result) == PGRES_COPY_IN) {
        return sending->is_ahead ? PQputCopyEnd(sending->journal->connection.pg, NULL) == 1
                                 : put_next(sending);
    }
    if (PQresultStatus(result) == PGRES_COMMAND_OK &&
        strcmp(PQcmdStatus((PGresult *)result), "COMMIT") == 0) {
        sending->has_committed = sending->has_seal_sent;
    }
    return true;
}

/*
 * A failed statement ends the string, so COMMIT is not reached; and the COMMIT of a transaction
 * that failed otherwise answers ROLLBACK.
 */
static enum attempt attempt_conclude(struct sending *sending, enum status judged)
{
    struct connection *connection = &sending->journal->connection;
    if (judged == STATUS_OK && sending->has_committed && connection->notice_count == 0 &&
        connection_stands(connection)) {
        return ATTEMPT_COMMITTED;
    }
    if (judged != STATUS_REJECTED || sending->has_committed) {
        return ATTEMPT_DOUBTFUL;
    }
    bool is_fenced = strcmp(connection->sqlstate, "KF001") == 0;
    if (connection_run(connection, "ROLLBACK") != STATUS_OK) {
        return ATTEMPT_DOUBTFUL;
    }
    return is_fenced ? ATTEMPT_FENCED : ATTEMPT_REFUSED;
}

/* All rows at once; what the server says to them is read afterwards. */
static bool send_ahead(struct sending *sending)
{
    struct journal *journal = sending->journal;
    sending->is_ahead = wire_is_possible(journal->connection.pg);
    if (!sending->is_ahead) {
        return true;
    }
    sending->wire = wire_open(journal->connection.pg, journal->wire_buffer);
    while (!sending->has_seal_sent) {
        if (!put_next(sending)) {
            return false;
        }
    }
    return wire_flush(&sending->wire);
}

static enum attempt attempt(struct sending *sending)
{
    struct connection *connection = &sending->journal->connection;
    plan(sending);
    connection->notice_count = 0;
    if (connection->pg == NULL || PQsendQuery(connection->pg, sending->journal->sql.text) != 1) {
        return ATTEMPT_DOUBTFUL;
    }
    if (!send_ahead(sending)) {
        return ATTEMPT_DOUBTFUL;
    }
    enum status judged = STATUS_OK;
    for (;;) {
        PGresult *result = PQgetResult(connection->pg);
        if (result == NULL) {
            return attempt_conclude(sending, judged);
        }
        bool goes_on = take_result(sending, result, &judged);
        PQclear(result);
        if (!goes_on) {
            return ATTEMPT_DOUBTFUL;
        }
    }
}

/*
 * Is the batch there? Asked inside a fenced transaction that must commit without a notice: its
 * commit record comes after the batch's, so where replication is synchronous, both have arrived.
 */
static enum status look_up(struct journal *journal, const struct seal *seal, bool *is_there_out)
{
    struct connection *connection = &journal->connection;
    connection->notice_count = 0;
    struct sql sql = {0};
    sql_add(&sql, "BEGIN;SELECT ledger.fence(%" PRId64 ")", journal->epoch);
    enum status status = connection_run(connection, sql.text);
    sql_clear(&sql);
    sql_add(&sql, "SELECT hash FROM ledger.batch WHERE number = %" PRId64, seal->number);
    PGresult *result = NULL;
    if (status == STATUS_OK) {
        status = connection_query(connection, sql.text, 0, NULL, &result);
    }
    sql_destroy(&sql);
    if (status == STATUS_OK) {
        char hash[2 + 2 * DIGEST_SIZE + 1] = "\\x";
        for (size_t i = 0; i < DIGEST_SIZE; i++) {
            snprintf(hash + 2 + 2 * i, 3, "%02x", seal->hash[i]);
        }
        *is_there_out = PQntuples(result) == 1;
        if (*is_there_out && strcmp(PQgetvalue(result, 0, 0), hash) != 0) {
            status = STATUS_CORRUPT;
        }
        PQclear(result);
    }
    if (status != STATUS_OK) {
        return status;
    }
    PGresult *commit = PQexec(connection->pg, "COMMIT");
    status = connection_judge(connection, commit);
    if (status == STATUS_OK &&
        (strcmp(PQcmdStatus(commit), "COMMIT") != 0 || connection->notice_count > 0)) {
        status = STATUS_UNCERTAIN;
    }
    PQclear(commit);
    return status;
}

/* Decides a doubtful attempt. AGAIN: certainly absent, and no other engine was between. */
static enum status resolve(struct journal *journal, const struct seal *seal)
{
    LOG(LOG_WARNING, "journal.commit_in_doubt", LOG_NUMBER("batch", seal->number));
    for (int i = 0; i < COMMIT_ATTEMPTS_MAX; i++) {
        enum status status = journal_reopen(journal);
        if (status != STATUS_OK) {
            return status;
        }
        bool is_there = false;
        status = look_up(journal, seal, &is_there);
        if (status == STATUS_OK) {
            LOG(LOG_INFO,
                "journal.doubt_resolved",
                LOG_NUMBER("batch", seal->number),
                LOG_NUMBER("is_there", is_there));
            return is_there ? STATUS_OK : STATUS_AGAIN;
        }
        if (status == STATUS_CORRUPT) {
            return status;
        }
    }
    return STATUS_UNCERTAIN;
}

static struct range range_after(int64_t previous_last, int64_t first, int64_t last)
{
    assert(first == 0 || first == previous_last + 1);
    return (struct range){.first = previous_last + 1, .last = first == 0 ? previous_last : last};
}

static struct seal seal_prepare(const struct journal *journal, const struct batch *batch)
{
    const struct seal *tail = &journal->tail;
    int64_t accounts = (int64_t)batch->streams[STREAM_ACCOUNT].row_count;
    struct seal seal = {
        .number = tail->number + 1,
        .epoch = journal->epoch,
        .account =
            range_after(tail->account.last, batch->first_account, tail->account.last + accounts),
        .transfer = range_after(tail->transfer.last, batch->first_transfer, batch->last_transfer),
        .recorded_at = clock_now(),
    };
    assert(batch->command_min == 0 || batch->command_min > tail->command.last);
    seal.command.first = tail->command.last + 1;
    seal.command.last = batch->command_max == 0 ? tail->command.last : batch->command_max;
    memcpy(seal.previous, tail->hash, DIGEST_SIZE);
    return seal;
}

/* Sees that there are leaves for all transfers of the batch. */
static enum status leaves_prepare(struct journal *journal, const struct batch *batch)
{
    if (batch->first_transfer == 0 ||
        (journal->leaf_count > 0 &&
         journal->leaves[journal->leaf_count - 1].last_seq >= batch->last_transfer)) {
        return STATUS_OK;
    }
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT ledger.leaf_ahead(%" PRId64 ", %" PRId64 ")",
            batch->last_transfer,
            journal->config.leaf_transfer_count);
    enum status status = connection_run(&journal->connection, sql.text);
    sql_destroy(&sql);
    return status == STATUS_OK ? journal_load_leaves(journal) : status;
}

static void marks_prepare(struct journal *journal, const struct batch *batch)
{
    size_t row_count = batch->row_count + batch->streams[STREAM_TRANSFER].row_count;
    if (row_count > journal->mark_capacity) {
        free(journal->marks);
        journal->marks = malloc(row_count * MARK_SIZE);
        assert(journal->marks != NULL);
        journal->mark_capacity = row_count;
    }
}

/* AGAIN: certainly absent, the epoch is still ours, the same batch may be sent again. */
static enum status
commit_once(struct journal *journal, const struct batch *batch, struct seal *seal)
{
    enum status status = leaves_prepare(journal, batch);
    if (status == STATUS_UNCERTAIN) {
        status = journal_reopen(journal);
        return status == STATUS_OK ? STATUS_AGAIN : status;
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct sending sending = {.journal = journal, .batch = batch, .seal = seal};
    sending.proofs =
        writer_over(journal->streams, (STREAM_DOCUMENT + batch->kind_count) * STREAM_PROOF_SIZE);
    enum attempt outcome = attempt(&sending);
    free(sending.pieces);
    switch (outcome) {
    case ATTEMPT_COMMITTED:
        return STATUS_OK;
    case ATTEMPT_REFUSED:
        return STATUS_REJECTED;
    case ATTEMPT_FENCED:
        connection_end(&journal->connection);
        journal->state = JOURNAL_FENCED;
        return STATUS_LIMIT;
    case ATTEMPT_DOUBTFUL:
        break;
    }
    return resolve(journal, seal);
}

enum status journal_commit(struct journal *journal, const struct batch *batch)
{
    if (journal->state != JOURNAL_OPEN) {
        return journal->state == JOURNAL_FENCED ? STATUS_LIMIT : STATUS_REJECTED;
    }
    assert(batch->kind_count == journal->config.kind_count);
    if (batch_is_empty(batch)) {
        return STATUS_OK;
    }
    marks_prepare(journal, batch);
    struct seal seal = seal_prepare(journal, batch);
    enum status status = STATUS_AGAIN;
    for (int i = 0; status == STATUS_AGAIN && i < COMMIT_ATTEMPTS_MAX; i++) {
        status = commit_once(journal, batch, &seal);
    }
    if (status == STATUS_OK) {
        journal->tail = seal;
        while (journal->leaf_count > 0 && journal->leaves[0].last_seq <= seal.transfer.last) {
            journal->leaf_count--;
            memmove(journal->leaves,
                    journal->leaves + 1,
                    journal->leaf_count * sizeof *journal->leaves);
        }
    }
    return status == STATUS_AGAIN ? STATUS_REJECTED : status;
}
