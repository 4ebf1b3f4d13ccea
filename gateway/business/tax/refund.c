#include "gateway/business/tax/refund.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/text.h"

static const struct field pay_fields[] = {
    TEXT(refund_pay,
         goods_return,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the return: agent and its own number (退货)"),
    TEXT(refund_pay, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    AMOUNT(refund_pay, amount, 0, "how much; absent: all that is owed for it"),
    TEXT(refund_pay,
         creditor_name,
         FIELD_REQUIRED | FIELD_PERSONAL,
         .meaning = "the buyer (订购人)"),
    TEXT(refund_pay,
         creditor_account,
         FIELD_REQUIRED | FIELD_PERSONAL | FIELD_CODE,
         .meaning = "the buyer's account (收款账号)"),
    TEXT(refund_pay,
         creditor_bank,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "at which bank: CNAPS number or BIC (收款行)"),
};
const struct record refund_pay_record =
    RECORD(refund_pay, pay_fields, "Give a buyer's tax back (退税款)");

static const struct field answer_fields[] = {
    TEXT(refund_answer, goods_return, FIELD_REQUIRED, .meaning = "the return"),
    TEXT(refund_answer, payment, FIELD_REQUIRED, .meaning = "the payment"),
    FIELD(refund_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = payment_states,
          .meaning = "where the payment stands"),
    AMOUNT(refund_answer, amount, FIELD_REQUIRED, "of the payment"),
    AMOUNT(refund_answer, owed, FIELD_REQUIRED, "for the return (应退税款)"),
    AMOUNT(refund_answer, paid, FIELD_REQUIRED, "of it, paid or on its way"),
};
const struct record refund_answer_record =
    RECORD(refund_answer, answer_fields, "A payment of tax given back");

/* --- what is owed --- */

static int64_t owed_minor(const struct goods_return *goods_return)
{
    int64_t cancelled = goods_return->withheld == WITHHELD_HERE ? goods_return->cancelled.minor : 0;
    return cancelled + goods_return->lowered.minor; /* parts of taxes that were withheld */
}

static void tell_owed(struct context *context,
                      const struct goods_return *goods_return,
                      const struct declaration *declaration,
                      int64_t amount_minor,
                      bool is_here)
{
    struct notice notice;
    notice_begin(&notice, is_here ? "refund.owed" : "refund.at_agent", goods_return->key);
    notice_text(&notice, "goods_return", goods_return->key);
    notice_text(&notice, "declaration", goods_return->declaration);
    notice_money(&notice, "amount", cny(amount_minor));
    notice_to(&notice, goods_return->agent_number);
    notice_to(&notice, declaration->principal_number);
    notice_send(context, &notice);
}

/* tax.withheld -> refund.payable, or, where the agent keeps the money itself, nothing. */
static enum verdict move_owed(struct context *context,
                              const struct goods_return *goods_return,
                              const struct declaration *declaration,
                              int64_t amount_minor,
                              bool *is_here_out)
{
    struct account_key withheld = {
        .owner = goods_return->agent_number,
        .purpose = PURPOSE_TAX_WITHHELD,
        .currency = CURRENCY_CNY,
    };
    struct account_key refund = withheld;
    refund.purpose = PURPOSE_REFUND_PAYABLE;
    bool is_here = payment_available(context, PURPOSE_TAX_WITHHELD, withheld.owner) >= amount_minor;
    enum verdict verdict =
        is_here ? rule_move(context, &withheld, &refund, amount_minor, TRANSFER_CODE_REFUND_OWED)
                : VERDICT_DONE;
    if (verdict == VERDICT_DONE) {
        tell_owed(context, goods_return, declaration, amount_minor, is_here);
    }
    *is_here_out = is_here;
    return verdict;
}

/* What messages took off the bill is owed for this return: once. */
static enum verdict owe_lowered(struct context *context,
                                struct goods_return *goods_return,
                                const struct declaration *declaration,
                                const struct tax_bill *found)
{
    bool is_here = false;
    struct tax_bill bill = *found;
    int64_t amount = bill.lowered.minor;
    enum verdict verdict = move_owed(context, goods_return, declaration, amount, &is_here);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_here) {
        goods_return->lowered = cny(goods_return->lowered.minor + amount);
    }
    bill.lowered = cny(0);
    tax_bill_put(context, &bill);
    return VERDICT_DONE;
}

static bool is_owed_for(const struct goods_return *goods_return, const struct tax_bill *bill)
{
    return bill->lowered.minor > 0 && strcmp(goods_return->approved_time, bill->said_time) < 0 &&
           assessment_touches(bill, goods_return);
}

enum verdict refund_owe(struct context *context,
                        struct goods_return *goods_return,
                        const struct declaration *declaration,
                        int64_t cancelled_minor)
{
    enum verdict verdict = VERDICT_DONE;
    if (cancelled_minor > 0) {
        bool is_here = false;
        verdict = move_owed(context, goods_return, declaration, cancelled_minor, &is_here);
        goods_return->withheld = is_here ? WITHHELD_HERE : WITHHELD_AT_AGENT;
    }
    const struct declaration_number *number =
        declaration->invt_no[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION_NUMBER, declaration->invt_no);
    const struct declaration_bill *bills = number == NULL ? NULL : number->bills.items;
    for (size_t i = 0; number != NULL && i < number->bills.count && verdict == VERDICT_DONE; i++) {
        const struct tax_bill *bill =
            state_find(context->state, DOCUMENT_TAX_BILL, bills[i].tax_no);
        bool is_owed = bill != NULL && strcmp(bill->declaration, declaration->key) == 0 &&
                       is_owed_for(goods_return, bill);
        if (is_owed) {
            verdict = owe_lowered(context, goods_return, declaration, bill);
        }
    }
    return verdict;
}

static const struct goods_return *newest_before(struct context *context,
                                                const struct declaration *declaration,
                                                const struct tax_bill *bill)
{
    const struct goods_return *newest = NULL;
    const struct declaration_return *returns = declaration->returns.items;
    for (size_t i = 0; i < declaration->returns.count; i++) {
        const struct goods_return *found =
            state_find(context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        bool counts =
            found != NULL && found->state == GOODS_RETURN_ACCEPTED && is_owed_for(found, bill);
        if (counts && (newest == NULL || strcmp(found->approved_time, newest->approved_time) > 0)) {
            newest = found;
        }
    }
    return newest;
}

enum verdict refund_hear_bill(struct context *context,
                              const char *tax_no,
                              const struct declaration *declaration,
                              int64_t by_minor)
{
    const struct tax_bill *found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no);
    if (found == NULL || by_minor == 0) {
        return VERDICT_DONE;
    }
    struct tax_bill bill = *found;
    bill.lowered = cny(bill.lowered.minor + by_minor);
    tax_bill_put(context, &bill);
    found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no); /* the old lists are gone */
    assert(found != NULL);
    const struct goods_return *newest = newest_before(context, declaration, found);
    if (newest == NULL) {
        return VERDICT_DONE; /* nothing went back, or its answer is still on its way */
    }
    struct goods_return goods_return = *newest;
    enum verdict verdict = owe_lowered(context, &goods_return, declaration, found);
    if (verdict == VERDICT_DONE) {
        goods_return_put(context, &goods_return);
    }
    return verdict;
}

/* --- paying it --- */

static int64_t outstanding_minor(const struct payment *payment)
{
    bool is_nothing = payment->state == PAYMENT_REJECTED || payment->state == PAYMENT_CANCELLED;
    return is_nothing ? 0 : payment->amount.minor - payment->returned.minor;
}

/* What is paid or on its way; the payments of which nothing is left make room. */
static int64_t count_paid(struct context *context,
                          const struct goods_return *goods_return,
                          struct goods_return_refund kept_out[REFUND_COUNT_MAX],
                          size_t *kept_count_out)
{
    const struct goods_return_refund *refunds = goods_return->refunds.items;
    int64_t paid = 0;
    size_t count = 0;
    for (size_t i = 0; i < goods_return->refunds.count; i++) {
        const struct payment *payment = payment_find(context, refunds[i].payment);
        if (payment != NULL && outstanding_minor(payment) > 0) {
            kept_out[count++] = refunds[i];
            paid += outstanding_minor(payment); /* no more than was owed */
        }
    }
    *kept_count_out = count;
    return paid;
}

static enum verdict check_pay(struct context *context,
                              const struct refund_pay *command,
                              struct goods_return *goods_return_out)
{
    const struct goods_return *found =
        state_find(context->state, DOCUMENT_GOODS_RETURN, command->goods_return);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_RETURN_UNKNOWN, "/goods_return");
    }
    if (!is_actor(context, found->agent)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/goods_return");
    }
    *goods_return_out = *found;
    return VERDICT_DONE;
}

static enum verdict
check_left(struct context *context, int64_t owed_minor, int64_t paid_minor, struct money *amount)
{
    int64_t left = owed_minor - paid_minor;
    if (amount->currency == CURRENCY_NONE && left > 0) {
        *amount = cny(left);
    }
    if (left > 0 && amount->minor <= left) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_REFUND_EXCEEDED, "/amount");
    refusal_money(context, "owed", cny(owed_minor));
    refusal_money(context, "paid", cny(paid_minor));
    return verdict;
}

static void fill_payment(const struct context *context,
                         const struct refund_pay *command,
                         const struct goods_return *goods_return,
                         struct payment *payment)
{
    payment->fund = PURPOSE_REFUND_PAYABLE;
    payment->payer_number = goods_return->agent_number;
    TEXT_PUT(payment->payer, goods_return->agent);
    TEXT_PUT(payment->bank, command->bank);
    TEXT_PUT(payment->creditor_name, command->creditor_name);
    TEXT_PUT(payment->creditor_account, command->creditor_account);
    TEXT_PUT(payment->creditor_bank, command->creditor_bank);
    TEXT_PUT(payment->goods_return, goods_return->key);
    snprintf(
        payment->reference, sizeof(payment->reference), "refund/%" PRId64, context->command_seq);
    snprintf(
        payment->remittance, sizeof(payment->remittance), "TAX REFUND %s", goods_return->invt_no);
}

enum verdict refund_pay(struct context *context, const void *command_, void *answer_out)
{
    const struct refund_pay *command = command_;
    struct goods_return goods_return = {0};
    struct goods_return_refund refunds[REFUND_COUNT_MAX];
    size_t count = 0;
    struct payment payment = {.amount = command->amount};
    enum verdict verdict = check_pay(context, command, &goods_return);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t owed = owed_minor(&goods_return);
    int64_t paid = count_paid(context, &goods_return, refunds, &count);
    verdict = check_left(context, owed, paid, &payment.amount);
    if (verdict == VERDICT_DONE && count == REFUND_COUNT_MAX) {
        verdict = refuse_field(context, REFUSAL_REFUND_FULL, "/goods_return");
        refusal_integer(context, "payment_count", REFUND_COUNT_MAX);
    }
    if (verdict == VERDICT_DONE) {
        fill_payment(context, command, &goods_return, &payment);
        verdict = payment_begin(context, &payment);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(refunds[count].payment, payment.id);
    goods_return.refunds = (struct list){.items = refunds, .count = count + 1};
    goods_return_put(context, &goods_return);
    struct refund_answer *answer = answer_out;
    *answer = (struct refund_answer){
        .state = payment.state,
        .amount = payment.amount,
        .owed = cny(owed),
        .paid = cny(paid + payment.amount.minor),
    };
    TEXT_PUT(answer->goods_return, goods_return.key);
    TEXT_PUT(answer->payment, payment.id);
    return rule_done(context);
}

void refund_hear(struct context *context, const struct payment *payment)
{
    const char *type = payment->state == PAYMENT_CONFIRMED ? "refund.paid"
                       : payment->state == PAYMENT_REJECTED || payment->state == PAYMENT_CANCELLED
                           ? "refund.unpaid"
                       : payment->state == PAYMENT_RETURNED ? "refund.came_back"
                                                            : NULL;
    if (payment->goods_return[0] == '\0' || type == NULL) {
        return;
    }
    struct notice notice;
    notice_begin(&notice, type, payment->goods_return);
    notice_text(&notice, "goods_return", payment->goods_return);
    notice_text(&notice, "payment", payment->id);
    notice_money(&notice, "amount", payment->amount);
    if (payment->returned.currency != CURRENCY_NONE) {
        notice_money(&notice, "returned", payment->returned);
    }
    notice_to(&notice, payment->payer_number);
    notice_send(context, &notice);
}
