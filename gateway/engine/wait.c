/* How the engine's thread sleeps: until something is brought, or a commit that waits for more units
 * waits no longer. */
#include <assert.h>

#include "gateway/engine/engine_p.h"

enum {
    INBOX_WANTED_MAX = 8, /* while a commit is waited for, */
    INBOX_WAIT_US = 500,  /* but units wait no longer than this to be run */
};

bool engine_is_idle(const struct engine *engine)
{
    return engine->inbox.head == NULL && engine->ready.head == NULL &&
           engine->waiting.head == NULL && engine->fetcher_task == TASK_NONE &&
           engine->committer_task == TASK_NONE && engine->committing == NULL &&
           batch_is_empty(engine->open->rows);
}

static bool has_news(const struct engine *engine)
{
    bool can_run = engine->state != NULL && engine->ready.head != NULL &&
                   engine->open->transfer_count < ENGINE_BATCH_TRANSFERS_WANTED &&
                   engine->committing == NULL;
    return can_run || engine->inbox.count >= engine->inbox_wanted ||
           engine->committer_task == TASK_DONE || engine->fetcher_task == TASK_DONE ||
           engine->is_fenced || engine->is_tick || (engine->is_stopping && engine_is_idle(engine));
}

/* False when the time is up. */
static bool sleep_until(struct engine *engine, instant_us until_us)
{
    struct timespec until = {.tv_sec = until_us / INSTANT_US_PER_SECOND,
                             .tv_nsec = until_us % INSTANT_US_PER_SECOND * 1000};
    return pthread_cond_timedwait(&engine->engine_wakes, &engine->lock, &until) == 0;
}

/*
 * With nothing to run and nothing brought, sleep. Where a commit is waited for, units are not run
 * one by one: each waking costs as much as running the unit.
 */
void engine_await(struct engine *engine)
{
    bool is_grouping = engine->committing == NULL && !batch_is_empty(engine->open->rows);
    instant_us until_us = 0;
    engine->inbox_wanted = 1;
    if (is_grouping) {
        assert(engine->open->units.count < engine->group_count);
        size_t missing = engine->group_count - engine->open->units.count;
        engine->inbox_wanted = missing < INBOX_WANTED_MAX ? missing : INBOX_WANTED_MAX;
        until_us = engine->group_until_us;
    } else if (engine->committing != NULL) {
        engine->inbox_wanted = INBOX_WANTED_MAX;
        until_us = clock_monotonic() + INBOX_WAIT_US;
    }
    while (!has_news(engine)) {
        if (until_us == 0) {
            pthread_cond_wait(&engine->engine_wakes, &engine->lock);
        } else if (!sleep_until(engine, until_us)) {
            if (is_grouping || engine->inbox.head != NULL) {
                break;
            }
            until_us = clock_monotonic() + INBOX_WAIT_US;
        }
    }
    engine->inbox_wanted = 1;
}
