/*
 * answer SITUATION ACT OUTCOME RESULT: a new payment is brought into the situation, the bank says
 * OUTCOME to ACT (`any`: each of them), and the payment is then as RESULT says: `ignored`, or its
 * state, with "/proof" where there is one. Money moves exactly when the result says so.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/business/table.h"

enum {
    PATH_LENGTH_MAX = 6,
    ANSWER_LINE_SIZE = 512,
};

/* What brings a new payment there, in order. */
static const struct {
    const char *situation;
    const char *path[PATH_LENGTH_MAX];
} situations[] = {
    {"created",   {"create_large"}                             },
    {"approved",  {"create"}                                   },
    {"sent",      {"create", "send"}                           },
    {"inquiring", {"create", "send", "pay unknown"}            },
    {"reversing", {"create", "send", "pay unknown", "reverse"} },
    {"confirmed", {"create", "send", "pay confirmed"}          },
    {"rejected",  {"create", "send", "pay rejected"}           },
    {"returned",  {"create", "send", "pay confirmed", "return"}},
    {"cancelled", {"create", "cancel"}                         },
};

static const struct {
    const char *result;
    const char *transfers;
} results[] = {
    {"ignored",            "0"},
    {"approved",           "1"},
    {"in_doubt/inquiring", "0"},
    {"confirmed",          "2"},
    {"rejected",           "2"},
    {"returned",           "1"},
};

static const char *const acts[] = {"pay", "inquire", "reverse"};
static const char *const outcomes[] = {
    "confirmed", "rejected", "not_found", "reversed", "pending", "unknown", "not_sent"};

static void __attribute__((format(printf, 2, 3))) line(struct table *table, const char *format, ...)
{
    char text[ANSWER_LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    assert(size > 0 && (size_t)size < sizeof(text));
    table_run_line(table, text);
}

static void tell(struct table *table, const char *act, const char *outcome)
{
    line(table,
         "do system - payment.answer {\"payment\":\"$P\",\"act\":\"%s\",\"attempt\":1,"
         "\"outcome\":\"%s\"}",
         act,
         outcome);
}

static void take(struct table *table, const char *step)
{
    static int number;
    number++;
    if (strncmp(step, "create", 6) == 0) {
        bool is_large = strcmp(step, "create_large") == 0;
        line(table,
             "do merchant shop payment.create {\"bank\":\"bank\",\"reference\":\"A-%d\","
             "\"amount\":%s,\"creditor_name\":\"A\",\"creditor_account\":\"1\","
             "\"creditor_bank\":\"1\"}",
             number,
             is_large ? "@500000.01" : "@10.00");
        line(table, "ok {\"state\":\"%s\"}", is_large ? "created" : "approved");
        line(table, "set P payment");
    } else if (strncmp(step, "pay ", 4) == 0) {
        tell(table, "pay", step + 4);
        line(table, "ok {\"effect\":\"applied\"}");
    } else if (strcmp(step, "return") == 0) {
        line(table,
             "do system - payment.return {\"bank\":\"bank\",\"payment\":\"$P\","
             "\"bank_reference\":\"AR-%d\",\"amount\":@10.00,\"value_date\":\"2026-11-02\"}",
             number);
        line(table, "ok {\"effect\":\"applied\"}");
    } else {
        const char *actor = strcmp(step, "cancel") == 0 ? "merchant shop" : "system -";
        line(table, "do %s payment.%s {\"payment\":\"$P\"}", actor, step);
        line(table, "ok {\"effect\":\"applied\"}");
    }
}

static void bring(struct table *table, const char *situation)
{
    for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        if (strcmp(situations[i].situation, situation) == 0) {
            for (int j = 0; j < PATH_LENGTH_MAX && situations[i].path[j] != NULL; j++) {
                take(table, situations[i].path[j]);
            }
            return;
        }
    }
    TABLE_FAIL(table, "no situation %s", situation);
}

static const char *find_transfers(const struct table *table, const char *result)
{
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (strcmp(results[i].result, result) == 0) {
            return results[i].transfers;
        }
    }
    TABLE_FAIL(table, "no result %s", result);
}

static void try_one(struct table *table,
                    const char *situation,
                    const char *act,
                    const char *outcome,
                    const char *result)
{
    const char *transfers = find_transfers(table, result);
    bring(table, situation);
    tell(table, act, outcome);
    if (strcmp(result, "ignored") == 0) {
        line(table, "ok {\"effect\":\"ignored\"}");
    } else {
        const char *proof = strchr(result, '/');
        line(table,
             "ok {\"effect\":\"applied\",\"state\":\"%.*s\",\"proof\":%s%s%s}",
             (int)strcspn(result, "/"),
             result,
             proof == NULL ? "null" : "\"",
             proof == NULL ? "" : proof + 1,
             proof == NULL ? "" : "\"");
    }
    line(table, "transfers %s", transfers);
    if (strcmp(situation, "created") == 0) {
        take(table, "cancel"); /* so that the next one can be held */
    }
}

static bool is_wanted(const char *wanted, const char *word)
{
    return strcmp(wanted, "any") == 0 || strcmp(wanted, word) == 0;
}

void table_step_answer(struct table *table, char *text)
{
    char situation[16];
    char act[16];
    char outcome[16];
    char result[32];
    if (sscanf(text, "%15s %15s %15s %31s", situation, act, outcome, result) != 4) {
        TABLE_FAIL(table, "answer SITUATION ACT OUTCOME RESULT");
    }
    int count = 0;
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        for (size_t j = 0; j < sizeof(outcomes) / sizeof(outcomes[0]); j++) {
            if (is_wanted(act, acts[i]) && is_wanted(outcome, outcomes[j])) {
                try_one(table, situation, acts[i], outcomes[j], result);
                count++;
            }
        }
    }
    if (count == 0) {
        TABLE_FAIL(table, "no such act or outcome");
    }
}
