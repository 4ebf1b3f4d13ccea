/* What is said on a connection, and what is heard. */
#include <stdio.h>
#include <string.h>

#include "adapters/link/advice.h"
#include "adapters/link/code.h"
#include "tools/certify/talk_p.h"

enum {
    CUT_SIZE = 5,
};

static const int also[] = {3, 4, 49};

/* ---- saying ---- */

/* Another code that is a code still: a binary byte, or a digit of the dialect's characters. */
static void code_spoil(const struct iso8583_rule *rule, uint8_t *last)
{
    uint8_t zero = rule->encoding == ISO8583_EBCDIC ? 0xf0 : '0';
    if (rule->encoding == ISO8583_BINARY) {
        *last ^= 1;
    } else {
        *last = *last == zero ? (uint8_t)(zero + 1) : zero;
    }
}

/* Spoils the message in `body` and returns its new size. */
static size_t spoil(struct talk *talk, enum talk_damage damage, uint8_t *body, size_t size)
{
    struct iso8583_fault fault;
    struct iso8583_view view = {body, size};
    int field = talk->working.present[1] != 0 ? 128 : 64;
    switch (damage) {
    case TALK_SOUND:
        return size;
    case TALK_WRONG_CODE:
        code_spoil(&talk->config->dialect.fields[field], body + size - 1);
        return size;
    case TALK_BAD_CHARACTER:
        if (iso8583_decode(&talk->config->dialect,
                           view,
                           talk->scratch,
                           sizeof talk->scratch,
                           &talk->working,
                           &fault) &&
            iso8583_has(&talk->working, 4)) {
            body[talk->working.fields[4].offset] = 0xff;
        }
        return size;
    case TALK_CUT:
        return size - CUT_SIZE;
    }
    return size;
}

/* Our own bytes as the other side reads them. */
static void record(struct talk *talk, const uint8_t *body, size_t size)
{
    struct iso8583_fault fault = {.reason = ISO8583_REASON_NONE};
    bool is_good = iso8583_decode(&talk->config->dialect,
                                  (struct iso8583_view){body, size},
                                  talk->scratch,
                                  sizeof talk->scratch,
                                  &talk->working,
                                  &fault);
    (void)transcript_add(
        talk->transcript, TRANSCRIPT_US, &talk->working, is_good ? NULL : &fault, clock_now());
}

bool talk_say(struct talk *talk,
              struct draft *draft,
              enum talk_damage damage,
              char why_out[TALK_WHY_SIZE])
{
    const struct iso8583_dialect *dialect = &talk->config->dialect;
    size_t prefix_size = dialect->prefix.size;
    uint8_t *body = talk->output + prefix_size;
    struct iso8583_fault fault = {.field = draft->bad_field, .reason = ISO8583_REASON_LENGTH};
    size_t size = 0;
    seal_prepare(&talk->seal, &draft->message);
    if (draft->bad_field != 0 ||
        !iso8583_encode(dialect, &draft->message, body, LINK_MESSAGE_SIZE_MAX, &size, &fault)) {
        (void)snprintf(why_out,
                       TALK_WHY_SIZE,
                       "field %d of our message: %s",
                       fault.field,
                       iso8583_reason_text(fault.reason));
        return false;
    }
    bool is_sealed = seal_close(&talk->seal,
                                &draft->message,
                                body,
                                size,
                                &talk->working,
                                talk->scratch,
                                sizeof talk->scratch);
    size = is_sealed ? spoil(talk, damage, body, size) : size;
    if (!is_sealed || !iso8583_prefix_write(&dialect->prefix, size, talk->output, prefix_size)) {
        (void)snprintf(why_out, TALK_WHY_SIZE, "our message could not be signed or framed");
        return false;
    }
    struct bytes frame = {talk->output, prefix_size + size};
    if (talk->connection == 0 || wire_send(talk->wire, talk->connection, frame) != STATUS_OK) {
        (void)snprintf(why_out, TALK_WHY_SIZE, "there is no connection");
        return false;
    }
    record(talk, body, size);
    return true;
}

/* ---- answers to us ---- */

static bool is_equal(const struct iso8583_message *a, const struct iso8583_message *b, int field)
{
    struct iso8583_view left = iso8583_get(a, field);
    struct iso8583_view right = iso8583_get(b, field);
    if (left.data == NULL || right.data == NULL) {
        return left.data == right.data;
    }
    return left.size == right.size && memcmp(left.data, right.data, left.size) == 0;
}

/* The first field in which an answer contradicts its question; 0 = none. */
static int difference(const struct talk *talk, const struct iso8583_message *answer)
{
    const struct iso8583_message *asked = &talk->asked->message;
    for (size_t i = 0; i < talk->config->match_count; i++) {
        if (!is_equal(asked, answer, talk->config->match[i])) {
            return talk->config->match[i];
        }
    }
    for (size_t i = 0; i < sizeof also / sizeof also[0]; i++) {
        if (iso8583_has(answer, also[i]) && !is_equal(asked, answer, also[i])) {
            return also[i];
        }
    }
    return 0;
}

/* Whether the answer is to an older question of ours, or to none. */
static bool is_of_another(const struct talk *talk, const struct iso8583_message *answer)
{
    char mti[5];
    bool is_named = iso8583_has(answer, 11) || talk->fit == TALK_STRICT;
    bool is_due = mapping_answer_mti(talk->asked->message.mti, mti);
    if (is_named && !is_equal(&talk->asked->message, answer, 11)) {
        return true;
    }
    return talk->fit == TALK_STRICT && (!is_due || answer->mti[1] != mti[1]);
}

static void finish(struct talk *talk, enum talk_end end, size_t entry, int field, const char *why)
{
    talk->is_asking = false;
    talk->reply->end = end;
    talk->reply->entry = entry;
    (void)snprintf(talk->reply->why, TALK_WHY_SIZE, "%s", why);
    if (field != 0) {
        transcript_mark(talk->transcript, entry, field, why);
    }
}

/* The bytes of the frame are the loop's: what the asker reads is a copy. */
static void keep(struct talk *talk, struct iso8583_view raw)
{
    struct iso8583_fault fault;
    memcpy(talk->answer_bytes, raw.data, raw.size);
    if (iso8583_decode(&talk->config->dialect,
                       (struct iso8583_view){talk->answer_bytes, raw.size},
                       talk->answer_scratch,
                       sizeof talk->answer_scratch,
                       &talk->answer,
                       &fault)) {
        talk->reply->message = &talk->answer;
        advice_text(&talk->answer, 39, talk->reply->code, sizeof talk->reply->code);
    }
}

static void hear_answer(struct talk *talk, const struct iso8583_message *answer, size_t entry)
{
    char why[TALK_WHY_SIZE];
    char mti[5];
    if (!talk->is_asking || is_of_another(talk, answer)) {
        return;
    }
    keep(talk, answer->raw);
    int field = talk->fit == TALK_STRICT ? difference(talk, answer) : 0;
    bool is_due = mapping_answer_mti(talk->asked->message.mti, mti);
    if (talk->fit == TALK_STRICT && is_due && memcmp(mti, answer->mti, 4) != 0) {
        (void)snprintf(why, sizeof why, "message type %s is expected, %s came", mti, answer->mti);
        finish(talk, TALK_ODD, entry, 0, why);
    } else if (field != 0) {
        bool is_missing = !iso8583_has(answer, field);
        (void)snprintf(why,
                       sizeof why,
                       "field %d is %s the question's",
                       field,
                       is_missing ? "missing, not" : "not equal to");
        finish(talk, TALK_ODD, entry, field, why);
    } else if (talk->reply->code[0] == '\0') {
        finish(talk, TALK_ODD, entry, 39, "the answer has no code (field 39)");
    } else {
        finish(talk, TALK_ANSWERED, entry, 0, "");
    }
}

static void hear_unsealed(struct talk *talk, const struct iso8583_message *message, size_t entry)
{
    char why[TALK_WHY_SIZE];
    int field = message->present[1] != 0 ? 128 : 64;
    if (advice_kind(talk->config, message) == ADVICE_ANSWER) {
        if (talk->is_asking && !is_of_another(talk, message)) {
            finish(talk, TALK_ODD, entry, field, "the answer's authentication code is wrong");
        }
        return;
    }
    house_refuse(talk->house, message, CODE_MAC);
    transcript_mark(talk->transcript, entry, field, "the authentication code is wrong");
    mapping_answer(talk->config, message, CODE_MAC, &talk->draft);
    (void)!talk_say(talk, &talk->draft, TALK_SOUND, why);
}

static void hear_question(struct talk *talk, const struct iso8583_message *question)
{
    struct link_key key;
    char why[TALK_WHY_SIZE];
    struct moment now = {.monotonic = clock_monotonic(), .wall = clock_now()};
    const char *code = house_hear(talk->house, &talk->seal, question, now, &key);
    if (code != NULL) {
        mapping_answer(talk->config, question, code, &talk->draft);
        /* The bank asks again when our answer does not reach it. */
        (void)!talk_say(talk, &talk->draft, TALK_SOUND, why);
    }
    if (key.size != 0) {
        seal_adopt(&talk->seal, &key, now.monotonic);
    }
}

void talk_hear(struct talk *talk, struct iso8583_view frame)
{
    /* Answering may use the working memory; what is heard has its own. */
    static uint8_t scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
    struct iso8583_message *message = &talk->heard;
    struct iso8583_fault fault = {.reason = ISO8583_REASON_NONE};
    if (frame.size == 0) {
        return;
    }
    bool is_good =
        iso8583_decode(&talk->config->dialect, frame, scratch, sizeof scratch, message, &fault);
    size_t entry = transcript_add(
        talk->transcript, TRANSCRIPT_BANK, message, is_good ? NULL : &fault, clock_now());
    if (!is_good) {
        if (talk->is_asking) {
            char why[TALK_WHY_SIZE];
            (void)snprintf(why,
                           sizeof why,
                           "what came cannot be read: field %d, %s",
                           fault.field,
                           iso8583_reason_text(fault.reason));
            finish(talk, TALK_ODD, entry, 0, why);
        }
    } else if (!seal_check(&talk->seal, message, clock_monotonic())) {
        hear_unsealed(talk, message, entry);
    } else if (advice_kind(talk->config, message) == ADVICE_ANSWER) {
        hear_answer(talk, message, entry);
    } else {
        hear_question(talk, message);
    }
}
