/*
 * The virtual clock on a real database: what falls due on a day runs on that day and in its order,
 * once, whether the way there is one move or many, and whoever dies on the way.
 */
#include <stdio.h>
#include <time.h>

#include "gateway/business/guarantee/guarantee.h"
#include "tests/base/check.h"
#include "tests/engine/crew.h"

enum {
    CROWD = 1300, /* due on one day: more than one unit takes */
    LINE = 50,    /* one due on each day */
    UNIT = 100,
};

static struct crew crew;
static char grn[18];

static void pause_briefly(void)
{
    struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
}

static struct unit *run_many(size_t first,
                             size_t count,
                             const char *actor,
                             unsigned role,
                             const char *name,
                             void (*write)(size_t number, char *json, size_t size))
{
    struct unit *unit = crew_unit(actor, role, UNIT_INDEPENDENT, count);
    for (size_t i = 0; i < count; i++) {
        char key[64];
        char json[512];
        snprintf(key, sizeof key, "%s-%zu", name, first + i);
        write(first + i, json, sizeof json);
        crew_command(&crew, unit, i, key, name, json);
    }
    crew_run(&crew, unit);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(unit->commands[i].result, COMMAND_DONE);
    }
    return unit;
}

static date_days begin;
static date_days (*valid_to)(size_t number);
static char references[UNIT][32];

static date_days in_line(size_t number)
{
    return begin + 2 + (date_days)(number % LINE);
}

static date_days in_a_crowd(size_t number)
{
    (void)number;
    return begin + 1;
}

static void write_open(size_t number, char *json, size_t size)
{
    char date[DATE_TEXT_SIZE];
    date_format(valid_to(number), date);
    snprintf(json,
             size,
             "{\"beneficiary\":\"customs\",\"scopes\":[\"retail_import\"],\"valid_to\":\"%s\","
             "\"amount\":{\"currency\":\"CNY\",\"value\":\"1.00\"}}",
             date);
}

static void write_funds(size_t number, char *json, size_t size)
{
    char date[DATE_TEXT_SIZE];
    date_format(begin, date);
    snprintf(json,
             size,
             "{\"bank_reference\":\"F%zu\",\"payment_reference\":\"%s\",\"value_date\":\"%s\","
             "\"amount\":{\"currency\":\"CNY\",\"value\":\"1.00\"}}",
             number,
             references[number % UNIT],
             date);
}

/* Active deposits, each with its own last day. */
static void deposits_open(size_t first, size_t count, date_days (*last_day)(size_t number))
{
    valid_to = last_day;
    begin = date_of(engine_now(crew.engine));
    for (size_t at = first; at < first + count; at += UNIT) {
        struct unit *unit =
            run_many(at, UNIT, "merchant", ROLE_MERCHANT, "guarantee.open_deposit", write_open);
        for (size_t i = 0; i < UNIT; i++) {
            const struct guarantee_answer *answer = unit->commands[i].answer;
            snprintf(references[i], sizeof references[i], "%s", answer->payment_reference);
        }
        unit_destroy(unit);
        unit_destroy(run_many(at, UNIT, "bank", ROLE_BANK, "funds.receive", write_funds));
    }
}

static void move_days(int days)
{
    char json[80];
    char until[INSTANT_TEXT_SIZE];
    static int count;
    char key[32];
    instant_format(date_start(date_of(engine_now(crew.engine)) + days) + 1, until);
    snprintf(json, sizeof json, "{\"until\":\"%s\"}", until);
    snprintf(key, sizeof key, "move-%d", count++);
    struct unit *unit = crew_one(&crew, "operator", ROLE_OPERATOR, key, "clock.move", json);
    assert_int_equal(unit->commands[0].result, COMMAND_DONE);
    unit_destroy(unit);
}

static long long number(const char *sql)
{
    return pg_number(&crew.pg, sql);
}

static long long done_count(void)
{
    return number("SELECT count(*) FROM ledger.command WHERE type = 'guarantee.expire'");
}

static void await_arrival(void)
{
    static const char question[] =
        "SELECT count(*) FROM business.clock_current WHERE \"now\" = target";
    for (int i = 0; i < 24000 && number(question) != 1; i++) {
        pause_briefly();
    }
    assert_int_equal(number(question), 1);
}

/* Every deadline that was closed: the day it was due, beside the command that did it. */
#define CLOSED                                                                                     \
    " FROM business.deadline d JOIN LATERAL (SELECT version, due_on FROM business.deadline n"      \
    " WHERE n.key = d.key AND n.version > d.version ORDER BY version LIMIT 1) n ON true"           \
    " JOIN ledger.command c ON c.seq = n.version WHERE d.due_on IS NOT NULL AND n.due_on IS NULL"

static void check_days(void)
{
    assert_int_equal(number("SELECT count(*)" CLOSED " AND d.due_on <>"
                            " (c.recorded_at AT TIME ZONE 'Asia/Shanghai')::date"),
                     0);
    /* In the order of their days, and of their keys within a day. */
    assert_int_equal(number("SELECT count(*) FROM (SELECT c.seq, lag(c.seq) OVER"
                            " (ORDER BY d.due_on, d.key) AS before" CLOSED
                            ") x WHERE before > seq"),
                     0);
    /* Nothing that was due is left open. */
    assert_int_equal(
        number("SELECT count(*) FROM business.deadline_current d, business.clock_current"
               " c WHERE d.due_on <= (c.\"now\" AT TIME ZONE 'Asia/Shanghai')::date"),
        0);
}

static void test_it_stands_still(void **state)
{
    (void)state;
    instant_us now = engine_now(crew.engine);
    pause_briefly();
    assert_true(engine_now(crew.engine) == now);
}

static void test_day_by_day(void **state)
{
    (void)state;
    deposits_open(0, (size_t)LINE * 2, in_line);
    move_days(60);
    await_arrival();
    assert_int_equal(done_count(), LINE * 2);
    assert_int_equal(number("SELECT count(DISTINCT recorded_at) FROM ledger.command"
                            " WHERE type = 'guarantee.expire'"),
                     LINE);
    check_days();
}

static void test_a_crowd_on_one_day(void **state)
{
    (void)state;
    deposits_open(1000, CROWD, in_a_crowd);
    move_days(3);
    await_arrival();
    assert_int_equal(done_count(), LINE * 2 + CROWD);
    check_days();
    struct engine_report report;
    engine_read_report(crew.engine, &report);
    assert_true(report.due_count >= CROWD);
    assert_int_equal(report.due_refused_count, 0);
}

static void await_count(long long wanted)
{
    for (int i = 0; i < 24000 && done_count() < wanted; i++) {
        pause_briefly();
    }
    assert_true(done_count() >= wanted);
}

static void test_death_on_the_way(void **state)
{
    (void)state;
    deposits_open(5000, (size_t)LINE * 2, in_line);
    long long before = done_count();
    move_days(60);
    await_count(before + 10);
    pg_crash(&crew.pg);
    crew_wait_active(&crew);
    await_count(before + 30);
    crew_engine_stop(&crew);
    crew_engine_start(&crew);
    await_arrival();
    assert_int_equal(done_count(), before + (long long)LINE * 2);
    check_days();
    struct verify_report verified;
    assert_int_equal(journal_verify(crew.conninfo, &verified), STATUS_OK);
}

/* Another configuration does not make a sandbox a bank. */
static void test_a_sandbox_stays_one(void **state)
{
    (void)state;
    char message[256];
    struct engine_report report = {.state = ENGINE_STANDBY};
    crew_engine_stop(&crew);
    struct engine_config config = {
        .conninfo = crew.conninfo,
        .vault_file = crew.vault_file,
        .account_count_max = 100000,
        .pending_count_max = 1000,
        .document_count_max = 4096,
        .presence_key_count = 100000,
        .queue_count_max = 16,
        .leaf_transfer_count = 4000,
        .checkpoint_transfer_count = 3000,
        .lease_us = 10 * INSTANT_US_PER_SECOND,
    };
    struct engine *engine = engine_create(&config, message, sizeof message);
    assert_non_null(engine);
    for (int i = 0; i < 12000 && report.state != ENGINE_STOPPED; i++) {
        pause_briefly();
        engine_read_report(engine, &report);
    }
    assert_int_equal(report.state, ENGINE_STOPPED);
    assert_non_null(strstr(report.reason, "virtual clock"));
    engine_stop(engine);
    engine_destroy(engine);
    crew_engine_start(&crew);
}

int main(void)
{
    crew.clock = CLOCK_VIRTUAL;
    crew_start(&crew);
    crew_settle(&crew, grn);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_stands_still),
        cmocka_unit_test(test_day_by_day),
        cmocka_unit_test(test_a_crowd_on_one_day),
        cmocka_unit_test(test_death_on_the_way),
        cmocka_unit_test(test_a_sandbox_stays_one),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crew_stop(&crew);
    return failed;
}
