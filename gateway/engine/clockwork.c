/*
 * The clock's thread. Loads the presence filter once; then looks for open deadlines that are due
 * and hands the commands they name to the engine, as the system.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "gateway/engine/cutter.h"
#include "gateway/engine/due.h"
#include "ledger/base/log.h"

enum {
    TICK_SECONDS = 2,
    LOAD_STATEMENT_SIZE = 192,
    LOAD_PAGE_COUNT = 20000,
};

struct clockwork {
    struct engine *engine;
    struct journal_reader *reader;
    struct vault *vault;
    bool is_loaded;
    size_t document; /* whose keys are being loaded */
    char loaded_to[DOCUMENT_KEY_SIZE];
    size_t loaded_count; /* on this page */
    struct due *due;
    struct cutter *cutter;
};

static void copy_text(char *to, size_t size, struct bytes from)
{
    (void)snprintf(to, size, "%.*s", (int)from.size, (const char *)from.data);
}

/* --- presence --- */

static void load_document_key(void *context, const struct row_view *row)
{
    struct clockwork *clockwork = context;
    struct bytes key = view_bytes(row, 0);
    presence_add(clockwork->engine->presence,
                 presence_document_hash(clockwork->document, (const char *)key.data, key.size));
    copy_text(clockwork->loaded_to, sizeof clockwork->loaded_to, key);
    clockwork->loaded_count++;
}

static void load_command_key(void *context, const struct row_view *row)
{
    struct clockwork *clockwork = context;
    struct bytes key = view_bytes(row, 2);
    presence_add(clockwork->engine->presence,
                 presence_command_hash(view_bigint(row, 1), (const char *)key.data, key.size));
    (void)snprintf(
        clockwork->loaded_to, sizeof clockwork->loaded_to, "%" PRId64, view_bigint(row, 0));
    clockwork->loaded_count++;
}

/* Page by page: the keys of all time need not fit in memory at once. */
static enum status
load_pages(struct clockwork *clockwork, const char *statement, const char *from, row_callback *each)
{
    enum status status;
    (void)snprintf(clockwork->loaded_to, sizeof clockwork->loaded_to, "%s", from);
    do {
        char after[DOCUMENT_KEY_SIZE];
        memcpy(after, clockwork->loaded_to, sizeof after);
        const char *parameters[] = {after};
        clockwork->loaded_count = 0;
        status = journal_read(clockwork->reader, statement, parameters, 1, each, clockwork);
    } while (status == STATUS_OK && clockwork->loaded_count == LOAD_PAGE_COUNT);
    return status;
}

/* Keys written meanwhile are added by the engine itself. */
static enum status presence_load(struct clockwork *clockwork)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < DOCUMENT_COUNT && status == STATUS_OK; i++) {
        char statement[LOAD_STATEMENT_SIZE];
        (void)snprintf(statement,
                       sizeof statement,
                       "SELECT DISTINCT key FROM business.\"%s\" WHERE key > $1"
                       " ORDER BY key LIMIT %d",
                       document_types[i].record->name,
                       LOAD_PAGE_COUNT);
        clockwork->document = i;
        status = load_pages(clockwork, statement, "", load_document_key);
    }
    if (status == STATUS_OK) {
        status = load_pages(clockwork,
                            "SELECT seq, party, idempotency_key FROM ledger.command"
                            " WHERE seq > $1::bigint ORDER BY seq LIMIT 20000",
                            "0",
                            load_command_key);
    }
    if (status == STATUS_OK) {
        presence_complete(clockwork->engine->presence);
    }
    return status;
}

/* --- the thread --- */

/* What is due today first; then the virtual clock goes to the next day, or to its target. */
static void tick(struct clockwork *clockwork)
{
    struct engine *engine = clockwork->engine;
    if (!clockwork->is_loaded) {
        clockwork->is_loaded = presence_load(clockwork) == STATUS_OK;
    }
    date_days today = date_of(engine_now(engine));
    bool is_busy = due_run(clockwork->due, today) == DUE_BUSY;
    if (cutter_run(clockwork->cutter) == CUTTER_BUSY || is_busy ||
        engine->config.clock == CLOCK_SYSTEM) {
        return;
    }
    pthread_mutex_lock(&engine->lock);
    instant_us now = engine->clock.now;
    instant_us target = engine->clock.target;
    pthread_mutex_unlock(&engine->lock);
    if (now < target && date_of(now) == today) {
        instant_us tomorrow = date_start(today + 1);
        due_tick(clockwork->due, target < tomorrow ? target : tomorrow);
    }
}

void *clockwork_run(void *context)
{
    (void)prctl(PR_SET_NAME, "clock");
    struct engine *engine = context;
    char message[200];
    struct clockwork clockwork = {
        .engine = engine,
        .reader = journal_reader_create(&engine->journal_config),
        .vault = vault_open(engine->config.vault_file, message, sizeof message),
    };
    assert(clockwork.vault != NULL);
    clockwork.due = due_create(engine, clockwork.reader, clockwork.vault);
    clockwork.cutter = cutter_create(engine, clockwork.reader, clockwork.vault);
    pthread_mutex_lock(&engine->lock);
    while (!engine->are_helpers_stopping) {
        engine->is_clock_wanted = false;
        if (engine->engine_state == ENGINE_ACTIVE && !engine->is_stopping) {
            pthread_mutex_unlock(&engine->lock);
            tick(&clockwork);
            pthread_mutex_lock(&engine->lock);
            engine->is_tick = true;
            pthread_cond_signal(&engine->engine_wakes);
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += TICK_SECONDS;
        bool is_patient = true;
        while (!engine->are_helpers_stopping && !engine->is_clock_wanted && is_patient) {
            is_patient = pthread_cond_timedwait(&engine->clock_wakes, &engine->lock, &until) == 0;
        }
    }
    pthread_mutex_unlock(&engine->lock);
    cutter_destroy(clockwork.cutter);
    due_destroy(clockwork.due);
    vault_close(clockwork.vault);
    journal_reader_destroy(clockwork.reader);
    return NULL;
}
