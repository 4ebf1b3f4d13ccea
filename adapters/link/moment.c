#include "adapters/link/moment.h"

static void put_two(uint8_t *at, int value)
{
    at[0] = (uint8_t)('0' + value / 10 % 10);
    at[1] = (uint8_t)('0' + value % 10);
}

/* -1: not two digits. */
static int get_two(const uint8_t *at)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9') {
        return -1;
    }
    return (at[0] - '0') * 10 + (at[1] - '0');
}

void moment_format_day(date_days day, uint8_t text_out[MOMENT_DAY_SIZE])
{
    int year;
    int month;
    int day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    put_two(text_out, month);
    put_two(text_out + 2, day_of_month);
}

void moment_format_time(instant_us at, uint8_t text_out[MOMENT_TIME_SIZE])
{
    date_days day = date_of(at);
    int seconds = (int)((at - date_start(day)) / INSTANT_US_PER_SECOND);
    moment_format_day(day, text_out);
    put_two(text_out + 4, seconds / 3600);
    put_two(text_out + 6, seconds / 60 % 60);
    put_two(text_out + 8, seconds % 60);
}

static bool is_day(date_days candidate, int month, int day)
{
    int year;
    int civil_month;
    int civil_day;
    date_to_civil(candidate, &year, &civil_month, &civil_day);
    return civil_month == month && civil_day == day;
}

bool moment_parse_day(const uint8_t text[MOMENT_DAY_SIZE], date_days near, date_days *day_out)
{
    int month = get_two(text);
    int day = get_two(text + 2);
    if (month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    int year;
    int near_month;
    int near_day;
    date_to_civil(near, &year, &near_month, &near_day);
    bool is_found = false;
    date_days best = DATE_NONE;
    /* Four years each way: 29 February may be that far. */
    for (int offset = -4; offset <= 4; offset++) {
        date_days candidate = date_from_civil(year + offset, month, day);
        date_days distance = candidate > near ? candidate - near : near - candidate;
        date_days best_distance = best > near ? best - near : near - best;
        if (is_day(candidate, month, day) && (!is_found || distance < best_distance)) {
            is_found = true;
            best = candidate;
        }
    }
    if (is_found) {
        *day_out = best;
    }
    return is_found;
}

bool moment_parse_time(const uint8_t text[MOMENT_TIME_SIZE], instant_us near, instant_us *at_out)
{
    date_days day;
    int hours = get_two(text + 4);
    int minutes = get_two(text + 6);
    int seconds = get_two(text + 8);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 ||
        !moment_parse_day(text, date_of(near), &day)) {
        return false;
    }
    *at_out = date_start(day) + (hours * 3600 + minutes * 60 + seconds) * INSTANT_US_PER_SECOND;
    return true;
}
