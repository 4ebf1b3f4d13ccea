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
    ROW(FREEZE_INSUFFICIENT, "freeze.insufficient", 409, "Not so much is free to be frozen")
/* clang-format on */
