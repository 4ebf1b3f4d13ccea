#pragma once
/*
 * The link to a bank (银行链路): one per bank party, under its id. It carries the bank's business
 * day, the next STAN, the limits, and the switch that stops payments at once.
 */
#include "gateway/business/bank/bank_day.h"

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
    struct money amount_tolerance; /* a statement's line may differ by so much; none: by nothing */
    int64_t day_tolerance;         /* a line may show an item so many days from its day */
};

/* bank_link.register, by an operator. */
struct bank_link_register {
    char bank[PARTY_ID_SIZE];
    date_days business_day;
    struct money payment_limit;
    struct money day_limit;
    struct money amount_tolerance;
    int64_t day_tolerance;
};

/* bank_link.switch, by an operator. */
struct bank_link_switch {
    char bank[PARTY_ID_SIZE];
    int32_t state;
    char reason[201];
};

/* bank_link.cut_over, by the system: the bank works on new_day from now on. The same day again
 * changes nothing. */
struct bank_link_cut_over {
    char bank[PARTY_ID_SIZE];
    date_days new_day;
    char open_from[PAYMENT_ID_SIZE]; /* "": as before */
};

/* bank_link.advance, by an operator: the same by hand, for a bank that has not said so or has no
 * way to (files). When it says so later, that changes nothing. */
struct bank_link_advance {
    char bank[PARTY_ID_SIZE];
    date_days new_day;
    char reason[201];
};

struct bank_link_answer {
    char bank[PARTY_ID_SIZE];
    int32_t state;
    date_days business_day;
    int32_t effect;
};

extern const struct record bank_link_record;
extern const struct record bank_link_register_record;
extern const struct record bank_link_switch_record;
extern const struct record bank_link_cut_over_record;
extern const struct record bank_link_advance_record;
extern const struct record bank_link_answer_record;

rule bank_link_register;
rule bank_link_switch;
rule bank_link_cut_over;
rule bank_link_advance;

/* NULL when there is none (or it is not in memory yet). */
const struct bank_link *bank_link_find(struct context *context, const char *bank);
void bank_link_put(struct context *context, const struct bank_link *link);
