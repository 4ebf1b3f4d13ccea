#pragma once
/* The two clocks a link lives by, both passed in, and the times of day that stand in fields. */
#include <stdbool.h>
#include <stdint.h>

#include "ledger/base/date.h"

struct moment {
    instant_us monotonic; /* deadlines */
    instant_us wall;      /* fields 7, 12, 13, 15 */
};

enum {
    MOMENT_TIME_SIZE = 10, /* MMDDhhmmss in Asia/Shanghai, as field 7 has it */
    MOMENT_DAY_SIZE = 4,   /* MMDD */
};

void moment_format_time(instant_us at, uint8_t text_out[MOMENT_TIME_SIZE]);
void moment_format_day(date_days day, uint8_t text_out[MOMENT_DAY_SIZE]);
/* The year is not said: the nearest to `near`. False: no such day or time. */
MUST_CHECK bool
moment_parse_time(const uint8_t text[MOMENT_TIME_SIZE], instant_us near, instant_us *at_out);
MUST_CHECK bool
moment_parse_day(const uint8_t text[MOMENT_DAY_SIZE], date_days near, date_days *day_out);
