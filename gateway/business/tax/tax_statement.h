#pragma once
/*
 * Statements (集中纳税): the tax bills of one agent at one customs district, paid as one.
 *
 *   cutting -> preliminary -> final -> paying -> paid
 *                               \-> overdue -> (paying -> paid) | called -> settled
 *
 * A cut takes every open bill released 31 days ago or earlier, page by page; a bill is in at most
 * one statement. While preliminary, a bill leaves it when its goods have come back or customs
 * voids it; a final one is paid as it stands. Due: the earliest day 45 in it, moved to the next
 * working day. What was reserved for its bills is kept under the statement's id, and comes back as
 * a whole in the commit that confirms the payment.
 *
 * A payment that is rejected or withdrawn, or comes back whole (退汇), leaves the statement final
 * or overdue as the day says; for one that came back, what had been restored is reserved again
 * where there is room. From the day after the due date to the day of payment the late fee runs.
 */
#include "gateway/business/tax/tax_bill.h"
#include "gateway/business/time/deadline.h"

#define COMMAND_REMIND       "tax_statement.remind"
#define COMMAND_FALL_OVERDUE "tax_statement.fall_overdue"

enum tax_statement_state {
    TAX_STATEMENT_CUTTING = 1,
    TAX_STATEMENT_PRELIMINARY = 2,
    TAX_STATEMENT_FINAL = 3,
    TAX_STATEMENT_PAYING = 4,
    TAX_STATEMENT_PAID = 5,
    TAX_STATEMENT_OVERDUE = 6,
    TAX_STATEMENT_CALLED = 7,
    TAX_STATEMENT_SETTLED = 8,
    TAX_STATEMENT_EMPTY = 9, /* every bill has left it */
};

enum {
    STATEMENT_COVER_COUNT_MAX = 32,  /* guarantees; a cut ends early, and goes on the next day, */
    STATEMENT_DAY_COUNT_MAX = 64,    /* when one more, or one more day of release, is needed */
    STATEMENT_PAGE_COUNT_MAX = 2000, /* bills added by one command */
};

/* A guarantee with something reserved under the statement's id. */
struct tax_statement_cover {
    char grn[GRN_SIZE];
    int64_t restored_minor; /* by the payment */
};

struct tax_statement_day {
    date_days released_on;
    int64_t bill_count;
};

struct tax_statement {
    char id[STATEMENT_ID_SIZE];
    int32_t state;
    char agent[PARTY_ID_SIZE];
    int64_t agent_number;
    char customs_code[5];
    char customs[PARTY_ID_SIZE]; /* "": the district is not registered */
    int64_t customs_number;
    date_days cut_on;
    date_days through; /* released on this day or earlier */
    int64_t bill_count;
    struct money tariff;
    struct money consumption_tax;
    struct money vat;
    struct money total;
    date_days legal_due_on; /* day 45 of the earliest; DATE_NONE while cutting */
    date_days due_on;       /* the same or the next working day */
    date_days final_on;
    struct money late_fee; /* in the payment or the calls */
    char payment[20];      /* the last one */
    int64_t payment_count;
    date_days paid_on;
    bool is_in_arrears;      /* counted in party.overdue_statement_count */
    int64_t open_call_count; /* calls not paid yet */
    struct money uncovered;  /* called, and on no guarantee: the agent owes it */
    char ent_duty_no[TAX_NO_SIZE];
    struct list covers; /* of struct tax_statement_cover */
    struct list days;   /* of struct tax_statement_day */
};

extern const struct record tax_statement_record;
extern const struct name tax_statement_states[];

/* tax_statement.cut: by the agent, its customs or an operator. Refused when nothing is ripe. */
struct tax_statement_cut {
    char agent[PARTY_ID_SIZE];
    char customs_code[5];
};

struct tax_statement_tax_no {
    char tax_no[TAX_NO_SIZE];
};

/* tax_statement.add, by the system: what does not belong there (any more) is left out. */
struct tax_statement_add {
    char statement[STATEMENT_ID_SIZE];
    struct list tax_nos; /* of struct tax_statement_tax_no */
};

/* tax_statement.finalise: by the agent or its customs. */
struct tax_statement_named {
    char statement[STATEMENT_ID_SIZE];
};

enum tax_statement_fund {
    STATEMENT_FUND_WITHHELD = 1, /* tax.withheld of the agent */
    STATEMENT_FUND_PAYABLE = 2,  /* merchant.payable of the agent */
};

/* tax_statement.pay: by the agent; total and the late fee of today, to the district's treasury. */
struct tax_statement_pay {
    char statement[STATEMENT_ID_SIZE];
    char bank[PARTY_ID_SIZE];
    int32_t fund;
};

/*
 * tax_statement.call: by customs, after the days of grace. Each guarantee is called for what is
 * kept on it and, in the order of the list, for what of the late fee it has available. The rest is
 * owed by the agent itself, which pays it by tax_statement.settle. Once all is paid the statement
 * is settled.
 */
struct tax_statement_call {
    char statement[STATEMENT_ID_SIZE];
    char reason[REASON_SIZE];
};

struct tax_statement_settle {
    char statement[STATEMENT_ID_SIZE];
    int32_t fund;
};

struct tax_statement_answer {
    char statement[STATEMENT_ID_SIZE];
    int32_t state;
    int64_t bill_count;
    int64_t added_count; /* by this command */
    struct money total;
    struct money late_fee; /* were it paid today; of one paid or called: as it was */
    date_days through;
    date_days due_on;
    char payment[20];
    struct money uncovered;
};

extern const struct record tax_statement_pay_record;
extern const struct record tax_statement_call_record;
extern const struct record tax_statement_settle_record;
extern const struct record tax_statement_cut_record;
extern const struct record tax_statement_add_record;
extern const struct record tax_statement_named_record;
extern const struct record tax_statement_answer_record;

rule tax_statement_cut;
rule tax_statement_cut_due;
rule tax_statement_add;
rule tax_statement_finalise;
rule tax_statement_finalise_due;
rule tax_statement_remind;
rule tax_statement_fall_overdue;
rule tax_statement_pay;
rule tax_statement_call;
rule tax_statement_settle;

struct call;
struct payment;

/* What has become of a payment, or of a call that is now paid; nothing for those of others. */
enum verdict tax_statement_hear(struct context *context, const struct payment *payment);
enum verdict tax_statement_hear_call(struct context *context, const struct call *call);

/*
 * For a bill that is STATED: takes it and its part of the reservation out of its statement while
 * that is cutting or preliminary; then it is open, in no statement and on no tax day, and
 * *is_out_out is true. Later it stays: false, nothing changed.
 */
enum verdict tax_statement_drop(struct context *context, struct tax_bill *bill, bool *is_out_out);
/* Customs says (818 status 2) that the bill was summarised into this duty document. */
void tax_statement_note_duty(struct context *context, const struct tax_bill *bill);

/* --- for the rules of statements --- */

/* A copy one may change: its lists are here. It must not move in memory. */
struct statement_draft {
    struct tax_statement it;
    struct tax_statement_cover covers[STATEMENT_COVER_COUNT_MAX];
    struct tax_statement_day days[STATEMENT_DAY_COUNT_MAX];
};

/* Refuses TAX_STATEMENT_UNKNOWN at `pointer`. */
enum verdict statement_get(struct context *context,
                           const char *id,
                           const char *pointer,
                           struct statement_draft *draft_out);
void statement_put(struct context *context, const struct statement_draft *draft);
/* Refuses unless the state is among `states` (bits 1 << state); names the state. */
enum verdict statement_check_state(struct context *context,
                                   const struct tax_statement *statement,
                                   unsigned states);
/* Starts a notice with id, state, total and due date, for agent and customs. */
void statement_notice(struct notice *notice,
                      const char *type,
                      const struct tax_statement *statement);
void statement_tell(struct context *context,
                    const char *type,
                    const struct tax_statement *statement);
void statement_answer_fill(const struct context *context,
                           const struct tax_statement *statement,
                           void *answer_out);
/* On the statement total, were it paid that day: half-up to the fen. */
int64_t statement_late_fee(const struct context *context,
                           const struct tax_statement *statement,
                           date_days paid_on);
/* The earliest day 45 in it, and the deadlines that follow while it is preliminary or final. */
void statement_set_due(struct context *context, struct statement_draft *draft);
void statement_close_deadlines(struct context *context, const struct tax_statement *statement);

/* Stores it. */
void statement_overdue(struct context *context, struct statement_draft *draft);
void statement_leave_arrears(struct context *context, struct statement_draft *draft);
enum purpose statement_fund(int32_t fund);

/* tax_statement_cover.c: what is reserved for its bills. */

/* Whether every guarantee of the bill is, or can become, one of the statement's. */
bool statement_covers_fit(const struct statement_draft *draft, const struct tax_bill *bill);
/* Moves what is reserved for the bill's declaration under the statement's id, and back just as much
 * as this bill has taken. The caller stores the bill. */
enum verdict statement_covers_take(struct context *context,
                                   struct statement_draft *draft,
                                   struct tax_bill *bill);
void statement_covers_give_back(struct context *context, struct tax_bill *bill);
