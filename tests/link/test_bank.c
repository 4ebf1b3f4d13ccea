/*
 * The link and the simulated bank, two readings of conventions.md, talk about everything.
 *
 *   test_link_bank PATH-OF-KOUAN-BANK
 */
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/log.h"
#include "tests/base/check.h"
#include "tests/link/gateway.h"
#include "tests/wire/ends.h"

static const char *program;

struct bank {
    char folder[32];
    pid_t pid;
    FILE *words; /* its standard input */
    struct gateway *gateway;
};

static void put_file(const struct bank *bank, const char *name, const char *text)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", bank->folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void bank_spawn(struct bank *bank)
{
    extern char **environ;
    char config[64];
    int ends[2];
    posix_spawn_file_actions_t actions;
    (void)snprintf(config, sizeof config, "%s/bank.yaml", bank->folder);
    assert_int_equal(pipe(ends), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    char option[] = "--config";
    char *words[] = {(char *)(uintptr_t)program, option, config, NULL};
    assert_int_equal(posix_spawn(&bank->pid, program, &actions, NULL, words, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[0]);
    bank->words = fdopen(ends[1], "w");
    assert_non_null(bank->words);
}

static void bank_say(struct bank *bank, const char *command)
{
    assert_true(fprintf(bank->words, "%s\n", command) > 0);
    assert_int_equal(fflush(bank->words), 0);
}

static int bank_start(void **state)
{
    static struct bank bank;
    char text[512];
    uint16_t port = end_free_port();
    bank = (struct bank){.folder = "/tmp/link-bank-XXXXXX"};
    assert_non_null(mkdtemp(bank.folder));
    put_file(&bank, "mac.key", "55036372B17543ECB173730768B8D6C4\n");
    put_file(&bank, "master.key", "0123456789ABCDEFFEDCBA9876543210\n");
    (void)snprintf(text,
                   sizeof text,
                   "listen: 127.0.0.1:%u\nstdin_control: 1\nlog_level: error\n"
                   "repeat_ms: 200\nmac_algorithm: sm4_cbc\n"
                   "mac_key_file: %s/mac.key\nmac_master_key_file: %s/master.key\n",
                   (unsigned)port,
                   bank.folder,
                   bank.folder);
    put_file(&bank, "bank.yaml", text);
    bank_spawn(&bank);
    (void)snprintf(text,
                   sizeof text,
                   "hosts: [\"127.0.0.1:%u\"]\ninstitution: \"10012345\"\nreply_ms: 5000\n"
                   "backoff_first_ms: 5\nbackoff_max_ms: 50\nmac: sm4_cbc\n"
                   "mac_key_file: %s/mac.key\nmaster_key_file: %s/master.key\n",
                   (unsigned)port,
                   bank.folder,
                   bank.folder);
    bank.gateway = gateway_create(text);
    gateway_await(bank.gateway, &bank.gateway->up_count, 1);
    *state = &bank;
    return 0;
}

static int bank_stop(void **state)
{
    static const char *const files[] = {"mac.key", "master.key", "bank.yaml"};
    struct bank *bank = *state;
    int result = -1;
    if (bank == NULL) {
        return result;
    }
    gateway_destroy(bank->gateway);
    bank_say(bank, "quit");
    (void)fclose(bank->words);
    (void)waitpid(bank->pid, &result, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "%s/%s", bank->folder, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(bank->folder);
    return result;
}

/* Asks, and waits for the answer. */
static struct adapter_answer ask(struct gateway *gateway, enum adapter_act act, int64_t number)
{
    struct adapter_request request = {
        .act = act,
        .attempt = 1,
        .order =
            {
                    .amount = {10000 + number, CURRENCY_CNY},
                    .trace = number,
                    .sent_at = clock_now(),
                    .debtor_account = "15050170664100000123",
                    .debtor_name = "满洲里",
                    .creditor_account = "6222020200112233445",
                    .creditor_name = "Altan Gobi LLC",
                    .creditor_bank = "102100099996",
                    .remittance = "Invoice 7",
                    },
    };
    static instant_us sent_at[100];
    sent_at[number] = sent_at[number] == 0 ? request.order.sent_at : sent_at[number];
    request.order.sent_at = sent_at[number];
    (void)snprintf(
        request.order.reference, sizeof request.order.reference, "PAY-2026-%06" PRId64, number);
    size_t count = gateway->answer_count;
    gateway_ask(gateway, &request);
    gateway_await(gateway, &gateway->answer_count, count + 1);
    assert_string_equal(gateway->answers[count].reference, request.order.reference);
    return gateway->answers[count];
}

static void expect(struct gateway *gateway,
                   enum adapter_act act,
                   int64_t number,
                   enum adapter_outcome outcome,
                   const char *code)
{
    struct adapter_answer answer = ask(gateway, act, number);
    assert_string_equal(answer.code, code);
    assert_int_equal(answer.outcome, outcome);
}

static void payments(void **state)
{
    struct bank *bank = *state;
    struct gateway *gateway = bank->gateway;
    for (int64_t number = 1; number <= 20; number++) {
        expect(gateway, ADAPTER_PAY, number, ADAPTER_CONFIRMED, "00");
    }
    expect(gateway, ADAPTER_INQUIRE, 20, ADAPTER_CONFIRMED, "00");
    expect(gateway, ADAPTER_REVERSE, 20, ADAPTER_REVERSED, "00");
    expect(gateway, ADAPTER_REVERSE, 20, ADAPTER_REVERSED, "00");
    expect(gateway, ADAPTER_INQUIRE, 21, ADAPTER_NOT_FOUND, "25");
    /* Asked to be reversed before it came: refused when it comes. */
    expect(gateway, ADAPTER_REVERSE, 22, ADAPTER_NOT_FOUND, "25");
    struct adapter_answer late = ask(gateway, ADAPTER_PAY, 22);
    assert_true(late.outcome == ADAPTER_UNKNOWN || late.outcome == ADAPTER_REJECTED);
}

/* One exchange at a time: what we send after our answer to it is under the new key. */
static void exchange_key(struct bank *bank)
{
    struct adapter_report before;
    struct adapter_report report;
    adapter_read_report(bank->gateway->link, &before);
    bank_say(bank, "key_exchange");
    do {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        adapter_read_report(bank->gateway->link, &report);
    } while (report.received_count == before.received_count);
}

static void keys(void **state)
{
    struct bank *bank = *state;
    for (int64_t number = 30; number < 35; number++) {
        exchange_key(bank);
        expect(bank->gateway, ADAPTER_PAY, number, ADAPTER_CONFIRMED, "00");
    }
    bank_say(bank, "echo");
    size_t count = bank->gateway->up_count;
    bank_say(bank, "disconnect");
    gateway_await(bank->gateway, &bank->gateway->up_count, count + 1);
    expect(bank->gateway, ADAPTER_PAY, 35, ADAPTER_CONFIRMED, "00");
}

static void advices(void **state)
{
    struct bank *bank = *state;
    struct gateway *gateway = bank->gateway;
    size_t count = gateway->advice_count;
    bank_say(bank, "advise INV-9 1234 Ivan");
    gateway_await(gateway, &gateway->advice_count, count + 1);
    assert_int_equal(gateway->advice.amount.minor, 1234);
    assert_int_equal(gateway->advice.amount.currency, CURRENCY_CNY);
    assert_string_equal(gateway->advice.payment_reference, "INV-9");
    assert_string_equal(gateway->advice.payer_name, "Ivan");
    assert_string_equal(gateway->advice.returned_reference, "");
    bank_say(bank, "return PAY-2026-000001");
    gateway_await(gateway, &gateway->advice_count, count + 2);
    assert_string_equal(gateway->advice.returned_reference, "PAY-2026-000001");
    assert_int_equal(gateway->advice.amount.minor, 10001);
}

/* Our totals of a day are the sums of what this test did. */
static void day_end(void **state)
{
    struct bank *bank = *state;
    struct gateway *gateway = bank->gateway;
    bank_say(bank, "cut_over");
    gateway_await(gateway, &gateway->cut_over_count, 1);
    bank_say(bank, "totals");
    gateway_await(gateway, &gateway->totals_count, 1);
    struct adapter_request request = {
        .act = ADAPTER_TOTALS, .attempt = 1, .totals = gateway->totals};
    size_t count = gateway->answer_count;
    gateway_ask(gateway, &request);
    gateway_await(gateway, &gateway->answer_count, count + 1);
    assert_int_equal(gateway->answers[count].outcome, ADAPTER_CONFIRMED);
    request.totals.paid_minor++;
    gateway_ask(gateway, &request);
    gateway_await(gateway, &gateway->answer_count, count + 2);
    assert_int_equal(gateway->answers[count + 1].outcome, ADAPTER_REJECTED);
    assert_string_equal(gateway->answers[count + 1].code, "79");
    assert_memory_equal(
        &gateway->answers[count + 1].totals, &gateway->totals, sizeof gateway->totals);
}

static void nothing_was_refused(void **state)
{
    struct bank *bank = *state;
    struct adapter_report report;
    adapter_read_report(bank->gateway->link, &report);
    assert_int_equal(report.unmatched_count, 0);
    assert_int_equal(report.refused_count, 0);
    assert_int_equal(report.late_count, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payments),
        cmocka_unit_test(keys),
        cmocka_unit_test(advices),
        cmocka_unit_test(day_end),
        cmocka_unit_test(nothing_was_refused),
    };
    if (argc != 2) {
        fprintf(stderr, "test_link_bank PATH-OF-KOUAN-BANK\n");
        return 2;
    }
    program = argv[1];
    log_set_level(LOG_WARNING);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, bank_start, bank_stop);
}
