/* Where other threads leave word for the teller: the engine's and the adapters'. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

void inbox_create(struct inbox *inbox)
{
    pthread_condattr_t monotonic;
    *inbox = (struct inbox){0};
    pthread_mutex_init(&inbox->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&inbox->wakes, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void inbox_destroy(struct inbox *inbox)
{
    while (inbox->head != NULL) {
        struct slip *slip = inbox->head;
        inbox->head = slip->next;
        if (slip->kind == SLIP_UNIT) {
            errands_discard(slip->body.unit);
        }
        free(slip);
    }
    pthread_cond_destroy(&inbox->wakes);
    pthread_mutex_destroy(&inbox->lock);
}

struct slip *
inbox_take(struct inbox *inbox, int64_t until_us, bool *is_news_missed_out, bool *is_stopping_out)
{
    struct timespec until = {
        .tv_sec = until_us / INSTANT_US_PER_SECOND,
        .tv_nsec = until_us % INSTANT_US_PER_SECOND * 1000,
    };
    pthread_mutex_lock(&inbox->lock);
    int result = 0;
    while (inbox->head == NULL && !inbox->is_news_missed && result != ETIMEDOUT &&
           inbox->is_stopping == *is_stopping_out) {
        result = pthread_cond_timedwait(&inbox->wakes, &inbox->lock, &until);
    }
    struct slip *slips = inbox->head;
    inbox->head = NULL;
    inbox->tail = NULL;
    inbox->news_count = 0;
    inbox->stray_count = 0;
    *is_news_missed_out = inbox->is_news_missed;
    inbox->is_news_missed = false;
    *is_stopping_out = inbox->is_stopping;
    pthread_mutex_unlock(&inbox->lock);
    return slips;
}

static void put_locked(struct inbox *inbox, const struct slip *slip)
{
    struct slip *copy = malloc(sizeof *copy);
    assert(copy != NULL);
    *copy = *slip;
    copy->next = NULL;
    if (inbox->head == NULL) {
        inbox->head = copy;
        pthread_cond_signal(&inbox->wakes);
    } else {
        inbox->tail->next = copy;
    }
    inbox->tail = copy;
}

/* For what is bounded by its nature: one answer a request, one result a unit. */
static void put(struct inbox *inbox, const struct slip *slip)
{
    pthread_mutex_lock(&inbox->lock);
    put_locked(inbox, slip);
    pthread_mutex_unlock(&inbox->lock);
}

void inbox_miss(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->is_news_missed = true;
    pthread_cond_signal(&inbox->wakes);
    pthread_mutex_unlock(&inbox->lock);
}

void inbox_stop(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->is_stopping = true;
    pthread_cond_signal(&inbox->wakes);
    pthread_mutex_unlock(&inbox->lock);
}

void inbox_advice_settled(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    inbox->advice_count--;
    pthread_mutex_unlock(&inbox->lock);
}

/* --- from the engine --- */

static void put_news(struct inbox *inbox, const struct slip *slip)
{
    pthread_mutex_lock(&inbox->lock);
    if (inbox->news_count >= NEWS_COUNT_MAX) {
        inbox->is_news_missed = true;
    } else {
        inbox->news_count++;
        put_locked(inbox, slip);
    }
    pthread_mutex_unlock(&inbox->lock);
}

static void tell(void *context, enum document document, const void *data)
{
    struct banks *banks = context;
    struct slip slip = {.kind = SLIP_PAYMENT};
    if (document == DOCUMENT_PAYMENT) {
        memcpy(&slip.body.payment, data, sizeof slip.body.payment);
    } else if (document == DOCUMENT_BANK_LINK) {
        slip.kind = SLIP_LINK;
        memcpy(&slip.body.link, data, sizeof slip.body.link);
    } else {
        assert(document == DOCUMENT_BANK_DAY);
        slip.kind = SLIP_DAY;
        memcpy(&slip.body.day, data, sizeof slip.body.day);
    }
    put_news(&banks->inbox, &slip);
}

void inbox_put_unit(struct inbox *inbox, struct unit *unit)
{
    put(inbox, &(struct slip){.kind = SLIP_UNIT, .body.unit = unit});
}

static void reset(void *context)
{
    struct banks *banks = context;
    inbox_miss(&banks->inbox);
}

struct engine_news inbox_news(struct banks *banks)
{
    return (struct engine_news){
        .context = banks,
        .documents = UINT64_C(1) << DOCUMENT_PAYMENT | UINT64_C(1) << DOCUMENT_BANK_LINK |
                     UINT64_C(1) << DOCUMENT_BANK_DAY,
        .tell = tell,
        .reset = reset,
    };
}

/* --- from the adapters --- */

static void answered(void *context, const struct adapter_answer *answer)
{
    struct bank *bank = context;
    put(&bank->banks->inbox,
        &(struct slip){.kind = SLIP_ANSWER, .bank = bank, .body.answer = *answer});
}

/* What waits for a reply is bounded: the bank repeats what there is no room for. */
static void put_advice(struct bank *bank, const struct slip *slip)
{
    struct inbox *inbox = &bank->banks->inbox;
    pthread_mutex_lock(&inbox->lock);
    bool has_room = inbox->advice_count < ADVICE_COUNT_MAX && !inbox->is_stopping;
    if (has_room) {
        inbox->advice_count++;
        put_locked(inbox, slip);
    }
    pthread_mutex_unlock(&inbox->lock);
    struct adapter *adapter = atomic_load(&bank->adapter);
    if (!has_room && adapter != NULL) {
        adapter_reply(adapter, slip->ticket, ADAPTER_TRY_AGAIN);
    }
}

static void
advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct bank *bank = context;
    put_advice(bank,
               &(struct slip){
                   .kind = SLIP_ADVICE, .bank = bank, .ticket = ticket, .body.advice = *advice});
}

static void
told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    struct bank *bank = context;
    put_advice(bank,
               &(struct slip){
                   .kind = SLIP_TOTALS, .bank = bank, .ticket = ticket, .body.totals = *totals});
}

static void cut_over(void *context, date_days new_day)
{
    struct bank *bank = context;
    put(&bank->banks->inbox,
        &(struct slip){.kind = SLIP_CUT_OVER, .bank = bank, .body.new_day = new_day});
}

static void changed(void *context, enum adapter_state state, const char *reason)
{
    struct bank *bank = context;
    (void)reason; /* the adapter's report has it */
    put(&bank->banks->inbox, &(struct slip){.kind = SLIP_STATE, .bank = bank, .body.state = state});
}

static void strayed(void *context, const struct adapter_stray *stray)
{
    struct bank *bank = context;
    struct inbox *inbox = &bank->banks->inbox;
    pthread_mutex_lock(&inbox->lock);
    if (inbox->stray_count < STRAYS_WAITING_MAX) {
        inbox->stray_count++;
        put_locked(inbox, &(struct slip){.kind = SLIP_STRAY, .bank = bank, .body.stray = *stray});
    }
    pthread_mutex_unlock(&inbox->lock);
}

struct adapter_events inbox_events(struct bank *bank)
{
    return (struct adapter_events){
        .context = bank,
        .answered = answered,
        .advised = advised,
        .told_totals = told_totals,
        .cut_over = cut_over,
        .changed = changed,
        .strayed = strayed,
    };
}
