#pragma once
/*
 * Measuring one command against a running gateway: sent again and again under other references,
 * alone in JSON or many at once in CBOR (/v1/batch, atomic).
 */
#include <stdatomic.h>

#include "gateway/records/record.h"
#include "tools/kouan/bench_prepare.h"
#include "tools/load.h"

enum {
    BENCH_CONNECTION_COUNT_MAX = 10000,
    BENCH_SECONDS_DEFAULT = 10,
    BENCH_SECONDS_MAX = 3600,
    BENCH_BATCH_DEFAULT = 1000,
    BENCH_BATCH_MAX = 4000,
    BENCH_REFERENCE_SIZE = 41, /* the shortest that a command has */
};

/* Fills a command of the given reference from what the preparation left in `scene`. */
typedef void bench_fill(const void *scene, const char *reference, void *command_out);

struct bench_command {
    const char *name; /* "guarantee.reserve" */
    const char *path; /* "/v1/guarantee/reserve" */
    enum bench_role role;
    const struct record *record;
    bench_fill *fill;
};

/* guarantee.reserve of one fen from the deposit; its scene is the target. */
extern const struct bench_command bench_reserve;

struct bench_pattern;

struct bench_measure {
    const struct bench_target *target; /* prepared */
    const struct bench_command *command;
    const void *scene;
    int64_t duration_s;
    uint64_t batch_count; /* commands in one batch */
    uint64_t run;         /* so that no two runs use one reference */
    struct bench_pattern *pattern;
    atomic_uint_fast64_t done_count;    /* commands */
    atomic_uint_fast64_t refused_count; /* requests */
};

/* False, explained, when not every connection could be opened. */
MUST_CHECK bool
bench_singles(struct bench_measure *measure, size_t connection_count, struct load_result *out);
MUST_CHECK bool bench_batches(struct bench_measure *measure, struct load_result *result_out);
/* Commands done in the last run, for each second of it. */
int64_t bench_rate(const struct bench_measure *measure, const struct load_result *result);
