#include <string.h>

#include "gateway/business/approval.h"
#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/collection.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/bank/stray.h"
#include "gateway/business/compensation/recovery.h"
#include "gateway/business/customs/customs_error.h"
#include "gateway/business/customs/declaration.h"
#include "gateway/business/customs/goods_return.h"
#include "gateway/business/customs/trade_match.h"
#include "gateway/business/customs/withdrawal.h"
#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/conversion.h"
#include "gateway/business/fx/fx_match.h"
#include "gateway/business/fx/fx_position.h"
#include "gateway/business/fx/fx_quota.h"
#include "gateway/business/fx/fx_quote.h"
#include "gateway/business/fx/fx_rate.h"
#include "gateway/business/fx/fx_receipt.h"
#include "gateway/business/fx/fx_refund.h"
#include "gateway/business/fx/screening.h"
#include "gateway/business/fx/trade_evidence.h"
#include "gateway/business/guarantee/amendment.h"
#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/guarantee/call.h"
#include "gateway/business/guarantee/deposit.h"
#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/guarantee/letter.h"
#include "gateway/business/guarantee/reservation.h"
#include "gateway/business/party/certificate.h"
#include "gateway/business/party/party.h"
#include "gateway/business/pending.h"
#include "gateway/business/rule.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/settlement/freeze.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/tax/tariff.h"
#include "gateway/business/tax/tax_bill.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/tax/treasury.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/clock.h"
#include "gateway/business/time/deadline.h"
#include "gateway/business/time/terms_table.h"
#include "gateway/business/webhook/webhook.h"

/* Name, whether one person or two, who may, the rule; its command's and its answer's record. */
#define COMMAND(name_, eyes_, roles_, rule_, command_, answer_, meaning_)                          \
    {                                                                                              \
        .name = (name_), .meaning = (meaning_), .roles = (roles_), .command = &command_##_record,  \
        .answer = &answer_##_record, .rule = (rule_), .eyes = EYES_##eyes_                         \
    }

enum {
    OPERATOR = ROLE_OPERATOR,
    AUDITOR = ROLE_AUDITOR,
    BANK = ROLE_BANK,
    MERCHANT = ROLE_MERCHANT,
    CUSTOMS = ROLE_CUSTOMS,
    INSURER = ROLE_INSURER,
    ANYONE = ROLE_ANYONE,
    BY_TIME = 0,
    BY_SYSTEM = 0,
};

/* clang-format off */
const struct command_type command_types[] = {
    COMMAND("party.register", ONE_PAIR, OPERATOR, party_register,
            party_register, party_answer, "Register a party (备案)"),
    COMMAND("party.activate", TWO_PAIRS, OPERATOR, party_activate,
            party_change, party_answer, "Let a party act (启用)"),
    COMMAND("party.suspend", ONE_PAIR, OPERATOR, party_suspend,
            party_change, party_answer, "Stop a party for now (暂停)"),
    COMMAND("party.close", ONE_PAIR, OPERATOR, party_close,
            party_change, party_answer, "Close a party for good (注销)"),
    COMMAND("party.register_key", TWO_PAIRS, OPERATOR, signing_key_register,
            signing_key_register, signing_key_answer, "Register the key a guarantor signs with (登记签名公钥)"),
    COMMAND("party.register_certificate", TWO_PAIRS, OPERATOR, certificate_register,
            certificate_register, certificate_answer, "Register what a company signs messages with (登记签名证书)"),
    COMMAND("party.revoke_certificate", ONE_PAIR, OPERATOR, certificate_revoke,
            certificate_revoke, certificate_answer, "Believe its signatures no more (吊销签名证书)"),

    COMMAND("guarantee.open_deposit", ONE_PAIR, MERCHANT, guarantee_open_deposit,
            deposit_open, guarantee_answer, "Open a cash guarantee (开立保证金)"),
    COMMAND("funds.receive", ONE_PAIR, BANK, funds_receive,
            funds_receive, funds_answer, "Money has come in (到账通知)"),
    COMMAND("guarantee.lodge_letter", ONE_PAIR, BANK | INSURER, guarantee_lodge_letter,
            letter_lodge, guarantee_answer, "Lodge a signed letter (提交保函)"),
    COMMAND("guarantee.accept", ONE_PAIR, CUSTOMS, guarantee_accept,
            guarantee_named, guarantee_answer, "Accept a letter (接受保函)"),
    COMMAND("guarantee.reject", ONE_PAIR, CUSTOMS, guarantee_reject,
            guarantee_named, guarantee_answer, "Reject a letter (不予接受)"),
    COMMAND("guarantee.propose_amendment", ONE_PAIR, BANK | INSURER, guarantee_propose_amendment,
            letter_lodge, guarantee_answer, "Propose a signed amendment (提交保函修改)"),
    COMMAND("guarantee.accept_amendment", ONE_PAIR, CUSTOMS, guarantee_accept_amendment,
            guarantee_named, guarantee_answer, "Accept it (接受保函修改)"),
    COMMAND("guarantee.reject_amendment", ONE_PAIR, CUSTOMS, guarantee_reject_amendment,
            guarantee_named, guarantee_answer, "Reject it (不予接受保函修改)"),
    COMMAND("guarantee.suspend", ONE_PAIR, CUSTOMS, guarantee_suspend,
            guarantee_named, guarantee_answer, "No new use for now (暂停担保)"),
    COMMAND("guarantee.resume", ONE_PAIR, CUSTOMS, guarantee_resume,
            guarantee_named, guarantee_answer, "Use it again (恢复担保)"),
    COMMAND("guarantee.reserve", ONE_PAIR, CUSTOMS, guarantee_reserve,
            reservation_reserve, reservation_answer, "Reserve for a tax (占用额度)"),
    COMMAND("guarantee.adjust", ONE_PAIR, CUSTOMS, guarantee_adjust,
            reservation_adjust, reservation_answer, "Adjust a reservation to the assessed tax (调整占用)"),
    COMMAND("guarantee.restore", ONE_PAIR, CUSTOMS, guarantee_restore,
            reservation_restore, reservation_answer, "Give a reservation back (恢复额度)"),
    COMMAND("guarantee.call", TWO_PAIRS, CUSTOMS, guarantee_call,
            call_make, call_answer, "Call a guarantee (执行担保)"),
    COMMAND("guarantee.pay_call", ONE_PAIR, BANK, guarantee_pay_call,
            call_pay, call_answer, "Pay a demand (担保赔付)"),
    COMMAND("guarantee.top_up", ONE_PAIR, MERCHANT, guarantee_top_up,
            deposit_amount, guarantee_answer, "Announce more cash (追加保证金)"),
    COMMAND("guarantee.release", TWO_PAIRS, MERCHANT, guarantee_release,
            deposit_amount, guarantee_answer, "Free cash back (退还保证金)"),
    COMMAND("pool.arrange", ONE_PAIR, MERCHANT, pool_arrange,
            pool_arrange, pool_answer, "In which order guarantees are used (担保池)"),
    COMMAND("guarantee.discharge", ONE_PAIR, CUSTOMS, guarantee_discharge,
            guarantee_named, guarantee_answer, "End a guarantee (解除担保)"),

    COMMAND("tariff.set", TWO_PAIRS, OPERATOR, tariff_set,
            tariff_set, tariff_answer, "Set the rates of an HS code (维护税则)"),
    COMMAND("calendar.set", TWO_PAIRS, OPERATOR, calendar_set,
            calendar_set, calendar_day, "Say of a day whether it is worked (维护工作日历)"),
    COMMAND("terms.set", TWO_PAIRS, OPERATOR, terms_set,
            terms_set, terms_answer, "Set a limit, a fee or a day count (维护参数)"),
    COMMAND("clock.move", ONE_PAIR, OPERATOR, clock_move,
            clock_move, clock, "Move the clock of a sandbox forward (推进虚拟时钟)"),
    COMMAND("clock.tick", ONE_PAIR, BY_TIME, clock_tick,
            clock_move, clock, "The clock of a sandbox has moved (虚拟时钟走动)"),
    COMMAND("declaration.submit", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, declaration_submit,
            declaration_submit, declaration_answer, "Take in a declaration, CEB 621 (进口清单)"),
    COMMAND("declaration.receive_status", ONE_PAIR, CUSTOMS | OPERATOR, declaration_receive_status,
            declaration_status, declaration_answer, "Take in a receipt, CEB 622 (清单回执)"),
    COMMAND("declaration.withdraw", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, withdrawal_apply,
            application, withdrawal_answer, "Take in a withdrawal, CEB 623 (撤销申请单)"),
    COMMAND("declaration.receive_withdrawal", ONE_PAIR, CUSTOMS | OPERATOR, withdrawal_receive,
            application_answer, withdrawal_answer, "Take in the answer to it, CEB 624 (撤销回执)"),
    COMMAND("declaration.return", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, goods_return_apply,
            application, goods_return_answer, "Take in a return of goods, CEB 625 (退货申请单)"),
    COMMAND("declaration.receive_return", ONE_PAIR, CUSTOMS | OPERATOR, goods_return_receive,
            application_answer, goods_return_answer, "Take in the answer to it, CEB 626 (退货回执)"),
    COMMAND("declaration.receive_bill", ONE_PAIR, CUSTOMS | OPERATOR, tax_bill_receive,
            tax_bill_receive, tax_bill_answer, "Take in a tax bill, CEB 816 (电子税单)"),
    COMMAND("declaration.receive_bill_status", ONE_PAIR, CUSTOMS | OPERATOR, tax_bill_receive_status,
            tax_bill_status, tax_bill_answer, "Take in what became of a bill, CEB 818 (电子税单状态)"),

    COMMAND("trade.order", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, trade_order,
            trade_order_told, trade_answer, "Take in an order, CEB 311 (订单)"),
    COMMAND("trade.payment", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, trade_payment,
            trade_payment_told, trade_answer, "Take in its payment, CEB 411 (支付单)"),
    COMMAND("trade.waybill", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, trade_waybill,
            trade_waybill_told, trade_answer, "Take in its waybill, CEB 511 (运单)"),
    COMMAND("trade.compare", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, trade_compare,
            trade_compare, trade_compare_answer, "Compare the three with a declaration again (三单比对)"),

    COMMAND("customs.report_format_error", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, customs_report_format_error,
            customs_error_report, customs_error_answer, "Take in what customs could not read, CEB 900 (格式校验回执)"),

    COMMAND("bank_link.register", TWO_PAIRS, OPERATOR, bank_link_register,
            bank_link_register, bank_link_answer, "Register the link to a bank (登记银行链路)"),
    COMMAND("bank_link.switch", ONE_PAIR, OPERATOR, bank_link_switch,
            bank_link_switch, bank_link_answer, "Open a link or stop it at once (启停银行链路)"),
    COMMAND("collection.open", ONE_PAIR, MERCHANT | OPERATOR, collection_open,
            collection_open, collection_answer, "Open a reference to be paid by (开通收款)"),
    COMMAND("fx_account.open", ONE_PAIR, MERCHANT | OPERATOR, fx_account_open,
            fx_account_open, fx_account_answer, "Open an FX account (开立个人外汇账户)"),
    COMMAND("fx_rate.set", TWO_PAIRS, OPERATOR, fx_rate_set,
            fx_rate_set, fx_rate, "Set a day's middle rate (维护中间价)"),
    COMMAND("screening.set", TWO_PAIRS, OPERATOR, screening_set,
            screening_set, screening_answer, "List a payer, a bank or a country (维护筛查名单)"),
    COMMAND("fx_receipt.clear", TWO_PAIRS, OPERATOR, fx_receipt_clear,
            fx_receipt_decide, fx_receipt_answer, "Let a held receipt reach its holder (放行收款)"),
    COMMAND("fx_receipt.reject", TWO_PAIRS, OPERATOR, fx_receipt_reject,
            fx_receipt_decide, fx_receipt_answer, "A held receipt is to go back (拒绝收款)"),
    COMMAND("fx_receipt.use_quota", ONE_PAIR, MERCHANT | OPERATOR, fx_quota_confirm,
            fx_quota_confirm, fx_quota_answer, "Count a receipt against the yearly quota (占用年度额度)"),
    COMMAND("fx_receipt.return", ONE_PAIR, BANK, fx_receipt_return,
            fx_receipt_return, fx_receipt_answer, "A receipt has gone back to its payer (退汇)"),
    COMMAND("fx_receipt.refund", ONE_PAIR, MERCHANT | OPERATOR, fx_refund_order,
            fx_refund_order, fx_refund, "Pay an export back to its buyer (出口退款)"),
    COMMAND("fx_refund.confirm", ONE_PAIR, BANK, fx_refund_confirm,
            fx_refund_confirm, fx_refund, "A refund was paid (退款已付)"),
    COMMAND("fx_refund.decline", ONE_PAIR, BANK, fx_refund_decline,
            fx_refund_decline, fx_refund, "A refund could not be paid (退款失败)"),
    COMMAND("payment.create", ONE_PAIR, MERCHANT, payment_create,
            payment_create, payment_answer, "Pay somebody from what is owed to you (付款)"),
    COMMAND("payment.approve", ONE_PAIR, OPERATOR, payment_approve,
            payment_named, payment_answer, "Approve a large payment (付款复核)"),
    COMMAND("payment.cancel", ONE_PAIR, MERCHANT | OPERATOR, payment_cancel,
            payment_named, payment_answer, "Withdraw a payment not yet sent (撤销付款)"),

    COMMAND("fee_schedule.set", TWO_PAIRS, OPERATOR, fee_schedule_set,
            fee_schedule_set, fee_schedule_answer, "Set what a party pays the house (收费标准)"),
    COMMAND("merchant.freeze", TWO_PAIRS, OPERATOR, merchant_freeze,
            freeze_make, freeze, "Freeze a merchant's money by order (冻结)"),
    COMMAND("merchant.unfreeze", TWO_PAIRS, OPERATOR, merchant_unfreeze,
            freeze_release, freeze, "Unfreeze it, in parts or whole (解冻)"),
    COMMAND("settlement_limit.set", TWO_PAIRS, OPERATOR, settlement_limit_set,
            settlement_limit, settlement_limit, "Say how much a merchant may order (结算限额)"),
    COMMAND("settlement_order.create", ONE_PAIR, MERCHANT, settlement_create,
            settlement_create, settlement_answer, "Pay out what a merchant is owed (结算指令)"),
    COMMAND("settlement_order.approve", ONE_PAIR, OPERATOR, settlement_approve,
            settlement_named, settlement_answer, "Approve a large order (结算复核)"),
    COMMAND("settlement_order.cancel", ONE_PAIR, MERCHANT | OPERATOR, settlement_cancel,
            settlement_named, settlement_answer, "Withdraw an order not yet paid (撤销指令)"),
    COMMAND("settlement_order.release", ONE_PAIR, BY_TIME, settlement_release,
            deadline_run, settlement_answer, "The day of an order has come (到期结算)"),
    COMMAND("window_cap.set", TWO_PAIRS, OPERATOR, window_cap_set,
            window_cap, window_cap, "How far a bank's net debit may go (净借记限额)"),
    COMMAND("window.open", ONE_PAIR, OPERATOR, window_open,
            window_open, window_answer, "Open a window of settlement (开场)"),
    COMMAND("window.close", ONE_PAIR, OPERATOR, window_close,
            window_named, window_answer, "Net its orders between the banks (轧差)"),
    COMMAND("window.settle", TWO_PAIRS, OPERATOR, window_settle,
            window_named, window_answer, "Pay between the banks, then the orders (清算)"),
    COMMAND("window.abort", TWO_PAIRS, OPERATOR, window_abort,
            window_abort, window_answer, "Release its orders, nothing was paid (中止场次)"),
    COMMAND("window.pay", ONE_PAIR, BY_TIME, window_pay_page,
            deadline_run, window_answer, "The next orders of a window are paid out (场次付款)"),
    COMMAND("window.release", ONE_PAIR, BY_TIME, window_release_page,
            deadline_run, window_answer, "The next orders of an aborted window are freed (场次释放)"),

    COMMAND("insurer_fund.open", ONE_PAIR, INSURER | OPERATOR, insurer_fund_open,
            insurer_fund_open, insurer_fund_answer, "Open a reference to fill a fund by (开立赔付资金)"),
    COMMAND("insurer_fund.withdraw", TWO_PAIRS, INSURER, insurer_fund_withdraw,
            insurer_fund_withdraw, payment_answer, "Take money out of a fund (提取赔付资金)"),
    COMMAND("policy.register", ONE_PAIR, INSURER, policy_register,
            policy_terms, policy_answer, "Register a policy (登记保单)"),
    COMMAND("policy.activate", TWO_PAIRS, OPERATOR, policy_activate,
            policy_named, policy_answer, "Put it in force (保单生效)"),
    COMMAND("policy.cancel", TWO_PAIRS, OPERATOR | INSURER, policy_cancel,
            policy_named, policy_answer, "End it early (注销保单)"),
    COMMAND("policy.expire", ONE_PAIR, BY_TIME, policy_expire,
            deadline_run, policy_answer, "Its period is over (保单到期)"),
    COMMAND("buyer_limit.set", ONE_PAIR, INSURER, buyer_limit_set,
            buyer_limit_set, buyer_limit_answer, "Set a buyer's limit from a day on (批复买方限额)"),
    COMMAND("shipment.declare", ONE_PAIR, MERCHANT, shipment_declare,
            shipment_declare, shipment_answer, "Declare a shipment (出运申报)"),
    COMMAND("shipment.paid", ONE_PAIR, MERCHANT, shipment_paid,
            shipment_named, shipment_answer, "The buyer has paid (收汇确认)"),
    COMMAND("loss_notice.file", ONE_PAIR, MERCHANT, loss_notice_file,
            loss_notice_file, loss_notice, "Give notice of a possible loss (可损通知)"),
    COMMAND("claim_evidence.submit", ONE_PAIR, MERCHANT | CUSTOMS | BANK | OPERATOR, claim_evidence_submit,
            claim_evidence_submit, claim_evidence, "Submit evidence of a trade (提交单证)"),
    COMMAND("claim.dispute", ONE_PAIR, INSURER | OPERATOR, claim_dispute,
            shipment_dispute, shipment_answer, "The buyer disputes the debt (登记纠纷)"),
    COMMAND("claim.resolve_dispute", ONE_PAIR, INSURER | OPERATOR, claim_resolve_dispute,
            shipment_dispute, shipment_answer, "It no longer does (纠纷解决)"),
    COMMAND("claim.file", ONE_PAIR, MERCHANT, claim_file,
            claim_file, claim, "File a claim; small ones are paid at once (索赔)"),
    COMMAND("claim.approve", TWO_PAIRS, OPERATOR | INSURER, claim_approve,
            claim_named, claim, "Pay a claim in advance (核赔)"),
    COMMAND("claim.refuse", TWO_PAIRS, OPERATOR | INSURER, claim_refuse,
            claim_refuse, claim, "Refuse a claim, with its reason (拒赔)"),
    COMMAND("claim.remind", ONE_PAIR, BY_TIME, claim_remind,
            deadline_run, claim, "A claim is to be decided soon (核赔提醒)"),
    COMMAND("claim.escalate", ONE_PAIR, BY_TIME, claim_escalate,
            deadline_run, claim, "A claim was not decided in time (核赔逾期)"),
    COMMAND("claim.decide_finally", TWO_PAIRS, OPERATOR | INSURER, claim_decide_finally,
            claim_decide, claim, "The insurer's final decision (终审)"),
    COMMAND("claim.pay_recourse", ONE_PAIR, MERCHANT, claim_pay_recourse,
            claim_named, claim, "Pay back what was too much (追索归还)"),
    COMMAND("recovery.open", ONE_PAIR, MERCHANT | INSURER | OPERATOR, recovery_open,
            claim_named, recovery_reference, "Open a reference to be paid by the buyer (开立追偿收款)"),
    COMMAND("recovery.receive", ONE_PAIR, MERCHANT | INSURER, recovery_receive,
            recovery_receive, claim, "Hand over what the buyer has paid (追偿入账)"),
    COMMAND("recovery.share", TWO_PAIRS, OPERATOR | INSURER, recovery_share,
            recovery_share, recovery, "Share what was recovered (追偿分摊)"),

    COMMAND("guarantee.warn_expiry", ONE_PAIR, BY_TIME, guarantee_warn_expiry,
            deadline_run, guarantee_answer, "A guarantee will end soon (到期提醒)"),
    COMMAND("guarantee.expire", ONE_PAIR, BY_TIME, guarantee_expire,
            deadline_run, guarantee_answer, "A guarantee has ended (担保到期)"),
    COMMAND("guarantee.close_claims", ONE_PAIR, BY_TIME, guarantee_close_claims,
            deadline_run, guarantee_answer, "The time to claim is over (索赔截止)"),
    COMMAND("call.escalate", ONE_PAIR, BY_TIME, call_escalate,
            deadline_run, call_answer, "A demand was not paid in time (赔付逾期)"),
    COMMAND("pending.expire", ONE_PAIR, BY_TIME, pending_expire,
            pending_expire, pending_expire_answer, "Let pending transfers run out (到期释放)"),

    COMMAND("reconciliation.open", ONE_PAIR, BANK | OPERATOR, reconciliation_open,
            reconciliation_open, statement_answer, "Begin with a statement (开始对账)"),
    COMMAND("reconciliation.line", ONE_PAIR, BANK | OPERATOR, reconciliation_line,
            reconciliation_line, line_answer, "Match one line (逐笔勾对)"),
    COMMAND("reconciliation.missing", ONE_PAIR, BANK | OPERATOR, reconciliation_missing,
            reconciliation_missing, statement_answer, "No line had this item (短款)"),
    COMMAND("reconciliation.close", ONE_PAIR, BANK | OPERATOR, reconciliation_close,
            reconciliation_close, statement_answer, "End that of a day (对账完成)"),
    COMMAND("difference.propose", ONE_PAIR, OPERATOR, difference_propose,
            difference_propose, difference_answer, "Say where a difference belongs (调账经办)"),
    COMMAND("difference.decide", ONE_PAIR, OPERATOR, difference_decide,
            difference_decide, difference_answer, "Decide about a proposed adjustment (调账复核)"),

    COMMAND("bank_link.advance", ONE_PAIR, OPERATOR, bank_link_advance,
            bank_link_advance, bank_link_answer, "A bank begins its next day, by hand (人工日切)"),
    COMMAND("bank_link.cut_over", ONE_PAIR, BY_SYSTEM, bank_link_cut_over,
            bank_link_cut_over, bank_link_answer, "A bank begins its next day (日切)"),
    COMMAND("bank_link.compare", ONE_PAIR, BY_SYSTEM, bank_link_compare,
            bank_link_compare, bank_day, "Compare a day's totals with the bank's (总额核对)"),
    COMMAND("payment.send", ONE_PAIR, BY_SYSTEM, payment_send,
            payment_named, payment_answer, "A payment is about to be sent (发送付款)"),
    COMMAND("payment.answer", ONE_PAIR, BY_SYSTEM, payment_answer,
            payment_answer_told, payment_answer, "What came back from the bank (银行应答)"),
    COMMAND("payment.reverse", ONE_PAIR, BY_SYSTEM, payment_reverse,
            payment_named, payment_answer, "A payment in doubt is to be taken back (冲正)"),
    COMMAND("payment.prove", ONE_PAIR, BY_SYSTEM, payment_prove,
            payment_prove, payment_answer, "What the statement says of a payment (对账确认)"),
    COMMAND("payment.return", ONE_PAIR, BY_SYSTEM, payment_return,
            payment_returned, payment_answer, "A payment has come back (退汇)"),
    COMMAND("bank_link.stray", ONE_PAIR, BY_SYSTEM, stray_keep,
            stray_keep, stray_answer, "Keep an answer that fitted nothing (登记无主应答)"),

    COMMAND("tax_statement.cut", ONE_PAIR, MERCHANT | CUSTOMS | OPERATOR, tax_statement_cut,
            tax_statement_cut, tax_statement_answer, "Put what is ripe into a statement (汇总)"),
    COMMAND("tax_statement.cut_due", ONE_PAIR, BY_TIME, tax_statement_cut_due,
            deadline_run, tax_statement_answer, "A statement is due to be cut (定期汇总)"),
    COMMAND("tax_statement.add", ONE_PAIR, BY_SYSTEM, tax_statement_add,
            tax_statement_add, tax_statement_answer, "Put bills into a statement being cut (归集税单)"),
    COMMAND("tax_statement.finalise", ONE_PAIR, MERCHANT | CUSTOMS, tax_statement_finalise,
            tax_statement_named, tax_statement_answer, "From now on it is paid as it stands (确认汇总)"),
    COMMAND("tax_statement.finalise_due", ONE_PAIR, BY_TIME, tax_statement_finalise_due,
            deadline_run, tax_statement_answer, "A statement becomes final (到期确认)"),
    COMMAND("webhook.register", ONE_PAIR, ANYONE, webhook_register,
            webhook_register, webhook_answer, "Have your events posted (登记事件推送)"),
    COMMAND("webhook.change", ONE_PAIR, ANYONE, webhook_change,
            webhook_change, webhook_answer, "Change, pause or go on (变更事件推送)"),
    COMMAND("webhook.rotate_secret", ONE_PAIR, ANYONE, webhook_rotate,
            webhook_rotate, webhook_answer, "Sign with a new secret (轮换密钥)"),
    COMMAND("webhook.remove", ONE_PAIR, ANYONE, webhook_remove,
            webhook_named, webhook_answer, "No more posts (删除事件推送)"),
    COMMAND("webhook.replay", ONE_PAIR, ANYONE, webhook_replay,
            webhook_replay, webhook_answer, "Post from an event on, again (重放)"),
    COMMAND("webhook.redeliver", ONE_PAIR, ANYONE, webhook_redeliver,
            webhook_redeliver, webhook_answer, "Post a dead letter once more (重投)"),
    COMMAND("webhook.delivered", ONE_PAIR, BY_SYSTEM, webhook_delivered,
            webhook_delivered, webhook_answer, "Events were taken (已投递)"),
    COMMAND("webhook.failed", ONE_PAIR, BY_SYSTEM, webhook_failed,
            webhook_failure, webhook_answer, "One was not, and is tried again (投递失败)"),
    COMMAND("webhook.dead", ONE_PAIR, BY_SYSTEM, webhook_dead,
            webhook_failure, webhook_answer, "One was not, and is given up (转入死信)"),
    COMMAND("webhook.disable", ONE_PAIR, BY_SYSTEM, webhook_disable,
            webhook_failure, webhook_answer, "The receiver wants no more (停用)"),
    COMMAND("webhook.redelivered", ONE_PAIR, BY_SYSTEM, webhook_redelivered,
            webhook_redelivered, webhook_answer, "What became of a dead letter (重投结果)"),

    COMMAND("approval.propose", ONE_PAIR, APPROVAL_ROLES, approval_propose,
            approval_propose, approval_answer, "Put a command before a second person (经办提交)"),
    COMMAND("approval.decide", ONE_PAIR, CUSTOMS | OPERATOR | INSURER, approval_decide,
            approval_decide, approval_answer, "Approve or reject it (复核)"),
    COMMAND("approval.withdraw", ONE_PAIR, APPROVAL_ROLES, approval_withdraw,
            approval_withdraw, approval_answer, "Take back what one proposed (撤回)"),
    COMMAND("approval.expire", ONE_PAIR, BY_TIME, approval_expire,
            deadline_run, approval_answer, "Nobody decided in time (复核逾期)"),

    COMMAND("tax.withhold", ONE_PAIR, MERCHANT, tax_withhold,
            tax_withhold, tax_withholding, "Set a buyer's tax aside (代扣税款)"),
    COMMAND("refund.pay", ONE_PAIR, MERCHANT, refund_pay,
            refund_pay, refund_answer, "Pay a buyer what it gets back (退款)"),
    COMMAND("tax_statement.pay", ONE_PAIR, MERCHANT, tax_statement_pay,
            tax_statement_pay, tax_statement_answer, "Pay a statement to the treasury (集中缴税)"),
    COMMAND("tax_statement.call", TWO_PAIRS, CUSTOMS, tax_statement_call,
            tax_statement_call, tax_statement_answer, "Call the guarantees behind a statement (执行担保)"),
    COMMAND("tax_statement.settle", ONE_PAIR, MERCHANT, tax_statement_settle,
            tax_statement_settle, tax_statement_answer, "Pay what no guarantee has covered (补缴)"),
    COMMAND("tax_statement.remind", ONE_PAIR, BY_TIME, tax_statement_remind,
            deadline_run, tax_statement_answer, "A statement is due soon (缴税提醒)"),
    COMMAND("tax_statement.fall_overdue", ONE_PAIR, BY_TIME, tax_statement_fall_overdue,
            deadline_run, tax_statement_answer, "A statement was not paid in time (逾期)"),
    COMMAND("treasury.set_account", TWO_PAIRS, OPERATOR, treasury_set_account,
            treasury_account, treasury_account_answer, "Say where a district's taxes are paid to (国库账户)"),
    COMMAND("tax.remit", ONE_PAIR, CUSTOMS | OPERATOR, tax_remit,
            tax_remit, payment_answer, "Pay the treasury what is owed to it (税款入库)"),

    COMMAND("fx_quote.publish", ONE_PAIR, BANK, fx_quote_publish,
            fx_quote_publish, fx_board, "Publish a rate (发布牌价)"),
    COMMAND("fx_quote.lock", ONE_PAIR, MERCHANT | OPERATOR, fx_quote_lock,
            fx_quote_lock, fx_quote, "Lock the rate one has seen (锁价)"),
    COMMAND("trade_evidence.submit", ONE_PAIR, MERCHANT | OPERATOR, trade_evidence_submit,
            trade_evidence_submit, trade_evidence_answer, "Tell a document of an export sale (交易单证)"),
    COMMAND("fx_match.compare", ONE_PAIR, MERCHANT | OPERATOR, fx_match_compare,
            fx_match_compare, fx_match, "Hold a receipt against an export sale (收款比对)"),
    COMMAND("fx_match.decide", TWO_PAIRS, OPERATOR, fx_match_decide,
            fx_match_decide, fx_match, "Decide about a receipt that differs (人工核查)"),
    COMMAND("fx_position.square", TWO_PAIRS, OPERATOR, fx_position_square,
            fx_position_square, fx_position, "The bank takes a day's foreign money over (平仓)"),
    COMMAND("bop_record.declare_costs", ONE_PAIR, MERCHANT | OPERATOR, bop_record_declare_costs,
            bop_costs, bop_record, "Say what was netted against a receipt (轧差申报)"),
    COMMAND("bop_record.report", ONE_PAIR, BANK | OPERATOR, bop_record_report,
            bop_report, bop_record, "A record was reported to SAFE (国际收支申报)"),
    COMMAND("bop_record.remind", ONE_PAIR, BY_TIME, bop_record_remind,
            deadline_run, bop_record, "A record is to be reported soon (申报提醒)"),
    COMMAND("bop_record.fall_overdue", ONE_PAIR, BY_TIME, bop_record_fall_overdue,
            deadline_run, bop_record, "A record was not reported in time (申报逾期)"),
    COMMAND("conversion.execute", ONE_PAIR, MERCHANT | OPERATOR, conversion_execute,
            conversion_execute, conversion, "Convert a receipt into CNY (结汇)"),
};
/* clang-format on */

const size_t command_type_count = sizeof(command_types) / sizeof(command_types[0]);

const struct command_type *command_type_find(const char *name)
{
    for (size_t i = 0; i < command_type_count; i++) {
        if (strcmp(command_types[i].name, name) == 0) {
            return &command_types[i];
        }
    }
    return NULL;
}
