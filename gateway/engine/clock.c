/*
 * The business clock: the world's, or a sandbox's own, which stands where its last durable document
 * says. And the day from which deadlines may be open that the clock's thread has not seen.
 */
#include "gateway/business/time/deadline.h"
#include "gateway/engine/engine_p.h"

static void clock_found(void *context, const struct row_view *row)
{
    struct business_clock *found = context;
    found->now = view_timestamptz(row, 0);
    found->target = view_timestamptz(row, 1);
}

enum status clock_load(struct engine *engine, struct journal_reader *reader)
{
    struct business_clock found = {.due_from = DATE_FIRST};
    enum status status = journal_read(reader,
                                      "SELECT \"now\", target FROM business.clock"
                                      " ORDER BY version DESC LIMIT 1",
                                      NULL,
                                      0,
                                      clock_found,
                                      &found);
    if (status != STATUS_OK) {
        return status;
    }
    pthread_mutex_lock(&engine->lock);
    engine->clock.due_from = found.due_from;
    engine->clock.is_stored = found.now != INSTANT_NONE;
    if (engine->clock.is_stored) {
        engine->clock.now = found.now;
        engine->clock.target = found.target;
    }
    pthread_mutex_unlock(&engine->lock);
    return STATUS_OK;
}

void clock_note(struct engine *engine, enum document document, const void *data)
{
    struct business_clock *noted = &engine->open->clock;
    if (document == DOCUMENT_CLOCK) {
        const struct clock *moved = data;
        noted->now = moved->now;
        noted->target = moved->target;
    } else if (document == DOCUMENT_DEADLINE) {
        const struct deadline *deadline = data;
        noted->due_from = date_earlier(noted->due_from, deadline->due_on);
    }
}

void clock_apply(struct engine *engine, const struct engine_batch *batch)
{
    const struct business_clock *noted = &batch->clock;
    if (noted->now == INSTANT_NONE && noted->due_from == DATE_NONE) {
        return;
    }
    pthread_mutex_lock(&engine->lock);
    engine->clock.due_from = date_earlier(engine->clock.due_from, noted->due_from);
    if (noted->now != INSTANT_NONE) {
        engine->clock.now = noted->now;
        engine->clock.target = noted->target;
        engine->is_clock_wanted = true;
        pthread_cond_signal(&engine->clock_wakes);
    }
    pthread_mutex_unlock(&engine->lock);
}

date_days date_earlier(date_days a, date_days b)
{
    return a == DATE_NONE || (b != DATE_NONE && b < a) ? b : a;
}

instant_us engine_now(struct engine *engine)
{
    if (engine->config.clock == CLOCK_SYSTEM) {
        return clock_now();
    }
    pthread_mutex_lock(&engine->lock);
    instant_us now = engine->clock.now;
    pthread_mutex_unlock(&engine->lock);
    return now;
}
