#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

#define FX_REFUSALS(ROW)                                                                           \
    ROW(FX_ACCOUNT_EXISTS, "fx_account.exists", 409, "The person has an FX account")               \
    ROW(FX_RECEIPT_UNKNOWN, "fx_receipt.unknown", 422, "No such receipt")                          \
    ROW(FX_RECEIPT_STATE,                                                                          \
        "fx_receipt.state",                                                                        \
        409,                                                                                       \
        "The receipt is not in a state that allows this")                                          \
    ROW(FX_RECEIPT_AMOUNT, "fx_receipt.amount", 409, "Not so much of the receipt can go back")     \
    ROW(SCREENING_VALUE, "screening.value", 422, "Nothing is left of it in its normal form")       \
    ROW(SCREENING_FULL, "screening.full", 409, "Too many dated actions for this entry")            \
    ROW(FX_RATE_NONE, "fx_rate.none", 409, "No middle rate is known that is recent enough")        \
    ROW(FX_RATE_SIZE, "fx_rate.size", 422, "Too large to be valued")                               \
    ROW(FX_QUOTA_EXCEEDED, "fx_quota.exceeded", 409, "More than is left of the year's quota")      \
    ROW(FX_REFUND_AMOUNT, "fx_refund.amount", 409, "Not so much of the receipt is unused")         \
    ROW(FX_REFUND_UNKNOWN, "fx_refund.unknown", 422, "No such refund")                             \
    ROW(FX_REFUND_STATE, "fx_refund.state", 409, "What became of the refund is known")             \
    ROW(FX_QUOTE_NONE, "fx_quote.none", 409, "The bank has published no such rate")                \
    ROW(FX_QUOTE_PERIOD, "fx_quote.period", 422, "A rate holds from one time to a later one")      \
    ROW(FX_QUOTE_SIDE, "fx_quote.side", 422, "Nothing is exchanged at the middle rate")            \
    ROW(FX_QUOTE_EXPIRED, "fx_quote.expired", 409, "The rate does not hold now")                   \
    ROW(FX_QUOTE_CHANGED, "fx_quote.changed", 409, "The bank has published another rate since")    \
    ROW(TRADE_EVIDENCE_FIELD, "trade_evidence.field", 422, "A document of this kind needs it")     \
    ROW(TRADE_EVIDENCE_TAKEN, "trade_evidence.taken", 409, "Another party has told this document") \
    ROW(FX_QUOTE_UNKNOWN, "fx_quote.unknown", 422, "No such locked rate")                          \
    ROW(FX_QUOTE_USED, "fx_quote.used", 409, "The locked rate was used")                           \
    ROW(TRADE_EVIDENCE_UNKNOWN, "trade_evidence.unknown", 422, "Nobody has told such an order")    \
    ROW(BOP_RECORD_UNKNOWN, "bop_record.unknown", 422, "No such record to be declared")            \
    ROW(BOP_RECORD_STATE,                                                                          \
        "bop_record.state",                                                                        \
        409,                                                                                       \
        "The record is not in a state that allows this")                                           \
    ROW(BOP_RECORD_COSTS,                                                                          \
        "bop_record.costs",                                                                        \
        422,                                                                                       \
        "Some costs are wanted, in the currency that came in")                                     \
    ROW(FX_MATCH_DRAWN, "fx_match.drawn", 409, "It was given for another receipt")                 \
    ROW(FX_POSITION_UNKNOWN, "fx_position.unknown", 422, "Nothing was bought so")                  \
    ROW(FX_POSITION_SQUARED, "fx_position.squared", 409, "The position was squared")               \
    ROW(FX_POSITION_DAY, "fx_position.day", 409, "The day is not over")                            \
    ROW(FX_MATCH_STATE,                                                                            \
        "fx_match.state",                                                                          \
        409,                                                                                       \
        "Not the last comparison of this receipt, or it does not differ")                          \
    ROW(TRADE_EVIDENCE_DRAWN,                                                                      \
        "trade_evidence.drawn",                                                                    \
        409,                                                                                       \
        "The order was given for a receipt: its documents stay as they are")                       \
    ROW(FX_MATCH_BASIS, "fx_match.basis", 409, "The receipt may be converted already")             \
    ROW(CONVERSION_QUOTE, "conversion.quote", 422, "The rate was locked for something else")       \
    ROW(CONVERSION_BASIS,                                                                          \
        "conversion.basis",                                                                        \
        409,                                                                                       \
        "Neither a sale nor the quota stands behind it")                                           \
    ROW(CONVERSION_AMOUNT, "conversion.amount", 409, "Not so much of the receipt is unused")       \
    ROW(CONVERSION_SIZE, "conversion.size", 422, "Too small or too large to be converted")
