/*
 * The teller's thread. One turn: read what the others have left, do what time has made due, send
 * what may go out, hand the commands of the turn to the engine.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

enum {
    TURN_US = 10000
};

/* --- the links --- */

static void bank_open(struct banks *banks, struct bank *bank)
{
    struct adapter_events events = inbox_events(bank);
    struct adapter_report report = {.state = ADAPTER_DOWN};
    struct adapter *adapter =
        bank->opener->create(bank->file, &events, report.reason, sizeof report.reason);
    if (adapter == NULL) {
        LOG(LOG_ERROR,
            "link not opened",
            LOG_TEXT("bank", bank->id),
            LOG_TEXT("reason", report.reason));
    }
    pthread_mutex_lock(&banks->report_lock);
    bank->report.adapter = report;
    atomic_store(&bank->adapter, adapter);
    pthread_mutex_unlock(&banks->report_lock);
}

/* What was outstanding is answered on the way: see the inbox. */
static void banks_close(struct banks *banks)
{
    for (size_t i = 0; i < banks->bank_count; i++) {
        struct bank *bank = &banks->banks[i];
        pthread_mutex_lock(&banks->document_lock);
        pthread_mutex_lock(&banks->report_lock);
        struct adapter *adapter = atomic_exchange(&bank->adapter, NULL);
        pthread_mutex_unlock(&banks->report_lock);
        pthread_mutex_unlock(&banks->document_lock);
        bank->is_up = false;
        if (adapter != NULL) {
            adapter_destroy(adapter);
        }
    }
}

/* The engine is active, and may have done what nobody told of. */
static void news_missed(struct banks *banks)
{
    for (size_t i = 0; i < banks->bank_count; i++) {
        scan_from(&banks->banks[i], "P"); /* before all ids */
        if (!banks->is_open) {
            bank_open(banks, &banks->banks[i]);
        }
    }
    banks->is_open = true;
}

static void state_changed(struct banks *banks, struct bank *bank, enum adapter_state state)
{
    bool was_up = bank->is_up;
    bank->is_up = state == ADAPTER_UP;
    if (bank->is_up && !was_up) {
        orders_wake(&banks->orders, bank, PAYMENT_IN_DOUBT, banks->now_us);
    }
}

/* --- a turn --- */

static void slip_read(struct banks *banks, const struct slip *slip)
{
    switch (slip->kind) {
    case SLIP_PAYMENT:
        outbox_news(banks, &slip->body.payment);
        break;
    case SLIP_LINK:
        outbox_link_news(banks, &slip->body.link);
        break;
    case SLIP_DAY:
        day_news(banks, &slip->body.day);
        break;
    case SLIP_UNIT:
        errands_answered(banks, slip->body.unit);
        break;
    case SLIP_ANSWER:
        if (slip->body.answer.act == ADAPTER_TOTALS) {
            day_answered(banks, slip->bank, &slip->body.answer);
        } else {
            day_heard(banks, slip->bank, slip->body.answer.settlement_day);
            order_answered(banks, &slip->body.answer);
        }
        break;
    case SLIP_ADVICE:
        advice_take(banks, slip->bank, &slip->body.advice, slip->ticket);
        break;
    case SLIP_TOTALS:
        day_told(banks, slip->bank, &slip->body.totals, slip->ticket);
        break;
    case SLIP_CUT_OVER:
        day_cut_over(banks, slip->bank, slip->body.new_day);
        break;
    case SLIP_STATE:
        state_changed(banks, slip->bank, slip->body.state);
        break;
    case SLIP_STRAY:
        stray_take(banks, slip->bank, &slip->body.stray);
        break;
    }
}

static void slips_read(struct banks *banks, struct slip *slips)
{
    while (slips != NULL) {
        struct slip *slip = slips;
        slips = slip->next;
        slip_read(banks, slip);
        free(slip);
    }
}

static void order_due(void *context, struct order *order)
{
    order_step(context, order);
}

static void turn(struct banks *banks)
{
    scan_run(banks);
    orders_each_due(&banks->orders, banks->now_us, order_due, banks);
    day_run(banks);
    outbox_run(banks);
    errands_submit(banks);
    report_refresh(banks);
}

/* The last answers reach the ledger, unless the engine is away: then its next reader of the store
 * finds those payments sent, which says the same. */
static void finish(struct banks *banks)
{
    int64_t until_us = clock_monotonic() + BANKS_STOP_US;
    bool is_news_missed;
    bool is_stopping = true;
    banks_close(banks);
    do {
        slips_read(
            banks,
            inbox_take(&banks->inbox, clock_monotonic() + TURN_US, &is_news_missed, &is_stopping));
        banks->now_us = clock_monotonic();
        errands_submit(banks);
    } while (!errands_are_idle(banks) && banks->now_us < until_us);
}

void *teller_run(void *context)
{
    (void)prctl(PR_SET_NAME, "teller");
    struct banks *banks = context;
    bool is_stopping = false;
    for (;;) {
        bool is_news_missed;
        struct slip *slips =
            inbox_take(&banks->inbox, clock_monotonic() + TURN_US, &is_news_missed, &is_stopping);
        banks->now_us = clock_monotonic();
        if (is_news_missed) {
            news_missed(banks);
        }
        slips_read(banks, slips);
        if (is_stopping) {
            break;
        }
        turn(banks);
    }
    finish(banks);
    return NULL;
}
