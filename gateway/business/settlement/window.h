#pragma once
/*
 * A window (清算场次): settlement orders netted between the banks before they are paid out.
 *
 *   open --close--> closed --settle--> settling --all orders ended--> settled
 *     `----abort-------´                  `-- abort, as long as nothing has moved --> aborted
 *
 * Each order lies at one bank and is paid out by another. Per bank a position is kept: in, out, and
 * net = in - out, whose sum over the banks is 0. A bank's net debit (out - in) stays within its
 * cap. Closing turns the positions into at most one transfer fewer than there are banks, between
 * our own accounts; settling pays them, each counts when the paying bank has confirmed it and the
 * other has told that it came, and when all have, the orders are paid out, page by page.
 */
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/time/deadline.h"

#define COMMAND_WINDOW_PAY     "window.pay"
#define COMMAND_WINDOW_RELEASE "window.release"

enum {
    WINDOW_BANK_COUNT_MAX = 16,
    WINDOW_ORDER_COUNT_MAX = 100000,
    WINDOW_PAGE_SIZE = 100,
    WINDOW_TRANSFER_KEY_SIZE = 20,
};

enum window_state {
    WINDOW_OPEN = 1,
    WINDOW_CLOSED,
    WINDOW_SETTLING,
    WINDOW_SETTLED,
    WINDOW_ABORTED,
};

struct window_bank {
    char bank[PARTY_ID_SIZE];
};

struct window {
    char id[WINDOW_ID_SIZE];
    int32_t state;
    char house[PARTY_ID_SIZE]; /* the operator whose payment.clearing holds the orders' money */
    int64_t house_number;
    date_days settlement_day; /* not settled before it */
    int64_t item_count;       /* orders that ever joined */
    int64_t order_count;      /* and have not left */
    struct money gross;       /* of them */
    int64_t cross_count;      /* those from one bank to another */
    struct money cross;
    int64_t transfer_count; /* instead of them, and how much */
    struct money net;
    struct money saved;    /* fees of the banks for the payments avoided */
    int64_t arrived_count; /* transfers */
    int64_t worked_count;  /* items paid out or released */
    int64_t ended_count;   /* orders confirmed or rejected */
    struct money paid;     /* of them: confirmed */
    char reason[201];      /* of the abort */
    date_days opened_on;
    date_days settled_on;
    struct list banks; /* of struct window_bank */
};

struct window_position {
    char key[DOCUMENT_KEY_SIZE]; /* "<window>/<bank>" */
    char bank[PARTY_ID_SIZE];
    struct money paid_in;  /* for its customers */
    struct money paid_out; /* of what lies there */
    struct money net;      /* in - out */
};

/* How far a bank's net debit may go in a window: window_cap.set, an operator in four eyes. */
struct window_cap {
    char bank[PARTY_ID_SIZE];
    struct money most;
};

/* The n-th order of a window. */
struct window_item {
    char key[DOCUMENT_KEY_SIZE]; /* "<window>/<n>", six digits from 000001 */
    char order[ORDER_ID_SIZE];
};

enum window_transfer_state {
    WINDOW_TRANSFER_PLANNED = 1,
    WINDOW_TRANSFER_SENT, /* its payment is under way */
    WINDOW_TRANSFER_CONFIRMED,
    WINDOW_TRANSFER_FAILED, /* rejected or come back: window.settle tries again */
};

/* Between our own accounts. Its key is what the payment carries, so that the advice leads here. */
struct window_transfer {
    char key[WINDOW_TRANSFER_KEY_SIZE]; /* "<window>/<n>", two digits from 01 */
    char window[WINDOW_ID_SIZE];
    int32_t state;
    char from[PARTY_ID_SIZE];
    char to[PARTY_ID_SIZE];
    struct money amount;
    int64_t attempt_count;
    char payment[PAYMENT_ID_SIZE];
    date_days arrived_on; /* DATE_NONE: not yet */
};

struct window_open {
    date_days settlement_day;
};

struct window_named {
    char window[WINDOW_ID_SIZE];
};

struct window_abort {
    char window[WINDOW_ID_SIZE];
    char reason[201];
};

struct window_answer {
    char window[WINDOW_ID_SIZE];
    int32_t state;
    int64_t order_count;
    struct money gross;
    int64_t transfer_count;
    struct money net;
    struct money saved;
};

extern const struct record window_record;
extern const struct record window_position_record;
extern const struct record window_cap_record;
extern const struct record window_item_record;
extern const struct record window_transfer_record;
extern const struct record window_open_record;
extern const struct record window_named_record;
extern const struct record window_abort_record;
extern const struct record window_answer_record;
extern const struct name window_states[];
extern const struct name window_transfer_states[];

rule window_cap_set;
rule window_open;
rule window_close;
rule window_settle; /* again: what failed is tried again */
rule window_abort;
rule window_pay_page; /* by time, as the next */
rule window_release_page;

/* Whether the order fits its window; joining takes its amount there. */
enum verdict window_check_join(struct context *context, const struct settlement_order *order);
enum verdict window_join(struct context *context, struct settlement_order *order);
/* Out of it again, while it is open. */
enum verdict window_leave(struct context *context, const struct settlement_order *order);
enum verdict window_hear_transfer(struct context *context, const struct payment *payment);
/* An order of a window was confirmed or rejected; nothing for one of none. */
enum verdict window_hear_end(struct context *context, const struct settlement_order *order);

/* The transfer an advice of this bank belongs to; NULL: to none. */
const struct window_transfer *window_transfer_awaited(struct context *context,
                                                      const struct party *bank,
                                                      const struct funds *funds);
/* Books it as arrived; `funds` learns whose it is. */
enum verdict window_transfer_take(struct context *context,
                                  const struct window_transfer *transfer,
                                  const struct party *bank,
                                  struct funds *funds);

/* A copy and its banks; refuses WINDOW_UNKNOWN at /window, or WINDOW_STATE. */
struct window_draft {
    struct window it;
    struct window_bank banks[WINDOW_BANK_COUNT_MAX];
};
enum verdict window_get(struct context *context,
                        const char *id,
                        unsigned states,
                        struct window_draft *draft_out);
/* Stores it and tells the operator. */
void window_put(struct context *context, struct window_draft *draft);
enum verdict window_finish(struct context *context, const struct window *window, void *answer_out);
struct window_position
window_position_of(struct context *context, const char *window, const char *bank);
/* Turns positions into planned transfers; fills transfer_count and net. */
void window_plan(struct context *context, struct window_draft *draft);
/* The next page, today. */
void window_next_page(struct context *context, const struct window *window, const char *command);
