#pragma once
/*
 * Money: a whole number of minor units with its currency, and the only arithmetic on it.
 * Every sum is checked; a sum that does not fit fails and leaves its output untouched.
 * Currencies are the numeric codes of ISO 4217; those used here all have two decimals.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum currency {
    CURRENCY_NONE = 0,
    CURRENCY_CNY = 156,
    CURRENCY_MNT = 496,
    CURRENCY_RUB = 643,
    CURRENCY_USD = 840,
    CURRENCY_EUR = 978,
};

enum {
    MONEY_DECIMALS = 2,
    MONEY_TEXT_SIZE = 24
};

struct money {
    int64_t minor;
    enum currency currency;
};

/* Three letters such as "CNY"; "" for CURRENCY_NONE. */
const char *currency_code(enum currency currency);
/* CURRENCY_NONE when the text is not one of ours. */
enum currency currency_parse(const char *text, size_t size);

/* a + b and a - b; false on overflow, then *sum_out is untouched. Here, not in money.c: a call
 * would cost the book more than the sum does. */
MUST_CHECK static inline bool amount_add(int64_t a, int64_t b, int64_t *sum_out)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *sum_out = sum;
    return true;
}

MUST_CHECK static inline bool amount_subtract(int64_t a, int64_t b, int64_t *difference_out)
{
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference)) {
        return false;
    }
    *difference_out = difference;
    return true;
}

/*
 * value * numerator / denominator, rounded half away from zero (half-up for the amounts >= 0 used
 * here); denominator > 0. False when the result does not fit.
 */
MUST_CHECK bool
amount_scale(int64_t value, int64_t numerator, int64_t denominator, int64_t *scaled_out);

/*
 * "1234.56" -> 123456. At most two decimals, optional leading '-', no '+', no exponent, no blanks,
 * no superfluous leading zeros. False for anything else, then *minor_out is untouched.
 */
MUST_CHECK bool amount_parse(const char *text, size_t size, int64_t *minor_out);

/* 123456 -> "1234.56". Returns the length; `text_out` has MONEY_TEXT_SIZE bytes. */
size_t amount_format(int64_t minor, char text_out[MONEY_TEXT_SIZE]);
