#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/banks/fake_bank_p.h"

enum {
    TURN_MS = 1,
};

static struct fake_config next_config;
struct fake *last_fake;

void fake_configure(const struct fake_config *config)
{
    next_config = *config;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now); /* due times outlive the process */
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* xorshift64* */
static uint64_t draw(struct fake *fake, uint64_t below)
{
    fake->random ^= fake->random >> 12;
    fake->random ^= fake->random << 25;
    fake->random ^= fake->random >> 27;
    return fake->random * UINT64_C(2685821657736338717) % below;
}

/* --- what the bank does; all under the lock --- */

/* One of ten ways a payment can go. */
static enum adapter_outcome take_payment(struct fake *fake, const struct payment_order *order)
{
    struct fake_book *book = fake->config.book;
    struct fake_entry *entry = fake_book_entry(book, order->reference);
    uint64_t way = draw(fake, 100);
    if (entry->state != FAKE_UNKNOWN) {
        return ADAPTER_UNKNOWN; /* counted where it was asked for */
    }
    if (fake->config.mood == FAKE_CALM) {
        fake_book_pay(book, entry);
        return ADAPTER_CONFIRMED;
    }
    entry->stands_by = draw(fake, 3) == 0;
    if (way < 3) {
        entry->is_sent = false;
        return ADAPTER_NOT_SENT;
    }
    if (way < 62) {
        fake_book_pay(book, entry);
        entry->is_returned = entry->stands_by && draw(fake, 20) == 0;
        return ADAPTER_CONFIRMED;
    }
    if (way < 72) {
        atomic_store(&entry->state, FAKE_REJECTED);
        return ADAPTER_REJECTED;
    }
    if (way < 80) {
        fake_book_pay(book, entry);
        return ADAPTER_UNKNOWN; /* the answer is lost */
    }
    if (way < 86) {
        return ADAPTER_UNKNOWN; /* the payment is lost */
    }
    if (way < 92) {
        entry->due_us = now_us() + (int64_t)draw(fake, 400000);
        atomic_store(&entry->state, FAKE_LATE);
        return ADAPTER_UNKNOWN;
    }
    entry->due_us = now_us() + (int64_t)draw(fake, 600000);
    atomic_store(&entry->state, FAKE_PENDING);
    return way < 98 ? ADAPTER_PENDING : ADAPTER_UNKNOWN;
}

static enum adapter_outcome take_inquiry(struct fake *fake, const struct payment_order *order)
{
    struct fake_book *book = fake->config.book;
    book->inquiry_count++;
    if (draw(fake, 100) < 25) {
        return draw(fake, 2) == 0 ? ADAPTER_UNKNOWN : ADAPTER_NOT_SENT;
    }
    switch ((enum fake_state)fake_book_entry(book, order->reference)->state) {
    case FAKE_UNKNOWN:
    case FAKE_LATE:
    case FAKE_REFUSED:
        return ADAPTER_NOT_FOUND;
    case FAKE_PENDING:
        return ADAPTER_PENDING;
    case FAKE_PAID:
        return ADAPTER_CONFIRMED;
    case FAKE_REJECTED:
        return ADAPTER_REJECTED;
    case FAKE_REVERSED:
        return ADAPTER_REVERSED;
    }
    return ADAPTER_UNKNOWN;
}

static enum adapter_outcome take_reversal(struct fake *fake, const struct adapter_request *request)
{
    struct fake_book *book = fake->config.book;
    struct fake_entry *entry = fake_book_entry(book, request->order.reference);
    book->reversal_count++;
    book->reversal_number_count += entry->reversal_count > 0 && request->attempt == 1 ? 1 : 0;
    entry->reversal_count++;
    uint64_t way = draw(fake, 100);
    if (way < 15) {
        return ADAPTER_UNKNOWN; /* it did not come through */
    }
    if (way < 20) {
        return ADAPTER_REJECTED; /* the bank did not understand it */
    }
    enum adapter_outcome outcome = fake_book_reverse(entry);
    return way < 35 ? ADAPTER_UNKNOWN : outcome;
}

static enum adapter_outcome take_totals(struct fake *fake, const struct day_totals *totals)
{
    fake->config.book->last_totals = *totals;
    if (fake->config.mood == FAKE_CALM) {
        fake->config.book->totals_count++;
        return fake->totals_outcome == 0 ? ADAPTER_CONFIRMED : fake->totals_outcome;
    }
    static const enum adapter_outcome outcomes[] = {
        ADAPTER_CONFIRMED, ADAPTER_REJECTED, ADAPTER_UNKNOWN, ADAPTER_NOT_SENT};
    fake->config.book->totals_count++;
    return outcomes[draw(fake, 4)];
}

static enum adapter_outcome take(struct fake *fake, const struct adapter_request *request)
{
    switch (request->act) {
    case ADAPTER_PAY:
        return take_payment(fake, &request->order);
    case ADAPTER_INQUIRE:
        return take_inquiry(fake, &request->order);
    case ADAPTER_REVERSE:
        return take_reversal(fake, request);
    case ADAPTER_TOTALS:
        return take_totals(fake, &request->totals);
    }
    return ADAPTER_UNKNOWN;
}

static void
answer(struct fake *fake, const struct adapter_request *request, enum adapter_outcome outcome)
{
    struct adapter_answer said = {
        .act = request->act,
        .attempt = request->attempt,
        .outcome = outcome,
        .settlement_day = outcome == ADAPTER_CONFIRMED ? fake->config.book->today : DATE_NONE,
    };
    if (request->act == ADAPTER_TOTALS && fake->figures.day != DATE_NONE) {
        said.totals = fake->figures;
        said.totals.day = request->totals.day;
    }
    memcpy(said.reference, request->order.reference, sizeof said.reference);
    (void)snprintf(said.code, sizeof said.code, "%s", outcome == ADAPTER_CONFIRMED ? "00" : "68");
    fake->events.answered(fake->events.context, &said);
}

/* --- its day --- */

static void decide_due(struct fake *fake)
{
    struct fake_book *book = fake->config.book;
    int64_t now = now_us();
    for (size_t i = 0; i < FAKE_ENTRY_COUNT; i++) {
        struct fake_entry *entry = &book->entries[i];
        if (entry->state == FAKE_LATE && entry->due_us <= now) {
            fake_book_pay(book, entry);
        } else if (entry->state == FAKE_PENDING && entry->due_us <= now) {
            if (draw(fake, 2) == 0) {
                fake_book_pay(book, entry);
            } else {
                atomic_store(&entry->state, FAKE_REJECTED);
            }
        }
    }
}

/* The ticket says what it is about, for the reply. */
static void advise(struct fake *fake)
{
    struct fake_book *book = fake->config.book;
    uint64_t number = draw(fake, FAKE_ADVICE_COUNT);
    struct fake_advice *advice = &book->advices[number];
    if (advice->amount_minor == 0) {
        advice->amount_minor = 1 + (int64_t)draw(fake, 100000);
    }
    struct adapter_advice told = {
        .amount = {advice->amount_minor, CURRENCY_CNY},
        .value_date = book->first_day,
        .payment_reference = "nobody knows",
        .payer_name = "某公司",
    };
    (void)snprintf(told.bank_reference, sizeof told.bank_reference, "A%d", (int)number);
    fake->events.advised(
        fake->events.context, &told, (struct adapter_ticket){.connection = 1, .number = number});
}

/* A payment that is to come back and is not booked yet; FAKE_ENTRY_COUNT: none nearby. */
static size_t find_returned(struct fake *fake, struct adapter_advice *told_out)
{
    struct fake_book *book = fake->config.book;
    size_t from = (size_t)draw(fake, FAKE_ENTRY_COUNT);
    size_t found = FAKE_ENTRY_COUNT;
    pthread_mutex_lock(&fake->lock);
    for (size_t i = 0; i < 2048 && found == FAKE_ENTRY_COUNT; i++) {
        size_t at = (from + i) % FAKE_ENTRY_COUNT;
        const struct fake_entry *entry = &book->entries[at];
        if (entry->is_returned && !entry->is_return_booked) {
            found = at;
            *told_out = (struct adapter_advice){
                .amount = {entry->amount_minor, CURRENCY_CNY},
                .value_date = book->first_day,
            };
            memcpy(told_out->returned_reference, entry->reference, ADAPTER_REFERENCE_SIZE);
            (void)snprintf(
                told_out->bank_reference, sizeof told_out->bank_reference, "R%s", entry->reference);
        }
    }
    pthread_mutex_unlock(&fake->lock);
    return found;
}

static void return_some(struct fake *fake)
{
    struct adapter_advice told;
    size_t at = find_returned(fake, &told);
    if (at < FAKE_ENTRY_COUNT) {
        fake->events.advised(
            fake->events.context, &told, (struct adapter_ticket){.connection = 2, .number = at});
    }
}

static void tell_totals(struct fake *fake)
{
    const struct fake_book *book = fake->config.book;
    struct day_totals totals = {.day = book->today - 1, .paid_count = 123456789};
    if (totals.day >= book->first_day) {
        fake->events.told_totals(
            fake->events.context, &totals, (struct adapter_ticket){.connection = 3});
    }
}

static void cut_over(struct fake *fake)
{
    struct fake_book *book = fake->config.book;
    if (fake->config.cut_over_ms == 0 || fake->is_cut ||
        now_us() < fake->started_us + (int64_t)fake->config.cut_over_ms * 1000) {
        return;
    }
    fake->is_cut = true;
    pthread_mutex_lock(&fake->lock);
    book->today++;
    pthread_mutex_unlock(&fake->lock);
    fake->events.cut_over(fake->events.context, book->today);
}

/* Takes what is due out of the queue; false when there is nothing. */
static bool
take_next(struct fake *fake, struct adapter_request *request_out, enum adapter_outcome *outcome_out)
{
    bool is_found = false;
    pthread_mutex_lock(&fake->lock);
    int64_t now = now_us();
    for (size_t i = 0; i < FAKE_QUEUE_COUNT && !is_found; i++) {
        struct waiting *waiting = &fake->queue[i];
        if (waiting->is_used && (waiting->due_us <= now || fake->is_stopping)) {
            is_found = true;
            *request_out = waiting->request;
            *outcome_out = fake->is_stopping ? ADAPTER_UNKNOWN : take(fake, &waiting->request);
            waiting->is_used = false;
            fake->outstanding_count--;
        }
    }
    pthread_mutex_unlock(&fake->lock);
    return is_found;
}

static void answer_due(struct fake *fake)
{
    struct adapter_request request;
    enum adapter_outcome outcome;
    while (take_next(fake, &request, &outcome)) {
        answer(fake, &request, outcome);
    }
}

static void set_up(struct fake *fake, bool is_up)
{
    pthread_mutex_lock(&fake->lock);
    fake->is_up = is_up;
    fake->report.state = is_up ? ADAPTER_UP : ADAPTER_DOWN;
    pthread_mutex_unlock(&fake->lock);
    fake->events.changed(fake->events.context, is_up ? ADAPTER_UP : ADAPTER_DOWN, "as it likes");
}

static bool is_stopping(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    bool is_it = fake->is_stopping;
    pthread_mutex_unlock(&fake->lock);
    return is_it;
}

static void *fake_run(void *context)
{
    struct fake *fake = context;
    set_up(fake, true);
    for (unsigned turn = 1; !is_stopping(fake); turn++) {
        struct timespec pause = {.tv_nsec = TURN_MS * 1000000L};
        nanosleep(&pause, NULL);
        answer_due(fake);
        if (fake->config.mood == FAKE_CALM) {
            continue;
        }
        cut_over(fake);
        if (turn % 16 == 0) {
            pthread_mutex_lock(&fake->lock);
            decide_due(fake);
            pthread_mutex_unlock(&fake->lock);
            return_some(fake);
        }
        if (turn % 4 == 0) {
            advise(fake);
        }
        if (turn % 300 == 0) {
            tell_totals(fake);
        }
        if (draw(fake, 400) == 0) {
            set_up(fake, false);
        } else if (!fake->is_up && draw(fake, 50) == 0) {
            set_up(fake, true);
        }
    }
    answer_due(fake);
    return NULL;
}

/* --- adapter.h --- */

static struct fake *fake_of(struct adapter *adapter)
{
    return (struct fake *)(void *)adapter;
}

static enum status fake_request(struct adapter *adapter, const struct adapter_request *request)
{
    struct fake *fake = fake_of(adapter);
    enum status status = STATUS_OK;
    pthread_mutex_lock(&fake->lock);
    if (!fake->is_up || fake->is_stopping) {
        status = STATUS_AGAIN;
    } else if (fake->outstanding_count >= FAKE_WINDOW) {
        status = STATUS_LIMIT;
    } else {
        size_t at = 0;
        while (fake->queue[at].is_used) {
            at++;
        }
        fake->queue[at] = (struct waiting){
            .request = *request,
            .due_us = now_us() + (request->order.trace * 7919 + request->attempt * 31) % 8000,
            .is_used = true,
        };
        fake->outstanding_count++;
        fake->report.sent_count++;
        if (request->act == ADAPTER_PAY) {
            fake_book_note(fake->config.book, &request->order);
        }
    }
    pthread_mutex_unlock(&fake->lock);
    return status;
}

static void
fake_reply(struct adapter *adapter, struct adapter_ticket ticket, enum adapter_reply reply)
{
    struct fake *fake = fake_of(adapter);
    struct fake_book *book = fake->config.book;
    pthread_mutex_lock(&fake->lock);
    if (ticket.connection == 4) {
        atomic_store(&book->last_reply, reply);
        atomic_fetch_add(&book->reply_count, 1);
    } else if (ticket.connection == 3) {
        book->told_equal_count += reply == ADAPTER_TOTALS_EQUAL ? 1 : 0;
        book->told_differ_count += reply == ADAPTER_TOTALS_DIFFER ? 1 : 0;
    } else if (reply == ADAPTER_ACCEPTED && ticket.connection == 1) {
        book->advices[ticket.number].is_accepted = true;
    } else if (reply == ADAPTER_ACCEPTED) {
        book->entries[ticket.number].is_return_booked = true;
    }
    pthread_mutex_unlock(&fake->lock);
}

static void fake_read_report(struct adapter *adapter, struct adapter_report *report_out)
{
    struct fake *fake = fake_of(adapter);
    pthread_mutex_lock(&fake->lock);
    *report_out = fake->report;
    report_out->outstanding_count = fake->outstanding_count;
    pthread_mutex_unlock(&fake->lock);
}

static void fake_destroy(struct adapter *adapter)
{
    struct fake *fake = fake_of(adapter);
    pthread_mutex_lock(&fake->lock);
    fake->is_stopping = true;
    pthread_mutex_unlock(&fake->lock);
    pthread_join(fake->thread, NULL);
    pthread_mutex_destroy(&fake->lock);
    free(fake);
}

struct adapter *fake_create(const char *file,
                            const struct adapter_events *events,
                            char *message_out,
                            size_t message_size)
{
    static const struct adapter_functions functions = {
        .request = fake_request,
        .reply = fake_reply,
        .read_report = fake_read_report,
        .destroy = fake_destroy,
    };
    struct fake *fake = calloc(1, sizeof *fake);
    assert(fake != NULL && next_config.book != NULL);
    (void)file;
    (void)snprintf(message_out, message_size, "good");
    fake->adapter.functions = &functions;
    fake->config = next_config;
    fake->events = *events;
    fake->random = next_config.seed * 2 + 1;
    fake->started_us = now_us();
    pthread_mutex_init(&fake->lock, NULL);
    if (pthread_create(&fake->thread, NULL, fake_run, fake) != 0) {
        abort();
    }
    last_fake = fake;
    return &fake->adapter;
}
