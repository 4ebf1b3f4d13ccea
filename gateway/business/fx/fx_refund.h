#pragma once
/*
 * An export refunded (出口退款): foreign money of a receipt paid back to its payer because the
 * holder says so, marked 退 and told against the receipt it came by. Never more than is unused:
 * what was converted would have to be bought back first.
 *
 *   ordered  individual.fx -> bank.settlement, pending; no longer unused, cannot be converted
 *   paid     the bank has sent it: posted, counted as returned, its part of a quota given back
 *   declined the bank could not: void, unused again
 */
#include "gateway/business/fx/fx_receipt.h"

enum {
    FX_REFUND_ID_SIZE = 14, /* "X" and 12 digits of the command that ordered it */
};

/* What the bank writes into the payment's remark. */
#define FX_REFUND_MARK "退"

enum fx_refund_state {
    FX_REFUND_ORDERED = 1,
    FX_REFUND_PAID = 2,
    FX_REFUND_DECLINED = 3,
};

/* fx_receipt.refund */
struct fx_refund_order {
    char receipt[FX_RECEIPT_ID_SIZE];
    struct money amount;
    char reason[201];
};

/* fx_refund.confirm: the bank of the receipt has paid it. */
struct fx_refund_confirm {
    char refund[FX_REFUND_ID_SIZE];
    char bank_reference[41];
};

/* fx_refund.decline */
struct fx_refund_decline {
    char refund[FX_REFUND_ID_SIZE];
    char reason[201];
};

struct fx_refund {
    char id[FX_REFUND_ID_SIZE];
    char receipt[FX_RECEIPT_ID_SIZE];
    char holder[PARTY_ID_SIZE];
    char bank[PARTY_ID_SIZE];
    char mark[sizeof(FX_REFUND_MARK)];
    char bop_code[BOP_CODE_SIZE]; /* of the receipt */
    struct money amount;
    int32_t state;
    date_days ordered_on;
    date_days ended_on; /* paid or declined */
    int64_t hold;       /* the pending transfer; 0: none */
    char bank_reference[41];
    char reason[201];  /* why it is refunded */
    char decline[201]; /* why it was declined */
};

extern const struct record fx_refund_order_record;
extern const struct record fx_refund_confirm_record;
extern const struct record fx_refund_decline_record;
extern const struct record fx_refund_record;

rule fx_refund_order;
rule fx_refund_confirm;
rule fx_refund_decline;
