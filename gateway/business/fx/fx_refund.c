#include "gateway/business/fx/fx_refund.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/fx_quota.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {FX_REFUND_ORDERED,  "ordered",  "the bank is to pay it (待付)"   },
    {FX_REFUND_PAID,     "paid",     "gone back to the payer (已付)"  },
    {FX_REFUND_DECLINED, "declined", "the bank could not (银行退回)"},
    {0,                  NULL,       NULL                               },
};

static const struct field order_fields[] = {
    TEXT(fx_refund_order, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "of what (原收款编号)"),
    AMOUNT(fx_refund_order, amount, FIELD_REQUIRED, "how much (退款金额)"),
    TEXT(fx_refund_order, reason, FIELD_REQUIRED, .meaning = "why (退款理由)"),
};
const struct record fx_refund_order_record =
    RECORD(fx_refund_order, order_fields, "Pay an export back to its buyer (出口退款)");

#define NAMED(struct_)                                                                             \
    TEXT(struct_, refund, FIELD_REQUIRED | FIELD_CODE, .meaning = "the refund (退款编号)")

static const struct field confirm_fields[] = {
    NAMED(fx_refund_confirm),
    TEXT(fx_refund_confirm,
         bank_reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the bank's number (银行流水号)"),
};
const struct record fx_refund_confirm_record =
    RECORD(fx_refund_confirm, confirm_fields, "A refund was paid (退款已付)");

static const struct field decline_fields[] = {
    NAMED(fx_refund_decline),
    TEXT(fx_refund_decline, reason, FIELD_REQUIRED, .meaning = "why (理由)"),
};
const struct record fx_refund_decline_record =
    RECORD(fx_refund_decline, decline_fields, "A refund could not be paid (退款失败)");

static const struct field refund_fields[] = {
    TEXT(fx_refund, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (退款编号)"),
    TEXT(fx_refund, receipt, FIELD_REQUIRED | FIELD_INDEX, .meaning = "of what (原收款编号)"),
    TEXT(fx_refund, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who pays back (客户)"),
    TEXT(fx_refund, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "by which bank (银行)"),
    FIELD(fx_refund,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TEXT(fx_refund, mark, FIELD_REQUIRED, .meaning = "in the payment's remark (退款标记)"),
    TEXT(fx_refund, bop_code, 0, .meaning = "of the receipt (原交易编码)"),
    FIELD(fx_refund, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "how much (退款金额)"),
    FIELD(fx_refund, ordered_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "on (申请日)"),
    FIELD(fx_refund, ended_on, FIELD_DATE, 0, .meaning = "paid or declined on (办结日)"),
    FIELD(fx_refund, hold, FIELD_INTEGER, 0, .meaning = "the pending transfer"),
    TEXT(fx_refund, bank_reference, 0, .meaning = "the bank's number (银行流水号)"),
    TEXT(fx_refund, reason, FIELD_REQUIRED, .meaning = "why it is refunded (退款理由)"),
    TEXT(fx_refund, decline, 0, .meaning = "why it was declined (失败原因)"),
};
const struct record fx_refund_record =
    RECORD(fx_refund, refund_fields, "An export paid back (出口退款)");

static void tell(struct context *context,
                 const char *event,
                 const struct fx_refund *refund,
                 const struct fx_receipt *receipt)
{
    struct notice notice;
    notice_begin(&notice, event, refund->id);
    notice_text(&notice, "receipt", refund->receipt);
    notice_text(&notice, "mark", refund->mark);
    notice_money(&notice, "amount", refund->amount);
    notice_to(&notice, receipt->holder_number);
    notice_to(&notice, receipt->bank_number);
    notice_send(context, &notice);
}

static void put(struct context *context,
                const char *event,
                const struct fx_refund *refund,
                const struct fx_receipt *receipt,
                struct fx_refund *answer_out)
{
    state_put(context->state, DOCUMENT_FX_REFUND, refund);
    fx_receipt_put(context, receipt, NULL);
    tell(context, event, refund, receipt);
    *answer_out = *refund;
}

/* --- ordered --- */

static enum verdict check_order(struct context *context,
                                const struct fx_refund_order *command,
                                const struct fx_receipt *receipt)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, receipt->holder)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/receipt");
    }
    enum verdict verdict = fx_receipt_check_state(context, receipt, 1U << FX_RECEIPT_CLEARED);
    bool fits = command->amount.currency == receipt->unused.currency &&
                command->amount.minor <= receipt->unused.minor;
    if (verdict == VERDICT_DONE && !fits) {
        verdict = refuse_field(context, REFUSAL_FX_REFUND_AMOUNT, "/amount");
        refusal_money(context, "unused", receipt->unused);
        refusal_money(context, "needed", command->amount);
    }
    return verdict;
}

/* Set aside until the bank has said what became of it. */
static enum verdict
set_aside(struct context *context, const struct fx_receipt *receipt, struct fx_refund *refund)
{
    struct account_key debit = {
        .owner = receipt->holder_number,
        .purpose = PURPOSE_INDIVIDUAL_FX,
        .currency = refund->amount.currency,
    };
    struct account_key credit = {
        .owner = receipt->bank_number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = refund->amount.currency,
    };
    return rule_hold(context,
                     &debit,
                     &credit,
                     refund->amount.minor,
                     TRANSFER_CODE_FX_REFUND_ORDERED,
                     &refund->hold);
}

enum verdict fx_refund_order(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_refund_order *command = command_;
    struct fx_receipt receipt = {0};
    struct fx_refund refund = {
        .amount = command->amount,
        .state = FX_REFUND_ORDERED,
        .ordered_on = context->today,
    };
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = check_order(context, command, &receipt);
    }
    if (verdict == VERDICT_DONE) {
        verdict = set_aside(context, &receipt, &refund);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    snprintf(refund.id, sizeof(refund.id), "X%012" PRId64, context->command_seq);
    TEXT_PUT(refund.receipt, receipt.id);
    TEXT_PUT(refund.holder, receipt.holder);
    TEXT_PUT(refund.bank, receipt.bank);
    TEXT_PUT(refund.mark, FX_REFUND_MARK);
    TEXT_PUT(refund.bop_code, receipt.bop_code);
    TEXT_PUT(refund.reason, command->reason);
    receipt.unused.minor -= refund.amount.minor;
    receipt.refunding.minor += refund.amount.minor;
    put(context, "fx_refund.ordered", &refund, &receipt, answer_out);
    return rule_done(context);
}

/* --- paid, or declined --- */

/* An ordered refund of this bank, and its receipt. */
static enum verdict find_ordered(struct context *context,
                                 const char *id,
                                 struct fx_refund *refund_out,
                                 struct fx_receipt *receipt_out)
{
    const struct fx_refund *refund = state_find(context->state, DOCUMENT_FX_REFUND, id);
    if (refund == NULL) {
        return refuse_field(context, REFUSAL_FX_REFUND_UNKNOWN, "/refund");
    }
    if (!is_actor(context, refund->bank)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/refund");
    }
    if (refund->state != FX_REFUND_ORDERED) {
        enum verdict verdict = refuse_field(context, REFUSAL_FX_REFUND_STATE, "/refund");
        refusal_text(context, "state", name_by_value(states, refund->state));
        return verdict;
    }
    *refund_out = *refund;
    return fx_receipt_get(context, refund_out->receipt, receipt_out);
}

/* Ends the pending transfer: TRANSFER_POST or TRANSFER_VOID. */
static enum verdict end(struct context *context,
                        struct fx_refund *refund,
                        enum transfer_kind kind,
                        enum transfer_code code)
{
    enum verdict verdict = rule_end_hold(context, refund->hold, refund->amount.minor, kind, code);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    refund->hold = 0;
    refund->ended_on = context->today;
    return VERDICT_DONE;
}

enum verdict fx_refund_confirm(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_refund_confirm *command = command_;
    struct fx_refund refund = {0};
    struct fx_receipt receipt = {0};
    enum verdict verdict = find_ordered(context, command->refund, &refund, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = end(context, &refund, TRANSFER_POST, TRANSFER_CODE_FX_REFUND_PAID);
    }
    if (verdict == VERDICT_DONE) {
        verdict = fx_quota_restore(context, &receipt, refund.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    refund.state = FX_REFUND_PAID;
    bop_record_refund(context, &receipt, refund.amount);
    TEXT_PUT(refund.bank_reference, command->bank_reference);
    receipt.refunding.minor -= refund.amount.minor;
    receipt.returned.minor += refund.amount.minor;
    if (receipt.unused.minor == 0 && receipt.refunding.minor == 0) {
        receipt.state = FX_RECEIPT_RETURNED;
    }
    put(context, "fx_refund.paid", &refund, &receipt, answer_out);
    return rule_done(context);
}

enum verdict fx_refund_decline(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_refund_decline *command = command_;
    struct fx_refund refund = {0};
    struct fx_receipt receipt = {0};
    enum verdict verdict = find_ordered(context, command->refund, &refund, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = end(context, &refund, TRANSFER_VOID, TRANSFER_CODE_FX_REFUND_DECLINED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    refund.state = FX_REFUND_DECLINED;
    TEXT_PUT(refund.decline, command->reason);
    receipt.refunding.minor -= refund.amount.minor;
    receipt.unused.minor += refund.amount.minor;
    put(context, "fx_refund.declined", &refund, &receipt, answer_out);
    return rule_done(context);
}
