#pragma once
/*
 * What happened at the bank, one fact at a time. The journal is a list of facts, the books are
 * their sum: nothing changes the books but a fact, live and after a restart alike.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    FACT_KEY_SIZE = 80,
    FACT_REFERENCE_SIZE = 36,
    FACT_TEXT_SIZE = 141,
    FACT_ACCOUNT_SIZE = 35,
    FACT_CODE_SIZE = 5,
    FACT_RRN_SIZE = 13,
    FACT_LINE_SIZE_MAX = 4096,
};

enum fact_kind {
    FACT_DAY = 1,  /* the business day from now on */
    FACT_PAYMENT,  /* an order and what was decided: code 00 paid, 09 pending, else rejected */
    FACT_DECISION, /* of a pending payment */
    FACT_REVERSAL, /* a paid, pending or rejected payment is taken back */
    FACT_BAR,      /* an order never seen is to be refused should it come */
    FACT_ADVICE,   /* money came in, or a payment went back: to be told to the gateway */
    FACT_ANSWER,   /* the gateway's last word on an advice: code 00 or a refusal */
};

/* Texts are NUL-terminated, "" = absent; which ones a kind has is a table in fact.c. */
struct fact {
    enum fact_kind kind;
    date_days day;
    char key[FACT_KEY_SIZE]; /* of the payment on the wire, never used twice */
    char reference[FACT_REFERENCE_SIZE];
    char rrn[FACT_RRN_SIZE];
    int64_t amount_minor;
    int64_t currency;  /* ISO 4217 number */
    int64_t digest;    /* of what an order asks, to tell a repeat from another order */
    int64_t decide_us; /* a pending order is paid this long after it came, or after a restart; < 0:
                          by hand */
    char code[FACT_CODE_SIZE];
    char authorization[7];
    char debtor_account[FACT_ACCOUNT_SIZE];
    char creditor_account[FACT_ACCOUNT_SIZE];
    char creditor_bank[15];
    char bank_reference[FACT_RRN_SIZE]; /* of an advice */
    char payment_reference[FACT_TEXT_SIZE];
    char payer[FACT_TEXT_SIZE];
    char returned_key[FACT_KEY_SIZE]; /* an advice of a payment that comes back */
};

/* One JSON object and a newline. */
void fact_write(const struct fact *fact, struct writer *writer);
/* False: not a fact, or one with members missing, unknown or of another type. */
MUST_CHECK bool fact_read(const json_t *json, struct fact *fact_out);

/* A quoted JSON string; bytes below 0x20 become blanks. */
void fact_write_quoted(struct writer *writer, const char *text);
