#include "gateway/engine/readers.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    READ_SCRATCH_SIZE = 8 << 20
};

struct job {
    void (*query)(const struct read_tools *tools, void *argument);
    void *argument;
};

struct readers {
    struct readers_config config;
    pthread_t *threads;
    pthread_mutex_t lock;
    pthread_cond_t wakes;
    struct job *queue; /* a ring of config.queue_count_max */
    size_t first;
    size_t count;
    bool is_stopping;
};

/* The next job; false when the pool ends. */
static bool job_take(struct readers *readers, struct job *job_out)
{
    pthread_mutex_lock(&readers->lock);
    while (readers->count == 0 && !readers->is_stopping) {
        pthread_cond_wait(&readers->wakes, &readers->lock);
    }
    bool has_job = readers->count > 0;
    if (has_job) {
        *job_out = readers->queue[readers->first];
        readers->first = (readers->first + 1) % readers->config.queue_count_max;
        readers->count--;
    }
    pthread_mutex_unlock(&readers->lock);
    return has_job;
}

static void *reader_run(void *context)
{
    struct readers *readers = context;
    char message[200];
    struct arena scratch;
    struct read_tools tools = {
        .reader = journal_reader_create(readers->config.journal),
        .vault = vault_open(readers->config.vault_file, message, sizeof message),
        .scratch = &scratch,
    };
    assert(tools.vault != NULL); /* the engine opened the same file */
    arena_create(&scratch, READ_SCRATCH_SIZE);
    struct job job;
    while (job_take(readers, &job)) {
        arena_reset(&scratch);
        job.query(&tools, job.argument);
    }
    arena_destroy(&scratch);
    vault_close(tools.vault);
    journal_reader_destroy(tools.reader);
    return NULL;
}

struct readers *readers_create(const struct readers_config *config)
{
    struct readers *readers = calloc(1, sizeof *readers);
    assert(readers != NULL);
    readers->config = *config;
    readers->queue = calloc(config->queue_count_max, sizeof *readers->queue);
    readers->threads = calloc(config->thread_count, sizeof *readers->threads);
    assert(readers->queue != NULL && readers->threads != NULL);
    pthread_mutex_init(&readers->lock, NULL);
    pthread_cond_init(&readers->wakes, NULL);
    for (size_t i = 0; i < config->thread_count; i++) {
        if (pthread_create(&readers->threads[i], NULL, reader_run, readers) != 0) {
            fputs("cannot start a thread\n", stderr);
            abort();
        }
    }
    return readers;
}

enum status readers_submit(struct readers *readers,
                           void (*query)(const struct read_tools *tools, void *argument),
                           void *argument)
{
    enum status status = STATUS_LIMIT;
    pthread_mutex_lock(&readers->lock);
    if (readers->count < readers->config.queue_count_max && !readers->is_stopping) {
        size_t last = (readers->first + readers->count) % readers->config.queue_count_max;
        readers->queue[last] = (struct job){.query = query, .argument = argument};
        readers->count++;
        pthread_cond_signal(&readers->wakes);
        status = STATUS_OK;
    }
    pthread_mutex_unlock(&readers->lock);
    return status;
}

void readers_destroy(struct readers *readers)
{
    pthread_mutex_lock(&readers->lock);
    readers->is_stopping = true;
    pthread_cond_broadcast(&readers->wakes);
    pthread_mutex_unlock(&readers->lock);
    for (size_t i = 0; i < readers->config.thread_count; i++) {
        pthread_join(readers->threads[i], NULL);
    }
    pthread_mutex_destroy(&readers->lock);
    pthread_cond_destroy(&readers->wakes);
    free(readers->queue);
    free(readers->threads);
    free(readers);
}
