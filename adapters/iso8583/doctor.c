#include "adapters/iso8583/value.h"

struct doctor {
    struct iso8583_view capture;
    uint8_t *scratch;
    size_t scratch_size;
};

static void visit(struct doctor *doctor,
                  struct iso8583_score *score,
                  struct iso8583_view frame,
                  size_t *explained_size)
{
    struct iso8583_message message;
    struct iso8583_fault fault;
    score->frame_count++;
    if (iso8583_decode(
            score->dialect, frame, doctor->scratch, doctor->scratch_size, &message, &fault)) {
        score->decoded_count++;
        *explained_size += frame.size;
        return;
    }
    if (score->fault.reason == ISO8583_REASON_NONE) {
        score->fault = fault;
    }
    /* What was read before the fault may be chance and counts half; a header may be anything. */
    size_t header_size = iso8583_header_size(score->dialect);
    *explained_size += fault.offset > header_size ? (fault.offset - header_size) / 2 : 0;
}

static void score_set(struct iso8583_score *score, size_t explained_size, size_t capture_size)
{
    score->permille =
        capture_size == 0 ? 0 : (uint32_t)((uint64_t)explained_size * 1000 / capture_size);
}

static struct iso8583_score bare_score(struct doctor *doctor, const struct iso8583_dialect *dialect)
{
    struct iso8583_score score = {.dialect = dialect};
    size_t explained_size = 0;
    visit(doctor, &score, doctor->capture, &explained_size);
    score_set(&score, explained_size, doctor->capture.size);
    return score;
}

/* The size of the frame whose prefix stands at `at`; false when no whole frame stands there. */
static bool frame_size_at(const struct iso8583_prefix *prefix,
                          struct iso8583_view capture,
                          size_t at,
                          size_t *size_out)
{
    struct iso8583_framer framer;
    struct iso8583_view frame;
    size_t used;
    uint8_t none;
    if (capture.size - at < prefix->size) {
        return false;
    }
    size_t left = capture.size - at - prefix->size;
    iso8583_framer_start(&framer, prefix, &none, left);
    struct iso8583_view bytes = {capture.data + at, prefix->size};
    if (iso8583_framer_feed(&framer, bytes, &used, &frame) == ISO8583_FRAME_BAD) {
        return false;
    }
    *size_out = framer.body_size;
    return true;
}

static struct iso8583_score framed_score(struct doctor *doctor,
                                         const struct iso8583_dialect *dialect)
{
    const struct iso8583_prefix *prefix = &dialect->prefix;
    struct iso8583_score score = {.dialect = dialect, .is_framed = true};
    size_t explained_size = 0;
    size_t at = 0;
    size_t size;
    while (at < doctor->capture.size && frame_size_at(prefix, doctor->capture, at, &size)) {
        at += prefix->size;
        explained_size += prefix->size;
        if (size > 0) {
            struct iso8583_view frame = {doctor->capture.data + at, size};
            visit(doctor, &score, frame, &explained_size);
        }
        at += size;
    }
    score_set(&score, explained_size, doctor->capture.size);
    return score;
}

static bool is_better(const struct iso8583_score *a, const struct iso8583_score *b)
{
    if (a->permille != b->permille) {
        return a->permille > b->permille;
    }
    return a->decoded_count > b->decoded_count;
}

void iso8583_doctor(const struct iso8583_dialect *const *dialects,
                    size_t count,
                    struct iso8583_view capture,
                    uint8_t *scratch,
                    size_t scratch_size,
                    struct iso8583_score *scores_out)
{
    struct doctor doctor = {capture, scratch, scratch_size};
    for (size_t i = 0; i < count; i++) {
        struct iso8583_score score = bare_score(&doctor, dialects[i]);
        if (dialects[i]->prefix.size > 0) {
            struct iso8583_score framed = framed_score(&doctor, dialects[i]);
            score = is_better(&framed, &score) ? framed : score;
        }
        size_t place = i;
        for (; place > 0 && is_better(&score, &scores_out[place - 1]); place--) {
            scores_out[place] = scores_out[place - 1];
        }
        scores_out[place] = score;
    }
}
