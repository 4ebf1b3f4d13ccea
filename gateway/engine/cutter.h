#pragma once
/*
 * The pages of a cut (集中纳税): for a statement being cut, the keys of the bills that are ripe are
 * read from the store, and commands that add them handed to the engine, a few at a time. What is
 * open is found by itself, also after a restart: a page twice adds nothing. On the clock's thread.
 */
#include "gateway/engine/engine_p.h"

struct cutter;

enum cutter_step {
    CUTTER_BUSY, /* a statement is being cut */
    CUTTER_NOTHING,
};

struct cutter *
cutter_create(struct engine *engine, struct journal_reader *reader, struct vault *vault);
void cutter_destroy(struct cutter *cutter);
/* Wakes the clock's thread whenever there is more to do at once. */
enum cutter_step cutter_run(struct cutter *cutter);
