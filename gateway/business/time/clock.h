#pragma once
/*
 * The virtual clock of a sandbox (虚拟时钟). It stands still between moves. clock.move sets how far
 * it is to go; the engine then goes there day by day, each step a clock.tick of its own, once
 * everything due until then is done: what falls due on day 3 runs on day 3, before that of day 4.
 */
#include "gateway/business/rule.h"

#define CLOCK_KEY "virtual"

enum {
    CLOCK_MOVE_DAYS_MAX = 3660
};

struct clock {
    char name[9]; /* CLOCK_KEY */
    instant_us now;
    instant_us target; /* not before now */
};

struct clock_move {
    instant_us until;
};

extern const struct record clock_record;
extern const struct record clock_move_record;

rule clock_move;
rule clock_tick;
