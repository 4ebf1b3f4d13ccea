/* Pending transfers expire by their own time: the engine gives itself the command. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/pending.h"
#include "gateway/engine/engine_p.h"

static void expiry_done(struct unit *unit)
{
    struct engine *engine = unit->owner;
    engine->is_expiry_running = false; /* answered on the engine's own thread */
    unit_destroy(unit);
}

void expiry_run(struct engine *engine)
{
    instant_us next = book_next_expiry(engine->book);
    if (next == INSTANT_NONE || next > engine->now || engine->is_expiry_running) {
        return;
    }
    struct pending_expire body = {.until = engine->now};
    char key[64];
    (void)snprintf(key, sizeof key, "pending.expire/%" PRId64, engine->command_seq + 1);
    struct unit *unit = unit_create(1, 8192);
    if (unit == NULL) {
        return; /* tried again at the next tick */
    }
    const struct command_type *type = command_type_find("pending.expire");
    bool is_filled = unit_fill(unit, 0, type, &body, key, engine->vault);
    assert(is_filled);
    unit->owner = engine;
    unit->done = expiry_done;
    engine->is_expiry_running = true;
    pthread_mutex_lock(&engine->lock);
    engine->report.queue_count++;
    pthread_mutex_unlock(&engine->lock);
    unit_list_append(&engine->ready, unit);
}
