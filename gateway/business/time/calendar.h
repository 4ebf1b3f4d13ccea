#pragma once
/*
 * Which days are worked (工作日历). Saturday and Sunday rest, the others are worked, unless a row
 * says otherwise: the State Council's yearly notice names the holidays and the weekend days worked
 * in exchange. A last day of payment that is a rest day moves to the first working day after it
 * (Measures for the collection of duties on imports and exports).
 *
 * Days whose rows are not in memory yet are answered as if there were none; the rule then ends with
 * VERDICT_FETCH, as after every state_find.
 */
#include "gateway/business/rule.h"

enum calendar_kind {
    CALENDAR_HOLIDAY = 1,
    CALENDAR_WORKING,
    CALENDAR_ORDINARY,
};

enum {
    /* No rest is longer: a calendar that knows of one is wrong, and the day itself is taken. */
    CALENDAR_REST_DAYS_MAX = 30,
};

struct calendar_day {
    char day[DATE_TEXT_SIZE]; /* "2026-10-01" */
    enum calendar_kind kind;
    char name[61];
    char source[201];
};

struct calendar_set {
    date_days day;
    enum calendar_kind kind;
    char name[61];
    char source[201];
};

extern const struct record calendar_day_record;
extern const struct record calendar_set_record;

rule calendar_set;

bool calendar_is_working(struct context *context, date_days date);
/* The day itself, or the first working day after it. */
date_days calendar_next_working(struct context *context, date_days date);
/* So many working days after `date`, itself not counted; before it when negative. 0: the date. */
date_days calendar_add_working(struct context *context, date_days date, int days);
