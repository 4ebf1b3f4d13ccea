#pragma once
/*
 * The link to a bank (银行链路): one per bank party, under its id. It carries the bank's business
 * day, the next STAN, the limits, and the switch that stops payments at once.
 *
 * Day (银行日): what both sides should agree on for one business day of the link, by the day the
 * bank gave (settlement date), else the link's.
 *
 *   open -> closed (cut over) -> balanced | differs (totals compared) ; reconciled with the
 * statement
 */
#include "gateway/business/rule.h"

enum bank_link_state {
    BANK_LINK_OPEN = 1,
    BANK_LINK_OFF = 2, /* same-day off switch: nothing new is sent, what is under way is resolved */
};

struct bank_link {
    char bank[PARTY_ID_SIZE];
    int32_t state;
    date_days business_day;
    int64_t next_trace;              /* STAN, 1 to 999999 */
    struct money payment_limit;      /* one payment; CURRENCY_NONE: none */
    struct money day_limit;          /* all payments of a business day */
    struct money sent_today;         /* rejected ones give back */
    char open_from[PAYMENT_ID_SIZE]; /* no open payment is older: where a restart looks from */
    char reason[201];                /* of the last switch */
};

enum bank_day_state {
    BANK_DAY_OPEN = 1,
    BANK_DAY_CLOSED = 2,   /* cut over: late answers of this day may still come */
    BANK_DAY_BALANCED = 3, /* the bank's totals equal ours */
    BANK_DAY_DIFFERS = 4,
    BANK_DAY_RECONCILED = 5, /* every line of the statement is matched or in a difference */
};

struct bank_day {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<date>" */
    char bank[PARTY_ID_SIZE];
    date_days day;
    int32_t state;
    int64_t paid_count;
    struct money paid;
    int64_t reversed_count;
    struct money reversed;
    int64_t received_count;
    struct money received;
    /* what the bank said */
    int64_t bank_paid_count;
    struct money bank_paid;
    int64_t bank_reversed_count;
    struct money bank_reversed;
    int64_t bank_received_count;
    struct money bank_received;
};
