#pragma once
/*
 * Business dates and instants. A date is a count of days since 1970-01-01 in Asia/Shanghai
 * (UTC+08:00 all year); an instant is microseconds since 1970-01-01T00:00:00Z. Both are passed
 * in: nothing here reads a clock except clock_now.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

typedef int32_t date_days;
typedef int64_t instant_us;

#define INSTANT_US_PER_SECOND INT64_C(1000000)
/* Zeroed memory means absent: no business date or instant of ours is the epoch itself. */
#define DATE_NONE    0
#define INSTANT_NONE 0

enum {
    DATE_TEXT_SIZE = 11,
    INSTANT_TEXT_SIZE = 28
};

date_days date_of(instant_us at);
/* The first instant of a business date. */
instant_us date_start(date_days date);
date_days date_from_civil(int year, int month, int day);
void date_to_civil(date_days date, int *year_out, int *month_out, int *day_out);

/* "2026-11-23"; false unless it is a real date of the years 1970 to 9999. */
MUST_CHECK bool date_parse(const char *text, size_t size, date_days *date_out);
size_t date_format(date_days date, char text_out[DATE_TEXT_SIZE]);

/* RFC 3339 in UTC with microseconds: "2026-11-23T06:41:00.000000Z". Any fraction and offset is
 * read. */
MUST_CHECK bool instant_parse(const char *text, size_t size, instant_us *at_out);
size_t instant_format(instant_us at, char text_out[INSTANT_TEXT_SIZE]);

/* The wall clock. Called by the engine once per batch, never by a rule. */
instant_us clock_now(void);
/* For deadlines of sockets and waits: never jumps. */
instant_us clock_monotonic(void);
