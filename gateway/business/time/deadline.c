#include "gateway/business/time/deadline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"

static const struct field fields[] = {
    TEXT(deadline, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "command and subject"),
    FIELD(deadline,
          due_on,
          FIELD_DATE,
          FIELD_INDEX,
          .meaning = "due on; absent when closed (到期日)"),
    TEXT(deadline, command, FIELD_REQUIRED, .meaning = "the command that runs then"),
    TEXT(deadline, subject, FIELD_REQUIRED, .meaning = "what it is about"),
};
const struct record deadline_record = RECORD(deadline, fields, "What time makes due (期限)");

static const struct field run_fields[] = {
    TEXT(deadline_run, subject, FIELD_REQUIRED, .meaning = "what is due"),
    FIELD(deadline_run, due_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "the day it became due"),
};
const struct record deadline_run_record =
    RECORD(deadline_run, run_fields, "Do what has become due");

static void deadline_key(const char *command, const char *subject, char key_out[DOCUMENT_KEY_SIZE])
{
    int size = snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", command, subject);
    assert(size > 0 && size < DOCUMENT_KEY_SIZE);
}

void deadline_set(struct context *context,
                  const char *command,
                  const char *subject,
                  date_days due_on)
{
    struct deadline deadline = {.due_on = due_on};
    assert(strlen(command) < sizeof(deadline.command));
    assert(strlen(subject) < sizeof(deadline.subject));
    deadline_key(command, subject, deadline.key);
    TEXT_PUT(deadline.command, command);
    TEXT_PUT(deadline.subject, subject);
    state_put(context->state, DOCUMENT_DEADLINE, &deadline);
}

static date_days
stage_day(struct context *context, const struct deadline_stage *stage, date_days due_on)
{
    switch (stage->count) {
    case COUNT_DAYS:
        return due_on + stage->days;
    case COUNT_WORKING_DAYS:
        return calendar_add_working(context, due_on, stage->days);
    }
    return due_on;
}

static bool deadline_is_open(struct context *context, const char *command, const char *subject)
{
    char key[DOCUMENT_KEY_SIZE];
    deadline_key(command, subject, key);
    const struct deadline *deadline = state_find(context->state, DOCUMENT_DEADLINE, key);
    return deadline != NULL && deadline->due_on != DATE_NONE;
}

void deadline_plan(struct context *context,
                   const struct deadline_stage *stages,
                   size_t stage_count,
                   const char *subject,
                   date_days due_on)
{
    for (size_t i = 0; i < stage_count; i++) {
        const struct deadline_stage *stage = &stages[i];
        date_days day = due_on == DATE_NONE ? DATE_NONE : stage_day(context, stage, due_on);
        bool is_too_late = stage->days < 0 && day <= context->today;
        if (day != DATE_NONE && !is_too_late) {
            deadline_set(context, stage->command, subject, day);
        } else if (deadline_is_open(context, stage->command, subject)) {
            deadline_set(context, stage->command, subject, DATE_NONE);
        }
    }
}

enum verdict
deadline_take(struct context *context, const char *command, const struct deadline_run *run)
{
    char key[DOCUMENT_KEY_SIZE];
    deadline_key(command, run->subject, key);
    const struct deadline *deadline = state_find(context->state, DOCUMENT_DEADLINE, key);
    if (deadline == NULL || deadline->due_on != run->due_on || run->due_on > context->today) {
        return refuse(context, REFUSAL_DEADLINE_NOT_DUE);
    }
    deadline_set(context, command, run->subject, DATE_NONE);
    return VERDICT_DONE;
}

void deadline_due_command(const struct deadline *deadline,
                          struct deadline_run *body_out,
                          struct due_command *due_out)
{
    char date[DATE_TEXT_SIZE];
    date_format(deadline->due_on, date);
    *body_out = (struct deadline_run){.due_on = deadline->due_on};
    TEXT_PUT(body_out->subject, deadline->subject);
    *due_out = (struct due_command){
        .type = command_type_find(deadline->command),
        .body = body_out,
    };
    int size = snprintf(
        due_out->idempotency_key, sizeof(due_out->idempotency_key), "%s/%s", deadline->key, date);
    assert(size > 0 && (size_t)size < sizeof(due_out->idempotency_key));
}
