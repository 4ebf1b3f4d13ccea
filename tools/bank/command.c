#include "tools/bank/command.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "tools/bank/bank.h"
#include "tools/bank/chore.h"
#include "tools/bank/report.h"
#include "tools/bank/statement.h"

enum {
    WORD_COUNT_MAX = 24
};

struct call {
    struct bank *bank;
    char *words[WORD_COUNT_MAX + 1]; /* the command first, NULL last */
    int count;
    FILE *answer;
    char reason[200];
};

struct command {
    const char *name;
    const char *arguments;
    const char *meaning;
    int count_min; /* of arguments */
    int count_max;
    /* NULL when done and answered, "" when done: "ok" is still to be said, else why not. */
    const char *(*run)(struct call *call);
};

static const char *done(const char *why)
{
    return why == NULL ? "" : why;
}

static const char *texts_join(struct call *call, int first, char *text_out, size_t size)
{
    size_t at = 0;
    text_out[0] = '\0';
    for (int i = first; i < call->count; i++) {
        const char *blank = i == first ? "" : " ";
        at += (size_t)snprintf(text_out + at, size - at, "%s%s", blank, call->words[i]);
        if (at >= size) {
            return "text too long";
        }
    }
    return NULL;
}

/* advise COUNT rate N/s amount A..B reference TEXT [payer NAME...] */
static const char *generate(struct call *call)
{
    struct advise_generator generator = {.made = 0};
    char **words = call->words;
    int64_t rate;
    int64_t unused;
    size_t rate_size = call->count > 3 ? strlen(words[3]) : 0;
    bool is_named = call->count >= 8 && strcmp(words[4], "amount") == 0 &&
                    strcmp(words[6], "reference") == 0 && rate_size > 2 &&
                    strcmp(words[3] + rate_size - 2, "/s") == 0;
    if (!is_named || (call->count > 8 && strcmp(words[8], "payer") != 0)) {
        return "expected: advise COUNT rate N/s amount A..B reference TEXT [payer NAME]";
    }
    words[3][rate_size - 2] = '\0';
    bool is_right = script_parse_range(words[1], &generator.count, &unused) &&
                    generator.count == unused && script_parse_range(words[3], &rate, &unused) &&
                    rate == unused && rate > 0 && rate <= 1000000 &&
                    script_parse_range(words[5], &generator.from_minor, &generator.to_minor) &&
                    generator.from_minor > 0;
    if (!is_right) {
        return "count, rate and amounts are whole numbers, amounts above 0";
    }
    if (strlen(words[7]) >= sizeof generator.reference - 20) {
        return "reference too long";
    }
    (void)snprintf(generator.reference, sizeof generator.reference, "%s", words[7]);
    const char *why =
        call->count < 9 ? NULL : texts_join(call, 9, generator.payer, sizeof generator.payer);
    generator.interval_us = INSTANT_US_PER_SECOND / rate;
    return done(why == NULL ? advise_generate(call->bank, &generator) : why);
}

static const char *run_advise(struct call *call)
{
    if (strcmp(call->words[2], "rate") == 0) {
        return generate(call);
    }
    int64_t amount_minor;
    int64_t to_minor;
    char payer[FACT_TEXT_SIZE];
    char bank_reference[FACT_RRN_SIZE];
    if (!script_parse_range(call->words[2], &amount_minor, &to_minor) || amount_minor != to_minor) {
        return "the amount is a whole number of minor units";
    }
    if (strlen(call->words[1]) >= FACT_TEXT_SIZE) {
        return "reference too long";
    }
    const char *why = texts_join(call, 3, payer, sizeof payer);
    why = why == NULL
              ? advise_funds(call->bank, call->words[1], amount_minor, payer, bank_reference)
              : why;
    if (why == NULL) {
        fprintf(call->answer, "ok %s\n", bank_reference);
    }
    return why;
}

static const char *run_return(struct call *call)
{
    const struct payment *payment = books_payment_by_reference(&call->bank->books, call->words[1]);
    return payment == NULL ? "no such payment" : done(advise_return(call->bank, payment));
}

static const char *run_decide(struct call *call)
{
    struct decision decision;
    const struct payment *payment = books_payment_by_reference(&call->bank->books, call->words[1]);
    if (payment == NULL || payment->state != PAYMENT_PENDING || strlen(call->words[2]) != 2 ||
        strcmp(call->words[2], "09") == 0) {
        return "nothing pending under this reference, or no code such as 00 or 51";
    }
    chore_decide(call->bank, payment, call->words[2], &decision);
    return strcmp(decision.code, call->words[2]) == 0 ? "" : "not decided";
}

static bool day_read(const struct call *call, int index, date_days none, date_days *day_out)
{
    *day_out = none;
    return index >= call->count ||
           date_parse(call->words[index], strlen(call->words[index]), day_out);
}

static const char *run_cut_over(struct call *call)
{
    date_days day;
    if (!day_read(call, 1, call->bank->books.day + 1, &day)) {
        return "dates are written 2026-11-23";
    }
    return done(tell_cut_over(call->bank, day));
}

static const char *run_totals(struct call *call)
{
    date_days day;
    if (!day_read(call, 1, call->bank->books.day, &day)) {
        return "dates are written 2026-11-23";
    }
    return done(tell_totals(call->bank, day));
}

static const char *run_statement(struct call *call)
{
    date_days day;
    if (!day_read(call, 2, DATE_NONE, &day)) {
        return "dates are written 2026-11-23";
    }
    bool is_written = statement_write(
        call->bank, call->words[1], day, call->words[3], call->reason, sizeof call->reason);
    return is_written ? "" : call->reason;
}

static const char *run_manage(struct call *call)
{
    static const struct {
        const char *name;
        enum tell_what what;
    } acts[] = {
        {"echo",         TELL_ECHO        },
        {"sign_on",      TELL_SIGN_ON     },
        {"sign_off",     TELL_SIGN_OFF    },
        {"key_exchange", TELL_KEY_EXCHANGE},
    };
    size_t act = 0;
    while (strcmp(acts[act].name, call->words[0]) != 0) {
        act++;
        assert(act < sizeof acts / sizeof acts[0]);
    }
    struct line_connection *to = NULL;
    for (size_t i = 0; acts[act].what == TELL_SIGN_ON && i < LINE_CONNECTION_COUNT_MAX; i++) {
        to = to == NULL ? call->bank->line.connections[i] : to;
    }
    return done(tell_manage(call->bank, to, acts[act].what));
}

static const char *run_disconnect(struct call *call)
{
    for (size_t i = 0; i < LINE_CONNECTION_COUNT_MAX; i++) {
        if (call->bank->line.connections[i] != NULL) {
            line_end(call->bank->line.connections[i]);
        }
    }
    return "";
}

static const char *run_books(struct call *call)
{
    const struct books *books = &call->bank->books;
    if (call->count == 1) {
        return report_books(books, REPORT_LINES, call->answer) ? NULL : "cannot be written";
    }
    FILE *file = fopen(call->words[1], "w");
    if (file == NULL) {
        return strerror(errno);
    }
    bool is_written = report_books(books, REPORT_LINES, file);
    return fclose(file) == 0 && is_written ? "" : "cannot be written";
}

static const char *run_days(struct call *call)
{
    return report_books(&call->bank->books, REPORT_DAYS, call->answer) ? NULL : "cannot be written";
}

static const char *run_status(struct call *call)
{
    const struct bank *bank = call->bank;
    char day[DATE_TEXT_SIZE];
    date_format(bank->books.day, day);
    fprintf(call->answer,
            "ok {\"day\":\"%s\",\"is_announced\":%s,\"connections\":%zu,\"is_signed_on\":%s,"
            "\"received\":%" PRId64 ",\"sent\":%" PRId64 ",\"malformed\":%" PRId64
            ",\"unproven\":%" PRId64 ",\"payments\":%zu,\"advices\":%zu,\"answered\":%zu,"
            "\"outgoing\":%zu,\"told\":%" PRId64 ",\"unmatched\":%" PRId64 ",\"echoes\":%" PRId64
            ",\"totals\":\"%s\",\"double_paid\":%" PRId64 "}\n",
            day,
            bank->telling.announced_day == bank->books.day ? "true" : "false",
            line_count(&bank->line),
            line_signed_on(&bank->line) != NULL ? "true" : "false",
            bank->line.counts.received,
            bank->line.counts.sent,
            bank->line.counts.malformed,
            bank->line.counts.unproven,
            bank->books.payment_count,
            bank->books.advice_count,
            bank->books.answered_count,
            bank->advising.outgoing_count,
            bank->advising.told_count,
            bank->advising.unmatched_count,
            bank->telling.echo_count,
            bank->telling.totals_code,
            bank->books.double_count);
    return NULL;
}

static const char *run_timing(struct call *call)
{
    struct timing *timing = &call->bank->advising.timing;
    if (call->count == 2) {
        if (strcmp(call->words[1], "reset") != 0) {
            return "expected: timing [reset]";
        }
        timing_start(timing);
        return "";
    }
    fprintf(call->answer,
            "ok {\"advices\":{\"count\":%" PRId64 ",\"took_us\":%" PRId64 ",\"p50_us\":%" PRId64
            ",\"p99_us\":%" PRId64 ",\"max_us\":%" PRId64 "}}\n",
            timing->count,
            timing->last_answered_at - timing->first_said_at,
            timing_share_us(timing, 500),
            timing_share_us(timing, 990),
            timing->max_us);
    return NULL;
}

static const char *run_behave(struct call *call)
{
    call->bank->script = (struct script){0};
    return "";
}

static const char *run_quit(struct call *call)
{
    call->bank->is_stopping = true;
    return "";
}

/* clang-format off */
static const struct command commands[] = {
    {"advise", "REFERENCE AMOUNT [PAYER]", "funds received; or COUNT rate N/s amount A..B reference TEXT [payer NAME]", 2, 20, run_advise},
    {"return", "REFERENCE", "a paid payment comes back", 1, 1, run_return},
    {"decide", "REFERENCE CODE", "a pending payment is paid (00) or rejected", 2, 2, run_decide},
    {"cut_over", "[DATE]", "the next business day, or this one", 0, 1, run_cut_over},
    {"totals", "[DATE]", "tell the totals of a day (0500)", 0, 1, run_totals},
    {"statement", "csv|camt.053 DATE FILE", "write the statement of a day", 3, 3, run_statement},
    {"echo", "", "an echo test", 0, 0, run_manage},
    {"sign_on", "", "sign on", 0, 0, run_manage},
    {"sign_off", "", "sign off", 0, 0, run_manage},
    {"key_exchange", "", "a new working key", 0, 0, run_manage},
    {"disconnect", "", "end every connection", 0, 0, run_disconnect},
    {"books", "[FILE]", "days, accounts, payments and advices as JSON", 0, 1, run_books},
    {"days", "", "the sums of each day as JSON", 0, 0, run_days},
    {"status", "", "counts as JSON", 0, 0, run_status},
    {"timing", "[reset]", "round trips of answered advices as JSON; reset: counted from now on", 0, 1, run_timing},
    {"behave", "", "forget the script: fail at no time from now on", 0, 0, run_behave},
    {"quit", "", "stop", 0, 0, run_quit},
};
/* clang-format on */

enum {
    COMMAND_COUNT = sizeof commands / sizeof commands[0]
};

static const struct command *command_find(const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, word) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

bool command_is_known(const char *word)
{
    return command_find(word) != NULL;
}

static const char *run(struct call *call)
{
    const struct command *command = call->count == 0 ? NULL : command_find(call->words[0]);
    if (command == NULL) {
        return "no such command";
    }
    int count = call->count - 1;
    if (count < command->count_min || count > command->count_max) {
        (void)snprintf(call->reason,
                       sizeof call->reason,
                       "expected: %s %s",
                       command->name,
                       command->arguments);
        return call->reason;
    }
    return command->run(call);
}

void command_run(struct bank *bank, char *line, FILE *answer)
{
    struct call call = {.bank = bank, .answer = answer};
    char *rest = NULL;
    for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL && call.count < WORD_COUNT_MAX;
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        call.words[call.count++] = word;
    }
    const char *why = run(&call);
    bank_flush(bank);
    if (why != NULL) {
        fprintf(answer, "%s%s\n", why[0] == '\0' ? "ok" : "error: ", why);
    }
}

void command_print(FILE *file)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(
            file, "%-12s %-26s %s\n", commands[i].name, commands[i].arguments, commands[i].meaning);
    }
}
