/* Leaves of ledger.transfer: one empty ahead, full ones sealed. */
#include "ledger/journal/keeper.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/sql.h"

struct keeper *keeper_create(const struct journal_config *config)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    assert(keeper != NULL);
    keeper->config = *config;
    return keeper;
}

void keeper_destroy(struct keeper *keeper)
{
    if (keeper != NULL) {
        connection_end(&keeper->connection);
        free(keeper);
    }
}

/* The lock of a table is not worth waiting for long: readers would queue behind the keeper. */
enum status keeper_connect(struct keeper *keeper)
{
    if (connection_stands(&keeper->connection)) {
        return STATUS_OK;
    }
    connection_end(&keeper->connection);
    enum status status =
        connection_open(&keeper->connection, keeper->config.conninfo, "kouan keeper");
    return status == STATUS_OK ? connection_run(&keeper->connection,
                                                "SET lock_timeout = '2s';"
                                                "SET maintenance_work_mem = '512MB'")
                               : status;
}

/* One statement that returns a word; REJECTED for a lock not granted becomes AGAIN. */
static enum status keeper_ask(struct keeper *keeper, const char *statement, char answer_out[16])
{
    PGresult *result = NULL;
    enum status status = connection_query(&keeper->connection, statement, 0, NULL, &result);
    if (status == STATUS_OK) {
        snprintf(answer_out, 16, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
        PQclear(result);
    } else if (status == STATUS_REJECTED && strcmp(keeper->connection.sqlstate, "55P03") == 0) {
        status = STATUS_AGAIN;
    }
    return status;
}

static enum status leaf_seal(struct keeper *keeper, int64_t first_seq)
{
    char statement[64];
    char answer[16] = "";
    snprintf(statement, sizeof statement, "SELECT ledger.leaf_seal(%" PRId64 ")", first_seq);
    enum status status = keeper_ask(keeper, statement, answer);
    if (status == STATUS_OK && strcmp(answer, "indexed") == 0) {
        status = keeper_ask(keeper, statement, answer);
    }
    if (status == STATUS_OK && strcmp(answer, "sealed") == 0) {
        LOG(LOG_INFO, "journal.leaf_sealed", LOG_NUMBER("first_seq", first_seq));
    }
    return status;
}

static enum status full_leaves_seal(struct keeper *keeper, int64_t seq)
{
    char last[24];
    snprintf(last, sizeof last, "%" PRId64, seq);
    const char *const parameters[] = {last};
    PGresult *result = NULL;
    enum status status =
        connection_query(&keeper->connection,
                         "SELECT first_seq FROM ledger.leaf l WHERE last_seq <= $1::bigint"
                         " AND NOT EXISTS (SELECT FROM ledger.seal s"
                         " WHERE s.first_seq = l.first_seq) ORDER BY first_seq",
                         1,
                         parameters,
                         &result);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        status = leaf_seal(keeper, result_number(result, i, 0));
    }
    PQclear(result);
    return status;
}

enum status keeper_seal(struct keeper *keeper, int64_t seq)
{
    char answer[16] = "";
    struct sql sql = {0};
    enum status status = keeper_connect(keeper);
    if (status == STATUS_OK) {
        /* Ahead of the leaf in use by a whole leaf. */
        int64_t ahead = 0;
        bool fits = amount_add(seq + 1, keeper->config.leaf_transfer_count, &ahead);
        assert(fits);
        sql_add(&sql,
                "SELECT ledger.leaf_ahead(%" PRId64 ", %" PRId64 ")",
                ahead,
                keeper->config.leaf_transfer_count);
        status = keeper_ask(keeper, sql.text, answer);
    }
    if (status == STATUS_OK) {
        status = full_leaves_seal(keeper, seq);
    }
    sql_destroy(&sql);
    return status;
}
