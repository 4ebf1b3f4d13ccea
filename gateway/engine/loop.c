/*
 * The engine's thread. One turn: take what has arrived, what committed and what was fetched; run
 * what can run; settle; hand the open batch to the committer and the wants to the fetcher.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "gateway/engine/engine_p.h"
#include "ledger/base/log.h"

static bool may_exist(void *context, enum document document, const char *key)
{
    const struct engine *engine = context;
    return presence_may_hold(engine->presence, presence_document_hash(document, key, strlen(key)));
}

/* --- answering --- */

static void unit_answer(struct engine *engine, struct unit *unit, enum unit_status status)
{
    unit->status = status;
    pthread_mutex_lock(&engine->lock);
    engine->report.queue_count--;
    for (size_t i = 0; i < unit->command_count; i++) {
        enum command_result result = unit->commands[i].result;
        engine->report.command_count += result == COMMAND_DONE ? 1 : 0;
        engine->report.refusal_count += result == COMMAND_REFUSED ? 1 : 0;
    }
    pthread_mutex_unlock(&engine->lock);
    unit->done(unit);
}

static void answer_all(struct engine *engine, struct unit_list *units, enum unit_status status)
{
    for (struct unit *unit = unit_list_take(units); unit != NULL; unit = unit_list_take(units)) {
        unit_answer(engine, unit, status);
    }
}

/* A unit without rows of its own is answered with the newest batch it may have seen. */
static void unit_hold(struct engine *engine, struct unit *unit)
{
    if (!batch_is_empty(engine->open->rows)) {
        unit_list_append(&engine->open->units, unit);
    } else if (engine->committing != NULL) {
        unit_list_append(&engine->committing->units, unit);
    } else {
        unit_answer(engine, unit, UNIT_ANSWERED);
    }
}

/* --- running --- */

static void lookups_forget(struct unit_list *units)
{
    for (struct unit *unit = units->head; unit != NULL; unit = unit->next) {
        for (size_t i = 0; i < unit->command_count; i++) {
            if (unit->commands[i].lookup == LOOKUP_ABSENT) {
                unit->commands[i].lookup = LOOKUP_NOT_ASKED;
            }
        }
    }
}

static void ready_run(struct engine *engine)
{
    struct unit_list postponed = {0};
    while (engine->ready.head != NULL &&
           engine->open->transfer_count < ENGINE_BATCH_TRANSFERS_WANTED) {
        struct unit *unit = unit_list_take(&engine->ready);
        switch (execute_unit(engine, unit)) {
        case RUN_ACCEPTED:
            unit_hold(engine, unit);
            break;
        case RUN_FETCH:
            unit_list_append(&engine->waiting, unit);
            break;
        case RUN_NO_ROOM:
            if (batch_is_empty(engine->open->rows)) {
                unit_answer(engine, unit, UNIT_TOO_LARGE);
                break;
            }
            unit_list_append(&postponed, unit);
            unit_list_join(&postponed, &engine->ready);
            engine->ready = postponed;
            lookups_forget(&engine->ready);
            return;
        }
    }
    lookups_forget(&engine->ready);
}

/* --- fetching --- */

static void fetch_finish(struct engine *engine)
{
    struct fetch *fetch = &engine->fetch;
    if (fetch->status == STATUS_OK) {
        for (size_t i = 0; i < fetch->document_count; i++) {
            const struct state_want *want = &fetch->documents[i];
            state_load(engine->state, want->document, want->key, fetch->found[i]);
        }
    } else {
        for (size_t i = 0; i < fetch->document_count; i++) {
            free(fetch->found[i]);
        }
        lookups_forget(&fetch->units);
        LOG(LOG_WARNING, "fetch failed", LOG_TEXT("status", status_name(fetch->status)));
    }
    /* What waited longest runs first. */
    unit_list_join(&fetch->units, &engine->ready);
    engine->ready = fetch->units;
    fetch->units = (struct unit_list){0};
    fetch->document_count = 0;
}

static void fetch_start(struct engine *engine)
{
    struct fetch *fetch = &engine->fetch;
    fetch->document_count =
        state_take_wants(engine->state, fetch->documents, ENGINE_FETCH_WANTS_MAX);
    fetch->units = engine->waiting;
    engine->waiting = (struct unit_list){0};
    pthread_mutex_lock(&engine->lock);
    engine->fetcher_task = TASK_FETCH;
    engine->report.fetch_count++;
    pthread_cond_signal(&engine->fetcher_wakes);
    pthread_mutex_unlock(&engine->lock);
}

/* Only while no fetch is under way: each fetch that will be answered sees what is settled here. */
static void settle(struct engine *engine)
{
    for (size_t i = 0; i < engine->durable.count; i++) {
        replay_remove(&engine->replay, engine->durable.slots[i]);
    }
    engine->durable.count = 0;
    state_set_durable(engine->state, engine->durable_seq);
}

/* --- committing --- */

static void commit_start(struct engine *engine)
{
    persist_documents(engine);
    engine->committing = engine->open;
    engine->open = engine->open == &engine->batches[0] ? &engine->batches[1] : &engine->batches[0];
    assert(batch_is_empty(engine->open->rows));
    engine->committing->last_transfer_seq = book_seq(engine->book);
    pthread_mutex_lock(&engine->lock);
    engine->committer_task = TASK_COMMIT;
    pthread_cond_signal(&engine->committer_wakes);
    pthread_mutex_unlock(&engine->lock);
}

/* Whether the open batch should wait for more units; see ENGINE_GROUP_UNITS_MIN. */
static bool group_is_open(const struct engine *engine)
{
    return engine->open->units.count < engine->group_count &&
           engine->open->accepted.count < ENGINE_GROUP_COMMANDS_ENOUGH &&
           clock_monotonic() < engine->group_until_us;
}

static void group_begin(struct engine *engine, size_t unit_count)
{
    instant_us wait_us = (instant_us)unit_count * ENGINE_GROUP_WAIT_PER_UNIT_US;
    wait_us = wait_us < ENGINE_GROUP_WAIT_US_MAX ? wait_us : ENGINE_GROUP_WAIT_US_MAX;
    engine->group_count = unit_count < ENGINE_GROUP_UNITS_MIN ? 0 : unit_count;
    engine->group_until_us = engine->group_count == 0 ? 0 : clock_monotonic() + wait_us;
}

static void checkpoint_advance(struct engine *engine, int64_t durable_seq)
{
    int64_t every = engine->config.checkpoint_transfer_count;
    if (engine->checkpoint == NULL &&
        book_seq(engine->book) - engine->checkpoint_taken_seq >= every) {
        engine->checkpoint = checkpoint_take(engine->book, engine->checkpoint_taken_seq);
        engine->checkpoint_taken_seq = book_seq(engine->book);
        engine->checkpoint_durable_at = engine->checkpoint_taken_seq;
    }
    pthread_mutex_lock(&engine->lock);
    engine->keeper_seq = durable_seq;
    if (engine->checkpoint != NULL && engine->checkpoint_durable_at <= durable_seq &&
        engine->keeper_checkpoint == NULL) {
        engine->keeper_checkpoint = engine->checkpoint;
        engine->checkpoint = NULL;
    }
    pthread_cond_signal(&engine->keeper_wakes);
    pthread_mutex_unlock(&engine->lock);
}

static void commit_succeed(struct engine *engine)
{
    struct engine_batch *batch = engine->committing;
    clock_apply(engine, batch);
    for (size_t i = 0; i < batch->accepted.count; i++) {
        slot_list_append(&engine->durable, batch->accepted.slots[i]);
    }
    if (batch->last_command_seq > engine->durable_seq) {
        engine->durable_seq = batch->last_command_seq;
    }
    pthread_mutex_lock(&engine->lock);
    engine->report.batch_count++;
    engine->report.command_seq = engine->durable_seq;
    engine->report.transfer_seq = batch->last_transfer_seq;
    engine->report.account_count = book_account_count(engine->book);
    engine->report.document_count = state_document_count(engine->state);
    size_t unit_count = engine->report.queue_count;
    pthread_mutex_unlock(&engine->lock);
    group_begin(engine, unit_count);
    int64_t last_transfer_seq = batch->last_transfer_seq;
    struct unit_list answered = batch->units;
    batch->units = (struct unit_list){0};
    struct news_list told = batch->news;
    batch->news = (struct news_list){0};
    engine_batch_clear(batch);
    engine->committing = NULL;
    checkpoint_advance(engine, last_transfer_seq);
    /* The database works on the next batch while this one is answered. */
    if (!batch_is_empty(engine->open->rows) && !group_is_open(engine)) {
        commit_start(engine);
    }
    answer_all(engine, &answered, UNIT_ANSWERED);
    news_tell(engine, &told);
    news_forget(&told);
}

/* --- opening and rebuilding --- */

static void open_start(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->committer_task = TASK_OPEN;
    if (engine->engine_state == ENGINE_ACTIVE) {
        engine->engine_state = ENGINE_RECOVERING;
    }
    pthread_cond_signal(&engine->committer_wakes);
    pthread_mutex_unlock(&engine->lock);
}

/* The book is rebuilt from the journal: the state on top of it starts empty. */
static void open_finish(struct engine *engine)
{
    struct state_limits limits = {
        .document_count_max = engine->config.document_count_max,
        .transfer_count_max = ENGINE_BATCH_TRANSFERS_MAX,
    };
    engine->state = state_create(engine->book, &limits, may_exist, engine);
    engine->command_seq = journal_command_seq(engine->journal);
    engine->durable_seq = engine->command_seq;
    engine->checkpoint_taken_seq = journal_checkpoint_seq(engine->journal);
    LOG(LOG_INFO,
        "engine active",
        LOG_NUMBER("command_seq", engine->command_seq),
        LOG_NUMBER("transfer_seq", book_seq(engine->book)),
        LOG_NUMBER("accounts", book_account_count(engine->book)));
    pthread_mutex_lock(&engine->lock);
    engine->engine_state = ENGINE_ACTIVE;
    engine->reason[0] = '\0';
    engine->report.command_seq = engine->command_seq;
    engine->report.transfer_seq = book_seq(engine->book);
    engine->report.account_count = book_account_count(engine->book);
    pthread_cond_signal(&engine->clock_wakes);
    pthread_mutex_unlock(&engine->lock);
    news_reset(engine);
}

/*
 * Nothing since the last commit is true: everybody who saw it is told so. The batch under way may
 * yet be there, unless the journal was certain.
 */
static void abandon(struct engine *engine, enum unit_status under_way)
{
    if (engine->committing != NULL) {
        answer_all(engine, &engine->committing->units, under_way);
    }
    for (size_t i = 0; i < 2; i++) {
        struct engine_batch *batch = &engine->batches[i];
        engine_batch_clear(batch);
        answer_all(engine, &batch->units, UNIT_NOT_COMMITTED);
    }
    answer_all(engine, &engine->ready, UNIT_NOT_COMMITTED);
    answer_all(engine, &engine->waiting, UNIT_NOT_COMMITTED);
    engine->committing = NULL;
    engine->durable.count = 0;
    engine->run.count = 0;
    if (engine->checkpoint != NULL) {
        checkpoint_destroy(engine->checkpoint);
        engine->checkpoint = NULL;
    }
    replay_destroy(&engine->replay);
    replay_create(&engine->replay);
    if (engine->state != NULL) {
        state_destroy(engine->state);
        engine->state = NULL;
    }
}

static void stop_for_good(struct engine *engine, const char *reason)
{
    LOG(LOG_ERROR, "engine stopped", LOG_TEXT("reason", reason));
    pthread_mutex_lock(&engine->lock);
    engine->engine_state = ENGINE_STOPPED;
    (void)snprintf(engine->reason, sizeof engine->reason, "%s", reason);
    pthread_mutex_unlock(&engine->lock);
}

/* --- the turn --- */

/* What the other threads have brought since the last turn. */
struct news {
    enum task committer_done; /* the task that is done, or TASK_NONE */
    enum status commit_status;
    bool is_fetch_done;
    bool is_stopping;
    bool is_fenced;
};

static void take_news(struct engine *engine, struct news *news)
{
    *news = (struct news){.committer_done = TASK_NONE};
    if (engine->committer_task == TASK_DONE) {
        engine->committer_task = TASK_NONE;
        news->committer_done = engine->committing != NULL ? TASK_COMMIT : TASK_OPEN;
        news->commit_status = engine->commit_status;
    }
    if (engine->fetcher_task == TASK_DONE) {
        engine->fetcher_task = TASK_NONE;
        news->is_fetch_done = true;
    }
    news->is_stopping = engine->is_stopping;
    news->is_fenced = engine->is_fenced;
    engine->is_tick = false;
    unit_list_join(&engine->ready, &engine->inbox);
}

/* Waits until the fetcher has given back what it was asked. */
static void fetch_await(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    while (engine->fetcher_task == TASK_FETCH) {
        pthread_cond_wait(&engine->engine_wakes, &engine->lock);
    }
    bool is_done = engine->fetcher_task == TASK_DONE;
    engine->fetcher_task = TASK_NONE;
    pthread_mutex_unlock(&engine->lock);
    if (is_done) {
        fetch_finish(engine);
    }
}

/* A newer engine has the lock: this one must never write again. */
static void stop_fenced(struct engine *engine)
{
    fetch_await(engine);
    abandon(engine, UNIT_IN_DOUBT);
    stop_for_good(engine, "a newer engine has taken over");
}

/* False when the engine can never go on. */
static bool commit_take(struct engine *engine, const struct news *news)
{
    switch (news->commit_status) {
    case STATUS_OK:
        commit_succeed(engine);
        return true;
    case STATUS_LIMIT:
        stop_fenced(engine);
        return false;
    case STATUS_AGAIN:
    case STATUS_REJECTED:
    case STATUS_UNCERTAIN:
    case STATUS_CORRUPT:
        LOG(LOG_ERROR,
            "batch not committed, rebuilding",
            LOG_TEXT("status", status_name(news->commit_status)));
        return true;
    }
    return false;
}

static void rebuild_start(struct engine *engine, enum unit_status under_way)
{
    fetch_await(engine);
    abandon(engine, under_way);
    pthread_mutex_lock(&engine->lock);
    engine->report.rebuild_count++;
    pthread_mutex_unlock(&engine->lock);
    open_start(engine);
}

static void start_work(struct engine *engine, bool is_fetching, bool is_committing)
{
    if (!is_fetching) {
        settle(engine);
        if (engine->waiting.head != NULL) {
            fetch_start(engine);
        }
    }
    bool is_full = engine->ready.head != NULL;
    if (!is_committing && !batch_is_empty(engine->open->rows) &&
        (is_full || !group_is_open(engine))) {
        commit_start(engine);
    }
}

/* A sandbox does not become production by its configuration. */
static bool clock_is_ours(struct engine *engine)
{
    bool is_ours = engine->config.clock == CLOCK_VIRTUAL || !engine->clock.is_stored;
    if (!is_ours) {
        stop_for_good(engine, "the database is a sandbox with a virtual clock");
    }
    return is_ours;
}

/* One turn; false ends the thread. */
static bool turn(struct engine *engine)
{
    struct news news;
    pthread_mutex_lock(&engine->lock);
    engine_await(engine);
    bool is_last = engine->is_stopping && engine_is_idle(engine);
    take_news(engine, &news);
    pthread_mutex_unlock(&engine->lock);
    if (is_last) {
        return false;
    }
    if (news.is_fetch_done && engine->state != NULL) {
        fetch_finish(engine);
    }
    if (news.committer_done == TASK_OPEN) {
        if (news.commit_status != STATUS_OK) {
            return false;
        }
        if (!clock_is_ours(engine)) {
            return false;
        }
        open_finish(engine);
    } else if (news.committer_done == TASK_COMMIT) {
        if (!commit_take(engine, &news)) {
            return false;
        }
        if (news.commit_status != STATUS_OK) {
            rebuild_start(
                engine, news.commit_status == STATUS_REJECTED ? UNIT_NOT_COMMITTED : UNIT_IN_DOUBT);
        }
    }
    if (news.is_fenced) {
        stop_fenced(engine);
        return false;
    }
    if (engine->state == NULL) {
        return true; /* not open yet */
    }
    instant_us now = engine_now(engine);
    engine->now = now > engine->now ? now : engine->now; /* time never runs back in the journal */
    expiry_run(engine);
    ready_run(engine);
    pthread_mutex_lock(&engine->lock);
    bool is_fetching = engine->fetcher_task != TASK_NONE;
    bool is_committing = engine->committer_task != TASK_NONE;
    pthread_mutex_unlock(&engine->lock);
    start_work(engine, is_fetching, is_committing);
    return true;
}

void *engine_run(void *context)
{
    (void)prctl(PR_SET_NAME, "engine");
    struct engine *engine = context;
    open_start(engine);
    while (turn(engine)) {
    }
    /* Units that slipped in while the end was decided. */
    pthread_mutex_lock(&engine->lock);
    engine->is_stopping = true;
    unit_list_join(&engine->ready, &engine->inbox);
    pthread_mutex_unlock(&engine->lock);
    answer_all(engine, &engine->ready, UNIT_NOT_COMMITTED);
    return NULL;
}
