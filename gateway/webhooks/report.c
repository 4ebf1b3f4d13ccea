/* Reports: commands that tell the ledger how far deliveries have come, many in one unit. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/webhooks/webhooks_p.h"
#include "ledger/base/log.h"

enum {
    COMMAND_ROOM = 8192,
    REPORT_KEY_SIZE = 64,
};

static const char *const commands[] = {
    [REPORT_DELIVERED] = "webhook.delivered",
    [REPORT_FAILED] = "webhook.failed",
    [REPORT_DEAD] = "webhook.dead",
    [REPORT_DISABLED] = "webhook.disable",
    [REPORT_LETTER] = "webhook.redelivered",
};

/* What a unit is owned by. */
struct parcel {
    struct webhooks *webhooks;
    size_t count;
    struct hook *hooks[PARCEL_REPORT_COUNT];
};

/* On the engine's thread. */
static void unit_done(struct unit *unit)
{
    const struct parcel *parcel = unit->owner;
    notes_put_unit(parcel->webhooks, unit);
}

/* What the hook has to tell; false: nothing, or not yet. */
static bool report_take(const struct webhooks *webhooks, struct hook *hook, struct report *out)
{
    if (hook->under_way != REPORT_NONE) {
        return false;
    }
    if (hook->wanted.kind != REPORT_NONE) {
        *out = hook->wanted;
        return true;
    }
    int64_t progress = hook->position - hook->reported;
    bool is_due = progress > hook->skipped || hook->skipped >= SKIPPED_MAX;
    if (!is_due || webhooks->now_us < hook->report_due_us) {
        return false;
    }
    *out = (struct report){
        .kind = REPORT_DELIVERED,
        .body.delivered = {.generation = hook->data->generation, .up_to = hook->position},
    };
    memcpy(out->body.delivered.webhook, hook->data->key, sizeof out->body.delivered.webhook);
    return true;
}

static void report_begin(struct webhooks *webhooks, struct hook *hook, const struct report *report)
{
    hook->under_way = report->kind;
    hook->reporting_to = hook->position;
    hook->reporting_generation = hook->data->generation;
    hook->report_due_us = webhooks->now_us + WEBHOOKS_REPORT_US;
}

static struct unit *
unit_make(struct webhooks *webhooks, struct parcel *parcel, const struct report *reports)
{
    size_t size = 0;
    for (size_t i = 0; i < parcel->count; i++) {
        const struct command_type *type = command_type_find(commands[reports[i].kind]);
        size += type->command->size * 5 + type->answer->size + COMMAND_ROOM;
    }
    struct unit *unit = unit_create(parcel->count, size);
    assert(unit != NULL);
    unit->mode = UNIT_INDEPENDENT;
    unit->owner = parcel;
    unit->done = unit_done;
    for (size_t i = 0; i < parcel->count; i++) {
        char key[REPORT_KEY_SIZE];
        const struct command_type *type = command_type_find(commands[reports[i].kind]);
        (void)snprintf(key,
                       sizeof key,
                       "%s/%" PRIx64 "-%" PRId64,
                       type->name,
                       (uint64_t)webhooks->run,
                       ++webhooks->serial);
        bool is_filled = unit_fill(unit, i, type, &reports[i].body, key, webhooks->vault);
        assert(is_filled);
    }
    return unit;
}

void reports_discard(struct unit *unit)
{
    free(unit->owner);
    unit_destroy(unit);
}

/* Not committed, or nobody knows: told again, which changes nothing that was. */
static void parcel_lost(struct webhooks *webhooks, struct unit *unit)
{
    struct parcel *parcel = unit->owner;
    webhooks->report_not_before_us = webhooks->now_us + WEBHOOKS_REPEAT_US;
    for (size_t i = 0; i < parcel->count; i++) {
        parcel->hooks[i]->under_way = REPORT_NONE;
        parcel->hooks[i]->report_due_us = 0;
    }
    reports_discard(unit);
}

/* The reports from hook *at on; NULL: none is due. */
static struct unit *parcel_pack(struct webhooks *webhooks, size_t *at)
{
    struct parcel *parcel = calloc(1, sizeof *parcel);
    struct report *reports = calloc(PARCEL_REPORT_COUNT, sizeof *reports);
    assert(parcel != NULL && reports != NULL);
    parcel->webhooks = webhooks;
    for (; *at < webhooks->hook_count && parcel->count < PARCEL_REPORT_COUNT; ++*at) {
        struct hook *hook = webhooks->hooks[*at];
        if (report_take(webhooks, hook, &reports[parcel->count])) {
            report_begin(webhooks, hook, &reports[parcel->count]);
            parcel->hooks[parcel->count++] = hook;
        }
    }
    struct unit *unit = NULL;
    if (parcel->count > 0) {
        unit = unit_make(webhooks, parcel, reports);
    } else {
        free(parcel);
    }
    free(reports);
    return unit;
}

void reports_submit(struct webhooks *webhooks)
{
    size_t at = 0;
    while (webhooks->parcel_count < PARCELS_MAX && at < webhooks->hook_count &&
           webhooks->now_us >= webhooks->report_not_before_us) {
        struct unit *unit = parcel_pack(webhooks, &at);
        if (unit == NULL) {
            return;
        }
        if (engine_submit(webhooks->engine, unit) != STATUS_OK) {
            parcel_lost(webhooks, unit);
            return;
        }
        webhooks->parcel_count++;
    }
}

/* --- back from the engine --- */

static void log_refusal(const struct hook *hook, const struct command *command)
{
    LOG(LOG_WARNING,
        "report of a webhook refused",
        LOG_TEXT("webhook", hook->data->key),
        LOG_TEXT("command", command->type->name),
        LOG_TEXT("code", refusal_code_text(command->refusal.code)));
}

static void dead_told(struct webhooks *webhooks, struct hook *hook)
{
    const struct webhook_failure *failure = &hook->wanted.body.failure;
    if (failure->generation == hook->data->generation && hook->position < failure->number) {
        hook->position = failure->number;
    }
    hook->attempt_count = 0;
    hook->not_before_us = 0;
    pthread_mutex_lock(&webhooks->report_lock);
    webhooks->report.dead_count++;
    pthread_mutex_unlock(&webhooks->report_lock);
}

static void report_told(struct webhooks *webhooks, struct hook *hook, const struct command *command)
{
    enum report_kind kind = hook->under_way;
    hook->under_way = REPORT_NONE;
    if (command->result == COMMAND_REFUSED) {
        log_refusal(hook, command);
    } else if (kind == REPORT_DEAD) {
        dead_told(webhooks, hook);
    } else if (kind == REPORT_DISABLED) {
        hook->attempt_count = 0;
        /* Until the news comes nothing is posted. */
        hook->not_before_us = webhooks->now_us + WEBHOOKS_SCAN_US;
    }
    if (kind != REPORT_DELIVERED) {
        hook->wanted.kind = REPORT_NONE;
    } else if (hook->reporting_generation == hook->data->generation) {
        hook->reported = hook->reported < hook->reporting_to ? hook->reporting_to : hook->reported;
        hook->skipped = 0;
    }
}

void reports_answered(struct webhooks *webhooks, struct unit *unit)
{
    const struct parcel *parcel = unit->owner;
    webhooks->parcel_count--;
    webhooks->is_moving = true;
    if (unit->status != UNIT_ANSWERED) {
        parcel_lost(webhooks, unit);
        return;
    }
    for (size_t i = 0; i < parcel->count; i++) {
        report_told(webhooks, parcel->hooks[i], &unit->commands[i]);
    }
    reports_discard(unit);
}

bool reports_are_idle(const struct webhooks *webhooks)
{
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        const struct hook *hook = webhooks->hooks[i];
        if (hook->wanted.kind != REPORT_NONE || hook->position > hook->reported + hook->skipped) {
            return false;
        }
    }
    return webhooks->parcel_count == 0;
}
