#pragma once
/*
 * Returns of goods (退货申请): CEB 625 applies, CEB 626 says what became of it. Key: the agent's
 * party id and the number (copNo) of the application. What is returned in time is not taxed (GACC
 * 2020-45): applied for by day 30 of the release, back by day 45.
 *
 *   awaited (626 came first) -> applied -> accepted | refused | late
 *
 * Late, or contradicted by a statement that is final: the tax stays due, and people decide.
 */
#include "gateway/business/customs/application.h"
#include "gateway/business/customs/declaration.h"

enum goods_return_state {
    GOODS_RETURN_AWAITED = 1,
    GOODS_RETURN_APPLIED = 2,
    GOODS_RETURN_ACCEPTED = 3,
    GOODS_RETURN_REFUSED = 4,
    GOODS_RETURN_LATE = 5,
};

/* Who has the tax that was withheld from the buyers and is no longer due. */
enum withheld_at {
    WITHHELD_HERE = 1,     /* now on refund.payable of the agent */
    WITHHELD_AT_AGENT = 2, /* never paid in here: the agent gives it back itself */
};

struct goods_return {
    char key[REFERENCE_SIZE]; /* "<agent>/<copNo>" */
    int32_t state;
    char agent[PARTY_ID_SIZE];
    int64_t agent_number;
    char declaration[REFERENCE_SIZE];
    char invt_no[19];
    char pre_no[19];
    char app_time[15];
    date_days applied_on;
    date_days completed_on;
    char approved_time[18]; /* returnTime of the earliest approval */
    struct money cancelled; /* tax no longer due; none when customs had lowered the bill itself */
    int32_t withheld;       /* enum withheld_at */
    char last_status[11];
    char last_return_time[18];
    char parked_status[11];
    char parked_return_time[18];
    struct list lines;    /* of struct ceb_refund_line */
    struct money lowered; /* owed back besides: customs lowered a bill later */
    struct list refunds;  /* of struct payment_named: what gives it back */
};

struct goods_return_answer {
    char key[REFERENCE_SIZE];
    int32_t effect; /* enum declaration_effect */
    int32_t state;
    char declaration[REFERENCE_SIZE];
    int32_t declaration_state;
    date_days applied_on;
    date_days completed_on;
    struct money cancelled;
    int32_t withheld;
    struct money tax_due; /* of the declaration */
};

extern const struct record goods_return_record;
extern const struct record goods_return_answer_record;

rule goods_return_apply;
rule goods_return_receive;

void goods_return_put(struct context *context, const struct goods_return *goods_return);
void goods_return_tell(struct context *context,
                       const char *type,
                       const struct goods_return *goods_return,
                       const struct declaration *declaration);
/* Customs has agreed: accepted, or too late, which is left to people. Stores both. */
enum verdict goods_return_agree(struct context *context,
                                struct goods_return *goods_return,
                                struct declaration *declaration,
                                enum declaration_effect *effect_out);
