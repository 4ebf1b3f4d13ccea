#pragma once
/*
 * Middle rates (人民币汇率中间价): what a currency is worth, to value by and not to trade by. Set
 * by the operator as they are published, on working days only: a day without one takes the last
 * before it, no older than fx_rate_days (terms).
 */
#include "gateway/business/fx/fx_quote.h"

/* CNY for 100 units, FX_RATE_DECIMALS decimals, as every rate of this room. */
struct fx_rate {
    char key[DOCUMENT_KEY_SIZE]; /* "<currency>/<day>" */
    int32_t currency;
    date_days day;
    int64_t rate;
    char source[201];
};

struct fx_rate_set {
    int32_t currency;
    date_days day;
    int64_t rate;
    char source[201];
};

extern const struct record fx_rate_record;
extern const struct record fx_rate_set_record;

rule fx_rate_set;

/*
 * The worth of `money` in `currency` at the middle rates of the day, rounded half-up to the minor
 * unit. Refuses FX_RATE_NONE (which currency, which day), FX_RATE_SIZE.
 */
enum verdict fx_rate_value(struct context *context,
                           struct money money,
                           enum currency currency,
                           date_days day,
                           struct money *worth_out);
