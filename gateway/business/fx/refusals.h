#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

#define FX_REFUSALS(ROW)                                                                           \
    ROW(FX_ACCOUNT_UNKNOWN, "fx_account.unknown", 422, "No such account for foreign exchange")     \
    ROW(FX_QUOTE_NONE, "fx_quote.none", 409, "The bank has published no such rate")                \
    ROW(FX_QUOTE_PERIOD, "fx_quote.period", 422, "A rate holds from one time to a later one")      \
    ROW(FX_QUOTE_SIDE, "fx_quote.side", 422, "Nothing is exchanged at the middle rate")            \
    ROW(FX_QUOTE_EXPIRED, "fx_quote.expired", 409, "The rate does not hold now")                   \
    ROW(FX_QUOTE_CHANGED, "fx_quote.changed", 409, "The bank has published another rate since")    \
    ROW(TRADE_EVIDENCE_FIELD, "trade_evidence.field", 422, "A document of this kind needs it")     \
    ROW(TRADE_EVIDENCE_TAKEN, "trade_evidence.taken", 409, "Another party has told this document")
