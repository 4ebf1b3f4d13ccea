#include "tools/bank/bank.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"
#include "ledger/base/log.h"
#include "tools/bank/answer.h"
#include "tools/bank/chore.h"
#include "tools/bank/command.h"
#include "tools/bank/control.h"

static bool explain(char *reason_out, size_t size, const char *name, const char *what)
{
    (void)snprintf(reason_out, size, "%s: %s", name, what);
    return false;
}

static bool is_answer(const struct iso8583_message *message)
{
    return (message->mti[2] - '0') % 2 == 1;
}

static void on_received(void *context,
                        struct line_connection *connection,
                        const struct iso8583_message *message,
                        enum line_proof proof)
{
    struct bank *bank = context;
    if (!is_answer(message)) {
        answer_request(bank, connection, message, proof);
    } else if (proof == LINE_PROVEN) {
        tell_answered(bank, connection, message);
    }
}

static void on_opened(void *context, struct line_connection *connection)
{
    struct bank *bank = context;
    connection->is_signed_on = bank->config->sign_on == CONFIG_SIGN_ON_NONE;
    if (bank->config->sign_on == CONFIG_SIGN_ON_BANK) {
        const char *why = tell_manage(bank, connection, TELL_SIGN_ON);
        if (why != NULL) {
            LOG(LOG_WARNING, "bank.no_sign_on", LOG_TEXT("reason", why));
        }
    }
}

static bool open_dialect(struct bank *bank, char *reason_out, size_t size)
{
    char path[1024];
    char problem[ISO8583_PROBLEM_SIZE];
    if (!iso8583_dialect_file(bank->config->dialect, path, sizeof path)) {
        return explain(reason_out, size, "dialect", "too long a path");
    }
    return iso8583_dialect_load(path, &bank->dialect, problem) ||
           explain(reason_out, size, "dialect", problem);
}

static bool open_seal(struct bank *bank, char *reason_out, size_t size)
{
    const struct bank_config *config = bank->config;
    struct seal_config *seal = &bank->seal_config;
    seal->dialect = &bank->dialect;
    if (!seal_algorithm_parse(config->mac_algorithm, &seal->algorithm)) {
        return explain(reason_out, size, "mac_algorithm", "not one of them");
    }
    if (config->mac_key_file[0] != '\0' && !seal_key_load(config->mac_key_file, &seal->first)) {
        return explain(reason_out, size, config->mac_key_file, "no key in hexadecimal");
    }
    if (config->mac_master_key_file[0] != '\0' &&
        !seal_key_load(config->mac_master_key_file, &seal->master)) {
        return explain(reason_out, size, config->mac_master_key_file, "no key in hexadecimal");
    }
    return true;
}

/* A new journal starts with its first business day. */
static bool open_books(struct bank *bank, char *reason_out, size_t size)
{
    const struct bank_config *config = bank->config;
    char reason[JOURNAL_REASON_SIZE];
    books_create(&bank->books, (size_t)config->items);
    bank->journal = journal_open(config->journal[0] == '\0' ? NULL : config->journal,
                                 config->fsync == 0 ? JOURNAL_WRITE : JOURNAL_SYNC,
                                 &bank->books,
                                 reason);
    if (bank->journal == NULL) {
        return explain(reason_out, size, "journal", reason);
    }
    bank->desk = (struct desk){.books = &bank->books, .journal = bank->journal};
    if (bank->books.day != DATE_NONE) {
        return true;
    }
    struct fact fact = {.kind = FACT_DAY, .day = date_of(clock_now())};
    if (config->day[0] != '\0' && !date_parse(config->day, strlen(config->day), &fact.day)) {
        return explain(reason_out, size, "day", "no date");
    }
    const char *why = journal_record(bank->journal, &fact);
    bank->telling.announced_day = fact.day;
    return why == NULL || explain(reason_out, size, "journal", why);
}

static bool open_script(struct bank *bank, char *reason_out, size_t size)
{
    const struct bank_config *config = bank->config;
    char reason[SCRIPT_REASON_SIZE];
    if (config->script[0] != '\0' &&
        !script_load(config->script, command_is_known, &bank->script, reason)) {
        return explain(reason_out, size, "script", reason);
    }
    instant_us now = clock_monotonic();
    for (size_t i = 0; i < bank->script.timer_count; i++) {
        bank->timer_due[i] = now + bank->script.timers[i].after_us;
    }
    judge_create(&bank->judge, &bank->script, (uint64_t)config->seed);
    bank->advising.window = (size_t)config->window;
    bank->advising.repeat_us = config->repeat_ms * 1000;
    return true;
}

static const char *text_or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static bool open_line(struct bank *bank, char *reason_out, size_t size)
{
    const struct bank_config *config = bank->config;
    struct wire_config wire = {
        .role = config->connect[0] == '\0' ? WIRE_SERVER : WIRE_CLIENT,
        .tls =
            {
                  .certificate_file = text_or_null(config->certificate),
                  .key_file = text_or_null(config->key),
                  .ca_file = text_or_null(config->ca),
                  .crl_file = text_or_null(config->crl),
                  .peer_name = text_or_null(config->peer_name),
                  },
        .connect_timeout_us = 5 * INSTANT_US_PER_SECOND,
        .backoff_first_us = INSTANT_US_PER_SECOND / 5,
        .backoff_max_us = 5 * INSTANT_US_PER_SECOND,
        .dead_after_us = 30 * INSTANT_US_PER_SECOND,
        .output_size_max = LINE_OUTPUT_SIZE_MAX,
        .connection_count_max = LINE_CONNECTION_COUNT_MAX,
    };
    char *rest = NULL;
    const char *hosts = wire.role == WIRE_SERVER ? config->listen : config->connect;
    (void)snprintf(bank->hosts, sizeof bank->hosts, "%s", hosts);
    for (char *host = strtok_r(bank->hosts, ", ", &rest);
         host != NULL && wire.host_count < WIRE_HOST_COUNT_MAX;
         host = strtok_r(NULL, ", ", &rest)) {
        wire.hosts[wire.host_count++] = host;
    }
    bank->line.dialect = &bank->dialect;
    bank->line.seal_config = &bank->seal_config;
    bank->line.events =
        (struct line_events){.context = bank, .opened = on_opened, .received = on_received};
    return line_open(&bank->line, bank->base, &wire, reason_out, size);
}

static void on_timer(evutil_socket_t socket, short what, void *context)
{
    (void)socket;
    (void)what;
    (void)context;
}

bool bank_open(struct bank *bank,
               const struct bank_config *config,
               char *reason_out,
               size_t reason_size)
{
    *bank = (struct bank){.config = config};
    bank->base = event_base_new();
    bank->timer = bank->base == NULL ? NULL : evtimer_new(bank->base, on_timer, bank);
    if (bank->timer == NULL) {
        return explain(reason_out, reason_size, "libevent", "no event loop");
    }
    if (!open_dialect(bank, reason_out, reason_size) || !open_seal(bank, reason_out, reason_size) ||
        !open_books(bank, reason_out, reason_size) || !open_script(bank, reason_out, reason_size) ||
        !open_line(bank, reason_out, reason_size)) {
        return false;
    }
    if (config->exchange_in[0] != '\0' || config->exchange_out[0] != '\0') {
        bank->exchange = exchange_open(bank, reason_out, reason_size);
        if (bank->exchange == NULL) {
            return false;
        }
    }
    bank->control = control_create(bank, reason_out, reason_size);
    if (bank->control == NULL) {
        return false;
    }
    chore_resume(bank);
    journal_flush(bank->journal);
    return true;
}

void bank_flush(struct bank *bank)
{
    journal_flush(bank->journal);
    line_flush(&bank->line);
}

static void timers_run(struct bank *bank, instant_us now)
{
    for (size_t i = 0; i < bank->script.timer_count; i++) {
        const struct script_timer *timer = &bank->script.timers[i];
        char command[SCRIPT_COMMAND_SIZE];
        if (bank->timer_due[i] > now) {
            continue;
        }
        bank->timer_due[i] = timer->is_repeated ? now + timer->after_us : INT64_MAX;
        memcpy(command, timer->command, sizeof command);
        fprintf(stderr, "script: %s: ", command);
        command_run(bank, command, stderr);
    }
}

static instant_us earliest(instant_us a, instant_us b)
{
    return a < b ? a : b;
}

static void timer_set(struct bank *bank)
{
    instant_us due = earliest(later_due(&bank->later), advise_due(bank));
    due = earliest(due, tell_due(bank));
    due = bank->exchange == NULL ? due : earliest(due, exchange_due(bank->exchange));
    for (size_t i = 0; i < bank->script.timer_count; i++) {
        due = earliest(due, bank->timer_due[i]);
    }
    if (due == INT64_MAX) {
        event_del(bank->timer);
        return;
    }
    instant_us now = clock_monotonic();
    instant_us after = due > now ? due - now : 0;
    struct timeval wait = {
        .tv_sec = (time_t)(after / INSTANT_US_PER_SECOND),
        .tv_usec = (suseconds_t)(after % INSTANT_US_PER_SECOND),
    };
    event_add(bank->timer, &wait);
}

void bank_run(struct bank *bank)
{
    while (!bank->is_stopping) {
        timer_set(bank);
        if (event_base_loop(bank->base, EVLOOP_ONCE) < 0) {
            break;
        }
        instant_us now = clock_monotonic();
        timers_run(bank, now);
        chore_run(bank, now);
        if (bank->exchange != NULL) {
            exchange_run(bank->exchange, now);
        }
        advise_run(bank, now);
        tell_run(bank, now);
        bank_flush(bank);
    }
}

void bank_close(struct bank *bank)
{
    control_destroy(bank->control);
    exchange_close(bank->exchange);
    line_close(&bank->line);
    journal_close(bank->journal);
    books_destroy(&bank->books);
    judge_destroy(&bank->judge);
    later_destroy(&bank->later);
    if (bank->timer != NULL) {
        event_free(bank->timer);
    }
    if (bank->base != NULL) {
        event_base_free(bank->base);
    }
}
