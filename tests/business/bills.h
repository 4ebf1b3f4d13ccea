#pragma once
/* Tax bills without the messages of customs: commands that only tests know, through the same
 * functions as those of the house. */
#include "gateway/business/rule.h"

/* `grn`: guarantees joined by commas; what stands behind it is reserved as `declaration`. */
struct bill_make {
    char tax_no[51];
    char declaration[61];
    char agent[PARTY_ID_SIZE];
    char customs_code[5];
    char grn[72];
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    date_days released_on;
};

/* All of it was returned: it leaves its statement if it still can. */
struct bill_leave {
    char tax_no[51];
    char ent_duty_no[51]; /* instead: customs names the duty document */
};

struct bill_answer {
    bool is_out;
    bool is_counted;
};

extern const struct command_type bill_make_type;
extern const struct command_type bill_leave_type;
