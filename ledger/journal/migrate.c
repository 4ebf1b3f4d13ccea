#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/log.h"
#include "ledger/base/money.h"
#include "ledger/book/chart.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/schema.h"
#include "ledger/journal/shape.h"
#include "ledger/journal/sql.h"
#include "ledger/journal/writer.h"

/* Everything migrate would do, as one number: the same number again needs nothing done. */
static void fingerprint_write(const struct document_kind *kinds, size_t kind_count, char out[20])
{
    struct sql all = {0};
    sql_add(&all,
            "%s%s%s%s%s",
            schema_roles,
            schema_tables,
            schema_functions,
            schema_views,
            schema_grants);
    for (size_t i = 0; i < PURPOSE_COUNT; i++) {
        sql_add(&all, "%s%d%d", chart[i].name ? chart[i].name : "", chart[i].side, chart[i].book);
    }
    for (size_t i = 0; i < kind_count; i++) {
        sql_add(&all, ";%s:", kinds[i].name);
        for (size_t j = 0; j < kinds[i].column_count; j++) {
            sql_add(&all, "%s %d,", kinds[i].columns[j].name, kinds[i].columns[j].type);
        }
        for (size_t j = 0; kinds[i].indexes != NULL && kinds[i].indexes[j] != NULL; j++) {
            sql_add(&all, "(%s)", kinds[i].indexes[j]);
        }
    }
    snprintf(out, 20, "%016" PRIx64, hash_bytes(all.text, all.size));
    sql_destroy(&all);
}

/* Rows of reference: the chart and the currencies, in words for whoever reads with psql. */
static enum status reference_migrate(struct connection *connection)
{
    static const char *const sides[] = {
        [SIDE_DEBIT] = "debit", [SIDE_CREDIT] = "credit", [SIDE_EITHER] = "either"};
    static const char *const books[] = {[BOOK_MONEY] = "money", [BOOK_MEMO] = "memo"};
    static const enum currency currencies[] = {
        CURRENCY_CNY, CURRENCY_MNT, CURRENCY_RUB, CURRENCY_USD, CURRENCY_EUR};
    struct sql sql = {0};
    for (size_t i = 1; i < PURPOSE_COUNT; i++) {
        char *meaning = PQescapeLiteral(connection->pg,
                                        chart[i].meaning ? chart[i].meaning : "",
                                        strlen(chart[i].meaning ? chart[i].meaning : ""));
        sql_add(&sql,
                "INSERT INTO ledger.purpose VALUES (%zu, '%s', '%s', '%s', %s)"
                " ON CONFLICT DO NOTHING;\n",
                i,
                chart[i].name,
                sides[chart[i].side],
                books[chart[i].book],
                meaning);
        PQfreemem(meaning);
    }
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
        sql_add(&sql,
                "INSERT INTO ledger.currency VALUES (%d, '%s') ON CONFLICT DO NOTHING;\n",
                (int)currencies[i],
                currency_code(currencies[i]));
    }
    enum status status = connection_run(connection, sql.text);
    sql_destroy(&sql);
    return status;
}

/* 0 when there is no schema yet; *is_current_out when there is nothing to do. */
static enum status schema_find(struct connection *connection,
                               const char *fingerprint,
                               int64_t *version_out,
                               bool *is_current_out)
{
    *is_current_out = false;
    int64_t exists = 0;
    enum status status = connection_number(
        connection, "SELECT 1 WHERE to_regclass('ledger.schema') IS NOT NULL", 0, &exists);
    *version_out = 0;
    if (status != STATUS_OK || exists == 0) {
        return status;
    }
    PGresult *result = NULL;
    status = connection_query(
        connection,
        "SELECT version, fingerprint FROM ledger.schema ORDER BY number DESC LIMIT 1",
        0,
        NULL,
        &result);
    if (status == STATUS_OK) {
        *version_out = result_number(result, 0, 0);
        *is_current_out =
            *version_out == SCHEMA_VERSION && strcmp(PQgetvalue(result, 0, 1), fingerprint) == 0;
        PQclear(result);
    }
    return status;
}

/* No engine may run meanwhile: columns belong to batches from the next one on. */
static enum status engine_exclude(struct connection *connection)
{
    int64_t is_alone = 0;
    enum status status =
        connection_number(connection,
                          "SELECT pg_try_advisory_xact_lock(" LOCK_CLASS ", " LOCK_ENGINE ")::int",
                          0,
                          &is_alone);
    return status == STATUS_OK && is_alone == 0 ? STATUS_AGAIN : status;
}

static enum status
migrate_apply(struct connection *connection, int64_t version, const char *fingerprint)
{
    struct sql sql = {0};
    sql_add(&sql, "%s%s%s", version == 0 ? schema_tables : "", schema_functions, schema_views);
    sql_add(&sql,
            "INSERT INTO ledger.schema (version, fingerprint) VALUES (%d, '%s')",
            SCHEMA_VERSION,
            fingerprint);
    enum status status = connection_run(connection, sql.text);
    sql_destroy(&sql);
    if (status == STATUS_OK) {
        status = reference_migrate(connection);
    }
    return status;
}

static enum status migrate_locked(struct connection *connection,
                                  const struct document_kind *kinds,
                                  size_t kind_count,
                                  int64_t version,
                                  const char *fingerprint,
                                  char *message_out,
                                  size_t message_size)
{
    enum status status = engine_exclude(connection);
    if (status == STATUS_AGAIN) {
        snprintf(message_out, message_size, "an engine is running on this database: stop it first");
        return STATUS_REJECTED;
    }
    if (status == STATUS_OK) {
        status = connection_run(connection, schema_roles);
    }
    if (status == STATUS_OK) {
        status = connection_run(connection, "SET ROLE kouan_owner");
    }
    if (status == STATUS_OK) {
        status = migrate_apply(connection, version, fingerprint);
    }
    if (status == STATUS_OK) {
        status = shape_migrate(connection, kinds, kind_count, message_out, message_size);
    }
    return status == STATUS_OK ? connection_run(connection, schema_grants) : status;
}

enum status journal_migrate(const char *owner_conninfo,
                            const struct document_kind *kinds,
                            size_t kind_count,
                            char *message_out,
                            size_t message_size)
{
    snprintf(message_out, message_size, "%s", "");
    struct connection connection;
    enum status status = connection_open(&connection, owner_conninfo, "kouan migrate");
    if (status != STATUS_OK) {
        snprintf(message_out, message_size, "the server cannot be reached");
        return status;
    }
    char fingerprint[20];
    fingerprint_write(kinds, kind_count, fingerprint);
    int64_t version = 0;
    bool is_current = false;
    status = schema_find(&connection, fingerprint, &version, &is_current);
    if (status == STATUS_OK && version > SCHEMA_VERSION) {
        snprintf(message_out, message_size, "the schema is newer than this program");
        status = STATUS_REJECTED;
    }
    if (status == STATUS_OK && !is_current) {
        status = connection_run(&connection, "BEGIN; SET LOCAL client_min_messages = warning");
        if (status == STATUS_OK) {
            status = migrate_locked(
                &connection, kinds, kind_count, version, fingerprint, message_out, message_size);
        }
        if (status == STATUS_OK) {
            status = connection_run(&connection, "COMMIT");
        }
    }
    if (status != STATUS_OK && message_out[0] == '\0') {
        snprintf(message_out, message_size, "%s", PQerrorMessage(connection.pg));
    }
    connection_end(&connection);
    return status;
}
