#pragma once
/*
 * Readers: a small pool of threads that run queries on committed rows, so that neither an I/O
 * thread nor the engine ever waits for a SELECT.
 */
#include <stddef.h>

#include "gateway/records/vault.h"
#include "ledger/base/arena.h"
#include "ledger/base/status.h"
#include "ledger/journal/journal.h"

struct readers;

struct readers_config {
    const struct journal_config *journal;
    const char *vault_file;
    size_t thread_count;
    size_t queue_count_max;
};

/* What a query runs with; `scratch` is empty at its start. */
struct read_tools {
    struct journal_reader *reader;
    struct vault *vault;
    struct arena *scratch;
};

struct readers *readers_create(const struct readers_config *config);
/* Runs query(tools, argument) soon on a thread of the pool; the query hands its result on itself.
 * STATUS_LIMIT: the queue is full, nothing will run. */
MUST_CHECK enum status readers_submit(struct readers *readers,
                                      void (*query)(const struct read_tools *tools, void *argument),
                                      void *argument);
/* Finishes what is queued, then joins. */
void readers_destroy(struct readers *readers);
