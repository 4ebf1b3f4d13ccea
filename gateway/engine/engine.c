#include "gateway/engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/engine/engine_p.h"
#include "ledger/base/log.h"

/* --- life --- */

static const struct document_kind *document_kinds(void)
{
    static struct document_kind kinds[DOCUMENT_COUNT];
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        kinds[i] = *record_document_kind(document_types[i].record);
    }
    return kinds;
}

static void threads_create(struct engine *engine)
{
    static void *(*const bodies[])(void *) = {
        engine_run, committer_run, fetcher_run, keeper_run, clockwork_run};
    pthread_t *const threads[] = {&engine->engine_thread,
                                  &engine->committer_thread,
                                  &engine->fetcher_thread,
                                  &engine->keeper_thread,
                                  &engine->clock_thread};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        if (pthread_create(threads[i], NULL, bodies[i], engine) != 0) {
            fputs("cannot start a thread\n", stderr);
            abort();
        }
    }
}

struct engine *engine_create(const struct engine_config *config, char *message_out, size_t size)
{
    struct vault *vault = vault_open(config->vault_file, message_out, size);
    if (vault == NULL) {
        return NULL;
    }
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        vault_close(vault);
        (void)snprintf(message_out, size, "out of memory");
        return NULL;
    }
    engine->config = *config;
    engine->vault = vault;
    engine->journal_config = (struct journal_config){
        .conninfo = config->conninfo,
        .kinds = document_kinds(),
        .kind_count = DOCUMENT_COUNT,
        .leaf_transfer_count = config->leaf_transfer_count,
        .checkpoint_transfer_count = config->checkpoint_transfer_count,
        .lease_us = config->lease_us,
    };
    engine->journal = journal_create(&engine->journal_config);
    engine->presence = presence_create(config->presence_key_count);
    replay_create(&engine->replay);
    arena_create(&engine->scratch, RULE_SCRATCH_SIZE);
    map_create(&engine->counter_map, 256);
    engine_batch_create(&engine->batches[0], &engine->journal_config);
    engine_batch_create(&engine->batches[1], &engine->journal_config);
    engine->open = &engine->batches[0];
    engine->fetch.documents = calloc(ENGINE_FETCH_WANTS_MAX, sizeof *engine->fetch.documents);
    engine->fetch.found = calloc(ENGINE_FETCH_WANTS_MAX, sizeof(void *));
    assert(engine->fetch.documents != NULL && engine->fetch.found != NULL);
    pthread_mutex_init(&engine->lock, NULL);
    engine->inbox_wanted = 1;
    engine->clock = (struct business_clock){.now = clock_now(), .target = clock_now()};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&engine->engine_wakes, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&engine->committer_wakes, NULL);
    pthread_cond_init(&engine->fetcher_wakes, NULL);
    pthread_cond_init(&engine->keeper_wakes, NULL);
    pthread_cond_init(&engine->clock_wakes, NULL);
    threads_create(engine);
    return engine;
}

void engine_stop(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->is_stopping = true;
    pthread_cond_signal(&engine->engine_wakes);
    pthread_mutex_unlock(&engine->lock);
    pthread_join(engine->engine_thread, NULL);
    pthread_mutex_lock(&engine->lock);
    engine->are_helpers_stopping = true;
    pthread_cond_signal(&engine->committer_wakes);
    pthread_cond_signal(&engine->fetcher_wakes);
    pthread_cond_signal(&engine->keeper_wakes);
    pthread_cond_signal(&engine->clock_wakes);
    pthread_mutex_unlock(&engine->lock);
    pthread_join(engine->committer_thread, NULL);
    pthread_join(engine->fetcher_thread, NULL);
    pthread_join(engine->keeper_thread, NULL);
    pthread_join(engine->clock_thread, NULL);
}

void engine_destroy(struct engine *engine)
{
    if (engine->state != NULL) {
        state_destroy(engine->state);
    }
    if (engine->book != NULL) {
        book_destroy(engine->book);
    }
    engine_batch_destroy(&engine->batches[0]);
    engine_batch_destroy(&engine->batches[1]);
    if (engine->checkpoint != NULL) {
        checkpoint_destroy(engine->checkpoint);
    }
    arena_destroy(&engine->scratch);
    journal_destroy(engine->journal);
    presence_destroy(engine->presence);
    replay_destroy(&engine->replay);
    map_destroy(&engine->counter_map);
    vault_close(engine->vault);
    free(engine->counters);
    free(engine->durable.slots);
    free(engine->run.slots);
    free(engine->fetch.documents);
    free(engine->fetch.found);
    pthread_mutex_destroy(&engine->lock);
    pthread_cond_destroy(&engine->engine_wakes);
    pthread_cond_destroy(&engine->committer_wakes);
    pthread_cond_destroy(&engine->fetcher_wakes);
    pthread_cond_destroy(&engine->keeper_wakes);
    pthread_cond_destroy(&engine->clock_wakes);
    free(engine);
}

/* --- the door's side --- */

enum status engine_submit(struct engine *engine, struct unit *unit)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&engine->lock);
    if (engine->is_stopping || engine->engine_state != ENGINE_ACTIVE) {
        status = STATUS_AGAIN;
    } else if (engine->report.queue_count >= engine->config.queue_count_max) {
        status = STATUS_LIMIT;
    } else {
        unit_list_append(&engine->inbox, unit);
        engine->report.queue_count++;
        if (engine->inbox.count == engine->inbox_wanted) {
            pthread_cond_signal(&engine->engine_wakes);
        }
    }
    pthread_mutex_unlock(&engine->lock);
    return status;
}

const struct journal_config *engine_journal_config(const struct engine *engine)
{
    return &engine->journal_config;
}

void engine_read_report(struct engine *engine, struct engine_report *report_out)
{
    pthread_mutex_lock(&engine->lock);
    *report_out = engine->report;
    report_out->state = engine->engine_state;
    memcpy(report_out->reason, engine->reason, sizeof report_out->reason);
    pthread_mutex_unlock(&engine->lock);
}
