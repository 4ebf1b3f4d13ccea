#include "ledger/journal/lock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/writer.h"

static enum status lock_try(struct connection *connection, bool *is_taken_out)
{
    PGresult *result = NULL;
    enum status status =
        connection_query(connection,
                         "SELECT pg_try_advisory_lock(" LOCK_CLASS ", " LOCK_ENGINE ")",
                         0,
                         NULL,
                         &result);
    if (status == STATUS_OK) {
        *is_taken_out = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
        PQclear(result);
    }
    return status;
}

enum status backend_end(struct connection *connection, const struct backend *backend)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, backend->pid);
    const char *const parameters[] = {number, backend->started};
    PGresult *result = NULL;
    enum status status =
        connection_query(connection,
                         "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                         " WHERE pid = $1::int AND backend_start = $2::timestamptz",
                         2,
                         parameters,
                         &result);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_gone = PQntuples(result) == 0 || strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return is_gone ? STATUS_OK : STATUS_AGAIN;
}

/*
 * A backend that waits for its client to say something is silent since state_change, be it idle or
 * in the middle of a COPY; one that waits for its client to read (a long recovery) gets longer.
 */
static const char holder_query[] =
    "SELECT l.pid, coalesce(a.backend_start::text, ''), coalesce(a.application_name, ''),"
    " coalesce(a.client_addr::text, 'local'),"
    " coalesce(clock_timestamp() - a.state_change > $1::bigint * interval '1 microsecond'"
    "   * CASE WHEN a.wait_event = 'ClientWrite' THEN 12 ELSE 1 END"
    "   AND (a.state <> 'active' OR a.wait_event_type = 'Client'), false)"
    " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
    " AND l.classid = " LOCK_CLASS " AND l.objid = " LOCK_ENGINE
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

static enum status
holder_end(struct connection *connection, const PGresult *holder, const char *description)
{
    LOG(LOG_WARNING, "journal.takeover", LOG_TEXT("from", description));
    struct backend backend = {.pid = result_number(holder, 0, 0)};
    snprintf(backend.started, sizeof backend.started, "%s", PQgetvalue(holder, 0, 1));
    return backend_end(connection, &backend);
}

enum status
lock_take(struct connection *connection, instant_us lease_us, char *holder_out, size_t holder_size)
{
    bool is_taken = false;
    enum status status = lock_try(connection, &is_taken);
    if (status != STATUS_OK || is_taken) {
        return status;
    }
    char lease[24];
    snprintf(lease, sizeof lease, "%" PRId64, lease_us);
    const char *const parameters[] = {lease};
    PGresult *holder = NULL;
    status = connection_query(connection, holder_query, 1, parameters, &holder);
    if (status != STATUS_OK) {
        return status;
    }
    status = STATUS_AGAIN;
    snprintf(holder_out, holder_size, "%s", "");
    if (PQntuples(holder) > 0) {
        snprintf(holder_out,
                 holder_size,
                 "%s at %s, backend %s, since %s",
                 PQgetvalue(holder, 0, 2),
                 PQgetvalue(holder, 0, 3),
                 PQgetvalue(holder, 0, 0),
                 PQgetvalue(holder, 0, 1));
        if (lease_us > 0 && strcmp(PQgetvalue(holder, 0, 4), "t") == 0) {
            status = holder_end(connection, holder, holder_out);
        }
    }
    PQclear(holder);
    if (status == STATUS_OK) {
        status = lock_try(connection, &is_taken);
        status = status == STATUS_OK && !is_taken ? STATUS_AGAIN : status;
    }
    return status;
}
