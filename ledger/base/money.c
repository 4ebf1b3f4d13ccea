#include "ledger/base/money.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ISO C has no 128-bit integer; both compilers of ours do. */
__extension__ typedef __int128 wide_int;

static const struct {
    enum currency currency;
    char code[4];
} currencies[] = {
    {CURRENCY_CNY, "CNY"},
    {CURRENCY_MNT, "MNT"},
    {CURRENCY_RUB, "RUB"},
    {CURRENCY_USD, "USD"},
    {CURRENCY_EUR, "EUR"},
};

enum {
    CURRENCY_COUNT = sizeof(currencies) / sizeof(currencies[0])
};

const char *currency_code(enum currency currency)
{
    for (size_t i = 0; i < CURRENCY_COUNT; i++) {
        if (currencies[i].currency == currency) {
            return currencies[i].code;
        }
    }
    return "";
}

enum currency currency_parse(const char *text, size_t size)
{
    for (size_t i = 0; i < CURRENCY_COUNT; i++) {
        if (size == 3 && memcmp(currencies[i].code, text, 3) == 0) {
            return currencies[i].currency;
        }
    }
    return CURRENCY_NONE;
}

bool amount_scale(int64_t value, int64_t numerator, int64_t denominator, int64_t *scaled_out)
{
    assert(denominator > 0);
    wide_int product = (wide_int)value * numerator;
    wide_int half = denominator / 2;
    wide_int scaled;
    if (product >= 0) {
        scaled = (product + half) / denominator;
    } else {
        scaled = -((-product + half) / denominator);
    }
    if (scaled > INT64_MAX || scaled < INT64_MIN) {
        return false;
    }
    *scaled_out = (int64_t)scaled;
    return true;
}

/* Appends one decimal digit to a non-positive number, so that INT64_MIN can be reached. */
static bool append_digit(int64_t *negative, char digit)
{
    int64_t next;
    if (__builtin_mul_overflow(*negative, 10, &next) ||
        __builtin_sub_overflow(next, digit - '0', &next)) {
        return false;
    }
    *negative = next;
    return true;
}

bool amount_parse(const char *text, size_t size, int64_t *minor_out)
{
    size_t at = 0;
    bool is_negative = size > 0 && text[0] == '-';
    if (is_negative) {
        at = 1;
    }
    size_t whole_start = at;
    int64_t value = 0;
    while (at < size && text[at] >= '0' && text[at] <= '9') {
        if (!append_digit(&value, text[at++])) {
            return false;
        }
    }
    size_t whole_size = at - whole_start;
    if (whole_size == 0 || (whole_size > 1 && text[whole_start] == '0')) {
        return false;
    }
    int decimals = 0;
    if (at < size && text[at] == '.') {
        at++;
        while (at < size && text[at] >= '0' && text[at] <= '9' && decimals < MONEY_DECIMALS) {
            if (!append_digit(&value, text[at++])) {
                return false;
            }
            decimals++;
        }
        if (decimals == 0) {
            return false;
        }
    }
    if (at != size) {
        return false;
    }
    for (; decimals < MONEY_DECIMALS; decimals++) {
        if (!append_digit(&value, '0')) {
            return false;
        }
    }
    if (is_negative && value == 0) {
        return false;
    }
    if (!is_negative && !amount_subtract(0, value, &value)) {
        return false;
    }
    *minor_out = value;
    return true;
}

size_t amount_format(int64_t minor, char text_out[MONEY_TEXT_SIZE])
{
    uint64_t magnitude = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    int length = snprintf(text_out,
                          MONEY_TEXT_SIZE,
                          "%s%" PRIu64 ".%02" PRIu64,
                          minor < 0 ? "-" : "",
                          magnitude / 100,
                          magnitude % 100);
    assert(length > 0 && length < MONEY_TEXT_SIZE);
    return (size_t)length;
}
