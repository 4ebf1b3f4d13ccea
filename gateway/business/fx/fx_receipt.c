#include "gateway/business/fx/fx_receipt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/event.h"
#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/fx_quota.h"
#include "gateway/business/fx/screening.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

const struct fx_receipt *fx_receipt_find(struct context *context, const char *id)
{
    return state_find(context->state, DOCUMENT_FX_RECEIPT, id);
}

enum verdict fx_receipt_get(struct context *context, const char *id, struct fx_receipt *receipt_out)
{
    const struct fx_receipt *found = fx_receipt_find(context, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_FX_RECEIPT_UNKNOWN, "/receipt");
    }
    *receipt_out = *found;
    return VERDICT_DONE;
}

enum verdict
fx_receipt_check_state(struct context *context, const struct fx_receipt *receipt, unsigned states)
{
    if ((states & 1U << receipt->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_FX_RECEIPT_STATE);
    refusal_text(context, "state", name_by_value(fx_receipt_state_names, receipt->state));
    return verdict;
}

void fx_receipt_put(struct context *context, const struct fx_receipt *receipt, const char *event)
{
    state_put(context->state, DOCUMENT_FX_RECEIPT, receipt);
    if (event == NULL) {
        return;
    }
    struct notice notice;
    notice_begin(&notice, event, receipt->id);
    notice_text(&notice, "receipt", receipt->id);
    notice_text(&notice, "account", receipt->account);
    notice_money(&notice, "amount", receipt->amount);
    notice_money(&notice, "unused", receipt->unused);
    notice_integer(&notice, "list_version", receipt->list_version);
    notice_date(&notice, "value_date", receipt->value_date);
    notice_to(&notice, receipt->holder_number);
    notice_to(&notice, receipt->bank_number);
    if (receipt->state == FX_RECEIPT_HELD || receipt->state == FX_RECEIPT_REJECTED) {
        notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    }
    notice_send(context, &notice);
}

static struct account_key banks(const struct fx_receipt *receipt)
{
    return (struct account_key){
        .owner = receipt->bank_number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = receipt->amount.currency,
    };
}

static struct account_key holders(const struct fx_receipt *receipt)
{
    return (struct account_key){
        .owner = receipt->holder_number,
        .purpose = PURPOSE_INDIVIDUAL_FX,
        .currency = receipt->amount.currency,
    };
}

/* The money is there, and nobody has it until the hold is decided about. */
static enum verdict hold(struct context *context, struct fx_receipt *receipt)
{
    struct account_key debit = banks(receipt);
    struct account_key credit = holders(receipt);
    return rule_hold(
        context, &debit, &credit, receipt->amount.minor, TRANSFER_CODE_FX_HELD, &receipt->hold);
}

/* Ends the hold: TRANSFER_POST or TRANSFER_VOID. */
static enum verdict end_hold(struct context *context,
                             struct fx_receipt *receipt,
                             enum transfer_kind kind,
                             enum transfer_code code)
{
    enum verdict verdict = rule_end_hold(context, receipt->hold, receipt->amount.minor, kind, code);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    receipt->hold = 0;
    return VERDICT_DONE;
}

static enum verdict
book_screened(struct context *context, struct fx_receipt *receipt, enum screening_action action)
{
    struct account_key debit = banks(receipt);
    struct account_key credit = holders(receipt);
    switch (action) {
    case SCREENING_CLEAR:
        receipt->state = FX_RECEIPT_CLEARED;
        receipt->unused = receipt->amount;
        return rule_move(
            context, &debit, &credit, receipt->amount.minor, TRANSFER_CODE_FX_RECEIVED);
    case SCREENING_HOLD:
        receipt->state = FX_RECEIPT_HELD;
        return hold(context, receipt);
    case SCREENING_REJECT:
        receipt->state = FX_RECEIPT_REJECTED;
        return VERDICT_DONE;
    }
    return VERDICT_DONE;
}

static const char *state_event(const struct fx_receipt *receipt)
{
    switch ((enum fx_receipt_state)receipt->state) {
    case FX_RECEIPT_HELD:
        return "fx_receipt.held";
    case FX_RECEIPT_CLEARED:
        return "fx_receipt.cleared";
    case FX_RECEIPT_REJECTED:
        return "fx_receipt.rejected";
    case FX_RECEIPT_RETURNED:
        return "fx_receipt.returned";
    }
    return NULL;
}

enum verdict fx_receipt_take(struct context *context,
                             const struct fx_account *account,
                             const struct party *bank,
                             struct funds *funds)
{
    struct money nothing = {.currency = funds->amount.currency};
    struct screening_result result = screening_check(
        context, context->today, funds->payer_name, funds->payer_bank, funds->payer_country);
    struct fx_receipt receipt = {
        .holder_number = account->holder_number,
        .bank_number = bank->number,
        .amount = funds->amount,
        .unused = nothing,
        .refunding = nothing,
        .returned = nothing,
        .value_date = funds->value_date,
        .received_on = context->today,
        .list_version = result.version,
        .basis = FX_BASIS_NONE,
    };
    snprintf(receipt.id, sizeof(receipt.id), "R%012" PRId64, context->command_seq);
    TEXT_PUT(receipt.account, account->id);
    TEXT_PUT(receipt.holder, account->holder);
    TEXT_PUT(receipt.bank, bank->id);
    TEXT_PUT(receipt.bank_reference, funds->key + strlen(bank->id) + 1);
    TEXT_PUT(receipt.payer_name, funds->payer_name);
    TEXT_PUT(receipt.payer_bank, funds->payer_bank);
    TEXT_PUT(receipt.payer_country, funds->payer_country);
    enum verdict verdict = book_screened(context, &receipt, result.action);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(funds->fx_receipt, receipt.id);
    if (receipt.state == FX_RECEIPT_CLEARED) {
        bop_record_open(context, &receipt);
    }
    fx_receipt_put(context, &receipt, state_event(&receipt));
    return VERDICT_DONE;
}

static void fill_answer(const struct fx_receipt *receipt, void *answer_out)
{
    struct fx_receipt_answer *answer = answer_out;
    *answer = (struct fx_receipt_answer){
        .state = receipt->state,
        .amount = receipt->amount,
        .unused = receipt->unused,
        .returned = receipt->returned,
        .list_version = receipt->list_version,
    };
    TEXT_PUT(answer->receipt, receipt->id);
}

/* A held receipt, decided by the lists as they are now: the people who decide have seen them. */
static enum verdict decide(struct context *context,
                           const struct fx_receipt_decide *command,
                           enum fx_receipt_state to,
                           void *answer_out)
{
    struct fx_receipt receipt = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = fx_receipt_check_state(context, &receipt, 1U << FX_RECEIPT_HELD);
    }
    if (verdict == VERDICT_DONE) {
        verdict = to == FX_RECEIPT_CLEARED
                      ? end_hold(context, &receipt, TRANSFER_POST, TRANSFER_CODE_FX_CLEARED)
                      : end_hold(context, &receipt, TRANSFER_VOID, TRANSFER_CODE_FX_REJECTED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    receipt.state = (int32_t)to;
    if (to == FX_RECEIPT_CLEARED) {
        receipt.unused = receipt.amount;
        bop_record_open(context, &receipt);
    }
    receipt.list_version = screening_check(context, context->today, "", "", "").version;
    TEXT_PUT(receipt.reason, command->reason);
    fx_receipt_put(context, &receipt, state_event(&receipt));
    fill_answer(&receipt, answer_out);
    return rule_done(context);
}

enum verdict fx_receipt_clear(struct context *context, const void *command, void *answer_out)
{
    return decide(context, command, FX_RECEIPT_CLEARED, answer_out);
}

enum verdict fx_receipt_reject(struct context *context, const void *command, void *answer_out)
{
    return decide(context, command, FX_RECEIPT_REJECTED, answer_out);
}

/* What can go back: of a cleared receipt what is unused, of the others all of it or nothing. */
static enum verdict check_return(struct context *context,
                                 const struct fx_receipt *receipt,
                                 const struct fx_receipt_return *command)
{
    if (!is_actor(context, receipt->bank)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    enum verdict verdict = fx_receipt_check_state(context,
                                                  receipt,
                                                  1U << FX_RECEIPT_HELD | 1U << FX_RECEIPT_CLEARED |
                                                      1U << FX_RECEIPT_REJECTED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_cleared = receipt->state == FX_RECEIPT_CLEARED;
    struct money most = is_cleared ? receipt->unused : receipt->amount;
    bool fits =
        command->amount.currency == most.currency &&
        (is_cleared ? command->amount.minor <= most.minor : command->amount.minor == most.minor);
    if (!fits) {
        verdict = refuse_field(context, REFUSAL_FX_RECEIPT_AMOUNT, "/amount");
        refusal_money(context, "unused", most);
        refusal_money(context, "needed", command->amount);
    }
    return verdict;
}

static enum verdict
book_return(struct context *context, struct fx_receipt *receipt, int64_t amount_minor)
{
    struct account_key debit = holders(receipt);
    struct account_key credit = banks(receipt);
    enum verdict verdict = VERDICT_DONE;
    switch ((enum fx_receipt_state)receipt->state) {
    case FX_RECEIPT_HELD:
        return end_hold(context, receipt, TRANSFER_VOID, TRANSFER_CODE_FX_RETURNED_HELD);
    case FX_RECEIPT_CLEARED:
        receipt->unused.minor -= amount_minor;
        verdict = fx_quota_restore(context, receipt, amount_minor);
        return verdict == VERDICT_DONE
                   ? rule_move(context, &debit, &credit, amount_minor, TRANSFER_CODE_FX_RETURNED)
                   : verdict;
    case FX_RECEIPT_REJECTED:
    case FX_RECEIPT_RETURNED:
        break;
    }
    return VERDICT_DONE;
}

enum verdict fx_receipt_return(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_receipt_return *command = command_;
    struct fx_receipt receipt = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = check_return(context, &receipt, command);
    }
    if (verdict == VERDICT_DONE) {
        verdict = book_return(context, &receipt, command->amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (receipt.state == FX_RECEIPT_CLEARED) {
        bop_record_refund(context, &receipt, command->amount);
    }
    receipt.returned.minor += command->amount.minor;
    if (receipt.unused.minor == 0 && receipt.refunding.minor == 0) {
        receipt.state = FX_RECEIPT_RETURNED;
    }
    fx_receipt_put(context, &receipt, "fx_receipt.returned");
    fill_answer(&receipt, answer_out);
    return rule_done(context);
}
