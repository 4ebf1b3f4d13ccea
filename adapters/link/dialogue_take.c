/* What a dialogue hears. */
#include <stdio.h>
#include <string.h>

#include "adapters/link/advice.h"
#include "adapters/link/code.h"
#include "adapters/link/dialogue_p.h"

/* ---- answers to us ---- */

/* What a message is, without any value that could be somebody's. */
static void describe(const struct iso8583_message *message, char text_out[ADAPTER_STRAY_SIZE])
{
    char trace[7];
    char code[3];
    advice_text(message, 11, trace, sizeof trace);
    advice_text(message, 39, code, sizeof code);
    int size = snprintf(text_out,
                        ADAPTER_STRAY_SIZE,
                        "%.4s trace %s code %s, fields",
                        message->mti,
                        trace,
                        code[0] == '\0' ? "none" : code);
    for (int field = 2; field <= ISO8583_FIELD_MAX && size < ADAPTER_STRAY_SIZE - 5; field++) {
        if (iso8583_has(message, field)) {
            size += snprintf(text_out + size, ADAPTER_STRAY_SIZE - (size_t)size, " %d", field);
        }
    }
}

static void tell_stray(struct dialogue *dialogue,
                       const struct iso8583_message *message,
                       enum adapter_stray_kind kind,
                       const char *explanation)
{
    struct adapter_stray stray = {.kind = kind, .received_at = dialogue->now.wall};
    if (dialogue->events.strayed != NULL) {
        describe(message, stray.message);
        (void)snprintf(stray.explanation, sizeof stray.explanation, "%s", explanation);
        dialogue->events.strayed(dialogue->events.context, &stray);
    }
}

static void take_management_answer(struct dialogue *dialogue, const struct iso8583_message *message)
{
    struct iso8583_view trace = iso8583_get(message, 11);
    struct iso8583_view code = iso8583_get(message, 39);
    int64_t number = 0;
    for (size_t i = 0; i < trace.size; i++) {
        number = 10 * number + (trace.data[i] - '0');
    }
    bool is_done = code.size == 2 && memcmp(code.data, CODE_DONE, 2) == 0;
    int network_code =
        session_answered(&dialogue->session, number, is_done, dialogue->now.monotonic);
    if (network_code == 0) {
        dialogue->report.unmatched_count++;
        tell_stray(dialogue,
                   message,
                   ADAPTER_STRAY_UNMATCHED,
                   "no management message of ours waits for it");
        return;
    }
    if (network_code == SESSION_KEY_EXCHANGE && is_done) {
        seal_confirm(&dialogue->seal, dialogue->now.monotonic);
    } else if (network_code == SESSION_KEY_EXCHANGE) {
        seal_drop(&dialogue->seal);
    } else if (network_code == SESSION_CUT_OVER && is_done) {
        dialogue_go_over(dialogue, dialogue->day_announced);
    }
    if (!is_done) {
        dialogue_note(dialogue, "link.refused_us", "management", advice_network_code(message));
    }
    dialogue_show_state(dialogue,
                        dialogue->session.state == ADAPTER_UP ? "signed on" : "signed off");
}

static void tell_reply(struct dialogue *dialogue,
                       const struct iso8583_message *message,
                       const struct window_asked *asked)
{
    struct iso8583_view code = iso8583_get(message, 39);
    struct adapter_answer answer = {
        .outcome = code_outcome(dialogue->config, asked->act, code),
    };
    if (!advice_day(message, dialogue->now.wall, &answer.settlement_day)) {
        answer.settlement_day = DATE_NONE;
    }
    if (asked->act == ADAPTER_TOTALS &&
        advice_read_totals(message, dialogue->now.wall, &answer.totals) != NULL) {
        answer.totals = (struct day_totals){.day = DATE_NONE};
    }
    advice_text(message, 39, answer.code, sizeof answer.code);
    advice_text(message, 37, answer.bank_reference, sizeof answer.bank_reference);
    dialogue->report.answered_count++;
    dialogue_tell_answer(dialogue, asked, &answer);
}

static void take_answer(struct dialogue *dialogue, const struct iso8583_message *message)
{
    struct window_asked asked;
    char text[WINDOW_EXPLAIN_SIZE];
    if (message->mti[1] == '8') {
        take_management_answer(dialogue, message);
        return;
    }
    switch (window_take(&dialogue->window, message, &asked)) {
    case WINDOW_FITS:
        tell_reply(dialogue, message, &asked);
        return;
    case WINDOW_REPEATED:
        dialogue->report.duplicate_count++;
        tell_stray(dialogue, message, ADAPTER_STRAY_DUPLICATE, "its request was answered before");
        return;
    case WINDOW_LATE:
        dialogue->report.late_count++;
        tell_stray(dialogue, message, ADAPTER_STRAY_LATE, "its request was given up before");
        return;
    case WINDOW_UNMATCHED:
        dialogue->report.unmatched_count++;
        window_explain(&dialogue->window, message, text);
        dialogue_note(dialogue, "link.unmatched", text, 0);
        tell_stray(dialogue, message, ADAPTER_STRAY_UNMATCHED, text);
        return;
    }
}

/* ---- questions of the bank ---- */

static void
refuse(struct dialogue *dialogue, const struct iso8583_message *message, const char *code)
{
    dialogue->report.refused_count++;
    dialogue_note(dialogue, "link.refused", code, 0);
    dialogue_answer(dialogue, message, code);
}

/* Two keys under way at once could end in another order here and there. */
static const char *exchange_key(struct dialogue *dialogue,
                                const struct iso8583_message *message,
                                struct link_key *key_out)
{
    if (session_is_rekeying(&dialogue->session)) {
        return CODE_NOT_NOW;
    }
    int field = iso8583_has(message, 62) ? 62 : 48;
    return seal_unwrap(&dialogue->seal, iso8583_get(message, field), key_out) ? CODE_DONE
                                                                              : CODE_KEY;
}

void dialogue_go_over(struct dialogue *dialogue, date_days day)
{
    if (day != dialogue->session.day) {
        dialogue->session.day = day;
        dialogue->events.cut_over(dialogue->events.context, day);
    }
}

static const char *cut_over(struct dialogue *dialogue, const struct iso8583_message *message)
{
    date_days day;
    if (!advice_day(message, dialogue->now.wall, &day) || day == DATE_NONE) {
        return CODE_FORMAT;
    }
    dialogue_go_over(dialogue, day);
    return CODE_DONE;
}

/* The code the message is answered with; a repeat is answered like the first and does nothing. */
static const char *management_code(struct dialogue *dialogue,
                                   const struct iso8583_message *message,
                                   struct duplicate_note *note,
                                   struct link_key *key_out)
{
    int network_code = advice_network_code(message);
    if (note->code[0] != '\0') {
        dialogue->report.duplicate_count++;
        return note->code;
    }
    const char *code = CODE_DONE;
    if (network_code == SESSION_KEY_EXCHANGE) {
        code = exchange_key(dialogue, message, key_out);
    } else if (network_code == SESSION_CUT_OVER) {
        code = cut_over(dialogue, message);
    }
    if (!session_asked(&dialogue->session, network_code, dialogue->now.monotonic)) {
        code = CODE_NOT_OFFERED;
    }
    memcpy(note->code, code, sizeof note->code);
    return code;
}

static void take_management(struct dialogue *dialogue, const struct iso8583_message *message)
{
    uint64_t serial;
    struct link_key key = {0};
    enum duplicate_verdict verdict = duplicates_see(
        &dialogue->duplicates, dialogue->connection, message, dialogue->now.monotonic, &serial);
    if (verdict == DUPLICATE_OTHER_CONTENT) {
        refuse(dialogue, message, CODE_OTHER);
        return;
    }
    struct duplicate_note *note = duplicates_note(&dialogue->duplicates, serial);
    const char *code = management_code(dialogue, message, note, &key);
    /* Under the key it was asked with. */
    dialogue_answer(dialogue, message, code);
    if (key.size != 0) {
        seal_adopt(&dialogue->seal, &key, dialogue->now.monotonic);
    }
    dialogue_show_state(dialogue,
                        dialogue->session.state == ADAPTER_UP ? "the bank signed on"
                                                              : "the bank signed off");
}

/* A place for a question, whose number chooses it; NULL when all of them wait and none is too old.
 */
static struct dialogue_question *question_place(struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->question_count; i++) {
        uint64_t number = dialogue->ticket_next++;
        struct dialogue_question *question =
            &dialogue->questions[number % dialogue->question_count];
        instant_us age = dialogue->now.monotonic - question->asked_at;
        if (question->number == 0 || age >= dialogue->config->reply_ms * 1000) {
            question->number = number;
            return question;
        }
    }
    return NULL;
}

/* Whether the first of this repeat is still being worked on. */
static bool is_waiting(const struct dialogue *dialogue, const struct duplicate_note *note)
{
    const struct dialogue_question *question =
        &dialogue->questions[note->ticket % dialogue->question_count];
    return note->ticket != 0 && question->number == note->ticket &&
           dialogue->now.monotonic - question->asked_at < dialogue->config->reply_ms * 1000;
}

/* False: answered already, or not to be answered. */
static bool question_keep(struct dialogue *dialogue,
                          const struct iso8583_message *message,
                          struct adapter_ticket *ticket_out)
{
    uint64_t serial;
    enum duplicate_verdict verdict =
        duplicates_see(&dialogue->duplicates, 0, message, dialogue->now.monotonic, &serial);
    if (verdict == DUPLICATE_OTHER_CONTENT) {
        refuse(dialogue, message, CODE_OTHER);
        return false;
    }
    struct duplicate_note *note = duplicates_note(&dialogue->duplicates, serial);
    if (verdict == DUPLICATE_REPEAT) {
        dialogue->report.duplicate_count++;
        if (is_waiting(dialogue, note)) {
            return false;
        }
    }
    struct dialogue_question *question = question_place(dialogue);
    if (question == NULL || message->raw.size > sizeof question->message) {
        if (question != NULL) {
            question->number = 0;
        }
        refuse(dialogue, message, question == NULL ? CODE_NOT_NOW : CODE_FORMAT);
        return false;
    }
    question->serial = serial;
    question->asked_at = dialogue->now.monotonic;
    question->size = message->raw.size;
    memcpy(question->message, message->raw.data, message->raw.size);
    note->ticket = question->number;
    *ticket_out = (struct adapter_ticket){dialogue->connection, question->number};
    return true;
}

static void take_funds(struct dialogue *dialogue, const struct iso8583_message *message)
{
    struct adapter_advice advice;
    struct adapter_ticket ticket;
    const char *code = advice_read_funds(dialogue->config, message, dialogue->now.wall, &advice);
    if (code != NULL) {
        refuse(dialogue, message, code);
    } else if (question_keep(dialogue, message, &ticket)) {
        dialogue->events.advised(dialogue->events.context, &advice, ticket);
    }
}

static void take_totals(struct dialogue *dialogue, const struct iso8583_message *message)
{
    struct day_totals totals;
    struct adapter_ticket ticket;
    const char *code = advice_read_totals(message, dialogue->now.wall, &totals);
    if (code != NULL) {
        refuse(dialogue, message, code);
    } else if (question_keep(dialogue, message, &ticket)) {
        dialogue->events.told_totals(dialogue->events.context, &totals, ticket);
    }
}

static void take_question(struct dialogue *dialogue, const struct iso8583_message *message)
{
    enum advice_kind kind = advice_kind(dialogue->config, message);
    const char *code = advice_check(dialogue->config, message, dialogue->now.wall);
    if (code != NULL) {
        refuse(dialogue, message, code);
        return;
    }
    if (kind != ADVICE_MANAGEMENT && dialogue->session.state != ADAPTER_UP) {
        refuse(dialogue, message, CODE_SIGN_ON);
        return;
    }
    switch (kind) {
    case ADVICE_MANAGEMENT:
        take_management(dialogue, message);
        return;
    case ADVICE_FUNDS:
        take_funds(dialogue, message);
        return;
    case ADVICE_TOTALS:
        take_totals(dialogue, message);
        return;
    case ADVICE_OTHER:
        refuse(dialogue, message, CODE_NOT_OFFERED);
        return;
    case ADVICE_ANSWER:
        return;
    }
}

/* A wrong code changes nothing; a question is told so, an answer is as good as none. */
static void take_unsealed(struct dialogue *dialogue, const struct iso8583_message *message)
{
    char mti[5];
    if (mapping_answer_mti(message->mti, mti)) {
        refuse(dialogue, message, CODE_MAC);
        return;
    }
    dialogue->report.refused_count++;
    dialogue_note(dialogue, "link.refused", "wrong code under an answer", 0);
}

void dialogue_take(struct dialogue *dialogue, struct iso8583_view frame, struct moment now)
{
    struct iso8583_message *message = &dialogue->heard;
    struct iso8583_fault fault = {.reason = ISO8583_REASON_SIZE};
    bool is_proof = false;
    dialogue->now = now;
    if (dialogue->session.state == ADAPTER_DOWN) {
        return;
    }
    session_heard(&dialogue->session, now.monotonic);
    if (frame.size == 0) {
        return;
    }
    dialogue->report.received_count++;
    if (frame.size > LINK_MESSAGE_SIZE_MAX || !iso8583_decode(&dialogue->config->dialect,
                                                              frame,
                                                              dialogue->scratch,
                                                              sizeof dialogue->scratch,
                                                              message,
                                                              &fault)) {
        dialogue->report.refused_count++;
        dialogue_note(dialogue, "link.malformed", iso8583_reason_text(fault.reason), fault.field);
        return;
    }
    if (seal_proves_next(&dialogue->seal, message)) {
        seal_confirm(&dialogue->seal, now.monotonic);
        is_proof = true;
    }
    if (!seal_check(&dialogue->seal, message, now.monotonic)) {
        take_unsealed(dialogue, message);
    } else if (advice_kind(dialogue->config, message) == ADVICE_ANSWER) {
        take_answer(dialogue, message);
    } else {
        take_question(dialogue, message);
    }
    if (is_proof && session_is_rekeying(&dialogue->session)) {
        session_rekeyed(&dialogue->session, now.monotonic);
    }
}
