#include "ledger/base/date.h"

#include <assert.h>
#include <time.h>

#define SECONDS_PER_DAY         INT64_C(86400)
#define SHANGHAI_OFFSET_SECONDS INT64_C(28800)

static int64_t divide_down(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

date_days date_of(instant_us at)
{
    int64_t local = divide_down(at, INSTANT_US_PER_SECOND) + SHANGHAI_OFFSET_SECONDS;
    return (date_days)divide_down(local, SECONDS_PER_DAY);
}

instant_us date_start(date_days date)
{
    return (date * SECONDS_PER_DAY - SHANGHAI_OFFSET_SECONDS) * INSTANT_US_PER_SECOND;
}

/* Days from civil and back: the proleptic Gregorian calendar in eras of 400 years. */
date_days date_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void date_to_civil(date_days date, int *year_out, int *month_out, int *day_out)
{
    int64_t shifted = (int64_t)date + 719468;
    int64_t era = divide_down(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;
    *day_out = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
    *month_out = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
    *year_out = (int)(year_of_era + era * 400 + (*month_out <= 2 ? 1 : 0));
}

static bool digits_parse(const char *text, size_t count, int *value_out)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *value_out = value;
    return true;
}

bool date_parse(const char *text, size_t size, date_days *date_out)
{
    int year;
    int month;
    int day;
    if (size != DATE_TEXT_SIZE - 1 || text[4] != '-' || text[7] != '-' ||
        !digits_parse(text, 4, &year) || !digits_parse(text + 5, 2, &month) ||
        !digits_parse(text + 8, 2, &day) || year < 1970 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    date_days date = date_from_civil(year, month, day);
    int real_year;
    int real_month;
    int real_day;
    date_to_civil(date, &real_year, &real_month, &real_day);
    if (real_year != year || real_month != month || real_day != day) {
        return false;
    }
    *date_out = date;
    return true;
}

static void digits_put(char *text, int count, int value)
{
    for (; count > 0; value /= 10) {
        text[--count] = (char)('0' + value % 10);
    }
}

size_t date_format(date_days date, char text_out[DATE_TEXT_SIZE])
{
    int year;
    int month;
    int day;
    date_to_civil(date, &year, &month, &day);
    assert(year >= 0 && year <= 9999);
    digits_put(text_out, 4, year);
    text_out[4] = '-';
    digits_put(text_out + 5, 2, month);
    text_out[7] = '-';
    digits_put(text_out + 8, 2, day);
    text_out[DATE_TEXT_SIZE - 1] = '\0';
    return DATE_TEXT_SIZE - 1;
}

/* "+08:00" or "Z" -> seconds east of Greenwich. */
static bool offset_parse(const char *text, size_t size, int64_t *seconds_out)
{
    int hours;
    int minutes;
    if (size == 1 && text[0] == 'Z') {
        *seconds_out = 0;
        return true;
    }
    if (size != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
        !digits_parse(text + 1, 2, &hours) || !digits_parse(text + 4, 2, &minutes) || hours > 23 ||
        minutes > 59) {
        return false;
    }
    int64_t seconds = hours * INT64_C(3600) + minutes * INT64_C(60);
    *seconds_out = text[0] == '-' ? -seconds : seconds;
    return true;
}

bool instant_parse(const char *text, size_t size, instant_us *at_out)
{
    date_days date;
    int hour;
    int minute;
    int second;
    if (size < 20 || !date_parse(text, 10, &date) || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || !digits_parse(text + 11, 2, &hour) ||
        !digits_parse(text + 14, 2, &minute) || !digits_parse(text + 17, 2, &second) || hour > 23 ||
        minute > 59 || second > 59) {
        return false;
    }
    size_t at = 19;
    int64_t fraction = 0;
    if (text[at] == '.') {
        int64_t unit = INSTANT_US_PER_SECOND / 10;
        size_t start = ++at;
        for (; at < size && text[at] >= '0' && text[at] <= '9'; at++) {
            fraction += (text[at] - '0') * unit;
            unit /= 10;
        }
        if (at == start) {
            return false;
        }
    }
    int64_t offset;
    if (!offset_parse(text + at, size - at, &offset)) {
        return false;
    }
    int64_t seconds = date * SECONDS_PER_DAY + hour * INT64_C(3600) + minute * INT64_C(60) + second;
    *at_out = (seconds - offset) * INSTANT_US_PER_SECOND + fraction;
    return true;
}

size_t instant_format(instant_us at, char text_out[INSTANT_TEXT_SIZE])
{
    int64_t seconds = divide_down(at, INSTANT_US_PER_SECOND);
    int64_t fraction = at - seconds * INSTANT_US_PER_SECOND;
    int64_t day = divide_down(seconds, SECONDS_PER_DAY);
    int of_day = (int)(seconds - day * SECONDS_PER_DAY);
    char *time = text_out + DATE_TEXT_SIZE;
    date_format((date_days)day, text_out);
    time[-1] = 'T';
    digits_put(time, 2, of_day / 3600);
    time[2] = ':';
    digits_put(time + 3, 2, of_day / 60 % 60);
    time[5] = ':';
    digits_put(time + 6, 2, of_day % 60);
    time[8] = '.';
    digits_put(time + 9, 6, (int)fraction);
    time[15] = 'Z';
    time[16] = '\0';
    return INSTANT_TEXT_SIZE - 1;
}

static instant_us clock_read(clockid_t clock)
{
    struct timespec now;
    int result = clock_gettime(clock, &now);
    assert(result == 0);
    (void)result;
    return now.tv_sec * INSTANT_US_PER_SECOND + now.tv_nsec / 1000;
}

instant_us clock_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

instant_us clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}
