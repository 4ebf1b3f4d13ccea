#include "tools/bench_ledger.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "ledger/journal/journal.h"
#include "tools/bench_cluster.h"
#include "tools/bench_engine.h"
#include "tools/bench_peer.h"

enum {
    BATCH_KINDS_MAX = 16,
    ROUNDS_MAX = 9,
    COMMITS_MAX = 8000, /* of one small batch size: enough for a p99 */
    FUNCTION_SECONDS = 10,
    PEER_TRANSFERS = 2000000, /* enough for a steady rate */
    GROWTH_TRANSFERS = 20000000,
    GROWTH_STEP = 1000000,
    GROWTH_STEPS_MAX = 1000,
    RESTART_ACCOUNTS = 1000000,
    RESTART_TAIL = 5000000,
    LEAF_TRANSFERS = 1000000,
    BATCH_WHOLE = 8190,
};

struct options {
    bool is_json;
    bool has_restart;
    bool has_growth;
    size_t transfers;
    size_t peer_transfers; /* 0 = not said */
    size_t accounts;
    size_t rounds;
    size_t batches[BATCH_KINDS_MAX];
    size_t batch_count;
    const char *conninfo;
    const char *bindir;
    const char *directory;
};

struct figures {
    struct bench_rate rates[BATCH_KINDS_MAX]; /* per batch size */
    double engine;                            /* at the largest batch size */
    double steps[GROWTH_STEPS_MAX];           /* each million of it */
    size_t step_count;
    double indexed;
    double heap;
    double function;
    double restart_s;
    double verify; /* transfers per second, everything else on the way included */
};

static bool number_parse(const char *text, size_t max, size_t *number_out)
{
    char *end = NULL;
    unsigned long long number = text == NULL ? 0 : strtoull(text, &end, 10);
    if (number < 1 || number > max || *end != '\0') {
        fprintf(stderr, "not a number from 1 to %zu: %s\n", max, text == NULL ? "" : text);
        return false;
    }
    *number_out = (size_t)number;
    return true;
}

/* Returns how many arguments were taken, 0 when wrong. */
static int option_take(struct options *options, const char *name, const char *value)
{
    struct {
        const char *name;
        const char **text;
        size_t *number;
        size_t max;
    } const known[] = {
        {"--transfers",      NULL,                &options->transfers,                     1000000000},
        {"--peer-transfers", NULL,                &options->peer_transfers,                1000000000},
        {"--accounts",       NULL,                &options->accounts,                      100000000 },
        {"--rounds",         NULL,                &options->rounds,                        ROUNDS_MAX},
        {"--batch",          NULL,                &options->batches[options->batch_count], 65536     },
        {"--conninfo",       &options->conninfo,  NULL,                                    0         },
        {"--bindir",         &options->bindir,    NULL,                                    0         },
        {"--directory",      &options->directory, NULL,                                    0         },
    };
    struct {
        const char *name;
        bool *is_set;
    } const flags[] = {
        {"--json",    &options->is_json    },
        {"--restart", &options->has_restart},
        {"--growth",  &options->has_growth },
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(name, flags[i].name) == 0) {
            *flags[i].is_set = true;
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i].name) != 0 || value == NULL) {
            continue;
        }
        if (known[i].text != NULL) {
            *known[i].text = value;
            return 2;
        }
        if (!number_parse(value, known[i].max, known[i].number)) {
            return 0;
        }
        options->batch_count += known[i].number == &options->batches[options->batch_count];
        return options->batch_count == BATCH_KINDS_MAX ? 0 : 2;
    }
    fprintf(stderr, "unknown or incomplete: %s\n", name);
    return 0;
}

static bool options_parse(struct options *options, int argument_count, char **arguments)
{
    *options = (struct options){.transfers = 4000000,
                                .accounts = 10000,
                                .rounds = 3,
                                .bindir = "/usr/lib/postgresql/15/bin",
                                .directory = "/tmp"};
    for (int i = 1; i < argument_count;) {
        int taken =
            option_take(options, arguments[i], i + 1 < argument_count ? arguments[i + 1] : NULL);
        if (taken == 0) {
            return false;
        }
        i += taken;
    }
    if (options->batch_count == 0) {
        static const size_t usual[] = {1, 10, 100, BATCH_WHOLE};
        memcpy(options->batches, usual, sizeof usual);
        options->batch_count = sizeof usual / sizeof usual[0];
    }
    if (options->peer_transfers == 0) {
        options->peer_transfers =
            options->transfers < PEER_TRANSFERS ? options->transfers : PEER_TRANSFERS;
    }
    options->has_growth = options->has_growth || options->transfers >= GROWTH_TRANSFERS;
    options->has_restart = options->has_restart || options->has_growth;
    return true;
}

static int double_compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, double_compare);
    return values[count / 2];
}

/* The place of the largest batch size. */
static size_t batch_largest(const struct options *options)
{
    size_t largest = 0;
    for (size_t i = 1; i < options->batch_count; i++) {
        largest = options->batches[i] > options->batches[largest] ? i : largest;
    }
    return largest;
}

/* `count` transfers in steps of a million, each noted. The rate is of all of them, the times are of
 * the last whole step: what is left over may be a commit or two. */
static bool engine_grow(struct bench_engine *engine,
                        size_t count,
                        size_t batch,
                        struct figures *figures,
                        struct bench_rate *rate_out)
{
    assert(batch >= 1 && count >= batch);
    double seconds = 0;
    size_t done = 0;
    while (count - done >= batch) {
        size_t step = count - done < GROWTH_STEP ? count - done : GROWTH_STEP;
        step = step < batch ? batch : step;
        struct bench_rate rate = {0};
        if (bench_engine_run(engine, step, batch, &rate) != STATUS_OK) {
            return false;
        }
        step -= step % batch;
        seconds += (double)step / rate.per_second;
        bool is_whole = step + batch > GROWTH_STEP;
        if (is_whole || done == 0) {
            *rate_out = rate;
        }
        if (is_whole && figures->step_count < GROWTH_STEPS_MAX) {
            figures->steps[figures->step_count++] = rate.per_second;
        }
        done += step;
    }
    rate_out->per_second = (double)done / seconds;
    return true;
}

static bool measure_round(const struct options *options,
                          const char *owner,
                          struct bench_engine *engine,
                          struct figures *figures,
                          double rates_out[3])
{
    size_t batch = options->batches[batch_largest(options)];
    size_t share = options->transfers / options->rounds;
    size_t peer_share = options->peer_transfers / options->rounds;
    share = share < batch ? batch : share;
    peer_share = peer_share < batch ? batch : peer_share;
    struct bench_rate *rate = &figures->rates[batch_largest(options)];
    bench_peer_settle(owner);
    bool is_done = options->has_growth ? engine_grow(engine, share, batch, figures, rate)
                                       : bench_engine_run(engine, share, batch, rate) == STATUS_OK;
    if (!is_done) {
        return false;
    }
    rates_out[0] = rate->per_second;
    if (!bench_engine_settle(engine)) {
        return false;
    }
    bench_peer_settle(owner);
    rates_out[1] = bench_peer_copy(owner, BENCH_TABLE_INDEXED, peer_share, batch);
    bench_peer_settle(owner);
    rates_out[2] = bench_peer_copy(owner, BENCH_TABLE_HEAP, peer_share, batch);
    return rates_out[1] > 0 && rates_out[2] > 0;
}

/* Engine and COPY take turns, so that whatever else the machine does meets all of them. */
static bool measure_rounds(const struct options *options,
                           const char *owner,
                           struct bench_engine *engine,
                           struct figures *figures)
{
    double rates[3][ROUNDS_MAX];
    for (size_t i = 0; i < options->rounds; i++) {
        double round[3] = {0};
        if (!measure_round(options, owner, engine, figures, round)) {
            return false;
        }
        for (size_t j = 0; j < 3; j++) {
            rates[j][i] = round[j];
        }
    }
    figures->engine = median(rates[0], options->rounds);
    figures->indexed = median(rates[1], options->rounds);
    figures->heap = median(rates[2], options->rounds);
    figures->rates[batch_largest(options)].per_second = figures->engine;
    return true;
}

/* All sizes but the largest, which the rounds measure. */
static bool
measure_batches(const struct options *options, struct bench_engine *engine, struct figures *figures)
{
    for (size_t i = 0; i < options->batch_count; i++) {
        size_t batch = options->batches[i];
        size_t count =
            options->transfers < batch * COMMITS_MAX ? options->transfers : batch * COMMITS_MAX;
        count = count < batch ? batch : count;
        if (i != batch_largest(options) &&
            bench_engine_run(engine, count, batch, &figures->rates[i]) != STATUS_OK) {
            return false;
        }
    }
    return true;
}

static bool measure_restart(struct bench_engine *engine, struct figures *figures)
{
    struct bench_rate rate;
    return bench_engine_accounts(engine, RESTART_ACCOUNTS) == STATUS_OK &&
           bench_engine_run(engine, RESTART_ACCOUNTS, BATCH_WHOLE, &rate) == STATUS_OK &&
           bench_engine_checkpoint(engine) == STATUS_OK &&
           bench_engine_run(engine, RESTART_TAIL, BATCH_WHOLE, &rate) == STATUS_OK &&
           bench_engine_settle(engine) &&
           bench_engine_restart(engine, &figures->restart_s) == STATUS_OK;
}

static bool measure_verify(const char *owner, struct figures *figures)
{
    struct verify_report report;
    instant_us start = clock_monotonic();
    if (journal_verify(owner, &report) != STATUS_OK) {
        fprintf(stderr, "verify: %s\n", report.first_bad);
        return false;
    }
    figures->verify = (double)report.transfer_count / ((double)(clock_monotonic() - start) / 1e6);
    return true;
}

static double last_to_first(const struct figures *figures)
{
    return figures->steps[figures->step_count - 1] / figures->steps[0];
}

static void print_growth_json(const struct figures *figures)
{
    if (figures->step_count == 0) {
        return;
    }
    printf(",\"first_million_per_second\":%.0f,\"last_million_per_second\":%.0f,"
           "\"last_to_first\":%.3f,\"millions\":[",
           figures->steps[0],
           figures->steps[figures->step_count - 1],
           last_to_first(figures));
    for (size_t i = 0; i < figures->step_count; i++) {
        printf("%s%.0f", i == 0 ? "" : ",", figures->steps[i]);
    }
    printf("]");
}

static void print_json(const struct options *options, const struct figures *figures)
{
    printf("{\"engine_transfers\":%zu,\"peer_transfers\":%zu,\"accounts\":%zu,"
           "\"engine_per_second\":%.0f,\"copy_indexed_per_second\":%.0f,"
           "\"copy_heap_per_second\":%.0f,\"sql_function_per_second\":%.0f,"
           "\"engine_to_copy_indexed\":%.3f,\"engine_to_copy_heap\":%.3f,"
           "\"engine_to_sql_function\":%.1f,\"verify_per_second\":%.0f,\"batches\":[",
           options->transfers,
           options->peer_transfers,
           options->accounts,
           figures->engine,
           figures->indexed,
           figures->heap,
           figures->function,
           figures->engine / figures->indexed,
           figures->engine / figures->heap,
           figures->engine / figures->function,
           figures->verify);
    for (size_t i = 0; i < options->batch_count; i++) {
        printf("%s{\"batch\":%zu,\"per_second\":%.0f,\"commit_p50_ms\":%.3f,"
               "\"commit_p99_ms\":%.3f}",
               i == 0 ? "" : ",",
               options->batches[i],
               figures->rates[i].per_second,
               figures->rates[i].p50_ms,
               figures->rates[i].p99_ms);
    }
    printf("]");
    print_growth_json(figures);
    if (options->has_restart) {
        printf(",\"restart_seconds\":%.2f,\"restart_accounts\":%d,\"restart_tail\":%d",
               figures->restart_s,
               RESTART_ACCOUNTS,
               RESTART_TAIL);
    }
    printf("}\n");
}

static void print_text(const struct options *options, const struct figures *figures)
{
    printf("%-44s %12s %10s %10s\n", "transfers, durable", "per second", "p50 ms", "p99 ms");
    for (size_t i = 0; i < options->batch_count; i++) {
        printf("engine, %5zu a commit %22s %12.0f %10.3f %10.3f\n",
               options->batches[i],
               "",
               figures->rates[i].per_second,
               figures->rates[i].p50_ms,
               figures->rates[i].p99_ms);
    }
    printf(
        "of %zu transfers between %zu accounts; COPY of %zu rows a table, medians of %zu rounds\n",
        options->transfers,
        options->accounts,
        options->peer_transfers,
        options->rounds);
    printf("%-44s %12.0f   engine is %.2f x\n",
           "COPY, primary key and unique id",
           figures->indexed,
           figures->engine / figures->indexed);
    printf("%-44s %12.0f   engine is %.2f x\n",
           "COPY, no index",
           figures->heap,
           figures->engine / figures->heap);
    printf("%-44s %12.0f   engine is %.0f x\n",
           "PL/pgSQL function, 20 clients, one a commit",
           figures->function,
           figures->engine / figures->function);
    printf("%-44s %12.0f\n", "verify, every row and law", figures->verify);
    if (figures->step_count > 0) {
        printf("million 1: %.0f a second, million %zu: %.0f, %.2f x\n",
               figures->steps[0],
               figures->step_count,
               figures->steps[figures->step_count - 1],
               last_to_first(figures));
    }
    if (options->has_restart) {
        printf("restart with %d accounts and %d transfers since the checkpoint: %.2f s\n",
               RESTART_ACCOUNTS,
               RESTART_TAIL,
               figures->restart_s);
    }
}

static bool measure(const struct options *options, const char *owner, struct figures *figures)
{
    char writer[512];
    char message[256];
    snprintf(writer, sizeof writer, "%s user=kouan_writer", owner);
    if (journal_migrate(owner, NULL, 0, message, sizeof message) != STATUS_OK) {
        fprintf(stderr, "the schema cannot be made: %s\n", message);
        return false;
    }
    if (!bench_peer_check(owner) || !bench_peer_prepare(owner, options->accounts)) {
        return false;
    }
    size_t accounts_max = options->has_restart && options->accounts < RESTART_ACCOUNTS
                              ? RESTART_ACCOUNTS
                              : options->accounts;
    struct bench_engine *engine = bench_engine_create(writer, accounts_max, LEAF_TRANSFERS);
    if (engine == NULL) {
        return false;
    }
    bool is_done = bench_engine_accounts(engine, options->accounts) == STATUS_OK &&
                   measure_batches(options, engine, figures) &&
                   measure_rounds(options, owner, engine, figures);
    if (is_done) {
        figures->function =
            bench_peer_function(owner, options->bindir, options->accounts, FUNCTION_SECONDS);
        is_done = figures->function > 0;
    }
    if (is_done && options->has_restart) {
        is_done = measure_restart(engine, figures);
    }
    bench_engine_destroy(engine);
    return is_done && measure_verify(owner, figures);
}

int bench_ledger_main(int argument_count, char **arguments)
{
    struct options options;
    if (!options_parse(&options, argument_count, arguments)) {
        return 2;
    }
    log_set_level(LOG_ERROR);
    struct bench_cluster cluster = {0};
    char owner[256];
    bool is_done = true;
    if (options.conninfo != NULL) {
        snprintf(owner, sizeof owner, "%s", options.conninfo);
    } else {
        is_done = bench_cluster_start(&cluster, options.bindir, options.directory);
        snprintf(owner, sizeof owner, "host=%s dbname=postgres user=postgres", cluster.directory);
    }
    struct figures figures = {0};
    is_done = is_done && measure(&options, owner, &figures);
    if (is_done && options.is_json) {
        print_json(&options, &figures);
    } else if (is_done) {
        print_text(&options, &figures);
    }
    bench_cluster_stop(&cluster);
    return is_done ? 0 : 1;
}
