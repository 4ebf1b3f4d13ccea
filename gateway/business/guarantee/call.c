#include "gateway/business/guarantee/call.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

#define COMMAND_ESCALATE "call.escalate"

static const struct call *call_find(struct context *context, const char *key)
{
    return state_find(context->state, DOCUMENT_CALL, key);
}

static int64_t outstanding(const struct call *call)
{
    return call->amount.minor - call->paid.minor;
}

static void tell(struct context *context,
                 const char *type,
                 const struct guarantee *guarantee,
                 const struct call *call,
                 int64_t amount_minor)
{
    struct notice notice;
    guarantee_notice(&notice, type, guarantee);
    notice_text(&notice, "call", call->key);
    notice_text(&notice, "reference", call->reference);
    notice_money(&notice, "amount", cny(amount_minor));
    notice_date(&notice, "due_on", call->due_on);
    notice_send(context, &notice);
}

static void
answer_call(const struct guarantee *guarantee, const struct call *call, struct call_answer *answer)
{
    *answer = (struct call_answer){
        .state = call->state,
        .amount = call->amount,
        .paid = call->paid,
        .due_on = call->due_on,
        .limit = guarantee->limit,
        .available = guarantee->available,
        .reserved = guarantee->reserved,
        .called = guarantee->called,
    };
    TEXT_PUT(answer->call, call->key);
    TEXT_PUT(answer->grn, guarantee->grn);
    TEXT_PUT(answer->payment_reference, call->payment_reference);
}

/* One more or one less unpaid call stands against the principal. */
static void count_open_call(struct context *context, const char *principal, int64_t change)
{
    const struct party *found = party_find(context, principal);
    if (found == NULL) {
        return; /* not in memory yet: the rule ends with FETCH */
    }
    struct party party = *found;
    party.open_call_count += change;
    assert(party.open_call_count >= 0);
    state_put(context->state, DOCUMENT_PARTY, &party);
}

static enum verdict check_call(struct context *context,
                               const struct call_make *command,
                               struct guarantee *guarantee_out,
                               struct reservation *reservation_out)
{
    enum verdict verdict =
        guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, guarantee_out);
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_check_state(context,
                                        guarantee_out,
                                        1U << GUARANTEE_ACTIVE | 1U << GUARANTEE_SUSPENDED |
                                            1U << GUARANTEE_EXPIRED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (guarantee_out->claims_closed) {
        verdict = refuse(context, REFUSAL_GUARANTEE_CLAIMS_CLOSED);
        refusal_date(context, "claim_until", guarantee_out->claim_until);
        return verdict;
    }
    verdict = reservation_get_open(context, command->grn, command->reference, reservation_out);
    if (verdict != VERDICT_DONE || command->amount.currency == CURRENCY_NONE) {
        return verdict;
    }
    verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE && command->amount.minor > reservation_out->amount.minor) {
        verdict = refuse_field(context, REFUSAL_RESERVATION_EXCEEDED, "/amount");
        refusal_money(context, "reserved", reservation_out->amount);
    }
    return verdict;
}

static void demand(struct context *context,
                   const struct guarantee *guarantee,
                   const struct call_part *part,
                   struct call *call)
{
    call->state = CALL_DEMANDED;
    call->paid = cny(0);
    call->due_on = context->today + terms_of(context, context->today).demand_days;
    size_t size = sizeof(call->payment_reference);
    if (part->number == 0) {
        snprintf(call->payment_reference, size, "C%012" PRId64, call->number);
    } else {
        snprintf(call->payment_reference, size, "C%012" PRId64 "-%d", call->number, part->number);
    }
    struct payment_reference reference = {0};
    TEXT_PUT(reference.reference, call->payment_reference);
    TEXT_PUT(reference.grn, guarantee->grn);
    TEXT_PUT(reference.call, call->key);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    deadline_set(context, COMMAND_ESCALATE, call->key, call->due_on + 1);
    count_open_call(context, guarantee->principal, 1);
}

static void fill_call(const struct context *context,
                      const struct call_part *part,
                      const struct reservation *reservation,
                      const struct guarantee *guarantee,
                      struct call *call)
{
    *call = (struct call){.number = context->command_seq, .called_on = context->today};
    snprintf(call->key, sizeof(call->key), "%s/%" PRId64, guarantee->grn, call->number);
    TEXT_PUT(call->grn, guarantee->grn);
    TEXT_PUT(call->reference, reservation->reference);
    TEXT_PUT(call->principal, guarantee->principal);
    TEXT_PUT(call->guarantor, guarantee->guarantor);
    TEXT_PUT(call->beneficiary, guarantee->beneficiary);
    TEXT_PUT(call->reason, part->reason);
    TEXT_PUT(call->statement, part->statement);
}

static enum verdict take(struct context *context,
                         struct guarantee *guarantee,
                         struct reservation *reservation,
                         const struct call_part *part,
                         struct call *call)
{
    int64_t amount = call->amount.minor;
    bool is_cash = guarantee->kind == GUARANTEE_CASH_DEPOSIT;
    if (is_cash) {
        call->state = CALL_PAID;
        call->paid = call->amount;
        expiry_exhaust(
            context, guarantee, guarantee->limit.minor - guarantee->called.minor - amount);
    } else {
        demand(context, guarantee, part, call);
    }
    const struct movement movements[] = {
        {PURPOSE_GUARANTEE_RESERVED,                                PURPOSE_GUARANTEE_CALLED, TRANSFER_CODE_CALLED,                                                    amount},
        {is_cash ? PURPOSE_DEPOSIT_HELD : PURPOSE_PARTY_RECEIVABLE,
         PURPOSE_TAX_PAYABLE,                                                                 is_cash ? TRANSFER_CODE_DEPOSIT_CALLED : TRANSFER_CODE_GUARANTOR_CALLED,
         amount                                                                                                                                                              },
    };
    enum verdict verdict = guarantee_move(context, guarantee, 0, movements, 2);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    reservation->amount.minor -= amount;
    reservation->called.minor += amount;
    if (reservation->amount.minor == 0) {
        reservation->state = RESERVATION_CALLED;
    }
    reservation_put(context, reservation);
    state_put(context->state, DOCUMENT_CALL, call);
    tell(context, "guarantee.called", guarantee, call, amount);
    return VERDICT_DONE;
}

enum verdict call_take(struct context *context,
                       struct guarantee *guarantee,
                       struct reservation *reservation,
                       const struct call_part *part,
                       bool *is_paid_out)
{
    struct call call;
    fill_call(context, part, reservation, guarantee, &call);
    call.amount = reservation->amount;
    enum verdict verdict = take(context, guarantee, reservation, part, &call);
    *is_paid_out = call.state == CALL_PAID;
    return verdict;
}

enum verdict guarantee_call(struct context *context, const void *command_, void *answer_out)
{
    const struct call_make *command = command_;
    struct guarantee guarantee = {0};
    struct reservation reservation = {0};
    enum verdict verdict = check_call(context, command, &guarantee, &reservation);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (reservation.state != RESERVATION_RESERVED) {
        return refuse_field(context, REFUSAL_RESERVATION_PROVISIONAL, "/reference");
    }
    struct call call;
    struct call_part part = {.statement = "", .reason = command->reason};
    fill_call(context, &part, &reservation, &guarantee, &call);
    call.amount = command->amount.currency == CURRENCY_NONE ? reservation.amount : command->amount;
    verdict = take(context, &guarantee, &reservation, &part, &call);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer_call(&guarantee, &call, answer_out);
    return rule_done(context);
}

bool call_can_take(struct context *context, const char *key, int64_t amount_minor)
{
    const struct call *call = call_find(context, key);
    return call != NULL && outstanding(call) >= amount_minor;
}

enum verdict call_settle(struct context *context,
                         const char *key,
                         int64_t bank,
                         int64_t amount_minor,
                         struct guarantee *guarantee_out)
{
    struct call call = *call_find(context, key);
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, call.grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_usable = guarantee.state == GUARANTEE_ACTIVE || guarantee.state == GUARANTEE_SUSPENDED;
    bool comes_back = guarantee.revolving && is_usable;
    if (!comes_back) {
        expiry_exhaust(context, &guarantee, guarantee.limit.minor - amount_minor);
    }
    const struct movement movements[] = {
        {PURPOSE_BANK_SETTLEMENT,  PURPOSE_PARTY_RECEIVABLE,                 TRANSFER_CODE_CALL_PAID, amount_minor},
        {PURPOSE_GUARANTEE_CALLED,
         comes_back ? PURPOSE_GUARANTEE_AVAILABLE : PURPOSE_GUARANTEE_LIMIT,
         TRANSFER_CODE_CALL_SETTLED,                                                                  amount_minor},
    };
    verdict = guarantee_move(context, &guarantee, bank, movements, 2);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    call.paid.minor += amount_minor;
    if (outstanding(&call) == 0) {
        call.state = CALL_PAID;
        deadline_set(context, COMMAND_ESCALATE, call.key, DATE_NONE);
        count_open_call(context, call.principal, -1);
    }
    state_put(context->state, DOCUMENT_CALL, &call);
    tell(context, "call.paid", &guarantee, &call, amount_minor);
    if (guarantee_out != NULL) {
        *guarantee_out = guarantee;
    }
    return call.state == CALL_PAID ? tax_statement_hear_call(context, &call) : VERDICT_DONE;
}

/* A letter is paid by its guarantor; an insurer pays through any bank. */
static enum verdict check_pay(struct context *context,
                              const struct call_pay *command,
                              const struct call *call,
                              const struct guarantee *guarantee)
{
    if (guarantee->kind == GUARANTEE_BANK_LETTER && !is_actor(context, call->guarantor)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (call->state == CALL_PAID) {
        return refuse_field(context, REFUSAL_CALL_PAID, "/call");
    }
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE && command->amount.minor > outstanding(call)) {
        verdict = refuse_field(context, REFUSAL_CALL_EXCEEDED, "/amount");
        refusal_money(context, "outstanding", cny(outstanding(call)));
    }
    return verdict;
}

/* The payment as a bank would tell it without this command. */
static void fill_funds(const struct context *context,
                       const struct call_pay *command,
                       const struct call *call,
                       struct funds *funds)
{
    struct funds_receive told = {.amount = command->amount, .value_date = command->value_date};
    TEXT_PUT(told.bank_reference, command->bank_reference);
    TEXT_PUT(told.payment_reference, call->payment_reference);
    TEXT_PUT(told.payer_name, command->payer_name);
    funds_fill(context->actor, &told, FUNDS_TOLD_BY_ADVICE, funds);
    funds->state = FUNDS_CREDITED;
    TEXT_PUT(funds->grn, call->grn);
    TEXT_PUT(funds->call, call->key);
    TEXT_PUT(funds->principal, call->principal);
}

enum verdict guarantee_pay_call(struct context *context, const void *command_, void *answer_out)
{
    const struct call_pay *command = command_;
    const struct call *found = call_find(context, command->call);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_CALL_UNKNOWN, "/call");
    }
    struct call call = *found;
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, call.grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct funds funds;
    fill_funds(context, command, &call, &funds);
    const struct funds *known = NULL;
    verdict = funds_check_once(context, &funds, &known);
    if (verdict == VERDICT_DONE && known == NULL) {
        verdict = check_pay(context, command, &call, &guarantee);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (known == NULL) {
        verdict = call_settle(
            context, command->call, context->actor->number, command->amount.minor, &guarantee);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        funds_await(context, &funds);
        state_put(context->state, DOCUMENT_FUNDS, &funds);
        call = *call_find(context, command->call);
    }
    answer_call(&guarantee, &call, answer_out);
    return rule_done(context);
}

enum verdict call_escalate(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    enum verdict verdict = deadline_take(context, COMMAND_ESCALATE, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct call *found = call_find(context, command->subject);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_CALL_UNKNOWN, "/subject");
    }
    struct call call = *found;
    struct guarantee guarantee = {0};
    verdict = guarantee_get(context, call.grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    call.state = CALL_OVERDUE;
    state_put(context->state, DOCUMENT_CALL, &call);
    tell(context, "call.overdue", &guarantee, &call, outstanding(&call));
    answer_call(&guarantee, &call, answer_out);
    return rule_done(context);
}
