/* Documents as rows of a real PostgreSQL: written by the journal, read by its reader, equal. */
#include <stdio.h>
#include <unistd.h>

#include "gateway/records/vault.h"
#include "ledger/journal/journal.h"
#include "tests/base/check.h"
#include "tests/pg/pg.h"
#include "tests/records/demonstration.h"

enum {
    DOCUMENT_COUNT = 60,
    ARENA_SIZE = 1 << 20,
    PATH_SIZE = 64,
    TEXT_SIZE = 256
};

struct fixture {
    struct pg pg;
    char writer[TEXT_SIZE];
    struct journal_config config;
    struct document_kind kind;
    struct vault *vault;
    struct arena arena;
    struct demonstration documents[DOCUMENT_COUNT];
    size_t found_count;
};

static void vault_make(struct fixture *fixture)
{
    char path[PATH_SIZE];
    char message[TEXT_SIZE];
    snprintf(path, sizeof path, "/tmp/kouan-row-%ld.key", (long)getpid());
    assert_true(vault_create_file(path, message, sizeof message));
    fixture->vault = vault_open(path, message, sizeof message);
    assert_non_null(fixture->vault);
    unlink(path);
}

static void documents_make(struct fixture *fixture)
{
    struct random random = {.state = 7};
    for (int64_t i = 0; i < DOCUMENT_COUNT; i++) {
        struct demonstration *document = &fixture->documents[i];
        *document = demonstration_random(&random, &fixture->arena);
        snprintf(document->id, sizeof document->id, "D%03d", (int)i);
    }
    /* The emptiest document, and one whose words must not be found in the tables. */
    fixture->documents[0] = (struct demonstration){
        .id = "D000", .kind = KIND_BULK, .amount = {1, CURRENCY_EUR}
    };
    struct demonstration_line *line = arena_take(&fixture->arena, sizeof *line);
    assert_non_null(line);
    *line = (struct demonstration_line){.goods = "tea", .signer = "SignerPersonal"};
    fixture->documents[1] = (struct demonstration){
        .id = "D001",
        .kind = KIND_RETAIL,
        .amount = {6918,             CURRENCY_CNY        },
        .holder = {"HolderPersonal", "11010519491231002X", "", true},
        .buyer = "BuyerPersonal",
        .lines = {line,            1                               }
    };
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    char message[TEXT_SIZE];
    arena_create(&fixture->arena, ARENA_SIZE);
    vault_make(fixture);
    documents_make(fixture);
    pg_start(&fixture->pg);
    fixture->kind = *record_document_kind(&demonstration_record);
    if (journal_migrate(
            pg_conninfo(&fixture->pg, "postgres"), &fixture->kind, 1, message, sizeof message) !=
        STATUS_OK) {
        fail_msg("%s", message);
    }
    snprintf(fixture->writer, TEXT_SIZE, "%s", pg_conninfo(&fixture->pg, "kouan_writer"));
    fixture->config = (struct journal_config){.conninfo = fixture->writer,
                                              .kinds = &fixture->kind,
                                              .kind_count = 1,
                                              .leaf_transfer_count = 1000,
                                              .checkpoint_transfer_count = 1000,
                                              .lease_us = 3000000};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    pg_stop(&fixture->pg);
    vault_close(fixture->vault);
    arena_destroy(&fixture->arena);
    free(fixture);
    return 0;
}

static void commit(struct fixture *fixture)
{
    char holder[TEXT_SIZE];
    struct batch_limits limits = {
        .transfer_count_max = 10, .row_count_max = 1000, .byte_count_max = 1 << 22};
    struct book_limits book_limits = {.account_count_max = 16, .pending_count_max = 16};
    struct journal *journal = journal_create(&fixture->config);
    struct book *book = book_create(&book_limits);
    struct batch *batch = batch_create(&limits, &fixture->kind, 1);
    assert_int_equal(journal_open(journal, holder, sizeof holder), STATUS_OK);
    assert_int_equal(journal_recover(journal, book), STATUS_OK);
    for (int64_t i = 0; i < DOCUMENT_COUNT; i++) {
        const struct demonstration *document = &fixture->documents[i];
        struct command_row command = {
            .user = "",
            .seq = i + 1,
            .party = 1,
            .idempotency_key = document->id,
            .type = "demonstration.make",
            .recorded_at = 1,
            .body = {(const uint8_t *)"\xa0", 1},
            .answer = {(const uint8_t *)"\xa0", 1}
        };
        batch_add_command(batch, &command);
        struct row_writer *row =
            batch_begin_document(batch, 0, record_key(&demonstration_record, document), i + 1);
        record_write_row(&demonstration_record, fixture->vault, document, row);
        batch_end_document(batch);
    }
    assert_int_equal(journal_commit(journal, batch), STATUS_OK);
    batch_destroy(batch);
    book_destroy(book);
    journal_destroy(journal);
}

static void compare(void *context, size_t kind, const struct row_view *row)
{
    struct fixture *fixture = context;
    struct demonstration read;
    assert_int_equal(kind, 0);
    assert_true(
        record_read_row(&demonstration_record, fixture->vault, row, &fixture->arena, &read));
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        if (strcmp(fixture->documents[i].id, read.id) == 0) {
            assert_true(record_equal(&demonstration_record, &fixture->documents[i], &read));
            fixture->found_count++;
        }
    }
}

static void rows_come_back(void **state)
{
    struct fixture *fixture = *state;
    struct document_want wants[DOCUMENT_COUNT];
    commit(fixture);
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        wants[i] = (struct document_want){0, fixture->documents[i].id};
    }
    struct journal_reader *reader = journal_reader_create(&fixture->config);
    assert_int_equal(journal_read_documents(reader, wants, DOCUMENT_COUNT, compare, fixture),
                     STATUS_OK);
    assert_int_equal(fixture->found_count, DOCUMENT_COUNT);
    journal_reader_destroy(reader);
}

/* Plain SQL reads the columns; what is personal is nowhere in them. */
static void rows_are_ordinary(void **state)
{
    struct fixture *fixture = *state;
    const struct pg *pg = &fixture->pg;
    assert_int_equal(pg_number(pg, "SELECT amount FROM business.demonstration WHERE key = 'D001'"),
                     6918);
    assert_string_equal(pg_text(pg,
                                "postgres",
                                "SELECT kind || ' ' || amount_currency || ' ' || is_urgent"
                                " FROM business.demonstration WHERE key = 'D001'"),
                        "retail CNY false");
    assert_string_equal(pg_text(pg,
                                "postgres",
                                "SELECT lines->0->>'goods' FROM business.demonstration"
                                " WHERE key = 'D001'"),
                        "tea");
    assert_int_equal(pg_number(pg,
                               "SELECT count(*) FROM business.demonstration d"
                               " WHERE d::text LIKE '%Personal%' OR d::text LIKE '%110105194912%'"
                               " OR position('Personal'::bytea IN buyer) > 0"),
                     0);
    assert_int_equal(pg_number(pg,
                               "SELECT count(*) FROM business.demonstration"
                               " WHERE key = 'D001' AND lines->0->>'signer' LIKE 'v1:%'"),
                     1);
    assert_int_equal(pg_number(pg,
                               "SELECT count(*) FROM business.demonstration"
                               " WHERE key = 'D000' AND scopes IS NULL AND holder IS NULL"
                               " AND lines IS NULL AND buyer IS NULL AND count = 0"),
                     1);
}

/* A sealed value moved to another column opens no more. */
static void moved_values_are_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_true(fixture->found_count > 0);
    uint8_t space[TEXT_SIZE];
    struct writer sealed = writer_over(space, sizeof space);
    vault_seal(
        fixture->vault, "demonstration.buyer", (struct bytes){(const uint8_t *)"x", 1}, &sealed);
    struct writer clear = writer_over(space + 100, 100);
    assert_false(vault_unseal(fixture->vault,
                              "demonstration_person.name",
                              (struct bytes){sealed.data, sealed.size},
                              &clear));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back),
        cmocka_unit_test(rows_are_ordinary),
        cmocka_unit_test(moved_values_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
