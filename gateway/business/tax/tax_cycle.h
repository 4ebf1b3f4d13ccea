#pragma once
/*
 * When the taxes of one agent at one customs district are put into statements (纳税周期). Key:
 * "<agent>/<customs code>". A cut takes what was released `window_day` days ago or earlier. The
 * next one is on the first day of the cycle on which the oldest bill can be taken, but early
 * enough before that bill's last day of payment.
 *
 * A cut on day t leaves nothing older than t - window_day + 1; the date below grows with the day
 * of release; so with a clock that runs daily no bill in time reaches payment_days - lead outside
 * a statement.
 */
#include "gateway/business/rule.h"
#include "gateway/business/time/terms.h"

#define COMMAND_CUT_DUE "tax_statement.cut_due"

enum {
    TAX_CYCLE_KEY_SIZE = PARTY_ID_SIZE + 5, /* subject of a deadline */
    /* Days of release further from today count as this far. */
    TAX_CYCLE_DAYS_MAX = 400,
};

struct tax_cycle {
    char key[TAX_CYCLE_KEY_SIZE];
    char agent[PARTY_ID_SIZE];
    int64_t agent_number;
    char customs_code[5];
    date_days oldest;   /* no tax_day before it has bills; DATE_NONE: none has */
    date_days newest;   /* nor after it */
    char statement[14]; /* being cut, "" for none */
    date_days next_cut; /* DATE_NONE: nothing to cut */
    date_days cut_on;   /* when time last made a cut */
};

extern const struct record tax_cycle_record;

/* The day on which bills of this day of release are put into a statement, were there no others. */
date_days tax_cycle_cut_date(const struct context *context, date_days released_on);
/* The same from the terms of the day of release, and the cycle of the day it is ripe. */
date_days
tax_cycle_date(const struct terms *terms, enum statement_cycle cycle, date_days released_on);
/* NULL when there is none (or it is not in memory yet). */
const struct tax_cycle *
tax_cycle_find(struct context *context, const char *agent, const char *customs_code);
/* A day of release on or after `cycle->oldest`, at most `through`, that has bills; DATE_NONE when
 * there is none. */
date_days
tax_cycle_open_day(struct context *context, const struct tax_cycle *cycle, date_days through);
/* Sets the next cut and its deadline after something was taken out or counted; stores the cycle. */
void tax_cycle_plan(struct context *context, struct tax_cycle *cycle);
