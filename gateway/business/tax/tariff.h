#pragma once
/* Tariff rates by HS code (税则), dated, each with its source. Rates are basis points. */
#include "gateway/business/rule.h"

enum {
    TARIFF_RATE_COUNT_MAX = 32
};

struct tariff_rate {
    int64_t tariff_percent;      /* percent, two decimals */
    int64_t consumption_percent; /* below 100.00 */
    int64_t vat_percent;
    date_days valid_from; /* until the next row's */
    char source[201];
};

struct tariff {
    char hs_code[11];
    struct list rates; /* of struct tariff_rate */
};

struct tariff_set {
    char hs_code[11];
    date_days valid_from;
    int64_t tariff_percent;
    int64_t consumption_percent;
    int64_t vat_percent;
    char source[201];
};

struct tariff_answer {
    char hs_code[11];
    int64_t rate_count;
};

extern const struct record tariff_record;
extern const struct record tariff_set_record;
extern const struct record tariff_answer_record;

rule tariff_set;

/* The rate in force on this date; NULL when there is none (or it is not in memory yet). Valid
 * until the next state_put of this tariff. */
const struct tariff_rate *tariff_find(struct context *context, const char *hs_code, date_days date);
