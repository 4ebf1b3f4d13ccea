#include "gateway/business/transfer_code.h"

#include <stddef.h>

/* clang-format off */
#define CODE(symbol_, name_, meaning_) \
    [TRANSFER_CODE_##symbol_] = {name_, meaning_}
/* clang-format on */

static const struct {
    const char *name;
    const char *meaning;
} codes[TRANSFER_CODE_COUNT] = {
    CODE(NONE, "", NULL),
    CODE(DEPOSIT_RECEIVED, "deposit.received", "cash deposit received (收到保证金)"),
    CODE(FUNDS_SUSPENDED, "funds.suspended", "received, owner not known (待查)"),
    CODE(LIMIT_RAISED, "guarantee.limit_raised", "guarantee limit up (增额)"),
    CODE(LIMIT_LOWERED, "guarantee.limit_lowered", "guarantee limit down (减额)"),
    CODE(RESERVED, "guarantee.reserved", "set aside for a tax (占用)"),
    CODE(RESERVATION_RAISED, "guarantee.reservation_raised", "reservation adjusted up (调增占用)"),
    CODE(RESERVATION_LOWERED,
         "guarantee.reservation_lowered",
         "reservation adjusted down (调减占用)"),
    CODE(RESTORED, "guarantee.restored", "reservation given back (恢复)"),
    CODE(CONSUMED, "guarantee.consumed", "single guarantee used up by a tax paid"),
    CODE(CALLED, "guarantee.called", "reservation called (执行担保)"),
    CODE(DEPOSIT_CALLED, "deposit.called", "deposit turned into tax (保证金转税)"),
    CODE(GUARANTOR_CALLED, "guarantor.called", "guarantor owes a tax (向担保人索赔)"),
    CODE(CALL_PAID, "call.paid", "guarantor paid a demand (担保人赔付)"),
    CODE(CALL_SETTLED, "call.settled", "called amount settled"),
    CODE(DEPOSIT_RELEASED, "deposit.released", "free deposit given back (退还保证金)"),
    CODE(DISCHARGED, "guarantee.discharged", "guarantee ended (解除担保)"),
    CODE(PAYMENT_HELD, "payment.held", "held for a payment (付款冻结)"),
    CODE(PAYMENT_RELEASED, "payment.released", "no longer held (解除冻结)"),
    CODE(PAYMENT_SENT, "payment.sent", "in flight to a bank (付款在途)"),
    CODE(PAYMENT_NOT_SENT, "payment.not_sent", "never left the house (未发出)"),
    CODE(PAYMENT_CONFIRMED, "payment.confirmed", "paid (付款成功)"),
    CODE(PAYMENT_SETTLED, "payment.settled", "no longer in flight (在途核销)"),
    CODE(PAYMENT_REJECTED, "payment.rejected", "never left the bank (付款被拒)"),
    CODE(PAYMENT_RETURNED, "payment.returned", "paid and come back (退汇)"),
    CODE(DIFFERENCE_OPENED, "difference.opened", "the bank's books differ (对账差异)"),
    CODE(DIFFERENCE_WITHDRAWN, "difference.withdrawn", "the bank has it after all (差异撤销)"),
    CODE(DIFFERENCE_ADJUSTED, "difference.adjusted", "where it belongs (调账)"),
    CODE(COLLECTED, "collection.received", "collected for a merchant (收款)"),
    CODE(DIFFERENCE_TOLERATED, "difference.tolerated", "within the link's tolerance (容差入账)"),
    CODE(TAX_DIFFERENCE, "tax.difference", "assessed less estimated (核定差额)"),
    CODE(REFUND_OWED, "refund.owed", "withheld and no longer due (应退税款)"),
    CODE(TAX_WITHHELD, "tax.withheld", "a buyer's tax set aside (代扣税款)"),
    CODE(TAX_CLAIMED, "tax.claimed", "called, and on no guarantee (欠缴税款)"),
    CODE(TAX_CLAIM_PAID, "tax.claim_paid", "the agent has paid it itself (补缴)"),
    CODE(FEE_CHARGED, "fee.charged", "a fee of the house (手续费)"),
    CODE(FROZEN, "merchant.frozen", "frozen by order of a court or customs (冻结)"),
    CODE(UNFROZEN, "merchant.unfrozen", "no longer frozen (解冻)"),
    CODE(POLICY_LIMIT_SET, "policy.limit_set", "a policy is in force (保单生效)"),
    CODE(POLICY_USED, "policy.used", "consumed by a claim (占用保单限额)"),
    CODE(POLICY_RESTORED, "policy.restored", "a claim became smaller (恢复保单限额)"),
    CODE(INSURER_FUNDED, "insurer_fund.received", "placed for payments in advance (赔付资金到账)"),
    CODE(COMPENSATED, "compensation.paid", "paid in advance for a loss (先行赔付)"),
    CODE(RECOVERED, "recovery.received", "recovered from the buyer (追偿入账)"),
    CODE(RECOVERY_COST, "recovery.cost", "cost of recovering (追偿费用)"),
    CODE(RECOVERY_SHARED, "recovery.shared", "a share of what was recovered (追偿分摊)"),
    CODE(RECOURSE_OPENED, "recourse.opened", "paid more than was due (追索)"),
    CODE(RECOURSE_PAID, "recourse.paid", "the exporter has paid it back (追索收回)"),
    CODE(RECOURSE_SHARED, "recourse.shared", "back to the insurers (追索归还)"),
    CODE(FX_RECEIVED, "fx_receipt.received", "from abroad, screened clear (外汇入账)"),
    CODE(FX_HELD, "fx_receipt.held", "from abroad, people decide (外汇待查)"),
    CODE(FX_CLEARED, "fx_receipt.cleared", "held, now the holder's (放行收款)"),
    CODE(FX_REJECTED, "fx_receipt.rejected", "held, to go back (拒绝收款)"),
    CODE(FX_RETURNED, "fx_receipt.returned", "gone back to the payer (退汇)"),
    CODE(FX_RETURNED_HELD, "fx_receipt.returned_held", "gone back before it was decided (退汇)"),
    CODE(FX_CONVERTED, "conversion.bought", "foreign money bought by a bank (结汇)"),
    CODE(FX_PROCEEDS, "conversion.paid", "CNY paid for it (结汇入账)"),
    CODE(QUOTA_LIMIT_SET, "quota.limit_set", "of a person's year (年度额度)"),
    CODE(QUOTA_LIMIT_LOWERED, "quota.limit_lowered", "the terms have changed (调低额度)"),
    CODE(QUOTA_USED, "quota.used", "a receipt without a sale (占用额度)"),
    CODE(QUOTA_RESTORED, "quota.restored", "it has gone back (恢复额度)"),
    CODE(FX_REFUND_ORDERED,
         "fx_refund.ordered",
         "an export paid back, the bank is to pay (出口退款)"),
    CODE(FX_REFUND_PAID, "fx_refund.paid", "gone back to the buyer (退款已付)"),
    CODE(FX_REFUND_DECLINED,
         "fx_refund.declined",
         "the bank could not, the holder's again (退款失败)"),
    CODE(FX_TAKEN_OVER, "fx_position.taken_over", "the day's foreign money (平仓外币)"),
    CODE(FX_SQUARED, "fx_position.squared", "CNY from the bank for it (平仓人民币)"),
    CODE(FX_GAIN, "fx_position.gain", "more than customers got (汇兑收益)"),
    CODE(FX_LOSS, "fx_position.loss", "less than customers got (汇兑损失)"),
    CODE(SETTLEMENT_HELD, "settlement.held", "set aside for a settlement order (结算占用)"),
    CODE(SETTLEMENT_RELEASED, "settlement.released", "given back by it (结算释放)"),
    CODE(WINDOW_JOINED, "window.joined", "an order joins a window (入场)"),
    CODE(WINDOW_LEFT, "window.left", "an order leaves it, to be paid or not (离场)"),
    CODE(WINDOW_ARRIVED, "window.arrived", "between our own accounts (头寸到账)"),
};

const char *transfer_code_name(uint16_t code)
{
    return code < TRANSFER_CODE_COUNT ? codes[code].name : "";
}

const char *transfer_code_meaning(uint16_t code)
{
    return code < TRANSFER_CODE_COUNT ? codes[code].meaning : "";
}
