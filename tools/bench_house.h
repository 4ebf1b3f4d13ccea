#pragma once
/* A house for a benchmark: an engine on a private PostgreSQL, and commands for it written as JSON.
 * What fails is explained on standard error. */
#include <libpq-fe.h>
#include <stdbool.h>

#include "gateway/engine/engine.h"
#include "gateway/records/vault.h"
#include "tools/bench_cluster.h"

struct bench_house {
    struct bench_cluster cluster;
    char conninfo[256];
    char vault_file[160];
    PGconn *owner; /* SQL beside the engine, as superuser */
    struct vault *vault;
    struct engine *engine; /* NULL: not running */
    int command_count;
};

/* Makes PostgreSQL and the schema in a directory of its own under `directory`; no engine yet. */
bool bench_house_open(struct bench_house *house, const char *bindir, const char *directory);
void bench_house_close(struct bench_house *house);

bool bench_house_engine_start(struct bench_house *house);
void bench_house_engine_stop(struct bench_house *house);

/* Runs one command as `actor` ("": the system) that must be done; its unit, with the answer, is the
 * caller's. NULL: it was not. */
struct unit *bench_house_act(struct bench_house *house,
                             const char *actor,
                             unsigned role,
                             const char *name,
                             const char *json);
/* The same without its answer. */
bool bench_house_do(struct bench_house *house,
                    const char *actor,
                    unsigned role,
                    const char *name,
                    const char *json);

bool bench_house_sql(struct bench_house *house, const char *sql);
/* The first column of the first row; -1 when there is none. */
long long bench_house_number(struct bench_house *house, const char *sql);
