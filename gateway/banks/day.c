/*
 * The end of a bank's day. After its cut-over the totals of the closed day go to the bank as soon
 * as no payment of that day is open any more; what it says of them is in the ledger.
 */
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

static void cut(struct banks *banks, struct errand *errand, const struct command *command);
static void compared(struct banks *banks, struct errand *errand, const struct command *command);
static void replied(struct banks *banks, struct errand *errand, const struct command *command);
static void not_replied(struct banks *banks, struct errand *errand);

static const struct errand_kind cut_kind = {"bank_link.cut_over", cut, NULL};
static const struct errand_kind compare_kind = {"bank_link.compare", compared, NULL};
static const struct errand_kind told_kind = {"bank_link.compare", replied, not_replied};

/* --- cut-over --- */

void day_cut_over(struct banks *banks, struct bank *bank, date_days new_day)
{
    struct bank_link_cut_over body = {.new_day = new_day};
    memcpy(body.bank, bank->id, sizeof body.bank);
    if (scan_open_from(banks, bank, body.open_from) != STATUS_OK) {
        body.open_from[0] = '\0';
    }
    errand_send(banks, &cut_kind, bank, &body);
}

static void cut(struct banks *banks, struct errand *errand, const struct command *command)
{
    (void)banks; /* the news of the link and of its day say all */
    if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
    }
}

void day_heard(struct banks *banks, struct bank *bank, date_days day)
{
    if (bank->is_link_known && day > bank->link.business_day && day > bank->heard_day) {
        bank->heard_since_us = bank->heard_day == DATE_NONE ? banks->now_us : bank->heard_since_us;
        bank->heard_day = day;
    }
}

/* A bank says its cut-over about when it begins to speak of the new day; some say it once, and it
 * may be lost. A date on a message is no order to close a day: an operator is told. */
static void day_miss(const struct banks *banks, struct bank *bank)
{
    bool is_missed = bank->heard_day != DATE_NONE &&
                     banks->now_us - bank->heard_since_us >= banks->config.retry_max_us;
    if (!is_missed || bank->is_behind) {
        return;
    }
    char ours[DATE_TEXT_SIZE];
    char heard[DATE_TEXT_SIZE];
    date_format(bank->link.business_day, ours);
    date_format(bank->heard_day, heard);
    LOG(LOG_WARNING,
        "the bank speaks of a later day and has not cut over",
        LOG_TEXT("bank", bank->id),
        LOG_TEXT("business_day", ours),
        LOG_TEXT("heard_day", heard));
    bank->is_behind = true;
}

/* --- closed days --- */

static struct closed_day *day_find(struct bank *bank, date_days day)
{
    for (size_t i = 0; i < bank->day_count; i++) {
        if (bank->days[i].day.day == day) {
            return &bank->days[i];
        }
    }
    return NULL;
}

static void day_forget(struct bank *bank, struct closed_day *day)
{
    *day = bank->days[--bank->day_count];
}

void day_news(struct banks *banks, const struct bank_day *news)
{
    struct bank *bank = banks_find(banks, news->bank);
    struct closed_day *day = bank == NULL ? NULL : day_find(bank, news->day);
    if (day != NULL) {
        day->day = *news;
        if (news->state != BANK_DAY_CLOSED && !day->is_busy) {
            day_forget(bank, day);
        }
        return;
    }
    /* More than a week without totals: the statement will have to do for the rest. */
    if (bank != NULL && news->state == BANK_DAY_CLOSED && bank->day_count < DAYS_COUNT_MAX) {
        bank->days[bank->day_count++] = (struct closed_day){
            .day = *news,
            .due_us = banks->now_us,
            .delay_us = banks->config.retry_first_us,
        };
    }
}

/* Whether a payment may yet count on that day. */
static bool has_open_payment(const struct banks *banks, const struct bank *bank, date_days day)
{
    for (size_t i = 0; i < banks->orders.used_count; i++) {
        const struct order *order = &banks->orders.slots[i];
        bool is_out = order->payment.state == PAYMENT_SENT ||
                      order->payment.state == PAYMENT_IN_DOUBT || order->phase == ORDER_SENDING;
        if (order->phase != ORDER_FREE && order->bank == bank && is_out &&
            order->payment.business_day <= day) {
            return true;
        }
    }
    return false;
}

static void day_later(const struct banks *banks, struct closed_day *day)
{
    int64_t max_us = banks->config.retry_max_us;
    day->is_busy = false;
    day->due_us = banks->now_us + day->delay_us;
    day->delay_us = day->delay_us > max_us / 2 ? max_us : day->delay_us * 2;
}

static struct day_totals totals_of(const struct bank_day *day)
{
    return (struct day_totals){
        .day = day->day,
        .paid_count = day->paid_count,
        .paid_minor = day->paid.minor,
        .reversed_count = day->reversed_count,
        .reversed_minor = day->reversed.minor,
        .received_count = day->received_count,
        .received_minor = day->received.minor,
    };
}

static void day_ask(struct banks *banks, struct bank *bank, struct closed_day *day)
{
    struct adapter *adapter = atomic_load(&bank->adapter);
    if (!bank->is_up || adapter == NULL || bank->is_scan_due ||
        has_open_payment(banks, bank, day->day.day)) {
        day->due_us = banks->now_us + banks->config.retry_first_us;
        return;
    }
    struct adapter_request request = {
        .act = ADAPTER_TOTALS,
        .attempt = ++bank->totals_attempt,
        .totals = totals_of(&day->day),
    };
    if (adapter_request(adapter, &request) != STATUS_OK) {
        day_later(banks, day);
        return;
    }
    day->asked = request.totals;
    day->is_busy = true;
}

/* One day of a bank after the other: answers to totals do not say which day they are for. */
void day_run(struct banks *banks)
{
    for (size_t i = 0; i < banks->bank_count; i++) {
        struct bank *bank = &banks->banks[i];
        bool is_busy = false;
        day_miss(banks, bank);
        for (size_t j = 0; j < bank->day_count; j++) {
            is_busy = is_busy || bank->days[j].is_busy;
        }
        for (size_t j = 0; j < bank->day_count && !is_busy; j++) {
            if (bank->days[j].due_us <= banks->now_us) {
                day_ask(banks, bank, &bank->days[j]);
                is_busy = bank->days[j].is_busy;
            }
        }
    }
}

/* --- what the bank says --- */

static struct errand *compare_send(struct banks *banks,
                                   const struct errand_kind *kind,
                                   struct bank *bank,
                                   const struct day_totals *told,
                                   enum bank_day_word word,
                                   const char *source)
{
    struct bank_link_compare body = {
        .day = told->day,
        .paid_count = told->paid_count,
        .paid = {told->paid_minor,     CURRENCY_CNY},
        .reversed_count = told->reversed_count,
        .reversed = {told->reversed_minor, CURRENCY_CNY},
        .received_count = told->received_count,
        .received = {told->received_minor, CURRENCY_CNY},
        .word = (int32_t)word,
    };
    memcpy(body.bank, bank->id, sizeof body.bank);
    memcpy(body.source, source, strlen(source));
    struct errand *errand = errand_send(banks, kind, bank, &body);
    errand->day = told->day;
    return errand;
}

static struct closed_day *day_busy(struct bank *bank)
{
    for (size_t i = 0; i < bank->day_count; i++) {
        if (bank->days[i].is_busy) {
            return &bank->days[i];
        }
    }
    return NULL;
}

/* Whether the bank's own figures are of the day asked about, and show the difference. */
static bool shows(const struct day_totals *told, const struct day_totals *asked)
{
    return told->day == asked->day &&
           (told->paid_count != asked->paid_count || told->paid_minor != asked->paid_minor ||
            told->reversed_count != asked->reversed_count ||
            told->reversed_minor != asked->reversed_minor ||
            told->received_count != asked->received_count ||
            told->received_minor != asked->received_minor);
}

void day_answered(struct banks *banks, struct bank *bank, const struct adapter_answer *answer)
{
    struct closed_day *day = day_busy(bank);
    if (day == NULL) {
        LOG(LOG_ERROR, "totals answered that were not asked for", LOG_TEXT("bank", bank->id));
        return;
    }
    if (answer->outcome == ADAPTER_CONFIRMED) {
        compare_send(banks, &compare_kind, bank, &day->asked, BANK_DAY_FIGURES, "totals agreed");
    } else if (answer->outcome == ADAPTER_REJECTED && shows(&answer->totals, &day->asked)) {
        compare_send(
            banks, &compare_kind, bank, &answer->totals, BANK_DAY_FIGURES, "totals differ");
    } else if (answer->outcome == ADAPTER_REJECTED) {
        struct day_totals none = {.day = day->asked.day};
        compare_send(
            banks, &compare_kind, bank, &none, BANK_DAY_DIFFER, "totals differ, no figures");
    } else {
        day_later(banks, day);
    }
}

static void compared(struct banks *banks, struct errand *errand, const struct command *command)
{
    struct closed_day *day = day_find(errand->bank, errand->day);
    if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
    }
    if (day == NULL) {
        return;
    }
    day_later(banks, day);
    if (command->result != COMMAND_REFUSED) {
        day_forget(errand->bank, day);
    }
}

void day_told(struct banks *banks,
              struct bank *bank,
              const struct day_totals *totals,
              struct adapter_ticket ticket)
{
    compare_send(banks, &told_kind, bank, totals, BANK_DAY_FIGURES, "0520")->ticket = ticket;
}

static bool is_equal(const struct bank_day *day)
{
    return day->paid_count == day->bank_paid_count && day->paid.minor == day->bank_paid.minor &&
           day->reversed_count == day->bank_reversed_count &&
           day->reversed.minor == day->bank_reversed.minor &&
           day->received_count == day->bank_received_count &&
           day->received.minor == day->bank_received.minor;
}

static void replied(struct banks *banks, struct errand *errand, const struct command *command)
{
    enum adapter_reply reply = ADAPTER_TRY_AGAIN;
    if (command->result == COMMAND_DONE) {
        reply = is_equal(command->answer) ? ADAPTER_TOTALS_EQUAL : ADAPTER_TOTALS_DIFFER;
    } else if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
    }
    advice_reply(banks, errand->bank, errand->ticket, reply);
}

static void not_replied(struct banks *banks, struct errand *errand)
{
    advice_reply(banks, errand->bank, errand->ticket, ADAPTER_TRY_AGAIN);
}
