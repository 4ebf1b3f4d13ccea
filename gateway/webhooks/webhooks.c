/* Life, and the thread's turn: read what the engine has left, see what is new in the store, post,
 * report. */
#include "gateway/webhooks/webhooks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "gateway/webhooks/webhooks_p.h"

enum {
    SCRATCH_SIZE = 256 << 10
};

/* --- a turn --- */

static void slips_read(struct webhooks *webhooks, struct slip *slips)
{
    while (slips != NULL) {
        struct slip *slip = slips;
        slips = slip->next;
        if (slip->unit != NULL) {
            reports_answered(webhooks, slip->unit);
        } else if (slip->document == DOCUMENT_WEBHOOK) {
            hook_meet(webhooks, slip->data);
        } else {
            hook_meet_letter(webhooks, slip->data);
        }
        free(slip->data);
        free(slip);
    }
}

/* New events there are only when commands have become durable. */
static void heads_look(struct webhooks *webhooks, int64_t command_seq)
{
    bool is_due = command_seq != webhooks->heads_seq || webhooks->now_us >= webhooks->heads_due_us;
    if (webhooks->hook_count == 0 || !is_due || webhooks->now_us < webhooks->read_not_before_us) {
        return;
    }
    if (events_read_heads(webhooks) == STATUS_OK) {
        webhooks->heads_seq = command_seq;
        webhooks->heads_due_us = webhooks->now_us + WEBHOOKS_HEADS_US;
    } else {
        webhooks->read_not_before_us = webhooks->now_us + WEBHOOKS_REPEAT_US;
    }
}

static void figures_refresh(struct webhooks *webhooks)
{
    int64_t lag = 0;
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        const struct hook *hook = webhooks->hooks[i];
        bool is_behind = hook->data->state == WEBHOOK_ACTIVE && hook->is_placed;
        lag += is_behind && hook->head > hook->position ? hook->head - hook->position : 0;
    }
    pthread_mutex_lock(&webhooks->report_lock);
    webhooks->report.webhook_count = (int64_t)webhooks->hook_count;
    webhooks->report.lag_count = lag;
    pthread_mutex_unlock(&webhooks->report_lock);
}

static void turn(struct webhooks *webhooks)
{
    struct engine_report engine;
    engine_read_report(webhooks->engine, &engine);
    if (engine.state == ENGINE_ACTIVE) {
        hooks_scan(webhooks);
        heads_look(webhooks, engine.command_seq);
        deliveries_start(webhooks);
    }
    reports_submit(webhooks);
    hooks_sweep(webhooks);
    figures_refresh(webhooks);
}

/* Tells the ledger what was taken, so that less is posted twice after the start. */
static void finish(struct webhooks *webhooks)
{
    int64_t until_us = clock_monotonic() + WEBHOOKS_STOP_US;
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        webhooks->hooks[i]->report_due_us = 0;
    }
    while (!reports_are_idle(webhooks) && clock_monotonic() < until_us) {
        bool is_news_missed;
        bool is_stopping;
        webhooks->now_us = clock_monotonic();
        reports_submit(webhooks);
        poster_wait(webhooks->poster, WEBHOOKS_TURN_MS);
        slips_read(webhooks, notes_take(&webhooks->notes, &is_news_missed, &is_stopping));
    }
}

static void *run(void *context)
{
    (void)prctl(PR_SET_NAME, "webhooks");
    struct webhooks *webhooks = context;
    for (;;) {
        bool is_news_missed;
        bool is_stopping;
        struct slip *slips = notes_take(&webhooks->notes, &is_news_missed, &is_stopping);
        webhooks->now_us = clock_monotonic();
        webhooks->is_moving = false;
        if (is_news_missed) {
            webhooks->is_scan_due = true;
            webhooks->scan_not_before_us = 0;
        }
        slips_read(webhooks, slips);
        if (is_stopping) {
            break;
        }
        turn(webhooks);
        poster_run(webhooks->poster);
        poster_wait(webhooks->poster, webhooks->is_moving ? 0 : WEBHOOKS_TURN_MS);
    }
    finish(webhooks);
    return NULL;
}

/* --- life --- */

struct webhooks *
webhooks_create(const struct webhooks_config *config, char *message_out, size_t size)
{
    struct webhooks *webhooks = calloc(1, sizeof *webhooks);
    assert(webhooks != NULL);
    webhooks->config = *config;
    webhooks->run = clock_now();
    notes_create(&webhooks->notes);
    arena_create(&webhooks->scratch, SCRATCH_SIZE);
    pthread_mutex_init(&webhooks->report_lock, NULL);
    struct poster_config poster = {
        .ca_file = config->ca_file,
        .guard = &webhooks->guard,
        .connect_ms = config->connect_ms,
        .whole_ms = config->whole_ms,
    };
    if (!guard_parse(config->allow, &webhooks->guard)) {
        (void)snprintf(message_out, size, "webhook_allow: not ranges such as 10.1.0.0/16 fd00::/8");
    } else if (config->ca_file[0] != '\0' && access(config->ca_file, R_OK) != 0) {
        (void)snprintf(message_out, size, "webhook_ca: file cannot be read");
    } else {
        webhooks->poster = poster_create(&poster, delivery_done, webhooks);
        if (webhooks->poster != NULL) {
            return webhooks;
        }
        (void)snprintf(message_out, size, "webhooks: libcurl is not usable");
    }
    webhooks_destroy(webhooks);
    return NULL;
}

struct engine_news webhooks_news(struct webhooks *webhooks)
{
    return notes_news(webhooks);
}

bool webhooks_start(struct webhooks *webhooks,
                    struct engine *engine,
                    char *message_out,
                    size_t size)
{
    webhooks->engine = engine;
    webhooks->vault = vault_open(webhooks->config.vault_file, message_out, size);
    if (webhooks->vault == NULL) {
        return false;
    }
    webhooks->signer = signer_create(webhooks->vault);
    webhooks->reader = journal_reader_create(engine_journal_config(engine));
    if (webhooks->signer == NULL || pthread_create(&webhooks->thread, NULL, run, webhooks) != 0) {
        (void)snprintf(message_out, size, "webhooks: no signatures or no thread to be had");
        return false;
    }
    webhooks->is_running = true;
    return true;
}

void webhooks_stop(struct webhooks *webhooks)
{
    if (webhooks->is_running) {
        notes_stop(webhooks);
        pthread_join(webhooks->thread, NULL);
        webhooks->is_running = false;
    }
}

void webhooks_destroy(struct webhooks *webhooks)
{
    assert(!webhooks->is_running);
    notes_destroy(&webhooks->notes);
    if (webhooks->poster != NULL) {
        poster_destroy(webhooks->poster);
    }
    for (size_t i = 0; i < webhooks->hook_count; i++) {
        hook_destroy(webhooks->hooks[i]);
    }
    free(webhooks->hooks);
    signer_destroy(webhooks->signer);
    if (webhooks->reader != NULL) {
        journal_reader_destroy(webhooks->reader);
    }
    vault_close(webhooks->vault);
    arena_destroy(&webhooks->scratch);
    pthread_mutex_destroy(&webhooks->report_lock);
    free(webhooks);
}

void webhooks_read_report(struct webhooks *webhooks, struct webhooks_report *report_out)
{
    pthread_mutex_lock(&webhooks->report_lock);
    *report_out = webhooks->report;
    pthread_mutex_unlock(&webhooks->report_lock);
}
