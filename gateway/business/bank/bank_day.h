#pragma once
/*
 * A bank day (银行日): what both sides should agree on for one business day of the link, in CNY.
 *
 *   paid      payments confirmed, on the day the bank gave (settlement date), else the day sent
 *   reversed  of them taken back: reversed or returned, on the day the bank gave, else the link's.
 *             A payment in doubt that the bank says it took back was paid and reversed
 *   received  advices of funds, on their value date
 *
 * Each amount counts on its day whatever the day's state is: a late one after the totals were
 * compared turns balanced into differs, or the other way round.
 *
 *   open -> closed (cut over) -> balanced | differs (totals compared) ; reconciled with the
 * statement
 */
#include "gateway/business/bank/payment.h"

struct bank_link;

/* What the bank says of a day beside, or instead of, figures. */
enum bank_day_word {
    BANK_DAY_FIGURES = 0, /* they decide */
    BANK_DAY_DIFFER = 1,  /* they differ, and no figures of the bank's show it */
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
    /* what the bank said last; CURRENCY_NONE: nothing yet */
    int64_t bank_paid_count;
    struct money bank_paid;
    int64_t bank_reversed_count;
    struct money bank_reversed;
    int64_t bank_received_count;
    struct money bank_received;
    int32_t word;               /* enum bank_day_word */
    char source[41];            /* where the bank said so: "0520", "camt.053" */
    int64_t unreconciled_count; /* items of ours that no line of the statement has taken yet */
    int64_t stray_count;        /* answers that fitted nothing */
};

/* bank_link.compare, by the system: the bank's totals of a day that is over, in CNY. Answered with
 * the day: both sides' numbers and what comes of them (a reconciled day stays so). With
 * BANK_DAY_DIFFER the figures are not looked at: the day differs until the bank gives some. */
struct bank_link_compare {
    char bank[PARTY_ID_SIZE];
    date_days day;
    int64_t paid_count;
    struct money paid;
    int64_t reversed_count;
    struct money reversed;
    int64_t received_count;
    struct money received;
    int32_t word; /* enum bank_day_word */
    char source[41];
};

extern const struct record bank_day_record;
extern const struct record bank_link_compare_record;

rule bank_link_compare;

/* NULL when there is none (or it is not in memory yet). */
const struct bank_day *bank_day_find(struct context *context, const char *bank, date_days day);
void bank_day_key(const char *bank, date_days day, char key_out[DOCUMENT_KEY_SIZE]);
/* A copy of the day, a new one where nothing has happened yet; `link` tells whether it is over. */
void bank_day_get(struct context *context,
                  const struct bank_link *link,
                  date_days day,
                  struct bank_day *day_out);
/* Stores it, judged anew where the bank has given its totals. */
void bank_day_put(struct context *context, struct bank_day *day);

enum bank_day_line {
    DAY_PAID,
    DAY_REVERSED,
    DAY_RECEIVED,
};
/* One more on a day, in CNY. */
void bank_day_count(struct context *context,
                    const struct bank_link *link,
                    date_days day,
                    enum bank_day_line line,
                    struct money amount);
/* One more item of ours that the day's statement is to show; and one that has found its place. */
void bank_day_await(struct context *context, const struct bank_link *link, date_days day);
/* On `day` or, when its statement is done with already, on `otherwise`; on which. */
date_days bank_day_await_open(struct context *context,
                              const struct bank_link *link,
                              date_days day,
                              date_days otherwise);
void bank_day_reconcile(struct context *context, const char *bank, date_days day);
