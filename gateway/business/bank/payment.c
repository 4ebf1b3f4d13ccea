#include "gateway/business/bank/payment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

const struct payment *payment_find(struct context *context, const char *id)
{
    return state_find(context->state, DOCUMENT_PAYMENT, id);
}

enum verdict payment_get(struct context *context, const char *id, struct payment *payment_out)
{
    const struct payment *found = payment_find(context, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_PAYMENT_UNKNOWN, "/payment");
    }
    *payment_out = *found;
    return VERDICT_DONE;
}

enum verdict
payment_check_state(struct context *context, const struct payment *payment, unsigned states)
{
    if ((states & 1U << payment->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_PAYMENT_STATE);
    refusal_text(context, "state", name_by_value(payment_states, payment->state));
    return verdict;
}

void payment_fill_answer(const struct payment *payment, enum heard effect, void *answer_out)
{
    struct payment_answer *answer = answer_out;
    *answer = (struct payment_answer){
        .state = payment->state,
        .proof = payment->proof,
        .effect = (int32_t)effect,
        .amount = payment->amount,
        .trace = payment->trace,
        .business_day = payment->business_day,
        .settlement_day = payment->settlement_day,
    };
    TEXT_PUT(answer->payment, payment->id);
    TEXT_PUT(answer->code, payment->code);
    TEXT_PUT(answer->bank_reference, payment->bank_reference);
}

static void tell(struct context *context, const struct payment *payment, const char *event)
{
    struct notice notice;
    notice_begin(&notice, event, payment->id);
    notice_text(&notice, "payment", payment->id);
    notice_text(&notice, "state", name_by_value(payment_states, payment->state));
    notice_text(&notice, "reference", payment->reference);
    notice_money(&notice, "amount", payment->amount);
    if (payment->code[0] != '\0') {
        notice_text(&notice, "code", payment->code);
    }
    if (payment->returned.currency != CURRENCY_NONE) {
        notice_money(&notice, "returned", payment->returned);
    }
    notice_date(&notice, "settlement_day", payment->settlement_day);
    notice_to(&notice, payment->payer_number);
    notice_to(&notice, payment->bank_number);
    notice_send(context, &notice);
}

void payment_put(struct context *context, const struct payment *payment, const char *event)
{
    state_put(context->state, DOCUMENT_PAYMENT, payment);
    if (event != NULL) {
        tell(context, payment, event);
    }
}

static enum verdict refuse_amounts(struct context *context,
                                   enum refusal_code code,
                                   const char *name,
                                   int64_t minor,
                                   int64_t needed_minor)
{
    enum verdict verdict = refuse(context, code);
    refusal_money(context, name, cny(minor));
    refusal_money(context, "needed", cny(needed_minor));
    return verdict;
}

static enum verdict
check_payment_limit(struct context *context, const struct bank_link *link, int64_t amount_minor)
{
    if (link->payment_limit.currency == CURRENCY_NONE ||
        amount_minor <= link->payment_limit.minor) {
        return VERDICT_DONE;
    }
    return refuse_amounts(
        context, REFUSAL_PAYMENT_LIMIT, "limit", link->payment_limit.minor, amount_minor);
}

/* --- before it is sent --- */

enum purpose payment_fund(const struct payment *payment)
{
    return payment->fund == 0 ? PURPOSE_MERCHANT_PAYABLE : (enum purpose)payment->fund;
}

static enum verdict check_money(struct context *context, const struct payment *payment)
{
    int64_t available = payment_available(context, payment_fund(payment), payment->payer_number);
    return available >= payment->amount.minor ? VERDICT_DONE
                                              : refuse_amounts(context,
                                                               REFUSAL_PAYMENT_INSUFFICIENT,
                                                               "available",
                                                               available,
                                                               payment->amount.minor);
}

static enum verdict
check_begin(struct context *context, struct payment *payment, const struct payment_number *number)
{
    const struct party *bank = NULL;
    enum verdict verdict = check_cny(context, payment->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = party_check(context, payment->bank, 1U << PARTY_BANK, "/bank", &bank);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment->bank_number = bank->number;
    const struct bank_link *link = bank_link_find(context, payment->bank);
    if (link == NULL) {
        return refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/bank");
    }
    verdict = check_payment_limit(context, link, payment->amount.minor);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct payment_number *known =
        state_find(context->state, DOCUMENT_PAYMENT_NUMBER, number->key);
    if (known != NULL) {
        verdict = refuse_field(context, REFUSAL_PAYMENT_EXISTS, "/reference");
        refusal_text(context, "payment", known->payment);
        return verdict;
    }
    return check_money(context, payment);
}

enum verdict payment_begin(struct context *context, struct payment *payment)
{
    struct payment_number number = {0};
    snprintf(number.key, sizeof(number.key), "%s/%s", payment->payer, payment->reference);
    enum verdict verdict = check_begin(context, payment, &number);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (payment->id[0] == '\0') {
        snprintf(payment->id, sizeof(payment->id), "P%012" PRId64, context->command_seq);
    }
    payment->state = PAYMENT_CREATED;
    payment->created_on = context->today;
    verdict = payment_move(context, payment, STEP_HOLD, payment->amount.minor);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(number.payment, payment->id);
    state_put(context->state, DOCUMENT_PAYMENT_NUMBER, &number);
    tell(context, payment, "payment.created");
    bool is_approved =
        payment->approver[0] != '\0' ||
        payment->amount.minor <= terms_of(context, context->today).payment_approval_above_minor;
    if (is_approved) {
        payment->state = PAYMENT_APPROVED;
    }
    payment_put(context, payment, is_approved ? "payment.approved" : NULL);
    return VERDICT_DONE;
}

enum verdict payment_create(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_create *command = command_;
    if ((PARTY_COMPANY_KINDS & 1U << context->actor->kind) == 0) {
        return refuse(context, REFUSAL_PARTY_KIND);
    }
    struct payment payment = {
        .amount = command->amount,
        .payer_number = context->actor->number,
    };
    TEXT_PUT(payment.payer, context->actor->id);
    TEXT_PUT(payment.bank, command->bank);
    TEXT_PUT(payment.reference, command->reference);
    TEXT_PUT(payment.creditor_name, command->creditor_name);
    TEXT_PUT(payment.creditor_account, command->creditor_account);
    TEXT_PUT(payment.creditor_bank, command->creditor_bank);
    TEXT_PUT(payment.remittance, command->remittance);
    enum verdict verdict = payment_begin(context, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

enum verdict payment_approve(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_named *command = command_;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict == VERDICT_DONE) {
        verdict = payment_check_state(context, &payment, 1U << PAYMENT_CREATED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_actor(context, payment.payer)) {
        return refuse(context, REFUSAL_APPROVAL_FOUR_EYES);
    }
    payment.state = PAYMENT_APPROVED;
    TEXT_PUT(payment.approver, context->actor->id);
    payment_put(context, &payment, "payment.approved");
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

enum verdict payment_cancel(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_named *command = command_;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, payment.payer)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    verdict =
        payment_check_state(context, &payment, 1U << PAYMENT_CREATED | 1U << PAYMENT_APPROVED);
    if (verdict == VERDICT_DONE) {
        verdict = payment_move(context, &payment, STEP_RELEASE, payment.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment.state = PAYMENT_CANCELLED;
    payment_put(context, &payment, "payment.cancelled");
    refund_hear(context, &payment);
    verdict = tax_statement_hear(context, &payment);
    if (verdict == VERDICT_DONE) {
        verdict = settlement_hear(context, &payment);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

/* --- on its way --- */

static enum verdict
check_day(struct context *context, const struct payment *payment, const struct bank_link *link)
{
    int64_t sent;
    if (!amount_add(link->sent_today.minor, payment->amount.minor, &sent)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    if (link->day_limit.currency != CURRENCY_NONE && sent > link->day_limit.minor) {
        enum verdict verdict = refuse_amounts(context,
                                              REFUSAL_BANK_LINK_DAY_LIMIT,
                                              "limit",
                                              link->day_limit.minor,
                                              payment->amount.minor);
        refusal_money(context, "sent_today", link->sent_today);
        refusal_date(context, "business_day", link->business_day);
        return verdict;
    }
    if (link->next_trace > PAYMENT_TRACE_MAX) {
        enum verdict verdict = refuse(context, REFUSAL_BANK_LINK_TRACE_EXHAUSTED);
        refusal_integer(context, "used", link->next_trace - 1);
        refusal_date(context, "business_day", link->business_day);
        return verdict;
    }
    return VERDICT_DONE;
}

static enum verdict
check_send(struct context *context, const struct payment *payment, struct bank_link *link_out)
{
    enum verdict verdict = payment_check_state(context, payment, 1U << PAYMENT_APPROVED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct bank_link *link = bank_link_find(context, payment->bank);
    if (link == NULL) {
        return refuse(context, REFUSAL_BANK_LINK_UNKNOWN);
    }
    if (link->state == BANK_LINK_OFF) {
        verdict = refuse(context, REFUSAL_BANK_LINK_OFF);
        refusal_text(context, "reason", link->reason);
        return verdict;
    }
    *link_out = *link;
    const struct party *party;
    verdict = party_check(context, payment->payer, 0, "/payer", &party);
    if (verdict == VERDICT_DONE) {
        verdict = party_check(context, payment->bank, 0, "/bank", &party);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_payment_limit(context, link_out, payment->amount.minor);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_day(context, payment, link_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t available = payment_available(context, PURPOSE_BANK_SETTLEMENT, payment->bank_number);
    if (available < payment->amount.minor) {
        return refuse_amounts(
            context, REFUSAL_BANK_LINK_FUNDS, "available", available, payment->amount.minor);
    }
    return VERDICT_DONE;
}

enum verdict payment_send(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_named *command = command_;
    struct payment payment = {0};
    struct bank_link link = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict == VERDICT_DONE) {
        verdict = check_send(context, &payment, &link);
    }
    if (verdict == VERDICT_DONE) {
        verdict = payment_move(context, &payment, STEP_SEND, payment.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment.state = PAYMENT_SENT;
    payment.send_count++;
    payment.trace = link.next_trace++;
    payment.sent_at = context->now;
    payment.business_day = link.business_day;
    link.sent_today.minor += payment.amount.minor;
    bank_link_put(context, &link);
    payment_put(context, &payment, "payment.sent");
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

enum verdict payment_reverse(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_named *command = command_;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict == VERDICT_DONE) {
        verdict = payment_check_state(context, &payment, 1U << PAYMENT_IN_DOUBT);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (payment.proof != PROOF_INQUIRING) {
        verdict = refuse(context, REFUSAL_PAYMENT_STATE);
        refusal_text(context, "state", "in_doubt");
        refusal_text(context, "proof", "reversing");
        return verdict;
    }
    payment.proof = PROOF_REVERSING;
    payment_put(context, &payment, NULL);
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}
