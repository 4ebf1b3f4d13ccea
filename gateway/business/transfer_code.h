#pragma once
/* Why a transfer was made: the number stored in ledger.transfer.code. Append only, never renumber.
 */
#include <stdint.h>

enum transfer_code {
    TRANSFER_CODE_NONE,
    TRANSFER_CODE_DEPOSIT_RECEIVED,
    TRANSFER_CODE_FUNDS_SUSPENDED,
    TRANSFER_CODE_LIMIT_RAISED,
    TRANSFER_CODE_LIMIT_LOWERED,
    TRANSFER_CODE_RESERVED,
    TRANSFER_CODE_RESERVATION_RAISED,
    TRANSFER_CODE_RESERVATION_LOWERED,
    TRANSFER_CODE_RESTORED,
    TRANSFER_CODE_CONSUMED,
    TRANSFER_CODE_CALLED,
    TRANSFER_CODE_DEPOSIT_CALLED,
    TRANSFER_CODE_GUARANTOR_CALLED,
    TRANSFER_CODE_CALL_PAID,
    TRANSFER_CODE_CALL_SETTLED,
    TRANSFER_CODE_DEPOSIT_RELEASED,
    TRANSFER_CODE_DISCHARGED,
    TRANSFER_CODE_COUNT,
};

/* "guarantee.reserved"; "" for none or a number that is not one. */
const char *transfer_code_name(uint16_t code);
/* One line for people. */
const char *transfer_code_meaning(uint16_t code);
