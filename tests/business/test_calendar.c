/* The calendar as rules ask it: weeks, holidays, weekends worked in exchange, and long rests. */
#include <stdio.h>

#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/deadline.h"
#include "tests/base/check.h"

struct house {
    struct book *book;
    struct context context;
};

static void house_open(struct house *house)
{
    static const struct book_limits book_limits = {.account_count_max = 16, .pending_count_max = 1};
    static const struct state_limits limits = {
        .document_count_max = 256,
        .transfer_count_max = 16,
    };
    house->book = book_create(&book_limits);
    assert_non_null(house->book);
    house->context = (struct context){.state = state_create(house->book, &limits, NULL, NULL)};
    state_begin_command(house->context.state, 1);
}

static void house_close(struct house *house)
{
    state_destroy(house->context.state);
    book_destroy(house->book);
}

static date_days date(const char *text)
{
    date_days parsed = DATE_NONE;
    assert_true(date_parse(text, strlen(text), &parsed));
    return parsed;
}

static void mark(struct house *house, const char *day, enum calendar_kind kind)
{
    struct calendar_set command = {.day = date(day), .kind = kind, .source = "a test"};
    struct calendar_day answer;
    assert_int_equal(calendar_set(&house->context, &command, &answer), VERDICT_DONE);
}

static void expect_date(date_days found, const char *wanted)
{
    char text[DATE_TEXT_SIZE];
    date_format(found, text);
    assert_string_equal(text, wanted);
}

static void test_week(void **unused)
{
    (void)unused;
    static const char week[] = "YYYYYNN"; /* from Monday 2026-11-23 */
    struct house house;
    house_open(&house);
    for (int i = 0; i < 7000; i++) {
        date_days day = date("2026-11-23") - 3500 + i;
        assert_int_equal(calendar_is_working(&house.context, day), week[i % 7] == 'Y');
    }
    house_close(&house);
}

static void test_rows(void **unused)
{
    (void)unused;
    struct house house;
    house_open(&house);
    /* Thursday and Friday rest, the Saturday after is worked for them, the Sunday is not. */
    mark(&house, "2026-11-26", CALENDAR_HOLIDAY);
    mark(&house, "2026-11-27", CALENDAR_HOLIDAY);
    mark(&house, "2026-11-28", CALENDAR_WORKING);
    struct context *context = &house.context;
    expect_date(calendar_next_working(context, date("2026-11-25")), "2026-11-25");
    expect_date(calendar_next_working(context, date("2026-11-26")), "2026-11-28");
    expect_date(calendar_next_working(context, date("2026-11-29")), "2026-11-30");
    expect_date(calendar_add_working(context, date("2026-11-25"), 0), "2026-11-25");
    expect_date(calendar_add_working(context, date("2026-11-25"), 1), "2026-11-28");
    expect_date(calendar_add_working(context, date("2026-11-25"), 3), "2026-12-01");
    expect_date(calendar_add_working(context, date("2026-12-01"), -3), "2026-11-25");
    expect_date(calendar_add_working(context, date("2026-11-29"), -1), "2026-11-28");
    mark(&house, "2026-11-27", CALENDAR_ORDINARY);
    expect_date(calendar_next_working(context, date("2026-11-26")), "2026-11-27");
    house_close(&house);
}

static void test_long_rest(void **unused)
{
    (void)unused;
    struct house house;
    house_open(&house);
    date_days from = date("2026-11-30");
    for (int i = 0; i < CALENDAR_REST_DAYS_MAX; i++) {
        char day[DATE_TEXT_SIZE];
        date_format(from + i, day);
        mark(&house, day, CALENDAR_HOLIDAY);
    }
    expect_date(calendar_next_working(&house.context, from), "2026-12-30");
    /* One more, and the calendar is not believed. */
    mark(&house, "2026-12-30", CALENDAR_HOLIDAY);
    expect_date(calendar_next_working(&house.context, from), "2026-11-30");
    house_close(&house);
}

static void expect_due(struct house *house, const char *key, const char *wanted)
{
    char text[DATE_TEXT_SIZE] = "";
    const struct deadline *found = state_find(house->context.state, DOCUMENT_DEADLINE, key);
    if (found != NULL && found->due_on != DATE_NONE) {
        date_format(found->due_on, text);
    }
    assert_string_equal(text, wanted);
}

static void test_stages(void **unused)
{
    (void)unused;
    static const struct deadline_stage stages[] = {
        {"x.remind", -5, COUNT_WORKING_DAYS},
        {"x.warn",   -1, COUNT_DAYS        },
        {"x.act",    1,  COUNT_WORKING_DAYS},
    };
    struct house house;
    house_open(&house);
    house.context.today = date("2026-11-23");
    deadline_plan(&house.context, stages, 3, "a", date("2026-12-04")); /* a Friday */
    expect_due(&house, "x.remind/a", "2026-11-27");
    expect_due(&house, "x.warn/a", "2026-12-03");
    expect_due(&house, "x.act/a", "2026-12-07");
    /* Moved to Tuesday: the first reminder's day is past, and it is not sent late. */
    deadline_plan(&house.context, stages, 3, "a", date("2026-11-24"));
    expect_due(&house, "x.remind/a", "");
    expect_due(&house, "x.warn/a", "");
    expect_due(&house, "x.act/a", "2026-11-25");
    deadline_plan(&house.context, stages, 3, "a", DATE_NONE);
    expect_due(&house, "x.act/a", "");
    /* Nothing is written about what never was. */
    deadline_plan(&house.context, stages, 3, "b", DATE_NONE);
    assert_null(state_find(house.context.state, DOCUMENT_DEADLINE, "x.act/b"));
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_week),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_long_rest),
        cmocka_unit_test(test_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
