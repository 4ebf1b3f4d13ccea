/* From rows to a book: long leaves read by several connections, rows moved, missing, twice. */
#include <stdio.h>

#include "tests/journal/fixture.h"

enum {
    LEAF_TRANSFERS = 100000,
    BATCH_TRANSFERS = 8000,
    BATCH_COUNT = 12, /* more pages than one connection reads at a time */
};

#define LEAF "ledger.transfer_000000000001"

static struct fixture fixture;
static struct engine engine;

static void commit_transfers(void)
{
    uint64_t account_count = (uint64_t)book_account_count(engine.book);
    batch_clear(engine.batch);
    for (int i = 0; i < BATCH_TRANSFERS;) {
        struct posting posting = {
            .kind = TRANSFER_SINGLE,
            .debit = 1 + (int64_t)engine_random(&engine, account_count),
            .credit = 1 + (int64_t)engine_random(&engine, account_count),
            .amount = 1 + (int64_t)engine_random(&engine, 100),
        };
        struct transfer transfer;
        size_t failed = 0;
        if (book_apply(engine.book, &posting, 1, engine.command_seq, 1, &transfer, &failed) ==
            OUTCOME_OK) {
            batch_add_transfer(engine.batch, &transfer);
            i++;
        }
    }
    assert_int_equal(journal_commit(engine.journal, engine.batch), STATUS_OK);
}

static void write_checkpoint(void)
{
    struct keeper *keeper = keeper_create(&fixture.config);
    struct checkpoint *checkpoint = checkpoint_take(engine.book, 0);
    assert_int_equal(keeper_write(keeper, checkpoint), STATUS_OK);
    checkpoint_destroy(checkpoint);
    keeper_destroy(keeper);
}

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    fixture.config.leaf_transfer_count = LEAF_TRANSFERS;
    engine_create(&engine, &fixture, 81);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 200), STATUS_OK);
    for (int i = 0; i < BATCH_COUNT; i++) {
        commit_transfers();
        if (i == 1) {
            write_checkpoint();
        }
    }
    assert_int_equal(engine_commit(&engine, 200), STATUS_OK);
    assert_true(book_seq(engine.book) < LEAF_TRANSFERS);
    assert_true(pg_run(&fixture.pg,
                       "postgres",
                       "ALTER TABLE " LEAF
                       " DISABLE TRIGGER ALL; CREATE TABLE kept AS TABLE " LEAF));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    engine_destroy(&engine);
    fixture_stop(&fixture);
    return 0;
}

/* A second look at the rows, through the journal that is open already. */
static enum status recover(struct book **book_out)
{
    struct book_limits limits = {.account_count_max = 4096, .pending_count_max = 4096};
    *book_out = book_create(&limits);
    return journal_recover(engine.journal, *book_out);
}

static void recover_the_same_book(void)
{
    struct book *book = NULL;
    assert_int_equal(recover(&book), STATUS_OK);
    books_assert_equal(book, engine.book);
    book_destroy(book);
}

static void test_a_long_leaf_recovers_to_the_same_book(void **state)
{
    (void)state;
    assert_true(pg_number(&fixture.pg, "SELECT pg_relation_size('" LEAF "') / 8192") > 1024);
    recover_the_same_book();
}

/* Each transfer, one in `step`, is found by its seq in the leaf without an index. */
static void find_transfers(int step)
{
    char statement[256];
    snprintf(statement,
             sizeof statement,
             "SELECT count(*) FROM (SELECT * FROM ledger.transfer WHERE seq %% %d = 0) t"
             " WHERE ledger.transfer_at(t.seq) IS DISTINCT FROM t::ledger.transfer",
             step);
    assert_int_equal(pg_number(&fixture.pg, statement), 0);
}

static void test_a_transfer_is_found_without_an_index(void **state)
{
    (void)state;
    find_transfers(97);
    assert_string_equal(
        pg_text(&fixture.pg,
                "kouan_reader",
                "SELECT count(x) FROM (VALUES (-1), (0), (99999), (100001), (1000000)) v (seq),"
                " ledger.transfer_at(seq) x WHERE x.seq IS NOT NULL"),
        "0");
    /* Pages of rows that never came to be. */
    assert_true(pg_run(
        &fixture.pg, "postgres", "BEGIN; INSERT INTO " LEAF " SELECT * FROM kept; ROLLBACK"));
    batch_clear(engine.batch);
    assert_int_equal(engine_commit(&engine, 100), STATUS_OK);
    find_transfers(97);
    assert_true(pg_run(&fixture.pg,
                       "postgres",
                       "DROP TABLE kept; CREATE TABLE kept AS SELECT * FROM " LEAF
                       " ORDER BY seq"));
}

static void test_one_connection_is_enough(void **state)
{
    (void)state;
    assert_true(pg_run(&fixture.pg, "postgres", "ALTER ROLE kouan_writer CONNECTION LIMIT 1"));
    recover_the_same_book();
    assert_true(pg_run(&fixture.pg, "postgres", "ALTER ROLE kouan_writer CONNECTION LIMIT -1"));
}

/* The leaf begins inside the checkpoint and goes beyond it. */
static const struct {
    const char *what;
    const char *sql;
    enum status status;
} changes[] = {
    {"a row moved to the end",          "UPDATE " LEAF " SET code = code WHERE seq = 30000",         STATUS_OK     },
    {"every tenth row moved",           "UPDATE " LEAF " SET code = code WHERE seq % 10 = 3",        STATUS_OK     },
    {"moved, and one of them twice",
     "UPDATE " LEAF " SET code = code WHERE seq = 30000;"
     "INSERT INTO " LEAF " SELECT * FROM kept WHERE seq = 30000",
     STATUS_CORRUPT                                                                                                },
    {"a row twice",                     "INSERT INTO " LEAF " SELECT * FROM kept WHERE seq = 50000", STATUS_CORRUPT},
    {"the first row of the tail twice",
     "INSERT INTO " LEAF " SELECT * FROM kept"
     " WHERE seq = (SELECT max(seq) + 1 FROM ledger.checkpoint)",                                    STATUS_CORRUPT},
    {"a row missing",                   "DELETE FROM " LEAF " WHERE seq = 50000",                    STATUS_CORRUPT},
    {"the last row missing",
     "DELETE FROM " LEAF " WHERE seq = (SELECT max(seq) FROM kept)",
     STATUS_CORRUPT                                                                                                },
    {"the tail missing",                "DELETE FROM " LEAF " WHERE seq > 20000",                    STATUS_CORRUPT},
    {"a row after the last",
     "INSERT INTO " LEAF " SELECT seq + 1, debit, credit, amount, pending_seq, command_seq,"
     " recorded_at, expires_at, debit_prev, credit_prev, kind, code FROM kept"
     " ORDER BY seq DESC LIMIT 1",                                                                   STATUS_CORRUPT},
    {"another link",
     "UPDATE " LEAF " SET debit_prev = debit_prev + 1 WHERE seq = 50000",
     STATUS_CORRUPT                                                                                                },
    {"another account",
     "UPDATE " LEAF " SET credit = 1 + credit % 10 WHERE seq = 50000",
     STATUS_CORRUPT                                                                                                },
    {"a pending nobody asked for",
     "UPDATE " LEAF " SET pending_seq = 1 WHERE seq = 50000",
     STATUS_CORRUPT                                                                                                },
    {"an expiry nobody asked for",
     "UPDATE " LEAF " SET expires_at = now() WHERE seq = 50000",
     STATUS_CORRUPT                                                                                                },
    {"another kind",                    "UPDATE " LEAF " SET kind = 3 WHERE seq = 50000",            STATUS_CORRUPT},
    {"no kind",                         "UPDATE " LEAF " SET kind = 0 WHERE seq = 50000",            STATUS_CORRUPT},
};

static void test_rows_that_contradict_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_true(pg_run(&fixture.pg, "postgres", changes[i].sql));
        struct book *book = NULL;
        enum status status = recover(&book);
        if (status != changes[i].status) {
            fail_msg("%s: %s", changes[i].what, status_name(status));
        }
        if (status == STATUS_OK) {
            books_assert_equal(book, engine.book);
            find_transfers(30000);
        }
        book_destroy(book);
        assert_true(pg_run(&fixture.pg,
                           "postgres",
                           "TRUNCATE " LEAF "; INSERT INTO " LEAF
                           " SELECT * FROM kept ORDER BY seq"));
    }
    recover_the_same_book();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_long_leaf_recovers_to_the_same_book),
        cmocka_unit_test(test_a_transfer_is_found_without_an_index),
        cmocka_unit_test(test_one_connection_is_enough),
        cmocka_unit_test(test_rows_that_contradict_are_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
