/* What a turn of a payment means for the settlement order it pays. */
#include <assert.h>

#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/settlement/window.h"

static enum verdict confirmed(struct context *context, struct settlement_order *order)
{
    struct account_key clearing = {
        .owner = order->merchant_number,
        .purpose = PURPOSE_PAYMENT_CLEARING,
        .currency = CURRENCY_CNY,
    };
    struct fee fee = {.minor = order->fee.minor, .house_number = order->fee_house};
    order->state = SETTLEMENT_CONFIRMED;
    enum verdict verdict = fee_charge(context, &clearing, &fee);
    if (verdict == VERDICT_DONE) {
        settlement_put(context, order);
        verdict = window_hear_end(context, order);
    }
    return verdict;
}

static enum verdict rejected(struct context *context, struct settlement_order *order)
{
    enum verdict verdict = settlement_give_back(context, order, SETTLEMENT_REJECTED);
    return verdict == VERDICT_DONE ? window_hear_end(context, order) : verdict;
}

/* The fee was earned and stays. */
static enum verdict
returned(struct context *context, struct settlement_order *order, const struct payment *payment)
{
    struct account_key debit = {
        .owner = order->merchant_number,
        .purpose = PURPOSE_PAYMENT_CLEARING,
        .currency = CURRENCY_CNY,
    };
    struct account_key credit = debit;
    credit.purpose = PURPOSE_MERCHANT_PAYABLE;
    int64_t back = payment->returned.minor - order->returned.minor;
    assert(back > 0);
    order->state = SETTLEMENT_RETURNED;
    order->returned = payment->returned;
    enum verdict verdict =
        rule_move(context, &debit, &credit, back, TRANSFER_CODE_SETTLEMENT_RELEASED);
    if (verdict == VERDICT_DONE) {
        settlement_put(context, order);
    }
    return verdict;
}

enum verdict settlement_hear(struct context *context, const struct payment *payment)
{
    if (payment->settlement[0] == '\0') {
        return VERDICT_DONE;
    }
    if (payment->settlement[0] == 'W') {
        return window_hear_transfer(context, payment);
    }
    const struct settlement_order *found =
        state_find(context->state, DOCUMENT_SETTLEMENT_ORDER, payment->settlement);
    if (found == NULL) {
        return refuse(context, REFUSAL_SETTLEMENT_ORDER_UNKNOWN); /* not in memory yet */
    }
    struct settlement_order order = *found;
    switch ((enum payment_state)payment->state) {
    case PAYMENT_CONFIRMED:
        return confirmed(context, &order);
    case PAYMENT_REJECTED:
    case PAYMENT_CANCELLED:
        return rejected(context, &order);
    case PAYMENT_RETURNED:
        return returned(context, &order, payment);
    case PAYMENT_CREATED:
    case PAYMENT_APPROVED:
    case PAYMENT_SENT:
    case PAYMENT_IN_DOUBT:
        return VERDICT_DONE;
    }
    assert(false);
    return VERDICT_DONE;
}
