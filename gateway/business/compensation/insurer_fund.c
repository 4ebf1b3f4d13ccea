#include "gateway/business/compensation/insurer_fund.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/deposit.h"
#include "gateway/business/text.h"

static const struct field open_fields[] = {
    TEXT(insurer_fund_open, insurer, FIELD_CODE, .meaning = "whose; absent: who asks"),
};
const struct record insurer_fund_open_record =
    RECORD(insurer_fund_open, open_fields, "Open a reference to fill a fund by (开立赔付资金)");

static const struct field answer_fields[] = {
    TEXT(insurer_fund_answer,
         payment_reference,
         FIELD_REQUIRED,
         .meaning = "to be given with each payment (付款附言)"),
    TEXT(insurer_fund_answer, insurer, FIELD_REQUIRED, .meaning = "whose fund"),
    FIELD(insurer_fund_answer, available, FIELD_MONEY, 0, .meaning = "in it now (余额)"),
};
const struct record insurer_fund_answer_record =
    RECORD(insurer_fund_answer, answer_fields, "A fund for payments in advance");

static const struct field withdraw_fields[] = {
    TEXT(insurer_fund_withdraw, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    AMOUNT(insurer_fund_withdraw, amount, 0, "how much; absent: all there is"),
    /* A company's own account: no person's, so two people may see it. */
    TEXT(insurer_fund_withdraw,
         creditor_name,
         FIELD_REQUIRED,
         .meaning = "the insurer's name at its bank (户名)"),
    TEXT(insurer_fund_withdraw,
         creditor_account,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "its account (账号)"),
    TEXT(insurer_fund_withdraw,
         creditor_bank,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "at which bank: CNAPS number or BIC (开户行)"),
};
const struct record insurer_fund_withdraw_record =
    RECORD(insurer_fund_withdraw, withdraw_fields, "Take money out of a fund (提取赔付资金)");

struct account_key insurer_fund_account(int64_t insurer_number)
{
    return (struct account_key){
        .purpose = PURPOSE_INSURER_FUND,
        .currency = CURRENCY_CNY,
        .owner = insurer_number,
    };
}

int64_t insurer_fund_available(struct context *context, int64_t insurer_number)
{
    return payment_available(context, PURPOSE_INSURER_FUND, insurer_number);
}

enum verdict insurer_fund_open(struct context *context, const void *command_, void *answer_out)
{
    const struct insurer_fund_open *command = command_;
    const char *id = command->insurer[0] != '\0' ? command->insurer : context->actor->id;
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/insurer");
    }
    const struct party *insurer = NULL;
    enum verdict verdict = party_check(context, id, 1U << PARTY_INSURER, "/insurer", &insurer);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct payment_reference reference = {0};
    snprintf(
        reference.reference, sizeof(reference.reference), "U%012" PRId64, context->command_seq);
    TEXT_PUT(reference.merchant, id);
    struct insurer_fund_answer *answer = answer_out;
    answer->available = cny(insurer_fund_available(context, insurer->number));
    TEXT_PUT(answer->payment_reference, reference.reference);
    TEXT_PUT(answer->insurer, id);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    return rule_done(context);
}

enum verdict insurer_fund_withdraw(struct context *context, const void *command_, void *answer_out)
{
    const struct insurer_fund_withdraw *command = command_;
    int64_t available = insurer_fund_available(context, context->actor->number);
    struct payment payment = {
        .fund = PURPOSE_INSURER_FUND,
        .payer_number = context->actor->number,
        .amount = command->amount.currency == CURRENCY_NONE ? cny(available) : command->amount,
    };
    if (available == 0) {
        enum verdict verdict = refuse(context, REFUSAL_PAYMENT_INSUFFICIENT);
        refusal_money(context, "available", cny(available));
        return verdict;
    }
    TEXT_PUT(payment.payer, context->actor->id);
    TEXT_PUT(payment.bank, command->bank);
    TEXT_PUT(payment.creditor_name, command->creditor_name);
    TEXT_PUT(payment.creditor_account, command->creditor_account);
    TEXT_PUT(payment.creditor_bank, command->creditor_bank);
    snprintf(payment.reference, sizeof(payment.reference), "fund/%" PRId64, context->command_seq);
    TEXT_PUT(payment.remittance, "INSURER FUND");
    enum verdict verdict = payment_begin(context, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}
