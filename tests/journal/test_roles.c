/* What the roles must not be able to do, and what nobody does without first disarming a trigger. */
#include <stdio.h>
#include <string.h>

#include "tests/journal/fixture.h"

static struct fixture fixture;
static struct engine engine;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    engine_create(&engine, &fixture, 41);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    assert_int_equal(engine_commit(&engine, 100), STATUS_OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    engine_destroy(&engine);
    fixture_stop(&fixture);
    return 0;
}

static const char *const tables[] = {"ledger.account",
                                     "ledger.bounds",
                                     "ledger.transfer",
                                     "ledger.transfer_000000000001",
                                     "ledger.command",
                                     "ledger.event",
                                     "ledger.batch",
                                     "ledger.balance",
                                     "ledger.checkpoint",
                                     "ledger.checkpoint_pending",
                                     "ledger.leaf",
                                     "ledger.seal",
                                     "ledger.schema",
                                     "ledger.purpose",
                                     "ledger.currency",
                                     "ledger.document_kind",
                                     "ledger.document_column",
                                     "business.guarantee",
                                     "business.declaration"};

/* With the table's name for %s; all refused to everybody, the owner and the superuser included. */
static const char *const changes[] = {
    "DELETE FROM %s",
    "TRUNCATE %s CASCADE",
    "UPDATE %s SET ctid = ctid",
};

/* Refused to those who log in. */
static const char *const abuses[] = {
    "DELETE FROM %s",
    "TRUNCATE %s",
    "ALTER TABLE %s DISABLE TRIGGER append_only",
    "ALTER TABLE %s DISABLE TRIGGER ALL",
    "ALTER TABLE %s ADD COLUMN extra integer",
    "DROP TRIGGER append_only ON %s",
    "DROP TABLE %s CASCADE",
    "ALTER TABLE %s OWNER TO CURRENT_USER",
    "CREATE RULE r AS ON INSERT TO %s DO INSTEAD NOTHING",
};

static const char *const statements[] = {
    "UPDATE ledger.transfer SET amount = amount + 1",
    "UPDATE ledger.epoch SET epoch = epoch + 1",
    "DELETE FROM ledger.epoch",
    "INSERT INTO ledger.epoch VALUES (false, 1, '', now())",
    "INSERT INTO ledger.transfer SELECT * FROM ledger.transfer",
    "INSERT INTO ledger.leaf VALUES (1, 2)",
    "INSERT INTO ledger.seal VALUES (1)",
    "INSERT INTO ledger.schema (version, fingerprint) VALUES (2, '')",
    "INSERT INTO ledger.document_kind VALUES ('x', 1)",
    "INSERT INTO ledger.purpose VALUES (99, 'x', 'debit', 'money', '')",
    "SET session_replication_role = replica",
    "SET ROLE kouan_owner",
    "SET ROLE postgres",
    "CREATE TABLE ledger.mine (x integer)",
    "CREATE TABLE business.mine (x integer)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION ledger.fence(integer) RETURNS void LANGUAGE sql AS ''",
    "CREATE OR REPLACE FUNCTION ledger.fence(bigint) RETURNS void LANGUAGE sql AS ''",
    "DROP FUNCTION ledger.refuse_change() CASCADE",
    "SELECT ledger.protect('ledger.account')",
    "ALTER TABLE ledger.transfer DETACH PARTITION ledger.transfer_000000000001",
    "ALTER SYSTEM SET fsync = off",
    "COPY ledger.account TO PROGRAM 'true'",
};

static void refuse(const char *user, const char *sql)
{
    if (pg_run(&fixture.pg, user, sql)) {
        fail_msg("%s was allowed: %s", user, sql);
    }
}

static void refuse_on_tables(const char *user, const char *const *patterns, size_t count)
{
    char sql[256];
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (size_t j = 0; j < count; j++) {
            const char *at = strstr(patterns[j], "%s");
            int before = (int)(at - patterns[j]);
            snprintf(sql, sizeof sql, "%.*s%s%s", before, patterns[j], tables[i], at + 2);
            refuse(user, sql);
        }
    }
}

static void test_those_who_log_in_change_nothing(void **state)
{
    (void)state;
    static const char *const users[] = {"kouan_writer", "kouan_reader"};
    for (size_t i = 0; i < 2; i++) {
        refuse_on_tables(users[i], abuses, sizeof abuses / sizeof abuses[0]);
        for (size_t j = 0; j < sizeof statements / sizeof statements[0]; j++) {
            refuse(users[i], statements[j]);
        }
    }
    assert_false(pg_run(&fixture.pg, "kouan_owner", "SELECT 1"));
    assert_int_equal(
        pg_number(&fixture.pg,
                  "SELECT count(*) FROM pg_class c, unnest(ARRAY['kouan_writer', 'kouan_reader']) u"
                  " WHERE relnamespace IN ('ledger'::regnamespace, 'business'::regnamespace)"
                  " AND relkind IN ('r', 'p', 'v')"
                  " AND has_table_privilege(u, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"),
        0);
}

static void test_the_reader_adds_nothing_either(void **state)
{
    (void)state;
    static const char *const additions[] = {
        "INSERT INTO ledger.command SELECT * FROM ledger.command",
        "INSERT INTO business.declaration (key, version) VALUES ('x', 1)",
        "SELECT ledger.leaf_ahead(1000000, 100)",
        "SELECT ledger.leaf_seal(1)",
        "SELECT ledger.fence(1)",
        "SELECT ledger.epoch_bump('x')",
    };
    for (size_t i = 0; i < sizeof additions / sizeof additions[0]; i++) {
        refuse("kouan_reader", additions[i]);
    }
    assert_true(pg_run(&fixture.pg, "kouan_reader", "SELECT * FROM ledger.trial_balance"));
    assert_true(pg_run(&fixture.pg, "kouan_reader", "SELECT * FROM ledger.statement(1, NULL, 10)"));
    assert_true(pg_run(&fixture.pg, "kouan_reader", "SELECT * FROM business.guarantee_current"));
}

static void test_triggers_hold_against_the_superuser_too(void **state)
{
    (void)state;
    refuse_on_tables("postgres", changes, 2);
    refuse("postgres", "SET session_replication_role = replica; DELETE FROM ledger.command");
    refuse("postgres", "UPDATE ledger.transfer SET amount = 1");
    refuse("postgres", "UPDATE business.guarantee SET state = 1");
    refuse("postgres", "UPDATE ledger.batch SET epoch = 1");
    assert_int_equal(pg_number(&fixture.pg, "SELECT count(*) FROM ledger.command"), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_those_who_log_in_change_nothing),
        cmocka_unit_test(test_the_reader_adds_nothing_either),
        cmocka_unit_test(test_triggers_hold_against_the_superuser_too),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
