#pragma once
/* What the steps share, and the steps themselves. */
#include "adapters/link/code.h"
#include "tools/certify/run.h"

/* The verdict of a step, given once or more; the last holds. */
__attribute__((format(printf, 3, 4))) void
result_set(struct result *result, enum verdict verdict, const char *format, ...);

/* "; the WHAT afterwards: code 51" behind what came. */
void result_add(struct result *result, const char *what, struct talk_reply *reply);

/* A payment that has never been sent. */
struct payment_order order_make(struct run *run, const struct plan_step *step);
/* Asks and says what the answer means for the act; UNKNOWN without one. */
enum adapter_outcome run_request(struct run *run,
                                 const struct adapter_request *request,
                                 enum talk_damage damage,
                                 struct talk_reply *reply_out);
/* Asks about a payment, connecting again if need be. */
enum adapter_outcome
run_inquire(struct run *run, const struct payment_order *order, struct talk_reply *reply_out);

/* What became of a payment: what its answer said, and what the inquiry found where it said nothing.
 */
struct paying {
    enum adapter_outcome said;
    enum adapter_outcome found;
    struct talk_reply reply;   /* its message is gone when it was inquired about */
    struct talk_reply inquiry; /* end TALK_UNSENT: none was needed */
};

/* Sends a payment, as often as this is called; counts it when it is paid and new. */
struct paying run_pay(struct run *run, const struct payment_order *order);
void run_manage(struct run *run, int network_code, struct talk_reply *reply_out);
/* A key of ours, as field 62 holds it. */
void run_send_key(struct run *run, const char *key, struct talk_reply *reply_out);
/* Connects where there is no connection. False: the step has its verdict. */
MUST_CHECK bool run_connect(struct run *run, struct result *result);
MUST_CHECK bool run_sign_on(struct run *run, struct talk_reply *reply_out);
/* Connects and signs on where that is not so. */
MUST_CHECK bool run_ready(struct run *run, struct result *result);
/* After a step that may have cost the connection: an echo is answered, else the step fails. */
void run_check_usable(struct run *run, struct result *result);
/* After a step that must not pay: the inquiry says so, else the step fails and what was paid is
 * counted. */
void run_check_unpaid(struct run *run, struct result *result, const struct payment_order *order);
/* Passes by the step's own codes, else when the answer is the expected one; marks field 39. */
void run_judge(struct run *run,
               struct result *result,
               const struct talk_reply *reply,
               bool is_expected);
bool outcome_is_paid(enum adapter_outcome outcome);
/* "code 51", or why there is none. */
const char *reply_text(struct talk_reply *reply);
/* Our count of the day, sent; true when the bank answered and told its own in theirs_out. */
MUST_CHECK bool run_totals(struct run *run,
                           const struct day_totals *ours,
                           struct talk_reply *reply_out,
                           struct day_totals *theirs_out);
/* "paid 2 for 0.03, reversed 1 for 0.01, received 0 for 0.00" */
enum {
    TOTALS_TEXT_SIZE = 200
};
void totals_format(const struct day_totals *totals, char text_out[TOTALS_TEXT_SIZE]);

typedef void step_run(struct run *run, struct result *result);
step_run step_connect;
step_run step_sign_on;
step_run step_echo;
step_run step_sign_off;
step_run step_key_exchange;
step_run step_key_send;
step_run step_cut_over;
step_run step_pay;
step_run step_decline;
step_run step_repeat;
step_run step_inquire;
step_run step_inquire_unknown;
step_run step_reverse;
step_run step_reverse_repeat;
step_run step_reverse_unknown;
step_run step_late_original;
step_run step_wrong_mac;
step_run step_malformed;
step_run step_stale;
step_run step_unknown_mti;
step_run step_funds;
step_run step_funds_repeat;
step_run step_totals_before;
step_run step_totals;
