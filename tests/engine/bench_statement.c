/*
 * How long a tax statement takes: cut, and paid with its guarantee restored, beside what plain SQL
 * needs to add up and mark the same rows in the same PostgreSQL. Prints one line of JSON; exits
 * non-zero when a bill or a fen is missing. Usage: bench_statement [BILLS], 20000 without.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/tax/tax_statement.h"
#include "tests/engine/crew.h"

enum {
    BILL_COUNT = 20000,
    BILL_COUNT_MAX = 3000000, /* the deposit covers so many */
    BILL_MINOR = 10,
    BILL_VARIETY = 7,
    DOCUMENT_COUNT_KEPT = 65536,
    SQL_SIZE = 4096,
};

static struct crew crew;
static char grn[18];
static char statement[STATEMENT_ID_SIZE];

static void require(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "bench_statement: %s\n", what);
        abort();
    }
}

static double seconds_since(instant_us start)
{
    return (double)(clock_monotonic() - start) / INSTANT_US_PER_SECOND;
}

/* Runs one command that must be accepted; the caller destroys the unit. */
static struct unit *act(const char *actor, unsigned role, const char *name, const char *json)
{
    static int count;
    char key[32];
    snprintf(key, sizeof key, "bench-%d", count++);
    struct unit *unit = crew_one(&crew, actor, role, key, name, json);
    const struct command *command = &unit->commands[0];
    if (command->result != COMMAND_DONE) {
        fprintf(stderr, "%s: %s\n", name, refusal_code_text(command->refusal.code));
        abort();
    }
    return unit;
}

static void sql_run(const char *sql)
{
    require(pg_run(&crew.pg, "postgres", sql), "SQL failed");
}

/* --- the scene --- */

/* Everything a bill needs but the bill: cover, a bank that pays, the treasury's account. */
static void scene_set(long count)
{
    char today[DATE_TEXT_SIZE];
    char json[256];
    date_format(date_of(clock_now()), today);
    crew_settle(&crew, grn);
    snprintf(json, sizeof json, "{\"bank\":\"bank\",\"business_day\":\"%s\"}", today);
    unit_destroy(act("operator", ROLE_OPERATOR, "bank_link.register", json));
    unit_destroy(act("operator",
                     ROLE_OPERATOR,
                     "treasury.set_account",
                     "{\"customs_code\":\"0619\",\"creditor_name\":\"Treasury\","
                     "\"creditor_account\":\"270000000001\",\"creditor_bank\":\"001100000000\"}"));
    long total_minor = count * (BILL_MINOR + BILL_VARIETY);
    snprintf(json,
             sizeof json,
             "{\"grn\":\"%s\",\"reference\":\"merchant/ALL\",\"scope\":\"retail_import\","
             "\"amount\":{\"currency\":\"CNY\",\"value\":\"%ld.%02ld\"}}",
             grn,
             total_minor / 100,
             total_minor % 100);
    unit_destroy(act("customs", ROLE_CUSTOMS, "guarantee.reserve", json));
    snprintf(json,
             sizeof json,
             "{\"grn\":\"%s\",\"amount\":{\"currency\":\"CNY\",\"value\":\"490000.00\"}}",
             grn);
    unit_destroy(act("merchant", ROLE_MERCHANT, "guarantee.release", json));
}

/* Bills as customs' messages would have left them, each covered by a reservation of its own. */
static void bills_store(long count)
{
    static char sql[SQL_SIZE];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO business.tax_bill (key, version, state, declaration, agent,"
             " agent_number, customs_code, grn, tariff, tariff_currency, consumption_tax,"
             " consumption_tax_currency, vat, vat_currency, total, total_currency, assessed,"
             " assessed_currency, released_on, payment_due, tax_day)"
             " SELECT 'T' || lpad(i::text, 9, '0'), 1, 'open',"
             " 'merchant/D' || lpad(i::text, 9, '0'), 'merchant', p.number, '0619', '%s',"
             " 0, 'CNY', 0, 'CNY', a, 'CNY', a, 'CNY', a, 'CNY', d, d + 45,"
             " 'merchant/0619/' || d"
             " FROM generate_series(1, %ld) i, business.party_current p, LATERAL (SELECT"
             " (now() AT TIME ZONE 'Asia/Shanghai')::date - 31 - (i %% 10)::int AS d,"
             " %d + i %% %d AS a) x WHERE p.key = 'merchant' ORDER BY i;"
             "INSERT INTO business.reservation (key, version, grn, reference, state, scope,"
             " principal, guarantor, beneficiary, amount, amount_currency, called,"
             " called_currency, reserved_on, payment_due, declaration)"
             " SELECT '%s/' || b.declaration, 1, '%s', b.declaration, 'reserved', r.scope,"
             " r.principal, r.guarantor, r.beneficiary, b.total, 'CNY', 0, 'CNY',"
             " b.released_on, b.payment_due, b.declaration FROM business.tax_bill b,"
             " business.reservation r WHERE r.reference = 'merchant/ALL' ORDER BY b.key;",
             grn,
             count,
             BILL_MINOR,
             BILL_VARIETY,
             grn,
             grn);
    sql_run(sql);
    sql_run("INSERT INTO business.tax_day (key, version, agent, customs_code, released_on,"
            " bill_count, total, total_currency)"
            " SELECT tax_day, 1, agent, customs_code, released_on, count(*), sum(total), 'CNY'"
            " FROM business.tax_bill GROUP BY tax_day, agent, customs_code, released_on;"
            "INSERT INTO business.tax_cycle (key, version, agent, agent_number, customs_code,"
            " oldest, newest)"
            " SELECT 'merchant/0619', 1, 'merchant', max(agent_number), '0619',"
            " min(released_on), max(released_on) FROM business.tax_bill");
    sql_run("VACUUM ANALYZE"); /* as autovacuum would have */
    sql_run("CHECKPOINT");
}

/* --- what is measured --- */

static void statement_await(const char *state)
{
    static char sql[SQL_SIZE];
    const struct timespec pause = {.tv_nsec = 20000000};
    snprintf(sql,
             sizeof sql,
             "SELECT (state = '%s')::int FROM business.tax_statement WHERE key = '%s'"
             " ORDER BY version DESC LIMIT 1",
             state,
             statement);
    while (pg_number(&crew.pg, sql) != 1) {
        nanosleep(&pause, NULL);
    }
}

static double cut_measure(void)
{
    instant_us start = clock_monotonic();
    struct unit *unit = act("merchant",
                            ROLE_MERCHANT,
                            "tax_statement.cut",
                            "{\"agent\":\"merchant\",\"customs_code\":\"0619\"}");
    const struct tax_statement_answer *answer = unit->commands[0].answer;
    snprintf(statement, sizeof statement, "%s", answer->statement);
    unit_destroy(unit);
    statement_await("preliminary");
    return seconds_since(start);
}

/* From the bank's answer to the statement paid and the guarantee restored. */
static double pay_measure(void)
{
    char json[256];
    snprintf(json, sizeof json, "{\"statement\":\"%s\"}", statement);
    unit_destroy(act("merchant", ROLE_MERCHANT, "tax_statement.finalise", json));
    snprintf(json,
             sizeof json,
             "{\"statement\":\"%s\",\"bank\":\"bank\",\"fund\":\"payable\"}",
             statement);
    struct unit *unit = act("merchant", ROLE_MERCHANT, "tax_statement.pay", json);
    const struct tax_statement_answer *answer = unit->commands[0].answer;
    char payment[PAYMENT_ID_SIZE];
    snprintf(payment, sizeof payment, "%s", answer->payment);
    unit_destroy(unit);
    snprintf(json, sizeof json, "{\"payment\":\"%s\"}", payment);
    unit_destroy(act("", 0, "payment.send", json));
    snprintf(json,
             sizeof json,
             "{\"payment\":\"%s\",\"act\":\"pay\",\"attempt\":1,\"outcome\":\"confirmed\"}",
             payment);
    instant_us start = clock_monotonic();
    unit_destroy(act("", 0, "payment.answer", json));
    double duration = seconds_since(start);
    statement_await("paid");
    return duration;
}

/* The least any program could do: the sum, and a mark on each bill and each reservation. */
static double sql_measure(void)
{
    sql_run("CREATE TABLE plain_bill AS SELECT * FROM business.tax_bill WHERE version = 1;"
            "ALTER TABLE plain_bill ADD PRIMARY KEY (key);"
            "CREATE INDEX ON plain_bill (tax_day); CREATE INDEX ON plain_bill (statement);"
            "CREATE TABLE plain_reservation AS SELECT * FROM business.reservation"
            " WHERE version = 1; ALTER TABLE plain_reservation ADD PRIMARY KEY (key)");
    sql_run("VACUUM ANALYZE plain_bill, plain_reservation");
    instant_us start = clock_monotonic();
    sql_run("BEGIN; SELECT count(*), sum(total) FROM plain_bill;"
            "UPDATE plain_bill SET state = 'stated', statement = 'S', tax_day = NULL;"
            "UPDATE plain_reservation SET state = 'stated', amount = 0, statement = 'S'; COMMIT");
    return seconds_since(start);
}

static void result_check(long count)
{
    require(pg_number(&crew.pg, "SELECT bill_count FROM business.tax_statement_current") == count,
            "not every bill is in the statement");
    require(pg_number(&crew.pg,
                      "SELECT (sum(b.total) = max(s.total) AND count(*) = max(s.bill_count))::int"
                      " FROM business.tax_bill b JOIN business.tax_statement_current s"
                      " ON s.key = b.statement") == 1,
            "the statement is not the sum of its bills");
    require(pg_number(&crew.pg,
                      "SELECT (r.amount = 0 AND s.state = 'paid')::int"
                      " FROM business.tax_statement_current s JOIN business.reservation_current r"
                      " ON r.reference = s.key") == 1,
            "the guarantee was not restored");
}

int main(int count, char **arguments)
{
    long bill_count = count > 1 ? strtol(arguments[1], NULL, 10) : BILL_COUNT;
    require(bill_count >= 10 && bill_count <= BILL_COUNT_MAX, "10 to 3000000 bills");
    crew.document_count_max = DOCUMENT_COUNT_KEPT;
    crew_start(&crew);
    scene_set(bill_count);
    crew_engine_stop(&crew);
    bills_store(bill_count);
    crew_engine_start(&crew);
    crew_wait_active(&crew);
    struct engine_report before;
    struct engine_report after;
    engine_read_report(crew.engine, &before);
    double cut = cut_measure();
    engine_read_report(crew.engine, &after);
    double pay = pay_measure();
    result_check(bill_count);
    double sql = sql_measure();
    printf(
        "{\"bills\":%ld,\"cut_s\":%.3f,\"bills_per_s\":%.0f,\"pages\":%lld,\"commits\":%" PRIu64
        ",\"fetches\":%" PRIu64 ",\"pay_restore_s\":%.4f,\"sql_s\":%.3f,\"ratio\":%.2f}\n",
        bill_count,
        cut,
        (double)bill_count / cut,
        pg_number(&crew.pg, "SELECT count(*) FROM ledger.command WHERE type = 'tax_statement.add'"),
        after.batch_count - before.batch_count,
        after.fetch_count - before.fetch_count,
        pay,
        sql,
        (cut + pay) / sql);
    crew_stop(&crew);
    return 0;
}
