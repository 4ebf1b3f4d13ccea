#include "gateway/business/event.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/text.h"

void notice_begin(struct notice *notice, const char *type, const char *subject)
{
    *notice = (struct notice){.event = {.type = type}};
    assert(strlen(subject) < sizeof(notice->event.subject));
    TEXT_PUT(notice->event.subject, subject);
    notice->body = writer_over(notice->event.body, sizeof(notice->event.body) - 1);
    write_text(&notice->body, "{");
}

static bool is_plain(char c)
{
    return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* JSON text; control characters, which no code or reference of ours holds, are left out. */
static void write_quoted(struct writer *body, const char *text)
{
    write_text(body, "\"");
    while (*text != '\0') {
        size_t size = 0;
        while (is_plain(text[size])) {
            size++;
        }
        write_bytes(body, text, size);
        text += size;
        if (*text == '"' || *text == '\\') {
            write_text(body, "\\");
            write_bytes(body, text, 1);
        }
        text += *text != '\0' ? 1 : 0;
    }
    write_text(body, "\"");
}

static void write_name(struct writer *body, const char *name)
{
    if (body->size > 1) {
        write_text(body, ",");
    }
    write_quoted(body, name);
    write_text(body, ":");
}

void notice_text(struct notice *notice, const char *name, const char *text)
{
    write_name(&notice->body, name);
    write_quoted(&notice->body, text);
}

void notice_integer(struct notice *notice, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, value);
    write_name(&notice->body, name);
    write_text(&notice->body, text);
}

void notice_money(struct notice *notice, const char *name, struct money money)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(money.minor, text);
    write_name(&notice->body, name);
    write_text(&notice->body, "{\"currency\":");
    write_quoted(&notice->body, currency_code(money.currency));
    write_text(&notice->body, ",\"value\":");
    write_quoted(&notice->body, text);
    write_text(&notice->body, "}");
}

void notice_date(struct notice *notice, const char *name, date_days date)
{
    if (date != DATE_NONE) {
        char text[DATE_TEXT_SIZE];
        date_format(date, text);
        notice_text(notice, name, text);
    }
}

void notice_to(struct notice *notice, int64_t party_number)
{
    for (size_t i = 0; i < notice->party_count; i++) {
        if (notice->parties[i] == party_number) {
            return;
        }
    }
    if (party_number != 0) {
        assert(notice->party_count < NOTICE_PARTY_COUNT_MAX);
        notice->parties[notice->party_count++] = party_number;
    }
}

void notice_send(struct context *context, struct notice *notice)
{
    write_text(&notice->body, "}");
    assert(!notice->body.has_failed);
    notice->event.command_seq = context->command_seq;
    for (size_t i = 0; i < notice->party_count; i++) {
        notice->event.party = notice->parties[i];
        state_emit(context->state, &notice->event);
    }
}
