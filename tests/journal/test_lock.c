/* One engine per database: lock, lease, epoch. */
#include <string.h>
#include <time.h>

#include "tests/journal/fixture.h"

static struct fixture fixture;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fixture);
    return 0;
}

static void pause_ms(long duration_ms)
{
    struct timespec wait = {.tv_sec = duration_ms / 1000, .tv_nsec = duration_ms % 1000 * 1000000};
    nanosleep(&wait, NULL);
}

static void test_a_second_engine_is_refused_while_the_first_lives(void **state)
{
    (void)state;
    struct engine first;
    struct engine second;
    engine_create(&first, &fixture, 31);
    engine_create(&second, &fixture, 32);
    assert_int_equal(engine_open(&first), STATUS_OK);
    for (int i = 0; i < 10; i++) {
        pause_ms(100);
        assert_int_equal(journal_heartbeat(first.journal), STATUS_OK);
        assert_int_equal(engine_open(&second), STATUS_AGAIN);
        assert_non_null(strstr(second.holder, "kouan engine"));
    }
    assert_int_equal(engine_commit(&first, 3), STATUS_OK);
    engine_destroy(&first);
    pause_ms(50);
    assert_int_equal(engine_open(&second), STATUS_OK);
    assert_int_equal(engine_commit(&second, 3), STATUS_OK);
    engine_destroy(&second);
}

/* As after SIGSTOP and SIGCONT: the first engine says nothing for longer than its lease. */
static void test_a_silent_holder_is_taken_over_and_fenced(void **state)
{
    (void)state;
    struct engine first;
    struct engine second;
    engine_create(&first, &fixture, 33);
    engine_create(&second, &fixture, 34);
    assert_int_equal(engine_open(&first), STATUS_OK);
    assert_int_equal(engine_commit(&first, 3), STATUS_OK);
    pause_ms(400);
    assert_int_equal(engine_open(&second), STATUS_OK);
    long long batches = pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch");
    assert_int_equal(engine_commit(&first, 3), STATUS_LIMIT);
    assert_int_equal(engine_commit(&first, 3), STATUS_LIMIT);
    assert_int_equal(journal_heartbeat(first.journal), STATUS_LIMIT);
    char holder[64];
    assert_int_equal(journal_open(first.journal, holder, sizeof holder), STATUS_LIMIT);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), batches);
    assert_int_equal(engine_commit(&second, 3), STATUS_OK);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), batches + 1);
    engine_destroy(&first);
    engine_destroy(&second);
}

/* Even with its connection whole and the lock gone by accident, an older epoch cannot commit. */
static void test_the_epoch_alone_fences(void **state)
{
    (void)state;
    struct engine first;
    engine_create(&first, &fixture, 35);
    assert_int_equal(engine_open(&first), STATUS_OK);
    long long batches = pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch");
    assert_true(pg_run(&fixture.pg, "postgres", "UPDATE ledger.epoch SET epoch = epoch + 1"));
    assert_int_equal(engine_commit(&first, 3), STATUS_LIMIT);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), batches);
    engine_destroy(&first);
}

static void test_an_epoch_is_begun_only_under_the_lock(void **state)
{
    (void)state;
    assert_false(pg_run(&fixture.pg, "kouan_writer", "SELECT ledger.epoch_bump('thief')"));
}

static void test_migration_waits_for_the_engine_to_stop(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 36);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    char message[256];
    /* Nothing to do: no lock wanted. */
    assert_int_equal(
        journal_migrate(fixture.owner, test_kinds, test_kind_count, message, sizeof message),
        STATUS_OK);
    assert_int_equal(journal_migrate(fixture.owner, test_kinds, 1, message, sizeof message),
                     STATUS_REJECTED);
    assert_non_null(strstr(message, "engine is running"));
    engine_destroy(&engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_engine_is_refused_while_the_first_lives),
        cmocka_unit_test(test_a_silent_holder_is_taken_over_and_fenced),
        cmocka_unit_test(test_the_epoch_alone_fences),
        cmocka_unit_test(test_an_epoch_is_begun_only_under_the_lock),
        cmocka_unit_test(test_migration_waits_for_the_engine_to_stop),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
