/*
 * Random commands, valid and not, against the book and against the model: the same outcomes, the
 * same rows, the same sums, and all five laws after each. The history is replayed into new books.
 *
 *   book_model [COMMANDS [SEED]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "tests/book/model.h"
#include "tests/book/replay.h"

enum {
    COMMANDS_PER_BOOK = 2000,
    GROUP_COUNT_MAX = 6,
    MARK_COUNT_MAX = 5,
    COVERAGE_COMMANDS_MIN = 100000,
};

struct savepoint {
    struct book_mark mark;
    struct model model;
    size_t history_count;
};

struct run {
    uint64_t seed;
    uint64_t draw_count;
    int64_t command;
    struct book *book;
    struct model model;
    struct history history;
    instant_us now;
    int64_t amount_max;
    int64_t expiry_us_max;
    struct savepoint savepoints[MARK_COUNT_MAX];
    size_t savepoint_count;
    int64_t outcome_counts[OUTCOME_COUNT];
    int64_t kind_counts[TRANSFER_EXPIRE + 1];
};

static uint64_t draw(struct run *run)
{
    return hash_u64(run->seed * UINT64_C(0x2545f4914f6cdd1d) + run->draw_count++);
}

/* min .. max, both included. */
static int64_t draw_between(struct run *run, int64_t min, int64_t max)
{
    return min + (int64_t)(draw(run) % (uint64_t)(max - min + 1));
}

static int draw_percent(struct run *run, unsigned percent)
{
    return draw(run) % 100 < percent;
}

#define MUST(run, condition)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("command %" PRId64 " of seed %" PRIu64 ": not so: %s (line %d)\n",              \
                   (run)->command,                                                                 \
                   (run)->seed,                                                                    \
                   #condition,                                                                     \
                   __LINE__);                                                                      \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* --- the book as the model has it --- */

static void compare_account(struct run *run, const struct book *book, int64_t number)
{
    const struct account *account = book_account(book, number);
    const struct model_account *expected = &run->model.accounts[number];
    MUST(run, account != NULL);
    MUST(run, account->posted_debits == expected->debits);
    MUST(run, account->posted_credits == expected->credits);
    MUST(run, account->pending_debits == model_pending_debits(&run->model, number));
    MUST(run, account->pending_credits == model_pending_credits(&run->model, number));
    MUST(run, account->bounds.min == expected->bounds.min);
    MUST(run, account->bounds.max == expected->bounds.max);
    MUST(run, account->last_seq == expected->last_seq);
    MUST(run, account_balance(account) == model_balance(&run->model, number));
    model_sum available = model_low(&run->model, number) - expected->bounds.min;
    int is_unbounded = expected->bounds.min == INT64_MIN || available > INT64_MAX;
    MUST(run, account_available(account) == (is_unbounded ? INT64_MAX : available));
    MUST(run, book_find(book, &expected->key) == number);
}

static void compare_due(struct run *run, const struct book *book)
{
    struct posting postings[MODEL_PENDING_COUNT_MAX];
    int64_t seqs[MODEL_PENDING_COUNT_MAX];
    size_t count_max = draw(run) % (MODEL_PENDING_COUNT_MAX + 1);
    instant_us at = run->now + draw_between(run, 0, run->expiry_us_max);
    size_t expected = model_due(&run->model, at, seqs);
    size_t count = book_due(book, at, postings, count_max);
    MUST(run, count == (expected < count_max ? expected : count_max));
    for (size_t i = 0; i < count; i++) {
        MUST(run, postings[i].kind == TRANSFER_EXPIRE && postings[i].pending_seq == seqs[i]);
    }
}

static void compare(struct run *run, const struct book *book)
{
    const struct model *model = &run->model;
    MUST(run, book_seq(book) == model->seq);
    MUST(run, book_account_count(book) == model->account_count);
    MUST(run, book_account(book, 0) == NULL);
    MUST(run, book_account(book, model->account_count + 1) == NULL);
    for (int64_t i = 1; i <= model->account_count; i++) {
        compare_account(run, book, i);
    }
    instant_us next = 0;
    for (size_t i = 0; i < model->pending_count; i++) {
        const struct model_pending *expected = &model->pendings[i];
        const struct pending *pending = book_pending(book, expected->seq);
        MUST(run, pending != NULL && pending->remaining == expected->rest);
        MUST(run, pending->debit == expected->debit && pending->credit == expected->credit);
        MUST(run, pending->expires_at == expected->expires_at);
        if (expected->expires_at != 0 && (next == 0 || expected->expires_at < next)) {
            next = expected->expires_at;
        }
    }
    MUST(run, book_next_expiry(book) == next);
    compare_due(run, book);
    int64_t account = 0;
    MUST(run, book_check(book, &account) == 0);
}

/* --- what is drawn --- */

static int64_t draw_amount(struct run *run)
{
    switch (draw(run) % 16) {
    case 0:
        return draw_between(run, -2, 0);
    case 1:
        return draw_percent(run, 90) ? 1 : (int64_t)(draw(run) >> 1);
    default:
        return draw_between(run, 1, run->amount_max);
    }
}

/* Mostly an account that is there, now and then one that is not. */
static int64_t draw_account(struct run *run)
{
    int64_t count = run->model.account_count;
    return draw_percent(run, 3) ? draw_between(run, -1, count + 2) : draw_between(run, 1, count);
}

static int may_meet(const struct model *model, int64_t debit, int64_t credit)
{
    if (debit < 1 || debit > model->account_count || credit < 1 || credit > model->account_count) {
        return 0;
    }
    const struct account_key *a = &model->accounts[debit].key;
    const struct account_key *b = &model->accounts[credit].key;
    return debit != credit && a->currency == b->currency &&
           chart[a->purpose].book == chart[b->purpose].book;
}

/* Mostly one that `debit` may meet. */
static int64_t draw_partner(struct run *run, int64_t debit)
{
    int64_t partner = draw_account(run);
    for (int tries = 0; tries < 6 && !may_meet(&run->model, debit, partner); tries++) {
        partner = draw_account(run);
    }
    return partner;
}

static int64_t draw_pending(struct run *run)
{
    if (run->model.pending_count == 0 || draw_percent(run, 8)) {
        return draw_between(run, -1, run->model.seq + 2);
    }
    return run->model.pendings[draw(run) % run->model.pending_count].seq;
}

/* What is left of an open pending, give or take one, or a part of it. */
static int64_t draw_part(struct run *run, int64_t seq)
{
    for (size_t i = 0; i < run->model.pending_count; i++) {
        int64_t rest = run->model.pendings[i].rest;
        if (run->model.pendings[i].seq == seq && draw_percent(run, 70)) {
            return draw_percent(run, 50) ? draw_between(run, 1, rest)
                                         : rest + (rest < INT64_MAX ? draw_between(run, -1, 1) : 0);
        }
    }
    return draw_amount(run);
}

static struct posting draw_posting(struct run *run)
{
    static const enum transfer_kind kinds[] = {
        TRANSFER_SINGLE,
        TRANSFER_SINGLE,
        TRANSFER_SINGLE,
        TRANSFER_PENDING,
        TRANSFER_PENDING,
        TRANSFER_PENDING,
        TRANSFER_POST,
        TRANSFER_POST,
        TRANSFER_VOID,
        TRANSFER_EXPIRE,
    };
    struct posting posting = {
        .kind = kinds[draw(run) % (sizeof kinds / sizeof kinds[0])],
        .code = (uint16_t)draw(run),
    };
    posting.debit = draw_account(run);
    posting.credit = draw_partner(run, posting.debit);
    posting.pending_seq = draw_pending(run);
    posting.amount =
        posting.kind == TRANSFER_POST ? draw_part(run, posting.pending_seq) : draw_amount(run);
    posting.expires_at =
        draw_percent(run, 40) ? 0 : run->now + draw_between(run, -1, run->expiry_us_max);
    return posting;
}

static struct account_key draw_key(struct run *run)
{
    static const enum purpose purposes[] = {
        PURPOSE_BANK_SETTLEMENT,
        PURPOSE_MERCHANT_PAYABLE,
        PURPOSE_FX_POSITION,
        PURPOSE_FX_RESULT,
        PURPOSE_GUARANTEE_LIMIT,
        PURPOSE_GUARANTEE_AVAILABLE,
    };
    struct account_key key = {
        .purpose = purposes[draw(run) % (sizeof purposes / sizeof purposes[0])],
        .currency = draw_percent(run, 70) ? CURRENCY_CNY : CURRENCY_USD,
        .owner = draw_between(run, 0, 2),
    };
    /* Bytes after the NUL do not count. */
    memset(key.subject, (int)(draw(run) % 256), sizeof key.subject);
    (void)snprintf(key.subject, sizeof key.subject, "%s", draw_percent(run, 50) ? "" : "GRN-1");
    return key;
}

/* Near where the account stands, so that the edges are met. */
static int64_t draw_bound(struct run *run, model_sum near, int64_t none)
{
    model_sum bound = near + draw_between(run, -2, 2);
    if (draw_percent(run, 40)) {
        return none;
    }
    if (draw_percent(run, 50)) {
        bound = near + (none < 0 ? -run->amount_max : run->amount_max);
    }
    return bound > INT64_MAX ? INT64_MAX : bound < INT64_MIN ? INT64_MIN : (int64_t)bound;
}

/* --- commands --- */

static void command_apply(struct run *run, const struct posting *postings, size_t count)
{
    struct transfer rows[MODEL_PENDING_COUNT_MAX];
    struct transfer expected[MODEL_PENDING_COUNT_MAX];
    size_t failed = 99;
    size_t expected_failed = 99;
    memset(rows, 0, sizeof rows);
    memset(expected, 0, sizeof expected);
    if (draw_percent(run, 20)) {
        book_expect(run->book, postings, count);
    }
    enum outcome outcome =
        book_apply(run->book, postings, count, run->command, run->now, rows, &failed);
    MUST(run,
         outcome ==
             model_apply(
                 &run->model, postings, count, run->command, run->now, expected, &expected_failed));
    MUST(run, failed == expected_failed);
    run->outcome_counts[outcome]++;
    if (outcome == OUTCOME_OK) {
        for (size_t i = 0; i < count; i++) {
            MUST(run, memcmp(&rows[i], &expected[i], offsetof(struct transfer, kind)) == 0);
            MUST(run, rows[i].kind == expected[i].kind && rows[i].code == expected[i].code);
            run->kind_counts[rows[i].kind]++;
        }
        history_add_transfers(&run->history, rows, count);
    }
}

static void command_postings(struct run *run)
{
    struct posting postings[GROUP_COUNT_MAX];
    size_t count = draw_percent(run, 70) ? 1 : (size_t)draw_between(run, 0, GROUP_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        postings[i] = draw_posting(run);
        /* Now and then finish what this very group began. */
        int is_later = postings[i].kind >= TRANSFER_POST;
        if (is_later && i > 0 && postings[i - 1].kind == TRANSFER_PENDING &&
            draw_percent(run, 50)) {
            postings[i].pending_seq = run->model.seq + (int64_t)i;
            postings[i].amount = postings[i - 1].amount - draw_between(run, 0, 1);
        }
    }
    command_apply(run, postings, count);
}

static void command_expire(struct run *run)
{
    struct posting postings[MODEL_PENDING_COUNT_MAX];
    run->now += draw_between(run, 0, 25);
    size_t count = book_due(run->book, run->now, postings, MODEL_PENDING_COUNT_MAX);
    if (draw_percent(run, 50)) {
        command_apply(run, postings, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        command_apply(run, &postings[i], 1);
    }
}

static void command_open(struct run *run)
{
    struct account_key key = draw_key(run);
    int64_t number = book_find(run->book, &key);
    MUST(run, number == model_find(&run->model, &key));
    if (number == 0) {
        number = book_open(run->book, &key);
        MUST(run, number == model_open(&run->model, &key));
        run->outcome_counts[number == 0 ? OUTCOME_BOOK_FULL : OUTCOME_OK]++;
        if (number != 0) {
            history_add_account(&run->history, run->book, number);
        }
    }
}

static void command_bounds(struct run *run)
{
    int64_t number = draw_account(run);
    int is_known = number >= 1 && number <= run->model.account_count;
    struct bounds bounds = {
        .min = draw_bound(run, is_known ? model_low(&run->model, number) : 0, INT64_MIN),
        .max = draw_bound(run, is_known ? model_high(&run->model, number) : 0, INT64_MAX),
    };
    enum outcome outcome = book_set_bounds(run->book, number, &bounds);
    MUST(run, outcome == model_set_bounds(&run->model, number, &bounds));
    run->outcome_counts[outcome]++;
    if (outcome == OUTCOME_OK) {
        history_add_bounds(&run->history, number, &bounds);
    }
}

static void command_mark(struct run *run)
{
    if (run->savepoint_count < MARK_COUNT_MAX) {
        run->savepoints[run->savepoint_count++] = (struct savepoint){
            .mark = book_mark(run->book),
            .model = run->model,
            .history_count = run->history.count,
        };
    }
}

/* To any of the marks; it stays, those after it do not. */
static void command_undo(struct run *run)
{
    if (run->savepoint_count > 0) {
        size_t at = draw(run) % run->savepoint_count;
        const struct savepoint *savepoint = &run->savepoints[at];
        book_undo_to(run->book, &savepoint->mark);
        run->model = savepoint->model;
        run->history.count = savepoint->history_count;
        run->savepoint_count = at + (size_t)draw_between(run, 0, 1);
    }
}

static void command_forget(struct run *run)
{
    book_forget(run->book);
    run->savepoint_count = 0;
    if (run->history.checkpoint_count == 0 || draw_percent(run, 2)) {
        run->history.checkpoint = run->model;
        run->history.checkpoint_count = run->history.count;
    }
}

static const struct {
    unsigned percent;
    void (*run)(struct run *run);
} commands[] = {
    {66, command_postings},
    {8,  command_expire  },
    {5,  command_open    },
    {9,  command_bounds  },
    {6,  command_mark    },
    {4,  command_undo    },
    {2,  command_forget  },
};

static void run_command(struct run *run)
{
    unsigned at = (unsigned)(draw(run) % 100);
    size_t i = 0;
    for (; at >= commands[i].percent; i++) {
        at -= commands[i].percent;
    }
    commands[i].run(run);
    compare(run, run->book);
}

static void check_replay(struct run *run)
{
    struct book *books[] = {
        replay_all(&run->history, &run->model.limits),
        replay_checkpoint(&run->history, &run->model.limits),
    };
    for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
        MUST(run, books[i] != NULL);
        compare(run, books[i]);
        book_destroy(books[i]);
    }
}

static void run_book(struct run *run, int64_t command_count)
{
    static const int64_t amounts_max[] = {20, 1000, INT64_C(1) << 40, INT64_MAX / 6};
    struct book_limits limits = {
        .account_count_max = (size_t)draw_between(run, 2, MODEL_ACCOUNT_COUNT_MAX),
        .pending_count_max = (size_t)draw_between(run, 0, MODEL_PENDING_COUNT_MAX),
    };
    run->book = book_create(&limits);
    run->model = (struct model){.limits = limits};
    run->now = 1000;
    run->amount_max = amounts_max[draw(run) % (sizeof amounts_max / sizeof amounts_max[0])];
    run->expiry_us_max = draw_percent(run, 50) ? 60 : 2000;
    run->savepoint_count = 0;
    history_clear(&run->history);
    command_open(run);
    for (int64_t i = 0; i < command_count; i++) {
        run->command++;
        run_command(run);
    }
    command_forget(run);
    check_replay(run);
    book_destroy(run->book);
}

/* A run of some length must have met every refusal there is. */
static int print_counts(const struct run *run)
{
    int missing = 0;
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        printf("  %-30s %" PRId64 "\n", outcome_code((enum outcome)i), run->outcome_counts[i]);
        missing += i != OUTCOME_FETCH && run->outcome_counts[i] == 0;
    }
    for (size_t i = TRANSFER_SINGLE; i <= TRANSFER_EXPIRE; i++) {
        printf("  transfers of kind %zu            %" PRId64 "\n", i, run->kind_counts[i]);
        missing += run->kind_counts[i] == 0;
    }
    return missing;
}

int main(int argc, char **argv)
{
    static struct run run;
    int64_t command_count = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000;
    run.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20261123;
    printf("%" PRId64 " commands, seed %" PRIu64 "\n", command_count, run.seed);
    while (run.command < command_count) {
        int64_t left = command_count - run.command;
        run_book(&run, left < COMMANDS_PER_BOOK ? left : COMMANDS_PER_BOOK);
    }
    free(run.history.entries);
    int missing = print_counts(&run);
    return command_count >= COVERAGE_COMMANDS_MIN && missing > 0;
}
