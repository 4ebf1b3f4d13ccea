#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/money.h"
#include "tests/base/check.h"

static bool parse(const char *text, int64_t *minor_out)
{
    char *copy = exact_copy(text, strlen(text));
    bool is_parsed = amount_parse(copy, strlen(text), minor_out);
    free(copy);
    return is_parsed;
}

static const struct {
    const char *text;
    int64_t minor;
    const char *formatted; /* NULL: the same text */
} good_amounts[] = {
    {"0",                     0,          "0.00"},
    {"0.00",                  0,          NULL  },
    {"0.01",                  1,          NULL  },
    {"0.1",                   10,         "0.10"},
    {"1",                     100,        "1.00"},
    {"27.30",                 2730,       NULL  },
    {"1234.56",               123456,     NULL  },
    {"-0.01",                 -1,         NULL  },
    {"-1234.50",              -123450,    NULL  },
    {"92233720368547758.07",  INT64_MAX,  NULL  },
    {"-92233720368547758.07", -INT64_MAX, NULL  },
    {"-92233720368547758.08", INT64_MIN,  NULL  },
};

static const char *const bad_amounts[] = {
    "",
    "-",
    ".",
    ".5",
    "1.",
    "-.1",
    "+1",
    "00",
    "01.00",
    "-01",
    "-0",
    "-0.00",
    "1.234",
    "1.2.3",
    "1e2",
    " 1",
    "1 ",
    "1,000",
    "0x10",
    "1-",
    "--1",
    "1.-1",
    "1.2x",
    "NaN",
    "\xef\xbc\x91",
    "92233720368547758.08",
    "-92233720368547758.09",
    "99999999999999999999",
    "92233720368547759",
};

static void test_amounts_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_amounts / sizeof good_amounts[0]; i++) {
        int64_t minor = 77;
        assert_true(parse(good_amounts[i].text, &minor));
        assert_int_equal(minor, good_amounts[i].minor);
        char text[MONEY_TEXT_SIZE];
        size_t size = amount_format(minor, text);
        const char *expected = good_amounts[i].formatted;
        assert_string_equal(text, expected == NULL ? good_amounts[i].text : expected);
        assert_int_equal(size, strlen(text));
    }
}

static void test_amounts_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_amounts / sizeof bad_amounts[0]; i++) {
        int64_t minor = 77;
        if (parse(bad_amounts[i], &minor)) {
            fail_msg("\"%s\" was read as an amount", bad_amounts[i]);
        }
        assert_int_equal(minor, 77);
    }
}

static const struct {
    int64_t a;
    int64_t b;
    int fits_sum;
    int fits_difference;
} sums[] = {
    {1,         2,         1, 1},
    {INT64_MAX, 0,         1, 1},
    {INT64_MAX, 1,         0, 1},
    {INT64_MAX, -1,        1, 0},
    {INT64_MIN, -1,        0, 1},
    {INT64_MIN, 1,         1, 0},
    {INT64_MIN, INT64_MIN, 0, 1},
    {INT64_MAX, INT64_MIN, 1, 0},
    {0,         INT64_MIN, 1, 0},
};

static void test_sums(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        int64_t a = sums[i].a;
        int64_t b = sums[i].b;
        int64_t result = 77;
        assert_int_equal(amount_add(a, b, &result), sums[i].fits_sum);
        assert_true(result == (sums[i].fits_sum ? a + b : 77));
        result = 77;
        assert_int_equal(amount_subtract(a, b, &result), sums[i].fits_difference);
        assert_true(result == (sums[i].fits_difference ? a - b : 77));
    }
}

/* Worked figures of the settlement rules among them: VAT, late fee, conversion, sharing. */
static const struct {
    int64_t value;
    int64_t numerator;
    int64_t denominator;
    int64_t scaled;
} scales[] = {
    {30000,             910,       10000,     2730     },
    {1000000,           50,        10000,     5000     },
    {120000,            7085000,   1000000,   850200   },
    {1,                 1,         2,         1        },
    {-1,                1,         2,         -1       },
    {3,                 1,         2,         2        },
    {-3,                1,         2,         -2       },
    {1,                 49,        100,       0        },
    {-1,                49,        100,       0        },
    {1,                 1,         3,         0        },
    {2,                 1,         3,         1        },
    {-2,                1,         3,         -1       },
    {5,                 1,         10,        1        },
    {-5,                1,         10,        -1       },
    {4,                 1,         10,        0        },
    {14,                -1,        4,         -4       },
    {-14,               -1,        4,         4        },
    {0,                 INT64_MAX, 1,         0        },
    {INT64_MAX,         1,         1,         INT64_MAX},
    {INT64_MIN,         1,         1,         INT64_MIN},
    {INT64_MAX,         INT64_MAX, INT64_MAX, INT64_MAX},
    {INT64_MAX,         1,         INT64_MAX, 1        },
    {INT64_MAX / 2,     1,         INT64_MAX, 0        },
    {INT64_MAX / 2 + 1, 1,         INT64_MAX, 1        },
};

static const struct {
    int64_t value;
    int64_t numerator;
    int64_t denominator;
} scales_too_large[] = {
    {INT64_MAX, 2,         1},
    {INT64_MIN, -1,        1},
    {INT64_MAX, INT64_MAX, 1},
    {INT64_MIN, INT64_MIN, 1},
    {INT64_MAX, 3,         2},
};

static void test_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        int64_t scaled = 77;
        assert_true(
            amount_scale(scales[i].value, scales[i].numerator, scales[i].denominator, &scaled));
        if (scaled != scales[i].scaled) {
            fail_msg("row %zu: %lld", i, (long long)scaled);
        }
    }
    for (size_t i = 0; i < sizeof scales_too_large / sizeof scales_too_large[0]; i++) {
        int64_t scaled = 77;
        assert_false(amount_scale(scales_too_large[i].value,
                                  scales_too_large[i].numerator,
                                  scales_too_large[i].denominator,
                                  &scaled));
        assert_int_equal(scaled, 77);
    }
}

static void test_currencies(void **state)
{
    (void)state;
    static const enum currency ours[] = {
        CURRENCY_CNY, CURRENCY_MNT, CURRENCY_RUB, CURRENCY_USD, CURRENCY_EUR};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        const char *code = currency_code(ours[i]);
        assert_int_equal(strlen(code), 3);
        char *copy = exact_copy(code, 3);
        assert_int_equal(currency_parse(copy, 3), ours[i]);
        assert_int_equal(currency_parse(copy, 2), CURRENCY_NONE);
        free(copy);
    }
    assert_string_equal(currency_code(CURRENCY_NONE), "");
    static const char *const bad[] = {"", "cny", "CNYX", "JPY", "CN", "156"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(currency_parse(bad[i], strlen(bad[i])), CURRENCY_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts_good),
        cmocka_unit_test(test_amounts_bad),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_currencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
