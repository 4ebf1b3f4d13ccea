/* The committer's thread: the only user of the journal's writer. */
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "gateway/engine/engine_p.h"
#include "ledger/base/log.h"

enum {
    HEARTBEAT_SECONDS = 1
};

static void set_state(struct engine *engine, enum engine_state state, const char *reason)
{
    pthread_mutex_lock(&engine->lock);
    bool is_news = engine->engine_state != state || strcmp(engine->reason, reason) != 0;
    engine->engine_state = state;
    size_t size = strnlen(reason, sizeof engine->reason - 1);
    memcpy(engine->reason, reason, size);
    engine->reason[size] = '\0';
    pthread_mutex_unlock(&engine->lock);
    if (is_news && reason[0] != '\0') {
        LOG(LOG_INFO, "engine not active", LOG_TEXT("reason", reason));
    }
}

static bool is_stopping(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    bool stopping = engine->is_stopping || engine->are_helpers_stopping;
    pthread_mutex_unlock(&engine->lock);
    return stopping;
}

/* Waits for the lock of the database, for as long as another engine holds it. */
static enum status open_journal(struct engine *engine)
{
    while (!is_stopping(engine)) {
        char holder[160] = "";
        char reason[200];
        enum status status = journal_open(engine->journal, holder, sizeof holder);
        switch (status) {
        case STATUS_OK:
            set_state(engine, ENGINE_RECOVERING, "reading the journal");
            return STATUS_OK;
        case STATUS_AGAIN:
            (void)snprintf(reason, sizeof reason, "another engine holds the lock: %s", holder);
            set_state(engine, ENGINE_STANDBY, reason);
            break;
        case STATUS_UNCERTAIN:
            (void)snprintf(reason, sizeof reason, "database not reachable: %s", holder);
            set_state(engine, ENGINE_STANDBY, reason);
            break;
        case STATUS_REJECTED:
        case STATUS_CORRUPT:
        case STATUS_LIMIT:
            (void)snprintf(reason, sizeof reason, "journal refused: %s", holder);
            set_state(engine, ENGINE_STOPPED, reason);
            return status;
        }
        struct timespec pause = {.tv_sec = 0, .tv_nsec = 500000000};
        nanosleep(&pause, NULL);
    }
    return STATUS_AGAIN;
}

static enum status rebuild(struct engine *engine)
{
    enum status status = open_journal(engine);
    if (status != STATUS_OK) {
        return status;
    }
    struct book_limits limits = {
        .account_count_max = engine->config.account_count_max,
        .pending_count_max = engine->config.pending_count_max,
    };
    if (engine->book != NULL) {
        book_destroy(engine->book);
    }
    engine->book = book_create(&limits);
    status = journal_recover(engine->journal, engine->book);
    if (status == STATUS_OK) {
        struct journal_reader *reader = journal_reader_create(&engine->journal_config);
        engine->counter_count = 0;
        map_destroy(&engine->counter_map);
        map_create(&engine->counter_map, 256);
        status = persist_load_counters(engine, reader);
        if (status == STATUS_OK) {
            status = clock_load(engine, reader);
        }
        journal_reader_destroy(reader);
    }
    if (status != STATUS_OK) {
        char reason[200];
        (void)snprintf(
            reason, sizeof reason, "the journal cannot be recovered: %s", status_name(status));
        set_state(engine, ENGINE_STOPPED, reason);
    }
    return status;
}

/* True when the second passed without a task. */
static bool wait_for_task(struct engine *engine)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HEARTBEAT_SECONDS;
    return pthread_cond_timedwait(&engine->committer_wakes, &engine->lock, &until) != 0;
}

void *committer_run(void *context)
{
    (void)prctl(PR_SET_NAME, "committer");
    struct engine *engine = context;
    pthread_mutex_lock(&engine->lock);
    while (!engine->are_helpers_stopping) {
        enum task task = engine->committer_task;
        if (task != TASK_OPEN && task != TASK_COMMIT) {
            if (wait_for_task(engine) && engine->engine_state == ENGINE_ACTIVE &&
                engine->committer_task == TASK_NONE) {
                pthread_mutex_unlock(&engine->lock);
                enum status beat = journal_heartbeat(engine->journal);
                pthread_mutex_lock(&engine->lock);
                if (beat == STATUS_LIMIT) {
                    engine->is_fenced = true;
                    pthread_cond_signal(&engine->engine_wakes);
                }
            }
            continue;
        }
        pthread_mutex_unlock(&engine->lock);
        enum status status = task == TASK_OPEN
                                 ? rebuild(engine)
                                 : journal_commit(engine->journal, engine->committing->rows);
        pthread_mutex_lock(&engine->lock);
        engine->commit_status = status;
        engine->committer_task = TASK_DONE;
        pthread_cond_signal(&engine->engine_wakes);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}
