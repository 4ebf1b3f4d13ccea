/* What the system reports of deliveries. A report of an older generation, or one that comes late,
 * changes nothing: deliveries are repeated rather than lost. */
#include <string.h>

#include "gateway/business/text.h"
#include "gateway/business/webhook/webhook.h"

enum report {
    REPORT_FITS,
    REPORT_LATE,
    REPORT_REFUSED,
};

static enum report get_reported(struct context *context,
                                const char *key,
                                int64_t generation,
                                struct webhook *webhook_out,
                                void *answer_out)
{
    const struct webhook *found = webhook_find(context, key);
    if (found == NULL) {
        (void)refuse_field(context, REFUSAL_WEBHOOK_UNKNOWN, "/webhook");
        return REPORT_REFUSED;
    }
    *webhook_out = *found;
    webhook_fill_answer(found, answer_out);
    return found->generation == generation ? REPORT_FITS : REPORT_LATE;
}

static enum verdict verdict_of(struct context *context, enum report report)
{
    if (report == REPORT_REFUSED && !state_is_missing(context->state)) {
        return VERDICT_REFUSED;
    }
    return rule_done(context);
}

static enum verdict keep(struct context *context, struct webhook *webhook, void *answer_out)
{
    webhook_put(context, webhook);
    webhook_fill_answer(webhook, answer_out);
    return rule_done(context);
}

enum verdict webhook_delivered(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_delivered *command = command_;
    struct webhook webhook = {0};
    enum report report =
        get_reported(context, command->webhook, command->generation, &webhook, answer_out);
    if (report != REPORT_FITS || command->up_to <= webhook.delivered_to) {
        return verdict_of(context, report);
    }
    webhook.delivered_to = command->up_to;
    webhook.failing_since = INSTANT_NONE;
    webhook.attempt_count = 0;
    webhook.retry_at = INSTANT_NONE;
    return keep(context, &webhook, answer_out);
}

/* What every failure leaves on the webhook. */
static void note_failure(struct webhook *webhook, const struct webhook_failure *command)
{
    if (webhook->delivered_to < command->number - 1) {
        webhook->delivered_to = command->number - 1;
    }
    webhook->attempt_count = command->attempt_count;
    webhook->retry_at = command->retry_at;
    webhook->last_status = command->status;
    TEXT_PUT(webhook->last_reason, command->reason);
}

enum verdict webhook_failed(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_failure *command = command_;
    struct webhook webhook = {0};
    enum report report =
        get_reported(context, command->webhook, command->generation, &webhook, answer_out);
    if (report != REPORT_FITS || command->number <= webhook.delivered_to) {
        return verdict_of(context, report);
    }
    note_failure(&webhook, command);
    if (webhook.failing_since == INSTANT_NONE) {
        webhook.failing_since = context->now;
    }
    return keep(context, &webhook, answer_out);
}

enum verdict webhook_dead(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_failure *command = command_;
    struct webhook webhook = {0};
    enum report report =
        get_reported(context, command->webhook, command->generation, &webhook, answer_out);
    if (report != REPORT_FITS || command->number <= webhook.delivered_to) {
        return verdict_of(context, report);
    }
    struct dead_letter letter = {
        .number = command->number,
        .state = DEAD_LETTER_DEAD,
        .attempt_count = command->attempt_count,
        .last_status = command->status,
        .died_at = context->now,
    };
    dead_letter_key(webhook.key, command->number, letter.key);
    TEXT_PUT(letter.party, webhook.party);
    TEXT_PUT(letter.webhook, webhook.key);
    TEXT_PUT(letter.type, command->type);
    TEXT_PUT(letter.last_reason, command->reason);
    state_put(context->state, DOCUMENT_DEAD_LETTER, &letter);
    note_failure(&webhook, command);
    webhook.delivered_to = command->number;
    webhook.attempt_count = 0;
    webhook.retry_at = INSTANT_NONE;
    webhook.dead_count++;
    return keep(context, &webhook, answer_out);
}

enum verdict webhook_disable(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_failure *command = command_;
    struct webhook webhook = {0};
    enum report report =
        get_reported(context, command->webhook, command->generation, &webhook, answer_out);
    if (report != REPORT_FITS || webhook.state != WEBHOOK_ACTIVE) {
        return verdict_of(context, report);
    }
    note_failure(&webhook, command);
    webhook.attempt_count = 0;
    webhook.state = WEBHOOK_DISABLED;
    webhook_tell(context, &webhook, "disabled");
    return keep(context, &webhook, answer_out);
}

enum verdict webhook_redelivered(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_redelivered *command = command_;
    const struct dead_letter *found =
        state_find(context->state, DOCUMENT_DEAD_LETTER, command->letter);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_DEAD_LETTER_UNKNOWN, "/letter");
    }
    struct dead_letter letter = *found;
    if (letter.state == DEAD_LETTER_QUEUED) {
        letter.state = command->state;
        letter.attempt_count++;
        letter.last_status = command->status;
        TEXT_PUT(letter.last_reason, command->reason);
        state_put(context->state, DOCUMENT_DEAD_LETTER, &letter);
    }
    const struct webhook *webhook = webhook_find(context, letter.webhook);
    if (webhook != NULL) {
        webhook_fill_answer(webhook, answer_out);
    } else {
        struct webhook_answer *answer = answer_out;
        *answer = (struct webhook_answer){.state = WEBHOOK_REMOVED};
        TEXT_PUT(answer->webhook, letter.webhook);
    }
    return rule_done(context);
}
