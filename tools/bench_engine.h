#pragma once
/* The engine's path in small: one thread applies transfers to the book and fills a batch while a
 * second commits the one before, and a third seals full partitions. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

struct bench_engine;

struct bench_rate {
    double per_second;
    double p50_ms; /* of commits: from the batch being full to its answer */
    double p99_ms;
};

/* Opens the journal of a migrated, empty ledger; NULL with a message on standard error. */
struct bench_engine *bench_engine_create(const char *writer_conninfo,
                                         size_t account_count_max,
                                         int64_t leaf_transfer_count);
void bench_engine_destroy(struct bench_engine *engine);

/* Opens accounts until there are `count`. */
MUST_CHECK enum status bench_engine_accounts(struct bench_engine *engine, size_t count);
/* Makes and commits transfers between random accounts. */
MUST_CHECK enum status bench_engine_run(struct bench_engine *engine,
                                        size_t transfer_count,
                                        size_t batch_size,
                                        struct bench_rate *rate_out);
/* Waits until every full partition is sealed; false when sealing failed. */
MUST_CHECK bool bench_engine_settle(struct bench_engine *engine);
/* Writes a checkpoint of the book as it stands. */
MUST_CHECK enum status bench_engine_checkpoint(struct bench_engine *engine);
/* Forgets everything and builds the book again from the rows. */
MUST_CHECK enum status bench_engine_restart(struct bench_engine *engine, double *seconds_out);
int64_t bench_engine_seq(const struct bench_engine *engine);
