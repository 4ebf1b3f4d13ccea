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
/* DONE when such a deadline is open and due today or earlier; closes it. Otherwise a refusal. */
enum verdict
deadline_take(struct context *context, const char *command, const struct deadline_run *run);

/* The command an open deadline asks for. `body_out` must live as long as `due_out` is used. */
void deadline_due_command(const struct deadline *deadline,
                          struct deadline_run *body_out,
                          struct due_command *due_out);
