/*
 * Thousands of payments through a bank that does everything banks do, while the gateway is killed,
 * stopped and its database connections cut, again and again: every payment ends as the bank's own
 * book has it, nothing is sent or paid twice, nothing stays in flight.
 */
#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gateway/business/bank/payment.h"
#include "tests/banks/fake_book.h"
#include "tests/banks/life.h"
#include "tests/banks/settle.h"
#include "tests/engine/crew.h"

enum {
    LIFE_COUNT = 8,
    SETTLE_SECONDS = 180,
};

static struct crew crew;
static char book_file[160];
static char link_directory[160];
static char program[512];
static int64_t payment_count;

static void pause_ms(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (*seed >> 33) % below;
}

static void files_make(void)
{
    char path[256];
    (void)snprintf(book_file, sizeof book_file, "%s.book", crew.pg.directory);
    (void)snprintf(link_directory, sizeof link_directory, "%s.links", crew.pg.directory);
    (void)unlink(book_file);
    (void)mkdir(link_directory, 0700);
    (void)snprintf(path, sizeof path, "%s/bank.fake.yaml", link_directory);
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    (void)fclose(file);
    struct fake_book *book = fake_book_open(book_file);
    book->first_day = date_from_civil(2026, 11, 23);
    book->today = book->first_day;
    fake_book_close(book);
}

static void files_remove(void)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/bank.fake.yaml", link_directory);
    (void)unlink(path);
    (void)rmdir(link_directory);
    (void)unlink(book_file);
}

/* --- lives --- */

static long long made_count(void)
{
    return pg_number(&crew.pg, "SELECT count(DISTINCT key) FROM business.payment");
}

/* A process of its own, so that it can be killed. */
static pid_t life_start(uint64_t seed, int cut_over_ms, int open_count_max)
{
    char texts[5][32];
    (void)snprintf(texts[0], sizeof texts[0], "%" PRIu64, seed);
    (void)snprintf(texts[1], sizeof texts[1], "%lld", made_count());
    (void)snprintf(texts[2], sizeof texts[2], "%" PRId64, payment_count);
    (void)snprintf(texts[3], sizeof texts[3], "%d", cut_over_ms);
    (void)snprintf(texts[4], sizeof texts[4], "%d", open_count_max);
    pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        execl(program,
              program,
              "life",
              crew.conninfo,
              crew.vault_file,
              book_file,
              link_directory,
              texts[0],
              texts[1],
              texts[2],
              texts[3],
              texts[4],
              (char *)NULL);
        perror(program);
        _exit(127);
    }
    return pid;
}

static int life_of(char **arguments)
{
    struct life life = {
        .conninfo = arguments[2],
        .vault_file = arguments[3],
        .book_file = arguments[4],
        .link_directory = arguments[5],
        .seed = strtoull(arguments[6], NULL, 10),
        .first_payment = strtoll(arguments[7], NULL, 10),
        .payment_count = strtoll(arguments[8], NULL, 10),
        .cut_over_ms = (int)strtol(arguments[9], NULL, 10),
        .open_count_max = (int)strtol(arguments[10], NULL, 10),
    };
    return life_run(&life);
}

static bool life_end(pid_t pid, int signal)
{
    int code;
    (void)kill(pid, signal);
    pid_t ended = waitpid(pid, &code, 0);
    bool is_good = ended == pid && (signal == SIGKILL ? WIFSIGNALED(code) != 0
                                                      : WIFEXITED(code) && WEXITSTATUS(code) == 0);
    if (!is_good) {
        fprintf(stderr, "a life ended badly: %d\n", code);
    }
    return is_good;
}

static void backends_cut(void)
{
    (void)pg_run(&crew.pg,
                 "postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE usename = 'kouan_writer'");
}

static long long open_count(void)
{
    return pg_number(&crew.pg,
                     "SELECT count(*) FROM business.payment p WHERE p.state IN"
                     " ('created', 'approved', 'sent', 'in_doubt') AND NOT EXISTS (SELECT FROM"
                     " business.payment n WHERE n.key = p.key AND n.version > p.version)");
}

static long long closed_day_count(void)
{
    return pg_number(&crew.pg,
                     "SELECT count(*) FROM business.bank_day d WHERE d.state = 'closed'"
                     " AND NOT EXISTS (SELECT FROM business.bank_day n WHERE n.key = d.key"
                     " AND n.version > d.version)");
}

static bool lives_run(uint64_t *seed)
{
    bool is_good = true;
    for (int i = 0; i < LIFE_COUNT && is_good; i++) {
        /* A small table now and then: what finds no room is left in the store. */
        int room = draw(seed, 3) == 0 ? 60 : 4000;
        pid_t pid = life_start(draw(seed, 1000000), i % 3 == 1 ? 400 : 0, room);
        pause_ms(600 + (long)draw(seed, 900));
        switch (draw(seed, 3)) {
        case 0:
            backends_cut();
            pause_ms((long)draw(seed, 600));
            break;
        case 1:
            pg_crash(&crew.pg);
            pause_ms((long)draw(seed, 1500));
            break;
        }
        is_good = life_end(pid, i % 4 == 3 ? SIGTERM : SIGKILL);
        printf("life %d: %lld payments, %lld open\n", i, made_count(), open_count());
    }
    return is_good;
}

static bool last_life_run(uint64_t *seed)
{
    pid_t pid = life_start(draw(seed, 1000000), 0, 4000);
    bool is_settled = false;
    for (int i = 0; i < SETTLE_SECONDS * 4 && !is_settled; i++) {
        pause_ms(250);
        is_settled = made_count() >= payment_count && open_count() == 0 && closed_day_count() == 0;
    }
    pause_ms(200);
    bool is_good = life_end(pid, SIGTERM);
    printf("at the end: %lld payments, %lld open, %lld days not compared\n",
           made_count(),
           open_count(),
           closed_day_count());
    return is_good && is_settled;
}

/* --- judgement --- */

struct judgement {
    struct fake_book *book;
    int64_t counts[PAYMENT_CANCELLED + 1];
    int64_t wrong_count;
};

static bool is_right(const struct fake_entry *entry, enum payment_state state)
{
    enum fake_state truth = (enum fake_state)entry->state;
    switch (state) {
    case PAYMENT_CONFIRMED:
        return truth == FAKE_PAID && !entry->is_return_booked;
    case PAYMENT_RETURNED:
        return truth == FAKE_PAID && entry->is_returned;
    case PAYMENT_REJECTED:
        return truth == FAKE_REJECTED || truth == FAKE_REVERSED || truth == FAKE_REFUSED;
    case PAYMENT_CANCELLED:
        return truth == FAKE_UNKNOWN && !entry->is_sent;
    case PAYMENT_CREATED:
    case PAYMENT_APPROVED:
    case PAYMENT_SENT:
    case PAYMENT_IN_DOUBT:
        return false;
    }
    return false;
}

static void payment_judge(void *context, const struct row_view *row)
{
    struct judgement *judgement = context;
    char id[PAYMENT_ID_SIZE];
    struct bytes key = view_bytes(row, 0);
    struct bytes name = view_bytes(row, 1);
    (void)snprintf(id, sizeof id, "%.*s", (int)key.size, (const char *)key.data);
    enum payment_state state = 0;
    for (const struct name *at = payment_states; at->text != NULL; at++) {
        if (strlen(at->text) == name.size && memcmp(at->text, name.data, name.size) == 0) {
            state = (enum payment_state)at->value;
        }
    }
    const struct fake_entry *entry = fake_book_entry(judgement->book, id);
    judgement->counts[state]++;
    if (!is_right(entry, state)) {
        fprintf(stderr,
                "%s is %.*s, but %d in the bank's book\n",
                id,
                (int)name.size,
                (const char *)name.data,
                entry->state);
        judgement->wrong_count++;
    }
}

static bool payments_judge(struct fake_book *book)
{
    struct judgement judgement = {.book = book};
    struct journal_config config = {.conninfo = crew.conninfo};
    struct journal_reader *reader = journal_reader_create(&config);
    enum status status =
        journal_read(reader,
                     "SELECT p.key, p.state FROM business.payment p WHERE NOT EXISTS (SELECT FROM"
                     " business.payment n WHERE n.key = p.key AND n.version > p.version)",
                     NULL,
                     0,
                     payment_judge,
                     &judgement);
    journal_reader_destroy(reader);
    printf("%" PRId64 " confirmed, %" PRId64 " rejected, %" PRId64 " returned, %" PRId64
           " cancelled; asked to pay %" PRId64 ", to tell %" PRId64 ", to take back %" PRId64 "\n",
           judgement.counts[PAYMENT_CONFIRMED],
           judgement.counts[PAYMENT_REJECTED],
           judgement.counts[PAYMENT_RETURNED],
           judgement.counts[PAYMENT_CANCELLED],
           book->pay_count,
           book->inquiry_count,
           book->reversal_count);
    return status == STATUS_OK && judgement.wrong_count == 0 &&
           judgement.counts[PAYMENT_CONFIRMED] > 0 && judgement.counts[PAYMENT_REJECTED] > 0;
}

static bool is_zero(const char *what, long long value)
{
    if (value != 0) {
        fprintf(stderr, "%s: %lld\n", what, value);
    }
    return value == 0;
}

/* Every advice that was accepted is booked once, and nothing else is. */
static bool advices_judge(const struct fake_book *book)
{
    bool is_good = true;
    int64_t accepted_count = 0;
    for (int i = 0; i < FAKE_ADVICE_COUNT; i++) {
        char sql[160];
        (void)snprintf(sql,
                       sizeof sql,
                       "SELECT coalesce(sum(amount), 0)::bigint FROM business.funds"
                       " WHERE key = 'bank/A%d'",
                       i);
        if (book->advices[i].is_accepted) {
            accepted_count++;
            is_good =
                is_zero(sql, pg_number(&crew.pg, sql) - book->advices[i].amount_minor) && is_good;
        }
    }
    printf("%" PRId64 " advices accepted; totals asked for %" PRId64
           " times, told differing %" PRId64 " times\n",
           accepted_count,
           book->totals_count,
           book->told_differ_count);
    return is_good && accepted_count > 0;
}

static bool ledger_judge(void)
{
    struct verify_report report;
    bool is_good = is_zero("in flight",
                           pg_number(&crew.pg,
                                     "SELECT coalesce(sum(abs(balance)), 0)::bigint FROM"
                                     " ledger.account_balance WHERE purpose = 'bank.in_flight'"));
    is_good = is_zero("held for payments",
                      pg_number(&crew.pg,
                                "SELECT coalesce(sum(pending_debits + pending_credits), 0)::bigint"
                                " FROM ledger.account_balance"
                                " WHERE purpose = 'payment.clearing'")) &&
              is_good;
    if (journal_verify(crew.conninfo, &report) != STATUS_OK) {
        fprintf(stderr, "%s\n", report.first_bad);
        return false;
    }
    return is_good;
}

static bool judge(void)
{
    struct fake_book *book = fake_book_open(book_file);
    bool is_good = payments_judge(book);
    is_good = advices_judge(book) && is_good;
    is_good = ledger_judge() && is_good;
    is_good = is_zero("paid twice", book->paid_twice_count) && is_good;
    is_good = is_zero("sent twice", book->sent_twice_count) && is_good;
    is_good = is_zero("one trace for two payments", book->trace_twice_count) && is_good;
    is_good = is_zero("reversals again called the first", book->reversal_number_count) && is_good;
    fake_book_close(book);
    return is_good;
}

int main(int argument_count, char **arguments)
{
    if (argument_count == 11 && strcmp(arguments[1], "life") == 0) {
        return life_of(arguments);
    }
    payment_count = argument_count > 1 ? strtoll(arguments[1], NULL, 10) : 2000;
    uint64_t seed = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    printf("seed %" PRIu64 ", %" PRId64 " payments\n", seed, payment_count);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    assert(size > 0);
    settle(&crew, "{\"bank\":\"bank\",\"business_day\":\"2026-11-23\"}");
    crew_engine_stop(&crew);
    files_make();
    bool is_good = lives_run(&seed);
    is_good = last_life_run(&seed) && is_good;
    is_good = judge() && is_good;
    files_remove();
    vault_close(crew.vault);
    (void)unlink(crew.vault_file);
    pg_stop(&crew.pg);
    return is_good ? 0 : 1;
}
