#include "tests/engine/crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t wakes;
    bool is_done;
};

static void require(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "crew: %s\n", what);
        abort();
    }
}

static void pause_briefly(void)
{
    struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
}

void crew_start(struct crew *crew)
{
    crew->four_eyes = FOUR_EYES_OFF; /* so that one party can set the scene */
    static struct document_kind kinds[DOCUMENT_COUNT];
    char message[256];
    pg_start(&crew->pg);
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        kinds[i] = *record_document_kind(document_types[i].record);
    }
    snprintf(crew->conninfo, sizeof crew->conninfo, "%s", pg_conninfo(&crew->pg, "postgres"));
    enum status status =
        journal_migrate(crew->conninfo, kinds, DOCUMENT_COUNT, message, sizeof message);
    require(status == STATUS_OK, message);
    snprintf(crew->conninfo, sizeof crew->conninfo, "%s", pg_conninfo(&crew->pg, "kouan_writer"));
    snprintf(crew->vault_file, sizeof crew->vault_file, "%s.vault", crew->pg.directory);
    (void)unlink(crew->vault_file);
    require(vault_create_file(crew->vault_file, message, sizeof message), message);
    crew->vault = vault_open(crew->vault_file, message, sizeof message);
    require(crew->vault != NULL, message);
    crew_engine_start(crew);
}

void crew_stop(struct crew *crew)
{
    crew_engine_stop(crew);
    vault_close(crew->vault);
    (void)unlink(crew->vault_file);
    pg_stop(&crew->pg);
}

void crew_engine_start(struct crew *crew)
{
    char message[256];
    struct engine_config config = {
        .news = crew->news,
        .clock = crew->clock,
        .four_eyes = crew->four_eyes,
        .conninfo = crew->conninfo,
        .vault_file = crew->vault_file,
        .account_count_max = 100000,
        .pending_count_max = 1000,
        .document_count_max = crew->document_count_max == 0 ? 4096 : crew->document_count_max,
        .presence_key_count = 100000,
        .queue_count_max = 4096,
        .leaf_transfer_count = 4000,
        .checkpoint_transfer_count = 3000,
        .lease_us = 10 * INSTANT_US_PER_SECOND,
    };
    crew->engine = engine_create(&config, message, sizeof message);
    require(crew->engine != NULL, message);
    crew_wait_active(crew);
}

void crew_engine_stop(struct crew *crew)
{
    engine_stop(crew->engine);
    engine_destroy(crew->engine);
    crew->engine = NULL;
}

void crew_wait_active(struct crew *crew)
{
    struct engine_report report;
    for (int i = 0; i < 3000; i++) {
        engine_read_report(crew->engine, &report);
        if (report.state == ENGINE_ACTIVE) {
            return;
        }
        require(report.state != ENGINE_STOPPED, report.reason);
        pause_briefly();
    }
    require(false, report.reason);
}

struct unit *crew_unit(const char *actor, unsigned role, enum unit_mode mode, size_t count)
{
    struct unit *unit = unit_create(count, 65536 + count * 16384);
    require(unit != NULL, "no unit");
    unit->mode = mode;
    unit->actor_role = role;
    snprintf(unit->actor, sizeof unit->actor, "%s", actor);
    return unit;
}

void crew_command(struct crew *crew,
                  struct unit *unit,
                  size_t index,
                  const char *key,
                  const char *name,
                  const char *json)
{
    const struct command_type *type = command_type_find(name);
    require(type != NULL, name);
    struct command *command = unit_prepare(unit, index, type);
    struct record_fault fault;
    struct bytes input = {.data = (const uint8_t *)json, .size = strlen(json)};
    if (!record_read(type->command, MEDIA_JSON, input, &unit->arena, command->body, &fault)) {
        fprintf(stderr, "%s %s: %s %s\n", json, fault.pointer, fault.code, fault.detail);
        abort();
    }
    size_t size = 8192;
    struct writer sealed = writer_over(arena_take(&unit->arena, size), size);
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* a vault is for one thread */
    pthread_mutex_lock(&lock);
    record_seal(type->command, crew->vault, command->body, &sealed);
    require(!sealed.has_failed, "sealed too large");
    command->sealed = (struct bytes){.data = sealed.data, .size = sealed.size};
    record_fingerprint(
        type->command, crew->vault, name, command->body, &unit->arena, command->fingerprint);
    pthread_mutex_unlock(&lock);
    snprintf(command->idempotency_key, sizeof command->idempotency_key, "%s", key);
}

static void unit_done(struct unit *unit)
{
    struct waiting *waiting = unit->owner;
    pthread_mutex_lock(&waiting->lock);
    waiting->is_done = true;
    pthread_cond_signal(&waiting->wakes);
    pthread_mutex_unlock(&waiting->lock);
}

void crew_run(struct crew *crew, struct unit *unit)
{
    struct waiting waiting = {.is_done = false};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.wakes, NULL);
    unit->owner = &waiting;
    unit->done = unit_done;
    while (engine_submit(crew->engine, unit) != STATUS_OK) {
        pause_briefly();
    }
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.is_done) {
        pthread_cond_wait(&waiting.wakes, &waiting.lock);
    }
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.wakes);
    pthread_mutex_destroy(&waiting.lock);
}

struct unit *crew_one(struct crew *crew,
                      const char *actor,
                      unsigned role,
                      const char *key,
                      const char *name,
                      const char *json)
{
    struct unit *unit = crew_unit(actor, role, UNIT_ATOMIC, 1);
    crew_command(crew, unit, 0, key, name, json);
    crew_run(crew, unit);
    return unit;
}

static void
must(struct crew *crew, const char *actor, unsigned role, const char *name, const char *json)
{
    char key[64];
    static int count;
    snprintf(key, sizeof key, "settle-%d", count++);
    struct unit *unit = crew_one(crew, actor, role, key, name, json);
    if (unit->commands[0].result != COMMAND_DONE) {
        fprintf(stderr,
                "%s: %s %s\n",
                name,
                refusal_code_text(unit->commands[0].refusal.code),
                unit->commands[0].refusal.pointer);
        abort();
    }
    unit_destroy(unit);
}

void crew_settle(struct crew *crew, char grn_out[18])
{
    static const char *const others[] = {
        "{\"id\":\"bank\",\"kind\":\"bank\",\"name\":\"Bank\",\"bic\":\"BKCHCNBJ\"}",
        "{\"id\":\"customs\",\"kind\":\"customs\",\"name\":\"Customs\",\"district\":\"0619\"}",
        ("{\"id\":\"merchant\",\"kind\":\"merchant\",\"name\":\"Merchant\","
         "\"customs_code\":\"1506960AB1\"}"),
    };
    static const char *const names[] = {"bank", "customs", "merchant"};
    must(crew,
         "operator",
         ROLE_OPERATOR,
         "party.register",
         "{\"id\":\"operator\",\"kind\":\"operator\",\"name\":\"Operator\"}");
    for (size_t i = 0; i < 3; i++) {
        char json[64];
        must(crew, "operator", ROLE_OPERATOR, "party.register", others[i]);
        snprintf(json, sizeof json, "{\"id\":\"%s\"}", names[i]);
        must(crew, "operator", ROLE_OPERATOR, "party.activate", json);
    }
    struct unit *unit = crew_one(crew,
                                 "merchant",
                                 ROLE_MERCHANT,
                                 "open",
                                 "guarantee.open_deposit",
                                 "{\"beneficiary\":\"customs\",\"scopes\":[\"retail_import\"],"
                                 "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000.00\"}}");
    require(unit->commands[0].result == COMMAND_DONE,
            refusal_code_text(unit->commands[0].refusal.code));
    const struct guarantee_answer *answer = unit->commands[0].answer;
    snprintf(grn_out, 18, "%s", answer->grn);
    char json[512];
    snprintf(
        json,
        sizeof json,
        "{\"bank_reference\":\"B1\",\"payment_reference\":\"%s\",\"value_date\":\"2026-11-23\","
        "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000.00\"}}",
        answer->payment_reference);
    unit_destroy(unit);
    must(crew, "bank", ROLE_BANK, "funds.receive", json);
}
