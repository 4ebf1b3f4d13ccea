/* Sealing of leaves and checkpoints, and recovery from them. */
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

static void recover_and_compare(struct engine *engine)
{
    struct book *kept = engine->book;
    engine->book = NULL;
    assert_int_equal(engine_open(engine), STATUS_OK);
    books_assert_equal(kept, engine->book);
    book_destroy(kept);
}

static void test_full_leaves_are_sealed_and_one_is_ahead(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 11);
    struct keeper *keeper = keeper_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(engine_commit(&engine, 30), STATUS_OK);
        assert_int_equal(keeper_seal(keeper, book_seq(engine.book)), STATUS_OK);
    }
    long long full = book_seq(engine.book) / 100;
    assert_true(full > 3);
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.seal"), full);
    assert_true(pg_number(&fixture.pg, "SELECT max(first_seq) FROM ledger.leaf") >
                book_seq(engine.book));
    assert_int_equal(pg_number(&fixture.pg,
                               "SELECT count(*) FROM pg_constraint WHERE contype = 'p'"
                               " AND conrelid::regclass::text LIKE 'ledger.transfer_0%'"),
                     full);
    assert_int_equal(pg_number(&fixture.pg,
                               "SELECT has_table_privilege('kouan_writer',"
                               " 'ledger.transfer_000000000001', 'INSERT')::int"),
                     0);
    recover_and_compare(&engine);
    keeper_destroy(keeper);
    engine_destroy(&engine);
}

static void test_checkpoints_of_changes_recover_to_the_same_book(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 12);
    struct keeper *keeper = keeper_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    int64_t since = journal_checkpoint_seq(engine.journal);
    assert_int_equal(since, 0);
    /* More than the number after which a checkpoint is whole again. */
    for (int i = 0; i < 40; i++) {
        assert_int_equal(engine_commit(&engine, 10), STATUS_OK);
        struct checkpoint *checkpoint = checkpoint_take(engine.book, since);
        assert_int_equal(engine_commit(&engine, 3), STATUS_OK);
        assert_int_equal(keeper_write(keeper, checkpoint), STATUS_OK);
        checkpoint_destroy(checkpoint);
        since = pg_number(&fixture.pg, "SELECT max(seq) FROM ledger.checkpoint");
        recover_and_compare(&engine);
        assert_int_equal(journal_checkpoint_seq(engine.journal), since);
    }
    assert_true(pg_number(&fixture.pg, "SELECT count(DISTINCT base) FROM ledger.checkpoint") >= 3);
    keeper_destroy(keeper);
    engine_destroy(&engine);
}

static void test_a_checkpoint_that_was_not_written_is_made_up_for(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 13);
    struct keeper *keeper = keeper_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 40), STATUS_OK);
    int64_t lost = book_seq(engine.book); /* taken here, never written */
    assert_int_equal(engine_commit(&engine, 5), STATUS_OK);
    struct checkpoint *checkpoint = checkpoint_take(engine.book, lost);
    assert_int_equal(keeper_write(keeper, checkpoint), STATUS_OK);
    checkpoint_destroy(checkpoint);
    assert_int_equal(engine_commit(&engine, 5), STATUS_OK);
    recover_and_compare(&engine);
    assert_true(journal_checkpoint_seq(engine.journal) > lost);
    keeper_destroy(keeper);
    engine_destroy(&engine);
}

static void test_a_checkpoint_ahead_of_the_rows_is_refused(void **state)
{
    (void)state;
    struct engine engine;
    engine_create(&engine, &fixture, 14);
    struct keeper *keeper = keeper_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    int64_t durable = book_seq(engine.book);
    while (book_seq(engine.book) == durable) {
        engine_command(&engine);
    }
    struct checkpoint *checkpoint = checkpoint_take(engine.book, 0);
    assert_int_equal(keeper_write(keeper, checkpoint), STATUS_REJECTED);
    checkpoint_destroy(checkpoint);
    keeper_destroy(keeper);
    engine_destroy(&engine);
}

static void test_statement_runs_backwards_with_balances(void **state)
{
    (void)state;
    assert_int_equal(
        pg_number(&fixture.pg,
                  "SELECT count(*) FROM ledger.account_balance a, LATERAL (SELECT s.balance FROM"
                  " ledger.statement(a.account, NULL, 1) s) s WHERE s.balance <> a.balance"),
        0);
    assert_true(pg_number(&fixture.pg,
                          "SELECT min(n) FROM ledger.account_balance a, LATERAL (SELECT count(*) n"
                          " FROM ledger.statement(a.account, NULL, 1000000) s) s"
                          " WHERE a.last_seq > 0") >= 1);
    assert_int_equal(
        pg_number(&fixture.pg,
                  "SELECT count(*) FROM (SELECT a.account, (SELECT count(*) FROM"
                  " ledger.statement(a.account, NULL, 1000000)) n, (SELECT count(*) FROM"
                  " ledger.entry e WHERE e.account = a.account) m FROM ledger.account_balance a) x"
                  " WHERE n <> m"),
        0);
    assert_int_equal(pg_number(&fixture.pg,
                               "SELECT sum(posted_debits - posted_credits) FROM"
                               " ledger.trial_balance"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_leaves_are_sealed_and_one_is_ahead),
        cmocka_unit_test(test_checkpoints_of_changes_recover_to_the_same_book),
        cmocka_unit_test(test_a_checkpoint_that_was_not_written_is_made_up_for),
        cmocka_unit_test(test_a_checkpoint_ahead_of_the_rows_is_refused),
        cmocka_unit_test(test_statement_runs_backwards_with_balances),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
