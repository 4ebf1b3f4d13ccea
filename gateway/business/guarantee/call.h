#pragma once
/*
 * Calls (执行担保): customs takes what a reservation stands for. A deposit pays at once; a
 * guarantor gets a demand with a due date, and until it has paid the principal is in arrears.
 *
 *   demanded -> overdue -> paid
 */
#include "gateway/business/bank/funds.h"
#include "gateway/business/guarantee/reservation.h"
#include "gateway/business/time/deadline.h"

enum call_state {
    CALL_DEMANDED = 1,
    CALL_OVERDUE = 2,
    CALL_PAID = 3,
};

struct call {
    char key[41]; /* "<grn>/<number>" */
    char grn[GRN_SIZE];
    int64_t number;
    int32_t state;
    char reference[REFERENCE_SIZE]; /* of the reservation */
    char principal[PARTY_ID_SIZE];
    char guarantor[PARTY_ID_SIZE];
    char beneficiary[PARTY_ID_SIZE];
    struct money amount;
    struct money paid;
    char payment_reference[21];
    date_days called_on;
    date_days due_on;
    char reason[REASON_SIZE];
    char statement[REFERENCE_SIZE]; /* whose tax is called with it, "" for none */
};

struct call_make {
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    struct money amount;
    char reason[REASON_SIZE];
};

struct call_pay {
    char call[41];
    char bank_reference[41];
    struct money amount;
    date_days value_date;
    char payer_name[201]; /* personal */
};

struct call_answer {
    char call[41];
    char grn[GRN_SIZE];
    int32_t state;
    struct money amount;
    struct money paid;
    char payment_reference[21];
    date_days due_on;
    struct money limit;
    struct money available;
    struct money reserved;
    struct money called;
};

extern const struct record call_record;
extern const struct record call_make_record;
extern const struct record call_pay_record;
extern const struct record call_answer_record;

rule guarantee_call;
rule guarantee_pay_call;
rule call_escalate;

/* One call of several that a command makes. */
struct call_part {
    const char *statement; /* "" for none */
    const char *reason;
    int number; /* 0: the only one */
};
/* Calls all that `reservation` still holds, as it stands in the accounts; all has been checked. */
enum verdict call_take(struct context *context,
                       struct guarantee *guarantee,
                       struct reservation *reservation,
                       const struct call_part *part,
                       bool *is_paid_out);

/* The call is open and owes at least this much. */
bool call_can_take(struct context *context, const char *key, int64_t amount_minor);
/* Books money for an open call that can take it; `guarantee_out` may be NULL. */
enum verdict call_settle(struct context *context,
                         const char *key,
                         int64_t bank,
                         int64_t amount_minor,
                         struct guarantee *guarantee_out);
