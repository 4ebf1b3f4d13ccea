#include "tools/bench_engine.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/log.h"
#include "ledger/journal/journal.h"

enum {
    BATCH_TRANSFERS_MAX = 65536,
    BATCH_ROWS_MAX = 8192,
    PENDING_COUNT_MAX = 1024
};

struct bench_engine {
    struct journal_config config;
    size_t account_count_max;
    struct journal *journal;
    struct keeper *keeper;
    struct book *book;
    struct batch *batches[2];
    uint64_t random;

    pthread_t committer;
    pthread_t sealer;
    pthread_mutex_t lock;
    pthread_cond_t committer_wakes;
    pthread_cond_t engine_wakes;
    pthread_cond_t sealer_wakes;
    /* under the lock: */
    const struct batch *committing; /* NULL = the committer is idle */
    enum status commit_status;
    int64_t leaf_sealed; /* all leaves before this one are */
    enum status seal_status;
    int64_t committed_seq;
    bool is_over;

    instant_us *latencies_us;
    size_t latency_count;
    size_t latency_capacity;
};

static struct book *book_new(size_t account_count_max)
{
    struct book_limits limits = {.account_count_max = account_count_max,
                                 .pending_count_max = PENDING_COUNT_MAX};
    return book_create(&limits);
}

static void latency_note(struct bench_engine *engine, instant_us latency_us)
{
    if (engine->latency_count == engine->latency_capacity) {
        engine->latency_capacity = 2 * engine->latency_capacity + 1024;
        engine->latencies_us =
            realloc(engine->latencies_us, engine->latency_capacity * sizeof(instant_us));
        assert(engine->latencies_us != NULL);
    }
    engine->latencies_us[engine->latency_count++] = latency_us;
}

/* --- threads --- */

static void *committer_run(void *context)
{
    struct bench_engine *engine = context;
    pthread_mutex_lock(&engine->lock);
    for (;;) {
        while (engine->committing == NULL && !engine->is_over) {
            pthread_cond_wait(&engine->committer_wakes, &engine->lock);
        }
        if (engine->committing == NULL) {
            break;
        }
        const struct batch *batch = engine->committing;
        pthread_mutex_unlock(&engine->lock);
        instant_us start = clock_monotonic();
        enum status status = journal_commit(engine->journal, batch);
        latency_note(engine, clock_monotonic() - start);
        pthread_mutex_lock(&engine->lock);
        engine->commit_status = engine->commit_status == STATUS_OK ? status : engine->commit_status;
        engine->committing = NULL;
        pthread_cond_signal(&engine->engine_wakes);
        pthread_cond_signal(&engine->sealer_wakes);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

/* Once per leaf, as the engine's keeper does. */
static void *sealer_run(void *context)
{
    struct bench_engine *engine = context;
    pthread_mutex_lock(&engine->lock);
    while (!engine->is_over && engine->seal_status == STATUS_OK) {
        int64_t seq = engine->committed_seq;
        int64_t leaf = seq / engine->config.leaf_transfer_count;
        if (leaf == engine->leaf_sealed) {
            pthread_cond_wait(&engine->sealer_wakes, &engine->lock);
            continue;
        }
        pthread_mutex_unlock(&engine->lock);
        enum status status = keeper_seal(engine->keeper, seq);
        pthread_mutex_lock(&engine->lock);
        engine->leaf_sealed = status == STATUS_OK ? leaf : engine->leaf_sealed;
        engine->seal_status = status == STATUS_AGAIN ? STATUS_OK : status;
        pthread_cond_signal(&engine->engine_wakes);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

/* Waits for the commit before, then hands over this batch. */
static enum status hand_over(struct bench_engine *engine, const struct batch *batch)
{
    pthread_mutex_lock(&engine->lock);
    while (engine->committing != NULL) {
        pthread_cond_wait(&engine->engine_wakes, &engine->lock);
    }
    enum status status = engine->commit_status;
    engine->committing = status == STATUS_OK ? batch : NULL;
    pthread_cond_signal(&engine->committer_wakes);
    pthread_mutex_unlock(&engine->lock);
    return status;
}

static enum status drain(struct bench_engine *engine)
{
    enum status status = hand_over(engine, NULL);
    pthread_mutex_lock(&engine->lock);
    engine->committed_seq = book_seq(engine->book);
    pthread_cond_signal(&engine->sealer_wakes);
    pthread_mutex_unlock(&engine->lock);
    return status;
}

/* --- what callers use --- */

struct bench_engine *bench_engine_create(const char *writer_conninfo,
                                         size_t account_count_max,
                                         int64_t leaf_transfer_count)
{
    struct bench_engine *engine = calloc(1, sizeof *engine);
    assert(engine != NULL);
    engine->config = (struct journal_config){.conninfo = writer_conninfo,
                                             .leaf_transfer_count = leaf_transfer_count,
                                             .checkpoint_transfer_count = INT64_MAX,
                                             .lease_us = 5 * INSTANT_US_PER_SECOND};
    engine->account_count_max = account_count_max;
    engine->random = 1;
    engine->leaf_sealed = -1;
    engine->journal = journal_create(&engine->config);
    engine->keeper = keeper_create(&engine->config);
    engine->book = book_new(account_count_max);
    struct batch_limits limits = {.transfer_count_max = BATCH_TRANSFERS_MAX,
                                  .row_count_max = BATCH_ROWS_MAX,
                                  .byte_count_max = 64 << 20};
    engine->batches[0] = batch_create(&limits, NULL, 0);
    engine->batches[1] = batch_create(&limits, NULL, 0);
    char holder[256];
    enum status status = journal_open(engine->journal, holder, sizeof holder);
    if (status != STATUS_OK) {
        fprintf(stderr, "the journal cannot be opened: %s %s\n", status_name(status), holder);
    }
    pthread_mutex_init(&engine->lock, NULL);
    pthread_cond_init(&engine->committer_wakes, NULL);
    pthread_cond_init(&engine->engine_wakes, NULL);
    pthread_cond_init(&engine->sealer_wakes, NULL);
    engine->commit_status = status;
    pthread_create(&engine->committer, NULL, committer_run, engine);
    pthread_create(&engine->sealer, NULL, sealer_run, engine);
    if (status != STATUS_OK) {
        bench_engine_destroy(engine);
        return NULL;
    }
    return engine;
}

void bench_engine_destroy(struct bench_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->is_over = true;
    pthread_cond_broadcast(&engine->committer_wakes);
    pthread_cond_broadcast(&engine->sealer_wakes);
    pthread_mutex_unlock(&engine->lock);
    pthread_join(engine->committer, NULL);
    pthread_join(engine->sealer, NULL);
    pthread_cond_destroy(&engine->committer_wakes);
    pthread_cond_destroy(&engine->engine_wakes);
    pthread_cond_destroy(&engine->sealer_wakes);
    pthread_mutex_destroy(&engine->lock);
    journal_destroy(engine->journal);
    keeper_destroy(engine->keeper);
    book_destroy(engine->book);
    batch_destroy(engine->batches[0]);
    batch_destroy(engine->batches[1]);
    free(engine->latencies_us);
    free(engine);
}

int64_t bench_engine_seq(const struct bench_engine *engine)
{
    return book_seq(engine->book);
}

enum status bench_engine_accounts(struct bench_engine *engine, size_t count)
{
    enum status status = STATUS_OK;
    size_t turn = 0;
    while (status == STATUS_OK && (size_t)book_account_count(engine->book) < count) {
        struct batch *batch = engine->batches[turn++ % 2];
        batch_clear(batch);
        while ((size_t)book_account_count(engine->book) < count && batch_has_room(batch, 0, 1, 0)) {
            struct account_key key = {.owner = book_account_count(engine->book) + 1,
                                      .purpose = PURPOSE_FX_POSITION,
                                      .currency = CURRENCY_CNY};
            int64_t number = book_open(engine->book, &key);
            assert(number > 0);
            batch_add_account(batch, number, book_account(engine->book, number), 0);
        }
        status = hand_over(engine, batch);
    }
    enum status drained = drain(engine);
    return status == STATUS_OK ? drained : status;
}

static void fill(struct bench_engine *engine, struct batch *batch, size_t count)
{
    uint64_t accounts = (uint64_t)book_account_count(engine->book);
    instant_us now = clock_now();
    batch_clear(batch);
    while (count > 0) {
        engine->random = hash_u64(engine->random);
        struct posting posting = {.kind = TRANSFER_SINGLE,
                                  .debit = 1 + (int64_t)(engine->random % accounts),
                                  .credit = 1 + (int64_t)((engine->random >> 32) % accounts),
                                  .amount = 1 + (int64_t)(engine->random >> 52),
                                  .code = 1};
        struct transfer transfer;
        size_t failed = 0;
        if (book_apply(
                engine->book, &posting, 1, book_seq(engine->book) + 1, now, &transfer, &failed) ==
            OUTCOME_OK) {
            batch_add_transfer(batch, &transfer);
            count--;
        } else {
            assert(posting.debit == posting.credit);
        }
    }
}

static int latency_compare(const void *a, const void *b)
{
    const instant_us *left = a;
    const instant_us *right = b;
    return (*left > *right) - (*left < *right);
}

static double latency_at(const struct bench_engine *engine, size_t per_hundred)
{
    size_t at = engine->latency_count * per_hundred / 100;
    at = at == engine->latency_count ? at - 1 : at;
    return (double)engine->latencies_us[at] / 1000.0;
}

enum status bench_engine_run(struct bench_engine *engine,
                             size_t transfer_count,
                             size_t batch_size,
                             struct bench_rate *rate_out)
{
    assert(batch_size >= 1 && batch_size <= BATCH_TRANSFERS_MAX && transfer_count >= batch_size);
    enum status status = STATUS_OK;
    size_t turn = 0;
    engine->latency_count = 0;
    instant_us start = clock_monotonic();
    for (size_t done = 0; status == STATUS_OK && done + batch_size <= transfer_count;
         done += batch_size) {
        struct batch *batch = engine->batches[turn++ % 2];
        int64_t durable = book_seq(engine->book) - (int64_t)batch_size;
        fill(engine, batch, batch_size);
        status = hand_over(engine, batch);
        pthread_mutex_lock(&engine->lock);
        engine->committed_seq = durable > engine->committed_seq ? durable : engine->committed_seq;
        pthread_mutex_unlock(&engine->lock);
    }
    enum status drained = drain(engine);
    status = status == STATUS_OK ? drained : status;
    double seconds = (double)(clock_monotonic() - start) / 1e6;
    if (status == STATUS_OK) {
        qsort(engine->latencies_us, engine->latency_count, sizeof(instant_us), latency_compare);
        *rate_out = (struct bench_rate){
            .per_second = (double)(turn * batch_size) / seconds,
            .p50_ms = latency_at(engine, 50),
            .p99_ms = latency_at(engine, 99),
        };
    }
    return status;
}

bool bench_engine_settle(struct bench_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    int64_t leaf = engine->committed_seq / engine->config.leaf_transfer_count;
    while (engine->leaf_sealed < leaf && engine->seal_status == STATUS_OK) {
        pthread_cond_wait(&engine->engine_wakes, &engine->lock);
    }
    bool is_sealed = engine->seal_status == STATUS_OK;
    pthread_mutex_unlock(&engine->lock);
    return is_sealed;
}

enum status bench_engine_checkpoint(struct bench_engine *engine)
{
    struct keeper *keeper = keeper_create(&engine->config);
    struct checkpoint *checkpoint = checkpoint_take(engine->book, 0);
    enum status status = keeper_write(keeper, checkpoint);
    checkpoint_destroy(checkpoint);
    keeper_destroy(keeper);
    return status;
}

enum status bench_engine_restart(struct bench_engine *engine, double *seconds_out)
{
    int64_t seq = book_seq(engine->book);
    book_destroy(engine->book);
    journal_destroy(engine->journal);
    char holder[256];
    instant_us start = clock_monotonic();
    engine->journal = journal_create(&engine->config);
    engine->book = book_new(engine->account_count_max);
    enum status status = journal_open(engine->journal, holder, sizeof holder);
    if (status == STATUS_OK) {
        status = journal_recover(engine->journal, engine->book);
    }
    *seconds_out = (double)(clock_monotonic() - start) / 1e6;
    assert(status != STATUS_OK || book_seq(engine->book) == seq);
    return status;
}
