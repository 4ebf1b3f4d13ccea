#include "tools/kouan/trace.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"
#include "tools/kouan/output.h"

static const char suffix[] = ".yaml";

enum {
    PATH_SIZE = 4096,
    SUFFIX_SIZE = sizeof suffix - 1
};

/* --- dialects --- */

static bool is_dialect_file(const char *name)
{
    size_t size = strlen(name);
    return size > SUFFIX_SIZE && strcmp(name + size - SUFFIX_SIZE, suffix) == 0;
}

static int entry_choose(const struct dirent *entry)
{
    return is_dialect_file(entry->d_name);
}

static bool dialect_add(struct trace_dialects *dialects, const char *path)
{
    char problem[ISO8583_PROBLEM_SIZE];
    if (dialects->count == TRACE_DIALECT_COUNT_MAX) {
        message("%s: more than %d dialects", path, TRACE_DIALECT_COUNT_MAX);
        return false;
    }
    if (!iso8583_dialect_load(path, &dialects->items[dialects->count], problem)) {
        message("%s: %s", path, problem);
        return false;
    }
    dialects->count++;
    return true;
}

/* Every dialect of the library, in the order of their names. */
static bool library_load(struct trace_dialects *dialects)
{
    struct dirent **entries = NULL;
    const char *directory = iso8583_dialect_directory();
    int count = scandir(directory, &entries, entry_choose, alphasort);
    bool is_loaded = count > 0;
    if (!is_loaded) {
        message("no dialects in %s", directory);
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        is_loaded = is_loaded && dialect_add(dialects, path);
        free(entries[i]);
    }
    free(entries);
    return is_loaded;
}

static bool name_load(struct trace_dialects *dialects, const char *name)
{
    static struct trace_dialects library;
    char known[PATH_SIZE] = "";
    size_t size = 0;
    library.count = 0;
    if (!library_load(&library)) {
        return false;
    }
    for (size_t i = 0; i < library.count; i++) {
        const char *other = library.items[i].name;
        if (strcmp(other, name) == 0) {
            dialects->items[dialects->count++] = library.items[i];
            return true;
        }
        size += (size_t)snprintf(known + size, sizeof known - size, "%s%s", i ? ", " : "", other);
    }
    message("there is no dialect %s, only %s; or give a file", name, known);
    return false;
}

bool trace_dialects_load(const char *name, struct trace_dialects *dialects_out)
{
    dialects_out->count = 0;
    if (!name) {
        return library_load(dialects_out);
    }
    bool is_path = strchr(name, '/') || is_dialect_file(name);
    return is_path ? dialect_add(dialects_out, name) : name_load(dialects_out, name);
}

/* --- the doctor --- */

static struct iso8583_score
whole_score(struct trace *trace, const struct iso8583_dialect *dialect, struct iso8583_view bytes)
{
    struct iso8583_score score;
    iso8583_doctor(&dialect, 1, bytes, trace->scratch, sizeof trace->scratch, &score);
    return score;
}

static struct iso8583_view piece_view(const struct capture *capture, size_t index)
{
    size_t start = index > 0 ? capture->piece_ends[index - 1] : 0;
    return (struct iso8583_view){capture->bytes + start, capture->piece_ends[index] - start};
}

/* As if each piece were a message. */
static struct iso8583_score pieces_score(struct trace *trace, const struct iso8583_dialect *dialect)
{
    const struct capture *capture = &trace->capture;
    struct iso8583_score sum = {.dialect = dialect};
    uint64_t explained = 0;
    for (size_t i = 0; i < capture->piece_count; i++) {
        struct iso8583_view piece = piece_view(capture, i);
        struct iso8583_score score = whole_score(trace, dialect, piece);
        if (sum.fault.reason == ISO8583_REASON_NONE) {
            sum.fault = score.fault;
        }
        sum.frame_count++;
        sum.decoded_count += score.is_framed ? 0 : score.decoded_count;
        explained += score.is_framed ? 0 : (uint64_t)score.permille * piece.size;
    }
    sum.permille = (uint32_t)(explained / capture->size);
    return sum;
}

/* Of a frame that the capture cuts: how far it reads. */
static struct iso8583_score cut_score(struct trace *trace, const struct iso8583_dialect *dialect)
{
    struct iso8583_score score = {.dialect = dialect, .frame_count = 1};
    struct iso8583_view bytes = {trace->capture.bytes, trace->capture.size};
    struct iso8583_framer framer;
    struct iso8583_view body;
    size_t used = 0;
    size_t prefix_size = dialect->prefix.size;
    if (prefix_size == 0 || bytes.size <= prefix_size) {
        return score;
    }
    iso8583_framer_start(&framer, &dialect->prefix, trace->frame, sizeof trace->frame);
    if (iso8583_framer_feed(&framer, bytes, &used, &body) == ISO8583_FRAME_MORE) {
        body = (struct iso8583_view){bytes.data + prefix_size, bytes.size - prefix_size};
        struct iso8583_score front = whole_score(trace, dialect, body);
        score.is_framed = true;
        score.permille = front.permille;
        score.fault = front.fault;
    }
    return score;
}

static bool is_better(const struct iso8583_score *a, const struct iso8583_score *b)
{
    return a->permille != b->permille ? a->permille > b->permille
                                      : a->decoded_count > b->decoded_count;
}

typedef struct iso8583_score score_of(struct trace *trace, const struct iso8583_dialect *dialect);

static struct iso8583_score capture_score(struct trace *trace,
                                          const struct iso8583_dialect *dialect)
{
    struct iso8583_view bytes = {trace->capture.bytes, trace->capture.size};
    return whole_score(trace, dialect, bytes);
}

static void scores_fill(struct trace *trace, score_of *score, struct iso8583_score *scores_out)
{
    for (size_t i = 0; i < trace->dialects.count; i++) {
        struct iso8583_score one = score(trace, &trace->dialects.items[i]);
        size_t place = i;
        for (; place > 0 && is_better(&one, &scores_out[place - 1]); place--) {
            scores_out[place] = scores_out[place - 1];
        }
        scores_out[place] = one;
    }
}

static void trace_score(struct trace *trace)
{
    static const struct {
        score_of *score;
        enum trace_split split;
    } others[] = {
        {pieces_score, TRACE_PIECES},
        {cut_score,    TRACE_FRAMES},
    };
    struct iso8583_score scores[TRACE_DIALECT_COUNT_MAX] = {0};
    scores_fill(trace, capture_score, trace->scores);
    trace->split = trace->scores[0].is_framed ? TRACE_FRAMES : TRACE_WHOLE;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (trace->scores[0].decoded_count > 0) {
            break;
        }
        scores_fill(trace, others[i].score, scores);
        if (is_better(&scores[0], &trace->scores[0])) {
            memcpy(trace->scores, scores, sizeof scores);
            trace->split = others[i].split;
        }
    }
    trace->dialect = trace->scores[0].dialect;
}

void trace_verdict(const struct trace *trace, char *text_out, size_t capacity)
{
    static const char *const splits[] = {
        [TRACE_WHOLE] = "bare",
        [TRACE_FRAMES] = "each behind its length",
        [TRACE_PIECES] = "one a line",
    };
    const struct iso8583_score *best = &trace->scores[0];
    if (best->decoded_count == 0) {
        snprintf(text_out,
                 capacity,
                 "no dialect reads a whole message; the nearest is %s",
                 best->dialect->name);
        return;
    }
    snprintf(text_out,
             capacity,
             "%s reads %zu of %zu messages, %s",
             best->dialect->name,
             best->decoded_count,
             best->frame_count,
             splits[trace->split]);
}

/* --- messages --- */

static enum capture_form form_of(const struct arguments *arguments)
{
    return arguments->values[OPTION_HEX]      ? CAPTURE_HEX
           : arguments->values[OPTION_BINARY] ? CAPTURE_BINARY
                                              : CAPTURE_GUESS;
}

enum exit_code trace_open(struct trace *trace, const char *path, const struct arguments *arguments)
{
    char text[CAPTURE_REASON_SIZE];
    const char *name = arguments->values[OPTION_DIALECT];
    if (arguments->values[OPTION_HEX] && arguments->values[OPTION_BINARY]) {
        message("either --hex or --binary");
        return EXIT_USAGE;
    }
    if (!trace_dialects_load(name, &trace->dialects)) {
        return EXIT_USAGE;
    }
    if (!capture_read(path, form_of(arguments), &trace->capture, text)) {
        message("%s", text);
        return EXIT_USAGE;
    }
    trace_score(trace);
    trace->at = 0;
    trace->number = 0;
    return EXIT_DONE;
}

void trace_close(struct trace *trace)
{
    capture_free(&trace->capture);
}

/* Sets body, due_size and kind from the frame at `at`; returns the bytes it takes. */
static size_t frame_read(struct trace *trace, struct iso8583_view left)
{
    const struct iso8583_prefix *prefix = &trace->dialect->prefix;
    struct iso8583_framer framer;
    struct iso8583_view frame;
    size_t used = 0;
    iso8583_framer_start(&framer, prefix, trace->frame, sizeof trace->frame);
    enum iso8583_frame result = iso8583_framer_feed(&framer, left, &used, &frame);
    bool has_prefix = left.size >= prefix->size && result != ISO8583_FRAME_BAD;
    if (!has_prefix) {
        trace->kind = TRACE_JUNK;
        return left.size;
    }
    trace->body = (struct iso8583_view){left.data + prefix->size, used - prefix->size};
    trace->due_size = framer.body_size;
    trace->kind = framer.body_size == 0 ? TRACE_IDLE : TRACE_MESSAGE;
    return used;
}

bool trace_next(struct trace *trace)
{
    struct iso8583_view left = {trace->capture.bytes + trace->at, trace->capture.size - trace->at};
    size_t used = left.size;
    if (left.size == 0) {
        return false;
    }
    trace->body = left;
    trace->kind = TRACE_MESSAGE;
    switch (trace->split) {
    case TRACE_WHOLE:
        trace->due_size = left.size;
        break;
    case TRACE_FRAMES:
        used = frame_read(trace, left);
        break;
    case TRACE_PIECES:
        trace->body = piece_view(&trace->capture, trace->number);
        trace->due_size = used = trace->body.size;
        break;
    }
    trace->at += used;
    trace->number++;
    trace->fault = (struct iso8583_fault){ISO8583_REASON_NONE, 0, 0};
    iso8583_clear(&trace->message);
    if (trace->kind == TRACE_MESSAGE) {
        (void)!iso8583_decode(trace->dialect,
                              trace->body,
                              trace->scratch,
                              sizeof trace->scratch,
                              &trace->message,
                              &trace->fault);
    }
    return true;
}

bool trace_is_good(const struct trace *trace)
{
    bool is_whole = trace->kind == TRACE_IDLE || trace->due_size == trace->body.size;
    return trace->kind != TRACE_JUNK && is_whole && trace->fault.reason == ISO8583_REASON_NONE;
}
