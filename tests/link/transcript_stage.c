#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/link/transcript_p.h"

void transcript_fail(struct play *play, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", play->path, play->line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    play->failure_count++;
}

static void totals_text(const struct day_totals *totals, char text_out[LINE_SIZE / 2])
{
    char day[DATE_TEXT_SIZE];
    date_format(totals->day, day);
    snprintf(text_out,
             LINE_SIZE / 2,
             "totals %s paid %" PRId64 "/%" PRId64 " reversed %" PRId64 "/%" PRId64
             " received %" PRId64 "/%" PRId64,
             day,
             totals->paid_count,
             totals->paid_minor,
             totals->reversed_count,
             totals->reversed_minor,
             totals->received_count,
             totals->received_minor);
}

__attribute__((format(printf, 2, 3))) static void
event_add(struct play *play, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *line = play->events[(play->event_first + play->event_count++) % QUEUE_MAX];
    vsnprintf(line, LINE_SIZE, format, arguments);
    va_end(arguments);
}

const char *transcript_act_name(enum adapter_act act)
{
    static const char *const names[] = {"", "pay", "inquire", "reverse", "totals"};
    return names[act];
}

static const char *outcome_name(enum adapter_outcome outcome)
{
    static const char *const names[] = {
        "", "confirmed", "rejected", "not_found", "reversed", "pending", "unknown", "not_sent"};
    return names[outcome];
}

static void on_answered(void *context, const struct adapter_answer *answer)
{
    char day[DATE_TEXT_SIZE] = "-";
    char totals[LINE_SIZE / 2] = "";
    if (answer->totals.day != DATE_NONE) {
        totals_text(&answer->totals, totals);
    }
    if (answer->settlement_day != DATE_NONE) {
        date_format(answer->settlement_day, day);
    }
    event_add(context,
              "answered %s %s %" PRId64 " %s code=%s rrn=%s day=%s%s%s",
              transcript_act_name(answer->act),
              answer->reference[0] == '\0' ? "-" : answer->reference,
              answer->attempt,
              outcome_name(answer->outcome),
              answer->code,
              answer->bank_reference,
              day,
              totals[0] == '\0' ? "" : " ",
              totals);
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct play *play = context;
    char day[DATE_TEXT_SIZE];
    date_format(advice->value_date, day);
    play->tickets[play->ticket_count++ % QUEUE_MAX] = ticket;
    event_add(play,
              "advised %s %" PRId64 " %s %s ref=%s payer=%s returned=%s",
              advice->bank_reference,
              advice->amount.minor,
              currency_code(advice->amount.currency),
              day,
              advice->payment_reference,
              advice->payer_name,
              advice->returned_reference);
}

static void
on_told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    struct play *play = context;
    char text[LINE_SIZE / 2];
    totals_text(totals, text);
    play->tickets[play->ticket_count++ % QUEUE_MAX] = ticket;
    event_add(play, "%s", text);
}

static void on_cut_over(void *context, date_days new_day)
{
    char day[DATE_TEXT_SIZE];
    date_format(new_day, day);
    event_add(context, "cut_over %s", day);
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    static const char *const names[] = {"down", "connected", "up"};
    event_add(context, "state %s %s", names[state], reason);
}

static void on_strayed(void *context, const struct adapter_stray *stray)
{
    static const char *const names[] = {"late", "unmatched", "duplicate"};
    struct play *play = context;
    snprintf(play->stray,
             sizeof play->stray,
             "%s %s: %s",
             names[stray->kind],
             stray->message,
             stray->explanation);
}

static enum status on_send(void *context, struct bytes frame)
{
    struct play *play = context;
    if (play->send_status != STATUS_OK) {
        return play->send_status;
    }
    size_t prefix = play->config.dialect.prefix.size;
    struct frame *kept = &play->sent[(play->sent_first + play->sent_count++) % QUEUE_MAX];
    kept->size = frame.size - prefix;
    memcpy(kept->data, frame.data + prefix, kept->size);
    return STATUS_OK;
}

static void on_close(void *context, const char *reason)
{
    event_add(context, "close %s", reason);
}

static void on_port_changed(void *context, enum adapter_state state, const char *reason)
{
    (void)context;
    (void)state;
    (void)reason;
}

struct adapter_events transcript_events(struct play *play)
{
    return (struct adapter_events){
        .context = play,
        .answered = on_answered,
        .advised = on_advised,
        .told_totals = on_told_totals,
        .cut_over = on_cut_over,
        .changed = on_changed,
        .strayed = on_strayed,
    };
}

struct dialogue_port transcript_port(struct play *play)
{
    return (struct dialogue_port){
        .context = play, .send = on_send, .close = on_close, .changed = on_port_changed};
}
