/*
 * A cut of many pages on a real database: every ripe bill ends in the one statement, and nothing
 * else, also when the engine is stopped and started in the middle.
 */
#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "gateway/business/tax/tax_statement.h"
#include "tests/base/check.h"
#include "tests/engine/crew.h"

enum {
    BILL_COUNT = 20000,
    DAY_COUNT = 10,
    WAIT_COUNT = 24000,
};

static struct crew crew;

static void pause_briefly(void)
{
    struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
}

/* Bills as customs' messages would have left them: ten days, the last of them not ripe. */
static void bills_store(void)
{
    static char sql[4096];
    snprintf(sql,
             sizeof sql,
             "INSERT INTO business.tax_bill (key, version, state, agent, agent_number,"
             " customs_code, tariff, tariff_currency, consumption_tax, consumption_tax_currency,"
             " vat, vat_currency, total, total_currency, assessed, assessed_currency, released_on,"
             " payment_due, tax_day)"
             " SELECT 'T' || i, 1, 'open', 'merchant', p.number, '0619', 0, 'CNY', 0, 'CNY',"
             " 100 + i %% 7, 'CNY', 100 + i %% 7, 'CNY', 100 + i %% 7, 'CNY', d, d + 45,"
             " 'merchant/0619/' || d"
             " FROM generate_series(1, %d) i, business.party_current p,"
             " LATERAL (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date - 30 - (i %% %d) AS d) x"
             " WHERE p.key = 'merchant';"
             "INSERT INTO business.tax_day (key, version, agent, customs_code, released_on,"
             " bill_count, total, total_currency)"
             " SELECT tax_day, 1, agent, customs_code, released_on, count(*), sum(total), 'CNY'"
             " FROM business.tax_bill GROUP BY tax_day, agent, customs_code, released_on;"
             "INSERT INTO business.tax_cycle (key, version, agent, agent_number, customs_code,"
             " oldest, newest)"
             " SELECT 'merchant/0619', 1, 'merchant', max(agent_number), '0619',"
             " min(released_on), max(released_on) FROM business.tax_bill",
             BILL_COUNT,
             DAY_COUNT);
    bool is_stored = pg_run(&crew.pg, "postgres", sql);
    assert(is_stored);
    bool is_analysed = pg_run(&crew.pg, "postgres", "ANALYZE"); /* as autovacuum would have */
    assert(is_analysed);
}

static long long number(const char *sql)
{
    return pg_number(&crew.pg, sql);
}

static void await(const char *question)
{
    for (int i = 0; i < WAIT_COUNT && number(question) != 1; i++) {
        pause_briefly();
    }
    assert(number(question) == 1);
}

int main(void)
{
    char grn[18];
    crew_start(&crew);
    crew_settle(&crew, grn);
    crew_engine_stop(&crew);
    bills_store();
    crew_engine_start(&crew);
    crew_wait_active(&crew);
    struct unit *unit = crew_one(&crew,
                                 "merchant",
                                 ROLE_MERCHANT,
                                 "cut",
                                 "tax_statement.cut",
                                 "{\"agent\":\"merchant\",\"customs_code\":\"0619\"}");
    assert(unit->commands[0].result == COMMAND_DONE);
    unit_destroy(unit);
    await("SELECT (count(*) > 0)::int FROM business.tax_statement_current WHERE bill_count > 0");
    crew_engine_stop(&crew);
    crew_engine_start(&crew);
    crew_wait_active(&crew);
    await("SELECT count(*) FROM business.tax_statement_current WHERE state = 'preliminary'");
    long long ripe = BILL_COUNT - BILL_COUNT / DAY_COUNT;
    assert(number("SELECT bill_count FROM business.tax_statement_current") == ripe);
    assert(number("SELECT count(*) FROM business.tax_bill_current WHERE state = 'stated' AND"
                  " statement = (SELECT key FROM business.tax_statement_current)") == ripe);
    assert(number("SELECT (sum(b.total) = max(s.total))::int FROM business.tax_bill_current b"
                  " JOIN business.tax_statement_current s ON s.key = b.statement") == 1);
    assert(number("SELECT sum(bill_count) FROM business.tax_day_current") ==
           BILL_COUNT / DAY_COUNT);
    assert(number("SELECT count(*) FROM business.tax_cycle_current WHERE statement IS NULL") == 1);
    printf("%lld bills in one statement, by %lld pages\n",
           ripe,
           number("SELECT count(*) FROM ledger.command WHERE type = 'tax_statement.add'"));
    crew_stop(&crew);
    return 0;
}
