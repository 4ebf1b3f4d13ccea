#include "tools/bench_house.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/business/documents.h"

enum {
    DOCUMENT_COUNT_KEPT = 65536,
    UNIT_SIZE = 1 << 20,
    BODY_SIZE = 1 << 16,
    KEY_SIZE = 32,
    ACTIVE_WAIT_MS = 60000,
    PAUSE_MS = 20,
};

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t wakes;
    bool is_done;
};

static bool explain(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    return false;
}

/* --- the database --- */

static bool schema_make(struct bench_house *house)
{
    static struct document_kind kinds[DOCUMENT_COUNT];
    char message[256];
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        kinds[i] = *record_document_kind(document_types[i].record);
    }
    enum status status =
        journal_migrate(house->conninfo, kinds, DOCUMENT_COUNT, message, sizeof message);
    return status == STATUS_OK || explain("the schema cannot be made", message);
}

static bool vault_make(struct bench_house *house)
{
    char message[256];
    if (!vault_create_file(house->vault_file, message, sizeof message)) {
        return explain("no key file", message);
    }
    house->vault = vault_open(house->vault_file, message, sizeof message);
    return house->vault != NULL || explain("the key file", message);
}

bool bench_house_open(struct bench_house *house, const char *bindir, const char *directory)
{
    *house = (struct bench_house){.engine = NULL};
    if (!bench_cluster_start(&house->cluster, bindir, directory)) {
        return false;
    }
    const char *folder = house->cluster.directory;
    (void)snprintf(house->vault_file, sizeof house->vault_file, "%s/vault", folder);
    (void)snprintf(
        house->conninfo, sizeof house->conninfo, "host=%s dbname=postgres user=postgres", folder);
    if (!schema_make(house) || !vault_make(house)) {
        return false;
    }
    house->owner = PQconnectdb(house->conninfo);
    (void)snprintf(house->conninfo,
                   sizeof house->conninfo,
                   "host=%s dbname=postgres user=kouan_writer",
                   folder);
    return PQstatus(house->owner) == CONNECTION_OK ||
           explain("PostgreSQL", PQerrorMessage(house->owner));
}

void bench_house_close(struct bench_house *house)
{
    bench_house_engine_stop(house);
    if (house->vault != NULL) {
        vault_close(house->vault);
    }
    PQfinish(house->owner);
    bench_cluster_stop(&house->cluster);
}

static PGresult *query(struct bench_house *house, const char *sql)
{
    PGresult *result = PQexec(house->owner, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        (void)explain("SQL", PQerrorMessage(house->owner));
        PQclear(result);
        return NULL;
    }
    return result;
}

bool bench_house_sql(struct bench_house *house, const char *sql)
{
    PGresult *result = query(house, sql);
    PQclear(result);
    return result != NULL;
}

long long bench_house_number(struct bench_house *house, const char *sql)
{
    PGresult *result = query(house, sql);
    bool is_there = result != NULL && PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
    long long number = is_there ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;
    PQclear(result);
    return number;
}

/* --- the engine --- */

static bool engine_await(struct engine *engine)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    struct engine_report report;
    for (int waited = 0; waited < ACTIVE_WAIT_MS; waited += PAUSE_MS) {
        engine_read_report(engine, &report);
        if (report.state == ENGINE_ACTIVE) {
            return true;
        }
        nanosleep(&pause, NULL);
    }
    return explain("the engine did not become active", report.reason);
}

bool bench_house_engine_start(struct bench_house *house)
{
    char message[256];
    struct engine_config config = {
        .four_eyes = FOUR_EYES_OFF, /* one party sets the scene */
        .conninfo = house->conninfo,
        .vault_file = house->vault_file,
        .account_count_max = 100000,
        .pending_count_max = 1000,
        .document_count_max = DOCUMENT_COUNT_KEPT,
        .presence_key_count = 16777216,
        .queue_count_max = 4096,
        .leaf_transfer_count = 1000000,
        .checkpoint_transfer_count = 100000,
        .lease_us = 10 * INSTANT_US_PER_SECOND,
    };
    house->engine = engine_create(&config, message, sizeof message);
    if (house->engine == NULL) {
        return explain("no engine", message);
    }
    return engine_await(house->engine);
}

void bench_house_engine_stop(struct bench_house *house)
{
    if (house->engine != NULL) {
        engine_stop(house->engine);
        engine_destroy(house->engine);
        house->engine = NULL;
    }
}

/* --- commands --- */

static void unit_done(struct unit *unit)
{
    struct waiting *waiting = unit->owner;
    pthread_mutex_lock(&waiting->lock);
    waiting->is_done = true;
    pthread_cond_signal(&waiting->wakes);
    pthread_mutex_unlock(&waiting->lock);
}

static bool unit_run(struct bench_house *house, struct unit *unit)
{
    struct waiting waiting = {.is_done = false};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.wakes, NULL);
    unit->owner = &waiting;
    unit->done = unit_done;
    bool is_taken = engine_submit(house->engine, unit) == STATUS_OK;
    pthread_mutex_lock(&waiting.lock);
    while (is_taken && !waiting.is_done) {
        pthread_cond_wait(&waiting.wakes, &waiting.lock);
    }
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.wakes);
    pthread_mutex_destroy(&waiting.lock);
    return is_taken && unit->status == UNIT_ANSWERED;
}

static bool unit_read(struct bench_house *house,
                      struct unit *unit,
                      const struct command_type *type,
                      const char *json)
{
    static max_align_t body[BODY_SIZE / sizeof(max_align_t)];
    char key[KEY_SIZE];
    struct record_fault fault;
    struct bytes input = {.data = (const uint8_t *)json, .size = strlen(json)};
    if (type->command->size > sizeof body ||
        !record_read(type->command, MEDIA_JSON, input, &unit->arena, body, &fault)) {
        return explain(type->name, fault.detail);
    }
    (void)snprintf(key, sizeof key, "bench-%d", house->command_count++);
    return unit_fill(unit, 0, type, body, key, house->vault);
}

struct unit *bench_house_act(
    struct bench_house *house, const char *actor, unsigned role, const char *name, const char *json)
{
    const struct command_type *type = command_type_find(name);
    struct unit *unit = unit_create(1, UNIT_SIZE);
    if (type == NULL || unit == NULL) {
        (void)explain(name, "there is no such command, or no memory");
        return NULL;
    }
    unit->mode = UNIT_ATOMIC;
    unit->actor_role = role;
    (void)snprintf(unit->actor, sizeof unit->actor, "%s", actor);
    bool is_run = unit_read(house, unit, type, json) && unit_run(house, unit);
    const struct command *command = &unit->commands[0];
    if (is_run && command->result == COMMAND_DONE) {
        return unit;
    }
    (void)explain(name, is_run ? refusal_code_text(command->refusal.code) : "not committed");
    unit_destroy(unit);
    return NULL;
}

bool bench_house_do(
    struct bench_house *house, const char *actor, unsigned role, const char *name, const char *json)
{
    struct unit *unit = bench_house_act(house, actor, role, name, json);
    if (unit == NULL) {
        return false;
    }
    unit_destroy(unit);
    return true;
}
