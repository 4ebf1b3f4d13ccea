#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

#define FX_REFUSALS(ROW)                                                                           \
    ROW(FX_ACCOUNT_UNKNOWN, "fx_account.unknown", 422, "No such account for foreign exchange")
