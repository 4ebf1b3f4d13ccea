#pragma once
/* The inside of a dialogue, shared by what it says (dialogue.c) and what it hears
 * (dialogue_take.c). */
#include "adapters/link/dialogue.h"
#include "adapters/link/duplicate.h"
#include "adapters/link/mapping.h"
#include "adapters/link/seal.h"
#include "adapters/link/session.h"
#include "adapters/link/window.h"

enum {
    DIALOGUE_PREFIX_SIZE_MAX = 4,
    DIALOGUE_QUESTION_SIZE_MAX = 2048,
    DIALOGUE_NOTES_PER_SECOND = 20,
};

/* A question of the bank while the answer is being found. */
struct dialogue_question {
    uint64_t number; /* of the ticket; 0 = free */
    uint64_t serial; /* in duplicates */
    instant_us asked_at;
    size_t size;
    uint8_t message[DIALOGUE_QUESTION_SIZE_MAX];
};

struct dialogue {
    const struct link_config *config;
    struct adapter_events events;
    struct dialogue_port port;
    struct session session;
    struct window window;
    struct duplicates duplicates;
    struct seal seal;
    struct adapter_report report; /* state and counts; reason of the last change */
    uint64_t connection;
    int64_t trace_next;
    struct mapping_call key_call; /* of the key of ours on its way: repeats are equal to it */
    char key_text[SEAL_TEXT_SIZE];
    date_days day_announced; /* of the cut-over of ours on its way */

    struct dialogue_question *questions;
    size_t question_count;
    uint64_t ticket_next;

    instant_us notes_since;
    int64_t note_count;
    struct moment now;

    struct draft draft;
    struct iso8583_message heard;
    struct iso8583_message sealed; /* working memory of the seal */
    uint8_t output[DIALOGUE_PREFIX_SIZE_MAX + LINK_MESSAGE_SIZE_MAX];
    uint8_t scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
    uint8_t seal_scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
};

/* Encodes and seals the draft into `output`. REJECTED: a value does not fit its field. AGAIN: the
 * seal failed. */
MUST_CHECK enum status dialogue_encode(struct dialogue *dialogue, struct bytes *frame_out);
MUST_CHECK enum status dialogue_send(struct dialogue *dialogue, struct bytes frame);
/* Answers a question at once. */
void dialogue_answer(struct dialogue *dialogue,
                     const struct iso8583_message *question,
                     const char *code);
void dialogue_tell_answer(struct dialogue *dialogue,
                          const struct window_asked *asked,
                          const struct adapter_answer *answer);
/* The bank works on `day`. */
void dialogue_go_over(struct dialogue *dialogue, date_days day);
/* The session's state to the report and, when it is another, to whoever listens. */
void dialogue_show_state(struct dialogue *dialogue, const char *reason);
/* A line of the log, of which there are only so many a second. */
void dialogue_note(struct dialogue *dialogue, const char *what, const char *detail, int field);
