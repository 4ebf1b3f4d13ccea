#include "adapters/link/dialogue.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/link/code.h"
#include "adapters/link/dialogue_p.h"
#include "ledger/base/log.h"

struct dialogue *dialogue_create(const struct link_config *config,
                                 const struct adapter_events *events,
                                 const struct dialogue_port *port)
{
    struct dialogue *dialogue = calloc(1, sizeof *dialogue);
    size_t window = (size_t)config->window;
    assert(dialogue != NULL);
    dialogue->config = config;
    dialogue->events = *events;
    dialogue->port = *port;
    dialogue->question_count = window;
    dialogue->questions = calloc(window, sizeof *dialogue->questions);
    assert(dialogue->questions != NULL);
    dialogue->ticket_next = 1;
    session_start(&dialogue->session, config);
    window_create(&dialogue->window, window, config->match, config->match_count);
    duplicates_create(&dialogue->duplicates, (size_t)config->duplicates);
    seal_start(&dialogue->seal, config);
    return dialogue;
}

void dialogue_destroy(struct dialogue *dialogue)
{
    seal_clear(&dialogue->seal);
    duplicates_destroy(&dialogue->duplicates);
    window_destroy(&dialogue->window);
    free(dialogue->questions);
    free(dialogue);
}

void dialogue_note(struct dialogue *dialogue, const char *what, const char *detail, int field)
{
    if (dialogue->now.monotonic - dialogue->notes_since >= INSTANT_US_PER_SECOND) {
        dialogue->notes_since = dialogue->now.monotonic;
        dialogue->note_count = 0;
    }
    if (dialogue->note_count++ < DIALOGUE_NOTES_PER_SECOND) {
        LOG(LOG_WARNING,
            what,
            LOG_TEXT("link", dialogue->config->name),
            LOG_TEXT("detail", detail),
            LOG_NUMBER("field", field));
    }
}

void dialogue_show_state(struct dialogue *dialogue, const char *reason)
{
    if (dialogue->report.state == dialogue->session.state) {
        return;
    }
    dialogue->report.state = dialogue->session.state;
    (void)snprintf(dialogue->report.reason, sizeof dialogue->report.reason, "%s", reason);
    dialogue->port.changed(dialogue->port.context, dialogue->session.state, reason);
    dialogue->events.changed(dialogue->events.context, dialogue->session.state, reason);
}

/* ---- sending ---- */

enum status dialogue_encode(struct dialogue *dialogue, struct bytes *frame_out)
{
    const struct iso8583_dialect *dialect = &dialogue->config->dialect;
    struct iso8583_message *message = &dialogue->draft.message;
    size_t prefix_size = dialect->prefix.size;
    uint8_t *body = dialogue->output + prefix_size;
    struct iso8583_fault fault;
    size_t size;
    seal_prepare(&dialogue->seal, message);
    if (!iso8583_encode(dialect, message, body, LINK_MESSAGE_SIZE_MAX, &size, &fault)) {
        dialogue_note(dialogue, "link.unfit", iso8583_reason_text(fault.reason), fault.field);
        return STATUS_REJECTED;
    }
    if (!iso8583_prefix_write(&dialect->prefix, size, dialogue->output, prefix_size)) {
        dialogue_note(dialogue, "link.unfit", "longer than the prefix can say", 0);
        return STATUS_REJECTED;
    }
    if (!seal_close(&dialogue->seal,
                    message,
                    body,
                    size,
                    &dialogue->sealed,
                    dialogue->seal_scratch,
                    sizeof dialogue->seal_scratch)) {
        dialogue_note(dialogue, "link.unfit", "the code could not be made", 0);
        return STATUS_AGAIN;
    }
    *frame_out = (struct bytes){dialogue->output, prefix_size + size};
    return STATUS_OK;
}

enum status dialogue_send(struct dialogue *dialogue, struct bytes frame)
{
    enum status status = dialogue->port.send(dialogue->port.context, frame);
    if (status == STATUS_OK) {
        dialogue->report.sent_count++;
    } else {
        dialogue_note(dialogue, "link.unsent", status_name(status), 0);
    }
    return status;
}

void dialogue_answer(struct dialogue *dialogue,
                     const struct iso8583_message *question,
                     const char *code)
{
    struct bytes frame;
    mapping_answer(dialogue->config, question, code, &dialogue->draft);
    if (dialogue_encode(dialogue, &frame) == STATUS_OK) {
        /* An answer that cannot be sent is asked for again. */
        (void)!dialogue_send(dialogue, frame);
    }
}

static struct mapping_call next_call(struct dialogue *dialogue, struct moment now)
{
    if (dialogue->trace_next < MAPPING_TRACE_FIRST ||
        dialogue->trace_next >= MAPPING_TRACE_FIRST + MAPPING_TRACE_COUNT) {
        dialogue->trace_next = MAPPING_TRACE_FIRST;
    }
    return (struct mapping_call){.trace = dialogue->trace_next++, .now = now.wall};
}

/* What is particular to a message, and of a repeat what it repeats. */
static struct mapping_note
note_of(struct dialogue *dialogue, const struct session_step *step, struct mapping_call *call)
{
    struct mapping_note note = {step->send_code, "0800", "", DATE_NONE};
    if (step->send_code == SESSION_CUT_OVER) {
        dialogue->day_announced = dialogue->session.day_wanted;
        note.day = dialogue->day_announced;
    }
    if (step->send_code != SESSION_KEY_EXCHANGE) {
        return note;
    }
    if (step->repetition == SESSION_AGAIN) {
        note.mti = "0801";
        *call = dialogue->key_call;
    } else if (!seal_renew(&dialogue->seal, dialogue->key_text)) {
        /* Without a key the bank refuses it, and it is tried again later. */
        dialogue->key_text[0] = '\0';
    }
    dialogue->key_call = *call;
    note.key = dialogue->key_text;
    return note;
}

static void
send_management(struct dialogue *dialogue, const struct session_step *step, struct moment now)
{
    struct bytes frame;
    struct mapping_call call = next_call(dialogue, now);
    struct mapping_note note = note_of(dialogue, step, &call);
    mapping_management(dialogue->config, &note, &call, &dialogue->draft);
    /* When it does not leave, its answer is awaited in vain, and the connection ends. */
    session_sent(&dialogue->session, step->send_code, call.trace, now.monotonic);
    if (dialogue_encode(dialogue, &frame) == STATUS_OK) {
        (void)!dialogue_send(dialogue, frame);
    }
}

/* ---- requests ---- */

void dialogue_tell_answer(struct dialogue *dialogue,
                          const struct window_asked *asked,
                          const struct adapter_answer *answer)
{
    struct adapter_answer told = *answer;
    told.act = asked->act;
    told.attempt = asked->attempt;
    memcpy(told.reference, asked->reference, sizeof told.reference);
    if (told.outcome == ADAPTER_UNKNOWN) {
        dialogue->report.unknown_count++;
    }
    dialogue->events.answered(dialogue->events.context, &told);
}

static void tell_outcome(struct dialogue *dialogue,
                         const struct window_asked *asked,
                         enum adapter_outcome outcome)
{
    dialogue_tell_answer(dialogue, asked, &(struct adapter_answer){.outcome = outcome});
}

static enum adapter_outcome send_request(struct dialogue *dialogue,
                                         const struct adapter_request *request,
                                         struct window_asked *asked,
                                         struct moment now)
{
    struct bytes frame;
    uint32_t slot;
    struct mapping_call call = next_call(dialogue, now);
    if (!mapping_request(dialogue->config, request, &call, &dialogue->draft)) {
        dialogue_note(dialogue, "link.unfit", "no such value", dialogue->draft.bad_field);
        return request->act == ADAPTER_PAY ? ADAPTER_REJECTED : ADAPTER_NOT_SENT;
    }
    enum status status = dialogue_encode(dialogue, &frame);
    if (status != STATUS_OK) {
        bool is_hopeless = status == STATUS_REJECTED && request->act == ADAPTER_PAY;
        return is_hopeless ? ADAPTER_REJECTED : ADAPTER_NOT_SENT;
    }
    memcpy(asked->trace, iso8583_get(&dialogue->draft.message, 11).data, 6);
    if (window_add(&dialogue->window, &dialogue->draft.message, asked, &slot) != STATUS_OK) {
        return ADAPTER_NOT_SENT;
    }
    if (dialogue_send(dialogue, frame) != STATUS_OK) {
        window_cancel(&dialogue->window, slot);
        return ADAPTER_NOT_SENT;
    }
    return ADAPTER_PENDING;
}

static struct window_asked asked_of(const struct adapter_request *request)
{
    struct window_asked asked = {.act = request->act, .attempt = request->attempt};
    if (request->act != ADAPTER_TOTALS) {
        memcpy(asked.reference, request->order.reference, sizeof asked.reference);
        asked.reference[sizeof asked.reference - 1] = '\0';
    }
    return asked;
}

void dialogue_decline(struct dialogue *dialogue, const struct adapter_request *request)
{
    struct window_asked asked = asked_of(request);
    tell_outcome(dialogue, &asked, ADAPTER_NOT_SENT);
}

void dialogue_request(struct dialogue *dialogue,
                      const struct adapter_request *request,
                      struct moment now)
{
    struct window_asked asked = asked_of(request);
    dialogue->now = now;
    asked.deadline = now.monotonic + dialogue->config->reply_ms * 1000;
    enum adapter_outcome outcome = ADAPTER_NOT_SENT;
    if (dialogue->session.state == ADAPTER_UP) {
        outcome = send_request(dialogue, request, &asked, now);
    }
    if (outcome != ADAPTER_PENDING) {
        tell_outcome(dialogue, &asked, outcome);
    }
}

bool dialogue_has_room(const struct dialogue *dialogue)
{
    return dialogue->window.count < dialogue->window.capacity;
}

/* ---- replies to the bank ---- */

static struct dialogue_question *question_of(struct dialogue *dialogue,
                                             struct adapter_ticket ticket)
{
    struct dialogue_question *question =
        &dialogue->questions[ticket.number % dialogue->question_count];
    bool is_it = ticket.number != 0 && question->number == ticket.number;
    return is_it ? question : NULL;
}

static const char *code_of(enum adapter_reply reply)
{
    switch (reply) {
    case ADAPTER_ACCEPTED:
    case ADAPTER_TOTALS_EQUAL:
        return CODE_DONE;
    case ADAPTER_REFUSED:
        return CODE_REFUSED;
    case ADAPTER_TOTALS_DIFFER:
        return CODE_TOTALS;
    case ADAPTER_TRY_AGAIN:
        break;
    }
    return CODE_NOT_NOW;
}

void dialogue_reply(struct dialogue *dialogue,
                    struct adapter_ticket ticket,
                    enum adapter_reply reply)
{
    struct iso8583_fault fault;
    struct dialogue_question *question = question_of(dialogue, ticket);
    if (question == NULL) {
        return;
    }
    question->number = 0;
    struct duplicate_note *note = duplicates_note(&dialogue->duplicates, question->serial);
    if (note != NULL) {
        note->ticket = 0;
    }
    bool is_silent = reply == ADAPTER_TRY_AGAIN && dialogue->config->try_again == LINK_DELAY_SILENT;
    if (!is_silent && iso8583_decode(&dialogue->config->dialect,
                                     (struct iso8583_view){question->message, question->size},
                                     dialogue->scratch,
                                     sizeof dialogue->scratch,
                                     &dialogue->heard,
                                     &fault)) {
        dialogue_answer(dialogue, &dialogue->heard, code_of(reply));
    }
}

/* ---- time and connection ---- */

void dialogue_opened(struct dialogue *dialogue,
                     uint64_t connection,
                     const char *peer,
                     struct moment now)
{
    dialogue->now = now;
    dialogue->connection = connection;
    if (dialogue->trace_next == 0) {
        /* After a restart within one second traces must not begin again with the same number. */
        dialogue->trace_next = MAPPING_TRACE_FIRST + now.wall / 1000 % MAPPING_TRACE_COUNT;
    }
    dialogue->report.connect_count++;
    seal_start(&dialogue->seal, dialogue->config);
    session_opened(&dialogue->session, now.monotonic);
    dialogue_show_state(dialogue, peer);
}

void dialogue_closed(struct dialogue *dialogue, const char *reason)
{
    for (size_t i = 0; i < dialogue->question_count; i++) {
        dialogue->questions[i].number = 0;
    }
    session_closed(&dialogue->session);
    dialogue_show_state(dialogue, reason);
}

static instant_us earlier(instant_us a, instant_us b)
{
    if (a == INSTANT_NONE || b == INSTANT_NONE) {
        return a == INSTANT_NONE ? b : a;
    }
    return a < b ? a : b;
}

/* The day we are to have announced by now, and when the next is due. */
static date_days
day_to_announce(const struct link_config *config, instant_us now, instant_us *next_out)
{
    *next_out = INSTANT_NONE;
    if (config->cut_over_hour < 0) {
        return DATE_NONE;
    }
    date_days today = date_of(now);
    instant_us at = date_start(today) + config->cut_over_hour * 3600 * INSTANT_US_PER_SECOND;
    bool is_past = now >= at;
    *next_out = is_past ? date_start(today + 1) + (at - date_start(today)) : at;
    date_days day = is_past ? today : today - 1;
    return config->cut_over_hour >= 12 ? day + 1 : day;
}

instant_us dialogue_tick(struct dialogue *dialogue, struct moment now)
{
    struct window_asked asked;
    dialogue->now = now;
    while (window_give_up(&dialogue->window, now.monotonic, &asked)) {
        tell_outcome(dialogue, &asked, ADAPTER_UNKNOWN);
    }
    instant_us day_at;
    session_want_day(&dialogue->session, day_to_announce(dialogue->config, now.wall, &day_at));
    struct session_step step = session_tick(&dialogue->session, now.monotonic);
    if (step.send_code != 0) {
        send_management(dialogue, &step, now);
    } else if (step.reason != NULL) {
        session_closed(&dialogue->session);
        dialogue_show_state(dialogue, step.reason);
        dialogue->port.close(dialogue->port.context, step.reason);
    }
    instant_us next =
        earlier(session_deadline(&dialogue->session), window_deadline(&dialogue->window));
    return day_at == INSTANT_NONE ? next : earlier(next, day_at - now.wall + now.monotonic);
}

void dialogue_leave(struct dialogue *dialogue, struct moment now)
{
    struct window_asked asked;
    dialogue->now = now;
    while (window_give_up(&dialogue->window, INT64_MAX, &asked)) {
        tell_outcome(dialogue, &asked, ADAPTER_UNKNOWN);
    }
    session_leave(&dialogue->session);
    (void)dialogue_tick(dialogue, now);
}

void dialogue_read_report(const struct dialogue *dialogue, struct adapter_report *report_out)
{
    *report_out = dialogue->report;
    report_out->outstanding_count = dialogue->window.count;
}
