/* Tampering as superuser: each change is found, and the row is named. */
#include <stdio.h>
#include <string.h>

#include "tests/journal/fixture.h"

static struct fixture fixture;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    struct engine engine;
    engine_create(&engine, &fixture, 61);
    struct keeper *keeper = keeper_create(&fixture.config);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(engine_commit(&engine, 30), STATUS_OK);
        if (i % 10 == 9) {
            struct checkpoint *checkpoint =
                checkpoint_take(engine.book, journal_checkpoint_seq(engine.journal));
            assert_int_equal(keeper_write(keeper, checkpoint), STATUS_OK);
            checkpoint_destroy(checkpoint);
        }
        assert_int_equal(keeper_seal(keeper, book_seq(engine.book) - 250), STATUS_OK);
    }
    keeper_destroy(keeper);
    engine_destroy(&engine);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fixture);
    return 0;
}

static enum status verify(struct verify_report *report)
{
    return journal_verify(pg_conninfo(&fixture.pg, "kouan_reader"), report);
}

static void test_an_honest_ledger_verifies(void **state)
{
    (void)state;
    struct verify_report report;
    enum status status = verify(&report);
    assert_string_equal(report.first_bad, "");
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(report.batch_count, 30);
    assert_int_equal(report.command_count, 900);
    assert_int_equal(report.transfer_count,
                     pg_number(&fixture.pg, "SELECT count(*) FROM ledger.transfer"));
    assert_true(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.seal") > 3);
}

struct tampering {
    const char *what;
    const char *sql;
    const char *expected; /* begins so */
};

#define OFF(table) "ALTER TABLE " table " DISABLE TRIGGER ALL;"

static const struct tampering tamperings[] = {
    {"edit a sealed transfer",
     OFF("ledger.transfer") "UPDATE ledger.transfer SET amount = amount + 1 WHERE seq "
                            "= 54",                                                               "transfer 54: differs from what batch"                     },
    {"edit an open transfer",
     OFF("ledger.transfer") "UPDATE ledger.transfer SET code = code + 1 WHERE seq = "
                            "1117",                                                               "transfer 1117: differs from what batch"                   },
    {"delete a transfer",
     OFF("ledger.transfer") "DELETE FROM ledger.transfer WHERE seq = 222",
     "transfer 222: missing, batch"                                                                                                                          },
    {"delete the last transfer",
     OFF("ledger.transfer") "DELETE FROM ledger.transfer WHERE seq = (SELECT max(seq) FROM "
                            "ledger.transfer)",                                                   "transfer "                                                },
    {"insert a transfer twice",
     "INSERT INTO ledger.transfer SELECT * FROM ledger.transfer WHERE seq = 1105",                "transfer 1105: twice"                                     },
    {"insert a transfer beyond the end",
     "INSERT INTO ledger.transfer SELECT (SELECT max(seq) + 5 FROM ledger.transfer), debit, credit,"
     " amount, pending_seq, command_seq, recorded_at, expires_at, debit_prev, credit_prev, kind,"
     " code FROM ledger.transfer WHERE seq = 5",                                                  "transfer "                                                },
    {"swap two transfers",
     OFF("ledger.transfer") "UPDATE ledger.transfer SET seq = -seq WHERE false;"
                            "CREATE TEMP TABLE two AS SELECT * FROM ledger.transfer "
                            "WHERE seq IN (1110, 1111);"
                            "DELETE FROM ledger.transfer WHERE seq IN (1110, 1111);"
                            "INSERT INTO ledger.transfer SELECT 2221 - seq, debit, "
                            "credit, amount, pending_seq,"
                            " command_seq, recorded_at, expires_at, debit_prev, "
                            "credit_prev, kind, code FROM two",                                   "transfer 1110: differs from what batch"                   },
    {"move a transfer's row without changing it",
     OFF("ledger.transfer") "UPDATE ledger.transfer SET code = code WHERE seq = 1120",
     ""                                                                                                                                                      },
    {"a leaf taken away",
     "ALTER TABLE ledger.transfer DETACH PARTITION ledger.transfer_000000000101",                 "table ledger.transfer_000000000101"                       },
    {"edit a command",
     OFF("ledger.command") "UPDATE ledger.command SET answer = '\\x00' WHERE seq = 17",
     "command 17: differs from what batch"                                                                                                                   },
    {"delete a command",
     OFF("ledger.command") "DELETE FROM ledger.command WHERE seq = 31",
     "command 31: missing, batch"                                                                                                                            },
    {"add a command",
     "INSERT INTO ledger.command SELECT 901, party, 'new', type, fingerprint, recorded_at, body,"
     " answer, party_user FROM ledger.command WHERE seq = 1",                                     "command 901: belongs to no batch"                         },
    {"edit an account",
     OFF("ledger.account") "UPDATE ledger.account SET owner = owner + 1000 WHERE number = 3",
     "account 3: differs from what batch"                                                                                                                    },
    {"edit bounds",
     OFF("ledger.bounds") "UPDATE ledger.bounds SET bound_min = bound_min - 1 WHERE account = 4",
     "bounds "                                                                                                                                               },
    {"edit an event",
     OFF("ledger.event") "UPDATE ledger.event SET body = '{\"x\":1}' WHERE party_seq = 99",
     "event 3/99: differs from what batch"                                                                                                                   },
    {"delete an event",
     OFF("ledger.event") "DELETE FROM ledger.event WHERE party_seq = 99",
     "event row before event 3/100: missing, batch"                                                                                                          },
    {"edit a document",
     OFF("business.declaration") "UPDATE business.declaration SET amount = 1 WHERE key = 'A55'",
     "document declaration/A55 version 55: differs from what batch"                                                                                          },
    {"delete a document's version",
     OFF("business.declaration") "DELETE FROM business.declaration WHERE key = 'Z100'",
     "business.declaration row before document declaration/A101 version 101: missing, batch"                                                                 },
    {"add a document's version",
     "INSERT INTO business.declaration VALUES ('A55', 60, 1, NULL)",                              "document declaration/A55 version 60: added, batch"        },
    {"add a document of no batch",
     "INSERT INTO business.declaration VALUES ('A55', 901, 1, NULL)",                             "document declaration/A55 version 901: belongs to no batch"},
    {"edit a batch",
     OFF("ledger.batch") "UPDATE ledger.batch SET recorded_at = now() WHERE number = 12",
     "batch 12: differs from its own hash"                                                                                                                   },
    {"edit marks",
     OFF("ledger.batch") "UPDATE ledger.batch SET marks = '\\x' || marks WHERE number = 12;"
                         "UPDATE ledger.batch SET marks = set_byte(marks, 5, 1 - get_byte(marks, "
                         "5) % 2)"
                         " WHERE number = 13",                                                    "batch 13: differs from its own hash"                      },
    {"delete a batch",
     OFF("ledger.batch") "DELETE FROM ledger.batch WHERE number = 9",
     "batch 9: missing"                                                                                                                                      },
    {"cut the last batch but leave its rows",
     OFF("ledger.batch") "DELETE FROM ledger.batch WHERE number = 30",
     "transfer "                                                                                                                                             },
    {"edit a balance",
     OFF("ledger.balance") "UPDATE ledger.balance SET posted_debits = posted_debits + 1,"
                           " posted_credits = posted_credits + 1 WHERE account = 5",              "balance of account 5 at checkpoint "                      },
    {"delete a balance",
     OFF("ledger.balance") "DELETE FROM ledger.balance WHERE account = 5",
     "checkpoint "                                                                                                                                           },
    {"edit a pending transfer of a checkpoint",
     OFF("ledger.checkpoint_pending") "UPDATE ledger.checkpoint_pending SET remaining = remaining "
                                      "+ 1",                                                      "pending transfer "                                        },
};

/* A fresh copy of the database, tampered with. */
static void tamper(const struct tampering *tampering)
{
    bool is_copied = false;
    /* A session just ended may still be seen in the template. */
    for (int i = 0; !is_copied && i < 100; i++) {
        is_copied =
            pg_run_in(&fixture.pg, "template1", "DROP DATABASE IF EXISTS tampered WITH (FORCE)") &&
            pg_run_in(&fixture.pg, "template1", "CREATE DATABASE tampered TEMPLATE postgres");
    }
    if (!is_copied || !pg_run_in(&fixture.pg, "tampered", tampering->sql)) {
        fail_msg("%s: could not be done", tampering->what);
    }
}

static void test_each_tampering_is_found_and_named(void **state)
{
    (void)state;
    char conninfo[256];
    snprintf(conninfo,
             sizeof conninfo,
             "host=%s dbname=tampered user=kouan_reader",
             fixture.pg.directory);
    for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
        const struct tampering *tampering = &tamperings[i];
        tamper(tampering);
        struct verify_report report;
        enum status status = journal_verify(conninfo, &report);
        print_message("    %s: %s\n", tampering->what, report.first_bad);
        assert_int_equal(status, tampering->expected[0] == '\0' ? STATUS_OK : STATUS_CORRUPT);
        if (strncmp(report.first_bad, tampering->expected, strlen(tampering->expected)) != 0) {
            fail_msg("expected %s", tampering->expected);
        }
    }
}

static const struct column longer_columns[] = {
    {"amount", COLUMN_BIGINT },
    {"items",  COLUMN_INTEGER},
    {"remark", COLUMN_TEXT   },
};

static void test_a_column_added_later_leaves_old_batches_verifiable(void **state)
{
    (void)state;
    const struct document_kind kinds[] = {
        test_kinds[0],
        {"declaration", longer_columns, 3, NULL},
    };
    char message[256];
    assert_int_equal(journal_migrate(fixture.owner, kinds, 2, message, sizeof message), STATUS_OK);
    struct verify_report report;
    assert_int_equal(verify(&report), STATUS_OK);

    struct journal_config config = fixture.config;
    config.kinds = kinds;
    struct journal *journal = journal_create(&config);
    char holder[64];
    assert_int_equal(journal_open(journal, holder, sizeof holder), STATUS_OK);
    struct batch_limits limits = {10, 10, 65536};
    struct batch *batch = batch_create(&limits, kinds, 2);
    struct row_writer *row = batch_begin_document(batch, 1, "A1", 901);
    row_bigint(row, 5);
    row_integer(row, 6);
    row_text(row, "new", 3);
    batch_end_document(batch);
    struct command_row command = {.seq = 901,
                                  .user = "",
                                  .party = 1,
                                  .idempotency_key = "after",
                                  .type = "test.after",
                                  .recorded_at = 1800000000000000};
    batch_add_command(batch, &command);
    assert_int_equal(journal_commit(journal, batch), STATUS_OK);
    batch_destroy(batch);
    journal_destroy(journal);
    assert_int_equal(verify(&report), STATUS_OK);
    assert_int_equal(report.batch_count, 31);

    /* An engine built before the column is refused; taking the column away again too. */
    journal = journal_create(&fixture.config);
    assert_int_equal(journal_open(journal, holder, sizeof holder), STATUS_REJECTED);
    journal_destroy(journal);
    assert_int_equal(journal_migrate(fixture.owner, test_kinds, 2, message, sizeof message),
                     STATUS_REJECTED);
    assert_non_null(strstr(message, "business.declaration"));

    assert_true(pg_run(&fixture.pg,
                       "postgres",
                       "ALTER TABLE business.declaration DISABLE TRIGGER ALL;"
                       "UPDATE business.declaration SET remark = 'x' WHERE key = 'A7'"));
    assert_int_equal(verify(&report), STATUS_CORRUPT);
    assert_string_equal(report.first_bad,
                        "document declaration/A7 version 7: has a column that batch 1 did not"
                        " know");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_honest_ledger_verifies),
        cmocka_unit_test(test_each_tampering_is_found_and_named),
        cmocka_unit_test(test_a_column_added_later_leaves_old_batches_verifiable),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
