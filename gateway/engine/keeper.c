/* The keeper's thread: sealing of full partitions and balance checkpoints, beside the commits. */
#include <sys/prctl.h>

#include "gateway/engine/engine_p.h"
#include "ledger/base/log.h"

static void write_checkpoint(struct keeper *keeper, struct checkpoint *checkpoint)
{
    enum status status = keeper_write(keeper, checkpoint);
    if (status != STATUS_OK) {
        /* Not lost: the next one holds its accounts too once this process has restarted. */
        LOG(LOG_WARNING, "checkpoint not written", LOG_TEXT("status", status_name(status)));
    }
    checkpoint_destroy(checkpoint);
}

void *keeper_run(void *context)
{
    (void)prctl(PR_SET_NAME, "keeper");
    struct engine *engine = context;
    struct keeper *keeper = keeper_create(&engine->journal_config);
    int64_t leaf_done = -1;
    pthread_mutex_lock(&engine->lock);
    while (!engine->are_helpers_stopping) {
        int64_t seq = engine->keeper_seq;
        int64_t leaf = seq / engine->config.leaf_transfer_count;
        struct checkpoint *checkpoint = engine->keeper_checkpoint;
        bool has_news =
            engine->engine_state == ENGINE_ACTIVE && (leaf != leaf_done || checkpoint != NULL);
        if (!has_news) {
            pthread_cond_wait(&engine->keeper_wakes, &engine->lock);
            continue;
        }
        engine->keeper_checkpoint = NULL;
        pthread_mutex_unlock(&engine->lock);
        if (leaf != leaf_done) {
            enum status status = keeper_seal(keeper, seq);
            if (status == STATUS_OK) {
                leaf_done = leaf;
            } else {
                LOG(LOG_WARNING, "partition not sealed", LOG_TEXT("status", status_name(status)));
            }
        }
        if (checkpoint != NULL) {
            write_checkpoint(keeper, checkpoint);
        }
        pthread_mutex_lock(&engine->lock);
        if (leaf != leaf_done && !engine->are_helpers_stopping) {
            pthread_cond_wait(&engine->keeper_wakes, &engine->lock); /* retried after a commit */
        }
    }
    if (engine->keeper_checkpoint != NULL) {
        checkpoint_destroy(engine->keeper_checkpoint);
        engine->keeper_checkpoint = NULL;
    }
    pthread_mutex_unlock(&engine->lock);
    keeper_destroy(keeper);
    return NULL;
}
