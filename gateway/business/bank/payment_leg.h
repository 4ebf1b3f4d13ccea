#pragma once
/*
 * What a payment shows on the bank's statements: a debit when it was paid, and a credit when the
 * bank took it back by reversal (冲正). Money that comes back later (退汇) is funds instead.
 *
 *   confirmed, returned      the debit is awaited on the settlement day
 *   returned by a reversal   so is the credit, on payment.awaited_on
 *   rejected by a reversal   the bank shows both or, having netted them, neither: once it shows
 * one, the other is awaited on payment.awaited_on
 */
#include "gateway/business/bank/payment.h"

enum payment_leg {
    LEG_PAID,
    LEG_UNDONE,
};

/* Whether there is such a leg at all. */
bool payment_leg_is_ours(const struct payment *payment, enum payment_leg leg);
/* Its line of a statement, or the difference it waits in; "" when it has neither. */
const char *payment_leg_place(const struct payment *payment, enum payment_leg leg);
/* The day whose statement is to show it; DATE_NONE: none, or it has its place. */
date_days payment_leg_awaited_on(const struct payment *payment, enum payment_leg leg);
/*
 * The leg has its place: it is not awaited any more, and its twin may be from now on: on its own
 * day, or on `day` when that one's statement is done with. Stores the payment.
 */
void payment_leg_put(struct context *context,
                     struct payment *payment,
                     enum payment_leg leg,
                     const char *place,
                     date_days day);
