#pragma once
/*
 * Tax bills (电子税单): what customs assessed, CEB 816, and what became of it, CEB 818. Key: taxNo.
 * They may come before the declaration is known, repeat, and overtake one another: of one bill the
 * newer returnTime counts.
 *
 *   awaited (818 came first) -> open -> stated (in a statement)
 *                                 \-> void (作废), cancelled (all of it returned)
 *
 * A bill is paid when its statement is. The amounts are what is still due: a part returned has
 * been taken off.
 */
#include "gateway/business/customs/declaration.h"

enum tax_bill_state {
    TAX_BILL_AWAITED = 1,
    TAX_BILL_OPEN = 2,
    TAX_BILL_STATED = 3,
    TAX_BILL_VOID = 4,
    TAX_BILL_CANCELLED = 5,
};

enum {
    STATEMENT_ID_SIZE = 14, /* "S000000000042" */
};

/* What is due for one line, in fen, and what customs said of it, in 10^-5 CNY. */
struct tax_bill_line {
    int64_t gnum;
    char gcode[11];
    int64_t tariff_minor;
    int64_t consumption_minor;
    int64_t vat_minor;
    int64_t tariff;
    int64_t consumption_tax;
    int64_t vat;
};

struct tax_bill {
    char tax_no[TAX_NO_SIZE];
    int32_t state;
    char invt_no[19];
    char declaration[REFERENCE_SIZE]; /* "": not known yet */
    char agent[PARTY_ID_SIZE];        /* who has to pay, from the declaration */
    int64_t agent_number;
    char customs_code[5];
    char agent_code[73];  /* as the bill says, to be compared */
    char grn[COVER_SIZE]; /* the guarantees behind it, joined by commas */
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    struct money total;
    struct money assessed; /* total as customs said last */
    struct money assessed_tariff;
    struct money assessed_consumption_tax;
    struct money assessed_vat;
    char said_time[18];                /* returnTime of the 816 with these amounts */
    date_days released_on;             /* DATE_NONE: not released yet */
    date_days payment_due;             /* day 45 */
    char tax_day[DOCUMENT_KEY_SIZE];   /* counted there while it is open and released, else "" */
    char statement[STATEMENT_ID_SIZE]; /* "" unless STATED */
    char ent_duty_no[TAX_NO_SIZE];     /* 缴款书编号, 818 status 2 */
    char last_status[2];
    char last_return_time[18];
    char parked_status[2]; /* what contradicts: for people */
    char parked_return_time[18];
    struct list lines;    /* of struct tax_bill_line */
    struct money covered; /* of what was reserved, taken along into its statement */
    struct money lowered; /* by messages, and not yet owed back (refund.h); negative: raised */
};

struct tax_bill_answer {
    char tax_no[TAX_NO_SIZE];
    int32_t effect; /* enum declaration_effect */
    int32_t state;
    char declaration[REFERENCE_SIZE];
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    struct money total;
    struct money assessed;
    struct money assess_difference; /* of the declaration */
    date_days payment_due;
    char ent_duty_no[TAX_NO_SIZE];
};

extern const struct record tax_bill_record;
extern const struct record tax_bill_receive_record; /* of struct ceb_tax */
extern const struct record tax_bill_status_record;  /* of struct ceb_tax_status */
extern const struct record tax_bill_answer_record;

rule tax_bill_receive;
rule tax_bill_receive_status;

/* A copy; refuses TAX_BILL_UNKNOWN at /tax_no. */
enum verdict tax_bill_get(struct context *context, const char *tax_no, struct tax_bill *bill_out);
void tax_bill_put(struct context *context, const struct tax_bill *bill);
/* Adds bill, amounts and state to a notice of this type; told are agent, principal and whoever
 * brought the message. */
void tax_bill_tell(struct context *context,
                   const char *type,
                   const struct tax_bill *bill,
                   const struct declaration *declaration);
