#include "gateway/business/time/calendar.h"

#include <stdlib.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"

static const struct name kinds[] = {
    {CALENDAR_HOLIDAY,  "holiday",  "a rest day (休息日)"            },
    {CALENDAR_WORKING,  "working",  "a working day (工作日)"         },
    {CALENDAR_ORDINARY, "ordinary", "as its day of the week (按星期)"},
    {0,                 NULL,       NULL                                },
};

#define MEANING_FIELDS(struct_)                                                                    \
    FIELD(struct_,                                                                                 \
          kind,                                                                                    \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = kinds,                                                                          \
          .meaning = "whether it is worked (类别)"),                                               \
        TEXT(struct_, name, 0, .meaning = "what the day is called (名称)"),                        \
        TEXT(struct_, source, FIELD_REQUIRED, .meaning = "where it stands (依据)")

static const struct field day_fields[] = {
    TEXT(calendar_day, day, FIELD_KEY | FIELD_REQUIRED, .meaning = "the date (日期)"),
    MEANING_FIELDS(calendar_day),
};
const struct record calendar_day_record =
    RECORD(calendar_day, day_fields, "A day of the calendar (工作日历)");

static const struct field set_fields[] = {
    FIELD(calendar_set, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "the date (日期)"),
    MEANING_FIELDS(calendar_set),
};
const struct record calendar_set_record =
    RECORD(calendar_set, set_fields, "Say of a day whether it is worked");

/* 1970-01-01 was a Thursday. */
static bool is_weekend(date_days date)
{
    int weekday = ((date % 7) + 7 + 3) % 7; /* Monday is 0 */
    return weekday >= 5;
}

bool calendar_is_working(struct context *context, date_days date)
{
    char key[DATE_TEXT_SIZE];
    date_format(date, key);
    const struct calendar_day *day = state_find(context->state, DOCUMENT_CALENDAR_DAY, key);
    enum calendar_kind kind = day == NULL ? CALENDAR_ORDINARY : day->kind;
    switch (kind) {
    case CALENDAR_HOLIDAY:
        return false;
    case CALENDAR_WORKING:
        return true;
    case CALENDAR_ORDINARY:
        break;
    }
    return !is_weekend(date);
}

/* From `date`, itself included, in steps of one day. */
static date_days find_working(struct context *context, date_days date, int step)
{
    for (int i = 0; i <= CALENDAR_REST_DAYS_MAX; i++) {
        if (calendar_is_working(context, date + i * step)) {
            return date + i * step;
        }
    }
    return date;
}

date_days calendar_next_working(struct context *context, date_days date)
{
    return find_working(context, date, 1);
}

date_days calendar_add_working(struct context *context, date_days date, int days)
{
    int step = days < 0 ? -1 : 1;
    for (int i = abs(days); i > 0; i--) {
        date = find_working(context, date + step, step);
    }
    return date;
}

enum verdict calendar_set(struct context *context, const void *command_, void *answer_out)
{
    const struct calendar_set *command = command_;
    struct calendar_day day = {.kind = command->kind};
    date_format(command->day, day.day);
    TEXT_PUT(day.name, command->name);
    TEXT_PUT(day.source, command->source);
    state_put(context->state, DOCUMENT_CALENDAR_DAY, &day);
    struct calendar_day *answer = answer_out;
    *answer = day;
    return rule_done(context);
}
