#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"

static const struct {
    enum payment_state state;
    enum payment_step step; /* none where nothing moves */
    bool is_moving;
    const char *event;
} outcomes[] = {
    [TURN_CONFIRM] = {PAYMENT_CONFIRMED, STEP_CONFIRM, true,  "payment.confirmed"},
    [TURN_REJECT] = {PAYMENT_REJECTED,  STEP_REJECT,  true,  "payment.rejected" },
    [TURN_UNDO] = {PAYMENT_REJECTED,  STEP_REJECT,  true,  "payment.rejected" },
    [TURN_DOUBT] = {PAYMENT_IN_DOUBT,  STEP_HOLD,    false, "payment.in_doubt" },
    [TURN_UNSEND] = {PAYMENT_APPROVED,  STEP_UNSEND,  true,  "payment.approved" },
    [TURN_TAKE_BACK] = {PAYMENT_RETURNED,  STEP_RETURN,  true,  "payment.returned" },
};

static date_days first_day(date_days told, date_days otherwise)
{
    return told != DATE_NONE ? told : otherwise;
}

/* What was not paid does not use up the limit of the day. */
static void
give_back(struct context *context, const struct payment *payment, const struct bank_link *found)
{
    if (payment->business_day == found->business_day) {
        struct bank_link link = *found;
        link.sent_today.minor -= payment->amount.minor;
        assert(link.sent_today.minor >= 0);
        bank_link_put(context, &link);
    }
}

/* The totals of the bank's days, and of the link's. Before the payment is changed. */
static void
count(struct context *context, struct payment *payment, enum payment_turn turn, date_days told_day)
{
    const struct bank_link *link = bank_link_find(context, payment->bank);
    if (link == NULL) {
        return; /* not in memory yet: the rule ends with FETCH */
    }
    date_days reversed_on = first_day(told_day, link->business_day);
    switch (turn) {
    case TURN_CONFIRM:
        payment->settlement_day = first_day(told_day, payment->business_day);
        bank_day_count(context, link, payment->settlement_day, DAY_PAID, payment->amount);
        bank_day_await(context, link, payment->settlement_day);
        break;
    case TURN_UNDO:
        payment->settlement_day = payment->business_day;
        bank_day_count(context, link, payment->settlement_day, DAY_PAID, payment->amount);
        payment->undone_day = reversed_on;
        bank_day_count(context, link, reversed_on, DAY_REVERSED, payment->amount);
        give_back(context, payment, link);
        break;
    case TURN_TAKE_BACK:
        payment->undone_day = reversed_on;
        bank_day_count(context, link, reversed_on, DAY_REVERSED, payment->amount);
        payment->awaited_on = bank_day_await_open(context, link, reversed_on, link->business_day);
        break;
    case TURN_REJECT:
    case TURN_UNSEND:
        give_back(context, payment, link);
        break;
    case TURN_NONE:
    case TURN_DOUBT:
        break;
    }
}

static void
change(struct payment *payment, enum payment_turn turn, const struct payment_answer_told *told)
{
    payment->state = (int32_t)outcomes[turn].state;
    payment->proof = turn == TURN_DOUBT ? PROOF_INQUIRING : 0;
    TEXT_PUT(payment->code, told->code);
    if (told->bank_reference[0] != '\0') {
        TEXT_PUT(payment->bank_reference, told->bank_reference);
    }
    if (turn == TURN_UNSEND) {
        payment->trace = 0;
        payment->sent_at = INSTANT_NONE;
        payment->business_day = DATE_NONE;
    } else if (turn == TURN_TAKE_BACK) {
        payment->returned = payment->amount;
    }
}

/* Whose payment it is learns what became of it. */
static enum verdict hear(struct context *context, const struct payment *payment)
{
    refund_hear(context, payment);
    enum verdict verdict = tax_statement_hear(context, payment);
    return verdict == VERDICT_DONE ? settlement_hear(context, payment) : verdict;
}

enum verdict payment_turn(struct context *context,
                          struct payment *payment,
                          enum payment_turn turn,
                          const struct payment_answer_told *told)
{
    if (outcomes[turn].is_moving) {
        enum verdict verdict =
            payment_move(context, payment, outcomes[turn].step, payment->amount.minor);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    count(context, payment, turn, told->settlement_day);
    change(payment, turn, told);
    payment_put(context, payment, outcomes[turn].event);
    return hear(context, payment);
}

/* --- money that comes back --- */

bool payment_fits_return(const struct payment *payment, const char *bank, struct money amount)
{
    unsigned states = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT | 1U << PAYMENT_CONFIRMED |
                      1U << PAYMENT_RETURNED;
    return strcmp(payment->bank, bank) == 0 && (states & 1U << payment->state) != 0 &&
           amount.currency == payment->amount.currency &&
           amount.minor <= payment->amount.minor - payment->returned.minor;
}

enum verdict
payment_book_return(struct context *context, struct payment *payment, struct funds *funds)
{
    enum verdict verdict = VERDICT_DONE;
    if (payment->state == PAYMENT_SENT || payment->state == PAYMENT_IN_DOUBT) {
        struct payment_answer_told nothing = {0};
        TEXT_PUT(nothing.code, payment->code);
        verdict = payment_turn(context, payment, TURN_CONFIRM, &nothing);
    }
    if (verdict == VERDICT_DONE) {
        verdict = payment_move(context, payment, STEP_RETURN, funds->amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct bank_link *link = bank_link_find(context, payment->bank);
    if (link != NULL) {
        bank_day_count(context, link, funds->value_date, DAY_REVERSED, funds->amount);
    }
    funds_await(context, funds);
    payment->state = PAYMENT_RETURNED;
    payment->returned = (struct money){
        .minor = payment->returned.minor + funds->amount.minor,
        .currency = payment->amount.currency,
    };
    payment_put(context, payment, "payment.returned");
    funds->state = FUNDS_RETURNED;
    TEXT_PUT(funds->principal, payment->payer);
    return hear(context, payment);
}

/* Nobody's payment; the statement will show it all the same. */
static enum verdict suspend(struct context *context, const struct party *bank, struct funds *funds)
{
    funds_await(context, funds);
    funds->state = FUNDS_SUSPENSE;
    return funds_suspend(context, bank, funds);
}

enum verdict payment_return(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_returned *command = command_;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct party *bank = party_find(context, command->bank);
    if (bank == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/bank");
    }
    struct funds funds = {
        .amount = command->amount,
        .value_date = command->value_date,
        .told_by = FUNDS_TOLD_BY_ADVICE,
    };
    snprintf(funds.key, sizeof(funds.key), "%s/%s", command->bank, command->bank_reference);
    TEXT_PUT(funds.bank, command->bank);
    TEXT_PUT(funds.payment_reference, command->payment);
    const struct funds *known = NULL;
    verdict = funds_check_once(context, &funds, &known);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (known != NULL) {
        payment_fill_answer(&payment, HEARD_IGNORED, answer_out);
        return rule_done(context);
    }
    if (payment_fits_return(&payment, command->bank, command->amount)) {
        verdict = payment_book_return(context, &payment, &funds);
        payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    } else {
        verdict = suspend(context, bank, &funds);
        payment_fill_answer(&payment, HEARD_SUSPENSE, answer_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_FUNDS, &funds);
    return rule_done(context);
}
