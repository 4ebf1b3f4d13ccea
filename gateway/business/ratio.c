#include "gateway/business/ratio.h"

#include <assert.h>

static ratio_int greatest_common_divisor(ratio_int a, ratio_int b)
{
    while (b != 0) {
        ratio_int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static struct ratio reduce(ratio_int numerator, ratio_int denominator)
{
    ratio_int divisor = greatest_common_divisor(numerator, denominator);
    return (struct ratio){numerator / divisor, denominator / divisor};
}

struct ratio ratio_of(int64_t numerator, int64_t denominator)
{
    assert(numerator >= 0 && denominator > 0);
    return reduce(numerator, denominator);
}

bool ratio_add(struct ratio a, struct ratio b, struct ratio *sum_out)
{
    ratio_int divisor = greatest_common_divisor(a.denominator, b.denominator);
    ratio_int left;
    ratio_int right;
    ratio_int numerator;
    ratio_int denominator;
    if (__builtin_mul_overflow(a.numerator, b.denominator / divisor, &left) ||
        __builtin_mul_overflow(b.numerator, a.denominator / divisor, &right) ||
        __builtin_add_overflow(left, right, &numerator) ||
        __builtin_mul_overflow(a.denominator, b.denominator / divisor, &denominator)) {
        return false;
    }
    *sum_out = reduce(numerator, denominator);
    return true;
}

bool ratio_multiply(struct ratio a, struct ratio b, struct ratio *product_out)
{
    struct ratio left = reduce(a.numerator, b.denominator);
    struct ratio right = reduce(b.numerator, a.denominator);
    ratio_int numerator;
    ratio_int denominator;
    if (__builtin_mul_overflow(left.numerator, right.numerator, &numerator) ||
        __builtin_mul_overflow(left.denominator, right.denominator, &denominator)) {
        return false;
    }
    *product_out = (struct ratio){numerator, denominator};
    return true;
}

bool ratio_round(struct ratio ratio, int64_t *rounded_out)
{
    ratio_int whole = ratio.numerator / ratio.denominator;
    ratio_int rest = ratio.numerator % ratio.denominator;
    if (rest >= ratio.denominator - rest) {
        whole++;
    }
    if (whole > INT64_MAX) {
        return false;
    }
    *rounded_out = (int64_t)whole;
    return true;
}
