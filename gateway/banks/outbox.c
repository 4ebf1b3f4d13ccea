/*
 * Payments on their way out: sent by the ledger first, then by the adapter. What was once given to
 * an adapter is never given again: only the answer, an inquiry or a reversal moves it.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

static void sent(struct banks *banks, struct errand *errand, const struct command *command);
static void not_sent(struct banks *banks, struct errand *errand);
static void told(struct banks *banks, struct errand *errand, const struct command *command);

static const struct errand_kind send_kind = {"payment.send", sent, not_sent};
static const struct errand_kind tell_kind = {"payment.answer", told, NULL};

static bool is_final(const struct payment *payment)
{
    return payment->state != PAYMENT_APPROVED && payment->state != PAYMENT_SENT &&
           payment->state != PAYMENT_IN_DOUBT;
}

/* --- into the table --- */

/* Half of the table is for payments not sent yet, the same for each bank: those of a bank that is
 * away never crowd out another's, nor what must be inquired about. */
static size_t waiting_count_max(const struct banks *banks)
{
    size_t share = banks->config.open_count_max / 2 / banks->bank_count;
    return share == 0 ? 1 : share;
}

struct order *order_admit(struct banks *banks, struct bank *bank, const struct payment *payment)
{
    bool has_room =
        payment->state != PAYMENT_APPROVED || bank->waiting.count < waiting_count_max(banks);
    struct order *order = has_room ? orders_add(&banks->orders, bank, payment) : NULL;
    if (order == NULL) {
        scan_leave(bank, payment);
    }
    return order;
}

/* --- out of the ledger --- */

static bool can_send(const struct banks *banks, const struct bank *bank)
{
    return bank->is_up && bank->is_link_known && bank->link.state == BANK_LINK_OPEN &&
           !bank->is_scan_due && banks->now_us >= bank->paused_until_us;
}

static void bank_pause(struct banks *banks, struct bank *bank)
{
    bank->paused_until_us = banks->now_us + BANKS_REPEAT_US;
}

static void bank_send(struct banks *banks, struct bank *bank)
{
    while (bank->paying_count < bank->window) {
        struct order *order = order_queue_take(&banks->orders, &bank->waiting);
        if (order == NULL) {
            break;
        }
        if (order->payment.state != PAYMENT_APPROVED) {
            order_step(banks, order); /* cancelled while it waited */
            continue;
        }
        struct payment_named body = {.payment = ""};
        memcpy(body.payment, order->payment.id, sizeof body.payment);
        orders_set_phase(&banks->orders, order, ORDER_SENDING);
        order->sent_trace = 0;
        bank->sending_count++;
        bank->paying_count++;
        errand_send(banks, &send_kind, bank, &body)->order = order;
    }
}

/* Whether what was left in the store may have room now. */
static void look_for_more(struct banks *banks, struct bank *bank)
{
    bool has_room = bank->waiting.count <= waiting_count_max(banks) / 2 ||
                    (bank->is_doubt_left && banks->orders.count < banks->orders.count_max);
    if (bank->more_from[0] != '\0' && has_room && banks->now_us >= bank->more_due_us &&
        !bank->is_scan_due) {
        bank->is_scan_due = true;
        bank->is_refill = !bank->is_doubt_left;
    }
}

void outbox_run(struct banks *banks)
{
    for (size_t i = 0; i < banks->bank_count; i++) {
        look_for_more(banks, &banks->banks[i]);
        if (can_send(banks, &banks->banks[i])) {
            bank_send(banks, &banks->banks[i]);
        }
    }
}

static void sent(struct banks *banks, struct errand *errand, const struct command *command)
{
    struct order *order = errand->order;
    errand->bank->sending_count--;
    if (command->result == COMMAND_DONE) {
        const struct payment_answer *answer = command->answer;
        order->sent_trace = answer->trace;
        errand->bank->refused_with = REFUSAL_NONE;
        return; /* the news of it says all the rest */
    }
    if (command->refusal.code != errand->bank->refused_with) {
        errand->bank->refused_with = command->refusal.code;
        errand_log_refusal(errand, command); /* once, not for every payment that meets the limit */
    }
    errand->bank->paying_count--;
    /* A limit, or somebody was faster: news will say so; else it is tried again later. */
    orders_rest(&banks->orders, order, banks->now_us + banks->config.retry_max_us);
}

static void not_sent(struct banks *banks, struct errand *errand)
{
    errand->bank->sending_count--;
    errand->bank->paying_count--;
    order_queue_append(&banks->orders, &errand->bank->waiting, errand->order);
    bank_pause(banks, errand->bank);
}

/* --- to the adapter --- */

static void
order_fill(struct banks *banks, const struct payment *payment, struct payment_order *order_out)
{
    *order_out = (struct payment_order){
        .amount = payment->amount,
        .trace = payment->trace,
        .sent_at = payment->sent_at,
        .business_day = payment->business_day,
    };
    _Static_assert(sizeof order_out->reference >= sizeof payment->id, "an id is a reference");
    memcpy(order_out->reference, payment->id, sizeof payment->id);
    (void)snprintf(order_out->debtor_name,
                   sizeof order_out->debtor_name,
                   "%s",
                   name_of(banks, payment->payer));
    memcpy(order_out->creditor_name, payment->creditor_name, sizeof payment->creditor_name);
    memcpy(
        order_out->creditor_account, payment->creditor_account, sizeof payment->creditor_account);
    memcpy(order_out->creditor_bank, payment->creditor_bank, sizeof payment->creditor_bank);
    memcpy(order_out->remittance, payment->remittance, sizeof payment->remittance);
}

enum status
order_ask(struct banks *banks, struct order *order, enum adapter_act act, int64_t attempt)
{
    struct bank *bank = order->bank;
    struct adapter *adapter = atomic_load(&bank->adapter);
    struct adapter_request request = {.act = act, .attempt = attempt};
    if (adapter == NULL) {
        return STATUS_AGAIN;
    }
    order_fill(banks, &order->payment, &request.order);
    if (act == ADAPTER_PAY && request.order.debtor_name[0] == '\0') {
        return STATUS_AGAIN; /* the store is away: nobody is paid without saying by whom */
    }
    enum status status = adapter_request(adapter, &request);
    if (status == STATUS_OK) {
        orders_set_phase(&banks->orders, order, ORDER_ASKING);
        order->act = act;
    }
    return status;
}

/* More was sent than the adapter can take. Once for all that come back together. */
static void window_shrink(struct banks *banks, struct bank *bank)
{
    if (banks->now_us >= bank->paused_until_us) {
        bank->window = bank->window / 2 + 1;
    }
    bank_pause(banks, bank);
}

static void window_grow(struct bank *bank)
{
    if (bank->window < WINDOW_MAX && bank->paying_count + 1 >= bank->window) {
        bank->window++;
    }
}

/* It is durable that it goes out now: it may. */
static void order_pay(struct banks *banks, struct order *order)
{
    struct bank *bank = order->bank;
    enum status status = order_ask(banks, order, ADAPTER_PAY, order->payment.send_count);
    if (status == STATUS_OK) {
        return;
    }
    bank->paying_count--;
    window_shrink(banks, bank);
    struct adapter_answer answer = {
        .act = ADAPTER_PAY,
        .attempt = order->payment.send_count,
        .outcome = ADAPTER_NOT_SENT,
    };
    order_tell(banks, order, &answer);
}

/* --- back from it --- */

void order_tell(struct banks *banks, struct order *order, const struct adapter_answer *answer)
{
    struct payment_answer_told body = {
        .act = (int32_t)answer->act,
        .attempt = answer->attempt,
        .outcome = (int32_t)answer->outcome,
        .settlement_day = answer->settlement_day,
    };
    memcpy(body.payment, order->payment.id, sizeof body.payment);
    memcpy(body.code, answer->code, sizeof body.code);
    memcpy(body.bank_reference, answer->bank_reference, sizeof body.bank_reference);
    orders_set_phase(&banks->orders, order, ORDER_TELLING);
    errand_send(banks, &tell_kind, order->bank, &body)->order = order;
}

static void order_learn(struct order *order, const struct payment_answer *answer)
{
    order->payment.state = answer->state;
    order->payment.proof = answer->proof;
}

static void told(struct banks *banks, struct errand *errand, const struct command *command)
{
    struct order *order = errand->order;
    if (command->result == COMMAND_DONE) {
        order_learn(order, command->answer);
    } else if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
        orders_rest(&banks->orders, order, banks->now_us + banks->config.retry_max_us);
        return;
    } else {
        scan_from(errand->bank, order->payment.id); /* a repeat: the store says what came of it */
        orders_rest(&banks->orders, order, ORDERS_NEVER_US);
        return;
    }
    const struct payment_answer_told *body = (const void *)errand->body;
    orders_rest(&banks->orders, order, ORDERS_NEVER_US);
    if (order->payment.state == PAYMENT_IN_DOUBT && body->outcome == ADAPTER_PENDING) {
        doubt_pending(banks, order);
    } else {
        order_step(banks, order);
    }
}

void order_answered(struct banks *banks, const struct adapter_answer *answer)
{
    struct order *order = orders_find(&banks->orders, answer->reference);
    if (order == NULL || order->phase != ORDER_ASKING || order->act != answer->act) {
        LOG(LOG_ERROR,
            "an adapter answered what was not asked",
            LOG_TEXT("payment", answer->reference),
            LOG_NUMBER("act", answer->act));
        return;
    }
    if (answer->act != ADAPTER_PAY) {
        doubt_answered(banks, order, answer);
        return;
    }
    order->bank->paying_count--;
    if (answer->outcome == ADAPTER_NOT_SENT) {
        window_shrink(banks, order->bank);
    } else {
        window_grow(order->bank);
    }
    order_tell(banks, order, answer);
}

/* --- what comes next --- */

void order_step(struct banks *banks, struct order *order)
{
    if (is_final(&order->payment)) {
        orders_remove(&banks->orders, order);
    } else if (order->payment.state == PAYMENT_APPROVED) {
        order->attempt_count = 0;
        order->silence_count = 0;
        order->delay_us = 0;
        order_queue_append(&banks->orders, &order->bank->waiting, order);
    } else if (order->payment.state == PAYMENT_SENT) {
        /* Sent before this table knew of it: nobody will answer. */
        struct adapter_answer answer = {
            .act = ADAPTER_PAY,
            .attempt = order->payment.send_count,
            .outcome = ADAPTER_UNKNOWN,
        };
        order_tell(banks, order, &answer);
    } else {
        doubt_step(banks, order);
    }
}

void order_found(struct banks *banks, struct order *order, const struct payment *payment)
{
    order->payment = *payment;
    switch (order->phase) {
    case ORDER_SENDING:
        /* It is durable, the news of it are not here yet. The same trace: nobody else sent it. */
        if (payment->state == PAYMENT_SENT && payment->trace == order->sent_trace) {
            order_pay(banks, order);
            break;
        }
        order->bank->paying_count--;
        orders_rest(&banks->orders, order, ORDERS_NEVER_US);
        order_step(banks, order);
        break;
    case ORDER_RESTING:
        order_step(banks, order);
        break;
    case ORDER_FREE:
    case ORDER_WAITING:
    case ORDER_ASKING:
    case ORDER_TELLING:
        break;
    }
}

static void order_update(struct banks *banks, struct order *order, const struct payment *payment)
{
    order->payment = *payment;
    switch (order->phase) {
    case ORDER_SENDING:
        if (payment->state == PAYMENT_SENT) {
            order_pay(banks, order);
        }
        break;
    case ORDER_RESTING:
        if (is_final(payment)) {
            orders_remove(&banks->orders, order);
        }
        break;
    case ORDER_FREE:
    case ORDER_WAITING: /* looked at when its turn comes */
    case ORDER_ASKING:  /* and when it is answered */
    case ORDER_TELLING:
        break;
    }
}

void outbox_news(struct banks *banks, const struct payment *payment)
{
    struct order *order = orders_find(&banks->orders, payment->id);
    if (order != NULL) {
        order_update(banks, order, payment);
        return;
    }
    struct bank *bank = banks_find(banks, payment->bank);
    if (bank != NULL && payment->state == PAYMENT_APPROVED) {
        order = order_admit(banks, bank, payment);
        if (order != NULL) {
            order_step(banks, order);
        }
    }
}

void outbox_link_news(struct banks *banks, const struct bank_link *link)
{
    struct bank *bank = banks_find(banks, link->bank);
    if (bank == NULL) {
        return;
    }
    /* What was refused may be allowed now: another day, other limits, switched on again. Every
     * payment changes the link too (its STAN): only those three count. */
    bool is_eased = bank->link.state != link->state ||
                    bank->link.business_day != link->business_day ||
                    bank->link.day_limit.minor != link->day_limit.minor ||
                    bank->link.payment_limit.minor != link->payment_limit.minor;
    bank->link = *link;
    bank->is_link_known = true;
    if (bank->heard_day <= link->business_day) {
        bank->heard_day = DATE_NONE;
        bank->is_behind = false;
    }
    if (is_eased) {
        orders_wake(&banks->orders, bank, PAYMENT_APPROVED, banks->now_us);
    }
}
