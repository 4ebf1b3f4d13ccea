/*
 * Payments in doubt: ask, then take back, until an answer decides.
 *
 *   inquiring   INQUIRE, waiting twice as long each time; "pending" is asked for as long as it
 *               takes, and never taken back
 *               └─ not found, or silence inquire_count times in a row ──payment.reverse──>
 * reversing reversing   REVERSE (0420, then 0421) until an answer decides; for ever, if need be
 *
 * What decides is in the ledger before anything else is done about the payment. An attempt that
 * the adapter could not take (not up, full) is no attempt.
 */
#include <string.h>

#include "gateway/banks/banks_p.h"

static void reversed(struct banks *banks, struct errand *errand, const struct command *command);

static const struct errand_kind reverse_kind = {"payment.reverse", reversed, NULL};

static void rest_longer(struct banks *banks, struct order *order)
{
    int64_t max_us = banks->config.retry_max_us;
    orders_rest(&banks->orders, order, banks->now_us + order->delay_us);
    order->delay_us = order->delay_us > max_us / 2 ? max_us : order->delay_us * 2;
}

static void begin_reversing(struct banks *banks, struct order *order)
{
    struct payment_named body = {.payment = ""};
    memcpy(body.payment, order->payment.id, sizeof body.payment);
    orders_set_phase(&banks->orders, order, ORDER_TELLING);
    errand_send(banks, &reverse_kind, order->bank, &body)->order = order;
}

static void reversed(struct banks *banks, struct errand *errand, const struct command *command)
{
    struct order *order = errand->order;
    orders_rest(&banks->orders, order, ORDERS_NEVER_US);
    if (command->result != COMMAND_DONE) {
        /* Decided meanwhile by the statement, or a repeat: the store says. */
        scan_from(errand->bank, order->payment.id);
        if (command->result == COMMAND_REFUSED) {
            errand_log_refusal(errand, command);
        }
        return;
    }
    const struct payment_answer *answer = command->answer;
    order->payment.state = answer->state;
    order->payment.proof = answer->proof;
    order->attempt_count = 0;
    order->delay_us = banks->config.retry_first_us;
    order_step(banks, order);
}

static void ask(struct banks *banks, struct order *order, enum adapter_act act)
{
    enum status status = order_ask(banks, order, act, order->attempt_count + 1);
    if (status == STATUS_OK) {
        order->attempt_count++;
    } else if (status == STATUS_LIMIT) {
        orders_rest(&banks->orders, order, banks->now_us + BANKS_REPEAT_US);
    } else {
        orders_rest(&banks->orders, order, banks->now_us + banks->config.retry_max_us);
    }
}

void doubt_step(struct banks *banks, struct order *order)
{
    if (order->delay_us == 0) {
        order->delay_us = banks->config.retry_first_us;
        if (order->payment.proof == PROOF_REVERSING) {
            order->attempt_count = 1; /* begun in another life of this program: this is a repeat */
        }
    }
    if (order->payment.proof == PROOF_REVERSING) {
        ask(banks, order, ADAPTER_REVERSE);
    } else if (order->silence_count >= banks->config.inquire_count) {
        begin_reversing(banks, order);
    } else {
        ask(banks, order, ADAPTER_INQUIRE);
    }
}

/* Whether it says what became of the payment. A reversal that is rejected says nothing: the bank
 * did not take the message. */
static bool decides(const struct adapter_answer *answer)
{
    switch (answer->outcome) {
    case ADAPTER_CONFIRMED:
    case ADAPTER_REVERSED:
        return true;
    case ADAPTER_REJECTED:
        return answer->act == ADAPTER_INQUIRE;
    case ADAPTER_NOT_FOUND:
        return answer->act == ADAPTER_REVERSE;
    case ADAPTER_PENDING:
    case ADAPTER_UNKNOWN:
    case ADAPTER_NOT_SENT:
        return false;
    }
    return false;
}

void doubt_answered(struct banks *banks, struct order *order, const struct adapter_answer *answer)
{
    if (decides(answer)) {
        order_tell(banks, order, answer);
    } else if (answer->outcome == ADAPTER_NOT_SENT) {
        order->attempt_count--;
        orders_rest(&banks->orders, order, banks->now_us + BANKS_REPEAT_US);
    } else if (answer->outcome == ADAPTER_PENDING) {
        doubt_pending(banks, order);
    } else if (answer->outcome == ADAPTER_NOT_FOUND) {
        begin_reversing(banks, order); /* it may come late: the bank is to refuse it then */
    } else {
        order->silence_count++;
        rest_longer(banks, order);
    }
}

void doubt_pending(struct banks *banks, struct order *order)
{
    order->silence_count = 0;
    order->delay_us = banks->config.retry_max_us;
    rest_longer(banks, order);
}
