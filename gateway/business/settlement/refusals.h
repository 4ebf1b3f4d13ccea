#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

#define SETTLEMENT_REFUSALS(ROW)                                                                   \
    ROW(SETTLEMENT_ORDER_UNKNOWN, "settlement_order.unknown", 422, "No such settlement order")
