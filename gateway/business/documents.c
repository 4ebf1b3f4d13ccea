#include "gateway/business/documents.h"

#include "gateway/business/approval.h"
#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/bank/stray.h"
#include "gateway/business/compensation/claim.h"
#include "gateway/business/compensation/recovery.h"
#include "gateway/business/customs/buyer_year.h"
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
#include "gateway/business/guarantee/letter.h"
#include "gateway/business/guarantee/reservation.h"
#include "gateway/business/party/certificate.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/settlement/freeze.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/tax/tariff.h"
#include "gateway/business/tax/tax_bill.h"
#include "gateway/business/tax/tax_cycle.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/tax/treasury.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/clock.h"
#include "gateway/business/time/deadline.h"
#include "gateway/business/time/terms_table.h"
#include "gateway/business/webhook/webhook.h"

/* A document, and the fields that name those who may see it; NULL: operators and auditors only. */
/* clang-format off */
#define DOCUMENT(symbol_, record_, ...) \
    [DOCUMENT_##symbol_] = {&(record_), (const char *const[]){__VA_ARGS__, NULL}}
/* clang-format on */

const struct document_type document_types[DOCUMENT_COUNT] = {
    DOCUMENT(PARTY, party_record, "id"),
    DOCUMENT(IDENTIFIER, identifier_record, "party"),
    DOCUMENT(SIGNING_KEY, signing_key_record, "party"),
    DOCUMENT(GUARANTEE, guarantee_record, "principal", "guarantor", "beneficiary"),
    DOCUMENT(ASSURANCE, assurance_record, "principal"),
    DOCUMENT(LETTER, letter_record, "principal", "guarantor", "beneficiary"),
    DOCUMENT(AMENDMENT, amendment_record, "principal", "guarantor", "beneficiary"),
    DOCUMENT(RESERVATION, reservation_record, "principal", "guarantor", "beneficiary"),
    DOCUMENT(CALL, call_record, "principal", "guarantor", "beneficiary"),
    DOCUMENT(FUNDS, funds_record, "bank", "principal"),
    DOCUMENT(PAYMENT_REFERENCE, payment_reference_record, NULL),
    DOCUMENT(DEADLINE, deadline_record, NULL),
    DOCUMENT(TARIFF, tariff_record, NULL),
    DOCUMENT(DECLARATION, declaration_record, "agent", "principal"),
    DOCUMENT(DECLARATION_NUMBER, declaration_number_record, NULL),
    DOCUMENT(BANK_LINK, bank_link_record, "bank"),
    DOCUMENT(BANK_DAY, bank_day_record, "bank"),
    DOCUMENT(PAYMENT, payment_record, "payer", "bank"),
    DOCUMENT(PAYMENT_NUMBER, payment_number_record, NULL),
    DOCUMENT(BANK_STATEMENT, bank_statement_record, "bank"),
    DOCUMENT(STATEMENT_LINE, statement_line_record, "bank"),
    DOCUMENT(DIFFERENCE, difference_record, "bank"),
    DOCUMENT(TAX_BILL, tax_bill_record, "agent"),
    DOCUMENT(CALENDAR_DAY, calendar_day_record, NULL),
    DOCUMENT(TRADE_ORDER, trade_order_record, NULL),
    DOCUMENT(TRADE_PAYMENT, trade_payment_record, NULL),
    DOCUMENT(TRADE_WAYBILL, trade_waybill_record, NULL),
    DOCUMENT(TRADE_MATCH, trade_match_record, NULL),
    DOCUMENT(BUYER_YEAR, buyer_year_record, NULL),
    DOCUMENT(TAX_DAY, tax_day_record, "agent"),
    DOCUMENT(TAX_CYCLE, tax_cycle_record, "agent"),
    DOCUMENT(TAX_STATEMENT, tax_statement_record, "agent", "customs"),
    DOCUMENT(CLOCK, clock_record, NULL),
    DOCUMENT(STRAY_REPLY, stray_reply_record, "bank"),
    DOCUMENT(TERMS_TABLE, terms_table_record, NULL),
    DOCUMENT(WEBHOOK, webhook_record, "party"),
    DOCUMENT(WEBHOOK_ROLL, webhook_roll_record, NULL),
    DOCUMENT(DEAD_LETTER, dead_letter_record, "party"),
    DOCUMENT(GOODS_RETURN, goods_return_record, "agent"),
    DOCUMENT(WITHDRAWAL, withdrawal_record, "agent"),
    DOCUMENT(CUSTOMS_ERROR, customs_error_record, "reporter"),
    DOCUMENT(APPROVAL, approval_record, "maker"),
    DOCUMENT(TREASURY_ACCOUNT, treasury_account_record, NULL),
    DOCUMENT(TAX_WITHHOLDING, tax_withholding_record, "merchant", "agent"),
    DOCUMENT(CUSTOMS_CERTIFICATE, customs_certificate_record, "party"),
    DOCUMENT(FEE_SCHEDULE, fee_schedule_record, "party"),
    DOCUMENT(FREEZE, freeze_record, "merchant"),
    DOCUMENT(FX_BOARD, fx_board_record, "bank"),
    DOCUMENT(FX_QUOTE, fx_quote_record, "holder", "bank"),
    DOCUMENT(TRADE_EVIDENCE, trade_evidence_record, "platform", "submitter"),
    DOCUMENT(TRADE_EVIDENCE_MATCH, trade_evidence_match_record, "platform"),
    DOCUMENT(POLICY, policy_record, "insurer", "insured", "terms.shares.insurer"),
    DOCUMENT(BUYER_LIMIT, buyer_limit_record, "insurer", "insured"),
    DOCUMENT(SHIPMENT, shipment_record, "insurer", "insured"),
    DOCUMENT(LOSS_NOTICE, loss_notice_record, "insurer", "insured"),
    DOCUMENT(CLAIM_EVIDENCE, claim_evidence_record, "insured", "submitter"),
    DOCUMENT(CLAIM, claim_record, "insurer", "insured", "shares.insurer"),
    DOCUMENT(RECOVERY, recovery_record, "insurer", "insured", "shares.insurer"),
    DOCUMENT(FX_ACCOUNT, fx_account_record, "holder"),
    DOCUMENT(FX_HOLDER, fx_holder_record, "holder"),
    DOCUMENT(FX_RECEIPT, fx_receipt_record, "holder", "bank"),
    DOCUMENT(SCREENING_ENTRY, screening_entry_record, NULL),
    DOCUMENT(SCREENING_VERSION, screening_version_record, NULL),
    DOCUMENT(FX_DRAW, fx_draw_record, NULL),
    DOCUMENT(FX_MATCH, fx_match_record, "holder"),
    DOCUMENT(CONVERSION, conversion_record, "holder", "bank"),
    DOCUMENT(FX_POSITION, fx_position_record, "bank"),
    DOCUMENT(BOP_RECORD, bop_record_record, "holder", "bank"),
    DOCUMENT(FX_RATE, fx_rate_record, NULL),
    DOCUMENT(FX_QUOTA_USE, fx_quota_use_record, "holder"),
    DOCUMENT(FX_REFUND, fx_refund_record, "holder", "bank"),
    DOCUMENT(SETTLEMENT_ORDER, settlement_order_record, "merchant"),
    DOCUMENT(SETTLEMENT_NUMBER, settlement_number_record, NULL),
    DOCUMENT(SETTLEMENT_LIMIT, settlement_limit_record, "merchant"),
    DOCUMENT(SETTLEMENT_USED, settlement_used_record, NULL),
    DOCUMENT(WINDOW, window_record, NULL),
    DOCUMENT(WINDOW_POSITION, window_position_record, "bank"),
    DOCUMENT(WINDOW_CAP, window_cap_record, "bank"),
    DOCUMENT(WINDOW_ITEM, window_item_record, NULL),
    DOCUMENT(WINDOW_TRANSFER, window_transfer_record, "from", "to"),
};
