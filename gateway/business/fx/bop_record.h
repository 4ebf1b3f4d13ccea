#pragma once
/*
 * What is declared for the balance of payments (国际收支统计申报): one record for each receipt that
 * reached its holder, made on the day it was credited, and one for each part of it that went back,
 * which names the first (退款).
 *
 *   open    -> reported      the bank says under which number
 *   exempt                   small: counted, not declared itemised
 *
 * Due on the fifth working day after the day of credit (SAFE 汇发〔2022〕22号). Goods sold online
 * are 122030; goods declared to customs, so in its statistics, 121010. Costs abroad that were
 * netted against the proceeds are declared with them: the actual amount is what came in, the
 * restored one what the sale brought (轧差净额结算, 汇发〔2020〕11号, article II).
 */
#include "gateway/business/fx/fx_receipt.h"
#include "gateway/business/fx/trade_evidence.h"
#include "gateway/business/time/deadline.h"

#define BOP_CODE_ONLINE  "122030" /* 未纳入海关统计的网络购物 */
#define BOP_CODE_CUSTOMS "121010" /* 一般贸易 */

enum {
    BOP_KEY_SIZE = 28, /* a receipt, or "<receipt>-<12 digits>" of what went back */
};

enum bop_state {
    BOP_OPEN = 1,
    BOP_EXEMPT = 2,
    BOP_REPORTED = 3,
};

struct bop_record {
    char key[BOP_KEY_SIZE];
    char receipt[FX_RECEIPT_ID_SIZE];
    char original[BOP_KEY_SIZE]; /* of a refund: the record it takes from */
    char holder[PARTY_ID_SIZE];
    int64_t holder_number;
    char bank[PARTY_ID_SIZE];
    int64_t bank_number;
    int32_t state;
    char code[BOP_CODE_SIZE];
    char country[COUNTRY_SIZE];   /* of the counterparty */
    char platform[PARTY_ID_SIZE]; /* where it was sold, once that is known */
    struct money actual;
    struct money restored;
    struct money warehousing;
    struct money logistics;
    struct money tax;
    date_days credited_on;
    date_days due_on; /* DATE_NONE: exempt */
    bool is_late;
    date_days reported_on;
    char report_number[41]; /* the bank's (申报号码) */
};

/* Netted against the receipt, in its currency. */
struct bop_costs {
    char receipt[FX_RECEIPT_ID_SIZE];
    struct money warehousing;
    struct money logistics;
    struct money tax;
};

struct bop_report {
    char record[BOP_KEY_SIZE];
    char report_number[41];
};

extern const struct record bop_record_record;
extern const struct record bop_costs_record;
extern const struct record bop_report_record;
extern const struct name bop_state_names[];

rule bop_record_declare_costs;
rule bop_record_report;
rule bop_record_remind;
rule bop_record_fall_overdue;

/* The receipt reached its holder today. */
void bop_record_open(struct context *context, const struct fx_receipt *receipt);
/* So much of a credited receipt went back today. */
void bop_record_refund(struct context *context,
                       const struct fx_receipt *receipt,
                       struct money amount);
/* The order the receipt was drawn for says what was sold, and where. A record reported under
 * another code is to be reported again. */
void bop_record_match(struct context *context,
                      const struct fx_receipt *receipt,
                      const struct trade_evidence *order);
/* What the sale brought: the receipt and the costs netted. */
struct money bop_record_restored(struct context *context, const struct fx_receipt *receipt);
