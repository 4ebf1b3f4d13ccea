#include "gateway/business/bank/collection.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/text.h"

static const struct field open_fields[] = {
    TEXT(collection_open,
         merchant,
         FIELD_CODE,
         .meaning = "who collects (收款人); absent: the company that asks"),
};
const struct record collection_open_record =
    RECORD(collection_open, open_fields, "Open a reference to be paid by (开通收款)");

static const struct field answer_fields[] = {
    TEXT(collection_answer,
         payment_reference,
         FIELD_REQUIRED,
         .meaning = "to be given with each payment (付款附言)"),
    TEXT(collection_answer, merchant, FIELD_REQUIRED, .meaning = "who collects (收款人)"),
};
const struct record collection_answer_record =
    RECORD(collection_answer, answer_fields, "A reference to be paid by");

enum verdict collection_open(struct context *context, const void *command_, void *answer_out)
{
    const struct collection_open *command = command_;
    const char *id = command->merchant[0] != '\0' ? command->merchant : context->actor->id;
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/merchant");
    }
    const struct party *merchant = NULL;
    enum verdict verdict = party_check(context, id, PARTY_COMPANY_KINDS, "/merchant", &merchant);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct payment_reference reference = {0};
    snprintf(
        reference.reference, sizeof(reference.reference), "M%012" PRId64, context->command_seq);
    TEXT_PUT(reference.merchant, id);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    struct notice notice;
    notice_begin(&notice, "collection.opened", reference.reference);
    notice_text(&notice, "payment_reference", reference.reference);
    notice_to(&notice, merchant->number);
    notice_send(context, &notice);
    struct collection_answer *answer = answer_out;
    TEXT_PUT(answer->payment_reference, reference.reference);
    TEXT_PUT(answer->merchant, id);
    return rule_done(context);
}

bool collection_is_open(struct context *context, const struct payment_reference *reference)
{
    const struct party *merchant = party_find(context, reference->merchant);
    return merchant != NULL && merchant->state != PARTY_CLOSED;
}

enum verdict collection_take(struct context *context,
                             const struct payment_reference *reference,
                             const struct party *bank,
                             const struct funds *funds)
{
    const struct party *merchant = party_find(context, reference->merchant);
    bool is_insurer = merchant->kind == PARTY_INSURER; /* it fills its fund (insurer_fund.open) */
    struct account_key debit = {
        .owner = bank->number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = funds->amount.currency,
    };
    struct account_key credit = {
        .owner = merchant->number,
        .purpose = is_insurer ? PURPOSE_INSURER_FUND : PURPOSE_MERCHANT_PAYABLE,
        .currency = funds->amount.currency,
    };
    enum verdict verdict =
        rule_move(context,
                  &debit,
                  &credit,
                  funds->amount.minor,
                  is_insurer ? TRANSFER_CODE_INSURER_FUNDED : TRANSFER_CODE_COLLECTED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct fee fee = {0};
    if (!is_insurer) {
        fee = fee_of(context, reference->merchant, FEE_COLLECTION, funds->amount.minor);
    }
    if (fee.minor > funds->amount.minor) {
        fee.minor = funds->amount.minor; /* a minimum takes no more than there is */
    }
    verdict = fee_charge(context, &credit, &fee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct notice notice;
    notice_begin(&notice, "collection.received", funds->key);
    notice_text(&notice, "payment_reference", reference->reference);
    notice_money(&notice, "amount", funds->amount);
    if (fee.minor > 0) {
        notice_money(&notice, "fee", cny(fee.minor));
    }
    notice_date(&notice, "value_date", funds->value_date);
    notice_to(&notice, merchant->number);
    notice_send(context, &notice);
    return VERDICT_DONE;
}
