/* Beginning and ending to write: connection, settings, lock, epoch, and the way back to them. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/log.h"
#include "ledger/journal/lock.h"
#include "ledger/journal/rows.h"
#include "ledger/journal/schema.h"
#include "ledger/journal/shape.h"
#include "ledger/journal/wire.h"
#include "ledger/journal/writer.h"

static const instant_us reopen_us_max = 30 * INSTANT_US_PER_SECOND;

struct journal *journal_create(const struct journal_config *config)
{
    assert(config->leaf_transfer_count >= 1);
    struct journal *journal = calloc(1, sizeof *journal);
    assert(journal != NULL);
    journal->config = *config;
    char host[32] = "";
    (void)gethostname(host, sizeof host - 1);
    snprintf(journal->name, sizeof journal->name, "kouan engine %s:%ld", host, (long)getpid());
    journal->digest = EVP_MD_CTX_new();
    journal->streams = malloc((STREAM_DOCUMENT + config->kind_count) * STREAM_PROOF_SIZE);
    journal->wire_buffer = malloc(WIRE_BUFFER_SIZE);
    journal->copy_targets = calloc(config->kind_count + 1, sizeof *journal->copy_targets);
    assert(journal->digest != NULL && journal->streams != NULL && journal->wire_buffer != NULL &&
           journal->copy_targets != NULL);
    for (size_t i = 0; i < config->kind_count; i++) {
        struct sql sql = {0};
        sql_add(&sql, "\"business\".\"%s\" (", config->kinds[i].name);
        kind_columns(&config->kinds[i], &sql);
        sql_add(&sql, ")");
        journal->copy_targets[i] = sql.text;
    }
    return journal;
}

void journal_destroy(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    connection_end(&journal->connection);
    for (size_t i = 0; i < journal->config.kind_count; i++) {
        free(journal->copy_targets[i]);
    }
    free(journal->copy_targets);
    free(journal->leaves);
    free(journal->marks);
    free(journal->streams);
    free(journal->wire_buffer);
    stream_destroy(&journal->seal_row);
    sql_destroy(&journal->sql);
    EVP_MD_CTX_free(journal->digest);
    free(journal);
}

/* REJECTED when the server would not keep what it says it kept. */
static enum status settings_check(struct connection *connection)
{
    PGresult *result = NULL;
    enum status status =
        connection_query(connection,
                         "SELECT name FROM pg_settings WHERE setting = 'off'"
                         " AND name IN ('synchronous_commit', 'fsync', 'full_page_writes')"
                         " UNION ALL SELECT 'synchronous_commit' FROM pg_settings a, pg_settings b"
                         " WHERE a.name = 'synchronous_commit' AND a.setting = 'local'"
                         " AND b.name = 'synchronous_standby_names' AND b.setting <> ''",
                         0,
                         NULL,
                         &result);
    if (status != STATUS_OK) {
        return status;
    }
    if (PQntuples(result) > 0) {
        LOG(LOG_ERROR, "journal.unsafe_setting", LOG_TEXT("name", PQgetvalue(result, 0, 0)));
        status = STATUS_REJECTED;
    }
    PQclear(result);
    return status;
}

static enum status schema_check(struct journal *journal)
{
    int64_t version = 0;
    enum status status =
        connection_number(&journal->connection,
                          "SELECT version FROM ledger.schema ORDER BY number DESC LIMIT 1",
                          0,
                          &version);
    if (status != STATUS_OK) {
        return status;
    }
    if (version != SCHEMA_VERSION) {
        LOG(LOG_ERROR, "journal.schema_version", LOG_NUMBER("found", version));
        return STATUS_REJECTED;
    }
    char difference[256] = "";
    status = shape_compare(&journal->connection,
                           journal->config.kinds,
                           journal->config.kind_count,
                           difference,
                           sizeof difference);
    if (status == STATUS_REJECTED) {
        LOG(LOG_ERROR, "journal.schema_differs", LOG_TEXT("where", difference));
    }
    return status;
}

static enum status epoch_bump(struct journal *journal)
{
    const char *const parameters[] = {journal->name};
    PGresult *result = NULL;
    enum status status = connection_query(
        &journal->connection, "SELECT ledger.epoch_bump($1)", 1, parameters, &result);
    if (status == STATUS_OK) {
        journal->epoch = result_number(result, 0, 0);
        PQclear(result);
    }
    return status;
}

enum status journal_open(struct journal *journal, char *holder_out, size_t holder_size)
{
    snprintf(holder_out, holder_size, "%s", "");
    if (journal->state == JOURNAL_FENCED) {
        return STATUS_LIMIT;
    }
    if (journal->state == JOURNAL_OPEN && connection_stands(&journal->connection)) {
        enum status kept = journal_load_tail(journal);
        if (kept != STATUS_UNCERTAIN) {
            return kept;
        }
    }
    connection_end(&journal->connection);
    journal->state = JOURNAL_CLOSED;
    enum status status =
        connection_open(&journal->connection, journal->config.conninfo, journal->name);
    if (status == STATUS_OK) {
        status = settings_check(&journal->connection);
    }
    if (status == STATUS_OK) {
        status = schema_check(journal);
    }
    if (status == STATUS_OK) {
        status = lock_take(&journal->connection, journal->config.lease_us, holder_out, holder_size);
    }
    if (status == STATUS_OK) {
        status = epoch_bump(journal);
    }
    if (status == STATUS_OK) {
        status = journal_load_tail(journal);
    }
    if (status == STATUS_OK) {
        status = journal_load_leaves(journal);
    }
    if (status == STATUS_OK) {
        journal->state = JOURNAL_OPEN;
        LOG(LOG_INFO,
            "journal.open",
            LOG_NUMBER("epoch", journal->epoch),
            LOG_NUMBER("batch", journal->tail.number));
    } else {
        connection_end(&journal->connection);
    }
    return status;
}

enum status journal_load_tail(struct journal *journal)
{
    struct sql sql = {0};
    sql_add(&sql, "SELECT %s FROM ledger.batch ORDER BY number DESC LIMIT 1", seal_columns);
    struct copy copy;
    copy_open(&copy, &journal->connection, sql.text);
    sql_destroy(&sql);
    struct seal tail = {0};
    struct bytes row;
    bool is_sound = true;
    while (copy_next(&copy, &row)) {
        struct bytes streams = {0};
        struct bytes marks = {0};
        uint8_t hash[DIGEST_SIZE] = {0};
        is_sound = seal_read(row, &tail, &streams, &marks);
        if (is_sound) {
            seal_hash(&tail, streams, marks, hash);
            is_sound = memcmp(hash, tail.hash, DIGEST_SIZE) == 0;
        }
    }
    enum status status = copy_close(&copy);
    if (status == STATUS_OK && !is_sound) {
        LOG(LOG_ERROR, "journal.last_batch_corrupt", LOG_NUMBER("batch", tail.number));
        return STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        journal->tail = tail;
    }
    return status;
}

enum status journal_load_leaves(struct journal *journal)
{
    char last[24];
    snprintf(last, sizeof last, "%" PRId64, journal->tail.transfer.last);
    const char *const parameters[] = {last};
    PGresult *result = NULL;
    enum status status = connection_query(&journal->connection,
                                          "SELECT first_seq, last_seq FROM ledger.leaf"
                                          " WHERE last_seq > $1::bigint ORDER BY first_seq",
                                          1,
                                          parameters,
                                          &result);
    if (status != STATUS_OK) {
        return status;
    }
    size_t count = (size_t)PQntuples(result);
    if (count > journal->leaf_capacity) {
        struct leaf *leaves = realloc(journal->leaves, count * sizeof *leaves);
        assert(leaves != NULL);
        journal->leaves = leaves;
        journal->leaf_capacity = count;
    }
    for (size_t i = 0; i < count; i++) {
        journal->leaves[i] = (struct leaf){.first_seq = result_number(result, (int)i, 0),
                                           .last_seq = result_number(result, (int)i, 1)};
    }
    journal->leaf_count = count;
    PQclear(result);
    return STATUS_OK;
}

/* The connections of ours that broke, until it is certain that their backends are gone: one of
 * them may still hold the lock, or be in the middle of a COMMIT. */
struct broken {
    struct backend backends[64];
    size_t count;
};

static void broken_add(struct broken *broken, const struct backend *backend)
{
    if (backend->pid != 0) {
        assert(broken->count < sizeof broken->backends / sizeof broken->backends[0]);
        broken->backends[broken->count++] = *backend;
    }
}

static enum status broken_end(struct broken *broken, struct connection *connection)
{
    while (broken->count > 0) {
        enum status status = backend_end(connection, &broken->backends[broken->count - 1]);
        if (status != STATUS_OK) {
            return status;
        }
        broken->count--;
    }
    return STATUS_OK;
}

/* One attempt: LIMIT when another engine was between; anything but OK is worth another. */
static enum status journal_reopen_once(struct journal *journal, struct broken *broken)
{
    struct connection *connection = &journal->connection;
    enum status status = connection_open(connection, journal->config.conninfo, journal->name);
    if (status == STATUS_OK) {
        status = broken_end(broken, connection);
    }
    if (status != STATUS_OK) {
        return STATUS_UNCERTAIN;
    }
    char holder[128];
    status = lock_take(connection, 0, holder, sizeof holder);
    if (status == STATUS_AGAIN) {
        LOG(LOG_ERROR, "journal.fenced", LOG_TEXT("by", holder));
        return STATUS_LIMIT;
    }
    int64_t epoch = 0;
    if (status == STATUS_OK) {
        status = connection_number(connection, "SELECT epoch FROM ledger.epoch", 0, &epoch);
    }
    if (status == STATUS_OK && epoch != journal->epoch) {
        LOG(LOG_ERROR, "journal.fenced", LOG_NUMBER("epoch", epoch));
        return STATUS_LIMIT;
    }
    return status;
}

static void wait_us(instant_us duration_us)
{
    struct timespec wait = {.tv_sec = duration_us / INSTANT_US_PER_SECOND,
                            .tv_nsec = duration_us % INSTANT_US_PER_SECOND * 1000};
    while (nanosleep(&wait, &wait) != 0) {
    }
}

enum status journal_reopen(struct journal *journal)
{
    const instant_us give_up_at = clock_monotonic() + reopen_us_max;
    instant_us back_off_us = 20000;
    struct broken broken = {0};
    for (;;) {
        broken_add(&broken, &journal->connection.backend);
        connection_end(&journal->connection);
        enum status status = journal_reopen_once(journal, &broken);
        if (status == STATUS_OK) {
            return STATUS_OK;
        }
        if (status == STATUS_LIMIT) {
            connection_end(&journal->connection);
            journal->state = JOURNAL_FENCED;
            return STATUS_LIMIT;
        }
        if (clock_monotonic() >= give_up_at) {
            connection_end(&journal->connection);
            journal->state = JOURNAL_CLOSED;
            return STATUS_UNCERTAIN;
        }
        wait_us(back_off_us);
        back_off_us = back_off_us < INSTANT_US_PER_SECOND / 8 ? 2 * back_off_us : back_off_us;
    }
}

enum status journal_heartbeat(struct journal *journal)
{
    if (journal->state != JOURNAL_OPEN) {
        return journal->state == JOURNAL_FENCED ? STATUS_LIMIT : STATUS_UNCERTAIN;
    }
    enum status status = connection_run(&journal->connection, "SELECT");
    return status == STATUS_UNCERTAIN ? journal_reopen(journal) : status;
}
