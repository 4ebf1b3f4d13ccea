#pragma once
/*
 * What is to be tried, as text, in the order in which it is done:
 *
 *   set debtor_account 6222000000000001      # the rest of the line is the value
 *   pay amount=0.01                          # a step, with what is particular to it
 *   decline amount=51.00 code=51,61
 *
 * A word that begins with '#' begins a comment. Steps, parameters and settings are tables in
 * plan.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ledger/base/money.h"

enum {
    PLAN_STEP_COUNT_MAX = 64,
    PLAN_CODES_SIZE = 64,
    PLAN_TEXT_SIZE = 141,
    PLAN_ACCOUNT_SIZE = 29,
    PLAN_BANK_SIZE = 15,
    PLAN_MESSAGE_SIZE = 320,
};

enum plan_kind {
    PLAN_CONNECT,
    PLAN_SIGN_ON,
    PLAN_ECHO,
    PLAN_TOTALS_BEFORE,
    PLAN_PAY,
    PLAN_DECLINE,
    PLAN_REPEAT,
    PLAN_INQUIRE,
    PLAN_INQUIRE_UNKNOWN,
    PLAN_REVERSE,
    PLAN_REVERSE_REPEAT,
    PLAN_REVERSE_UNKNOWN,
    PLAN_LATE_ORIGINAL,
    PLAN_WRONG_MAC,
    PLAN_MALFORMED,
    PLAN_STALE,
    PLAN_UNKNOWN_MTI,
    PLAN_FUNDS,
    PLAN_FUNDS_REPEAT,
    PLAN_TOTALS,
    PLAN_KEY_EXCHANGE,
    PLAN_KEY_SEND,
    PLAN_CUT_OVER,
    PLAN_SIGN_OFF,
    PLAN_KIND_COUNT,
};

/* What is spoiled in a malformed message. */
enum plan_spoil {
    PLAN_SPOIL_CHARACTER,
    PLAN_SPOIL_LENGTH,
};

struct plan_step {
    enum plan_kind kind;
    int64_t amount_minor;
    char account[PLAN_ACCOUNT_SIZE]; /* creditor's; "": that of the settings */
    char codes[PLAN_CODES_SIZE]; /* expected, with commas; "": what the step expects by itself */
    char mti[5];
    enum plan_spoil spoil;
};

/* Who pays whom; defaults are those of the simulated bank. */
struct plan_settings {
    enum currency currency;
    char debtor_name[PLAN_TEXT_SIZE];
    char debtor_account[PLAN_ACCOUNT_SIZE]; /* "": that of the link's file */
    char creditor_name[PLAN_TEXT_SIZE];
    char creditor_account[PLAN_ACCOUNT_SIZE];
    char creditor_bank[PLAN_BANK_SIZE];
    char remittance[PLAN_TEXT_SIZE];
    int64_t quiet_ms; /* silence this long after a message that may be ignored is its answer */
};

struct plan {
    struct plan_settings settings;
    struct plan_step steps[PLAN_STEP_COUNT_MAX];
    size_t step_count;
};

struct plan_row {
    const char *name;
    const char *title;
    const char *title_chinese;
    const char *expected; /* by itself */
    unsigned parameters;  /* bits of the parameters it takes */
};

/* Indexed by enum plan_kind. */
extern const struct plan_row plan_rows[PLAN_KIND_COUNT];
/* The script that is run when none is given. */
extern const char plan_default[];

/* False: message_out is "NAME:LINE: what is wrong". `text` ends with NUL. */
MUST_CHECK bool plan_parse(const char *name,
                           const char *text,
                           struct plan *plan_out,
                           char message_out[PLAN_MESSAGE_SIZE]);
/* The default script, with all steps, parameters and settings as comments. */
void plan_print(FILE *file);
/* Whether `code` is one of those with commas. */
bool plan_code_is_listed(const char *codes, const char *code);
