#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

/* clang-format off */
#define SETTLEMENT_REFUSALS(ROW) \
    ROW(FEE_SCHEDULE_BOUNDS, "fee_schedule.bounds", 422, "The minimum is above the maximum") \
    ROW(FEE_SCHEDULE_FULL, "fee_schedule.full", 409, "The schedule has too many dated fees") \
    ROW(FREEZE_EXISTS, "freeze.exists", 409, "This case has frozen money of the merchant") \
    ROW(FREEZE_UNKNOWN, "freeze.unknown", 422, "This case has frozen nothing of the merchant") \
    ROW(FREEZE_STATE, "freeze.state", 409, "All of it is free again") \
    ROW(FREEZE_AMOUNT, "freeze.amount", 422, "Not so much is frozen") \
    ROW(FREEZE_INSUFFICIENT, "freeze.insufficient", 409, "Not so much is free to be frozen") \
    ROW(SETTLEMENT_ORDER_UNKNOWN, "settlement_order.unknown", 422, "No such settlement order") \
    ROW(SETTLEMENT_STATE, "settlement_order.state", 409, "The order is not in a state that allows this") \
    ROW(SETTLEMENT_EXISTS, "settlement_order.exists", 409, "The merchant has used this reference") \
    ROW(SETTLEMENT_MODE, "settlement_order.mode", 422, "A window and its bank go with a window, and only there") \
    ROW(SETTLEMENT_LIMIT, "settlement_order.limit", 422, "More than the merchant may order at once") \
    ROW(SETTLEMENT_DAY_LIMIT, "settlement_order.day_limit", 409, "More than the merchant may order on a day") \
    ROW(WINDOW_UNKNOWN, "window.unknown", 422, "No such window") \
    ROW(WINDOW_STATE, "window.state", 409, "The window is not in a state that allows this") \
    ROW(WINDOW_DAY, "window.day", 409, "Not on the day of the window") \
    ROW(WINDOW_FULL, "window.full", 409, "The window has too many orders or banks") \
    ROW(WINDOW_CAP, "window.cap", 409, "The net debit of the bank would pass its cap") \
    ROW(WINDOW_MOVED, "window.moved", 409, "Money of the window has moved or may have")
/* clang-format on */
