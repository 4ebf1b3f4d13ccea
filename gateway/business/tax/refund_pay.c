/* How a buyer gets back what is owed to it, whatever it is owed for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/creditor.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/compensation/claim.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/text.h"

static const struct field pay_fields[] = {
    TEXT(refund_pay,
         goods_return,
         FIELD_CODE,
         .meaning = "the return: agent and its own number (退货)"),
    TEXT(refund_pay, claim, FIELD_CODE, .meaning = "or the claim (赔案编号)"),
    TEXT(refund_pay, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    AMOUNT(refund_pay, amount, 0, "how much; absent: all that is owed for it"),
    CREDITOR_FIELDS(refund_pay),
};
const struct record refund_pay_record =
    RECORD(refund_pay, pay_fields, "Pay a buyer what it gets back (退款)");

static const struct field answer_fields[] = {
    TEXT(refund_answer, goods_return, 0, .meaning = "the return"),
    TEXT(refund_answer, claim, 0, .meaning = "the claim"),
    TEXT(refund_answer, payment, FIELD_REQUIRED, .meaning = "the payment"),
    FIELD(refund_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = payment_states,
          .meaning = "where the payment stands"),
    AMOUNT(refund_answer, amount, FIELD_REQUIRED, "of the payment"),
    AMOUNT(refund_answer, owed, FIELD_REQUIRED, "for the return or claim (应退款)"),
    AMOUNT(refund_answer, paid, FIELD_REQUIRED, "of it, paid or on its way"),
};
const struct record refund_answer_record =
    RECORD(refund_answer, answer_fields, "A payment to a buyer");

/* What a buyer gets back for one return or claim. */
struct refund {
    bool is_claim;
    struct goods_return goods_return;
    struct claim_draft claim;
    int64_t owed_minor;
    int64_t paid_minor; /* or on its way */
    struct payment_named payments[REFUND_COUNT_MAX];
    size_t payment_count;
};

/* --- for what --- */

static enum verdict
find_return(struct context *context, const char *key, struct refund *refund, struct list *payments)
{
    const struct goods_return *found = state_find(context->state, DOCUMENT_GOODS_RETURN, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_RETURN_UNKNOWN, "/goods_return");
    }
    if (!is_actor(context, found->agent)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/goods_return");
    }
    int64_t cancelled = found->withheld == WITHHELD_HERE ? found->cancelled.minor : 0;
    refund->owed_minor = cancelled + found->lowered.minor; /* parts of taxes that were withheld */
    refund->goods_return = *found;
    *payments = found->refunds;
    return VERDICT_DONE;
}

static enum verdict
find_claim(struct context *context, const char *id, struct refund *refund, struct list *payments)
{
    enum verdict verdict = claim_get(context, id, &refund->claim);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, refund->claim.it.insured)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/claim");
    }
    refund->is_claim = true;
    refund->owed_minor = refund->claim.it.to_buyer.minor;
    *payments = refund->claim.it.refunds;
    return VERDICT_DONE;
}

static int64_t outstanding_minor(const struct payment *payment)
{
    bool is_nothing = payment->state == PAYMENT_REJECTED || payment->state == PAYMENT_CANCELLED;
    return is_nothing ? 0 : payment->amount.minor - payment->returned.minor;
}

/* What is paid or on its way; the payments of which nothing is left make room. */
static void count_paid(struct context *context, const struct list *payments, struct refund *refund)
{
    const struct payment_named *named = payments->items;
    for (size_t i = 0; i < payments->count; i++) {
        const struct payment *payment = payment_find(context, named[i].payment);
        if (payment != NULL && outstanding_minor(payment) > 0) {
            refund->payments[refund->payment_count++] = named[i];
            refund->paid_minor += outstanding_minor(payment); /* no more than was owed */
        }
    }
}

static enum verdict
find(struct context *context, const struct refund_pay *command, struct refund *refund)
{
    struct list payments = {0};
    bool has_return = command->goods_return[0] != '\0';
    if (has_return == (command->claim[0] != '\0')) {
        return refuse_field(context, REFUSAL_REFUND_SUBJECT, "/goods_return");
    }
    enum verdict verdict = has_return
                               ? find_return(context, command->goods_return, refund, &payments)
                               : find_claim(context, command->claim, refund, &payments);
    if (verdict == VERDICT_DONE) {
        count_paid(context, &payments, refund);
    }
    return verdict;
}

/* --- paying it --- */

static enum verdict
check(struct context *context, const struct refund *refund, struct money *amount)
{
    int64_t left = refund->owed_minor - refund->paid_minor;
    if (amount->currency == CURRENCY_NONE && left > 0) {
        *amount = cny(left);
    }
    enum verdict verdict = VERDICT_DONE;
    if (left <= 0 || amount->minor > left) {
        verdict = refuse_field(context, REFUSAL_REFUND_EXCEEDED, "/amount");
        refusal_money(context, "owed", cny(refund->owed_minor));
        refusal_money(context, "paid", cny(refund->paid_minor));
    } else if (refund->payment_count == REFUND_COUNT_MAX) {
        verdict = refuse_field(
            context, REFUSAL_REFUND_FULL, refund->is_claim ? "/claim" : "/goods_return");
        refusal_integer(context, "payment_count", REFUND_COUNT_MAX);
    }
    return verdict;
}

static void fill_payment(const struct context *context,
                         const struct refund_pay *command,
                         const struct refund *refund,
                         struct payment *payment)
{
    payment->fund = PURPOSE_REFUND_PAYABLE;
    payment->payer_number = context->actor->number;
    TEXT_PUT(payment->payer, context->actor->id);
    TEXT_PUT(payment->bank, command->bank);
    TEXT_PUT(payment->creditor_name, command->creditor_name);
    TEXT_PUT(payment->creditor_account, command->creditor_account);
    TEXT_PUT(payment->creditor_bank, command->creditor_bank);
    TEXT_PUT(payment->goods_return, command->goods_return);
    TEXT_PUT(payment->claim, command->claim);
    snprintf(
        payment->reference, sizeof(payment->reference), "refund/%" PRId64, context->command_seq);
    snprintf(payment->remittance,
             sizeof(payment->remittance),
             refund->is_claim ? "REFUND %s" : "TAX REFUND %s",
             refund->is_claim ? command->claim : refund->goods_return.invt_no);
}

static void put(struct context *context, struct refund *refund)
{
    struct list payments = {.items = refund->payments, .count = refund->payment_count};
    if (refund->is_claim) {
        refund->claim.it.refunds = payments;
        claim_put(context, &refund->claim);
    } else {
        refund->goods_return.refunds = payments;
        goods_return_put(context, &refund->goods_return);
    }
}

enum verdict refund_pay(struct context *context, const void *command_, void *answer_out)
{
    const struct refund_pay *command = command_;
    struct refund refund = {0};
    struct payment payment = {.amount = command->amount};
    enum verdict verdict = find(context, command, &refund);
    if (verdict == VERDICT_DONE) {
        verdict = check(context, &refund, &payment.amount);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    fill_payment(context, command, &refund, &payment);
    verdict = payment_begin(context, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(refund.payments[refund.payment_count].payment, payment.id);
    refund.payment_count++;
    put(context, &refund);
    struct refund_answer *answer = answer_out;
    *answer = (struct refund_answer){
        .state = payment.state,
        .amount = payment.amount,
        .owed = cny(refund.owed_minor),
        .paid = cny(refund.paid_minor + payment.amount.minor),
    };
    TEXT_PUT(answer->goods_return, command->goods_return);
    TEXT_PUT(answer->claim, command->claim);
    TEXT_PUT(answer->payment, payment.id);
    return rule_done(context);
}

void refund_hear(struct context *context, const struct payment *payment)
{
    bool is_claim = payment->claim[0] != '\0';
    const char *subject = is_claim ? payment->claim : payment->goods_return;
    const char *type = payment->state == PAYMENT_CONFIRMED ? "refund.paid"
                       : payment->state == PAYMENT_REJECTED || payment->state == PAYMENT_CANCELLED
                           ? "refund.unpaid"
                       : payment->state == PAYMENT_RETURNED ? "refund.came_back"
                                                            : NULL;
    if (subject[0] == '\0' || type == NULL) {
        return;
    }
    struct notice notice;
    notice_begin(&notice, type, subject);
    notice_text(&notice, is_claim ? "claim" : "goods_return", subject);
    notice_text(&notice, "payment", payment->id);
    notice_money(&notice, "amount", payment->amount);
    if (payment->returned.currency != CURRENCY_NONE) {
        notice_money(&notice, "returned", payment->returned);
    }
    notice_to(&notice, payment->payer_number);
    notice_send(context, &notice);
}
