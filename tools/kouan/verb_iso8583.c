#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/kouan/file.h"
#include "tools/kouan/iso8583_json.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    DESCRIPTION_SIZE = 1 << 16,
    PREFIX_SIZE_MAX = 4,
    SCORE_TEXT_SIZE = 200,
};

static const char *path_of(const struct arguments *arguments)
{
    return arguments->positional_count > 0 ? arguments->positionals[0] : "-";
}

/* Opens the capture and says which dialect was found. */
static enum exit_code input_open(struct trace *trace, const struct arguments *arguments)
{
    char verdict[SCORE_TEXT_SIZE];
    enum exit_code code = trace_open(trace, path_of(arguments), arguments);
    if (code == EXIT_DONE && !arguments->values[OPTION_DIALECT]) {
        trace_verdict(trace, verdict, sizeof verdict);
        message("%s", verdict);
    }
    return code;
}

/* --- decode --- */

static void message_print(const struct trace *trace)
{
    static char description[DESCRIPTION_SIZE];
    printf("%smessage %zu: ", trace->number > 1 ? "\n" : "", trace->number);
    switch (trace->kind) {
    case TRACE_IDLE:
        puts("idle");
        return;
    case TRACE_JUNK:
        printf("%zu bytes that begin no frame\n", trace->body.size);
        return;
    case TRACE_MESSAGE:
        break;
    }
    iso8583_describe(
        trace->dialect, &trace->message, &trace->fault, description, sizeof description);
    fputs(description, stdout);
    if (trace->due_size > trace->body.size) {
        printf(
            "the capture ends here, after %zu of %zu bytes\n", trace->body.size, trace->due_size);
    }
}

enum exit_code verb_iso8583_decode(const struct arguments *arguments)
{
    static struct trace trace;
    enum exit_code code = input_open(&trace, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    while (trace_next(&trace)) {
        if (arguments->values[OPTION_JSON]) {
            iso8583_json_print(iso8583_json_message(&trace), trace.number);
        } else {
            message_print(&trace);
        }
        code = trace_is_good(&trace) ? code : EXIT_FAULT_FOUND;
    }
    if (arguments->values[OPTION_JSON]) {
        iso8583_json_end(trace.number);
    }
    trace_close(&trace);
    return code;
}

/* --- doctor --- */

static json_t *score_json(const struct iso8583_score *score)
{
    char percent[16];
    char fault[SCORE_TEXT_SIZE] = "";
    snprintf(percent,
             sizeof percent,
             "%" PRIu32 ".%" PRIu32 "%%",
             score->permille / 10,
             score->permille % 10);
    if (score->fault.reason != ISO8583_REASON_NONE) {
        snprintf(fault,
                 sizeof fault,
                 "field %d, byte %zu: %s",
                 score->fault.field,
                 score->fault.offset,
                 iso8583_reason_text(score->fault.reason));
    }
    return json_pack("{s:s,s:s,s:s,s:I,s:I,s:s}",
                     "dialect",
                     score->dialect->name,
                     "explains",
                     percent,
                     "framing",
                     score->is_framed ? "length" : "none",
                     "messages",
                     (json_int_t)score->frame_count,
                     "read",
                     (json_int_t)score->decoded_count,
                     "first_fault",
                     fault);
}

enum exit_code verb_iso8583_doctor(const struct arguments *arguments)
{
    static struct trace trace;
    char verdict[SCORE_TEXT_SIZE];
    enum exit_code code = trace_open(&trace, path_of(arguments), arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < trace.dialects.count; i++) {
        json_array_append_new(rows, score_json(&trace.scores[i]));
    }
    trace_verdict(&trace, verdict, sizeof verdict);
    if (arguments->values[OPTION_JSON]) {
        json_t *report = json_pack("{s:O,s:s}", "dialects", rows, "verdict", verdict);
        output_json(report);
        json_decref(report);
    } else {
        output_list(rows);
        puts(verdict);
    }
    json_decref(rows);
    code = trace.scores[0].permille == 1000 ? EXIT_DONE : EXIT_FAULT_FOUND;
    trace_close(&trace);
    return code;
}

/* --- bytes to standard output --- */

static void bytes_print(enum capture_form form, const uint8_t *bytes, size_t size)
{
    if (form == CAPTURE_BINARY) {
        fwrite(bytes, 1, size, stdout);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        printf("%02x", bytes[i]);
    }
}

static void line_end(enum capture_form form)
{
    fputs(form == CAPTURE_BINARY ? "" : "\n", stdout);
}

static bool is_refused_by_terminal(enum capture_form form)
{
    bool is_refused = form == CAPTURE_BINARY && isatty(STDOUT_FILENO);
    if (is_refused) {
        message("messages are bytes, not text: send standard output to a file");
    }
    return is_refused;
}

/* --- redact --- */

/* What the message's place in the capture becomes; prefixes stay. */
static void place_redact(const struct trace *trace, uint8_t *place)
{
    switch (trace->kind) {
    case TRACE_IDLE:
        return;
    case TRACE_JUNK:
        memset(place, 0, trace->body.size);
        message("%zu bytes behind the last frame are zeros", trace->body.size);
        return;
    case TRACE_MESSAGE:
        break;
    }
    iso8583_redact(trace->dialect, &trace->message, &trace->fault, place);
    if (trace->fault.reason != ISO8583_REASON_NONE) {
        message("message %zu: %s, field %d, byte %zu; no value of it is left",
                trace->number,
                iso8583_reason_text(trace->fault.reason),
                trace->fault.field,
                trace->fault.offset);
    }
}

/* Message by message on lines of their own; bytes between them are prefixes. */
static void capture_redact(struct trace *trace)
{
    const struct capture *capture = &trace->capture;
    uint8_t *copy = malloc(capture->size);
    size_t printed = 0;
    if (!copy) {
        abort();
    }
    memcpy(copy, capture->bytes, capture->size);
    while (trace_next(trace)) {
        place_redact(trace, copy + (trace->body.data - capture->bytes));
        bytes_print(capture->form, copy + printed, trace->at - printed);
        line_end(capture->form);
        printed = trace->at;
    }
    free(copy);
}

enum exit_code verb_iso8583_redact(const struct arguments *arguments)
{
    static struct trace trace;
    enum exit_code code = input_open(&trace, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    /* A dialect that only might be right would leave a card number where it sees an amount. */
    if (trace.scores[0].decoded_count == 0 && !arguments->values[OPTION_DIALECT]) {
        message("nothing is written: give the --dialect");
        code = EXIT_FAULT_FOUND;
    } else if (is_refused_by_terminal(trace.capture.form)) {
        code = EXIT_USAGE;
    } else {
        capture_redact(&trace);
    }
    trace_close(&trace);
    return code;
}

/* --- encode --- */

struct encoder {
    const struct arguments *arguments;
    struct trace_dialects dialects;
    const struct iso8583_dialect *dialect;
    enum capture_form form;
    struct iso8583_message message;
    struct iso8583_store store;
    uint8_t bytes[PREFIX_SIZE_MAX + ISO8583_MESSAGE_SIZE_MAX];
};

/* The dialect of --dialect, else the one the message names. */
static bool dialect_choose(struct encoder *encoder, const json_t *object)
{
    const char *given = encoder->arguments->values[OPTION_DIALECT];
    const char *name = given ? given : json_string_value(json_object_get(object, "dialect"));
    if (!name) {
        message("which dialect? --dialect, or a member \"dialect\"");
        return false;
    }
    if (encoder->dialect && (given || strcmp(encoder->dialect->name, name) == 0)) {
        return true;
    }
    encoder->dialect = &encoder->dialects.items[0];
    return trace_dialects_load(name, &encoder->dialects);
}

static void frame_print(struct encoder *encoder, size_t size)
{
    size_t prefix_size = encoder->dialect->prefix.size;
    bool is_bare = encoder->arguments->values[OPTION_BARE] || prefix_size == 0;
    const uint8_t *start =
        encoder->bytes + (is_bare ? PREFIX_SIZE_MAX : PREFIX_SIZE_MAX - prefix_size);
    bytes_print(encoder->form, start, size + (is_bare ? 0 : prefix_size));
    line_end(encoder->form);
}

/* False with the reason in reason_out. */
static bool
message_encode(struct encoder *encoder, const json_t *object, char reason_out[CAPTURE_REASON_SIZE])
{
    const struct iso8583_prefix *prefix = &encoder->dialect->prefix;
    struct iso8583_fault fault;
    size_t size = 0;
    bool is_idle = json_is_true(json_object_get(object, "idle"));
    if (!is_idle) {
        if (!iso8583_json_read(
                object, encoder->dialect, &encoder->message, &encoder->store, reason_out)) {
            return false;
        }
        if (!iso8583_encode(encoder->dialect,
                            &encoder->message,
                            encoder->bytes + PREFIX_SIZE_MAX,
                            ISO8583_MESSAGE_SIZE_MAX,
                            &size,
                            &fault)) {
            snprintf(reason_out,
                     CAPTURE_REASON_SIZE,
                     "field %d: %s",
                     fault.field,
                     iso8583_reason_text(fault.reason));
            return false;
        }
    }
    uint8_t *start = encoder->bytes + PREFIX_SIZE_MAX - prefix->size;
    if (prefix->size > 0 && !iso8583_prefix_write(prefix, size, start, prefix->size)) {
        snprintf(reason_out, CAPTURE_REASON_SIZE, "%zu bytes are too long for a frame", size);
        return false;
    }
    frame_print(encoder, size);
    return true;
}

static enum exit_code messages_encode(struct encoder *encoder, json_t *input)
{
    char reason[CAPTURE_REASON_SIZE];
    size_t count = json_is_array(input) ? json_array_size(input) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *object = json_is_array(input) ? json_array_get(input, i) : input;
        if (!dialect_choose(encoder, object)) {
            return EXIT_USAGE;
        }
        if (!message_encode(encoder, object, reason)) {
            message("message %zu: %s", i + 1, reason);
            return EXIT_USAGE;
        }
    }
    return EXIT_DONE;
}

/* A whole JSON value from the file; NULL with its message written. */
static json_t *json_file_read(const char *path)
{
    char reason[CAPTURE_REASON_SIZE];
    json_error_t error;
    char *content = NULL;
    size_t size = 0;
    if (!file_read(path, &content, &size, reason, sizeof reason)) {
        message("%s", reason);
        return NULL;
    }
    if (size > CAPTURE_SIZE_MAX) {
        message("%s: larger than %d MiB", path, CAPTURE_SIZE_MAX >> 20);
        free(content);
        return NULL;
    }
    json_t *input = json_loadb(content, size, JSON_REJECT_DUPLICATES, &error);
    if (!input) {
        /* The error's text would quote the input. */
        message("%s: line %d, column %d: not JSON", path, error.line, error.column);
    }
    free(content);
    return input;
}

enum exit_code verb_iso8583_encode(const struct arguments *arguments)
{
    static struct encoder encoder;
    encoder.arguments = arguments;
    encoder.form = arguments->values[OPTION_BINARY] ? CAPTURE_BINARY : CAPTURE_HEX;
    if (is_refused_by_terminal(encoder.form)) {
        return EXIT_USAGE;
    }
    json_t *input = json_file_read(path_of(arguments));
    if (!input) {
        return EXIT_USAGE;
    }
    enum exit_code code = messages_encode(&encoder, input);
    json_decref(input);
    return code;
}
