#pragma once
/*
 * What time makes due. An open deadline is a document with a date; the engine reads those with
 * `due_on` <= today and submits the system command named in it. A closed one has no `due_on`, so
 * the index holds open ones only.
 */
#include "gateway/business/rule.h"

struct deadline {
    char key[DOCUMENT_KEY_SIZE]; /* "<command>/<subject>" */
    date_days due_on;            /* DATE_NONE: closed */
    char command[33];
    char subject[41];
};

/* The body of every command that time makes. */
struct deadline_run {
    char subject[41];
    date_days due_on;
};

extern const struct record deadline_record;
extern const struct record deadline_run_record;

/* Sets, moves or closes (DATE_NONE) the deadline of this command and subject. */
void deadline_set(struct context *context,
                  const char *command,
                  const char *subject,
                  date_days due_on);
enum deadline_count {
    COUNT_DAYS,
    COUNT_WORKING_DAYS,
};

/* One of what an obligation leads to: a reminder or a warning before its day, what is done on or
 * after it (提醒、预警、执行). */
struct deadline_stage {
    const char *command;
    int days; /* from the day of the obligation; negative: before */
    enum deadline_count count;
};

/* Sets every stage of an obligation due on this day, or moves it there; DATE_NONE closes them all.
 * What should have come before tomorrow does not come late: it is left out. */
void deadline_plan(struct context *context,
                   const struct deadline_stage *stages,
                   size_t stage_count,
                   const char *subject,
                   date_days due_on);
/* DONE when such a deadline is open and due today or earlier; closes it. Otherwise a refusal. */
enum verdict
deadline_take(struct context *context, const char *command, const struct deadline_run *run);

/* The command an open deadline asks for. `body_out` must live as long as `due_out` is used. */
void deadline_due_command(const struct deadline *deadline,
                          struct deadline_run *body_out,
                          struct due_command *due_out);
