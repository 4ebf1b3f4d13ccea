#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/guarantee/reservation.h"
#include "tools/kouan/bench_measure.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    PAYMENT_DAYS = 45,
};

static void reserve_fill(const void *scene, const char *reference, void *command_out)
{
    const struct bench_target *target = scene;
    struct reservation_reserve *command = command_out;
    command->amount = (struct money){1, CURRENCY_CNY};
    command->scope = SCOPE_AGGREGATE;
    command->payment_due = date_of(clock_now()) + PAYMENT_DAYS;
    snprintf(command->grn, sizeof command->grn, "%.*s", GRN_SIZE - 1, target->grn);
    snprintf(command->reference, sizeof command->reference, "%s", reference);
}

const struct bench_command bench_reserve = {
    "guarantee.reserve",
    "/v1/guarantee/reserve",
    BENCH_CUSTOMS,
    &reservation_reserve_record,
    reserve_fill,
};

static json_t *
run_json(struct bench_measure *bench, size_t connections, const struct load_result *result)
{
    return json_pack("{s:I,s:I,s:f,s:f,s:I,s:I}",
                     "connections",
                     (json_int_t)connections,
                     "commands_per_second",
                     (json_int_t)bench_rate(bench, result),
                     "p50_ms",
                     (double)result->p50_us / 1000.0,
                     "p99_ms",
                     (double)result->p99_us / 1000.0,
                     "refused",
                     (json_int_t)atomic_load(&bench->refused_count),
                     "broken",
                     (json_int_t)result->broken_count);
}

static enum exit_code singles_run(struct bench_measure *bench, const char *list, json_t *runs)
{
    static struct load_result result; /* too large for a stack */
    while (*list && strcmp(list, "0") != 0) {
        char *end = NULL;
        unsigned long count = strtoul(list, &end, 10);
        if (end == list || (*end && *end != ',') || count < 1 ||
            count > BENCH_CONNECTION_COUNT_MAX) {
            message("--connections wants 0, or numbers from 1 to %d: 16,256",
                    BENCH_CONNECTION_COUNT_MAX);
            return EXIT_USAGE;
        }
        if (!bench_singles(bench, count, &result)) {
            return EXIT_UNREACHABLE;
        }
        json_array_append_new(runs, run_json(bench, count, &result));
        list = *end ? end + 1 : end;
    }
    return EXIT_DONE;
}

static enum exit_code batches_run(struct bench_measure *bench, json_t **batched_out)
{
    static struct load_result result;
    if (bench->batch_count == 0) {
        return EXIT_DONE;
    }
    if (!bench_batches(bench, &result)) {
        return EXIT_UNREACHABLE;
    }
    *batched_out = json_pack("{s:I,s:I,s:I}",
                             "batch",
                             (json_int_t)bench->batch_count,
                             "commands_per_second",
                             (json_int_t)bench_rate(bench, &result),
                             "refused",
                             (json_int_t)atomic_load(&bench->refused_count));
    return EXIT_DONE;
}

static void report_print(const struct arguments *arguments, const json_t *runs, json_t *batched)
{
    json_t *report = json_pack("{s:O,s:O*}", "runs", runs, "batched", batched);
    if (arguments->values[OPTION_JSON]) {
        output_json(report);
    } else {
        output_record(report, stdout);
    }
    json_decref(report);
}

static enum exit_code bench_run(struct bench_target *target,
                                struct bench_measure *bench,
                                const struct arguments *arguments)
{
    const char *given = arguments->values[OPTION_CONNECTIONS];
    json_t *runs = json_array();
    json_t *batched = NULL;
    enum exit_code code = bench_prepare(target);
    if (code == EXIT_DONE) {
        code = singles_run(bench, given ? given : "16,256,1000", runs);
    }
    if (code == EXIT_DONE) {
        code = batches_run(bench, &batched);
    }
    if (code == EXIT_DONE) {
        report_print(arguments, runs, batched);
    }
    json_decref(runs);
    json_decref(batched);
    return code;
}

/* 0: no batches at all. */
static bool batch_number(const struct arguments *arguments, int64_t *count_out)
{
    const char *given = arguments->values[OPTION_BATCH];
    *count_out = 0;
    return (given && strcmp(given, "0") == 0) ||
           arguments_number(
               arguments, OPTION_BATCH, BENCH_BATCH_MAX, BENCH_BATCH_DEFAULT, count_out);
}

enum exit_code verb_bench_http(const struct arguments *arguments)
{
    static struct bench_target target;
    struct bench_measure bench = {.target = &target, .command = &bench_reserve, .scene = &target};
    int64_t batch_count;
    target.gateway = arguments->values[OPTION_GATEWAY];
    target.folder = arguments->values[OPTION_CERTS];
    target.scope = "aggregate";
    if (!target.gateway || !target.folder) {
        message("--%s is missing", target.gateway ? "certs" : "gateway");
        return EXIT_USAGE;
    }
    if (!arguments_number(arguments,
                          OPTION_SECONDS,
                          BENCH_SECONDS_MAX,
                          BENCH_SECONDS_DEFAULT,
                          &bench.duration_s) ||
        !batch_number(arguments, &batch_count)) {
        message("--seconds wants 1 to %d, --batch 0 to %d", BENCH_SECONDS_MAX, BENCH_BATCH_MAX);
        return EXIT_USAGE;
    }
    bench.batch_count = (uint64_t)batch_count;
    return bench_run(&target, &bench, arguments);
}
