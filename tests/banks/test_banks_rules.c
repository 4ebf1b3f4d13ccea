/*
 * The banks step by step, with a bank that is calm: the switch and the limits of a link, the end of
 * a day and its totals, advices told again or wrongly, payments that come back.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gateway/banks/banks.h"
#include "tests/banks/fake_bank.h"
#include "tests/banks/settle.h"

static struct crew crew;
static struct banks *banks;
static struct fake_book *book;
static char directory[160];
static date_days first_day;

static void pause_briefly(void)
{
    struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
}

static void require(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "not so: %s\n", what);
        abort();
    }
}

static void wait_for(const char *sql, long long wanted)
{
    for (int i = 0; i < 1500; i++) {
        if (pg_number(&crew.pg, sql) == wanted) {
            return;
        }
        pause_briefly();
    }
    fprintf(stderr, "%s is %lld, not %lld\n", sql, pg_number(&crew.pg, sql), wanted);
    abort();
}

#define IN_STATE(state_)                                                                           \
    "SELECT count(*) FROM business.payment p WHERE p.state = '" state_                             \
    "' AND NOT EXISTS (SELECT FROM business.payment n WHERE n.key = p.key"                         \
    " AND n.version > p.version)"

static enum adapter_reply await_reply(int64_t before)
{
    for (int i = 0; i < 1500 && atomic_load(&book->reply_count) == before; i++) {
        pause_briefly();
    }
    require(atomic_load(&book->reply_count) == before + 1, "one reply");
    return (enum adapter_reply)atomic_load(&book->last_reply);
}

static enum adapter_reply advise(const char *reference, int64_t minor, const char *returned)
{
    struct adapter_advice advice = {
        .payment_reference = "from somebody",
        .amount = {minor, CURRENCY_CNY},
        .value_date = first_day,
        .payer_name = "某公司",
        .payer_bank = "TESTRUMM",
        .payer_country = "RU",
    };
    int64_t before = atomic_load(&book->reply_count);
    (void)snprintf(advice.bank_reference, sizeof advice.bank_reference, "%s", reference);
    (void)snprintf(advice.returned_reference, sizeof advice.returned_reference, "%s", returned);
    fake_say_advice(&advice);
    return await_reply(before);
}

static enum adapter_reply tell_totals(date_days day, int64_t paid_count, int64_t paid_minor)
{
    struct day_totals totals = {
        .day = day,
        .paid_count = paid_count,
        .paid_minor = paid_minor,
        .received_count = book->last_totals.received_count,
        .received_minor = book->last_totals.received_minor,
    };
    int64_t before = atomic_load(&book->reply_count);
    fake_say_totals(&totals);
    return await_reply(before);
}

static void pay(int from, int count, char id_out[32])
{
    char answer[1024];
    for (int i = from; i < from + count; i++) {
        char json[512];
        (void)snprintf(
            json,
            sizeof json,
            "{\"bank\":\"bank\",\"reference\":\"r%d\",\"creditor_name\":\"Supplier\","
            "\"creditor_account\":\"6222020000000000\",\"creditor_bank\":\"102100099996\","
            "\"amount\":{\"currency\":\"CNY\",\"value\":\"100.00\"}}",
            i);
        settle_must(&crew, "merchant", ROLE_MERCHANT, "payment.create", json, answer);
    }
    settle_pick(answer, "payment", id_out, 32);
}

static void switch_link(const char *state)
{
    char json[128];
    char answer[1024];
    (void)snprintf(
        json, sizeof json, "{\"bank\":\"bank\",\"state\":\"%s\",\"reason\":\"a test\"}", state);
    settle_must(&crew, "operator", ROLE_OPERATOR, "bank_link.switch", json, answer);
}

static void advance(const char *new_day)
{
    char json[128];
    char answer[1024];
    (void)snprintf(
        json, sizeof json, "{\"bank\":\"bank\",\"new_day\":\"%s\",\"reason\":\"a test\"}", new_day);
    settle_must(&crew, "operator", ROLE_OPERATOR, "bank_link.advance", json, answer);
}

/* --- the steps --- */

static bool check(const char *file, char *message_out, size_t message_size)
{
    (void)file;
    (void)snprintf(message_out, message_size, "good");
    return true;
}

static void open_banks(void)
{
    static const struct bank_opener opener = {".fake.yaml", check, fake_create};
    static char vault_file[160];
    char message[256];
    (void)snprintf(vault_file, sizeof vault_file, "%s", crew.vault_file);
    struct fake_config fake = {.mood = FAKE_CALM, .book = book, .seed = 1};
    struct banks_config config = {
        .directory = directory,
        .openers = &opener,
        .opener_count = 1,
        .vault_file = vault_file,
        .open_count_max = 100,
        .inquire_count = 3,
        .retry_first_us = 20000,
        .retry_max_us = 200000,
    };
    fake_configure(&fake);
    banks = banks_create(&config, message, sizeof message);
    require(banks != NULL, "banks_create");
    crew.news = banks_news(banks);
    crew_engine_start(&crew);
    require(banks_start(banks, crew.engine, message, sizeof message), "banks_start");
    struct bank_report report = {.is_open = false};
    while (report.adapter.state != ADAPTER_UP) {
        pause_briefly();
        banks_read_report(banks, 0, &report);
    }
}

static void step_switch_and_limit(void)
{
    char id[32];
    switch_link("off");
    pay(0, 10, id);
    /* What the teller heard before the advice it has acted on. */
    require(advise("A1", 500, "") == ADAPTER_ACCEPTED, "an advice is booked");
    require(book->pay_count == 0, "nothing is sent while the link is off");
    switch_link("open");
    wait_for(IN_STATE("confirmed"), 10);
    pay(10, 3, id);
    require(advise("A2", 500, "") == ADAPTER_ACCEPTED, "another advice is booked");
    pause_briefly();
    wait_for(IN_STATE("approved"), 3); /* the limit of the day is used up */
    require(book->pay_count == 10, "nothing is sent beyond the limit");
}

static void step_cut_over(void)
{
    fake_say_cut_over(first_day + 1);
    wait_for(IN_STATE("confirmed"), 13);
    wait_for("SELECT count(DISTINCT key) FROM business.bank_day WHERE state = 'balanced'", 1);
    require(book->last_totals.day == first_day && book->last_totals.paid_count == 10 &&
                book->last_totals.paid_minor == 100000,
            "the totals of the closed day");
    require(tell_totals(first_day, 10, 100000) == ADAPTER_TOTALS_EQUAL, "equal totals");
    require(tell_totals(first_day, 11, 110000) == ADAPTER_TOTALS_DIFFER, "other totals");
    require(tell_totals(first_day + 1, 3, 30000) == ADAPTER_TRY_AGAIN, "totals of an open day");
}

static void step_advices(void)
{
    require(advise("A1", 500, "") == ADAPTER_ACCEPTED, "the same advice again");
    require(advise("A1", 501, "") == ADAPTER_REFUSED, "its reference with another amount");
    require(advise("A3", 0, "") == ADAPTER_REFUSED, "an advice of nothing");
    require(advise("", 5, "") == ADAPTER_REFUSED, "an advice without a number");
    require(advise("A 3", 5, "") == ADAPTER_REFUSED, "an advice with a number that is none");
    wait_for("SELECT count(*) FROM business.funds WHERE key LIKE 'bank/A%'"
             " AND payer_bank = 'TESTRUMM' AND payer_country = 'RU'",
             2);
}

static void step_returns(void)
{
    char id[32];
    pay(13, 1, id);
    wait_for(IN_STATE("confirmed"), 14);
    require(advise("R1", 10000, id) == ADAPTER_ACCEPTED, "a payment comes back");
    require(advise("R1", 10000, id) == ADAPTER_ACCEPTED, "and is told again");
    require(advise("R2", 1, "P999999999999") == ADAPTER_REFUSED, "one that never was");
    wait_for(IN_STATE("returned"), 1);
    wait_for(IN_STATE("confirmed"), 13);
}

static void await_behind(int64_t day_count)
{
    struct bank_report report = {.behind_day_count = -1};
    for (int i = 0; i < 1500 && report.behind_day_count != day_count; i++) {
        pause_briefly();
        banks_read_report(banks, 0, &report);
    }
    require(report.behind_day_count == day_count, "how far the link is behind");
}

/* The bank's cut-over is lost; its answers carry the new day, and an operator is told. */
static void step_missed_cut_over(void)
{
    char id[32];
    await_behind(0);
    fake_begin_day(first_day + 3);
    pay(14, 1, id);
    wait_for(IN_STATE("confirmed"), 14);
    await_behind(2);
    fake_answer_totals(ADAPTER_REJECTED, NULL);
    advance("2026-11-26");
    await_behind(0);
    wait_for("SELECT count(DISTINCT key) FROM business.bank_day WHERE key = 'bank/2026-11-24'"
             " AND state = 'differs' AND word = 'differ'",
             1);
}

static void step_totals_differ(void)
{
    struct day_totals figures = {.day = first_day, .paid_count = 77, .paid_minor = 7700};
    fake_answer_totals(ADAPTER_REJECTED, &figures);
    fake_say_cut_over(first_day + 4);
    wait_for("SELECT count(DISTINCT key) FROM business.bank_day WHERE key = 'bank/2026-11-26'"
             " AND state = 'differs' AND word IS NULL AND bank_paid_count = 77",
             1);
    /* Figures that are ours, and yet they differ: the word counts. */
    figures = (struct day_totals){.day = first_day};
    fake_answer_totals(ADAPTER_REJECTED, &figures);
    fake_say_cut_over(first_day + 5);
    wait_for("SELECT count(DISTINCT key) FROM business.bank_day WHERE key = 'bank/2026-11-27'"
             " AND state = 'differs' AND word = 'differ'",
             1);
}

int main(void)
{
    char path[200];
    settle(&crew,
           "{\"bank\":\"bank\",\"business_day\":\"2026-11-23\","
           "\"day_limit\":{\"currency\":\"CNY\",\"value\":\"1000.00\"}}");
    crew_engine_stop(&crew);
    first_day = date_from_civil(2026, 11, 23);
    (void)snprintf(directory, sizeof directory, "%s.links", crew.pg.directory);
    (void)snprintf(path, sizeof path, "%s/bank.fake.yaml", directory);
    (void)mkdir(directory, 0700);
    FILE *file = fopen(path, "w");
    require(file != NULL, "a link file");
    (void)fclose(file);
    (void)snprintf(path, sizeof path, "%s.book", crew.pg.directory);
    (void)unlink(path);
    book = fake_book_open(path);
    book->first_day = first_day;
    book->today = first_day;
    open_banks();
    step_switch_and_limit();
    step_cut_over();
    step_advices();
    step_returns();
    step_missed_cut_over();
    step_totals_differ();
    banks_stop(banks);
    crew_engine_stop(&crew);
    banks_destroy(banks);
    fake_book_close(book);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/bank.fake.yaml", directory);
    (void)unlink(path);
    (void)rmdir(directory);
    vault_close(crew.vault);
    (void)unlink(crew.vault_file);
    pg_stop(&crew.pg);
    return 0;
}
