#include "tools/bench_statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/tax/tax_statement.h"
#include "ledger/base/log.h"
#include "tools/bench_house.h"

enum {
    BILL_COUNT = 20000,
    BILL_COUNT_MIN = 10,      /* one for each day of release */
    BILL_COUNT_MAX = 3000000, /* the deposit covers so many */
    BILL_MINOR = 10,
    BILL_VARIETY = 7,
    JSON_SIZE = 512,
    SQL_SIZE = 4096,
    WAIT_MS_MAX = 600000,
    PAUSE_MS = 20,
};

struct options {
    bool is_json;
    long bills;
    const char *bindir;
    const char *directory;
};

struct figures {
    double cut_s;
    double pay_s;
    double sql_s;
    long long pages;
    uint64_t commits;
    uint64_t fetches;
};

static struct bench_house house;
static char grn[18];
static char statement[STATEMENT_ID_SIZE];

static double seconds_since(instant_us start)
{
    return (double)(clock_monotonic() - start) / INSTANT_US_PER_SECOND;
}

/* --- the scene --- */

static bool parties_register(void)
{
    static const struct {
        const char *name;
        const char *json;
    } commands[] = {
        {"party.register",       "{\"id\":\"operator\",\"kind\":\"operator\",\"name\":\"Operator\"}"},
        {"party.register",
         "{\"id\":\"bank\",\"kind\":\"bank\",\"name\":\"Bank\",\"bic\":\"BKCHCNBJ\"}"               },
        {"party.register",
         "{\"id\":\"customs\",\"kind\":\"customs\",\"name\":\"Customs\",\"district\":\"0619\"}"     },
        {"party.register",
         "{\"id\":\"merchant\",\"kind\":\"merchant\",\"name\":\"Merchant\","
         "\"customs_code\":\"1506960AB1\"}"                                                         },
        {"party.activate",       "{\"id\":\"bank\"}"                                                },
        {"party.activate",       "{\"id\":\"customs\"}"                                             },
        {"party.activate",       "{\"id\":\"merchant\"}"                                            },
        {"treasury.set_account",
         "{\"customs_code\":\"0619\",\"creditor_name\":\"Treasury\","
         "\"creditor_account\":\"270000000001\",\"creditor_bank\":\"001100000000\"}"                },
    };
    bool is_done = true;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && is_done; i++) {
        is_done =
            bench_house_do(&house, "operator", ROLE_OPERATOR, commands[i].name, commands[i].json);
    }
    return is_done;
}

/* A deposit of 1,000,000.00, funded. */
static bool deposit_open(const char *today)
{
    char json[JSON_SIZE];
    struct unit *unit =
        bench_house_act(&house,
                        "merchant",
                        ROLE_MERCHANT,
                        "guarantee.open_deposit",
                        "{\"beneficiary\":\"customs\",\"scopes\":[\"retail_import\"],"
                        "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000.00\"}}");
    if (unit == NULL) {
        return false;
    }
    const struct guarantee_answer *answer = unit->commands[0].answer;
    (void)snprintf(grn, sizeof grn, "%s", answer->grn);
    (void)snprintf(json,
                   sizeof json,
                   "{\"bank_reference\":\"B1\",\"payment_reference\":\"%s\",\"value_date\":\"%s\","
                   "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000.00\"}}",
                   answer->payment_reference,
                   today);
    unit_destroy(unit);
    return bench_house_do(&house, "bank", ROLE_BANK, "funds.receive", json);
}

/* Half of the deposit covers the bills; the other half becomes money to pay them with. */
static bool deposit_share(long count)
{
    char json[JSON_SIZE];
    long total_minor = count * (BILL_MINOR + BILL_VARIETY);
    (void)snprintf(json,
                   sizeof json,
                   "{\"grn\":\"%s\",\"reference\":\"merchant/ALL\",\"scope\":\"retail_import\","
                   "\"amount\":{\"currency\":\"CNY\",\"value\":\"%ld.%02ld\"}}",
                   grn,
                   total_minor / 100,
                   total_minor % 100);
    if (!bench_house_do(&house, "customs", ROLE_CUSTOMS, "guarantee.reserve", json)) {
        return false;
    }
    (void)snprintf(json,
                   sizeof json,
                   "{\"grn\":\"%s\",\"amount\":{\"currency\":\"CNY\",\"value\":\"490000.00\"}}",
                   grn);
    return bench_house_do(&house, "merchant", ROLE_MERCHANT, "guarantee.release", json);
}

/* Everything a bill needs but the bill: cover, a bank that pays, the treasury's account. */
static bool scene_set(long count)
{
    char today[DATE_TEXT_SIZE];
    char json[JSON_SIZE];
    date_format(date_of(clock_now()), today);
    (void)snprintf(json, sizeof json, "{\"bank\":\"bank\",\"business_day\":\"%s\"}", today);
    return parties_register() && deposit_open(today) &&
           bench_house_do(&house, "operator", ROLE_OPERATOR, "bank_link.register", json) &&
           deposit_share(count);
}

/* Bills as customs' messages would have left them, each covered by a reservation of its own. */
static bool bills_store(long count)
{
    static char sql[SQL_SIZE];
    (void)snprintf(sql,
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
    return bench_house_sql(&house, sql) &&
           bench_house_sql(
               &house,
               "INSERT INTO business.tax_day (key, version, agent, customs_code, released_on,"
               " bill_count, total, total_currency)"
               " SELECT tax_day, 1, agent, customs_code, released_on, count(*), sum(total), 'CNY'"
               " FROM business.tax_bill GROUP BY tax_day, agent, customs_code, released_on;"
               "INSERT INTO business.tax_cycle (key, version, agent, agent_number, customs_code,"
               " oldest, newest)"
               " SELECT 'merchant/0619', 1, 'merchant', max(agent_number), '0619',"
               " min(released_on), max(released_on) FROM business.tax_bill") &&
           bench_house_sql(&house, "VACUUM ANALYZE") && /* as autovacuum would have */
           bench_house_sql(&house, "CHECKPOINT");
}

/* --- what is measured --- */

static bool statement_await(const char *state)
{
    char sql[SQL_SIZE];
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    (void)snprintf(sql,
                   sizeof sql,
                   "SELECT (state = '%s')::int FROM business.tax_statement WHERE key = '%s'"
                   " ORDER BY version DESC LIMIT 1",
                   state,
                   statement);
    for (int waited = 0; waited < WAIT_MS_MAX; waited += PAUSE_MS) {
        if (bench_house_number(&house, sql) == 1) {
            return true;
        }
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "the statement did not become %s\n", state);
    return false;
}

static bool cut_measure(struct figures *figures)
{
    struct engine_report before;
    struct engine_report after;
    engine_read_report(house.engine, &before);
    instant_us start = clock_monotonic();
    struct unit *unit = bench_house_act(&house,
                                        "merchant",
                                        ROLE_MERCHANT,
                                        "tax_statement.cut",
                                        "{\"agent\":\"merchant\",\"customs_code\":\"0619\"}");
    if (unit == NULL) {
        return false;
    }
    const struct tax_statement_answer *answer = unit->commands[0].answer;
    (void)snprintf(statement, sizeof statement, "%s", answer->statement);
    unit_destroy(unit);
    bool is_cut = statement_await("preliminary");
    figures->cut_s = seconds_since(start);
    engine_read_report(house.engine, &after);
    figures->commits = after.batch_count - before.batch_count;
    figures->fetches = after.fetch_count - before.fetch_count;
    figures->pages = bench_house_number(
        &house, "SELECT count(*) FROM ledger.command WHERE type = 'tax_statement.add'");
    return is_cut;
}

/* Finalised and on its way to the bank. */
static bool payment_order(char payment_out[PAYMENT_ID_SIZE])
{
    char json[JSON_SIZE];
    (void)snprintf(json, sizeof json, "{\"statement\":\"%s\"}", statement);
    if (!bench_house_do(&house, "merchant", ROLE_MERCHANT, "tax_statement.finalise", json)) {
        return false;
    }
    (void)snprintf(json,
                   sizeof json,
                   "{\"statement\":\"%s\",\"bank\":\"bank\",\"fund\":\"payable\"}",
                   statement);
    struct unit *unit =
        bench_house_act(&house, "merchant", ROLE_MERCHANT, "tax_statement.pay", json);
    if (unit == NULL) {
        return false;
    }
    const struct tax_statement_answer *answer = unit->commands[0].answer;
    (void)snprintf(payment_out, PAYMENT_ID_SIZE, "%s", answer->payment);
    unit_destroy(unit);
    (void)snprintf(json, sizeof json, "{\"payment\":\"%s\"}", payment_out);
    return bench_house_do(&house, "", 0, "payment.send", json);
}

/* From the bank's answer to the statement paid and the guarantee restored. */
static bool pay_measure(struct figures *figures)
{
    char json[JSON_SIZE];
    char payment[PAYMENT_ID_SIZE];
    if (!payment_order(payment)) {
        return false;
    }
    (void)snprintf(json,
                   sizeof json,
                   "{\"payment\":\"%s\",\"act\":\"pay\",\"attempt\":1,\"outcome\":\"confirmed\"}",
                   payment);
    instant_us start = clock_monotonic();
    bool is_answered = bench_house_do(&house, "", 0, "payment.answer", json);
    figures->pay_s = seconds_since(start);
    return is_answered && statement_await("paid");
}

/* The least any program could do: the sum, and a mark on each bill and each reservation. */
static bool sql_measure(struct figures *figures)
{
    bool is_made =
        bench_house_sql(
            &house,
            "CREATE TABLE plain_bill AS SELECT * FROM business.tax_bill WHERE version = 1;"
            "ALTER TABLE plain_bill ADD PRIMARY KEY (key);"
            "CREATE INDEX ON plain_bill (tax_day); CREATE INDEX ON plain_bill (statement);"
            "CREATE TABLE plain_reservation AS SELECT * FROM business.reservation"
            " WHERE version = 1; ALTER TABLE plain_reservation ADD PRIMARY KEY (key)") &&
        bench_house_sql(&house, "VACUUM ANALYZE plain_bill, plain_reservation");
    instant_us start = clock_monotonic();
    bool is_done =
        is_made &&
        bench_house_sql(
            &house,
            "BEGIN; SELECT count(*), sum(total) FROM plain_bill;"
            "UPDATE plain_bill SET state = 'stated', statement = 'S', tax_day = NULL;"
            "UPDATE plain_reservation SET state = 'stated', amount = 0, statement = 'S'; COMMIT");
    figures->sql_s = seconds_since(start);
    return is_done;
}

static bool result_check(long count)
{
    static const struct {
        const char *sql; /* 1 when it is as it must be */
        const char *otherwise;
    } laws[] = {
        {"SELECT (sum(b.total) = max(s.total) AND count(*) = max(s.bill_count))::int"
         " FROM business.tax_bill b JOIN business.tax_statement_current s ON s.key = b.statement", "the statement is not the sum of its bills"},
        {"SELECT (r.amount = 0 AND s.state = 'paid')::int"
         " FROM business.tax_statement_current s JOIN business.reservation_current r"
         " ON r.reference = s.key",                                                                "the guarantee was not restored"           },
    };
    if (bench_house_number(&house, "SELECT bill_count FROM business.tax_statement_current") !=
        count) {
        fprintf(stderr, "not every bill is in the statement\n");
        return false;
    }
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        if (bench_house_number(&house, laws[i].sql) != 1) {
            fprintf(stderr, "%s\n", laws[i].otherwise);
            return false;
        }
    }
    return true;
}

static bool measure(const struct options *options, struct figures *figures)
{
    if (!bench_house_open(&house, options->bindir, options->directory) ||
        !bench_house_engine_start(&house) || !scene_set(options->bills)) {
        return false;
    }
    bench_house_engine_stop(&house);
    return bills_store(options->bills) && bench_house_engine_start(&house) &&
           cut_measure(figures) && pay_measure(figures) && result_check(options->bills) &&
           sql_measure(figures);
}

/* --- arguments and result --- */

static bool options_parse(struct options *options, int argument_count, char **arguments)
{
    *options = (struct options){
        .bills = BILL_COUNT, .bindir = "/usr/lib/postgresql/15/bin", .directory = "/tmp"};
    for (int i = 1; i < argument_count; i++) {
        const char *value = i + 1 < argument_count ? arguments[i + 1] : NULL;
        char *end = NULL;
        if (strcmp(arguments[i], "--json") == 0) {
            options->is_json = true;
            continue;
        }
        if (value == NULL) {
            return false;
        }
        if (strcmp(arguments[i], "--bills") == 0) {
            options->bills = strtol(value, &end, 10);
            if (*end != '\0') {
                return false;
            }
        } else if (strcmp(arguments[i], "--bindir") == 0) {
            options->bindir = value;
        } else if (strcmp(arguments[i], "--directory") == 0) {
            options->directory = value;
        } else {
            return false;
        }
        i++;
    }
    return options->bills >= BILL_COUNT_MIN && options->bills <= BILL_COUNT_MAX;
}

static void print_figures(const struct options *options, const struct figures *figures)
{
    double whole = figures->cut_s + figures->pay_s;
    double rate = (double)options->bills / figures->cut_s;
    if (options->is_json) {
        printf("{\"bills\":%ld,\"cut_seconds\":%.3f,\"cut_per_second\":%.0f,\"pages\":%lld,"
               "\"commits\":%" PRIu64 ",\"fetches\":%" PRIu64
               ",\"pay_restore_seconds\":%.4f,\"sql_seconds\":%.3f,\"ratio_to_sql\":%.2f}\n",
               options->bills,
               figures->cut_s,
               rate,
               figures->pages,
               figures->commits,
               figures->fetches,
               figures->pay_s,
               figures->sql_s,
               whole / figures->sql_s);
        return;
    }
    printf("%ld bills cut in %.2f s, %.0f a second; paid and restored in %.4f s\n",
           options->bills,
           figures->cut_s,
           rate,
           figures->pay_s);
    printf("plain SQL adds up and marks the same rows in %.2f s: the whole is %.2f x that\n",
           figures->sql_s,
           whole / figures->sql_s);
}

int bench_statement_main(int argument_count, char **arguments)
{
    struct options options;
    struct figures figures = {0};
    if (!options_parse(&options, argument_count, arguments)) {
        fprintf(stderr,
                "usage: [--json] [--bills N] [--bindir DIR] [--directory DIR], N from %d to %d\n",
                BILL_COUNT_MIN,
                BILL_COUNT_MAX);
        return 2;
    }
    log_set_level(LOG_ERROR);
    bool is_done = measure(&options, &figures);
    bench_house_close(&house);
    if (is_done) {
        print_figures(&options, &figures);
    }
    return is_done ? 0 : 1;
}
