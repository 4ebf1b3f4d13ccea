/*
 * Rules of the book as text. Each tables/ *.table file given as argument is a list of cases; after
 * every line the five laws must hold.
 *
 *   case TITLE                              a fresh book for 16 accounts and 8 pending transfers
 *   limits ACCOUNTS PENDINGS                a fresh book of that size
 *   now INSTANT                             the time of what follows, microseconds; 100 at first
 *   open A PURPOSE CURRENCY [-> full]       A is a letter; the account it stands for
 *   bounds A MIN MAX -> OUTCOME             minor units, or none
 *   single D C AMOUNT -> OUTCOME
 *   pending D C AMOUNT [EXPIRES] -> OUTCOME
 *   post SEQ AMOUNT -> OUTCOME              also: void SEQ, expire SEQ
 *   group … end -> OUTCOME [INDEX]          postings between them have no outcome of their own
 *   mark, undo, forget                      undo returns to the latest mark and drops it
 *   due COUNT_MAX -> SEQ …
 *   seq N; next INSTANT                     of the last transfer; of the next expiry
 *   balance A POSTED AVAILABLE              none: unbounded
 *   sums A DEBITS CREDITS PENDING_DEBITS PENDING_CREDITS LAST_SEQ
 *   left SEQ AMOUNT                         still pending; 0: not open
 *
 * OUTCOME is the public code without "ledger.". Account ? is one the book does not know.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/book/book.h"

enum {
    WORD_COUNT_MAX = 24,
    GROUP_COUNT_MAX = 8,
    MARK_COUNT_MAX = 8
};

struct line {
    const char *words[WORD_COUNT_MAX]; /* absent ones are "" */
    size_t count;
    size_t arrow; /* index after "->", or `count` */
};

struct table {
    const char *path;
    int line_number;
    int failure_count;
    int check_count;
    struct book *book;
    instant_us now;
    struct posting group[GROUP_COUNT_MAX];
    size_t group_count;
    int is_grouping;
    struct book_mark marks[MARK_COUNT_MAX];
    size_t mark_count;
};

static void expect_number(struct table *table, const char *what, int64_t actual, int64_t expected)
{
    table->check_count++;
    if (actual != expected) {
        table->failure_count++;
        printf("%s:%d: %s is %" PRId64 ", expected %" PRId64 "\n",
               table->path,
               table->line_number,
               what,
               actual,
               expected);
    }
}

static void expect_outcome(struct table *table, const struct line *line, enum outcome outcome)
{
    const char *code = outcome_code(outcome) + strlen("ledger.");
    const char *expected = line->arrow < line->count ? line->words[line->arrow] : "ok";
    table->check_count++;
    if (strcmp(code, expected) != 0) {
        table->failure_count++;
        printf("%s:%d: %s, expected %s\n", table->path, table->line_number, code, expected);
    }
}

static int64_t number_of(const char *word, int64_t none)
{
    return strcmp(word, "none") == 0 ? none : strtoll(word, NULL, 10);
}

/* Letters A, B, … are accounts 1, 2, … */
static int64_t account_of(const char *word)
{
    return word[0] == '?' ? 99 : word[0] - 'A' + 1;
}

static void book_renew(struct table *table, size_t account_count_max, size_t pending_count_max)
{
    book_destroy(table->book);
    table->book = book_create(&(struct book_limits){account_count_max, pending_count_max});
    table->now = 100;
    table->mark_count = 0;
}

static void run_case(struct table *table, const struct line *line)
{
    (void)line;
    book_renew(table, 16, 8);
}

static void run_limits(struct table *table, const struct line *line)
{
    book_renew(table, (size_t)number_of(line->words[1], 0), (size_t)number_of(line->words[2], 0));
}

static void run_now(struct table *table, const struct line *line)
{
    table->now = number_of(line->words[1], 0);
}

static void run_open(struct table *table, const struct line *line)
{
    struct account_key key = {
        .purpose = chart_find(line->words[2], strlen(line->words[2])),
        .currency = currency_parse(line->words[3], strlen(line->words[3])),
        .owner = line->words[1][0],
    };
    int is_full = line->arrow < line->count;
    int64_t number = book_open(table->book, &key);
    expect_number(table, "account", number, is_full ? 0 : account_of(line->words[1]));
    expect_number(table, "found", book_find(table->book, &key), number);
}

static void run_bounds(struct table *table, const struct line *line)
{
    struct bounds bounds = {
        .min = number_of(line->words[2], BOUND_NONE_MIN),
        .max = number_of(line->words[3], BOUND_NONE_MAX),
    };
    expect_outcome(table, line, book_set_bounds(table->book, account_of(line->words[1]), &bounds));
}

static void
apply(struct table *table, const struct line *line, const struct posting *postings, size_t count)
{
    struct transfer rows[GROUP_COUNT_MAX];
    size_t failed = 0;
    int64_t seq = book_seq(table->book);
    enum outcome outcome = book_apply(table->book, postings, count, 7, table->now, rows, &failed);
    expect_outcome(table, line, outcome);
    if (outcome != OUTCOME_OK && line->arrow + 1 < line->count) {
        expect_number(
            table, "index refused", (int64_t)failed, number_of(line->words[line->arrow + 1], 0));
    }
    expect_number(
        table, "seq", book_seq(table->book), outcome == OUTCOME_OK ? seq + (int64_t)count : seq);
}

static const struct {
    const char *word;
    enum transfer_kind kind;
} kinds[] = {
    {"single",  TRANSFER_SINGLE },
    {"pending", TRANSFER_PENDING},
    {"post",    TRANSFER_POST   },
    {"void",    TRANSFER_VOID   },
    {"expire",  TRANSFER_EXPIRE },
};

static void run_posting(struct table *table, const struct line *line)
{
    struct posting posting = {.code = 3};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, line->words[0]) == 0) {
            posting.kind = kinds[i].kind;
        }
    }
    if (posting.kind == TRANSFER_SINGLE || posting.kind == TRANSFER_PENDING) {
        posting.debit = account_of(line->words[1]);
        posting.credit = account_of(line->words[2]);
        posting.amount = number_of(line->words[3], INT64_MAX);
        int has_expiry = line->words[4][0] != '\0' && line->words[4][0] != '-';
        posting.expires_at = has_expiry ? number_of(line->words[4], 0) : 0;
    } else {
        posting.pending_seq = number_of(line->words[1], 0);
        posting.amount = number_of(line->words[2], INT64_MAX);
    }
    if (table->is_grouping) {
        table->group[table->group_count++] = posting;
    } else {
        apply(table, line, &posting, 1);
    }
}

static void run_group(struct table *table, const struct line *line)
{
    (void)line;
    table->is_grouping = 1;
    table->group_count = 0;
}

static void run_end(struct table *table, const struct line *line)
{
    table->is_grouping = 0;
    apply(table, line, table->group, table->group_count);
}

static void run_mark(struct table *table, const struct line *line)
{
    (void)line;
    table->marks[table->mark_count++] = book_mark(table->book);
}

static void run_undo(struct table *table, const struct line *line)
{
    (void)line;
    book_undo_to(table->book, &table->marks[--table->mark_count]);
}

static void run_forget(struct table *table, const struct line *line)
{
    (void)line;
    book_forget(table->book);
    table->mark_count = 0;
}

static void run_due(struct table *table, const struct line *line)
{
    struct posting postings[GROUP_COUNT_MAX];
    size_t count_max = (size_t)number_of(line->words[1], 0);
    size_t count = book_due(table->book, table->now, postings, count_max);
    size_t expected = line->count - line->arrow;
    expect_number(table, "due", (int64_t)count, (int64_t)expected);
    for (size_t i = 0; i < count && i < expected; i++) {
        expect_number(table, "kind", postings[i].kind, TRANSFER_EXPIRE);
        expect_number(table,
                      "pending seq",
                      postings[i].pending_seq,
                      number_of(line->words[line->arrow + i], 0));
    }
}

static void run_seq(struct table *table, const struct line *line)
{
    expect_number(table, "seq", book_seq(table->book), number_of(line->words[1], 0));
}

static void run_next(struct table *table, const struct line *line)
{
    expect_number(
        table, "next expiry", book_next_expiry(table->book), number_of(line->words[1], 0));
}

static void run_balance(struct table *table, const struct line *line)
{
    const struct account *account = book_account(table->book, account_of(line->words[1]));
    expect_number(table, "balance", account_balance(account), number_of(line->words[2], 0));
    expect_number(
        table, "available", account_available(account), number_of(line->words[3], INT64_MAX));
}

static void run_sums(struct table *table, const struct line *line)
{
    const struct account *account = book_account(table->book, account_of(line->words[1]));
    const int64_t actual[] = {
        account->posted_debits,
        account->posted_credits,
        account->pending_debits,
        account->pending_credits,
        account->last_seq,
    };
    for (size_t i = 0; i < sizeof actual / sizeof actual[0]; i++) {
        expect_number(table, "sum", actual[i], number_of(line->words[i + 2], INT64_MAX));
    }
}

static void run_left(struct table *table, const struct line *line)
{
    const struct pending *pending = book_pending(table->book, number_of(line->words[1], 0));
    expect_number(table,
                  "left",
                  pending == NULL ? 0 : pending->remaining,
                  number_of(line->words[2], INT64_MAX));
}

static const struct {
    const char *word;
    void (*run)(struct table *table, const struct line *line);
} verbs[] = {
    {"case",    run_case   },
    {"limits",  run_limits },
    {"now",     run_now    },
    {"open",    run_open   },
    {"bounds",  run_bounds },
    {"single",  run_posting},
    {"pending", run_posting},
    {"post",    run_posting},
    {"void",    run_posting},
    {"expire",  run_posting},
    {"group",   run_group  },
    {"end",     run_end    },
    {"mark",    run_mark   },
    {"undo",    run_undo   },
    {"forget",  run_forget },
    {"due",     run_due    },
    {"seq",     run_seq    },
    {"next",    run_next   },
    {"balance", run_balance},
    {"sums",    run_sums   },
    {"left",    run_left   },
};

static void run_line(struct table *table, const struct line *line)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].word, line->words[0]) == 0) {
            verbs[i].run(table, line);
            int64_t account = 0;
            expect_number(table, "law broken", book_check(table->book, &account), 0);
            return;
        }
    }
    table->failure_count++;
    printf("%s:%d: no such word: %s\n", table->path, table->line_number, line->words[0]);
}

/* Cuts `text` into words in place. */
static struct line line_split(char *text)
{
    struct line line = {.count = 0};
    text[strcspn(text, "#\n")] = '\0';
    char *rest = text;
    for (char *word = strtok_r(text, " \t", &rest); word != NULL && line.count < WORD_COUNT_MAX;
         word = strtok_r(NULL, " \t", &rest)) {
        line.words[line.count++] = word;
    }
    line.arrow = line.count;
    for (size_t i = 0; i < line.count; i++) {
        if (strcmp(line.words[i], "->") == 0) {
            line.arrow = i + 1;
        }
    }
    for (size_t i = line.count; i < WORD_COUNT_MAX; i++) {
        line.words[i] = "";
    }
    return line;
}

static int run_file(const char *path)
{
    struct table table = {.path = path};
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("%s: cannot be read\n", path);
        return 1;
    }
    char text[256];
    while (fgets(text, sizeof text, file) != NULL) {
        table.line_number++;
        struct line line = line_split(text);
        if (line.count > 0) {
            run_line(&table, &line);
        }
    }
    (void)fclose(file);
    book_destroy(table.book);
    printf("%s: %d checks, %d failures\n", path, table.check_count, table.failure_count);
    return table.failure_count > 0 || table.check_count == 0;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        failed |= run_file(argv[i]);
    }
    return failed;
}
