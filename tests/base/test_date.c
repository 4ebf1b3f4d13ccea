#include <stdlib.h>
#include <string.h>

#include "ledger/base/date.h"
#include "tests/base/check.h"

static bool date_read(const char *text, date_days *date_out)
{
    size_t size = strlen(text);
    char *copy = exact_copy(text, size);
    bool is_read = date_parse(copy, size, date_out);
    free(copy);
    return is_read;
}

static bool instant_read(const char *text, instant_us *at_out)
{
    size_t size = strlen(text);
    char *copy = exact_copy(text, size);
    bool is_read = instant_parse(copy, size, at_out);
    free(copy);
    return is_read;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* Every day of 1970 to 2200, counted one by one. */
static void test_every_day(void **state)
{
    (void)state;
    date_days expected = 0;
    for (int year = 1970; year <= 2200; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= month_days(year, month); day++, expected++) {
                assert_int_equal(date_from_civil(year, month, day), expected);
                int y = 0;
                int m = 0;
                int d = 0;
                date_to_civil(expected, &y, &m, &d);
                assert_true(y == year && m == month && d == day);
                char text[DATE_TEXT_SIZE];
                assert_int_equal(date_format(expected, text), DATE_TEXT_SIZE - 1);
                date_days read = -1;
                assert_true(date_read(text, &read));
                assert_int_equal(read, expected);
                assert_int_equal(date_of(date_start(expected)), expected);
                assert_int_equal(date_of(date_start(expected) - 1), expected - 1);
            }
        }
    }
}

static const struct {
    const char *text;
    date_days date;
} good_dates[] = {
    {"1970-01-01", 0      },
    {"1970-01-02", 1      },
    {"2000-02-29", 11016  },
    {"2024-02-29", 19782  },
    {"2026-11-23", 20780  },
    {"9999-12-31", 2932896},
};

static const char *const bad_dates[] = {
    "",           "1969-12-31",  "2023-02-29",  "2100-02-29",  "2026-02-30", "2026-04-31",
    "2026-00-10", "2026-13-01",  "2026-01-00",  "2026-01-32",  "2026-1-01",  "2026-01-1",
    "2026/01/01", "20260101",    "2026-01-01 ", " 2026-01-01", "2026-01-0x", "+026-01-01",
    "26-01-01",   "12026-01-01", "2026-01-01T",
};

static void test_date_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_dates / sizeof good_dates[0]; i++) {
        date_days date = -7;
        assert_true(date_read(good_dates[i].text, &date));
        assert_int_equal(date, good_dates[i].date);
        char text[DATE_TEXT_SIZE];
        date_format(date, text);
        assert_string_equal(text, good_dates[i].text);
    }
    for (size_t i = 0; i < sizeof bad_dates / sizeof bad_dates[0]; i++) {
        date_days date = -7;
        if (date_read(bad_dates[i], &date)) {
            fail_msg("\"%s\" was read as a date", bad_dates[i]);
        }
        assert_int_equal(date, -7);
    }
}

static const struct {
    const char *text;
    instant_us at;
    const char *formatted;
} good_instants[] = {
    {"1970-01-01T00:00:00Z",           0,                         "1970-01-01T00:00:00.000000Z"},
    {"2026-11-23T06:41:00.000000Z",    INT64_C(1795416060000000), "2026-11-23T06:41:00.000000Z"},
    {"2026-11-23T14:41:00+08:00",      INT64_C(1795416060000000), "2026-11-23T06:41:00.000000Z"},
    {"2026-11-22T23:41:00-07:00",      INT64_C(1795416060000000), "2026-11-23T06:41:00.000000Z"},
    {"2026-11-23T06:41:00.5Z",         INT64_C(1795416060500000), "2026-11-23T06:41:00.500000Z"},
    {"2026-11-23T06:41:00.000001Z",    INT64_C(1795416060000001), "2026-11-23T06:41:00.000001Z"},
    {"2026-11-23T06:41:00.123456789Z", INT64_C(1795416060123456), "2026-11-23T06:41:00.123456Z"},
    {"1970-01-01T00:00:00+08:00",      INT64_C(-28800000000),     "1969-12-31T16:00:00.000000Z"},
};

static const char *const bad_instants[] = {
    "",
    "2026-11-23",
    "2026-11-23T06:41:00",
    "2026-11-23T06:41Z",
    "2026-11-23 06:41:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T06:60:00Z",
    "2026-11-23T06:41:60Z",
    "2026-11-23T06:41:00.Z",
    "2026-11-23T06:41:00.5",
    "2026-11-23T06:41:00z",
    "2026-11-23T06:41:00+0800",
    "2026-11-23T06:41:00+8:00",
    "2026-11-23T06:41:00+24:00",
    "2026-11-23T06:41:00+08:60",
    "2026-11-23T06:41:00ZZ",
    "2026-02-29T06:41:00Z",
    "2026-11-23T-6:41:00Z",
};

static void test_instant_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_instants / sizeof good_instants[0]; i++) {
        instant_us at = -7;
        assert_true(instant_read(good_instants[i].text, &at));
        assert_int_equal(at, good_instants[i].at);
        char text[INSTANT_TEXT_SIZE];
        assert_int_equal(instant_format(at, text), INSTANT_TEXT_SIZE - 1);
        assert_string_equal(text, good_instants[i].formatted);
    }
    for (size_t i = 0; i < sizeof bad_instants / sizeof bad_instants[0]; i++) {
        instant_us at = -7;
        if (instant_read(bad_instants[i], &at)) {
            fail_msg("\"%s\" was read as an instant", bad_instants[i]);
        }
        assert_int_equal(at, -7);
    }
}

/* The business day turns at 16:00 UTC, midnight in Shanghai. */
static void test_shanghai_midnight(void **state)
{
    (void)state;
    static const struct {
        const char *at;
        const char *date;
    } rows[] = {
        {"2026-11-22T15:59:59.999999Z", "2026-11-22"},
        {"2026-11-22T16:00:00Z",        "2026-11-23"},
        {"2026-11-23T00:00:00+08:00",   "2026-11-23"},
        {"2026-11-23T15:59:59.999999Z", "2026-11-23"},
        {"2024-02-28T16:00:00Z",        "2024-02-29"},
        {"2026-12-31T16:00:00Z",        "2027-01-01"},
        {"1970-01-01T00:00:00Z",        "1970-01-01"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        instant_us at = 0;
        assert_true(instant_read(rows[i].at, &at));
        char text[DATE_TEXT_SIZE];
        date_format(date_of(at), text);
        assert_string_equal(text, rows[i].date);
    }
    date_days date = 0;
    char text[INSTANT_TEXT_SIZE];
    assert_true(date_read("2026-11-23", &date));
    instant_format(date_start(date), text);
    assert_string_equal(text, "2026-11-22T16:00:00.000000Z");
}

static void test_clocks(void **state)
{
    (void)state;
    instant_us earlier = clock_monotonic();
    assert_true(clock_monotonic() >= earlier);
    date_days date = 0;
    assert_true(date_read("2024-01-01", &date));
    assert_true(clock_now() > date_start(date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_date_text),
        cmocka_unit_test(test_instant_text),
        cmocka_unit_test(test_shanghai_midnight),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
