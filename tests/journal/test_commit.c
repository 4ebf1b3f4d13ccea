/* From batches to rows and back to a book. */

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

static void test_committed_batches_recover_to_the_same_book(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 1);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(engine_commit(&engine, 1 + (int)engine_random(&engine, 40)), STATUS_OK);
    }
    assert_true(book_seq(engine.book) > 500);
    assert_int_equal(pg_number(&fixture.pg, "SELECT max(seq) FROM ledger.transfer"),
                     book_seq(engine.book));
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.command"),
                     engine.command_seq);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), 60);
    assert_int_equal(pg_number(&fixture.pg,
                               "SELECT count(*) FROM ledger.account_balance a, LATERAL (SELECT"
                               " coalesce(sum(posted_credit), 0) AS s FROM ledger.entry e"
                               " WHERE e.account = a.account) x"
                               " WHERE a.posted_credits - a.posted_debits <> x.s"),
                     0);

    struct book *kept = engine.book;
    engine.book = NULL;
    journal_destroy(engine.journal);
    engine.journal = journal_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    books_assert_equal(kept, engine.book);
    assert_int_equal(engine_commit(&engine, 10), STATUS_OK);
    book_destroy(kept);
    engine_destroy(&engine);
}

static void test_an_empty_batch_is_nothing(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 2);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    long long before = pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch");
    assert_int_equal(engine_commit(&engine, 0), STATUS_OK);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), before);
    engine_destroy(&engine);
}

static void test_a_refused_batch_leaves_nothing(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 3);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 5), STATUS_OK);
    batch_clear(engine.batch);
    engine_command(&engine);
    /* The same idempotency key of the same party again. */
    struct command_row row = {.seq = engine.command_seq + 1,
                              .user = "",
                              .party = engine.command_seq % 7,
                              .idempotency_key = "key-1",
                              .type = "test.again",
                              .recorded_at = 1};
    row.party = 1;
    batch_add_command(engine.batch, &row);
    long long before = pg_number(&fixture.pg, "SELECT max(seq) FROM ledger.command");
    assert_int_equal(journal_commit(engine.journal, engine.batch), STATUS_REJECTED);
    assert_int_equal(pg_number(&fixture.pg, "SELECT max(seq) FROM ledger.command"), before);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine.command_seq, before);
    assert_int_equal(engine_commit(&engine, 5), STATUS_OK);
    engine_destroy(&engine);
}

/* A COMMIT with a warning may not have reached everywhere: it counts only after a second look. */
static void test_a_warning_puts_a_commit_in_doubt(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 5);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    long long before = pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch");
    assert_true(pg_run(&fixture.pg,
                       "postgres",
                       "CREATE FUNCTION ledger.warn() RETURNS trigger LANGUAGE plpgsql AS"
                       " $$ BEGIN RAISE WARNING 'not everywhere'; RETURN NULL; END $$;"
                       "CREATE TRIGGER warn AFTER INSERT ON ledger.command"
                       " EXECUTE FUNCTION ledger.warn()"));
    assert_int_equal(engine_commit(&engine, 3), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 3), STATUS_OK);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), before + 2);
    assert_true(pg_run(&fixture.pg, "postgres", "DROP TRIGGER warn ON ledger.command"));
    engine_destroy(&engine);
}

/* All statements succeed, COMMIT itself does not. */
static void test_a_commit_that_fails_is_rejected(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 6);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    long long before = pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch");
    assert_true(pg_run(&fixture.pg,
                       "postgres",
                       "CREATE FUNCTION ledger.fail() RETURNS trigger LANGUAGE plpgsql AS"
                       " $$ BEGIN RAISE EXCEPTION 'too late'; END $$;"
                       "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON ledger.command DEFERRABLE"
                       " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.fail()"));
    assert_int_equal(engine_commit(&engine, 3), STATUS_REJECTED);
    assert_true(pg_run(&fixture.pg, "postgres", "DROP TRIGGER fail ON ledger.command"));
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.batch"), before);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 3), STATUS_OK);
    engine_destroy(&engine);
}

static void test_unsafe_settings_are_refused(void **state)
{
    (void)state;
    static const char *const unsafe[] = {
        "synchronous_commit=off", "fsync=off", "full_page_writes=off"};
    for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++) {
        pg_restart(&fixture.pg, unsafe[i]);
        struct engine engine;
        engine_create(&engine, &fixture, 4);
        assert_int_equal(engine_open(&engine), STATUS_REJECTED);
        engine_destroy(&engine);
    }
    pg_restart(&fixture.pg, "max_connections=50");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_committed_batches_recover_to_the_same_book),
        cmocka_unit_test(test_an_empty_batch_is_nothing),
        cmocka_unit_test(test_a_refused_batch_leaves_nothing),
        cmocka_unit_test(test_a_warning_puts_a_commit_in_doubt),
        cmocka_unit_test(test_a_commit_that_fails_is_rejected),
        cmocka_unit_test(test_unsafe_settings_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
