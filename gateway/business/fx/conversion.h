#pragma once
/*
 * Converting a receipt into CNY (结汇), at a locked rate:
 *
 *   individual.fx (currency) -> fx.position (currency)       what the bank buys
 *   fx.position (CNY)        -> individual.fx (CNY)          what the holder gets
 *
 * An amount of 10^-2 at a rate of 10^-4 for 100 units is a whole number of 10^-8 CNY. It is
 * rounded half up to the fen once; what is left over (negative when rounded up) is kept:
 *
 *   amount x rate = CNY x 10^6 + residue        of each conversion, and summed for each day
 *
 * fx.position belongs to the bank; the CNY side has the currency as its subject.
 */
#include "gateway/business/fx/fx_quote.h"
#include "gateway/business/fx/fx_receipt.h"

enum {
    CONVERSION_ID_SIZE = 14, /* "C" and 12 digits of the command that made it */
    RESIDUE_PER_FEN = 1000000,
};

struct conversion_execute {
    char quote[FX_QUOTE_ID_SIZE];
    char receipt[FX_RECEIPT_ID_SIZE];
    struct money amount; /* absent: all that is unused */
};

struct conversion {
    char id[CONVERSION_ID_SIZE];
    char quote[FX_QUOTE_ID_SIZE];
    char receipt[FX_RECEIPT_ID_SIZE];
    char holder[PARTY_ID_SIZE];
    char bank[PARTY_ID_SIZE];
    int64_t rate; /* CNY for 100 units, 10^-4 */
    struct money bought;
    struct money paid;
    int64_t residue; /* 10^-8 CNY */
    int32_t basis;   /* enum fx_basis */
    date_days converted_on;
};

extern const struct record conversion_execute_record;
extern const struct record conversion_record;

rule conversion_execute;

/* amount x rate: whole fen, half up, and what is left over. False when it does not fit. */
MUST_CHECK bool
conversion_exchange(int64_t amount_minor, int64_t rate, int64_t *fen_out, int64_t *residue_out);
