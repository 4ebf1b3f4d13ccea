#include "tests/journal/fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"

static const struct column guarantee_columns[] = {
    {"merchant", COLUMN_BIGINT     },
    {"state",    COLUMN_SMALLINT   },
    {"name",     COLUMN_TEXT       },
    {"until",    COLUMN_DATE       },
    {"made_at",  COLUMN_TIMESTAMPTZ},
    {"is_open",  COLUMN_BOOLEAN    },
    {"note",     COLUMN_BYTEA      },
    {"extra",    COLUMN_JSONB      },
};
static const char *const guarantee_indexes[] = {"merchant, key", NULL};
static const struct column declaration_columns[] = {
    {"amount", COLUMN_BIGINT },
    {"items",  COLUMN_INTEGER},
};

const struct document_kind test_kinds[] = {
    {"guarantee",   guarantee_columns,   8, guarantee_indexes},
    {"declaration", declaration_columns, 2, NULL             },
};
const size_t test_kind_count = 2;

void fixture_start(struct fixture *fixture)
{
    pg_start(&fixture->pg);
    snprintf(fixture->owner, sizeof fixture->owner, "%s", pg_conninfo(&fixture->pg, "postgres"));
    snprintf(
        fixture->writer, sizeof fixture->writer, "%s", pg_conninfo(&fixture->pg, "kouan_writer"));
    fixture->config = (struct journal_config){.conninfo = fixture->writer,
                                              .kinds = test_kinds,
                                              .kind_count = test_kind_count,
                                              .leaf_transfer_count = 100,
                                              .checkpoint_transfer_count = 500,
                                              .lease_us = 300000};
    char message[256];
    enum status status =
        journal_migrate(fixture->owner, test_kinds, test_kind_count, message, sizeof message);
    if (status != STATUS_OK) {
        print_message("migrate: %s\n", message);
    }
    assert_int_equal(status, STATUS_OK);
}

void fixture_stop(struct fixture *fixture)
{
    pg_stop(&fixture->pg);
}

static struct book *book_new(void)
{
    struct book_limits limits = {.account_count_max = 4096, .pending_count_max = 4096};
    return book_create(&limits);
}

void engine_create(struct engine *engine, const struct fixture *fixture, uint64_t seed)
{
    struct batch_limits limits = {
        .transfer_count_max = 8190, .row_count_max = 40000, .byte_count_max = 64 << 20};
    *engine = (struct engine){.fixture = fixture, .random = seed};
    engine->journal = journal_create(&fixture->config);
    engine->batch = batch_create(&limits, fixture->config.kinds, fixture->config.kind_count);
}

void engine_destroy(struct engine *engine)
{
    journal_destroy(engine->journal);
    batch_destroy(engine->batch);
    book_destroy(engine->book);
}

enum status engine_open(struct engine *engine)
{
    enum status status = journal_open(engine->journal, engine->holder, sizeof engine->holder);
    if (status != STATUS_OK) {
        return status;
    }
    book_destroy(engine->book);
    engine->book = book_new();
    batch_clear(engine->batch);
    status = journal_recover(engine->journal, engine->book);
    engine->command_seq = journal_command_seq(engine->journal);
    engine->event_seq =
        pg_number(&engine->fixture->pg, "SELECT coalesce(max(party_seq), 0) FROM ledger.event");
    return status;
}

uint64_t engine_random(struct engine *engine, uint64_t below)
{
    engine->random = hash_u64(engine->random);
    return engine->random % below;
}

static const enum purpose purposes[] = {
    PURPOSE_BANK_SETTLEMENT, PURPOSE_MERCHANT_PAYABLE, PURPOSE_SUSPENSE, PURPOSE_FEE_INCOME};

static void open_account(struct engine *engine)
{
    struct account_key key = {.owner = (int64_t)engine_random(engine, 50),
                              .purpose = purposes[engine_random(engine, 4)],
                              .currency = CURRENCY_CNY};
    snprintf(key.subject, sizeof key.subject, "S%" PRIu64, engine_random(engine, 5));
    if (book_find(engine->book, &key) != 0) {
        return;
    }
    int64_t number = book_open(engine->book, &key);
    assert_true(number > 0);
    batch_add_account(
        engine->batch, number, book_account(engine->book, number), engine->command_seq);
    struct bounds bounds = {.min = -1000000, .max = BOUND_NONE_MAX};
    if (book_set_bounds(engine->book, number, &bounds) == OUTCOME_OK) {
        batch_add_bounds(
            engine->batch, number, &bounds, engine->command_seq, book_seq(engine->book));
    }
}

static struct posting random_posting(struct engine *engine)
{
    uint64_t count = (uint64_t)book_account_count(engine->book);
    struct posting posting = {.kind = TRANSFER_SINGLE,
                              .debit = 1 + (int64_t)engine_random(engine, count),
                              .credit = 1 + (int64_t)engine_random(engine, count),
                              .amount = 1 + (int64_t)engine_random(engine, 1000),
                              .code = (uint16_t)engine_random(engine, 20)};
    uint64_t choice = engine_random(engine, 4);
    const struct pending *pending =
        book_pending(engine->book, engine->pendings[engine_random(engine, 64)]);
    if (choice == 0) {
        posting.kind = TRANSFER_PENDING;
    } else if (choice == 1 && pending != NULL) {
        posting.kind = engine_random(engine, 2) == 0 ? TRANSFER_POST : TRANSFER_VOID;
        posting.pending_seq = pending->seq;
        posting.debit = pending->debit;
        posting.credit = pending->credit;
        posting.amount = 1 + (int64_t)engine_random(engine, (uint64_t)pending->remaining);
    }
    return posting;
}

static void move_money(struct engine *engine)
{
    if (book_account_count(engine->book) < 2) {
        return;
    }
    struct posting posting = random_posting(engine);
    struct transfer transfer;
    size_t failed = 0;
    instant_us now = 1800000000000000 + engine->command_seq;
    if (book_apply(engine->book, &posting, 1, engine->command_seq, now, &transfer, &failed) ==
        OUTCOME_OK) {
        batch_add_transfer(engine->batch, &transfer);
        if (transfer.kind == TRANSFER_PENDING) {
            engine->pendings[engine_random(engine, 64)] = transfer.seq;
        }
    }
}

static void write_guarantee(struct engine *engine)
{
    char key[32];
    snprintf(key, sizeof key, "G%03" PRIu64, engine_random(engine, 200));
    struct row_writer *row = batch_begin_document(engine->batch, 0, key, engine->command_seq);
    row_bigint(row, (int64_t)engine_random(engine, 9));
    row_smallint(row, (int16_t)engine_random(engine, 5));
    row_text(row, "上海口岸", strlen("上海口岸"));
    row_date(row, engine_random(engine, 2) == 0 ? DATE_NONE : 20000);
    row_timestamptz(row, 1800000000000000 + engine->command_seq);
    row_boolean(row, engine_random(engine, 2) == 0);
    row_bytea(row, "\0\xff\1", 3);
    row_jsonb(row, "{\"b\": 1,  \"a\":[2]}", strlen("{\"b\": 1,  \"a\":[2]}"));
    batch_end_document(engine->batch);
}

static void write_declaration(struct engine *engine, const char *prefix)
{
    char key[32];
    snprintf(key, sizeof key, "%s%" PRId64, prefix, engine->command_seq);
    struct row_writer *row = batch_begin_document(engine->batch, 1, key, engine->command_seq);
    row_bigint(row, engine->command_seq * 100);
    row_null(row);
    batch_end_document(engine->batch);
}

static void write_command(struct engine *engine)
{
    char key[32];
    snprintf(key, sizeof key, "key-%" PRId64, engine->command_seq);
    static const uint8_t body[] = {0xa1, 0x01, 0x02};
    struct command_row row = {
        .seq = engine->command_seq,
        .party = engine->command_seq % 7,
        .user = engine->command_seq % 3 == 0 ? "anna" : "",
        .idempotency_key = key,
        .type = "test.move",
        .recorded_at = 1800000000000000 + engine->command_seq,
        .body = {body, sizeof body},
        .answer = {body, 1          }
    };
    memset(row.fingerprint, (int)(engine->command_seq & 0xff), sizeof row.fingerprint);
    batch_add_command(engine->batch, &row);
}

void engine_command(struct engine *engine)
{
    engine->command_seq++;
    if (engine_random(engine, 4) == 0) {
        open_account(engine);
    }
    for (uint64_t i = engine_random(engine, 4); i > 0; i--) {
        move_money(engine);
    }
    struct event_row event = {
        .party = 3,
        .party_seq = ++engine->event_seq,
        .command_seq = engine->command_seq,
        .type = "test.moved",
        .subject = "S",
        .body = {(const uint8_t *)"{}", 2}
    };
    batch_add_event(engine->batch, &event);
    write_guarantee(engine);
    write_declaration(engine, "Z");
    write_declaration(engine, "A");
    write_command(engine);
}

enum status engine_commit(struct engine *engine, int command_count)
{
    batch_clear(engine->batch);
    for (int i = 0; i < command_count; i++) {
        engine_command(engine);
    }
    return journal_commit(engine->journal, engine->batch);
}

void books_assert_equal(const struct book *a, const struct book *b)
{
    assert_int_equal(book_seq(a), book_seq(b));
    assert_int_equal(book_account_count(a), book_account_count(b));
    for (int64_t i = 1; i <= book_account_count(a); i++) {
        const struct account *left = book_account(a, i);
        const struct account *right = book_account(b, i);
        assert_int_equal(left->posted_debits, right->posted_debits);
        assert_int_equal(left->posted_credits, right->posted_credits);
        assert_int_equal(left->pending_debits, right->pending_debits);
        assert_int_equal(left->pending_credits, right->pending_credits);
        assert_int_equal(left->bounds.min, right->bounds.min);
        assert_int_equal(left->bounds.max, right->bounds.max);
        assert_int_equal(left->last_seq, right->last_seq);
        assert_string_equal(left->key.subject, right->key.subject);
        assert_int_equal(left->key.owner, right->key.owner);
        assert_int_equal(left->key.purpose, right->key.purpose);
    }
    for (int64_t seq = 1; seq <= book_seq(a); seq++) {
        const struct pending *left = book_pending(a, seq);
        const struct pending *right = book_pending(b, seq);
        assert_int_equal(left == NULL, right == NULL);
        if (left != NULL && right != NULL) {
            assert_int_equal(left->remaining, right->remaining);
            assert_int_equal(left->expires_at, right->expires_at);
        }
    }
}
