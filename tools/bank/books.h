#pragma once
/*
 * The books of the simulated bank: the sum of its facts. A payment is known by its key (what names
 * it on the wire) and by its reference; it is paid at most once, whatever the wire repeats.
 *
 *   order ──> paid ──────────> reversed (asked by the gateway)
 *         │        └─────────> returned (by the beneficiary's bank)
 *         ├─> pending ──> paid | rejected | reversed
 *         ├─> rejected
 *   bar ──> barred ── late order ──> rejected, code 68
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/map.h"
#include "tools/bank/fact.h"

enum {
    BOOKS_DAY_COUNT_MAX = 1024,
    BOOKS_ACCOUNT_COUNT_MAX = 65536,
};

enum payment_state {
    PAYMENT_PAID = 1,
    PAYMENT_PENDING,
    PAYMENT_REJECTED,
    PAYMENT_REVERSED,
    PAYMENT_RETURNED,
    PAYMENT_BARRED, /* asked to be reversed before it came */
};

struct payment {
    enum payment_state state;
    char key[FACT_KEY_SIZE];
    char reference[FACT_REFERENCE_SIZE];
    char rrn[FACT_RRN_SIZE];
    char code[FACT_CODE_SIZE]; /* the decision on the order */
    char authorization[7];
    char debtor_account[FACT_ACCOUNT_SIZE];
    char creditor_account[FACT_ACCOUNT_SIZE];
    char creditor_bank[15];
    int64_t amount_minor;
    int64_t currency;
    int64_t digest;
    int64_t decide_us;    /* while it is pending; < 0: by hand */
    date_days day;        /* when it was decided */
    date_days undone_day; /* when it was reversed or returned */
};

struct advice {
    char bank_reference[FACT_RRN_SIZE];
    char payment_reference[FACT_TEXT_SIZE];
    char payer[FACT_TEXT_SIZE];
    char returned_key[FACT_KEY_SIZE]; /* "" for money that came in */
    char code[FACT_CODE_SIZE];        /* the gateway's last word; "" while it owes one */
    int64_t amount_minor;
    int64_t currency;
    date_days day;
    date_days answered_day;
};

struct tally {
    int64_t count;
    int64_t minor;
};

/* `reversed` holds only what had been paid, and what was returned, on the day it went back. */
struct books_day {
    date_days day;
    struct tally paid;
    struct tally reversed;
    struct tally received;     /* advices of money that came in, by the day they were booked here */
    struct tally acknowledged; /* all advices, by the day the gateway took them */
};

struct books_account {
    char number[FACT_ACCOUNT_SIZE];
    int64_t balance_minor; /* what came in less what went out through this bank */
};

struct books {
    struct payment *payments;
    size_t payment_count;
    size_t payment_count_max;
    struct advice *advices;
    size_t advice_count;
    size_t advice_count_max;
    size_t answered_count; /* advices the gateway took or refused for good */
    struct map by_key;
    struct map by_reference;
    struct map by_bank_reference;
    struct books_account *accounts;
    size_t account_count;
    struct map by_account;
    struct books_day days[BOOKS_DAY_COUNT_MAX];
    size_t day_count;
    date_days day;        /* DATE_NONE until the first fact */
    int64_t double_count; /* payments paid while another of the same reference stood as paid */
};

/* Bounds of payments and of advices; memory grows as it is used. */
void books_create(struct books *books, size_t count_max);
void books_destroy(struct books *books);

/* NULL when not known. */
const struct payment *books_payment(const struct books *books, const char *key);
/* The latest under this reference of ours, NULL when there is none. */
const struct payment *books_payment_by_reference(const struct books *books, const char *reference);
const struct advice *books_advice(const struct books *books, const char *bank_reference);
/* NULL when nothing happened on that day. */
const struct books_day *books_day(const struct books *books, date_days day);
const struct books_account *books_account(const struct books *books, const char *number);

/* NULL, or why the fact contradicts the books or a bound: to be asked before it is written. */
MUST_CHECK const char *books_refuse(const struct books *books, const struct fact *fact);
/* Cannot fail: the fact was not refused. */
void books_apply(struct books *books, const struct fact *fact);

const char *payment_state_name(enum payment_state state);
