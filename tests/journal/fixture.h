#pragma once
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

/* An engine in small for the tests: a book, a journal, a batch, and random business. */
#include "ledger/journal/journal.h"
#include "tests/pg/pg.h"

struct fixture {
    struct pg pg;
    char writer[256];
    char owner[256];
    struct journal_config config;
};

struct engine {
    const struct fixture *fixture;
    struct journal *journal;
    struct book *book;
    struct batch *batch;
    int64_t command_seq;
    int64_t event_seq;
    int64_t pendings[64]; /* some that were opened */
    uint64_t random;
    char holder[256];
};

extern const struct document_kind test_kinds[];
extern const size_t test_kind_count;

void fixture_start(struct fixture *fixture);
void fixture_stop(struct fixture *fixture);

void engine_create(struct engine *engine, const struct fixture *fixture, uint64_t seed);
void engine_destroy(struct engine *engine);
/* Opens the journal and recovers a new book from it. */
enum status engine_open(struct engine *engine);
/* Adds one command to the batch: maybe an account, bounds, some transfers, an event, documents. */
void engine_command(struct engine *engine);
/* `command_count` commands, committed. */
enum status engine_commit(struct engine *engine, int command_count);
uint64_t engine_random(struct engine *engine, uint64_t below);
/* Both books stand at the same place with the same accounts and pending transfers. */
void books_assert_equal(const struct book *a, const struct book *b);
