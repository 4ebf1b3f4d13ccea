#pragma once
/*
 * A settlement order (结算指令): a merchant has what it is owed paid out, at once by a payment of
 * its own (gross) or with the others of a window (场次).
 *
 *   created --approve--> approved --its day--> sent --> confirmed --> returned
 *      |                    |                   `-----> rejected
 *      |                    `--joins a window--> queued --window settles--> sent
 *      `---------cancel-----------´-----------------´    `--window aborted--> aborted
 *
 * Its money (amount and fee) stands on payment.clearing of the merchant from its creation, the
 * amount on that of the window's operator while it is queued; it comes back to merchant.payable
 * unless it is confirmed. The fee is earned when it is. An order above the amount of
 * terms.payment_approval_above needs a second pair of eyes; its payment then needs none.
 */
#include "gateway/business/bank/payment.h"

#define COMMAND_ORDER_RELEASE "settlement_order.release"

enum {
    ORDER_ID_SIZE = 14, /* "O" and 12 digits of the command's number */
    WINDOW_ID_SIZE = 14,
};

enum settlement_state {
    SETTLEMENT_CREATED = 1,
    SETTLEMENT_APPROVED,
    SETTLEMENT_QUEUED,
    SETTLEMENT_SENT, /* a payment is under way */
    SETTLEMENT_CONFIRMED,
    SETTLEMENT_REJECTED,
    SETTLEMENT_RETURNED,
    SETTLEMENT_CANCELLED,
    SETTLEMENT_ABORTED, /* with its window */
};

enum settlement_mode {
    SETTLEMENT_GROSS = 1,
    SETTLEMENT_WINDOW = 2,
};

/* What a payment is for, of the codes of cross-border RMB payments (业务种类). */
enum settlement_purpose {
    SETTLEMENT_CGODDR = 1, /* goods */
    SETTLEMENT_CSTRDR,     /* services */
    SETTLEMENT_COCADR,     /* other current account */
    SETTLEMENT_CCTFDR,     /* capital */
};

struct settlement_order {
    char id[ORDER_ID_SIZE];
    char merchant[PARTY_ID_SIZE];
    char reference[41]; /* the merchant's own, used once */
    int32_t state;
    int32_t mode;
    int32_t purpose;
    char bank[PARTY_ID_SIZE]; /* where the money lies */
    char
        payout_bank[PARTY_ID_SIZE]; /* ours that pays it out: in a window that of the beneficiary */
    struct money amount;
    struct money fee;
    int64_t fee_house;         /* whose income it is */
    char creditor_name[141];   /* personal */
    char creditor_account[35]; /* personal */
    char creditor_bank[15];
    char remittance[141];
    int64_t days;             /* T+n in working days */
    date_days settlement_day; /* no payment before it */
    char window[WINDOW_ID_SIZE];
    char approver[PARTY_ID_SIZE]; /* "": small enough to need none */
    char payment[PAYMENT_ID_SIZE];
    char code[33]; /* why there is no payment */
    struct money returned;
    date_days created_on;
    int64_t merchant_number;
};

/* A merchant uses a reference once. */
struct settlement_number {
    char key[DOCUMENT_KEY_SIZE]; /* "<merchant>/<reference>" */
    char order[ORDER_ID_SIZE];
};

/* What a merchant may order: set by an operator in four eyes; CURRENCY_NONE: no limit. */
struct settlement_limit {
    char merchant[PARTY_ID_SIZE];
    struct money order_limit;
    struct money day_limit;
};

/* What it has ordered on a day, less what was cancelled. */
struct settlement_used {
    char key[DOCUMENT_KEY_SIZE]; /* "<merchant>/<day>" */
    struct money ordered;
};

/* settlement_order.create, by the merchant. */
struct settlement_create {
    char reference[41];
    int32_t mode;
    int32_t purpose;
    char bank[PARTY_ID_SIZE];
    char payout_bank[PARTY_ID_SIZE]; /* window only */
    char window[WINDOW_ID_SIZE];     /* window only */
    struct money amount;
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15];
    char remittance[141];
    int64_t days;
};

struct settlement_named {
    char order[ORDER_ID_SIZE];
};

struct settlement_answer {
    char order[ORDER_ID_SIZE];
    int32_t state;
    struct money amount;
    struct money fee;
    date_days settlement_day;
    char payment[PAYMENT_ID_SIZE];
    char code[33];
};

extern const struct record settlement_order_record;
extern const struct record settlement_number_record;
extern const struct record settlement_limit_record;
extern const struct record settlement_used_record;
extern const struct record settlement_create_record;
extern const struct record settlement_named_record;
extern const struct record settlement_answer_record;
extern const struct name settlement_states[];

rule settlement_limit_set;
rule settlement_create;
rule settlement_approve; /* an operator, never the merchant */
rule settlement_cancel;  /* the merchant or an operator, before there is a payment */
rule settlement_release; /* by time: its day has come */

/* The first day of payment: T is today before the cut-off of terms.settlement_cut_off_seconds,
 * else tomorrow, no day the bank has ended, moved to a working day; then n working days. */
date_days settlement_day_of(struct context *context, const char *bank, int64_t days);

/* Stores it and tells the merchant. */
void settlement_put(struct context *context, const struct settlement_order *order);
/* The payment of an order whose money is back on the merchant's payment.clearing: `payment_id` is
 * "" for that of the command. A refusal of the bank's side ends the order, with its code. */
enum verdict
settlement_pay(struct context *context, struct settlement_order *order, const char *payment_id);
/* The money goes back to merchant.payable; the order ends in this state. */
enum verdict settlement_give_back(struct context *context,
                                  struct settlement_order *order,
                                  enum settlement_state state);
/* From one owner's payment.clearing to another's. */
enum verdict settlement_shift(struct context *context,
                              int64_t from,
                              int64_t to,
                              int64_t amount_minor,
                              enum transfer_code code);
/* What a turn of a payment means for the order or the window it belongs to. */
enum verdict settlement_hear(struct context *context, const struct payment *payment);
