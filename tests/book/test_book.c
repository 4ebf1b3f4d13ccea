/* What tables cannot say: broken checkpoints, the undo record's bound, keys and names. */
#include "ledger/book/book.h"
#include "tests/base/check.h"

static struct book *book;

static int setup(void **state)
{
    (void)state;
    book = book_create(&(struct book_limits){.account_count_max = 8, .pending_count_max = 4});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    book_destroy(book);
    return 0;
}

static struct account account_row(enum purpose purpose, enum currency currency, int64_t owner)
{
    return (struct account){
        .bounds = {.min = 0,              .max = BOUND_NONE_MAX},
        .key = { .purpose = purpose, .currency = currency,        .owner = owner},
    };
}

/* Four accounts of a sound checkpoint: CNY money 1 and 2, USD money 3, CNY memo 4. */
static void load_rows(struct account rows[4])
{
    for (int64_t i = 0; i < 4; i++) {
        assert_true(book_load_account(book, i + 1, &rows[i]));
    }
    book_load_seq(book, 9);
}

static void fill_rows(struct account rows[4])
{
    rows[0] = account_row(PURPOSE_BANK_SETTLEMENT, CURRENCY_CNY, 1);
    rows[1] = account_row(PURPOSE_MERCHANT_PAYABLE, CURRENCY_CNY, 2);
    rows[2] = account_row(PURPOSE_FX_POSITION, CURRENCY_USD, 3);
    rows[3] = account_row(PURPOSE_GUARANTEE_LIMIT, CURRENCY_CNY, 4);
    rows[0].posted_debits = rows[1].posted_credits = 100;
    rows[0].pending_debits = rows[1].pending_credits = 30;
    rows[0].last_seq = rows[1].last_seq = 9;
}

static struct pending pending_row(int64_t seq, int64_t debit, int64_t credit, int64_t remaining)
{
    return (struct pending){.seq = seq, .debit = debit, .credit = credit, .remaining = remaining};
}

static void test_sound_checkpoint(void **state)
{
    (void)state;
    struct account rows[4];
    fill_rows(rows);
    load_rows(rows);
    struct pending pending = pending_row(9, 1, 2, 30);
    assert_true(book_load_pending(book, &pending));
    int64_t account = 77;
    assert_int_equal(book_check(book, &account), 0);
    struct posting post = {.kind = TRANSFER_POST, .pending_seq = 9, .amount = 30};
    struct transfer row;
    size_t failed;
    assert_int_equal(book_apply(book, &post, 1, 5, 6, &row, &failed), OUTCOME_OK);
    assert_int_equal(row.seq, 10);
    assert_int_equal(row.debit, 1);
    assert_int_equal(row.credit, 2);
    assert_int_equal(row.debit_prev, 9);
    assert_int_equal(row.command_seq, 5);
    assert_int_equal(row.recorded_at, 6);
    assert_int_equal(book_account(book, 2)->posted_credits, 130);
    assert_int_equal(book_check(book, &account), 0);
}

/* Each way to break a checkpoint: which law tells, and at which account. */
enum breakage {
    BREAK_POSTED,
    BREAK_POSTED_USD,
    BREAK_PENDING_LESS,
    BREAK_PENDING_MORE,
    BREAK_BALANCE_BELOW,
    BREAK_HIGH_ABOVE,
    BREAK_LOW_BELOW,
    BREAK_PENDING_MISSING,
    BREAK_PENDING_SWAPPED,
    BREAK_PAIR_CURRENCY,
    BREAK_PAIR_BOOK,
    BREAK_COUNT,
};

static const struct {
    int law;
    int64_t account;
} broken[BREAK_COUNT] = {
    [BREAK_POSTED] = {1, 1},
    [BREAK_POSTED_USD] = {1, 3},
    [BREAK_PENDING_LESS] = {2, 1},
    [BREAK_PENDING_MORE] = {2, 1},
    [BREAK_BALANCE_BELOW] = {3, 1},
    [BREAK_HIGH_ABOVE] = {3, 2},
    [BREAK_LOW_BELOW] = {3, 1},
    [BREAK_PENDING_MISSING] = {4, 1},
    [BREAK_PENDING_SWAPPED] = {4, 1},
    [BREAK_PAIR_CURRENCY] = {5, 1},
    [BREAK_PAIR_BOOK] = {5, 1},
};

/* Breaks the rows; moves the pending transfer to where it still adds up, if it can. */
static void break_rows(enum breakage breakage, struct account rows[4], struct pending *pending)
{
    switch (breakage) {
    case BREAK_POSTED:
        rows[1].posted_credits++;
        break;
    case BREAK_POSTED_USD:
        rows[2].posted_debits++;
        break;
    case BREAK_PENDING_LESS:
        rows[1].pending_credits--;
        break;
    case BREAK_PENDING_MORE:
        rows[1].pending_credits++;
        break;
    case BREAK_BALANCE_BELOW:
        rows[0].posted_credits = rows[1].posted_debits = 101;
        break;
    case BREAK_HIGH_ABOVE:
        rows[1].bounds.max = 129;
        break;
    case BREAK_LOW_BELOW:
        rows[0].bounds.min = 101;
        break;
    case BREAK_PENDING_MISSING:
        pending->remaining = 29;
        break;
    case BREAK_PENDING_SWAPPED:
        *pending = pending_row(9, 2, 1, 30);
        break;
    case BREAK_PAIR_CURRENCY:
        *pending = pending_row(9, 1, 3, 30);
        rows[1].pending_credits = 0;
        rows[0].pending_credits = 30;
        rows[2].pending_credits = rows[2].pending_debits = 30;
        break;
    case BREAK_PAIR_BOOK:
        *pending = pending_row(9, 1, 4, 30);
        rows[1].pending_credits = 0;
        rows[0].pending_credits = 30;
        rows[3].pending_credits = rows[3].pending_debits = 30;
        rows[3].posted_debits = rows[3].posted_credits = 30;
        rows[3].bounds.min = -30;
        break;
    case BREAK_COUNT:
        break;
    }
}

static void test_laws(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BREAK_COUNT; i++) {
        struct account rows[4];
        fill_rows(rows);
        struct pending pending = pending_row(9, 1, 2, 30);
        rows[2].bounds.min = BOUND_NONE_MIN;
        break_rows((enum breakage)i, rows, &pending);
        (void)teardown(NULL);
        (void)setup(NULL);
        load_rows(rows);
        assert_true(book_load_pending(book, &pending));
        if (i == BREAK_PAIR_CURRENCY || i == BREAK_PAIR_BOOK) {
            /* The opposite pair makes every sum right again: only law 5 is left to tell. */
            struct pending opposite = pending_row(8, pending.credit, 1, 30);
            assert_true(book_load_pending(book, &opposite));
        }
        int64_t account = 0;
        int law = book_check(book, &account);
        if (law != broken[i].law || account != broken[i].account) {
            fail_msg("breakage %u: law %d at account %lld", i, law, (long long)account);
        }
    }
}

/* Pendings whose sum does not fit must not come round to the right one. */
static void test_law_of_sums_too_large(void **state)
{
    (void)state;
    struct account rows[4];
    fill_rows(rows);
    load_rows(rows);
    const struct pending pendings[] = {
        pending_row(1, 1, 2, INT64_MAX),
        pending_row(2, 1, 2, 5),
        pending_row(3, 1, 2, 31),
    };
    for (size_t i = 0; i < sizeof pendings / sizeof pendings[0]; i++) {
        assert_true(book_load_pending(book, &pendings[i]));
    }
    int64_t account = 0;
    assert_int_equal(book_check(book, &account), 4);
    assert_int_equal(account, 1);
}

static void test_load_account_refused(void **state)
{
    (void)state;
    struct account good = account_row(PURPOSE_BANK_SETTLEMENT, CURRENCY_CNY, 1);
    struct account bad[] = {good, good, good, good, good, good, good, good, good, good};
    bad[0].key.purpose = PURPOSE_NONE;
    bad[1].key.purpose = PURPOSE_COUNT;
    bad[2].key.currency = CURRENCY_NONE;
    bad[3].bounds = (struct bounds){.min = 1, .max = 0};
    bad[4].posted_debits = -1;
    bad[5].pending_credits = -1;
    bad[6].posted_debits = INT64_MAX;
    bad[6].pending_debits = 1;
    bad[7].posted_credits = 1;
    bad[7].pending_credits = INT64_MAX;
    memset(bad[8].key.subject, 'x', sizeof bad[8].key.subject);
    bad[9].posted_credits = -1;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (book_load_account(book, 1, &bad[i])) {
            fail_msg("bad account %zu was loaded", i);
        }
    }
    assert_false(book_load_account(book, 0, &good));
    assert_false(book_load_account(book, 2, &good));
    assert_int_equal(book_account_count(book), 0);
    assert_true(book_load_account(book, 1, &good));
    assert_false(book_load_account(book, 2, &good)); /* the same key twice */
    for (int64_t i = 2; i <= 8; i++) {
        good.key.owner = i;
        assert_true(book_load_account(book, i, &good));
    }
    good.key.owner = 9;
    assert_false(book_load_account(book, 9, &good)); /* full */
    assert_int_equal(book_account_count(book), 8);
}

static void test_load_pending_refused(void **state)
{
    (void)state;
    struct account rows[4];
    fill_rows(rows);
    load_rows(rows);
    const struct pending bad[] = {
        pending_row(0, 1, 2, 5),
        pending_row(-1, 1, 2, 5),
        pending_row(3, 1, 2, 0),
        pending_row(3, 1, 2, -5),
        pending_row(3, 0, 2, 5),
        pending_row(3, 1, 5, 5),
        pending_row(3, 2, 2, 5),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (book_load_pending(book, &bad[i])) {
            fail_msg("bad pending %zu was loaded", i);
        }
    }
    for (int64_t seq = 1; seq <= 4; seq++) {
        struct pending good = pending_row(seq, 1, 2, 5);
        assert_true(book_load_pending(book, &good));
        assert_false(book_load_pending(book, &good));
    }
    struct pending more = pending_row(5, 1, 2, 5);
    assert_false(book_load_pending(book, &more)); /* full */
}

static void test_load_bounds_refused(void **state)
{
    (void)state;
    struct account rows[4];
    fill_rows(rows);
    load_rows(rows);
    assert_false(book_load_bounds(book, 5, &(struct bounds){.min = 0, .max = 1}));
    assert_false(book_load_bounds(book, 1, &(struct bounds){.min = 1, .max = 0}));
    assert_false(book_load_bounds(book, 1, &(struct bounds){.min = 101, .max = 500}));
    assert_true(book_load_bounds(book, 1, &(struct bounds){.min = 100, .max = 130}));
}

static void open_pair(void)
{
    struct account_key bank = {.purpose = PURPOSE_FX_POSITION, .currency = CURRENCY_CNY};
    struct account_key merchant = {.purpose = PURPOSE_FX_RESULT, .currency = CURRENCY_CNY};
    assert_int_equal(book_open(book, &bank), 1);
    assert_int_equal(book_open(book, &merchant), 2);
}

/* The undo record is full: everything is refused until it is undone or forgotten. */
static void test_undo_bound(void **state)
{
    (void)state;
    open_pair();
    struct posting single = {.kind = TRANSFER_SINGLE, .debit = 1, .credit = 2, .amount = 1};
    struct posting pair[] = {single, single};
    struct transfer rows[2];
    size_t failed = 77;
    struct book_mark mark = book_mark(book);
    for (int i = 0; i < BOOK_UNDO_COUNT_MAX - 1; i++) {
        assert_int_equal(book_apply(book, &single, 1, 1, 1, rows, &failed), OUTCOME_OK);
    }
    assert_int_equal(book_apply(book, pair, 2, 1, 1, rows, &failed), OUTCOME_BOOK_FULL);
    assert_int_equal(failed, 1);
    assert_int_equal(book_apply(book, &single, 1, 1, 1, rows, &failed), OUTCOME_OK);
    assert_int_equal(book_apply(book, &single, 1, 1, 1, rows, &failed), OUTCOME_BOOK_FULL);
    assert_int_equal(book_set_bounds(book, 1, &(struct bounds){BOUND_NONE_MIN, 0}),
                     OUTCOME_BOOK_FULL);
    struct account_key key = {.purpose = PURPOSE_FX_RESULT, .currency = CURRENCY_USD};
    assert_int_equal(book_open(book, &key), 0);
    assert_int_equal(book_seq(book), BOOK_UNDO_COUNT_MAX);
    book_undo_to(book, &mark);
    assert_int_equal(book_seq(book), 0);
    assert_int_equal(book_account(book, 1)->posted_debits, 0);
    book_forget(book);
    for (int i = 0; i < BOOK_UNDO_COUNT_MAX + 10; i++) {
        assert_int_equal(book_apply(book, pair, 2, 1, 1, rows, &failed), OUTCOME_OK);
        assert_int_equal(book_apply(book, &single, 1, 1, 1, rows, &failed), OUTCOME_OK);
    }
    assert_int_equal(book_open(book, &key), 3);
}

static void test_keys(void **state)
{
    (void)state;
    struct account_key key = {
        .purpose = PURPOSE_GUARANTEE_AVAILABLE, .currency = CURRENCY_CNY, .owner = 5};
    memset(key.subject, 'x', sizeof key.subject);
    key.subject[sizeof key.subject - 1] = '\0';
    struct account_key other = key;
    assert_int_equal(book_open(book, &key), 1);
    other.subject[sizeof key.subject - 2] = 'y';
    assert_int_equal(book_find(book, &other), 0);
    other = key;
    other.owner = 6;
    assert_int_equal(book_find(book, &other), 0);
    other = key;
    other.purpose = PURPOSE_GUARANTEE_RESERVED;
    assert_int_equal(book_find(book, &other), 0);
    other = key;
    other.currency = CURRENCY_USD;
    assert_int_equal(book_find(book, &other), 0);
    assert_int_equal(book_find(book, &key), 1);
    key.subject[0] = '\0';
    assert_int_equal(book_find(book, &key), 0);
    assert_int_equal(book_open(book, &key), 2);
    /* Nothing of the caller's memory after the NUL is kept. */
    for (size_t i = 0; i < sizeof key.subject; i++) {
        assert_int_equal(book_account(book, 2)->key.subject[i], 0);
    }
}

static void test_chart(void **state)
{
    (void)state;
    for (size_t i = PURPOSE_NONE + 1; i < PURPOSE_COUNT; i++) {
        assert_int_equal(chart[i].purpose, i);
        assert_true(chart[i].meaning[0] != '\0');
        size_t size = strlen(chart[i].name);
        char *name = exact_copy(chart[i].name, size);
        assert_int_equal(chart_find(name, size), i);
        assert_int_equal(chart_find(name, size - 1), PURPOSE_NONE);
        free(name);
    }
    assert_int_equal(chart_find("", 0), PURPOSE_NONE);
    assert_int_equal(chart_find("bank", 4), PURPOSE_NONE);
    assert_int_equal(chart[PURPOSE_GUARANTEE_LIMIT].book, BOOK_MEMO);
    assert_int_equal(chart[PURPOSE_SUSPENSE].book, BOOK_MONEY);
}

static void test_outcome_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        const char *code = outcome_code((enum outcome)i);
        assert_non_null(code);
        assert_int_equal(strncmp(code, "ledger.", 7), 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(code, outcome_code((enum outcome)j));
        }
    }
    assert_string_equal(outcome_code(OUTCOME_DEBIT_BOUND), "ledger.debit_bound");
}

#define FRESH_BOOK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_BOOK(test_sound_checkpoint),
        FRESH_BOOK(test_laws),
        FRESH_BOOK(test_law_of_sums_too_large),
        FRESH_BOOK(test_load_account_refused),
        FRESH_BOOK(test_load_pending_refused),
        FRESH_BOOK(test_load_bounds_refused),
        FRESH_BOOK(test_undo_bound),
        FRESH_BOOK(test_keys),
        cmocka_unit_test(test_chart),
        cmocka_unit_test(test_outcome_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
