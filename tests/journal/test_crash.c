/* Backends and servers killed around commits: what was acknowledged is there, once. */
#include <pthread.h>
#include <stdatomic.h>
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

static void pause_us(long duration_us)
{
    struct timespec wait = {.tv_sec = 0, .tv_nsec = duration_us * 1000};
    nanosleep(&wait, NULL);
}

/* The engine's own view against the rows: a commit that was resent must not be there twice. */
static void assert_all_there(struct engine *engine)
{
    assert_int_equal(pg_number(&fixture.pg, "SELECT coalesce(max(seq), 0) FROM ledger.command"),
                     engine->command_seq);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.command"),
                     engine->command_seq);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.transfer"),
                     book_seq(engine->book));
    struct book *kept = engine->book;
    engine->book = NULL;
    assert_int_equal(engine_open(engine), STATUS_OK);
    books_assert_equal(kept, engine->book);
    book_destroy(kept);
}

static void test_backends_ended_between_commits(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 51);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(engine_commit(&engine, 5), STATUS_OK);
        assert_true(pg_run(&fixture.pg,
                           "postgres",
                           "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                           " WHERE application_name LIKE 'kouan engine%'"));
    }
    assert_all_there(&engine);
    engine_destroy(&engine);
}

/* A commit, or the truth that it is not there: then back to what the rows say. */
static void commit_or_rebuild(struct engine *engine, int command_count)
{
    int64_t acknowledged = engine->command_seq;
    enum status status = engine_commit(engine, command_count);
    if (status == STATUS_OK) {
        return;
    }
    assert_int_equal(status, STATUS_REJECTED);
    for (int i = 0; i < 200 && engine_open(engine) != STATUS_OK; i++) {
        pause_us(20000);
    }
    assert_int_equal(engine->command_seq, acknowledged);
}

static atomic_bool is_over;

/* Ends the engine's backend at random moments, most of them within a commit. */
static void *ender_run(void *context)
{
    unsigned seed = 52;
    (void)context;
    while (!atomic_load(&is_over)) {
        seed = seed * 1103515245u + 12345u;
        pause_us((long)(seed >> 16) % 60000);
        (void)pg_run(&fixture.pg,
                     "postgres",
                     "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                     " WHERE application_name LIKE 'kouan engine%' AND state = 'active'");
    }
    return NULL;
}

static void test_backends_ended_during_commits(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 53);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    atomic_store(&is_over, false);
    pthread_t ender;
    assert_int_equal(pthread_create(&ender, NULL, ender_run, NULL), 0);
    for (int i = 0; i < 60; i++) {
        commit_or_rebuild(&engine, 200);
    }
    atomic_store(&is_over, true);
    pthread_join(ender, NULL);
    assert_all_there(&engine);
    engine_destroy(&engine);
}

static void *crasher_run(void *context)
{
    (void)context;
    pause_us(30000);
    pg_crash(&fixture.pg);
    return NULL;
}

static void test_servers_killed_during_commits(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 54);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 8; i++) {
        pthread_t crasher;
        assert_int_equal(pthread_create(&crasher, NULL, crasher_run, NULL), 0);
        for (int j = 0; j < 6; j++) {
            commit_or_rebuild(&engine, 200);
        }
        pthread_join(crasher, NULL);
    }
    assert_all_there(&engine);
    engine_destroy(&engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backends_ended_between_commits),
        cmocka_unit_test(test_backends_ended_during_commits),
        cmocka_unit_test(test_servers_killed_during_commits),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
