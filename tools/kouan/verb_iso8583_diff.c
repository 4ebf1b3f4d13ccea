#include <stdio.h>
#include <string.h>

#include "tools/kouan/iso8583_json.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum side {
    SIDE_A,
    SIDE_B,
    SIDE_COUNT,
};

struct comparison {
    const struct arguments *arguments;
    struct trace sides[SIDE_COUNT];
    json_t *rows; /* of the current messages */
    size_t row_count;
};

/* One difference; a value is NULL where there is none. */
static void
row_add(struct comparison *comparison, const char *field, const char *name, json_t *a, json_t *b)
{
    const char *change = !a                 ? "only in B"
                         : !b               ? "only in A"
                         : json_equal(a, b) ? "differs where masked"
                                            : "differs";
    json_t *row = json_pack("{s:I,s:s,s:s,s:s,s:o*,s:o*}",
                            "message",
                            (json_int_t)comparison->sides[a ? SIDE_A : SIDE_B].number,
                            "field",
                            field,
                            "name",
                            name,
                            "change",
                            change,
                            "a",
                            a,
                            "b",
                            b);
    json_array_append_new(comparison->rows, row);
}

static bool is_same(struct iso8583_view a, struct iso8583_view b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static json_t *value_of(const struct trace *trace, int field)
{
    return iso8583_has(&trace->message, field)
               ? iso8583_json_value(&trace->dialect->fields[field],
                                    iso8583_get(&trace->message, field))
               : NULL;
}

static void field_compare(struct comparison *comparison, int field)
{
    const struct trace *a = &comparison->sides[SIDE_A];
    const struct trace *b = &comparison->sides[SIDE_B];
    bool is_in_a = iso8583_has(&a->message, field);
    bool is_in_b = iso8583_has(&b->message, field);
    char number[8];
    if ((!is_in_a && !is_in_b) ||
        (is_in_a && is_in_b &&
         is_same(iso8583_get(&a->message, field), iso8583_get(&b->message, field)))) {
        return;
    }
    snprintf(number, sizeof number, "%d", field);
    row_add(comparison,
            number,
            (is_in_a ? a : b)->dialect->names[field],
            value_of(a, field),
            value_of(b, field));
}

static const char *type_of(const struct trace *trace)
{
    switch (trace->kind) {
    case TRACE_IDLE:
        return "idle";
    case TRACE_JUNK:
        return "no frame";
    case TRACE_MESSAGE:
        break;
    }
    return trace->message.mti;
}

static void messages_compare(struct comparison *comparison)
{
    const struct trace *a = &comparison->sides[SIDE_A];
    const struct trace *b = &comparison->sides[SIDE_B];
    if (strcmp(type_of(a), type_of(b)) != 0) {
        row_add(
            comparison, "mti", "Message type", json_string(type_of(a)), json_string(type_of(b)));
    }
    if (!is_same(a->message.header, b->message.header)) {
        row_add(comparison,
                "header",
                "",
                iso8583_json_hex(a->message.header),
                iso8583_json_hex(b->message.header));
    }
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        field_compare(comparison, field);
    }
}

/* Prints the rows of these messages. */
static void rows_print(struct comparison *comparison)
{
    size_t index = 0;
    json_t *row = NULL;
    if (json_array_size(comparison->rows) == 0) {
        return;
    }
    if (!comparison->arguments->values[OPTION_JSON]) {
        fputs(comparison->row_count > 0 ? "\n" : "", stdout);
        output_list(comparison->rows);
    }
    json_array_foreach(comparison->rows, index, row)
    {
        comparison->row_count++;
        if (comparison->arguments->values[OPTION_JSON]) {
            iso8583_json_print(json_incref(row), comparison->row_count);
        }
    }
    json_array_clear(comparison->rows);
}

/* A fault hides what stands behind it. */
static bool is_readable(const struct comparison *comparison, enum side side)
{
    const struct trace *trace = &comparison->sides[side];
    bool is_good = trace_is_good(trace);
    if (!is_good) {
        message("%s: message %zu cannot be compared: %s, field %d, byte %zu",
                comparison->arguments->positionals[side],
                trace->number,
                trace->kind == TRACE_JUNK ? "no frame" : iso8583_reason_text(trace->fault.reason),
                trace->fault.field,
                trace->fault.offset);
    }
    return is_good;
}

static bool captures_compare(struct comparison *comparison)
{
    bool has_next[SIDE_COUNT] = {true, true};
    bool is_whole = true;
    while (has_next[SIDE_A] || has_next[SIDE_B]) {
        for (enum side side = SIDE_A; side < SIDE_COUNT; side++) {
            has_next[side] = has_next[side] && trace_next(&comparison->sides[side]);
            is_whole = (!has_next[side] || is_readable(comparison, side)) && is_whole;
        }
        if (has_next[SIDE_A] && has_next[SIDE_B]) {
            messages_compare(comparison);
        } else if (has_next[SIDE_A] || has_next[SIDE_B]) {
            enum side only = has_next[SIDE_A] ? SIDE_A : SIDE_B;
            json_t *type = json_string(type_of(&comparison->sides[only]));
            row_add(comparison,
                    "mti",
                    "Message type",
                    only == SIDE_A ? type : NULL,
                    only == SIDE_B ? type : NULL);
        }
        rows_print(comparison);
    }
    return is_whole;
}

static enum exit_code compare(struct comparison *comparison)
{
    comparison->rows = json_array();
    bool is_whole = captures_compare(comparison);
    json_decref(comparison->rows);
    if (comparison->arguments->values[OPTION_JSON]) {
        iso8583_json_end(comparison->row_count);
    }
    return !is_whole ? EXIT_FAULT_FOUND : comparison->row_count > 0 ? EXIT_REFUSED : EXIT_DONE;
}

enum exit_code verb_iso8583_diff(const struct arguments *arguments)
{
    static struct comparison comparison;
    comparison.arguments = arguments;
    if (strcmp(arguments->positionals[0], "-") == 0 &&
        strcmp(arguments->positionals[1], "-") == 0) {
        message("only one of the two can be standard input");
        return EXIT_USAGE;
    }
    enum exit_code code =
        trace_open(&comparison.sides[SIDE_A], arguments->positionals[0], arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    code = trace_open(&comparison.sides[SIDE_B], arguments->positionals[1], arguments);
    if (code == EXIT_DONE) {
        code = compare(&comparison);
        trace_close(&comparison.sides[SIDE_B]);
    }
    trace_close(&comparison.sides[SIDE_A]);
    return code;
}
