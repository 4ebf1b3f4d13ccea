#include <string.h>

#include "gateway/business/amendment.h"
#include "gateway/business/approval.h"
#include "gateway/business/assurance.h"
#include "gateway/business/bank_link.h"
#include "gateway/business/calendar.h"
#include "gateway/business/call.h"
#include "gateway/business/clock.h"
#include "gateway/business/collection.h"
#include "gateway/business/customs_error.h"
#include "gateway/business/deadline.h"
#include "gateway/business/declaration.h"
#include "gateway/business/deposit.h"
#include "gateway/business/expiry.h"
#include "gateway/business/funds.h"
#include "gateway/business/goods_return.h"
#include "gateway/business/letter.h"
#include "gateway/business/party.h"
#include "gateway/business/payment.h"
#include "gateway/business/pending.h"
#include "gateway/business/reconciliation.h"
#include "gateway/business/reservation.h"
#include "gateway/business/rule.h"
#include "gateway/business/stray.h"
#include "gateway/business/tariff.h"
#include "gateway/business/tax_bill.h"
#include "gateway/business/tax_statement.h"
#include "gateway/business/terms_table.h"
#include "gateway/business/trade_match.h"
#include "gateway/business/webhook.h"
#include "gateway/business/withdrawal.h"

#define COMMAND_OF(eyes_, name_, rule_, roles_, command_, answer_, meaning_)                       \
    {                                                                                              \
        .name = (name_), .meaning = (meaning_), .roles = (roles_), .command = &(command_),         \
        .answer = &(answer_), .rule = (rule_), .eyes = (eyes_)                                     \
    }
#define COMMAND(...)        COMMAND_OF(EYES_ONE_PAIR, __VA_ARGS__)
#define COMMAND_BY_TWO(...) COMMAND_OF(EYES_TWO_PAIRS, __VA_ARGS__)

#define APPROVAL(name_, roles_, meaning_)                                                          \
    COMMAND("approval." #name_,                                                                    \
            approval_##name_,                                                                      \
            roles_,                                                                                \
            approval_##name_##_record,                                                             \
            approval_answer_record,                                                                \
            meaning_)

#define RECONCILE(name_, rule_, answer_, meaning_)                                                 \
    COMMAND("reconciliation." name_,                                                               \
            rule_,                                                                                 \
            ROLE_BANK | ROLE_OPERATOR,                                                             \
            rule_##_record,                                                                        \
            answer_##_answer_record,                                                               \
            meaning_)

#define APPLICATION(name_, noun_, meaning_)                                                        \
    COMMAND("declaration." #name_,                                                                 \
            noun_##_apply,                                                                         \
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,                                          \
            application_record,                                                                    \
            noun_##_answer_record,                                                                 \
            meaning_)

#define RECEIPT(name_, noun_, meaning_)                                                            \
    COMMAND("declaration." #name_,                                                                 \
            noun_##_receive,                                                                       \
            ROLE_CUSTOMS | ROLE_OPERATOR,                                                          \
            application_answer_record,                                                             \
            noun_##_answer_record,                                                                 \
            meaning_)

/* What is done to a guarantee by its name alone. */
#define ON_GUARANTEE(name_, roles_, meaning_)                                                      \
    COMMAND("guarantee." #name_,                                                                   \
            guarantee_##name_,                                                                     \
            roles_,                                                                                \
            guarantee_named_record,                                                                \
            guarantee_answer_record,                                                               \
            meaning_)

#define WEBHOOK(name_, rule_, roles_, command_, meaning_)                                          \
    COMMAND("webhook." #name_,                                                                     \
            webhook_##rule_,                                                                       \
            roles_,                                                                                \
            webhook_##command_##_record,                                                           \
            webhook_answer_record,                                                                 \
            meaning_)

enum {
    BY_TIME = 0,
    BY_SYSTEM = 0,
};

const struct command_type command_types[] = {
    COMMAND("party.register",
            party_register,
            ROLE_OPERATOR,
            party_register_record,
            party_answer_record,
            "Register a party (备案)"),
    COMMAND_BY_TWO("party.activate",
                   party_activate,
                   ROLE_OPERATOR,
                   party_change_record,
                   party_answer_record,
                   "Let a party act (启用)"),
    COMMAND("party.suspend",
            party_suspend,
            ROLE_OPERATOR,
            party_change_record,
            party_answer_record,
            "Stop a party for now (暂停)"),
    COMMAND("party.close",
            party_close,
            ROLE_OPERATOR,
            party_change_record,
            party_answer_record,
            "Close a party for good (注销)"),
    COMMAND_BY_TWO("party.register_key",
                   signing_key_register,
                   ROLE_OPERATOR,
                   signing_key_register_record,
                   signing_key_answer_record,
                   "Register the key a guarantor signs with (登记签名公钥)"),

    COMMAND("guarantee.open_deposit",
            guarantee_open_deposit,
            ROLE_MERCHANT,
            deposit_open_record,
            guarantee_answer_record,
            "Open a cash guarantee (开立保证金)"),
    COMMAND("funds.receive",
            funds_receive,
            ROLE_BANK,
            funds_receive_record,
            funds_answer_record,
            "Money has come in (到账通知)"),
    COMMAND("guarantee.lodge_letter",
            guarantee_lodge_letter,
            ROLE_BANK | ROLE_INSURER,
            letter_lodge_record,
            guarantee_answer_record,
            "Lodge a signed letter (提交保函)"),
    ON_GUARANTEE(accept, ROLE_CUSTOMS, "Accept a letter (接受保函)"),
    ON_GUARANTEE(reject, ROLE_CUSTOMS, "Reject a letter (不予接受)"),
    COMMAND("guarantee.propose_amendment",
            guarantee_propose_amendment,
            ROLE_BANK | ROLE_INSURER,
            letter_lodge_record,
            guarantee_answer_record,
            "Propose a signed amendment (提交保函修改)"),
    ON_GUARANTEE(accept_amendment, ROLE_CUSTOMS, "Accept it (接受保函修改)"),
    ON_GUARANTEE(reject_amendment, ROLE_CUSTOMS, "Reject it (不予接受保函修改)"),
    ON_GUARANTEE(suspend, ROLE_CUSTOMS, "No new use for now (暂停担保)"),
    ON_GUARANTEE(resume, ROLE_CUSTOMS, "Use it again (恢复担保)"),
    COMMAND("guarantee.reserve",
            guarantee_reserve,
            ROLE_CUSTOMS,
            reservation_reserve_record,
            reservation_answer_record,
            "Reserve for a tax (占用额度)"),
    COMMAND("guarantee.adjust",
            guarantee_adjust,
            ROLE_CUSTOMS,
            reservation_adjust_record,
            reservation_answer_record,
            "Adjust a reservation to the assessed tax (调整占用)"),
    COMMAND("guarantee.restore",
            guarantee_restore,
            ROLE_CUSTOMS,
            reservation_restore_record,
            reservation_answer_record,
            "Give a reservation back (恢复额度)"),
    COMMAND_BY_TWO("guarantee.call",
                   guarantee_call,
                   ROLE_CUSTOMS,
                   call_make_record,
                   call_answer_record,
                   "Call a guarantee (执行担保)"),
    COMMAND("guarantee.pay_call",
            guarantee_pay_call,
            ROLE_BANK,
            call_pay_record,
            call_answer_record,
            "Pay a demand (担保赔付)"),
    COMMAND("guarantee.top_up",
            guarantee_top_up,
            ROLE_MERCHANT,
            deposit_amount_record,
            guarantee_answer_record,
            "Announce more cash (追加保证金)"),
    COMMAND_BY_TWO("guarantee.release",
                   guarantee_release,
                   ROLE_MERCHANT,
                   deposit_amount_record,
                   guarantee_answer_record,
                   "Free cash back (退还保证金)"),
    COMMAND("pool.arrange",
            pool_arrange,
            ROLE_MERCHANT,
            pool_arrange_record,
            pool_answer_record,
            "In which order guarantees are used (担保池)"),
    ON_GUARANTEE(discharge, ROLE_CUSTOMS, "End a guarantee (解除担保)"),

    COMMAND_BY_TWO("tariff.set",
                   tariff_set,
                   ROLE_OPERATOR,
                   tariff_set_record,
                   tariff_answer_record,
                   "Set the rates of an HS code (维护税则)"),
    COMMAND_BY_TWO("calendar.set",
                   calendar_set,
                   ROLE_OPERATOR,
                   calendar_set_record,
                   calendar_day_record,
                   "Say of a day whether it is worked (维护工作日历)"),
    COMMAND_BY_TWO("terms.set",
                   terms_set,
                   ROLE_OPERATOR,
                   terms_set_record,
                   terms_answer_record,
                   "Set a limit, a fee or a day count (维护参数)"),
    COMMAND("clock.move",
            clock_move,
            ROLE_OPERATOR,
            clock_move_record,
            clock_record,
            "Move the clock of a sandbox forward (推进虚拟时钟)"),
    COMMAND("clock.tick",
            clock_tick,
            BY_TIME,
            clock_move_record,
            clock_record,
            "The clock of a sandbox has moved (虚拟时钟走动)"),
    COMMAND("declaration.submit",
            declaration_submit,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            declaration_submit_record,
            declaration_answer_record,
            "Take in a declaration, CEB 621 (进口清单)"),
    COMMAND("declaration.receive_status",
            declaration_receive_status,
            ROLE_CUSTOMS | ROLE_OPERATOR,
            declaration_status_record,
            declaration_answer_record,
            "Take in a receipt, CEB 622 (清单回执)"),
    APPLICATION(withdraw, withdrawal, "Take in a withdrawal, CEB 623 (撤销申请单)"),
    RECEIPT(receive_withdrawal, withdrawal, "Take in the answer to it, CEB 624 (撤销回执)"),
    APPLICATION(return, goods_return, "Take in a return of goods, CEB 625 (退货申请单)"),
    RECEIPT(receive_return, goods_return, "Take in the answer to it, CEB 626 (退货回执)"),
    COMMAND("declaration.receive_bill",
            tax_bill_receive,
            ROLE_CUSTOMS | ROLE_OPERATOR,
            tax_bill_receive_record,
            tax_bill_answer_record,
            "Take in a tax bill, CEB 816 (电子税单)"),
    COMMAND("declaration.receive_bill_status",
            tax_bill_receive_status,
            ROLE_CUSTOMS | ROLE_OPERATOR,
            tax_bill_status_record,
            tax_bill_answer_record,
            "Take in what became of a bill, CEB 818 (电子税单状态)"),

    COMMAND("trade.order",
            trade_order,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            trade_order_told_record,
            trade_answer_record,
            "Take in an order, CEB 311 (订单)"),
    COMMAND("trade.payment",
            trade_payment,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            trade_payment_told_record,
            trade_answer_record,
            "Take in its payment, CEB 411 (支付单)"),
    COMMAND("trade.waybill",
            trade_waybill,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            trade_waybill_told_record,
            trade_answer_record,
            "Take in its waybill, CEB 511 (运单)"),
    COMMAND("trade.compare",
            trade_compare,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            trade_compare_record,
            trade_compare_answer_record,
            "Compare the three with a declaration again (三单比对)"),

    COMMAND("customs.report_format_error",
            customs_report_format_error,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            customs_error_report_record,
            customs_error_answer_record,
            "Take in what customs could not read, CEB 900 (格式校验回执)"),

    COMMAND_BY_TWO("bank_link.register",
                   bank_link_register,
                   ROLE_OPERATOR,
                   bank_link_register_record,
                   bank_link_answer_record,
                   "Register the link to a bank (登记银行链路)"),
    COMMAND("bank_link.switch",
            bank_link_switch,
            ROLE_OPERATOR,
            bank_link_switch_record,
            bank_link_answer_record,
            "Open a link or stop it at once (启停银行链路)"),
    COMMAND("collection.open",
            collection_open,
            ROLE_MERCHANT | ROLE_OPERATOR,
            collection_open_record,
            collection_answer_record,
            "Open a reference to be paid by (开通收款)"),
    COMMAND("payment.create",
            payment_create,
            ROLE_MERCHANT,
            payment_create_record,
            payment_answer_record,
            "Pay somebody from what is owed to you (付款)"),
    COMMAND("payment.approve",
            payment_approve,
            ROLE_OPERATOR,
            payment_named_record,
            payment_answer_record,
            "Approve a large payment (付款复核)"),
    COMMAND("payment.cancel",
            payment_cancel,
            ROLE_MERCHANT | ROLE_OPERATOR,
            payment_named_record,
            payment_answer_record,
            "Withdraw a payment not yet sent (撤销付款)"),

    COMMAND("guarantee.warn_expiry",
            guarantee_warn_expiry,
            BY_TIME,
            deadline_run_record,
            guarantee_answer_record,
            "A guarantee will end soon (到期提醒)"),
    COMMAND("guarantee.expire",
            guarantee_expire,
            BY_TIME,
            deadline_run_record,
            guarantee_answer_record,
            "A guarantee has ended (担保到期)"),
    COMMAND("guarantee.close_claims",
            guarantee_close_claims,
            BY_TIME,
            deadline_run_record,
            guarantee_answer_record,
            "The time to claim is over (索赔截止)"),
    COMMAND("call.escalate",
            call_escalate,
            BY_TIME,
            deadline_run_record,
            call_answer_record,
            "A demand was not paid in time (赔付逾期)"),
    COMMAND("pending.expire",
            pending_expire,
            BY_TIME,
            pending_expire_record,
            pending_expire_answer_record,
            "Let pending transfers run out (到期释放)"),

    RECONCILE("open", reconciliation_open, statement, "Begin with a statement (开始对账)"),
    RECONCILE("line", reconciliation_line, line, "Match one line (逐笔勾对)"),
    RECONCILE("missing", reconciliation_missing, statement, "No line had this item (短款)"),
    RECONCILE("close", reconciliation_close, statement, "End that of a day (对账完成)"),
    COMMAND("difference.propose",
            difference_propose,
            ROLE_OPERATOR,
            difference_propose_record,
            difference_answer_record,
            "Say where a difference belongs (调账经办)"),
    COMMAND("difference.decide",
            difference_decide,
            ROLE_OPERATOR,
            difference_decide_record,
            difference_answer_record,
            "Decide about a proposed adjustment (调账复核)"),

    COMMAND("bank_link.advance",
            bank_link_advance,
            ROLE_OPERATOR,
            bank_link_advance_record,
            bank_link_answer_record,
            "A bank begins its next day, by hand (人工日切)"),
    COMMAND("bank_link.cut_over",
            bank_link_cut_over,
            BY_SYSTEM,
            bank_link_cut_over_record,
            bank_link_answer_record,
            "A bank begins its next day (日切)"),
    COMMAND("bank_link.compare",
            bank_link_compare,
            BY_SYSTEM,
            bank_link_compare_record,
            bank_day_record,
            "Compare a day's totals with the bank's (总额核对)"),
    COMMAND("payment.send",
            payment_send,
            BY_SYSTEM,
            payment_named_record,
            payment_answer_record,
            "A payment is about to be sent (发送付款)"),
    COMMAND("payment.answer",
            payment_answer,
            BY_SYSTEM,
            payment_answer_told_record,
            payment_answer_record,
            "What came back from the bank (银行应答)"),
    COMMAND("payment.reverse",
            payment_reverse,
            BY_SYSTEM,
            payment_named_record,
            payment_answer_record,
            "A payment in doubt is to be taken back (冲正)"),
    COMMAND("payment.prove",
            payment_prove,
            BY_SYSTEM,
            payment_prove_record,
            payment_answer_record,
            "What the statement says of a payment (对账确认)"),
    COMMAND("payment.return",
            payment_return,
            BY_SYSTEM,
            payment_returned_record,
            payment_answer_record,
            "A payment has come back (退汇)"),
    COMMAND("bank_link.stray",
            stray_keep,
            BY_SYSTEM,
            stray_keep_record,
            stray_answer_record,
            "Keep an answer that fitted nothing (登记无主应答)"),

    COMMAND("tax_statement.cut",
            tax_statement_cut,
            ROLE_MERCHANT | ROLE_CUSTOMS | ROLE_OPERATOR,
            tax_statement_cut_record,
            tax_statement_answer_record,
            "Put what is ripe into a statement (汇总)"),
    COMMAND("tax_statement.cut_due",
            tax_statement_cut_due,
            BY_TIME,
            deadline_run_record,
            tax_statement_answer_record,
            "A statement is due to be cut (定期汇总)"),
    COMMAND("tax_statement.add",
            tax_statement_add,
            BY_SYSTEM,
            tax_statement_add_record,
            tax_statement_answer_record,
            "Put bills into a statement being cut (归集税单)"),
    COMMAND("tax_statement.finalise",
            tax_statement_finalise,
            ROLE_MERCHANT | ROLE_CUSTOMS,
            tax_statement_named_record,
            tax_statement_answer_record,
            "From now on it is paid as it stands (确认汇总)"),
    COMMAND("tax_statement.finalise_due",
            tax_statement_finalise_due,
            BY_TIME,
            deadline_run_record,
            tax_statement_answer_record,
            "A statement becomes final (到期确认)"),
    WEBHOOK(register, register, ROLE_ANYONE, register, "Have your events posted (登记事件推送)"),
    WEBHOOK(change, change, ROLE_ANYONE, change, "Change, pause or go on (变更事件推送)"),
    WEBHOOK(rotate_secret, rotate, ROLE_ANYONE, rotate, "Sign with a new secret (轮换密钥)"),
    WEBHOOK(remove, remove, ROLE_ANYONE, named, "No more posts (删除事件推送)"),
    WEBHOOK(replay, replay, ROLE_ANYONE, replay, "Post from an event on, again (重放)"),
    WEBHOOK(redeliver, redeliver, ROLE_ANYONE, redeliver, "Post a dead letter once more (重投)"),
    WEBHOOK(delivered, delivered, BY_SYSTEM, delivered, "Events were taken (已投递)"),
    WEBHOOK(failed, failed, BY_SYSTEM, failure, "One was not, and is tried again (投递失败)"),
    WEBHOOK(dead, dead, BY_SYSTEM, failure, "One was not, and is given up (转入死信)"),
    WEBHOOK(disable, disable, BY_SYSTEM, failure, "The receiver wants no more (停用)"),
    WEBHOOK(redelivered,
            redelivered,
            BY_SYSTEM,
            redelivered,
            "What became of a dead letter (重投结果)"),

    APPROVAL(propose, APPROVAL_ROLES, "Put a command before a second person (经办提交)"),
    APPROVAL(decide, ROLE_CUSTOMS | ROLE_OPERATOR, "Approve or reject it (复核)"),
    APPROVAL(withdraw, APPROVAL_ROLES, "Take back what one proposed (撤回)"),
    COMMAND("approval.expire",
            approval_expire,
            BY_TIME,
            deadline_run_record,
            approval_answer_record,
            "Nobody decided in time (复核逾期)"),
};

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
