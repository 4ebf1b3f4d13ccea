#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/event.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

enum {
    LINE_COUNT = 3
};

/* One line of a day, on both sides. */
struct line {
    int64_t *count;
    struct money *sum;
    int64_t *bank_count;
    struct money *bank_sum;
};

static struct line line_of(struct bank_day *day, enum bank_day_line which)
{
    switch (which) {
    case DAY_PAID:
        return (struct line){&day->paid_count, &day->paid, &day->bank_paid_count, &day->bank_paid};
    case DAY_REVERSED:
        return (struct line){
            &day->reversed_count, &day->reversed, &day->bank_reversed_count, &day->bank_reversed};
    case DAY_RECEIVED:
        return (struct line){
            &day->received_count, &day->received, &day->bank_received_count, &day->bank_received};
    }
    assert(false);
    return (struct line){0};
}

static bool is_balanced(struct bank_day *day)
{
    for (int i = 0; i < LINE_COUNT; i++) {
        struct line line = line_of(day, (enum bank_day_line)i);
        if (*line.count != *line.bank_count || line.sum->minor != line.bank_sum->minor) {
            return false;
        }
    }
    return true;
}

void bank_day_key(const char *bank, date_days day, char key_out[DOCUMENT_KEY_SIZE])
{
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", bank, date);
}

const struct bank_day *bank_day_find(struct context *context, const char *bank, date_days day)
{
    char key[DOCUMENT_KEY_SIZE];
    bank_day_key(bank, day, key);
    return state_find(context->state, DOCUMENT_BANK_DAY, key);
}

void bank_day_get(struct context *context,
                  const struct bank_link *link,
                  date_days day,
                  struct bank_day *day_out)
{
    const struct bank_day *found = bank_day_find(context, link->bank, day);
    if (found != NULL) {
        *day_out = *found;
        return;
    }
    *day_out = (struct bank_day){
        .day = day,
        .state = day < link->business_day ? BANK_DAY_CLOSED : BANK_DAY_OPEN,
        .paid = cny(0),
        .reversed = cny(0),
        .received = cny(0),
    };
    bank_day_key(link->bank, day, day_out->key);
    TEXT_PUT(day_out->bank, link->bank);
}

void bank_day_put(struct context *context, struct bank_day *day)
{
    bool is_differing = day->word == BANK_DAY_DIFFER;
    bool is_told = is_differing || day->bank_paid.currency != CURRENCY_NONE;
    if (is_told && day->state != BANK_DAY_RECONCILED) {
        day->state = !is_differing && is_balanced(day) ? BANK_DAY_BALANCED : BANK_DAY_DIFFERS;
    }
    state_put(context->state, DOCUMENT_BANK_DAY, day);
}

void bank_day_count(struct context *context,
                    const struct bank_link *link,
                    date_days day,
                    enum bank_day_line which,
                    struct money amount)
{
    assert(amount.currency == CURRENCY_CNY);
    struct bank_day counted;
    bank_day_get(context, link, day, &counted);
    struct line line = line_of(&counted, which);
    /* The book has added up the same amounts, and more, on the bank's accounts. */
    bool is_added = amount_add(line.sum->minor, amount.minor, &line.sum->minor);
    assert(is_added);
    ++*line.count;
    bank_day_put(context, &counted);
}

void bank_day_await(struct context *context, const struct bank_link *link, date_days day)
{
    struct bank_day awaited;
    bank_day_get(context, link, day, &awaited);
    awaited.unreconciled_count++;
    bank_day_put(context, &awaited);
}

date_days bank_day_await_open(struct context *context,
                              const struct bank_link *link,
                              date_days day,
                              date_days otherwise)
{
    const struct bank_day *found = bank_day_find(context, link->bank, day);
    bool is_over = found != NULL && found->state == BANK_DAY_RECONCILED;
    bank_day_await(context, link, is_over ? otherwise : day);
    return is_over ? otherwise : day;
}

void bank_day_reconcile(struct context *context, const char *bank, date_days day)
{
    const struct bank_day *found = bank_day_find(context, bank, day);
    if (found != NULL && found->unreconciled_count > 0) {
        struct bank_day reconciled = *found;
        reconciled.unreconciled_count--;
        bank_day_put(context, &reconciled);
    }
}

static void tell_sum(struct notice *notice, const char *name, struct money sum)
{
    if (sum.currency != CURRENCY_NONE) {
        notice_money(notice, name, sum);
    }
}

static void tell(struct context *context, const struct bank_day *day)
{
    static const char *const events[] = {
        [BANK_DAY_BALANCED] = "bank_day.balanced",
        [BANK_DAY_DIFFERS] = "bank_day.differs",
        [BANK_DAY_RECONCILED] = "bank_day.compared",
    };
    const struct party *bank = party_find(context, day->bank);
    struct notice notice;
    notice_begin(&notice, events[day->state], day->key);
    notice_date(&notice, "day", day->day);
    notice_money(&notice, "paid", day->paid);
    tell_sum(&notice, "bank_paid", day->bank_paid);
    notice_money(&notice, "reversed", day->reversed);
    tell_sum(&notice, "bank_reversed", day->bank_reversed);
    notice_money(&notice, "received", day->received);
    tell_sum(&notice, "bank_received", day->bank_received);
    notice_to(&notice, bank == NULL ? 0 : bank->number);
    notice_send(context, &notice);
}

static enum verdict check_compare(struct context *context,
                                  const struct bank_link_compare *command,
                                  struct bank_link *link_out)
{
    const struct bank_link *link = bank_link_find(context, command->bank);
    if (link == NULL) {
        return refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/bank");
    }
    const struct {
        struct money sum;
        const char *pointer;
    } sums[LINE_COUNT] = {
        {command->paid,     "/paid/currency"    },
        {command->reversed, "/reversed/currency"},
        {command->received, "/received/currency"},
    };
    for (int i = 0; i < LINE_COUNT; i++) {
        enum verdict verdict = check_cny(context, sums[i].sum, sums[i].pointer);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    if (command->day >= link->business_day) {
        enum verdict verdict = refuse_field(context, REFUSAL_BANK_DAY_OPEN, "/day");
        refusal_date(context, "business_day", link->business_day);
        return verdict;
    }
    *link_out = *link;
    return VERDICT_DONE;
}

static void take_figures(struct bank_day *day, const struct bank_link_compare *command)
{
    day->bank_paid_count = command->paid_count;
    day->bank_paid = command->paid;
    day->bank_reversed_count = command->reversed_count;
    day->bank_reversed = command->reversed;
    day->bank_received_count = command->received_count;
    day->bank_received = command->received;
}

enum verdict bank_link_compare(struct context *context, const void *command_, void *answer_out)
{
    const struct bank_link_compare *command = command_;
    struct bank_link link = {0};
    enum verdict verdict = check_compare(context, command, &link);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct bank_day day;
    bank_day_get(context, &link, command->day, &day);
    if (command->word != BANK_DAY_DIFFER) {
        take_figures(&day, command);
    }
    day.word = command->word;
    TEXT_PUT(day.source, command->source);
    bank_day_put(context, &day);
    tell(context, &day);
    memcpy(answer_out, &day, sizeof(day));
    return rule_done(context);
}
