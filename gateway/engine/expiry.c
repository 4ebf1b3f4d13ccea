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
    const struct command_type *type = command_type_find("pending.expire");
    struct unit *unit = unit_create(1, 4096);
    struct command *command = unit == NULL ? NULL : unit_prepare(unit, 0, type);
    if (command == NULL) {
        return; /* tried again at the next tick */
    }
    *(struct pending_expire *)command->body = (struct pending_expire){.until = engine->now};
    (void)snprintf(command->idempotency_key,
                   sizeof command->idempotency_key,
                   "pending.expire/%" PRId64,
                   engine->command_seq + 1);
    struct writer sealed = writer_over(arena_take(&unit->arena, 256), 256);
    record_seal(type->command, engine->vault, command->body, &sealed);
    assert(!sealed.has_failed);
    command->sealed = (struct bytes){.data = sealed.data, .size = sealed.size};
    record_fingerprint(type->command,
                       engine->vault,
                       type->name,
                       command->body,
                       &unit->arena,
                       command->fingerprint);
    unit->owner = engine;
    unit->done = expiry_done;
    engine->is_expiry_running = true;
    pthread_mutex_lock(&engine->lock);
    engine->report.queue_count++;
    pthread_mutex_unlock(&engine->lock);
    unit_list_append(&engine->ready, unit);
}
