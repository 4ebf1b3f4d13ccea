#include "gateway/business/guarantee/deposit.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct field open_fields[] = {
    TEXT(deposit_open, beneficiary, FIELD_REQUIRED | FIELD_CODE, .meaning = "customs (受益人)"),
    AMOUNT(deposit_open, amount, FIELD_REQUIRED, "what will be paid in (保证金金额)"),
    FIELD(deposit_open,
          scopes,
          FIELD_SET,
          0,
          .names = scope_names,
          .meaning = "what it may be used for; absent: retail_import"),
    FIELD(deposit_open, valid_to, FIELD_DATE, 0, .meaning = "last day of use; absent: open-ended"),
    FIELD(deposit_open,
          claim_until,
          FIELD_DATE,
          0,
          .meaning = "last day to call it; absent: as valid_to"),
};
const struct record deposit_open_record =
    RECORD(deposit_open, open_fields, "Open a cash guarantee (开立保证金)");

static const struct field amount_fields[] = {
    TEXT(deposit_amount, grn, FIELD_REQUIRED | FIELD_CODE, .meaning = "the guarantee"),
    AMOUNT(deposit_amount, amount, FIELD_REQUIRED, "how much (金额)"),
};
const struct record deposit_amount_record =
    RECORD(deposit_amount, amount_fields, "Announce more cash, or ask free cash back");

static const struct field reference_fields[] = {
    TEXT(payment_reference,
         reference,
         FIELD_KEY | FIELD_REQUIRED,
         .meaning = "what the payer gives (付款附言)"),
    TEXT(payment_reference, grn, FIELD_INDEX, .meaning = "the guarantee it is for"),
    TEXT(payment_reference, call, 0, .meaning = "the call it pays, if it pays one"),
    TEXT(payment_reference, merchant, FIELD_INDEX, .meaning = "who collects by it (收款人)"),
    TEXT(payment_reference, claim, 0, .meaning = "the claim whose recovery it is (追偿)"),
};
const struct record payment_reference_record =
    RECORD(payment_reference, reference_fields, "What a payment is for");

static enum verdict check_open(struct context *context,
                               const struct deposit_open *command,
                               const struct party **customs_out)
{
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = party_check(
            context, command->beneficiary, 1U << PARTY_CUSTOMS, "/beneficiary", customs_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (command->valid_to != DATE_NONE && command->valid_to < context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/valid_to");
    }
    if (command->claim_until != DATE_NONE &&
        (command->valid_to == DATE_NONE || command->claim_until < command->valid_to)) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/claim_until");
    }
    return VERDICT_DONE;
}

enum verdict guarantee_open_deposit(struct context *context, const void *command_, void *answer_out)
{
    const struct deposit_open *command = command_;
    const struct party *customs = NULL;
    enum verdict verdict = check_open(context, command, &customs);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct guarantee guarantee = {
        .kind = GUARANTEE_CASH_DEPOSIT,
        .state = GUARANTEE_DRAFT,
        .scopes = command->scopes == 0 ? SCOPE_RETAIL_IMPORT : command->scopes,
        .principal_number = context->actor->number,
        .beneficiary_number = customs->number,
        .face_amount = command->amount,
        .liability_percentage = 100,
        .valid_from = context->today,
        .valid_to = command->valid_to,
        .claim_until = command->claim_until == DATE_NONE ? command->valid_to : command->claim_until,
        .revolving = true,
    };
    grn_make(context->today, context->command_seq, guarantee.grn);
    TEXT_PUT(guarantee.principal, context->actor->id);
    TEXT_PUT(guarantee.beneficiary, command->beneficiary);
    snprintf(
        guarantee.payment_reference, sizeof(guarantee.payment_reference), "D%s", guarantee.grn);
    struct payment_reference reference = {0};
    TEXT_PUT(reference.reference, guarantee.payment_reference);
    TEXT_PUT(reference.grn, guarantee.grn);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    verdict = guarantee_move(context, &guarantee, 0, NULL, 0);
    guarantee_tell(context, "guarantee.opened", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return verdict != VERDICT_DONE ? verdict : rule_done(context);
}

enum {
    OPEN_STATES = 1U << GUARANTEE_DRAFT | 1U << GUARANTEE_ACTIVE | 1U << GUARANTEE_SUSPENDED,
};

bool deposit_is_open(const struct guarantee *guarantee)
{
    return guarantee->kind == GUARANTEE_CASH_DEPOSIT && (OPEN_STATES & 1U << guarantee->state) != 0;
}

enum verdict deposit_fund(struct context *context,
                          struct guarantee *guarantee,
                          int64_t bank,
                          int64_t amount_minor)
{
    bool is_whole = guarantee->state == GUARANTEE_DRAFT &&
                    guarantee->limit.minor + amount_minor >= guarantee->face_amount.minor;
    if (is_whole) {
        guarantee->state = GUARANTEE_ACTIVE;
    }
    const struct movement movements[] = {
        {PURPOSE_BANK_SETTLEMENT,
         PURPOSE_DEPOSIT_HELD,        TRANSFER_CODE_DEPOSIT_RECEIVED,
         amount_minor},
        {PURPOSE_GUARANTEE_LIMIT,
         PURPOSE_GUARANTEE_AVAILABLE, TRANSFER_CODE_LIMIT_RAISED,
         amount_minor},
    };
    enum verdict verdict = guarantee_move(context, guarantee, bank, movements, 2);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct notice notice;
    guarantee_notice(&notice, "guarantee.funded", guarantee);
    notice_money(&notice, "amount", cny(amount_minor));
    notice_send(context, &notice);
    if (is_whole) {
        /* Money received is never refused: beyond the list's bound it serves by its GRN only. */
        if (assurance_has_room(context, guarantee->principal)) {
            assurance_add(context, guarantee);
        }
        expiry_schedule(context, guarantee);
        guarantee_tell(context, "guarantee.accepted", guarantee);
    }
    return VERDICT_DONE;
}

/* A cash guarantee of the actor's, in one of these states. */
static enum verdict get_deposit(struct context *context,
                                const struct deposit_amount *command,
                                unsigned states,
                                struct guarantee *guarantee_out)
{
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_get_own(context, command->grn, OWNER_PRINCIPAL, guarantee_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (guarantee_out->kind != GUARANTEE_CASH_DEPOSIT) {
        return refuse(context, REFUSAL_GUARANTEE_KIND);
    }
    return guarantee_check_state(context, guarantee_out, states);
}

enum verdict guarantee_top_up(struct context *context, const void *command_, void *answer_out)
{
    const struct deposit_amount *command = command_;
    struct guarantee guarantee = {0};
    enum verdict verdict = get_deposit(context, command, OPEN_STATES, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t announced;
    if (!amount_add(guarantee.face_amount.minor, command->amount.minor, &announced)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    guarantee.face_amount.minor = announced;
    guarantee_put(context, &guarantee);
    struct notice notice;
    guarantee_notice(&notice, "guarantee.top_up_announced", &guarantee);
    notice_money(&notice, "amount", command->amount);
    notice_send(context, &notice);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict guarantee_release(struct context *context, const void *command_, void *answer_out)
{
    const struct deposit_amount *command = command_;
    struct guarantee guarantee = {0};
    enum verdict verdict =
        get_deposit(context, command, OPEN_STATES | 1U << GUARANTEE_EXPIRED, &guarantee);
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_check_available(context, &guarantee, command->amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t amount = command->amount.minor;
    if (guarantee.state != GUARANTEE_DRAFT) {
        guarantee.face_amount.minor = guarantee.limit.minor - amount;
    }
    const struct movement movements[] = {
        {PURPOSE_DEPOSIT_HELD,        PURPOSE_MERCHANT_PAYABLE, TRANSFER_CODE_DEPOSIT_RELEASED, amount},
        {PURPOSE_GUARANTEE_AVAILABLE, PURPOSE_GUARANTEE_LIMIT,  TRANSFER_CODE_LIMIT_LOWERED,    amount},
    };
    verdict = guarantee_move(context, &guarantee, 0, movements, 2);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct notice notice;
    guarantee_notice(&notice, "guarantee.released", &guarantee);
    notice_money(&notice, "amount", command->amount);
    notice_send(context, &notice);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}
