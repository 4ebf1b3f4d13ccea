#pragma once
/*
 * What a bank bought of a currency on a day (外汇头寸), and how that was squared (平仓): after the
 * day the bank takes the foreign money over at a rate agreed, and pays CNY to our account there.
 *
 *   fx.position (currency) -> bank.settlement (currency)    what was bought
 *   bank.settlement (CNY) -> fx.position (CNY)              at the bank's rate, its receipt awaited
 *   fx.position (CNY) <-> fx.result (CNY)                   proceeds less what customers got
 *
 * Each side is rounded half up to the fen once, and keeps what was lost. In 10^-8 CNY the day
 * brought exactly result x 10^6 + squaring residue - residue.
 */
#include "gateway/business/fx/conversion.h"

/* What a bank has bought of a currency on a day. */
struct fx_position {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<currency>/<date>" */
    char bank[PARTY_ID_SIZE];
    date_days day;
    struct money bought;
    struct money paid;
    int64_t residue; /* 10^-8 CNY */
    int64_t conversion_count;
    date_days squared_on; /* DATE_NONE: open; what follows is absent */
    int64_t rate;         /* CNY for 100 units, 10^-4 */
    struct money proceeds;
    struct money result; /* a loss is negative */
    int64_t squaring_residue;
    char bank_reference[41]; /* of the CNY the bank has paid */
};

struct fx_position_square {
    char position[DOCUMENT_KEY_SIZE];
    int64_t rate;
    char bank_reference[41];
};

extern const struct record fx_position_record;
extern const struct record fx_position_square_record;

rule fx_position_square;

/* Adds to the day's sums; false when they do not fit. Nothing is stored. */
MUST_CHECK bool fx_position_add(struct context *context,
                                const struct conversion *conversion,
                                struct fx_position *position_out);
