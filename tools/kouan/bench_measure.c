#include "tools/kouan/bench_measure.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/cbor.h"
#include "tools/kouan/output.h"

enum {
    BATCH_CONNECTION_COUNT = 8, /* so that one batch is read while another commits */
    BODY_SIZE_MAX = 1024,
    NUMBER_SIZE = 10,
    MARK_COUNT_MAX =
        2 * BENCH_BATCH_MAX + 1, /* the reference and the key of each, the key of all */
};

/*
 * A request made once: the others are copies with other numbers, so that measuring takes little of
 * the processors that are measured.
 */
struct bench_pattern {
    uint8_t request[LOAD_REQUEST_SIZE_MAX];
    size_t size;
    uint64_t command_count;
    size_t mark_count;
    struct mark {
        size_t at; /* of the digits */
        uint64_t number;
    } marks[MARK_COUNT_MAX];
};

/* --- what is sent --- */

/* Ends in NUMBER_SIZE digits. */
static void reference_write(const struct bench_measure *measure,
                            uint64_t number,
                            char text_out[BENCH_REFERENCE_SIZE])
{
    int size = snprintf(text_out,
                        BENCH_REFERENCE_SIZE,
                        "%s-%" PRIu64 "-%0*" PRIu64,
                        measure->target->run,
                        measure->run,
                        NUMBER_SIZE,
                        number);
    assert(size > 0 && size < BENCH_REFERENCE_SIZE);
}

static void command_write(const struct bench_measure *measure,
                          const char *reference,
                          enum media media,
                          struct writer *out)
{
    const struct record *record = measure->command->record;
    void *command = calloc(1, record->size);
    assert(command != NULL);
    measure->command->fill(measure->scene, reference, command);
    record_write(record, media, RECORD_CLEAR, command, out);
    free(command);
}

static void single_write(const struct bench_measure *measure, struct writer *out)
{
    char reference[BENCH_REFERENCE_SIZE];
    char body[BODY_SIZE_MAX];
    struct writer writer = writer_over(body, sizeof body);
    reference_write(measure, 0, reference);
    command_write(measure, reference, MEDIA_JSON, &writer);
    assert(!writer.has_failed);
    load_write_post(out,
                    measure->command->path,
                    reference,
                    "application/json",
                    (struct bytes){writer.data, writer.size});
}

static void text_write(struct writer *out, const char *text)
{
    cbor_write_text(out, text, strlen(text));
}

static void batch_write(const struct bench_measure *measure, struct writer *out)
{
    static uint8_t body[LOAD_REQUEST_SIZE_MAX];
    struct writer writer = writer_over(body, sizeof body - BODY_SIZE_MAX);
    char reference[BENCH_REFERENCE_SIZE];
    cbor_write_map(&writer, 2);
    text_write(&writer, "mode");
    text_write(&writer, "atomic");
    text_write(&writer, "commands");
    cbor_write_array(&writer, (size_t)measure->batch_count);
    for (uint64_t i = 0; i < measure->batch_count; i++) {
        reference_write(measure, i, reference);
        cbor_write_map(&writer, 3);
        text_write(&writer, "body");
        command_write(measure, reference, MEDIA_CBOR, &writer);
        text_write(&writer, "command");
        text_write(&writer, measure->command->name);
        text_write(&writer, "idempotency_key");
        text_write(&writer, reference);
    }
    assert(!writer.has_failed);
    load_write_post(
        out, "/v1/batch", reference, "application/cbor", (struct bytes){writer.data, writer.size});
}

typedef void request_writer(const struct bench_measure *measure, struct writer *out);

static void pattern_make(struct bench_measure *measure, request_writer *write, uint64_t count)
{
    struct bench_pattern *pattern = measure->pattern;
    struct writer out = writer_over(pattern->request, sizeof pattern->request);
    write(measure, &out);
    assert(!out.has_failed);
    pattern->size = out.size;
    pattern->command_count = count;
    pattern->mark_count = 0;
    char reference[BENCH_REFERENCE_SIZE];
    reference_write(measure, 0, reference);
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
    const struct bench_pattern *pattern = ((const struct bench_measure *)context)->pattern;
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
    struct bench_measure *measure = context;
    (void)index;
    if (status == 200 && !has_problem(body)) {
        atomic_fetch_add(&measure->done_count, measure->pattern->command_count);
    } else if (atomic_fetch_add(&measure->refused_count, 1) == 0) {
        message("first refusal of %s: status %d, %.*s",
                measure->command->name,
                status,
                (int)(body.size < BODY_SIZE_MAX ? body.size : BODY_SIZE_MAX),
                (const char *)body.data);
    }
}

static bool run(struct bench_measure *measure,
                size_t connection_count,
                request_writer *write,
                uint64_t command_count,
                struct load_result *result_out)
{
    static struct bench_pattern pattern; /* too large for a stack; one run at a time */
    const struct bench_target *target = measure->target;
    char certificate_file[BENCH_PATH_SIZE];
    char key_file[BENCH_PATH_SIZE];
    char reason[200];
    bench_files(target, measure->command->role, certificate_file, key_file);
    struct load_config config = {
        .host = target->host,
        .port = (uint16_t)strtoul(target->port, NULL, 10),
        .ca_file = target->ca_file,
        .certificate_file = certificate_file,
        .key_file = key_file,
        .connection_count = connection_count,
        .thread_count = 1,
        .duration_us = measure->duration_s * INSTANT_US_PER_SECOND,
        .make_request = request_make,
        .on_answer = answer_note,
        .context = measure,
    };
    measure->run++;
    measure->pattern = &pattern;
    pattern_make(measure, write, command_count);
    atomic_store(&measure->done_count, 0);
    atomic_store(&measure->refused_count, 0);
    if (!load_run(&config, result_out, reason, sizeof reason)) {
        message("%zu connections: %s", connection_count, reason);
        return false;
    }
    return true;
}

bool bench_singles(struct bench_measure *measure, size_t connection_count, struct load_result *out)
{
    return run(measure, connection_count, single_write, 1, out);
}

bool bench_batches(struct bench_measure *measure, struct load_result *result_out)
{
    return run(measure, BATCH_CONNECTION_COUNT, batch_write, measure->batch_count, result_out);
}

int64_t bench_rate(const struct bench_measure *measure, const struct load_result *result)
{
    double seconds = (double)result->duration_us / (double)INSTANT_US_PER_SECOND;
    return seconds > 0 ? (int64_t)((double)atomic_load(&measure->done_count) / seconds) : 0;
}
