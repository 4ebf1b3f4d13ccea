#include "gateway/business/webhook/webhook.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static void make_key(const char *party, const char *name, char key_out[DOCUMENT_KEY_SIZE])
{
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", party, name);
}

void dead_letter_key(const char *webhook, int64_t number, char key_out[DOCUMENT_KEY_SIZE])
{
    snprintf(key_out,
             DOCUMENT_KEY_SIZE,
             "%.*s/%0*" PRId64,
             DOCUMENT_KEY_SIZE - 24,
             webhook,
             WEBHOOK_NUMBER_DIGITS,
             number);
}

const struct webhook *webhook_find(struct context *context, const char *key)
{
    const struct webhook *found = state_find(context->state, DOCUMENT_WEBHOOK, key);
    return found == NULL || found->state == WEBHOOK_REMOVED ? NULL : found;
}

/* A secret that no longer signs is not kept. */
void webhook_put(struct context *context, struct webhook *webhook)
{
    if (webhook->previous_until != INSTANT_NONE && webhook->previous_until <= context->now) {
        memset(webhook->previous_secret, 0, sizeof(webhook->previous_secret));
        webhook->previous_until = INSTANT_NONE;
    }
    state_put(context->state, DOCUMENT_WEBHOOK, webhook);
}

void webhook_fill_answer(const struct webhook *webhook, void *answer_out)
{
    struct webhook_answer *answer = answer_out;
    *answer = (struct webhook_answer){
        .state = webhook->state,
        .delivered_to = webhook->delivered_to,
    };
    TEXT_PUT(answer->webhook, webhook->key);
}

void webhook_tell(struct context *context, const struct webhook *webhook, const char *what)
{
    struct notice notice;
    notice_begin(&notice, "webhook.changed", webhook->key);
    notice_text(&notice, "webhook", webhook->key);
    notice_text(&notice, "what", what);
    notice_to(&notice, webhook->party_number);
    notice_send(context, &notice);
}

/* DONE with a copy, or a refusal. */
static enum verdict get_own(struct context *context, const char *name, struct webhook *webhook_out)
{
    char key[DOCUMENT_KEY_SIZE];
    if (context->actor == NULL) {
        return refuse(context, REFUSAL_PARTY_UNKNOWN);
    }
    make_key(context->actor->id, name, key);
    const struct webhook *found = webhook_find(context, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_WEBHOOK_UNKNOWN, "/name");
    }
    *webhook_out = *found;
    return VERDICT_DONE;
}

/* The last step of every change of a party's own webhook. */
static enum verdict
finish(struct context *context, struct webhook *webhook, const char *what, void *answer_out)
{
    webhook_put(context, webhook);
    webhook_tell(context, webhook, what);
    webhook_fill_answer(webhook, answer_out);
    return rule_done(context);
}

static void forget_failures(struct webhook *webhook)
{
    webhook->attempt_count = 0;
    webhook->retry_at = INSTANT_NONE;
    webhook->failing_since = INSTANT_NONE;
}

static enum verdict check_registration(struct context *context,
                                       const struct webhook_register *command)
{
    if (!webhook_name_is_good(command->name)) {
        return refuse_field(context, REFUSAL_WEBHOOK_NAME, "/name");
    }
    if (!webhook_url_is_good(command->url)) {
        return refuse_field(context, REFUSAL_WEBHOOK_URL, "/url");
    }
    bool is_secret_good = command->signature == WEBHOOK_HMAC
                              ? webhook_secret_is_good(command->secret)
                              : command->secret[0] == '\0';
    return is_secret_good ? VERDICT_DONE : refuse_field(context, REFUSAL_WEBHOOK_SECRET, "/secret");
}

/* One more or one less of the party's. */
static enum verdict count_webhook(struct context *context, const char *party, int64_t by)
{
    struct webhook_roll roll = {0};
    const struct webhook_roll *found = state_find(context->state, DOCUMENT_WEBHOOK_ROLL, party);
    if (found != NULL) {
        roll = *found;
    }
    TEXT_PUT(roll.party, party);
    roll.count += by;
    if (roll.count > WEBHOOK_COUNT_MAX) {
        enum verdict verdict = refuse(context, REFUSAL_WEBHOOK_LIMIT);
        refusal_integer(context, "limit", WEBHOOK_COUNT_MAX);
        return verdict;
    }
    state_put(context->state, DOCUMENT_WEBHOOK_ROLL, &roll);
    return VERDICT_DONE;
}

enum verdict webhook_register(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_register *command = command_;
    if (context->actor == NULL) {
        return refuse(context, REFUSAL_PARTY_UNKNOWN);
    }
    enum verdict verdict = check_registration(context, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct webhook webhook = {
        .party_number = context->actor->number,
        .signature = command->signature,
        .state = WEBHOOK_ACTIVE,
        .types = command->types,
        .since_command = context->command_seq,
    };
    make_key(context->actor->id, command->name, webhook.key);
    TEXT_PUT(webhook.party, context->actor->id);
    TEXT_PUT(webhook.name, command->name);
    TEXT_PUT(webhook.url, command->url);
    TEXT_PUT(webhook.secret, command->secret);
    const struct webhook *former = state_find(context->state, DOCUMENT_WEBHOOK, webhook.key);
    if (former != NULL && former->state != WEBHOOK_REMOVED) {
        return refuse_field(context, REFUSAL_WEBHOOK_EXISTS, "/name");
    }
    webhook.generation = former == NULL ? 1 : former->generation + 1;
    verdict = count_webhook(context, webhook.party, 1);
    return verdict != VERDICT_DONE ? verdict : finish(context, &webhook, "registered", answer_out);
}

enum verdict webhook_change(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_change *command = command_;
    struct webhook webhook = {0};
    enum verdict verdict = get_own(context, command->name, &webhook);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (command->url[0] != '\0') {
        if (!webhook_url_is_good(command->url)) {
            return refuse_field(context, REFUSAL_WEBHOOK_URL, "/url");
        }
        TEXT_PUT(webhook.url, command->url);
    }
    if (command->state != 0) {
        webhook.state = command->state;
    }
    forget_failures(&webhook);
    return finish(context, &webhook, "changed", answer_out);
}

enum verdict webhook_rotate(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_rotate *command = command_;
    struct webhook webhook = {0};
    enum verdict verdict = get_own(context, command->name, &webhook);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (webhook.signature != WEBHOOK_HMAC) {
        return refuse(context, REFUSAL_WEBHOOK_SIGNATURE);
    }
    if (!webhook_secret_is_good(command->secret) || strcmp(command->secret, webhook.secret) == 0) {
        return refuse_field(context, REFUSAL_WEBHOOK_SECRET, "/secret");
    }
    TEXT_PUT(webhook.previous_secret, webhook.secret);
    TEXT_PUT(webhook.secret, command->secret);
    webhook.previous_until = context->now + WEBHOOK_ROTATION_US;
    return finish(context, &webhook, "rotated", answer_out);
}

enum verdict webhook_remove(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_named *command = command_;
    struct webhook webhook = {0};
    enum verdict verdict = get_own(context, command->name, &webhook);
    if (verdict == VERDICT_DONE) {
        verdict = count_webhook(context, webhook.party, -1);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    webhook.state = WEBHOOK_REMOVED;
    memset(webhook.secret, 0, sizeof(webhook.secret));
    memset(webhook.previous_secret, 0, sizeof(webhook.previous_secret));
    webhook.previous_until = INSTANT_NONE;
    forget_failures(&webhook);
    return finish(context, &webhook, "removed", answer_out);
}

enum verdict webhook_replay(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_replay *command = command_;
    struct webhook webhook = {0};
    enum verdict verdict = get_own(context, command->name, &webhook);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    webhook.delivered_to = command->from - 1;
    webhook.since_command = 0;
    webhook.generation++;
    forget_failures(&webhook);
    return finish(context, &webhook, "replayed", answer_out);
}

enum verdict webhook_redeliver(struct context *context, const void *command_, void *answer_out)
{
    const struct webhook_redeliver *command = command_;
    struct webhook webhook = {0};
    char key[DOCUMENT_KEY_SIZE];
    enum verdict verdict = get_own(context, command->name, &webhook);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    dead_letter_key(webhook.key, command->number, key);
    const struct dead_letter *found = state_find(context->state, DOCUMENT_DEAD_LETTER, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_DEAD_LETTER_UNKNOWN, "/number");
    }
    if (found->state == DEAD_LETTER_QUEUED) {
        return refuse_field(context, REFUSAL_DEAD_LETTER_STATE, "/number");
    }
    struct dead_letter letter = *found;
    letter.state = DEAD_LETTER_QUEUED;
    state_put(context->state, DOCUMENT_DEAD_LETTER, &letter);
    webhook_fill_answer(&webhook, answer_out);
    return rule_done(context);
}
