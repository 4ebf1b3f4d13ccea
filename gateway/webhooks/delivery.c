/* Who is served next, and what a receiver's answer means. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/webhooks/webhooks_p.h"
#include "ledger/base/hash.h"
#include "ledger/base/log.h"

enum {
    STATUS_TAKEN_MIN = 200,
    STATUS_TAKEN_MAX = 299,
    STATUS_GONE = 410,
    STATUS_TOO_MANY = 429,
    STATUS_UNAVAILABLE = 503,
    PAGES_PER_TURN = 8,
    ID_SIZE = 96,
    HEADER_SIZE = 384,
};

/* --- posting --- */

/* Stable for an event of a webhook, so that a receiver knows a repeat; without dots, which separate
 * it from what is signed after it. */
static void make_id(const struct hook *hook, char id_out[ID_SIZE])
{
    (void)snprintf(id_out,
                   ID_SIZE,
                   "%s_%s_%" PRId64,
                   hook->data->party,
                   hook->data->name,
                   hook->posted.number);
}

/* NULL: under way. Otherwise why it could not be. */
static const char *post(struct webhooks *webhooks, struct hook *hook)
{
    char id[ID_SIZE];
    char headers[3][HEADER_SIZE];
    char signatures[SIGNATURES_SIZE];
    instant_us now = clock_now();
    char *payload = event_payload(&hook->posted);
    if (payload == NULL) {
        return "the event cannot be written as JSON";
    }
    make_id(hook, id);
    struct signed_message message = {
        .id = id,
        .timestamp_s = now / INSTANT_US_PER_SECOND,
        .body = {.data = (const uint8_t *)payload, .size = strlen(payload)},
    };
    bool is_signed = signer_sign(
        webhooks->signer, hook->data, &message, engine_now(webhooks->engine), signatures);
    if (is_signed) {
        (void)snprintf(headers[0], HEADER_SIZE, "webhook-id: %s", id);
        (void)snprintf(headers[1], HEADER_SIZE, "webhook-timestamp: %" PRId64, message.timestamp_s);
        (void)snprintf(headers[2], HEADER_SIZE, "webhook-signature: %s", signatures);
        struct post made = {
            .url = hook->data->url,
            .headers = {headers[0], headers[1], headers[2]},
            .body = message.body,
        };
        poster_post(webhooks->poster, hook, &made);
    }
    free(payload);
    return is_signed ? NULL : "the secret cannot be used";
}

static void delivery_start(struct webhooks *webhooks, struct hook *hook)
{
    hook->is_posting = true;
    hook->is_failing = hook->attempt_count > 0;
    hook->posting_generation = hook->data->generation;
    webhooks->post_count++;
    webhooks->failing_post_count += hook->is_failing ? 1 : 0;
    const char *wrong = post(webhooks, hook);
    if (wrong != NULL) {
        struct posted posted = {.status = 0};
        (void)snprintf(posted.reason, sizeof posted.reason, "%s", wrong);
        delivery_done(webhooks, hook, &posted);
    }
}

/* --- what comes next --- */

/* The store cannot be read just now: nobody is served for a while. */
static void read_failed(struct webhooks *webhooks, enum status status)
{
    webhooks->read_not_before_us = webhooks->now_us + WEBHOOKS_REPEAT_US;
    LOG(LOG_WARNING, "events not read", LOG_TEXT("status", status_name(status)));
}

/* The first event of the page that is wanted; NULL: none is left in it. */
static const struct hook_event *page_next(struct hook *hook)
{
    struct page *page = hook->page;
    while (page != NULL && page->next < page->count) {
        const struct hook_event *event = &page->events[page->next];
        if (event->number > hook->position && webhook_wants(hook->data, event->type)) {
            return event;
        }
        if (event->number > hook->position) {
            hook->position = event->number;
            hook->skipped++;
        }
        page->next++;
    }
    return NULL;
}

static const struct hook_event *event_next(struct webhooks *webhooks, struct hook *hook)
{
    enum status status = hook->is_placed ? STATUS_OK : events_read_start(webhooks, hook);
    for (int i = 0; i < PAGES_PER_TURN && status == STATUS_OK; i++) {
        const struct hook_event *event = page_next(hook);
        if (event != NULL) {
            return event;
        }
        if (hook->position >= hook->head) {
            break;
        }
        status = events_read_page(webhooks, hook);
    }
    free(hook->page);
    hook->page = NULL;
    if (status != STATUS_OK) {
        read_failed(webhooks, status);
    }
    return NULL;
}

static bool letter_next(struct webhooks *webhooks, struct hook *hook)
{
    struct page page;
    int64_t number = hook->letters[0];
    enum status status = event_read(webhooks, hook, number, &page);
    if (status != STATUS_OK) {
        read_failed(webhooks, status);
        return false;
    }
    hook->letter_count--;
    memmove(hook->letters, hook->letters + 1, hook->letter_count * sizeof hook->letters[0]);
    if (page.count == 0) {
        return false;
    }
    hook->posted = page.events[0];
    return true;
}

static bool is_ready(const struct webhooks *webhooks, const struct hook *hook)
{
    bool has_room = hook->attempt_count == 0 || webhooks->failing_post_count < POSTS_FAILING_MAX;
    return hook->data->state == WEBHOOK_ACTIVE && !hook->is_posting &&
           hook->wanted.kind == REPORT_NONE && has_room;
}

static void hook_serve(struct webhooks *webhooks, struct hook *hook)
{
    if (!is_ready(webhooks, hook)) {
        return;
    }
    if (hook->letter_count > 0) {
        hook->is_posting_letter = letter_next(webhooks, hook);
        if (hook->is_posting_letter) {
            delivery_start(webhooks, hook);
        }
        return;
    }
    if (webhooks->now_us < hook->not_before_us ||
        (hook->is_placed && hook->position >= hook->head)) {
        return;
    }
    const struct hook_event *event = event_next(webhooks, hook);
    if (event != NULL) {
        hook->posted = *event;
        delivery_start(webhooks, hook);
    }
}

void deliveries_start(struct webhooks *webhooks)
{
    size_t count = webhooks->hook_count;
    for (size_t i = 0; i < count && webhooks->post_count < POSTS_MAX &&
                       webhooks->now_us >= webhooks->read_not_before_us;
         i++) {
        hook_serve(webhooks, webhooks->hooks[(webhooks->first + i) % count]);
    }
    webhooks->first = count == 0 ? 0 : (webhooks->first + 1) % count;
}

/* --- answers --- */

/* Doubled with each attempt, and less by chance, so that receivers that failed together are not all
 * tried together. */
static int64_t
wait_of(struct webhooks *webhooks, const struct hook *hook, const struct posted *posted)
{
    int64_t wait = webhooks->config.retry_us;
    for (int64_t i = 1; i < hook->attempt_count && wait < webhooks->config.retry_max_us; i++) {
        wait *= 2;
    }
    bool is_asked = posted->status == STATUS_TOO_MANY || posted->status == STATUS_UNAVAILABLE;
    if (is_asked && posted->retry_after_us > wait) {
        wait = posted->retry_after_us;
    } else {
        uint64_t chance =
            hash_u64((uint64_t)webhooks->run ^ hash_u64((uint64_t)++webhooks->serial));
        wait -= (int64_t)(chance % (uint64_t)(wait / 2 + 1));
    }
    return wait < webhooks->config.retry_max_us ? wait : webhooks->config.retry_max_us;
}

static void failure_noted(struct webhooks *webhooks, struct hook *hook, const struct posted *posted)
{
    hook->attempt_count++;
    struct webhook_failure failure = {
        .generation = hook->data->generation,
        .number = hook->posted.number,
        .attempt_count = hook->attempt_count,
        .status = posted->status,
    };
    memcpy(failure.webhook, hook->data->key, sizeof failure.webhook);
    memcpy(failure.type, hook->posted.type, sizeof failure.type);
    memcpy(failure.reason, posted->reason, sizeof failure.reason);
    hook->wanted.kind = REPORT_FAILED;
    if (posted->status == STATUS_GONE) {
        hook->wanted.kind = REPORT_DISABLED;
    } else if (hook->attempt_count >= webhooks->config.attempt_count_max) {
        hook->wanted.kind = REPORT_DEAD;
    } else {
        int64_t wait = wait_of(webhooks, hook, posted);
        hook->not_before_us = webhooks->now_us + wait;
        failure.retry_at = clock_now() + wait;
    }
    hook->wanted.body.failure = failure;
    free(hook->page);
    hook->page = NULL;
}

static void letter_noted(struct hook *hook, const struct posted *posted, bool is_taken)
{
    struct webhook_redelivered letter = {
        .state = is_taken ? DEAD_LETTER_DELIVERED : DEAD_LETTER_DEAD,
        .status = posted->status,
    };
    dead_letter_key(hook->data->key, hook->posted.number, letter.letter);
    memcpy(letter.reason, posted->reason, sizeof letter.reason);
    hook->wanted = (struct report){.kind = REPORT_LETTER, .body.letter = letter};
}

static void event_taken(struct hook *hook)
{
    if (hook->position < hook->posted.number) {
        hook->position = hook->posted.number;
    }
    hook->attempt_count = 0;
    hook->not_before_us = 0;
}

void delivery_done(void *context, void *owner, const struct posted *posted)
{
    struct webhooks *webhooks = context;
    struct hook *hook = owner;
    bool is_taken = posted->status >= STATUS_TAKEN_MIN && posted->status <= STATUS_TAKEN_MAX;
    hook->is_posting = false;
    webhooks->is_moving = true;
    webhooks->post_count--;
    webhooks->failing_post_count -= hook->is_failing ? 1 : 0;
    pthread_mutex_lock(&webhooks->report_lock);
    *(is_taken ? &webhooks->report.delivered_count : &webhooks->report.failed_count) += 1;
    pthread_mutex_unlock(&webhooks->report_lock);
    if (hook->is_posting_letter) {
        hook->is_posting_letter = false;
        letter_noted(hook, posted, is_taken);
    } else if (hook->posting_generation != hook->data->generation) {
        return; /* its party has set the position anew meanwhile */
    } else if (is_taken) {
        event_taken(hook);
    } else if (hook->posted.number > hook->position) {
        failure_noted(webhooks, hook, posted);
    }
}
