#include "gateway/business/bank/payment_leg.h"

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/text.h"

enum {
    PAID_STATES = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
};

static bool is_paid(const struct payment *payment)
{
    return (PAID_STATES & 1U << payment->state) != 0;
}

/* Both legs or none. */
static bool is_pair(const struct payment *payment)
{
    return payment->state == PAYMENT_REJECTED && payment->undone_day != DATE_NONE;
}

bool payment_leg_is_ours(const struct payment *payment, enum payment_leg leg)
{
    return leg == LEG_PAID ? is_paid(payment) || is_pair(payment)
                           : payment->undone_day != DATE_NONE;
}

const char *payment_leg_place(const struct payment *payment, enum payment_leg leg)
{
    return leg == LEG_PAID ? payment->reconciled : payment->undo_reconciled;
}

date_days payment_leg_awaited_on(const struct payment *payment, enum payment_leg leg)
{
    if (payment_leg_place(payment, leg)[0] != '\0') {
        return DATE_NONE;
    }
    return leg == LEG_PAID && is_paid(payment) ? payment->settlement_day : payment->awaited_on;
}

static void
await_twin(struct context *context, struct payment *payment, enum payment_leg leg, date_days day)
{
    const struct bank_link *link = bank_link_find(context, payment->bank);
    date_days own = leg == LEG_PAID ? payment->undone_day : payment->settlement_day;
    if (link != NULL) { /* else not in memory yet */
        payment->awaited_on = bank_day_await_open(context, link, own, day);
    }
}

void payment_leg_put(struct context *context,
                     struct payment *payment,
                     enum payment_leg leg,
                     const char *place,
                     date_days day)
{
    bool is_first =
        is_pair(payment) && payment->reconciled[0] == '\0' && payment->undo_reconciled[0] == '\0';
    date_days awaited_on = payment_leg_awaited_on(payment, leg);
    if (awaited_on != DATE_NONE) {
        bank_day_reconcile(context, payment->bank, awaited_on);
    }
    if (leg == LEG_PAID) {
        TEXT_PUT(payment->reconciled, place);
    } else {
        TEXT_PUT(payment->undo_reconciled, place);
    }
    if (is_first) {
        await_twin(context, payment, leg, day);
    } else if (leg == LEG_UNDONE || is_pair(payment)) {
        payment->awaited_on = DATE_NONE;
    }
    state_put(context->state, DOCUMENT_PAYMENT, payment);
}
