#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/guarantee/reservation.h"
#include "ledger/base/cbor.h"
#include "tools/kouan/bench_prepare.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"
#include "tools/load.h"

enum {
    CONNECTION_COUNT_MAX = 10000,
    SECONDS_DEFAULT = 10,
    SECONDS_MAX = 3600,
    BATCH_DEFAULT = 1000,
    BATCH_MAX = 4000,           /* a request of the load generator holds them */
    BATCH_CONNECTION_COUNT = 8, /* so that one batch is read while another commits */
    PAYMENT_DAYS = 45,
    BODY_SIZE_MAX = 512,
    NUMBER_SIZE = 10,
    MARK_COUNT_MAX = 2 * BATCH_MAX + 1, /* the reference and the key of each, the key of all */
};

/*
 * A request made once: the others are copies with other numbers, so that measuring takes little of
 * the processors that are measured.
 */
struct pattern {
    uint8_t request[LOAD_REQUEST_SIZE_MAX];
    size_t size;
    uint64_t command_count;
    size_t mark_count;
    struct mark {
        size_t at; /* of the digits */
        uint64_t number;
    } marks[MARK_COUNT_MAX];
};

struct bench {
    struct bench_target target;
    int64_t duration_s;
    int64_t batch_count;
    date_days payment_due;
    atomic_uint_fast64_t done_count;
    atomic_uint_fast64_t refused_count;
    uint64_t run; /* so that no two runs use one reference */
    struct pattern pattern;
};

/* --- what is sent --- */

/* Ends in NUMBER_SIZE digits. */
static void
reference_write(const struct bench *bench, uint64_t number, char text_out[REFERENCE_SIZE])
{
    int size = snprintf(text_out,
                        REFERENCE_SIZE,
                        "%s-%" PRIu64 "-%0*" PRIu64,
                        bench->target.run,
                        bench->run,
                        NUMBER_SIZE,
                        number);
    assert(size > 0 && size < REFERENCE_SIZE);
}

static void reserve_write(const struct bench *bench,
                          const char *reference,
                          enum media media,
                          struct writer *out)
{
    struct reservation_reserve command = {
        .amount = {1, CURRENCY_CNY},
        .scope = SCOPE_AGGREGATE,
        .payment_due = bench->payment_due,
    };
    snprintf(command.grn, sizeof command.grn, "%.*s", GRN_SIZE - 1, bench->target.grn);
    snprintf(command.reference, sizeof command.reference, "%s", reference);
    record_write(&reservation_reserve_record, media, RECORD_CLEAR, &command, out);
}

static void single_write(const struct bench *bench, struct writer *out)
{
    char reference[REFERENCE_SIZE];
    char body[BODY_SIZE_MAX];
    struct writer writer = writer_over(body, sizeof body);
    reference_write(bench, 0, reference);
    reserve_write(bench, reference, MEDIA_JSON, &writer);
    load_write_post(out,
                    "/v1/guarantee/reserve",
                    reference,
                    "application/json",
                    (struct bytes){writer.data, writer.size});
}

static void text_write(struct writer *out, const char *text)
{
    cbor_write_text(out, text, strlen(text));
}

static void batch_write(const struct bench *bench, struct writer *out)
{
    static uint8_t body[LOAD_REQUEST_SIZE_MAX];
    struct writer writer = writer_over(body, sizeof body - BODY_SIZE_MAX);
    char reference[REFERENCE_SIZE];
    cbor_write_map(&writer, 2);
    text_write(&writer, "mode");
    text_write(&writer, "atomic");
    text_write(&writer, "commands");
    cbor_write_array(&writer, (size_t)bench->batch_count);
    for (uint64_t i = 0; i < (uint64_t)bench->batch_count; i++) {
        reference_write(bench, i, reference);
        cbor_write_map(&writer, 3);
        text_write(&writer, "body");
        reserve_write(bench, reference, MEDIA_CBOR, &writer);
        text_write(&writer, "command");
        text_write(&writer, "guarantee.reserve");
        text_write(&writer, "idempotency_key");
        text_write(&writer, reference);
    }
    assert(!writer.has_failed);
    load_write_post(
        out, "/v1/batch", reference, "application/cbor", (struct bytes){writer.data, writer.size});
}

typedef void request_writer(const struct bench *bench, struct writer *out);

static void pattern_make(struct bench *bench, request_writer *write, uint64_t command_count)
{
    struct pattern *pattern = &bench->pattern;
    struct writer out = writer_over(pattern->request, sizeof pattern->request);
    write(bench, &out);
    assert(!out.has_failed);
    pattern->size = out.size;
    pattern->command_count = command_count;
    pattern->mark_count = 0;
    char reference[REFERENCE_SIZE];
    reference_write(bench, 0, reference);
    size_t prefix_size = strlen(reference) - NUMBER_SIZE;
    for (size_t at = 0; at + prefix_size + NUMBER_SIZE <= out.size; at++) {
        if (memcmp(out.data + at, reference, prefix_size) != 0) {
            continue;
        }
        at += prefix_size;
        assert(pattern->mark_count < MARK_COUNT_MAX);
        struct mark *mark = &pattern->marks[pattern->mark_count++];
        *mark = (struct mark){.at = at};
        for (size_t i = 0; i < NUMBER_SIZE; i++) {
            mark->number = mark->number * 10 + (uint64_t)(out.data[at + i] - '0');
        }
    }
}

static void request_make(void *context, uint64_t index, struct writer *out)
{
    const struct pattern *pattern = &((const struct bench *)context)->pattern;
    uint8_t *start = out->data + out->size;
    write_bytes(out, pattern->request, pattern->size);
    assert(!out->has_failed);
    for (size_t i = 0; i < pattern->mark_count; i++) {
        uint8_t *digits = start + pattern->marks[i].at;
        uint64_t number = index * pattern->command_count + pattern->marks[i].number;
        for (size_t n = NUMBER_SIZE; n > 0; number /= 10) {
            digits[--n] = (uint8_t)('0' + number % 10);
        }
    }
}

/* --- what comes back --- */

/* A batch is answered with 200 whatever became of its commands; the first result tells. */
static bool has_problem(struct bytes body)
{
    static const char word[] = "problem";
    size_t size = sizeof word - 1;
    for (size_t at = 0; at + size <= body.size && at < BODY_SIZE_MAX; at++) {
        if (memcmp(body.data + at, word, size) == 0) {
            return true;
        }
    }
    return false;
}

static void answer_note(void *context, uint64_t index, int status, struct bytes body)
{
    struct bench *bench = context;
    (void)index;
    if (status == 200 && !has_problem(body)) {
        atomic_fetch_add(&bench->done_count, 1);
    } else if (atomic_fetch_add(&bench->refused_count, 1) == 0) {
        message("first refusal: status %d, %.*s",
                status,
                (int)(body.size < BODY_SIZE_MAX ? body.size : BODY_SIZE_MAX),
                (const char *)body.data);
    }
}

static bool measure(struct bench *bench,
                    size_t connection_count,
                    request_writer *write,
                    uint64_t command_count,
                    struct load_result *result_out)
{
    char reason[200];
    struct load_config config = {
        .host = bench->target.host,
        .port = (uint16_t)strtoul(bench->target.port, NULL, 10),
        .ca_file = bench->target.ca_file,
        .certificate_file = bench->target.certificate_file,
        .key_file = bench->target.key_file,
        .connection_count = connection_count,
        .thread_count = 1,
        .duration_us = bench->duration_s * INSTANT_US_PER_SECOND,
        .make_request = request_make,
        .on_answer = answer_note,
        .context = bench,
    };
    bench->run++;
    pattern_make(bench, write, command_count);
    atomic_store(&bench->done_count, 0);
    atomic_store(&bench->refused_count, 0);
    if (!load_run(&config, result_out, reason, sizeof reason)) {
        message("%zu connections: %s", connection_count, reason);
        return false;
    }
    return true;
}

/* --- the report --- */

static json_t *rate_json(uint64_t count, instant_us duration_us)
{
    double seconds = (double)duration_us / (double)INSTANT_US_PER_SECOND;
    return json_integer(duration_us > 0 ? (json_int_t)((double)count / seconds) : 0);
}

static json_t *run_json(struct bench *bench, size_t connections, const struct load_result *result)
{
    return json_pack("{s:I,s:o,s:f,s:f,s:I,s:I}",
                     "connections",
                     (json_int_t)connections,
                     "commands_per_second",
                     rate_json(atomic_load(&bench->done_count), result->duration_us),
                     "p50_ms",
                     (double)result->p50_us / 1000.0,
                     "p99_ms",
                     (double)result->p99_us / 1000.0,
                     "refused",
                     (json_int_t)atomic_load(&bench->refused_count),
                     "broken",
                     (json_int_t)result->broken_count);
}

static enum exit_code singles_run(struct bench *bench, const char *list, json_t *runs)
{
    static struct load_result result; /* too large for a stack */
    while (*list && strcmp(list, "0") != 0) {
        char *end = NULL;
        unsigned long count = strtoul(list, &end, 10);
        if (end == list || (*end && *end != ',') || count < 1 || count > CONNECTION_COUNT_MAX) {
            message("--connections wants 0, or numbers from 1 to %d: 16,256", CONNECTION_COUNT_MAX);
            return EXIT_USAGE;
        }
        if (!measure(bench, count, single_write, 1, &result)) {
            return EXIT_UNREACHABLE;
        }
        json_array_append_new(runs, run_json(bench, count, &result));
        list = *end ? end + 1 : end;
    }
    return EXIT_DONE;
}

static enum exit_code batches_run(struct bench *bench, json_t **batched_out)
{
    static struct load_result result;
    if (bench->batch_count == 0) {
        return EXIT_DONE;
    }
    uint64_t command_count = (uint64_t)bench->batch_count;
    if (!measure(bench, BATCH_CONNECTION_COUNT, batch_write, command_count, &result)) {
        return EXIT_UNREACHABLE;
    }
    uint64_t done_count = atomic_load(&bench->done_count) * command_count;
    *batched_out = json_pack("{s:I,s:o,s:I}",
                             "batch",
                             (json_int_t)bench->batch_count,
                             "commands_per_second",
                             rate_json(done_count, result.duration_us),
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

static enum exit_code bench_run(struct bench *bench, const struct arguments *arguments)
{
    const char *given = arguments->values[OPTION_CONNECTIONS];
    json_t *runs = json_array();
    json_t *batched = NULL;
    enum exit_code code = bench_prepare(&bench->target);
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
           arguments_number(arguments, OPTION_BATCH, BATCH_MAX, BATCH_DEFAULT, count_out);
}

enum exit_code verb_bench_http(const struct arguments *arguments)
{
    static struct bench bench; /* too large for a stack */
    bench.target.gateway = arguments->values[OPTION_GATEWAY];
    bench.target.folder = arguments->values[OPTION_CERTS];
    bench.target.scope = "aggregate";
    bench.payment_due = date_of(clock_now()) + PAYMENT_DAYS;
    if (!bench.target.gateway || !bench.target.folder) {
        message("--%s is missing", bench.target.gateway ? "certs" : "gateway");
        return EXIT_USAGE;
    }
    if (!arguments_number(
            arguments, OPTION_SECONDS, SECONDS_MAX, SECONDS_DEFAULT, &bench.duration_s) ||
        !batch_number(arguments, &bench.batch_count)) {
        message("--seconds wants 1 to %d, --batch 0 to %d", SECONDS_MAX, BATCH_MAX);
        return EXIT_USAGE;
    }
    return bench_run(&bench, arguments);
}
