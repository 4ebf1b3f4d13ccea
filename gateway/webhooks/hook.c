/* The webhooks there are: by news, and from the store when news may have been missed. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/webhooks/webhooks_p.h"
#include "ledger/base/log.h"

enum {
    SCAN_PAGE_COUNT = 256
};

static struct hook *hook_find(const struct webhooks *webhooks, const char *key)
{
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        if (strcmp(webhooks->hooks[i]->data->key, key) == 0) {
            return webhooks->hooks[i];
        }
    }
    return NULL;
}

static struct hook *hook_add(struct webhooks *webhooks)
{
    if (webhooks->hook_count == webhooks->hook_capacity) {
        webhooks->hook_capacity = webhooks->hook_capacity == 0 ? 64 : webhooks->hook_capacity * 2;
        webhooks->hooks = realloc(webhooks->hooks, webhooks->hook_capacity * sizeof(struct hook *));
        assert(webhooks->hooks != NULL);
    }
    struct hook *hook = calloc(1, sizeof *hook);
    assert(hook != NULL);
    webhooks->hooks[webhooks->hook_count++] = hook;
    return hook;
}

void hook_destroy(struct hook *hook)
{
    free(hook->data);
    free(hook->page);
    free(hook);
}

static void page_drop(struct hook *hook)
{
    free(hook->page);
    hook->page = NULL;
}

/* The position is as the ledger says: a new webhook, or one whose party has set it anew. */
static void hook_place(struct hook *hook)
{
    const struct webhook *data = hook->data;
    page_drop(hook);
    hook->position = data->delivered_to;
    hook->reported = data->delivered_to;
    hook->skipped = 0;
    hook->is_placed = data->since_command == 0 || data->delivered_to > 0;
}

/* How long the ledger says to wait. */
static void hook_take_wait(struct hook *hook, int64_t now_us)
{
    const struct webhook *data = hook->data;
    hook->attempt_count = data->attempt_count;
    hook->not_before_us = 0;
    if (data->retry_at != INSTANT_NONE) {
        hook->not_before_us = now_us + (data->retry_at - clock_now());
    }
}

/* The party has changed something, which ends a wait. */
static bool is_changed(const struct webhook *before, const struct webhook *now)
{
    bool is_wait_ended = before->attempt_count > 0 && now->attempt_count == 0 &&
                         now->delivered_to == before->delivered_to;
    return is_wait_ended || before->state != now->state || strcmp(before->url, now->url) != 0;
}

void hook_meet(struct webhooks *webhooks, const struct webhook *data)
{
    struct hook *hook = hook_find(webhooks, data->key);
    struct webhook *copy = record_copy(&webhook_record, data);
    webhooks->heads_due_us = 0;
    if (hook == NULL) {
        hook = hook_add(webhooks);
        hook->data = copy;
        hook_place(hook);
        hook_take_wait(hook, webhooks->now_us);
    } else {
        struct webhook *before = hook->data;
        hook->data = copy;
        if (before->generation != copy->generation) {
            hook_place(hook);
            hook_take_wait(hook, webhooks->now_us);
        } else if (is_changed(before, copy)) {
            hook_take_wait(hook, webhooks->now_us);
        }
        if (hook->position < copy->delivered_to) {
            hook_place(hook);
        }
        if (hook->reported < copy->delivered_to) {
            hook->reported = copy->delivered_to;
        }
        free(before);
    }
}

void hook_meet_letter(struct webhooks *webhooks, const struct dead_letter *letter)
{
    struct hook *hook = hook_find(webhooks, letter->webhook);
    if (hook == NULL || letter->state != DEAD_LETTER_QUEUED) {
        return;
    }
    for (size_t i = 0; i < hook->letter_count; i++) {
        if (hook->letters[i] == letter->number) {
            return;
        }
    }
    if (hook->letter_count == LETTER_COUNT_MAX) {
        webhooks->is_letter_left = true;
        return;
    }
    hook->letters[hook->letter_count++] = letter->number;
}

/* --- the store --- */

/* Keys found by an index, then the documents under them. */
struct scan {
    struct webhooks *webhooks;
    size_t count;
    char keys[SCAN_PAGE_COUNT][DOCUMENT_KEY_SIZE];
    struct document_want wants[SCAN_PAGE_COUNT];
    bool is_unreadable;
};

static void key_found(void *context, const struct row_view *row)
{
    struct scan *scan = context;
    struct bytes key = view_bytes(row, 0);
    assert(scan->count < SCAN_PAGE_COUNT);
    (void)snprintf(scan->keys[scan->count++],
                   DOCUMENT_KEY_SIZE,
                   "%.*s",
                   (int)key.size,
                   (const char *)key.data);
}

static void document_found(void *context, size_t kind, const struct row_view *row)
{
    struct scan *scan = context;
    struct webhooks *webhooks = scan->webhooks;
    union {
        struct webhook webhook;
        struct dead_letter letter;
    } found;
    arena_reset(&webhooks->scratch);
    if (!record_read_row(
            document_types[kind].record, webhooks->vault, row, &webhooks->scratch, &found)) {
        scan->is_unreadable = true;
    } else if (kind == DOCUMENT_WEBHOOK) {
        hook_meet(webhooks, &found.webhook);
    } else {
        hook_meet_letter(webhooks, &found.letter);
    }
}

static enum status scan_page(struct scan *scan, enum document document)
{
    for (size_t i = 0; i < scan->count; i++) {
        scan->wants[i] = (struct document_want){.kind = document, .key = scan->keys[i]};
    }
    enum status status =
        scan->count == 0
            ? STATUS_OK
            : journal_read_documents(
                  scan->webhooks->reader, scan->wants, scan->count, document_found, scan);
    return status == STATUS_OK && scan->is_unreadable ? STATUS_CORRUPT : status;
}

/* `statement` gives the keys after $1, in order, 256 of them at most. */
static enum status
scan_documents(struct webhooks *webhooks, enum document document, const char *statement)
{
    struct scan *scan = calloc(1, sizeof *scan);
    assert(scan != NULL);
    char after[DOCUMENT_KEY_SIZE] = "";
    const char *parameters[] = {after};
    enum status status = STATUS_OK;
    scan->webhooks = webhooks;
    do {
        scan->count = 0;
        status = journal_read(webhooks->reader, statement, parameters, 1, key_found, scan);
        if (status == STATUS_OK) {
            status = scan_page(scan, document);
        }
        if (scan->count > 0) {
            memcpy(after, scan->keys[scan->count - 1], sizeof after);
        }
    } while (status == STATUS_OK && scan->count == SCAN_PAGE_COUNT);
    free(scan);
    return status;
}

static enum status letters_scan(struct webhooks *webhooks)
{
    webhooks->is_letter_left = false;
    return scan_documents(webhooks,
                          DOCUMENT_DEAD_LETTER,
                          "SELECT l.key FROM business.dead_letter l WHERE l.state = 'queued'"
                          " AND l.key > $1 AND NOT EXISTS (SELECT FROM business.dead_letter n"
                          " WHERE n.key = l.key AND n.version > l.version)"
                          " ORDER BY l.key LIMIT 256");
}

/* The latest version of each, found by skipping from key to key: a busy webhook has many versions.
 */
static enum status webhooks_scan(struct webhooks *webhooks)
{
    return scan_documents(webhooks,
                          DOCUMENT_WEBHOOK,
                          "WITH RECURSIVE k AS ((SELECT min(w.key) AS key FROM business.webhook w"
                          " WHERE w.key > $1) UNION ALL SELECT (SELECT min(w.key)"
                          " FROM business.webhook w WHERE w.key > k.key) FROM k"
                          " WHERE k.key IS NOT NULL) SELECT key FROM k WHERE key IS NOT NULL"
                          " LIMIT 256");
}

void hooks_scan(struct webhooks *webhooks)
{
    bool is_due = webhooks->is_scan_due || webhooks->is_letter_left;
    if (!is_due || webhooks->now_us < webhooks->scan_not_before_us) {
        return;
    }
    enum status status = webhooks->is_scan_due ? webhooks_scan(webhooks) : STATUS_OK;
    if (status == STATUS_OK) {
        status = letters_scan(webhooks);
    }
    webhooks->is_scan_due = webhooks->is_scan_due && status != STATUS_OK;
    webhooks->scan_not_before_us = webhooks->now_us + WEBHOOKS_SCAN_US;
    if (status != STATUS_OK) {
        LOG(LOG_WARNING, "webhooks not read", LOG_TEXT("status", status_name(status)));
    }
}

void hooks_sweep(struct webhooks *webhooks)
{
    size_t kept = 0;
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        struct hook *hook = webhooks->hooks[i];
        bool is_over = hook->data->state == WEBHOOK_REMOVED && !hook->is_posting &&
                       hook->under_way == REPORT_NONE && hook->wanted.kind == REPORT_NONE;
        if (is_over) {
            hook_destroy(hook);
        } else {
            webhooks->hooks[kept++] = hook;
        }
    }
    webhooks->hook_count = kept;
}
