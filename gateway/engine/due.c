#include "gateway/engine/due.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/time/deadline.h"
#include "ledger/base/log.h"

enum {
    DUE_COUNT_MAX = 1000,
    REST_SIZE = 2048, /* of a command in the arena, beyond its body and answer */
    NUMBER_SIZE = 24,
};

/* A refused one is tried again after this, and on each new day. */
#define RETRY_US (60 * INSTANT_US_PER_SECOND)

struct due_row {
    struct deadline deadline;
    int64_t version;
};

struct due {
    struct engine *engine;
    struct journal_reader *reader;
    struct vault *vault;
    date_days from; /* what is due before is done, and of this day up to the key `after` */
    char after[DOCUMENT_KEY_SIZE];
    struct due_row rows[DUE_COUNT_MAX];
    size_t row_count;
    size_t row_count_max; /* halved when a unit does not fit into a transaction */
    /* guarded by the engine's lock */
    bool is_busy;
    bool is_too_large;
    date_days again_from; /* not committed: at once */
    date_days retry_from; /* refused: later */
    date_days retry_day;
    instant_us retry_at_us;
};

struct due *due_create(struct engine *engine, struct journal_reader *reader, struct vault *vault)
{
    struct due *due = calloc(1, sizeof *due);
    assert(due != NULL);
    due->engine = engine;
    due->reader = reader;
    due->vault = vault;
    due->from = DATE_FIRST;
    due->row_count_max = DUE_COUNT_MAX;
    return due;
}

void due_destroy(struct due *due)
{
    free(due);
}

/* --- reading --- */

/* From where to read: not behind anything that was set, or not done, since the last look. */
static void cursor_move(struct due *due, date_days today)
{
    struct engine *engine = due->engine;
    pthread_mutex_lock(&engine->lock);
    date_days from = date_earlier(engine->clock.due_from, due->again_from);
    engine->clock.due_from = DATE_NONE;
    due->again_from = DATE_NONE;
    date_days oldest = due->retry_from;
    engine->report.due_lag_days = oldest == DATE_NONE || oldest > today ? 0 : today - oldest;
    if (due->retry_from != DATE_NONE &&
        (today > due->retry_day || clock_monotonic() >= due->retry_at_us)) {
        from = date_earlier(from, due->retry_from);
        due->retry_from = DATE_NONE;
        engine->report.due_refused_count = 0;
    }
    if (due->is_too_large && due->row_count_max > 1) {
        due->row_count_max /= 2;
    }
    due->is_too_large = false;
    pthread_mutex_unlock(&engine->lock);
    if (from != DATE_NONE && from <= due->from) {
        due->from = from;
        due->after[0] = '\0';
    }
}

static void copy_text(char *to, size_t size, struct bytes from)
{
    (void)snprintf(to, size, "%.*s", (int)from.size, (const char *)from.data);
}

static void row_found(void *context, const struct row_view *view)
{
    struct due *due = context;
    assert(due->row_count < DUE_COUNT_MAX);
    struct due_row *row = &due->rows[due->row_count++];
    *row = (struct due_row){.version = view_bigint(view, 1)};
    row->deadline.due_on = view_date(view, 2);
    copy_text(row->deadline.key, sizeof row->deadline.key, view_bytes(view, 0));
    copy_text(row->deadline.command, sizeof row->deadline.command, view_bytes(view, 3));
    copy_text(row->deadline.subject, sizeof row->deadline.subject, view_bytes(view, 4));
}

static enum status rows_read(struct due *due, date_days today)
{
    char from[DATE_TEXT_SIZE];
    char until[DATE_TEXT_SIZE];
    char count[NUMBER_SIZE];
    date_format(due->from, from);
    date_format(today, until);
    (void)snprintf(count, sizeof count, "%zu", due->row_count_max);
    const char *parameters[] = {from, due->after, until, count};
    due->row_count = 0;
    return journal_read(due->reader,
                        "SELECT d.key, d.version, d.due_on, d.command, d.subject"
                        " FROM business.deadline d"
                        " WHERE (d.due_on, d.key) > ($1::date, $2) AND d.due_on <= $3::date"
                        " AND NOT EXISTS (SELECT FROM business.deadline n"
                        " WHERE n.key = d.key AND n.version > d.version)"
                        " ORDER BY d.due_on, d.key LIMIT $4::bigint",
                        parameters,
                        4,
                        row_found,
                        due);
}

/* --- handing over --- */

static void note_refused(struct due *due, const struct command *command, date_days due_on)
{
    LOG(LOG_WARNING,
        "due command refused",
        LOG_TEXT("command", command->type->name),
        LOG_TEXT("code", refusal_code_text(command->refusal.code)));
    if (due->retry_from == DATE_NONE) {
        due->retry_day = date_of(due->engine->now);
        due->retry_at_us = clock_monotonic() + RETRY_US;
    }
    due->retry_from = date_earlier(due->retry_from, due_on);
    due->engine->report.due_refused_count++;
}

enum when {
    AT_ONCE,
    AT_THE_NEXT_TICK,
};

/* Under the lock. */
static void look_again(struct due *due, enum when when)
{
    due->is_busy = false;
    if (when == AT_ONCE) {
        due->engine->is_clock_wanted = true;
        pthread_cond_signal(&due->engine->clock_wakes);
    }
}

/* On the engine's thread. */
static void unit_done(struct unit *unit)
{
    struct due *due = unit->owner;
    struct engine *engine = due->engine;
    pthread_mutex_lock(&engine->lock);
    for (size_t i = 0; i < unit->command_count && unit->status == UNIT_ANSWERED; i++) {
        const struct command *command = &unit->commands[i];
        bool is_refused = command->result == COMMAND_REFUSED;
        engine->report.due_count += is_refused ? 0 : 1;
        if (is_refused) {
            const struct deadline_run *body = command->body;
            note_refused(due, command, body->due_on);
        }
    }
    if (unit->status != UNIT_ANSWERED && unit->command_count > 0) {
        const struct deadline_run *first = unit->commands[0].body;
        due->again_from = date_earlier(due->again_from, first->due_on);
        due->is_too_large = unit->status == UNIT_TOO_LARGE;
    }
    bool is_settled = unit->status == UNIT_ANSWERED || unit->status == UNIT_TOO_LARGE;
    look_again(due, is_settled ? AT_ONCE : AT_THE_NEXT_TICK);
    pthread_mutex_unlock(&engine->lock);
    unit_destroy(unit);
}

static bool is_command_of_time(const struct deadline *deadline)
{
    const struct command_type *type = command_type_find(deadline->command);
    return type != NULL && type->roles == 0 && type->command == &deadline_run_record;
}

/* What no command of this house can do is left out: a later one may. */
static void rows_check(struct due *due)
{
    size_t kept = 0;
    for (size_t i = 0; i < due->row_count; i++) {
        if (is_command_of_time(&due->rows[i].deadline)) {
            due->rows[kept++] = due->rows[i];
        } else {
            LOG(LOG_ERROR, "no such command is due", LOG_TEXT("key", due->rows[i].deadline.key));
        }
    }
    due->row_count = kept;
}

static struct unit *unit_make(struct due *due)
{
    size_t size = 0;
    for (size_t i = 0; i < due->row_count; i++) {
        const struct command_type *type = command_type_find(due->rows[i].deadline.command);
        size += type->command->size * 6 + type->answer->size * 2 + REST_SIZE;
    }
    struct unit *unit = unit_create(due->row_count, size);
    if (unit == NULL) {
        return NULL;
    }
    unit->mode = UNIT_INDEPENDENT;
    for (size_t i = 0; i < due->row_count; i++) {
        struct deadline_run body;
        struct due_command command;
        char key[sizeof command.idempotency_key + NUMBER_SIZE];
        deadline_due_command(&due->rows[i].deadline, &body, &command);
        /* The same deadline set again to the same day is another one. */
        (void)snprintf(
            key, sizeof key, "%s/%" PRId64, command.idempotency_key, due->rows[i].version);
        bool is_filled = unit_fill(unit, i, command.type, command.body, key, due->vault);
        assert(is_filled);
    }
    return unit;
}

static void unit_send(struct due *due, struct unit *unit, void (*done)(struct unit *unit))
{
    unit->owner = due;
    unit->done = done;
    pthread_mutex_lock(&due->engine->lock);
    due->is_busy = true;
    pthread_mutex_unlock(&due->engine->lock);
    if (engine_submit(due->engine, unit) != STATUS_OK) {
        unit->status = UNIT_NOT_COMMITTED;
        done(unit);
    }
}

static bool is_under_way(struct due *due)
{
    pthread_mutex_lock(&due->engine->lock);
    bool is_busy = due->is_busy;
    pthread_mutex_unlock(&due->engine->lock);
    return is_busy;
}

enum due_step due_run(struct due *due, date_days today)
{
    if (is_under_way(due)) {
        return DUE_BUSY;
    }
    cursor_move(due, today);
    if (due->from > today) {
        return DUE_NOTHING;
    }
    enum status status = rows_read(due, today);
    if (status != STATUS_OK) {
        LOG(LOG_WARNING, "deadlines not read", LOG_TEXT("status", status_name(status)));
        return DUE_BUSY;
    }
    if (due->row_count == 0) {
        due->from = today + 1;
        due->after[0] = '\0';
        return DUE_NOTHING;
    }
    struct due_row last = due->rows[due->row_count - 1];
    rows_check(due);
    struct unit *unit = due->row_count == 0 ? NULL : unit_make(due);
    if (unit == NULL && due->row_count > 0) {
        return DUE_BUSY; /* no memory: found again at the next look */
    }
    due->from = last.deadline.due_on;
    memcpy(due->after, last.deadline.key, sizeof due->after);
    if (unit != NULL) {
        unit_send(due, unit, unit_done);
    }
    return DUE_BUSY;
}

/* --- the virtual clock --- */

static void tick_done(struct unit *unit)
{
    struct due *due = unit->owner;
    bool is_done = unit->status == UNIT_ANSWERED && unit->commands[0].result != COMMAND_REFUSED;
    pthread_mutex_lock(&due->engine->lock);
    look_again(due, is_done ? AT_ONCE : AT_THE_NEXT_TICK);
    pthread_mutex_unlock(&due->engine->lock);
    unit_destroy(unit);
}

void due_tick(struct due *due, instant_us until)
{
    struct clock_move body = {.until = until};
    char key[INSTANT_TEXT_SIZE + 16] = "clock.tick/";
    instant_format(until, key + strlen(key));
    struct unit *unit = unit_create(1, 65536);
    if (unit == NULL) {
        return;
    }
    bool is_filled = unit_fill(unit, 0, command_type_find("clock.tick"), &body, key, due->vault);
    assert(is_filled);
    unit_send(due, unit, tick_done);
}
