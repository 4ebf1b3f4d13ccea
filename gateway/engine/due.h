#pragma once
/*
 * What time has made due. Deadlines are read in the order of their days, each once: behind the last
 * one read nothing is open, unless the engine has noted one set since or a command did not do what
 * was due. So a look costs nothing when nothing is due, however many deadlines were closed before.
 */
#include "gateway/engine/engine_p.h"

struct due;

struct due *due_create(struct engine *engine, struct journal_reader *reader, struct vault *vault);
void due_destroy(struct due *due);

enum due_step {
    DUE_NOTHING, /* all that is due on this day and before is done, or waits to be tried again */
    DUE_BUSY,    /* commands are under way, or more is to be read */
};

/* Hands over what is due, at most DUE_COUNT_MAX commands at once, as one unit. */
enum due_step due_run(struct due *due, date_days today);
/* The virtual clock goes to `until`. */
void due_tick(struct due *due, instant_us until);
