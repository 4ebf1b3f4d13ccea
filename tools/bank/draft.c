#include "tools/bank/draft.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void draft_start(struct draft *draft, const char *mti)
{
    iso8583_clear(&draft->message);
    memcpy(draft->message.mti, mti, sizeof draft->message.mti);
    draft->text_size = 0;
}

void draft_bytes(struct draft *draft, int field, const void *data, size_t size)
{
    if (size == 0 || size > sizeof draft->text - draft->text_size) {
        return;
    }
    char *copy = draft->text + draft->text_size;
    memcpy(copy, data, size);
    draft->text_size += size;
    iso8583_set(&draft->message, field, copy, size);
}

void draft_text(struct draft *draft, int field, const char *text)
{
    draft_bytes(draft, field, text, strlen(text));
}

void draft_number(struct draft *draft, int field, int64_t number, int digits)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%0*" PRId64, digits, number);
    assert(number >= 0 && size == digits);
    draft_bytes(draft, field, text, (size_t)size);
}

void draft_day(struct draft *draft, int field, date_days day)
{
    int year;
    int month;
    int in_month;
    date_to_civil(day, &year, &month, &in_month);
    draft_number(draft, field, (int64_t)month * 100 + in_month, 4);
}

void draft_stamp(struct draft *draft, instant_us now, int64_t trace)
{
    date_days day = date_of(now);
    int year;
    int month;
    int in_month;
    date_to_civil(day, &year, &month, &in_month);
    int64_t second = (now - date_start(day)) / INSTANT_US_PER_SECOND;
    int64_t clock = second / 3600 * 10000 + second / 60 % 60 * 100 + second % 60;
    draft_number(draft, 7, (int64_t)(month * 100 + in_month) * 1000000 + clock, 10);
    draft_number(draft, 11, trace, 6);
}

void draft_answer(struct draft *draft, const struct iso8583_message *request)
{
    static const int echoed[] = {3, 4, 7, 11, 12, 13, 15, 32, 33, 37, 41, 42, 49, 70, 90, 100};
    char mti[5];
    memcpy(mti, request->mti, sizeof mti);
    mti[2] = (char)(mti[2] + 1);
    mti[3] = '0';
    draft_start(draft, mti);
    for (size_t i = 0; i < sizeof echoed / sizeof echoed[0]; i++) {
        struct iso8583_view value = iso8583_get(request, echoed[i]);
        if (value.data != NULL) {
            iso8583_set(&draft->message, echoed[i], value.data, value.size);
        }
    }
}

void field_text(const struct iso8583_message *message, int field, char *text_out, size_t size)
{
    struct iso8583_view value = iso8583_get(message, field);
    text_out[0] = '\0';
    if (value.data == NULL || value.size >= size || memchr(value.data, 0, value.size) != NULL) {
        return;
    }
    memcpy(text_out, value.data, value.size);
    text_out[value.size] = '\0';
}

int64_t field_number(const struct iso8583_message *message, int field)
{
    struct iso8583_view value = iso8583_get(message, field);
    if (value.data == NULL || value.size == 0 || value.size > 18) {
        return -1;
    }
    int64_t number = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return -1;
        }
        number = number * 10 + (value.data[i] - '0');
    }
    return number;
}

static int64_t days_apart(date_days a, date_days b)
{
    return a < b ? (int64_t)b - a : (int64_t)a - b;
}

static date_days day_near(int64_t month_day, date_days near)
{
    int year;
    int month;
    int in_month;
    date_days nearest = DATE_NONE;
    date_to_civil(near, &year, &month, &in_month);
    for (int y = year - 1; month_day > 0 && y <= year + 1; y++) {
        char text[16];
        date_days day;
        int size = snprintf(
            text, sizeof text, "%04d-%02d-%02d", y, (int)(month_day / 100), (int)(month_day % 100));
        if (!date_parse(text, (size_t)size, &day)) {
            continue;
        }
        if (nearest == DATE_NONE || days_apart(day, near) < days_apart(nearest, near)) {
            nearest = day;
        }
    }
    return nearest;
}

date_days field_day(const struct iso8583_message *message, int field, date_days near)
{
    return day_near(field_number(message, field), near);
}

instant_us field_instant(const struct iso8583_message *message, int field, instant_us near)
{
    int64_t stamp = field_number(message, field);
    date_days day = day_near(stamp / 1000000, date_of(near));
    int64_t hour = stamp / 10000 % 100;
    int64_t minute = stamp / 100 % 100;
    int64_t second = stamp % 100;
    bool is_time = stamp >= 0 && hour < 24 && minute < 60 && second < 60;
    return is_time && day != DATE_NONE
               ? date_start(day) + (hour * 3600 + minute * 60 + second) * INSTANT_US_PER_SECOND
               : INSTANT_NONE;
}
