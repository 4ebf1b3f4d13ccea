#pragma once
/* A running engine on a private PostgreSQL, and commands for it written as JSON. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/engine/engine.h"
#include "gateway/records/vault.h"
#include "tests/pg/pg.h"

struct crew {
    struct pg pg;
    char conninfo[256];
    char vault_file[128];
    struct vault *vault;
    struct engine *engine;
    size_t document_count_max;
    enum clock_kind clock;
    enum four_eyes four_eyes; /* off from crew_start on; for the next crew_engine_start */
    struct engine_news news;  /* set before crew_start to listen */
};

void crew_start(struct crew *crew);
void crew_stop(struct crew *crew);
/* The engine alone: stopped and made again on the same database. */
void crew_engine_start(struct crew *crew);
void crew_engine_stop(struct crew *crew);
void crew_wait_active(struct crew *crew);

/* A unit for `actor` ("" = the system) with room for `count` commands. */
struct unit *crew_unit(const char *actor, unsigned role, enum unit_mode mode, size_t count);
/* The next command of the unit; aborts when the JSON is not a body of that command. */
void crew_command(struct crew *crew,
                  struct unit *unit,
                  size_t index,
                  const char *key,
                  const char *name,
                  const char *json);
/* Submits and waits until it is answered; retries while the engine is not active. */
void crew_run(struct crew *crew, struct unit *unit);
/* One command, run; the caller destroys the unit. */
struct unit *crew_one(struct crew *crew,
                      const char *actor,
                      unsigned role,
                      const char *key,
                      const char *name,
                      const char *json);
/* Operator, bank, customs and merchant, all active; a deposit of 1,000,000.00, its GRN. */
void crew_settle(struct crew *crew, char grn_out[18]);
