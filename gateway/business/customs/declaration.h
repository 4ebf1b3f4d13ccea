#pragma once
/*
 * Declarations (进口清单): CEB 621 makes them, CEB 622 moves them. Key: the agent's party id and
 * its own number (copNo). A receipt that comes before its declaration is kept and applied when that
 * comes.
 *
 *   awaited ------\
 *   (new) -> provisional | review -> released -> returned
 *                 \-> rejected, deleted  -> provisional (declared again)
 *
 * A provisional declaration has reserved its estimated tax on one guarantee of the company that
 * stands for it (assureCode). Once customs has assessed the tax (CEB 816), what its bills still ask
 * for takes the place of the estimate: see assessment.h.
 */
#include "adapters/customs/ceb.h"
#include "gateway/business/guarantee/reservation.h"
#include "gateway/business/tax/tax.h"

enum declaration_state {
    DECLARATION_AWAITED = 1,
    DECLARATION_PROVISIONAL = 2,
    DECLARATION_REVIEW = 3,
    DECLARATION_RELEASED = 4,
    DECLARATION_REJECTED = 5,
    DECLARATION_DELETED = 6,
    DECLARATION_RETURNED = 7,
};

enum review_reason {
    REVIEW_ASSURE_UNKNOWN = 1,  /* nobody has that code */
    REVIEW_ASSURE_MISMATCH = 2, /* none of the companies of the declaration */
    REVIEW_UNCOVERED = 3,       /* released, but no guarantee had room */
    REVIEW_SHORT = 4,           /* assessed higher, and the guarantee had no room for the rest */
};

enum declaration_effect {
    EFFECT_APPLIED = 1,
    EFFECT_UNCHANGED = 2, /* a repeat */
    EFFECT_LATE = 3,      /* older than what is known */
    EFFECT_PARKED = 4,    /* not understood or contradictory: kept for people */
};

enum {
    COP_NO_SIZE = 36,
    COVER_COUNT_MAX = 4, /* guarantees behind one declaration */
    COVER_SIZE = COVER_COUNT_MAX * GRN_SIZE,
    TAX_NO_SIZE = 51,
    TAX_BILL_COUNT_MAX = 8, /* of one declaration */
    RETURN_COUNT_MAX = 8,
    RETURN_TIME_DIGITS = 17,
    APP_TIME_DIGITS = 14,
};

/* What was applied for and not refused: the key of a goods_return. */
struct declaration_return {
    char key[REFERENCE_SIZE];
};

struct declaration {
    char key[REFERENCE_SIZE]; /* "<agent>/<copNo>" */
    int32_t state;
    char agent[PARTY_ID_SIZE];
    int64_t agent_number;
    char cop_no[COP_NO_SIZE];
    char pre_no[19];
    char invt_no[19];
    char order_no[241];
    char customs_code[5];
    char trade_mode[5];
    char ebp_code[73];
    char ebc_code[73];
    char logistics_code[73];
    char logistics_no[241];
    char assure_code[121];
    char principal[PARTY_ID_SIZE];
    int64_t principal_number;
    char app_time[15];
    date_days decl_date;
    struct money taxable;
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    struct money tax_total;
    struct money assessed;          /* sum of its live bills as customs said; none until then */
    struct money assess_difference; /* assessed - tax_total */
    struct money tax_due; /* what was not returned: of its bills, before them of tax_total */
    char grn[COVER_SIZE]; /* the guarantees behind it, joined by commas; "": none */
    int32_t review_reason;
    char last_status[11];
    char last_return_time[18];
    char parked_status[11];
    char parked_return_time[18];
    date_days released_on;
    date_days return_until;
    date_days window_from;
    date_days payment_due;
    bool tax_bill_open;
    bool withdrawn;            /* customs agreed (CEB 624) before the declaration itself came */
    char buyer_id_number[241]; /* personal */
    char buyer_name[241];      /* personal */
    char buyer_id_lookup[RECORD_LOOKUP_SIZE];
    char buyer_name_lookup[RECORD_LOOKUP_SIZE];
    char consignee_address_lookup[RECORD_LOOKUP_SIZE];
    int64_t freight;      /* 10^-5 CNY */
    int64_t insured_fee;  /* 10^-5 CNY */
    struct money counted; /* of the buyer's year */
    struct list lines;    /* of struct ceb_inventory_line */
    struct list returns;  /* of struct declaration_return */
};

/* The number customs gives (invtNo) leads to the declaration and to its tax bills; these may be
 * known first. */
struct declaration_number {
    char invt_no[19];
    char declaration[REFERENCE_SIZE]; /* "": not known yet */
    struct list bills;                /* of struct declaration_bill */
};

struct declaration_bill {
    char tax_no[TAX_NO_SIZE];
};

struct declaration_answer {
    char declaration[REFERENCE_SIZE];
    int32_t effect;
    int32_t state;
    int32_t review_reason;
    struct money taxable;
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    struct money tax_total;
    struct money tax_due;
    char grn[COVER_SIZE];
    date_days released_on;
    date_days payment_due;
};

extern const struct record declaration_record;
extern const struct record declaration_number_record;
extern const struct record declaration_submit_record; /* of struct ceb_inventory */
extern const struct record declaration_status_record; /* of struct ceb_inventory_return */
extern const struct record declaration_answer_record;
extern const struct name declaration_effects[];
extern const struct name declaration_states[];

rule declaration_submit;
rule declaration_receive_status;

/* The key, or refusals: agent unknown, number missing or too long. */
enum verdict declaration_key(struct context *context,
                             const char *agent_code,
                             const char *cop_no,
                             const struct party **agent_out,
                             char key_out[REFERENCE_SIZE]);
/* A copy of the declaration with this invtNo; false when there is none, or not yet. */
bool declaration_find_number(struct context *context,
                             const char *invt_no,
                             struct declaration *declaration_out);
/* Customs gives a number once: another one contradicts when the goods are released or bills are
 * known under the first. */
bool declaration_may_have_number(struct context *context,
                                 const struct declaration *declaration,
                                 const char *invt_no);
/* returnTime, 17 digits, or appTime, 14: its date; false when it is not a time. */
bool declaration_time_date(const char *time, size_t digit_count, date_days *date_out);

/* --- what stands behind it: cover.c --- */

/* Reserves the amount on the first guarantee with room; false when none has. Refusals are for
 * the ledger's. */
enum verdict declaration_cover(struct context *context,
                               struct declaration *declaration,
                               int64_t amount_minor,
                               bool *is_covered_out);
/* Gives back what is still reserved, if anything is. */
enum verdict declaration_uncover(struct context *context,
                                 struct declaration *declaration,
                                 enum restore_reason reason);
/* What is reserved becomes this, up or down; without room it stays, with REVIEW_SHORT. */
enum verdict
declaration_recover(struct context *context, struct declaration *declaration, int64_t amount_minor);
/* No more than this stays reserved; the rest comes back as of a return. */
enum verdict declaration_cover_at_most(struct context *context,
                                       struct declaration *declaration,
                                       int64_t amount_minor);
/* The reservation is in use: released_on is known, its deadlines follow. */
void declaration_confirm(struct context *context, struct declaration *declaration);

/* --- the estimate: estimate.c --- */

struct estimate_base {
    const struct ceb_inventory_line *lines;
    size_t line_count;
    int64_t charges; /* freight and insurance, 10^-5 CNY */
    date_days date;  /* of the rates */
};
/* TAX_AMOUNT, TARIFF_UNKNOWN or TAX_NOT_RETAIL refused. */
enum verdict declaration_estimate(struct context *context,
                                  const struct estimate_base *base,
                                  struct tax *tax_out);
/* The estimate of what is left when `left` (10^-5, one a line) has not been returned. */
int64_t declaration_estimate_left(struct context *context,
                                  const struct declaration *declaration,
                                  const int64_t *left);
/* The duty-paid value of what is left, in fen. */
int64_t declaration_value_left(const struct declaration *declaration, const int64_t *left);

/* Stores it, and the way from its invtNo. */
void declaration_put(struct context *context, const struct declaration *declaration);
void declaration_tell(struct context *context,
                      const char *type,
                      const struct declaration *declaration);
void declaration_answer_fill(const struct declaration *declaration,
                             enum declaration_effect effect,
                             void *answer_out);
