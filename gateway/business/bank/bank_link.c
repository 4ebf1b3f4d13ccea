#include "gateway/business/bank/bank_link.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

enum {
    GAP_DAYS_MAX = 366 /* beyond it a date is taken for a mistake */
};

const struct bank_link *bank_link_find(struct context *context, const char *bank)
{
    return state_find(context->state, DOCUMENT_BANK_LINK, bank);
}

void bank_link_put(struct context *context, const struct bank_link *link)
{
    state_put(context->state, DOCUMENT_BANK_LINK, link);
}

static enum verdict get_link(struct context *context, const char *bank, struct bank_link *link_out)
{
    const struct bank_link *found = bank_link_find(context, bank);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/bank");
    }
    *link_out = *found;
    return VERDICT_DONE;
}

static void fill_answer(const struct bank_link *link, enum heard effect, void *answer_out)
{
    struct bank_link_answer *answer = answer_out;
    *answer = (struct bank_link_answer){
        .state = link->state,
        .business_day = link->business_day,
        .effect = (int32_t)effect,
    };
    TEXT_PUT(answer->bank, link->bank);
}

static void tell(struct context *context, const struct bank_link *link, const char *event)
{
    const struct party *bank = party_find(context, link->bank);
    struct notice notice;
    notice_begin(&notice, event, link->bank);
    notice_text(&notice, "state", link->state == BANK_LINK_OPEN ? "open" : "off");
    notice_date(&notice, "business_day", link->business_day);
    notice_to(&notice, bank == NULL ? 0 : bank->number);
    notice_send(context, &notice);
}

static void open_day(struct context *context, const struct bank_link *link)
{
    struct bank_day day;
    bank_day_get(context, link, link->business_day, &day);
    bank_day_put(context, &day);
}

static enum verdict check_limit(struct context *context, struct money limit, const char *pointer)
{
    return limit.currency == CURRENCY_NONE ? VERDICT_DONE : check_cny(context, limit, pointer);
}

enum verdict bank_link_register(struct context *context, const void *command_, void *answer_out)
{
    const struct bank_link_register *command = command_;
    const struct party *bank;
    enum verdict verdict = party_check(context, command->bank, 1U << PARTY_BANK, "/bank", &bank);
    if (verdict == VERDICT_DONE) {
        verdict = check_limit(context, command->payment_limit, "/payment_limit/currency");
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_limit(context, command->day_limit, "/day_limit/currency");
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_limit(context, command->amount_tolerance, "/amount_tolerance/currency");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (bank_link_find(context, command->bank) != NULL) {
        return refuse_field(context, REFUSAL_BANK_LINK_EXISTS, "/bank");
    }
    struct bank_link link = {
        .state = BANK_LINK_OPEN,
        .business_day = command->business_day,
        .next_trace = 1,
        .payment_limit = command->payment_limit,
        .day_limit = command->day_limit,
        .sent_today = cny(0),
        .amount_tolerance = command->amount_tolerance,
        .day_tolerance = command->day_tolerance,
    };
    TEXT_PUT(link.bank, command->bank);
    bank_link_put(context, &link);
    open_day(context, &link);
    tell(context, &link, "bank_link.registered");
    fill_answer(&link, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

enum verdict bank_link_switch(struct context *context, const void *command_, void *answer_out)
{
    const struct bank_link_switch *command = command_;
    struct bank_link link = {0};
    enum verdict verdict = get_link(context, command->bank, &link);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    link.state = command->state;
    TEXT_PUT(link.reason, command->reason);
    bank_link_put(context, &link);
    tell(context, &link, "bank_link.switched");
    fill_answer(&link, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

/* The days from the link's until the new one are over, those nobody worked on included. */
static void close_days(struct context *context, const struct bank_link *link, date_days new_day)
{
    for (date_days at = link->business_day; at < new_day; at++) {
        const struct bank_day *found = bank_day_find(context, link->bank, at);
        if (found != NULL && found->state == BANK_DAY_OPEN) {
            struct bank_day day = *found;
            day.state = BANK_DAY_CLOSED;
            bank_day_put(context, &day);
        }
    }
}

static enum verdict
cut_over(struct context *context, const struct bank_link_cut_over *command, void *answer_out)
{
    struct bank_link link = {0};
    enum verdict verdict = get_link(context, command->bank, &link);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (command->new_day == link.business_day) {
        fill_answer(&link, HEARD_IGNORED, answer_out);
        return rule_done(context);
    }
    if (command->new_day < link.business_day ||
        command->new_day > link.business_day + GAP_DAYS_MAX) {
        verdict = refuse_field(context, REFUSAL_DATE_ORDER, "/new_day");
        refusal_date(context, "business_day", link.business_day);
        return verdict;
    }
    close_days(context, &link, command->new_day);
    link.business_day = command->new_day;
    link.next_trace = 1;
    link.sent_today = cny(0);
    if (command->open_from[0] != '\0') {
        TEXT_PUT(link.open_from, command->open_from);
    }
    bank_link_put(context, &link);
    open_day(context, &link);
    tell(context, &link, "bank_link.cut_over");
    fill_answer(&link, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

enum verdict bank_link_cut_over(struct context *context, const void *command, void *answer_out)
{
    return cut_over(context, command, answer_out);
}

enum verdict bank_link_advance(struct context *context, const void *command_, void *answer_out)
{
    const struct bank_link_advance *command = command_;
    struct bank_link_cut_over by_hand = {.new_day = command->new_day};
    TEXT_PUT(by_hand.bank, command->bank);
    return cut_over(context, &by_hand, answer_out);
}
