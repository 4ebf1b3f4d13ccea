#include "tools/bench_peer.h"

#include <assert.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"

enum {
    ROW_SIZE = 118
};
#define CLIENT_COUNT "20"

static PGconn *connect_to(const char *conninfo)
{
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "%s", PQerrorMessage(connection));
        PQfinish(connection);
        return NULL;
    }
    return connection;
}

static bool run(PGconn *connection, const char *statements)
{
    PGresult *result = PQexec(connection, statements);
    ExecStatusType status = PQresultStatus(result);
    bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!is_done) {
        fprintf(stderr, "%s", PQerrorMessage(connection));
    }
    PQclear(result);
    return is_done;
}

bool bench_peer_check(const char *owner_conninfo)
{
    PGconn *connection = connect_to(owner_conninfo);
    if (connection == NULL) {
        return false;
    }
    PGresult *result = PQexec(connection,
                              "SELECT CASE WHEN current_setting('synchronous_commit') <> 'on'"
                              " OR current_setting('fsync') <> 'on'"
                              " OR current_setting('full_page_writes') <> 'on'"
                              " THEN 'commits would not be durable'"
                              " WHEN EXISTS (SELECT FROM ledger.batch)"
                              " THEN 'the ledger is not empty' ELSE '' END");
    bool is_ready =
        PQresultStatus(result) == PGRES_TUPLES_OK && strcmp(PQgetvalue(result, 0, 0), "") == 0;
    if (!is_ready) {
        fprintf(stderr,
                "refused: %s\n",
                PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
    return is_ready;
}

static const char peer_schema[] =
    "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;"
    "CREATE TABLE bench.indexed (LIKE ledger.transfer INCLUDING CONSTRAINTS,"
    " PRIMARY KEY (seq), UNIQUE (command_seq));"
    "CREATE TABLE bench.heap (LIKE ledger.transfer INCLUDING CONSTRAINTS);"
    "CREATE TABLE bench.account (id bigint PRIMARY KEY, currency smallint NOT NULL,"
    " balance bigint NOT NULL, balance_min bigint NOT NULL, balance_max bigint NOT NULL)"
    " WITH (fillfactor = 80);"
    "CREATE TABLE bench.transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " key uuid NOT NULL UNIQUE, debit bigint NOT NULL, credit bigint NOT NULL,"
    " amount bigint NOT NULL CHECK (amount > 0),"
    " recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());"
    "CREATE TABLE bench.entry (account bigint NOT NULL, transfer bigint NOT NULL,"
    " amount bigint NOT NULL, balance bigint NOT NULL, PRIMARY KEY (account, transfer));"
    "CREATE FUNCTION bench.move(asked uuid, debited bigint, credited bigint, moved bigint)"
    " RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE"
    " made bigint; payer bench.account; payee bench.account;"
    "BEGIN"
    " IF debited = credited OR moved <= 0 THEN RAISE EXCEPTION 'not a transfer'; END IF;"
    " SELECT id INTO made FROM bench.transfer WHERE key = asked;"
    " IF FOUND THEN RETURN made; END IF;"
    " IF debited < credited THEN"
    "  SELECT * INTO payer FROM bench.account WHERE id = debited FOR UPDATE;"
    "  SELECT * INTO payee FROM bench.account WHERE id = credited FOR UPDATE;"
    " ELSE"
    "  SELECT * INTO payee FROM bench.account WHERE id = credited FOR UPDATE;"
    "  SELECT * INTO payer FROM bench.account WHERE id = debited FOR UPDATE;"
    " END IF;"
    " IF payer.id IS NULL OR payee.id IS NULL THEN RAISE EXCEPTION 'no such account'; END IF;"
    " IF payer.currency <> payee.currency THEN RAISE EXCEPTION 'two currencies'; END IF;"
    " IF payer.balance - moved < payer.balance_min OR payee.balance + moved > payee.balance_max"
    " THEN RAISE EXCEPTION 'beyond a limit'; END IF;"
    " INSERT INTO bench.transfer (key, debit, credit, amount)"
    "  VALUES (asked, debited, credited, moved) RETURNING id INTO made;"
    " INSERT INTO bench.entry VALUES (debited, made, -moved, payer.balance - moved),"
    "  (credited, made, moved, payee.balance + moved);"
    " UPDATE bench.account SET balance = payer.balance - moved WHERE id = debited;"
    " UPDATE bench.account SET balance = payee.balance + moved WHERE id = credited;"
    " RETURN made; END $$;";

bool bench_peer_prepare(const char *owner_conninfo, size_t account_count)
{
    PGconn *connection = connect_to(owner_conninfo);
    if (connection == NULL) {
        return false;
    }
    char accounts[192];
    snprintf(accounts,
             sizeof accounts,
             "INSERT INTO bench.account SELECT i, 1, 1000000000000, 0, 9000000000000000"
             " FROM generate_series(1, %zu) i",
             account_count);
    bool is_done = run(connection, "SET client_min_messages = warning") &&
                   run(connection, peer_schema) && run(connection, accounts) &&
                   run(connection, "ANALYZE bench.account");
    PQfinish(connection);
    return is_done;
}

static void write_bigint(struct writer *writer, int64_t value)
{
    write_u32(writer, 8);
    write_u64(writer, (uint64_t)value);
}

static void write_smallint(struct writer *writer, uint16_t value)
{
    write_u32(writer, 2);
    write_u16(writer, value);
}

/* The same twelve columns as ledger.transfer, pending_seq and expires_at absent. */
static void write_row(struct writer *writer, int64_t seq)
{
    write_u16(writer, 12);
    write_bigint(writer, seq);
    write_bigint(writer, 1 + seq % 9973);
    write_bigint(writer, 20000 + seq % 9967);
    write_bigint(writer, 1 + seq % 4096);
    write_u32(writer, UINT32_MAX);
    write_bigint(writer, seq);
    write_bigint(writer, 800000000000000 + seq);
    write_u32(writer, UINT32_MAX);
    write_bigint(writer, seq > 9973 ? seq - 9973 : 0);
    write_bigint(writer, seq > 9967 ? seq - 9967 : 0);
    write_smallint(writer, 1);
    write_smallint(writer, 1);
}

static bool copy_batch(PGconn *connection, const char *statement, const struct writer *rows)
{
    PGresult *result = PQexec(connection, statement);
    bool is_begun = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    if (!is_begun || PQputCopyData(connection, (const char *)rows->data, (int)rows->size) != 1 ||
        PQputCopyEnd(connection, NULL) != 1) {
        return false;
    }
    bool is_done = true;
    while ((result = PQgetResult(connection)) != NULL) {
        is_done = is_done && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return is_done;
}

static int64_t next_seq(PGconn *connection, const char *table)
{
    char statement[96];
    snprintf(statement, sizeof statement, "SELECT count(*) + 1 FROM bench.%s", table);
    PGresult *result = PQexec(connection, statement);
    int64_t seq = PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 1;
    PQclear(result);
    return seq;
}

double bench_peer_copy(const char *owner_conninfo,
                       enum bench_table table,
                       size_t row_count,
                       size_t batch_size)
{
    static const char *const names[] = {
        [BENCH_TABLE_INDEXED] = "indexed", [BENCH_TABLE_HEAP] = "heap"};
    static const uint8_t header[] = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    PGconn *connection = connect_to(owner_conninfo);
    size_t capacity = sizeof header + batch_size * ROW_SIZE + 2;
    uint8_t *data = malloc(capacity);
    assert(data != NULL);
    char statement[96];
    snprintf(statement, sizeof statement, "COPY bench.%s FROM STDIN (FORMAT binary)", names[table]);
    int64_t seq = connection == NULL ? 0 : next_seq(connection, names[table]);
    bool is_done = connection != NULL;
    size_t done = 0;
    instant_us start = clock_monotonic();
    for (; is_done && done + batch_size <= row_count; done += batch_size) {
        struct writer rows = writer_over(data, capacity);
        write_bytes(&rows, header, sizeof header);
        for (size_t i = 0; i < batch_size; i++) {
            write_row(&rows, seq++);
        }
        write_u16(&rows, UINT16_MAX);
        assert(!rows.has_failed);
        is_done = copy_batch(connection, statement, &rows);
    }
    double seconds = (double)(clock_monotonic() - start) / 1e6;
    if (!is_done) {
        fprintf(stderr, "COPY failed: %s", PQerrorMessage(connection));
    }
    free(data);
    PQfinish(connection);
    return is_done ? (double)done / seconds : 0;
}

static int file_make(char *path)
{
    int file = mkstemp(path);
    if (file < 0) {
        fprintf(stderr, "cannot write %s\n", path);
    }
    return file;
}

static bool script_write(int file, size_t account_count)
{
    char script[256];
    int size = snprintf(script,
                        sizeof script,
                        "\\set a random(1, %zu)\n\\set b 1 + (:a + random(0, %zu)) %% %zu\n"
                        "SELECT bench.move(gen_random_uuid(), :a, :b, 1);\n",
                        account_count,
                        account_count - 2,
                        account_count);
    return write(file, script, (size_t)size) == size;
}

static bool pgbench_run(const char *const *arguments, int output)
{
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || dup2(output, STDOUT_FILENO) < 0 ||
            dup2(null, STDERR_FILENO) < 0) {
            _exit(126);
        }
        execv(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    int result = 0;
    return child > 0 && waitpid(child, &result, 0) == child && result == 0;
}

/* pgbench prints "tps = 2331.1 (without initial connection time)". */
static double tps_read(int output)
{
    char text[4096];
    ssize_t size = pread(output, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    const char *tps = strstr(text, "tps = ");
    return tps == NULL ? 0 : strtod(tps + strlen("tps = "), NULL);
}

double bench_peer_function(const char *owner_conninfo,
                           const char *bindir,
                           size_t account_count,
                           int duration_s)
{
    char script_path[] = "/tmp/kouan-bench-XXXXXX";
    char output_path[] = "/tmp/kouan-bench-XXXXXX";
    int script = file_make(script_path);
    int output = file_make(output_path);
    char program[256];
    char seconds[16];
    snprintf(program, sizeof program, "%s/pgbench", bindir);
    snprintf(seconds, sizeof seconds, "%d", duration_s);
    const char *const arguments[] = {program,
                                     "-n",
                                     "-M",
                                     "prepared",
                                     "-c",
                                     CLIENT_COUNT,
                                     "-j",
                                     "2",
                                     "-T",
                                     seconds,
                                     "-f",
                                     script_path,
                                     owner_conninfo,
                                     NULL};
    bool is_done = script >= 0 && output >= 0 && script_write(script, account_count) &&
                   pgbench_run(arguments, output);
    double tps = is_done ? tps_read(output) : 0;
    close(script);
    close(output);
    unlink(script_path);
    unlink(output_path);
    return tps;
}

void bench_peer_settle(const char *owner_conninfo)
{
    PGconn *connection = connect_to(owner_conninfo);
    if (connection != NULL) {
        (void)run(connection, "CHECKPOINT");
        PQfinish(connection);
    }
}
