/* kouan-bank: a simulated bank with honest books. See kouan-bank.1. */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "tools/bank/bank.h"
#include "tools/bank/command.h"
#include "tools/bank/report.h"

enum {
    EXIT_USAGE = 2
};

static const char usage[] =
    "usage: kouan-bank [--config FILE] [--OPTION VALUE ...]   run the bank\n"
    "       kouan-bank books --journal FILE                  its books as JSON\n"
    "       kouan-bank options                               all options, as YAML\n"
    "       kouan-bank commands                              what it can be told to do\n";

static void on_stop(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    struct bank *bank = context;
    bank->is_stopping = true;
}

static void on_report(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    struct bank *bank = context;
    if (!report_books(&bank->books, REPORT_LINES, stdout)) {
        perror("kouan-bank: books");
    }
}

static int run(const struct bank_config *config)
{
    static const struct {
        int number;
        event_callback_fn on_signal;
    } signals[] = {
        {SIGINT,  on_stop  },
        {SIGTERM, on_stop  },
        {SIGUSR1, on_report}
    };
    enum {
        SIGNAL_COUNT = sizeof signals / sizeof signals[0]
    };
    struct event *events[SIGNAL_COUNT] = {NULL};
    struct bank *bank = malloc(sizeof *bank);
    char reason[CONFIG_REASON_SIZE] = "out of memory";
    log_set_level((enum log_level)config->log_level);
    (void)signal(SIGPIPE, SIG_IGN);
    if (bank == NULL || !bank_open(bank, config, reason, sizeof reason)) {
        fprintf(stderr, "kouan-bank: %s\n", reason);
        if (bank != NULL) {
            bank_close(bank);
        }
        free(bank);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        events[i] = evsignal_new(bank->base, signals[i].number, signals[i].on_signal, bank);
        if (events[i] != NULL) {
            evsignal_add(events[i], NULL);
        }
    }
    if (config->connect[0] == '\0') {
        printf("listening on port %u\n", (unsigned)wire_port(bank->line.wire));
        fflush(stdout);
    }
    bank_run(bank);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (events[i] != NULL) {
            event_free(events[i]);
        }
    }
    bank_close(bank);
    free(bank);
    return EXIT_SUCCESS;
}

static int show_books(const struct bank_config *config)
{
    static struct books books;
    char reason[JOURNAL_REASON_SIZE];
    if (config->journal[0] == '\0') {
        fputs("kouan-bank: books needs --journal FILE\n", stderr);
        return EXIT_USAGE;
    }
    books_create(&books, (size_t)config->items);
    struct journal *journal = journal_open(config->journal, JOURNAL_READ, &books, reason);
    if (journal == NULL) {
        fprintf(stderr, "kouan-bank: %s\n", reason);
    }
    bool is_shown = journal != NULL && report_books(&books, REPORT_LINES, stdout);
    journal_close(journal);
    books_destroy(&books);
    return is_shown ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    const char *verb = count > 1 && arguments[1][0] != '-' ? arguments[1] : "";
    int used = verb[0] == '\0' ? 1 : 2;
    static struct bank_config config;
    char reason[CONFIG_REASON_SIZE];
    if (strcmp(verb, "options") == 0) {
        config_print(stdout);
        return EXIT_SUCCESS;
    }
    if (strcmp(verb, "commands") == 0) {
        command_print(stdout);
        return EXIT_SUCCESS;
    }
    if (verb[0] != '\0' && strcmp(verb, "books") != 0) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (!config_load(count - used, arguments + used, &config, reason)) {
        fprintf(stderr, "kouan-bank: %s\n%s", reason, usage);
        return EXIT_USAGE;
    }
    return verb[0] == '\0' ? run(&config) : show_books(&config);
}
