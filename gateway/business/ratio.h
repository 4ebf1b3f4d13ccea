#pragma once
/*
 * Exact fractions of non-negative numbers, for rates: nothing is rounded until the end. Every
 * operation is checked; false means it does not fit 128 bits, then the output is untouched.
 */
#include <stdbool.h>
#include <stdint.h>

#include "ledger/base/status.h"

__extension__ typedef __int128 ratio_int;

struct ratio {
    ratio_int numerator;   /* >= 0 */
    ratio_int denominator; /* > 0 */
};

struct ratio ratio_of(int64_t numerator, int64_t denominator);
MUST_CHECK bool ratio_add(struct ratio a, struct ratio b, struct ratio *sum_out);
MUST_CHECK bool ratio_multiply(struct ratio a, struct ratio b, struct ratio *product_out);
/* To a whole number, half up. */
MUST_CHECK bool ratio_round(struct ratio ratio, int64_t *rounded_out);
