/* `kouan bench customs`: one parcel is four messages, 621, 622, 816 and 818, in XML. */
#include <assert.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/bench_prepare.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"
#include "tools/load.h"
#include "tools/season/parcel.h"

enum {
    SECONDS_DEFAULT = 10,
    SECONDS_MAX = 3600,
    BATCH_CONNECTION_COUNT = 8,
    SINGLE_CONNECTION_COUNT = 64,
    PARCEL_COUNT = 900000000, /* more than can be sent */
    BODY_SIZE_MAX = 700 * 1024,
    SCRATCH_SIZE = 1 << 20,
    TYPE_COUNT = 4,
};

static const enum ceb_type types[TYPE_COUNT] = {CEB_621, CEB_622, CEB_816, CEB_818};

struct run {
    struct season season;
    uint64_t first_number; /* a parcel is sent once, whatever the run */
    size_t node_count;     /* of each message */
    uint64_t block_count;  /* messages of one type before the next: those before are answered */
    struct arena arena;    /* this and `body`: of the one thread that makes messages */
    uint8_t body[BODY_SIZE_MAX];
    atomic_uint_fast64_t applied_count;
    atomic_uint_fast64_t refused_count;
};

static void request_make(void *context, uint64_t index, struct writer *out)
{
    struct run *run = context;
    uint64_t numbers[PARCEL_PER_MESSAGE_MAX];
    uint64_t place = index % (TYPE_COUNT * run->block_count);
    uint64_t message =
        index / (TYPE_COUNT * run->block_count) * run->block_count + place % run->block_count;
    for (size_t i = 0; i < run->node_count; i++) {
        numbers[i] = run->first_number + message * run->node_count + i;
    }
    struct writer xml = writer_over(run->body, sizeof run->body);
    parcel_message(&run->season,
                   types[place / run->block_count],
                   run->season.from,
                   numbers,
                   run->node_count,
                   &run->arena,
                   &xml);
    assert(!xml.has_failed);
    load_write_post(
        out, "/v1/customs/messages", NULL, "application/xml", (struct bytes){xml.data, xml.size});
}

static uint64_t count_words(struct bytes body, const char *word)
{
    size_t size = strlen(word);
    uint64_t count = 0;
    for (size_t at = 0; at + size <= body.size; at++) {
        if (body.data[at] == (uint8_t)word[0] && memcmp(body.data + at, word, size) == 0) {
            count++;
            at += size - 1;
        }
    }
    return count;
}

/* Every node must have been applied: a repeat or a refusal is no work done. */
static void answer_note(void *context, uint64_t index, int status, struct bytes body)
{
    struct run *run = context;
    uint64_t applied_count = status == 200 ? count_words(body, "\"applied\"") : 0;
    atomic_fetch_add(&run->applied_count, applied_count);
    if (applied_count != run->node_count &&
        atomic_fetch_add(&run->refused_count, run->node_count - applied_count) == 0) {
        message("request %llu: status %d, %llu of %zu applied: %.*s",
                (unsigned long long)index,
                status,
                (unsigned long long)applied_count,
                run->node_count,
                (int)(body.size < 600 ? body.size : 600),
                (const char *)body.data);
    }
}

static bool measure(const struct bench_target *target,
                    struct run *run,
                    size_t connections,
                    int64_t seconds,
                    json_t **report_out)
{
    static struct load_result result; /* too large for a stack */
    char reason[200];
    char certificate_file[BENCH_PATH_SIZE];
    char key_file[BENCH_PATH_SIZE];
    bench_files(target, BENCH_CUSTOMS, certificate_file, key_file);
    struct load_config config = {
        .host = target->host,
        .port = (uint16_t)strtoul(target->port, NULL, 10),
        .ca_file = target->ca_file,
        .certificate_file = certificate_file,
        .key_file = key_file,
        .connection_count = connections,
        .thread_count = 1,
        .duration_us = seconds * INSTANT_US_PER_SECOND,
        .make_request = request_make,
        .on_answer = answer_note,
        .context = run,
    };
    run->block_count = 2 * connections;
    atomic_store(&run->applied_count, 0);
    atomic_store(&run->refused_count, 0);
    if (!load_run(&config, &result, reason, sizeof reason)) {
        message("%zu connections: %s", connections, reason);
        return false;
    }
    double duration = (double)result.duration_us / (double)INSTANT_US_PER_SECOND;
    double messages = (double)atomic_load(&run->applied_count) / duration;
    *report_out = json_pack("{s:I,s:I,s:f,s:f,s:f,s:f,s:f,s:I,s:I}",
                            "nodes_per_message",
                            (json_int_t)run->node_count,
                            "connections",
                            (json_int_t)connections,
                            "parcels_per_second",
                            messages / TYPE_COUNT,
                            "messages_per_second",
                            messages,
                            "requests_per_second",
                            (double)result.request_count / duration,
                            "p50_ms",
                            (double)result.p50_us / 1000.0,
                            "p99_ms",
                            (double)result.p99_us / 1000.0,
                            "refused",
                            (json_int_t)atomic_load(&run->refused_count),
                            "broken",
                            (json_int_t)result.broken_count);
    return true;
}

static enum exit_code tariffs_set(struct bench_target *target)
{
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < SEASON_GOODS_COUNT && code == EXIT_DONE; i++) {
        code = bench_tariff(target,
                            season_goods[i].hs_code,
                            season_goods[i].consumption_percent,
                            season_goods[i].vat_percent);
    }
    return code;
}

/* With many nodes a message, then with one. The figures of the first stand at the top too. */
static enum exit_code
bench_run(struct bench_target *target, size_t node_count, int64_t seconds, json_t **report_out)
{
    static struct run run;
    json_t *batched = NULL;
    json_t *single = NULL;
    run.season = (struct season){
        .seed = (uint64_t)clock_now(),
        .parcel_count = PARCEL_COUNT,
        .from = date_of(clock_now()),
        .day_count = 1,
        .agent_count = SEASON_AGENT_COUNT,
        .agent_code = BENCH_AGENT_CODE,
    };
    run.node_count = node_count;
    arena_create(&run.arena, SCRATCH_SIZE);
    bool is_measured = measure(target, &run, BATCH_CONNECTION_COUNT, seconds, &batched);
    run.first_number = PARCEL_COUNT / 2;
    run.node_count = 1;
    is_measured = is_measured && measure(target, &run, SINGLE_CONNECTION_COUNT, seconds, &single);
    if (is_measured) {
        *report_out = json_deep_copy(batched);
        json_object_set(*report_out, "single", single);
    }
    json_decref(batched);
    json_decref(single);
    arena_destroy(&run.arena);
    return is_measured ? EXIT_DONE : EXIT_UNREACHABLE;
}

enum exit_code verb_bench_customs(const struct arguments *arguments)
{
    static struct bench_target target;
    int64_t seconds;
    int64_t node_count;
    json_t *report = NULL;
    target.gateway = arguments->values[OPTION_GATEWAY];
    target.folder = arguments->values[OPTION_CERTS];
    target.scope = "retail_import";
    if (!target.gateway || !target.folder) {
        message("--%s is missing", target.gateway ? "certs" : "gateway");
        return EXIT_USAGE;
    }
    if (!arguments_number(arguments, OPTION_SECONDS, SECONDS_MAX, SECONDS_DEFAULT, &seconds) ||
        !arguments_number(
            arguments, OPTION_BATCH, PARCEL_PER_MESSAGE_MAX, PARCEL_PER_MESSAGE_MAX, &node_count)) {
        message("--seconds wants 1 to %d, --batch 1 to %d", SECONDS_MAX, PARCEL_PER_MESSAGE_MAX);
        return EXIT_USAGE;
    }
    enum exit_code code = bench_prepare(&target);
    code = code == EXIT_DONE ? tariffs_set(&target) : code;
    code = code == EXIT_DONE ? bench_run(&target, (size_t)node_count, seconds, &report) : code;
    if (code == EXIT_DONE && arguments->values[OPTION_JSON]) {
        output_json(report);
    } else if (code == EXIT_DONE) {
        output_record(report, stdout);
    }
    json_decref(report);
    return code;
}
