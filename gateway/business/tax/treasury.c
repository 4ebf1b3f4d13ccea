#include "gateway/business/tax/treasury.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

#define DISTRICT(struct_, flags_)                                                                  \
    TEXT(struct_, customs_code, FIELD_REQUIRED | (flags_), .meaning = "customs district (关区代码)")

static const struct field account_fields[] = {
    DISTRICT(treasury_account, FIELD_KEY | FIELD_CODE),
    TEXT(treasury_account, creditor_name, FIELD_REQUIRED, .meaning = "the treasury (国库名称)"),
    TEXT(treasury_account,
         creditor_account,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "its account (国库账号)"),
    TEXT(treasury_account,
         creditor_bank,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "at which bank: CNAPS number or BIC (开户行)"),
};
const struct record treasury_account_record =
    RECORD(treasury_account, account_fields, "Where a district's taxes are paid to (国库账户)");

static const struct field account_answer_fields[] = {
    DISTRICT(treasury_account_answer, 0),
    TEXT(treasury_account_answer, creditor_bank, FIELD_REQUIRED, .meaning = "at which bank"),
};
const struct record treasury_account_answer_record =
    RECORD(treasury_account_answer, account_answer_fields, "An account of the treasury");

static const struct field remit_fields[] = {
    DISTRICT(tax_remit, FIELD_CODE),
    TEXT(tax_remit, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    AMOUNT(tax_remit, amount, 0, "how much; absent: all there is"),
};
const struct record tax_remit_record =
    RECORD(tax_remit, remit_fields, "Pay the treasury what is owed to it (税款入库)");

static const struct field withhold_fields[] = {
    TEXT(tax_withhold,
         agent,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "who declares and pays the tax (扣缴义务人)"),
    TEXT(tax_withhold,
         reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the merchant's own number, used once (订单编号)"),
    AMOUNT(tax_withhold, amount, FIELD_REQUIRED, "the tax the buyer has paid (税款)"),
};
const struct record tax_withhold_record =
    RECORD(tax_withhold, withhold_fields, "Set a buyer's tax aside (代扣税款)");

static const struct field withholding_fields[] = {
    TEXT(tax_withholding, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "merchant and reference"),
    TEXT(tax_withholding, merchant, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "who sold (电商)"),
    TEXT(tax_withholding, agent, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who pays the tax"),
    TEXT(tax_withholding, reference, FIELD_REQUIRED, .meaning = "the merchant's own number"),
    FIELD(tax_withholding, amount, FIELD_MONEY, 0, .meaning = "the tax (税款)"),
    FIELD(tax_withholding, withheld_on, FIELD_DATE, 0, .meaning = "set aside on"),
};
const struct record tax_withholding_record =
    RECORD(tax_withholding, withholding_fields, "A buyer's tax set aside (代扣税款)");

/* --- accounts of the treasury --- */

enum verdict treasury_set_account(struct context *context, const void *command_, void *answer_out)
{
    const struct treasury_account *command = command_;
    struct treasury_account_answer *answer = answer_out;
    if (!identifier_is_valid(IDENTIFIER_DISTRICT, command->customs_code)) {
        return refuse_field(context, REFUSAL_IDENTIFIER_INVALID, "/customs_code");
    }
    state_put(context->state, DOCUMENT_TREASURY_ACCOUNT, command);
    TEXT_PUT(answer->customs_code, command->customs_code);
    TEXT_PUT(answer->creditor_bank, command->creditor_bank);
    return rule_done(context);
}

enum verdict
treasury_address(struct context *context, const char *customs_code, struct payment *payment)
{
    const struct treasury_account *account =
        state_find(context->state, DOCUMENT_TREASURY_ACCOUNT, customs_code);
    if (account == NULL) {
        enum verdict verdict = refuse(context, REFUSAL_TREASURY_ACCOUNT_UNKNOWN);
        refusal_text(context, "customs_code", customs_code);
        return verdict;
    }
    TEXT_PUT(payment->creditor_name, account->creditor_name);
    TEXT_PUT(payment->creditor_account, account->creditor_account);
    TEXT_PUT(payment->creditor_bank, account->creditor_bank);
    return VERDICT_DONE;
}

/* --- taxes owed to it --- */

enum verdict tax_remit(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_remit *command = command_;
    const struct party *customs = identifier_party(context, command->customs_code);
    if (customs == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/customs_code");
    }
    if (context->actor_role == ROLE_CUSTOMS && !is_actor(context, customs->id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/customs_code");
    }
    struct payment payment = {
        .amount = command->amount,
        .fund = PURPOSE_TAX_PAYABLE,
        .payer_number = customs->number,
    };
    int64_t available = payment_available(context, PURPOSE_TAX_PAYABLE, customs->number);
    if (command->amount.currency == CURRENCY_NONE) {
        payment.amount = cny(available);
    }
    if (available == 0) {
        enum verdict verdict = refuse(context, REFUSAL_PAYMENT_INSUFFICIENT);
        refusal_money(context, "available", cny(available));
        return verdict;
    }
    TEXT_PUT(payment.payer, customs->id);
    TEXT_PUT(payment.bank, command->bank);
    snprintf(payment.reference, sizeof(payment.reference), "remit/%" PRId64, context->command_seq);
    snprintf(payment.remittance, sizeof(payment.remittance), "TAX %s", command->customs_code);
    enum verdict verdict = treasury_address(context, command->customs_code, &payment);
    if (verdict == VERDICT_DONE) {
        verdict = payment_begin(context, &payment);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    payment_fill_answer(&payment, HEARD_APPLIED, answer_out);
    return rule_done(context);
}

static enum verdict check_withhold(struct context *context,
                                   const struct tax_withhold *command,
                                   const struct tax_withholding *withholding,
                                   const struct party **agent_out)
{
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = party_check(context, command->agent, PARTY_COMPANY_KINDS, "/agent", agent_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (state_find(context->state, DOCUMENT_TAX_WITHHOLDING, withholding->key) != NULL) {
        return refuse_field(context, REFUSAL_TAX_WITHHOLDING_EXISTS, "/reference");
    }
    int64_t available =
        payment_available(context, PURPOSE_MERCHANT_PAYABLE, context->actor->number);
    if (available < command->amount.minor) {
        verdict = refuse(context, REFUSAL_PAYMENT_INSUFFICIENT);
        refusal_money(context, "available", cny(available));
        refusal_money(context, "needed", command->amount);
    }
    return verdict;
}

enum verdict tax_withhold(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_withhold *command = command_;
    struct tax_withholding withholding = {
        .amount = command->amount,
        .withheld_on = context->today,
    };
    snprintf(
        withholding.key, sizeof(withholding.key), "%s/%s", context->actor->id, command->reference);
    TEXT_PUT(withholding.merchant, context->actor->id);
    TEXT_PUT(withholding.agent, command->agent);
    TEXT_PUT(withholding.reference, command->reference);
    const struct party *agent = NULL;
    enum verdict verdict = check_withhold(context, command, &withholding, &agent);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct account_key debit = {
        .owner = context->actor->number,
        .purpose = PURPOSE_MERCHANT_PAYABLE,
        .currency = CURRENCY_CNY,
    };
    struct account_key credit = {
        .owner = agent->number,
        .purpose = PURPOSE_TAX_WITHHELD,
        .currency = CURRENCY_CNY,
    };
    struct notice notice;
    notice_begin(&notice, "tax.withheld", withholding.key);
    notice_text(&notice, "reference", withholding.reference);
    notice_money(&notice, "amount", withholding.amount);
    notice_to(&notice, agent->number);
    notice_to(&notice, context->actor->number);
    verdict =
        rule_move(context, &debit, &credit, command->amount.minor, TRANSFER_CODE_TAX_WITHHELD);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_TAX_WITHHOLDING, &withholding);
    notice_send(context, &notice);
    *(struct tax_withholding *)answer_out = withholding;
    return rule_done(context);
}
