#pragma once
/*
 * A receipt held against an export sale (收款与订单比对): the order's seller, amount and time with
 * the receipt's holder, amount and value date, and the sale's three documents among themselves. All
 * agree: the receipt may be converted without the yearly quota (SAFE 汇发〔2020〕11号, article
 * IV). Otherwise it stays as it was, and the answer says why, field by field; a corrected document
 * or another order may be tried, the quota used, or two people decide, with their reason.
 *
 * One order, and one payment serial, is drawn for one receipt only.
 */
#include "gateway/business/fx/fx_receipt.h"
#include "gateway/business/fx/trade_evidence.h"

struct fx_match_compare {
    char receipt[FX_RECEIPT_ID_SIZE];
    char platform[PARTY_ID_SIZE];
    char order_no[EVIDENCE_NUMBER_SIZE];
};

/* What a receipt has been given for: "order/<platform>/<no>" or "payment/<teller>/<serial>". */
struct fx_draw {
    char key[DOCUMENT_KEY_SIZE];
    char receipt[FX_RECEIPT_ID_SIZE];
    date_days drawn_on;
};

enum fx_match_state {
    FX_MATCH_AGREES = 1,
    FX_MATCH_DIFFERS = 2, /* or something is missing */
    FX_MATCH_ACCEPTED = 3,
    FX_MATCH_REFUSED = 4,
};

/* The last attempt of a receipt. */
struct fx_match {
    char receipt[FX_RECEIPT_ID_SIZE]; /* the key */
    char holder[PARTY_ID_SIZE];
    char platform[PARTY_ID_SIZE];
    char order_no[EVIDENCE_NUMBER_SIZE];
    int32_t state;
    int32_t evidence; /* enum evidence_state: of the three documents */
    bool name_agrees;
    bool id_number_agrees;
    bool amount_agrees;
    bool time_agrees; /* paid on the day of the order or later */
    struct money ordered;
    struct money received;
    date_days ordered_on;
    date_days value_date;
    date_days decided_on; /* DATE_NONE: by nobody */
    char reason[201];
};

/* fx_match.decide: about the last attempt as it was seen, FX_MATCH_ACCEPTED or FX_MATCH_REFUSED. */
struct fx_match_decide {
    char receipt[FX_RECEIPT_ID_SIZE];
    char platform[PARTY_ID_SIZE];
    char order_no[EVIDENCE_NUMBER_SIZE];
    int32_t decision;
    char reason[201];
};

extern const struct record fx_match_compare_record;
extern const struct record fx_match_decide_record;
extern const struct record fx_match_record;
extern const struct record fx_draw_record;

rule fx_match_compare;
rule fx_match_decide;

/* The order was given for a receipt: its documents stay as they are. */
bool fx_match_is_drawn(struct context *context, const char *platform, const char *order_no);
