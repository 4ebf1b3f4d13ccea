#include "gateway/business/settlement/settlement_order.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/deadline.h"
#include "gateway/business/time/terms.h"

void settlement_put(struct context *context, const struct settlement_order *order)
{
    state_put(context->state, DOCUMENT_SETTLEMENT_ORDER, order);
    struct notice notice;
    notice_begin(&notice, "settlement_order.changed", order->id);
    notice_text(&notice, "order", order->id);
    notice_text(&notice, "state", name_by_value(settlement_states, order->state));
    notice_text(&notice, "reference", order->reference);
    notice_money(&notice, "amount", order->amount);
    notice_date(&notice, "settlement_day", order->settlement_day);
    if (order->code[0] != '\0') {
        notice_text(&notice, "code", order->code);
    }
    notice_to(&notice, order->merchant_number);
    notice_send(context, &notice);
}

static enum verdict
finish(struct context *context, const struct settlement_order *order, void *answer_out)
{
    struct settlement_answer *answer = answer_out;
    *answer = (struct settlement_answer){
        .state = order->state,
        .amount = order->amount,
        .fee = order->fee,
        .settlement_day = order->settlement_day,
    };
    TEXT_PUT(answer->order, order->id);
    TEXT_PUT(answer->payment, order->payment);
    TEXT_PUT(answer->code, order->code);
    return rule_done(context);
}

date_days settlement_day_of(struct context *context, const char *bank, int64_t days)
{
    int64_t cut_off = terms_of(context, context->today).settlement_cut_off_seconds;
    bool is_late = context->now - date_start(context->today) >= cut_off * INSTANT_US_PER_SECOND;
    date_days day = context->today + (is_late ? 1 : 0);
    const struct bank_link *link = bank_link_find(context, bank);
    if (link != NULL && link->business_day > day) {
        day = link->business_day;
    }
    day = calendar_next_working(context, day);
    return calendar_add_working(context, day, (int)days);
}

/* --- limits --- */

static enum verdict refuse_limit(struct context *context,
                                 enum refusal_code code,
                                 int64_t limit_minor,
                                 int64_t used_minor,
                                 int64_t needed_minor)
{
    enum verdict verdict = refuse(context, code);
    refusal_money(context, "limit", cny(limit_minor));
    refusal_money(context, "used", cny(used_minor));
    refusal_money(context, "needed", cny(needed_minor));
    return verdict;
}

enum verdict settlement_limit_set(struct context *context, const void *command_, void *answer_out)
{
    const struct settlement_limit *command = command_;
    const struct party *merchant = NULL;
    enum verdict verdict =
        party_check(context, command->merchant, PARTY_COMPANY_KINDS, "/merchant", &merchant);
    if (verdict == VERDICT_DONE && command->order_limit.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->order_limit, "/order_limit/currency");
    }
    if (verdict == VERDICT_DONE && command->day_limit.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->day_limit, "/day_limit/currency");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_SETTLEMENT_LIMIT, command);
    *(struct settlement_limit *)answer_out = *command;
    return rule_done(context);
}

static struct settlement_used used_on(struct context *context, const char *merchant, date_days day)
{
    struct settlement_used used = {.ordered = cny(0)};
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    snprintf(used.key, sizeof(used.key), "%s/%s", merchant, date);
    const struct settlement_used *found =
        state_find(context->state, DOCUMENT_SETTLEMENT_USED, used.key);
    return found == NULL ? used : *found;
}

static enum verdict
check_limits(struct context *context, const struct settlement_order *order, int64_t used_minor)
{
    const struct settlement_limit *limit =
        state_find(context->state, DOCUMENT_SETTLEMENT_LIMIT, order->merchant);
    int64_t amount = order->amount.minor;
    if (limit != NULL && limit->order_limit.currency != CURRENCY_NONE &&
        amount > limit->order_limit.minor) {
        return refuse_limit(context, REFUSAL_SETTLEMENT_LIMIT, limit->order_limit.minor, 0, amount);
    }
    int64_t sum;
    if (!amount_add(used_minor, amount, &sum)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    if (limit != NULL && limit->day_limit.currency != CURRENCY_NONE &&
        sum > limit->day_limit.minor) {
        return refuse_limit(
            context, REFUSAL_SETTLEMENT_DAY_LIMIT, limit->day_limit.minor, used_minor, amount);
    }
    return VERDICT_DONE;
}

/* --- money --- */

static enum verdict clearing_move(struct context *context,
                                  int64_t merchant,
                                  enum purpose from,
                                  enum purpose to,
                                  int64_t amount_minor,
                                  enum transfer_code code)
{
    struct account_key debit = {.owner = merchant, .purpose = from, .currency = CURRENCY_CNY};
    struct account_key credit = {.owner = merchant, .purpose = to, .currency = CURRENCY_CNY};
    return rule_move(context, &debit, &credit, amount_minor, code);
}

enum verdict settlement_shift(struct context *context,
                              int64_t from,
                              int64_t to,
                              int64_t amount_minor,
                              enum transfer_code code)
{
    struct account_key debit = {
        .owner = from, .purpose = PURPOSE_PAYMENT_CLEARING, .currency = CURRENCY_CNY};
    struct account_key credit = debit;
    credit.owner = to;
    return rule_move(context, &debit, &credit, amount_minor, code);
}

enum verdict settlement_give_back(struct context *context,
                                  struct settlement_order *order,
                                  enum settlement_state state)
{
    order->state = (int32_t)state;
    enum verdict verdict = clearing_move(context,
                                         order->merchant_number,
                                         PURPOSE_PAYMENT_CLEARING,
                                         PURPOSE_MERCHANT_PAYABLE,
                                         order->amount.minor + order->fee.minor,
                                         TRANSFER_CODE_SETTLEMENT_RELEASED);
    if (verdict == VERDICT_DONE) {
        settlement_put(context, order);
    }
    return verdict;
}

/* --- on its way --- */

static enum verdict
begin_payment(struct context *context, struct settlement_order *order, const char *payment_id)
{
    struct payment payment = {
        .amount = order->amount,
        .fund = PURPOSE_PAYMENT_CLEARING,
        .payer_number = order->merchant_number,
    };
    TEXT_PUT(payment.id, payment_id);
    TEXT_PUT(payment.payer, order->merchant);
    TEXT_PUT(payment.bank, order->payout_bank);
    TEXT_PUT(payment.reference, order->id);
    TEXT_PUT(payment.creditor_name, order->creditor_name);
    TEXT_PUT(payment.creditor_account, order->creditor_account);
    TEXT_PUT(payment.creditor_bank, order->creditor_bank);
    TEXT_PUT(payment.remittance, order->remittance);
    TEXT_PUT(payment.approver, order->approver);
    TEXT_PUT(payment.settlement, order->id);
    enum verdict verdict = payment_begin(context, &payment);
    if (verdict == VERDICT_DONE) {
        TEXT_PUT(order->payment, payment.id);
        order->state = SETTLEMENT_SENT;
        settlement_put(context, order);
    }
    return verdict;
}

enum verdict
settlement_pay(struct context *context, struct settlement_order *order, const char *payment_id)
{
    enum verdict verdict = begin_payment(context, order, payment_id);
    if (verdict != VERDICT_REFUSED) {
        return verdict;
    }
    snprintf(order->code, sizeof(order->code), "%.32s", refusal_code_text(context->refusal.code));
    context->refusal = (struct refusal){0};
    return settlement_give_back(context, order, SETTLEMENT_REJECTED);
}

/* An approved order goes where it is bound for. */
static enum verdict proceed(struct context *context, struct settlement_order *order)
{
    order->state = SETTLEMENT_APPROVED;
    if (order->mode == SETTLEMENT_WINDOW) {
        enum verdict verdict = window_join(context, order);
        if (verdict == VERDICT_DONE) {
            settlement_put(context, order);
        }
        return verdict;
    }
    if (order->settlement_day <= context->today) {
        return begin_payment(context, order, "");
    }
    deadline_set(context, COMMAND_ORDER_RELEASE, order->id, order->settlement_day);
    settlement_put(context, order);
    return VERDICT_DONE;
}

/* --- create --- */

static enum verdict check_banks(struct context *context, const struct settlement_order *order)
{
    const struct party *bank = NULL;
    enum verdict verdict = party_check(context, order->bank, 1U << PARTY_BANK, "/bank", &bank);
    if (verdict == VERDICT_DONE && bank_link_find(context, order->bank) == NULL) {
        verdict = refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/bank");
    }
    if (verdict == VERDICT_DONE && order->mode == SETTLEMENT_WINDOW) {
        verdict = party_check(context, order->payout_bank, 1U << PARTY_BANK, "/payout_bank", &bank);
        if (verdict == VERDICT_DONE && bank_link_find(context, order->payout_bank) == NULL) {
            verdict = refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/payout_bank");
        }
    }
    return verdict;
}

static enum verdict check_create(struct context *context,
                                 const struct settlement_create *command,
                                 const struct settlement_order *order,
                                 const struct settlement_number *number)
{
    if ((PARTY_COMPANY_KINDS & 1U << context->actor->kind) == 0) {
        return refuse(context, REFUSAL_PARTY_KIND);
    }
    bool names_window = command->window[0] != '\0' && command->payout_bank[0] != '\0';
    bool names_none = command->window[0] == '\0' && command->payout_bank[0] == '\0';
    if (command->mode == SETTLEMENT_WINDOW ? !names_window : !names_none) {
        return refuse_field(context, REFUSAL_SETTLEMENT_MODE, "/mode");
    }
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = check_banks(context, order);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct settlement_number *known =
        state_find(context->state, DOCUMENT_SETTLEMENT_NUMBER, number->key);
    if (known != NULL) {
        verdict = refuse_field(context, REFUSAL_SETTLEMENT_EXISTS, "/reference");
        refusal_text(context, "order", known->order);
        return verdict;
    }
    int64_t needed =
        order->amount.minor + order->fee.minor; /* both far below the limit of 63 bits */
    int64_t available =
        payment_available(context, PURPOSE_MERCHANT_PAYABLE, order->merchant_number);
    if (available < needed) {
        verdict = refuse(context, REFUSAL_PAYMENT_INSUFFICIENT);
        refusal_money(context, "available", cny(available));
        refusal_money(context, "needed", cny(needed));
    }
    return verdict;
}

static void fill(struct context *context,
                 const struct settlement_create *command,
                 struct settlement_order *order)
{
    struct fee fee = fee_of(context, context->actor->id, FEE_PAYOUT, command->amount.minor);
    *order = (struct settlement_order){
        .state = SETTLEMENT_CREATED,
        .mode = command->mode,
        .purpose = command->purpose,
        .amount = command->amount,
        .fee = cny(fee.minor),
        .fee_house = fee.house_number,
        .days = command->days,
        .settlement_day = settlement_day_of(context, command->bank, command->days),
        .created_on = context->today,
        .merchant_number = context->actor->number,
    };
    snprintf(order->id, sizeof(order->id), "O%012" PRId64, context->command_seq);
    TEXT_PUT(order->merchant, context->actor->id);
    TEXT_PUT(order->reference, command->reference);
    TEXT_PUT(order->bank, command->bank);
    bool is_window = command->mode == SETTLEMENT_WINDOW;
    TEXT_PUT(order->payout_bank, is_window ? command->payout_bank : command->bank);
    TEXT_PUT(order->window, command->window);
    TEXT_PUT(order->creditor_name, command->creditor_name);
    TEXT_PUT(order->creditor_account, command->creditor_account);
    TEXT_PUT(order->creditor_bank, command->creditor_bank);
    TEXT_PUT(order->remittance, command->remittance);
}

enum verdict settlement_create(struct context *context, const void *command_, void *answer_out)
{
    const struct settlement_create *command = command_;
    struct settlement_order order;
    fill(context, command, &order);
    struct settlement_number number = {0};
    snprintf(number.key, sizeof(number.key), "%s/%s", order.merchant, order.reference);
    TEXT_PUT(number.order, order.id);
    struct settlement_used used = used_on(context, order.merchant, context->today);
    enum verdict verdict = check_create(context, command, &order, &number);
    if (verdict == VERDICT_DONE) {
        verdict = check_limits(context, &order, used.ordered.minor);
    }
    if (verdict == VERDICT_DONE && order.mode == SETTLEMENT_WINDOW) {
        verdict = window_check_join(context, &order);
    }
    if (verdict == VERDICT_DONE) {
        verdict = clearing_move(context,
                                order.merchant_number,
                                PURPOSE_MERCHANT_PAYABLE,
                                PURPOSE_PAYMENT_CLEARING,
                                order.amount.minor + order.fee.minor,
                                TRANSFER_CODE_SETTLEMENT_HELD);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    used.ordered.minor += order.amount.minor;
    state_put(context->state, DOCUMENT_SETTLEMENT_USED, &used);
    state_put(context->state, DOCUMENT_SETTLEMENT_NUMBER, &number);
    int64_t above = terms_of(context, context->today).payment_approval_above_minor;
    if (order.amount.minor <= above) {
        verdict = proceed(context, &order);
    } else {
        settlement_put(context, &order);
    }
    return verdict == VERDICT_DONE ? finish(context, &order, answer_out) : verdict;
}

/* --- approve, cancel, release --- */

static enum verdict
get(struct context *context, const char *id, unsigned states, struct settlement_order *order_out)
{
    const struct settlement_order *found =
        state_find(context->state, DOCUMENT_SETTLEMENT_ORDER, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_SETTLEMENT_ORDER_UNKNOWN, "/order");
    }
    *order_out = *found;
    if ((states & 1U << found->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_SETTLEMENT_STATE);
    refusal_text(context, "state", name_by_value(settlement_states, order_out->state));
    return verdict;
}

enum verdict settlement_approve(struct context *context, const void *command_, void *answer_out)
{
    const struct settlement_named *command = command_;
    struct settlement_order order;
    enum verdict verdict = get(context, command->order, 1U << SETTLEMENT_CREATED, &order);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_actor(context, order.merchant)) {
        return refuse(context, REFUSAL_APPROVAL_FOUR_EYES);
    }
    TEXT_PUT(order.approver, context->actor->id);
    verdict = proceed(context, &order);
    return verdict == VERDICT_DONE ? finish(context, &order, answer_out) : verdict;
}

enum verdict settlement_cancel(struct context *context, const void *command_, void *answer_out)
{
    const struct settlement_named *command = command_;
    struct settlement_order order;
    unsigned states =
        1U << SETTLEMENT_CREATED | 1U << SETTLEMENT_APPROVED | 1U << SETTLEMENT_QUEUED;
    const struct settlement_order *found =
        state_find(context->state, DOCUMENT_SETTLEMENT_ORDER, command->order);
    if (found != NULL && context->actor_role != ROLE_OPERATOR &&
        !is_actor(context, found->merchant)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    enum verdict verdict = get(context, command->order, states, &order);
    if (verdict == VERDICT_DONE && order.state == SETTLEMENT_QUEUED) {
        verdict = window_leave(context, &order);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (order.state == SETTLEMENT_APPROVED && order.mode == SETTLEMENT_GROSS) {
        deadline_set(context, COMMAND_ORDER_RELEASE, order.id, DATE_NONE);
    }
    struct settlement_used used = used_on(context, order.merchant, order.created_on);
    used.ordered.minor -= order.amount.minor;
    state_put(context->state, DOCUMENT_SETTLEMENT_USED, &used);
    verdict = settlement_give_back(context, &order, SETTLEMENT_CANCELLED);
    return verdict == VERDICT_DONE ? finish(context, &order, answer_out) : verdict;
}

enum verdict settlement_release(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct settlement_order order;
    enum verdict verdict = deadline_take(context, COMMAND_ORDER_RELEASE, command);
    if (verdict == VERDICT_DONE) {
        verdict = get(context, command->subject, 1U << SETTLEMENT_APPROVED, &order);
    }
    if (verdict == VERDICT_DONE) {
        verdict = settlement_pay(context, &order, "");
    }
    return verdict == VERDICT_DONE ? finish(context, &order, answer_out) : verdict;
}
