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

#include "gateway/business/deadline.h"
#include "gateway/engine/engine_p.h"
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
    struct unit_list due;
    pthread_mutex_t lock;
    size_t outstanding;
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

/* --- deadlines --- */

static void unit_done(struct unit *unit)
{
    struct clockwork *clockwork = unit->owner;
    const struct command *command = &unit->commands[0];
    if (unit->status == UNIT_ANSWERED && command->result == COMMAND_REFUSED) {
        LOG(LOG_WARNING,
            "due command refused",
            LOG_TEXT("command", command->type->name),
            LOG_TEXT("code", refusal_code_text(command->refusal.code)));
    }
    unit_destroy(unit);
    pthread_mutex_lock(&clockwork->lock);
    clockwork->outstanding--;
    pthread_mutex_unlock(&clockwork->lock);
}

static void deadline_found(void *context, const struct row_view *row)
{
    struct clockwork *clockwork = context;
    struct deadline deadline = {.due_on = view_date(row, 1)};
    copy_text(deadline.key, sizeof deadline.key, view_bytes(row, 0));
    copy_text(deadline.command, sizeof deadline.command, view_bytes(row, 2));
    copy_text(deadline.subject, sizeof deadline.subject, view_bytes(row, 3));
    struct deadline_run body;
    struct due_command due;
    deadline_due_command(&deadline, &body, &due);
    struct unit *unit = unit_create(1, 65536);
    if (unit == NULL) {
        return; /* found again at the next tick */
    }
    bool is_filled = unit_fill(unit, 0, due.type, due.body, due.idempotency_key, clockwork->vault);
    assert(is_filled);
    unit->owner = clockwork;
    unit->done = unit_done;
    unit_list_append(&clockwork->due, unit);
}

static void deadlines_run(struct clockwork *clockwork, date_days today)
{
    char date[DATE_TEXT_SIZE];
    date_format(today, date);
    const char *parameters[] = {date};
    enum status status =
        journal_read(clockwork->reader,
                     "SELECT d.key, d.due_on, d.command, d.subject FROM business.deadline d"
                     " WHERE d.due_on <= $1::date AND NOT EXISTS (SELECT FROM business.deadline n"
                     " WHERE n.key = d.key AND n.version > d.version)"
                     " ORDER BY d.due_on, d.key LIMIT 1000",
                     parameters,
                     1,
                     deadline_found,
                     clockwork);
    if (status != STATUS_OK) {
        LOG(LOG_WARNING, "deadlines not read", LOG_TEXT("status", status_name(status)));
    }
    for (struct unit *unit = unit_list_take(&clockwork->due); unit != NULL;
         unit = unit_list_take(&clockwork->due)) {
        pthread_mutex_lock(&clockwork->lock);
        clockwork->outstanding++;
        pthread_mutex_unlock(&clockwork->lock);
        if (engine_submit(clockwork->engine, unit) != STATUS_OK) {
            unit->status = UNIT_NOT_COMMITTED;
            unit_done(unit);
        }
    }
}

/* --- the thread --- */

static bool is_idle(struct clockwork *clockwork)
{
    pthread_mutex_lock(&clockwork->lock);
    bool is_idle_now = clockwork->outstanding == 0;
    pthread_mutex_unlock(&clockwork->lock);
    return is_idle_now;
}

static void tick(struct clockwork *clockwork)
{
    if (!clockwork->is_loaded) {
        clockwork->is_loaded = presence_load(clockwork) == STATUS_OK;
    }
    if (is_idle(clockwork)) {
        deadlines_run(clockwork, date_of(clock_now()));
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
    pthread_mutex_init(&clockwork.lock, NULL);
    pthread_mutex_lock(&engine->lock);
    while (!engine->are_helpers_stopping) {
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
        if (!engine->are_helpers_stopping) {
            pthread_cond_timedwait(&engine->clock_wakes, &engine->lock, &until);
        }
    }
    pthread_mutex_unlock(&engine->lock);
    vault_close(clockwork.vault);
    journal_reader_destroy(clockwork.reader);
    pthread_mutex_destroy(&clockwork.lock);
    return NULL;
}
