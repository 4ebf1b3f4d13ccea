#include "tests/banks/life.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/banks/banks.h"
#include "gateway/business/bank/payment.h"
#include "tests/banks/fake_bank.h"
#include "tests/engine/crew.h"

enum {
    GROUP_COUNT = 40
};

static void command_add(struct crew *crew, struct unit *unit, size_t index, int64_t number)
{
    char key[64];
    char json[512];
    /* One in fifty needs an approval. */
    int64_t yuan = number % 50 == 0 ? 600000 : 1 + number * 37 % 5000;
    (void)snprintf(key, sizeof key, "pay-%" PRId64, number);
    (void)snprintf(json,
                   sizeof json,
                   "{\"bank\":\"bank\",\"reference\":\"%s\",\"creditor_name\":\"Supplier\","
                   "\"creditor_account\":\"6222020000000000\",\"creditor_bank\":\"102100099996\","
                   "\"amount\":{\"currency\":\"CNY\",\"value\":\"%" PRId64 ".00\"}}",
                   key,
                   yuan);
    crew_command(crew, unit, index, key, "payment.create", json);
}

static void name_payment(
    struct crew *crew, const char *actor, unsigned role, const char *command, const char *payment)
{
    char key[96];
    char json[96];
    (void)snprintf(key, sizeof key, "%s/%s", command, payment);
    (void)snprintf(json, sizeof json, "{\"payment\":\"%s\"}", payment);
    /* Whether it is refused (too late to be cancelled) or not even committed matters to nobody. */
    unit_destroy(crew_one(crew, actor, role, key, command, json));
}

/* False: not all of them; the book has no room for more holds just now. */
static bool payments_make(struct crew *crew, int64_t first, size_t count)
{
    bool is_complete = true;
    struct unit *unit = crew_unit("merchant", ROLE_MERCHANT, UNIT_INDEPENDENT, count);
    for (size_t i = 0; i < count; i++) {
        command_add(crew, unit, i, first + (int64_t)i);
    }
    crew_run(crew, unit);
    for (size_t i = 0; i < count && unit->status == UNIT_ANSWERED; i++) {
        const struct command *command = &unit->commands[i];
        const struct payment_answer *answer = command->answer;
        if (command->result == COMMAND_REFUSED && command->refusal.outcome == OUTCOME_BOOK_FULL) {
            is_complete = false;
        } else if (command->result == COMMAND_REFUSED) {
            fprintf(stderr,
                    "payment.create: %s %s\n",
                    refusal_code_text(command->refusal.code),
                    command->refusal.pointer);
            abort();
        }
        if (command->result == COMMAND_DONE && (first + (int64_t)i) % 45 == 7) {
            name_payment(crew, "merchant", ROLE_MERCHANT, "payment.cancel", answer->payment);
        }
    }
    is_complete = is_complete && unit->status == UNIT_ANSWERED;
    unit_destroy(unit);
    return is_complete;
}

/* --- approvals: whatever waits for one --- */

struct found {
    size_t count;
    char ids[64][PAYMENT_ID_SIZE];
};

static void created_found(void *context, const struct row_view *row)
{
    struct found *found = context;
    struct bytes key = view_bytes(row, 0);
    (void)snprintf(
        found->ids[found->count++], PAYMENT_ID_SIZE, "%.*s", (int)key.size, (const char *)key.data);
}

static void approve_all(struct crew *crew, struct journal_reader *reader)
{
    struct found found = {.count = 0};
    enum status status =
        journal_read(reader,
                     "SELECT p.key FROM business.payment p WHERE p.state = 'created'"
                     " AND NOT EXISTS (SELECT FROM business.payment n WHERE n.key = p.key"
                     " AND n.version > p.version) ORDER BY p.key LIMIT 64",
                     NULL,
                     0,
                     created_found,
                     &found);
    for (size_t i = 0; i < found.count && status == STATUS_OK; i++) {
        name_payment(crew, "operator", ROLE_OPERATOR, "payment.approve", found.ids[i]);
    }
}

/* --- life --- */

static bool is_told_to_stop(const sigset_t *signals)
{
    struct timespec pause = {.tv_nsec = 10000000};
    return sigtimedwait(signals, NULL, &pause) == SIGTERM;
}

static bool fake_check(const char *file, char *message_out, size_t message_size)
{
    (void)file;
    (void)snprintf(message_out, message_size, "good");
    return true;
}

static struct banks *open_banks(const struct life *life, struct crew *crew)
{
    static const struct bank_opener opener = {".fake.yaml", fake_check, fake_create};
    char message[256];
    struct banks_config config = {
        .directory = life->link_directory,
        .openers = &opener,
        .opener_count = 1,
        .vault_file = life->vault_file,
        .open_count_max = (size_t)life->open_count_max,
        .inquire_count = 3,
        .retry_first_us = 20000,
        .retry_max_us = 300000,
    };
    struct banks *banks = banks_create(&config, message, sizeof message);
    if (banks == NULL) {
        fprintf(stderr, "%s\n", message);
        abort();
    }
    crew->news = banks_news(banks);
    crew_engine_start(crew);
    bool is_started = banks_start(banks, crew->engine, message, sizeof message);
    assert(is_started);
    return banks;
}

int life_run(const struct life *life)
{
    static struct crew crew;
    char message[256];
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct fake_config fake = {
        .book = fake_book_open(life->book_file),
        .seed = life->seed,
        .cut_over_ms = life->cut_over_ms,
    };
    fake_configure(&fake);
    (void)snprintf(crew.conninfo, sizeof crew.conninfo, "%s", life->conninfo);
    (void)snprintf(crew.vault_file, sizeof crew.vault_file, "%s", life->vault_file);
    crew.vault = vault_open(crew.vault_file, message, sizeof message);
    assert(crew.vault != NULL);
    struct banks *banks = open_banks(life, &crew);
    struct journal_reader *reader = journal_reader_create(engine_journal_config(crew.engine));
    int64_t next = life->first_payment;
    while (!is_told_to_stop(&signals)) {
        if (next < life->payment_count) {
            next += payments_make(&crew, next, GROUP_COUNT) ? GROUP_COUNT : 0;
        }
        approve_all(&crew, reader);
        struct bank_report report;
        banks_read_report(banks, 0, &report);
        assert(report.open_count <= (size_t)life->open_count_max);
    }
    journal_reader_destroy(reader);
    banks_stop(banks);
    crew_engine_stop(&crew);
    banks_destroy(banks);
    vault_close(crew.vault);
    fake_book_close(fake.book);
    return 0;
}
