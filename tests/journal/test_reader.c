/* Reading documents, commands and anything else. */
#include <string.h>

#include "tests/journal/fixture.h"

static struct fixture fixture;
static struct engine engine;

static int start(void **state)
{
    (void)state;
    fixture_start(&fixture);
    engine_create(&engine, &fixture, 21);
    assert_int_equal(engine_open(&engine), STATUS_OK);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(engine_commit(&engine, 100), STATUS_OK);
    }
    return 0;
}

static int stop(void **state)
{
    (void)state;
    engine_destroy(&engine);
    fixture_stop(&fixture);
    return 0;
}

struct seen {
    int count;
    int64_t versions[8];
};

static void see_document(void *context, size_t kind, const struct row_view *row)
{
    struct seen *seen = context;
    if (kind == 0) {
        struct bytes name = view_bytes(row, 4);
        struct bytes note = view_bytes(row, 8);
        struct bytes extra = view_bytes(row, 9);
        assert_int_equal(name.size, strlen("上海口岸"));
        assert_memory_equal(name.data, "上海口岸", name.size);
        assert_memory_equal(note.data, "\0\xff\1", 3);
        assert_int_equal(extra.size, strlen("{\"b\": 1,  \"a\":[2]}"));
        assert_memory_equal(extra.data, "{\"b\": 1,  \"a\":[2]}", extra.size);
        assert_true(view_date(row, 5) == DATE_NONE || view_date(row, 5) == 20000);
        assert_int_equal(view_timestamptz(row, 6), 1800000000000000 + view_bigint(row, 1));
        assert_in_range(view_bigint(row, 7), 0, 1);
    } else {
        assert_int_equal(view_bigint(row, 2), 100 * view_bigint(row, 1));
        assert_true(view_is_null(row, 3));
    }
    seen->versions[seen->count++] = view_bigint(row, 1);
}

static void test_the_current_version_of_each_document(void **state)
{
    (void)state;
    struct journal_reader *reader = journal_reader_create(&fixture.config);
    const struct document_want wants[] = {
        {0, "G001"    },
        {1, "A7"      },
        {0, "nonesuch"},
        {0, "G002"    },
        {1, "Z1000"   },
    };
    struct seen seen = {0};
    assert_int_equal(journal_read_documents(reader, wants, 5, see_document, &seen), STATUS_OK);
    assert_int_equal(seen.count, 4);
    assert_int_equal(
        seen.versions[0],
        pg_number(&fixture.pg, "SELECT max(version) FROM business.guarantee WHERE key = 'G001'"));
    assert_true(
        pg_number(&fixture.pg, "SELECT count(*) FROM business.guarantee WHERE key = 'G001'") > 1);
    assert_int_equal(
        pg_number(&fixture.pg, "SELECT version FROM business.guarantee_current WHERE key = 'G001'"),
        seen.versions[0]);
    assert_int_equal(seen.versions[3], 1000);
    journal_reader_destroy(reader);
}

static void see_command(void *context, const struct command_found *found)
{
    struct seen *seen = context;
    assert_int_equal(found->want, 1);
    assert_int_equal(found->seq, 8);
    assert_int_equal(found->fingerprint[31], 8);
    assert_int_equal(found->answer.size, 1);
    assert_memory_equal(found->type.data, "test.move", 9);
    seen->count++;
}

static void test_a_command_is_found_by_party_and_key(void **state)
{
    (void)state;
    struct journal_reader *reader = journal_reader_create(&fixture.config);
    const struct command_want wants[] = {
        {2, "key-8"    }, /* somebody else's */
        {1, "key-8"    },
        {1, "key-99999"},
    };
    struct seen seen = {0};
    assert_int_equal(journal_read_commands(reader, wants, 3, see_command, &seen), STATUS_OK);
    assert_int_equal(seen.count, 1);
    journal_reader_destroy(reader);
}

static void see_number(void *context, const struct row_view *row)
{
    *(int64_t *)context = view_bigint(row, 0);
}

static void test_any_select_and_its_errors(void **state)
{
    (void)state;
    struct journal_reader *reader = journal_reader_create(&fixture.config);
    int64_t number = 0;
    const char *const parameters[] = {"7", NULL};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(journal_read(reader,
                                      "SELECT count(*) FROM ledger.command WHERE party < $1::bigint"
                                      " AND ($2::text IS NULL OR type = $2)",
                                      parameters,
                                      2,
                                      see_number,
                                      &number),
                         STATUS_OK);
        assert_int_equal(number, 1000);
    }
    assert_int_equal(journal_read(reader, "SELECT nonsense", NULL, 0, see_number, &number),
                     STATUS_REJECTED);
    assert_int_equal(journal_read(reader,
                                  "INSERT INTO business.declaration (key, version) VALUES ('x', 1)",
                                  NULL,
                                  0,
                                  see_number,
                                  &number),
                     STATUS_REJECTED);
    journal_reader_destroy(reader);
}

static void test_a_reader_survives_a_restart_of_the_server(void **state)
{
    (void)state;
    struct journal_reader *reader = journal_reader_create(&fixture.config);
    int64_t number = 0;
    static const char statement[] = "SELECT count(*) FROM ledger.command";
    assert_int_equal(journal_read(reader, statement, NULL, 0, see_number, &number), STATUS_OK);
    pg_crash(&fixture.pg);
    number = 0;
    assert_int_equal(journal_read(reader, statement, NULL, 0, see_number, &number), STATUS_OK);
    assert_int_equal(number, 1000);
    journal_reader_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_current_version_of_each_document),
        cmocka_unit_test(test_a_command_is_found_by_party_and_key),
        cmocka_unit_test(test_any_select_and_its_errors),
        cmocka_unit_test(test_a_reader_survives_a_restart_of_the_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
