#pragma once
/*
 * The documents of the house: current facts with a key, each a record (gateway/records) and a table
 * business.<name>. Order is the number of the kind in the journal: append only.
 */
#include "gateway/records/record.h"

enum document {
    DOCUMENT_PARTY,
    DOCUMENT_IDENTIFIER,
    DOCUMENT_SIGNING_KEY,
    DOCUMENT_GUARANTEE,
    DOCUMENT_ASSURANCE,
    DOCUMENT_LETTER,
    DOCUMENT_AMENDMENT,
    DOCUMENT_RESERVATION,
    DOCUMENT_CALL,
    DOCUMENT_FUNDS,
    DOCUMENT_PAYMENT_REFERENCE,
    DOCUMENT_DEADLINE,
    DOCUMENT_TARIFF,
    DOCUMENT_DECLARATION,
    DOCUMENT_DECLARATION_NUMBER,
    DOCUMENT_BANK_LINK,
    DOCUMENT_BANK_DAY,
    DOCUMENT_PAYMENT,
    DOCUMENT_PAYMENT_NUMBER,
    DOCUMENT_BANK_STATEMENT,
    DOCUMENT_STATEMENT_LINE,
    DOCUMENT_DIFFERENCE,
    DOCUMENT_TAX_BILL,
    DOCUMENT_CALENDAR_DAY,
    DOCUMENT_TRADE_ORDER,
    DOCUMENT_TRADE_PAYMENT,
    DOCUMENT_TRADE_WAYBILL,
    DOCUMENT_TRADE_MATCH,
    DOCUMENT_BUYER_YEAR,
    DOCUMENT_TAX_DAY,
    DOCUMENT_TAX_CYCLE,
    DOCUMENT_TAX_STATEMENT,
    DOCUMENT_CLOCK,
    DOCUMENT_STRAY_REPLY,
    DOCUMENT_TERMS_TABLE,
    DOCUMENT_WEBHOOK,
    DOCUMENT_WEBHOOK_ROLL,
    DOCUMENT_DEAD_LETTER,
    DOCUMENT_GOODS_RETURN,
    DOCUMENT_WITHDRAWAL,
    DOCUMENT_CUSTOMS_ERROR,
    DOCUMENT_APPROVAL,
    DOCUMENT_TREASURY_ACCOUNT,
    DOCUMENT_TAX_WITHHOLDING,
    DOCUMENT_CUSTOMS_CERTIFICATE,
    DOCUMENT_FEE_SCHEDULE,
    DOCUMENT_FREEZE,
    DOCUMENT_FX_BOARD,
    DOCUMENT_FX_QUOTE,
    DOCUMENT_TRADE_EVIDENCE,
    DOCUMENT_TRADE_EVIDENCE_MATCH,
    DOCUMENT_COUNT,
};

enum {
    DOCUMENT_KEY_SIZE = 80
};

struct document_type {
    const struct record *record;
    /* Fields holding ids of the parties that may see the document; NULL-terminated. Operators and
     * auditors see all. */
    const char *const *viewers;
};

/* Indexed by enum document. */
extern const struct document_type document_types[DOCUMENT_COUNT];
