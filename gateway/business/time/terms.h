#pragma once
/*
 * Limits, shares and day counts, as dated rows with their source: the rules hold no such number.
 * Day n is the day of release + n days; the day of release is day 0.
 */
#include <stdint.h>

#include "ledger/base/date.h"

enum {
    UTILISATION_LEVEL_COUNT = 3
};

/* How often a consolidated tax statement is cut. */
enum statement_cycle {
    CYCLE_HALF_MONTH = 1,
    CYCLE_MONTH,
};

struct terms {
    date_days valid_from;
    const char *source;
    int64_t single_limit_minor;  /* CNY, one declaration */
    int64_t reduced_percent;     /* of VAT and consumption tax within the limit */
    int32_t return_days;         /* last day to apply for a return */
    int32_t window_day;          /* first day of the payment window */
    int32_t payment_days;        /* last day of the payment window */
    int32_t claim_window_days;   /* between the last payment deadline and the end of a guarantee */
    int32_t demand_days;         /* a guarantor has to pay a demand */
    int32_t expiry_warning_days; /* the parties are told before a guarantee ends */
    int64_t payment_approval_above_minor; /* CNY: a payment above it needs a second pair of eyes */
    int32_t utilisation_levels[UTILISATION_LEVEL_COUNT]; /* percent, rising */
    int64_t year_limit_minor;       /* CNY, what one buyer may import in a calendar year */
    int64_t late_fee_bp;            /* of the unpaid tax, for each day late */
    int64_t assess_tolerance_minor; /* between the estimate and the tax bill, without alarm */
    int32_t return_arrival_days;    /* last day for returned goods to be back */
    int32_t grace_days;             /* after the due date before a guarantee is called */
    int32_t statement_lead_days;    /* a statement is cut so long before its due date */
    enum statement_cycle statement_cycle;
    int32_t statement_final_days;       /* a statement is final so long before its due date */
    int32_t statement_remind_days;      /* its agent is reminded so long before its due date */
    int64_t fx_match_tolerance_minor;   /* between amounts of a sale's documents, any currency */
    int64_t bop_exempt_minor;           /* USD, an individual's receipt is declared above it */
    int32_t bop_due_days;               /* working days to declare a receipt */
    int32_t bop_remind_days;            /* working days before that day */
    int32_t fx_lock_seconds;            /* a rate stays locked at most so long */
    int64_t settlement_cut_off_seconds; /* of the day: an order from then on counts as tomorrow's */
    int64_t bank_transfer_fee_minor;    /* CNY, what a bank takes for one payment to another */
    int32_t fx_rate_days;               /* a middle rate counts so long when no newer is known */
    int64_t fx_quota_minor; /* USD cents: what a person may convert in a year without a sale */
};

struct context;

/* What holds on this date: the compiled row, and what the operator has set since (terms_table.h).
 * What is not in memory yet counts as not set; the rule then ends with VERDICT_FETCH. */
struct terms terms_of(const struct context *context, date_days date);
/* The compiled row alone; the first row for dates before it. For tests and estimates outside the
 * house: rules ask terms_of. */
const struct terms *terms_on(date_days date);
