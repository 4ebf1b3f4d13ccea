#include "ledger/journal/connection.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/date.h"
#include "ledger/base/log.h"

static void count_notice(void *context, const PGresult *result)
{
    struct connection *connection = context;
    (void)result;
    connection->notice_count++;
}

static enum status connection_identify(struct connection *connection)
{
    PGresult *result = NULL;
    enum status status = connection_query(connection,
                                          "SELECT pid, backend_start::text FROM pg_stat_activity"
                                          " WHERE pid = pg_backend_pid()",
                                          0,
                                          NULL,
                                          &result);
    if (status != STATUS_OK) {
        return status;
    }
    if (PQntuples(result) == 1) {
        struct backend *backend = &connection->backend;
        backend->pid = result_number(result, 0, 0);
        snprintf(backend->started, sizeof backend->started, "%s", PQgetvalue(result, 0, 1));
    }
    PQclear(result);
    return STATUS_OK;
}

enum status
connection_open(struct connection *connection, const char *conninfo, const char *application_name)
{
    *connection = (struct connection){0};
    /* Before dbname: the caller's own conninfo may say otherwise; after it: it may not. */
    static const char *const names[] = {"connect_timeout",
                                        "tcp_user_timeout",
                                        "keepalives_idle",
                                        "dbname",
                                        "application_name",
                                        "client_encoding",
                                        NULL};
    const char *const values[] = {"5", "10000", "5", conninfo, application_name, "UTF8", NULL};
    connection->pg = PQconnectdbParams(names, values, 1);
    assert(connection->pg != NULL);
    if (PQstatus(connection->pg) != CONNECTION_OK) {
        LOG(LOG_WARNING, "journal.unreachable", LOG_TEXT("name", application_name));
        connection_end(connection);
        return STATUS_UNCERTAIN;
    }
    PQsetNoticeReceiver(connection->pg, count_notice, connection);
    enum status status = connection_run(
        connection,
        "SET search_path = ''; SET jit = off; SET statement_timeout = 0; SET lock_timeout = 0;"
        "SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0;"
        "SET max_parallel_workers_per_gather = 0; SET synchronize_seqscans = off;"
        "SET TimeZone = 'UTC'; SET default_transaction_isolation = 'read committed'");
    if (status == STATUS_OK) {
        status = connection_identify(connection);
    }
    if (status != STATUS_OK) {
        connection_end(connection);
    }
    return status;
}

void connection_end(struct connection *connection)
{
    PQfinish(connection->pg);
    connection->pg = NULL;
}

bool connection_stands(const struct connection *connection)
{
    return connection->pg != NULL && PQstatus(connection->pg) == CONNECTION_OK;
}

/* The backend ends after saying this, though libpq may not have seen the end yet. */
static bool is_fatal(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

enum status connection_judge(struct connection *connection, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
        return STATUS_OK;
    case PGRES_EMPTY_QUERY:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_COPY_BOTH:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    }
    const char *sqlstate = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(connection->sqlstate, sizeof connection->sqlstate, "%s", sqlstate ? sqlstate : "");
    if (!connection_stands(connection) || sqlstate == NULL || is_fatal(result)) {
        return STATUS_UNCERTAIN;
    }
    const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    LOG(LOG_WARNING,
        "journal.refused",
        LOG_TEXT("sqlstate", sqlstate),
        LOG_TEXT("table", table ? table : ""),
        LOG_TEXT("constraint", constraint ? constraint : ""));
    return STATUS_REJECTED;
}

enum status connection_run(struct connection *connection, const char *statements)
{
    if (connection->pg == NULL) {
        return STATUS_UNCERTAIN;
    }
    PGresult *result = PQexec(connection->pg, statements);
    enum status status = connection_judge(connection, result);
    PQclear(result);
    return status;
}

enum status connection_query(struct connection *connection,
                             const char *statement,
                             int parameter_count,
                             const char *const *parameters,
                             PGresult **result_out)
{
    *result_out = NULL;
    if (connection->pg == NULL) {
        return STATUS_UNCERTAIN;
    }
    PGresult *result =
        PQexecParams(connection->pg, statement, parameter_count, NULL, parameters, NULL, NULL, 0);
    enum status status = connection_judge(connection, result);
    if (status == STATUS_OK) {
        *result_out = result;
    } else {
        PQclear(result);
    }
    return status;
}

enum status connection_number(struct connection *connection,
                              const char *statement,
                              int64_t otherwise,
                              int64_t *number_out)
{
    PGresult *result = NULL;
    enum status status = connection_query(connection, statement, 0, NULL, &result);
    if (status == STATUS_OK) {
        *number_out = otherwise;
        if (PQntuples(result) > 0 && PQgetisnull(result, 0, 0) == 0) {
            *number_out = result_number(result, 0, 0);
        }
        PQclear(result);
    }
    return status;
}

int64_t result_number(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}
