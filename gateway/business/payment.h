#pragma once
/*
 * A payment (付款) of a merchant's money through a bank.
 *
 *   created --approve--> approved --send--> sent --answer--> confirmed --return--> returned
 *      |                    |                 |  `---------> rejected
 *      `------cancel--------´                 `-> in_doubt --inquiry, reversal, statement--> either
 *
 *   state      merchant.payable            bank.settlement   bank.in_flight
 *   created    pending: held for it
 *   sent       still held                  - amount          + amount
 *   confirmed  posted: amount leaves it                      - amount
 *   rejected   hold voided                 + amount          - amount
 *   returned   + amount (from confirmed)   + amount
 *
 * Unknown is a state: in_doubt keeps the money in flight. `proof` says what is being done about it:
 * first the bank is asked (inquiring), then, when it does not know the payment or does not answer,
 * told to take it back (reversing, repeated until answered); once reversing has begun only the
 * answer to the reversal or the statement decides, for a late confirmation may still be taken back.
 *
 * What names the payment on the wire (trace, sent_at, business day) is in the ledger before the
 * first byte leaves: payment.send commits, then the adapter sends.
 */
#include "gateway/business/rule.h"

enum {
    PAYMENT_ID_SIZE = 20, /* "P" and 12 digits of the command's number: ordered by age */
};

enum payment_state {
    PAYMENT_CREATED = 1, /* waits for approval */
    PAYMENT_APPROVED = 2,
    PAYMENT_SENT = 3,
    PAYMENT_IN_DOUBT = 4,
    PAYMENT_CONFIRMED = 5,
    PAYMENT_REJECTED = 6, /* by the bank, or reversed: `code` says which */
    PAYMENT_RETURNED = 7,
    PAYMENT_CANCELLED = 8,
};

enum payment_proof {
    PROOF_INQUIRING = 1,
    PROOF_REVERSING = 2,
};

struct payment {
    char id[PAYMENT_ID_SIZE];
    char payer[PARTY_ID_SIZE]; /* whose money */
    char bank[PARTY_ID_SIZE];  /* the link it goes through */
    char reference[41];        /* the payer's own */
    int32_t state;
    int32_t proof;
    struct money amount;
    char creditor_name[141];   /* personal */
    char creditor_account[35]; /* personal */
    char creditor_bank[15];
    char remittance[141];
    int64_t hold; /* the pending transfer */
    char approver[PARTY_ID_SIZE];
    int64_t trace;
    instant_us sent_at;
    date_days business_day;   /* of the link when sent */
    date_days settlement_day; /* the bank's, once confirmed */
    char code[9];             /* the bank's last answer */
    char bank_reference[36];
    date_days created_on;
};

/* payment.create: POST /v1/payment/create by the payer. Approved at once up to the amount of
 * terms.payment_approval_above. */
struct payment_create {
    char bank[PARTY_ID_SIZE];
    char reference[41];
    struct money amount;
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15];
    char remittance[141];
};

/* payment.approve (an operator, never the payer), payment.cancel (the payer, before it is sent),
 * payment.send and payment.reverse (the system). */
struct payment_named {
    char payment[PAYMENT_ID_SIZE];
};

/* What an adapter said: payment.answer, by the system. Values of act and outcome are those of
 * adapters/adapter.h. */
struct payment_answer_told {
    char payment[PAYMENT_ID_SIZE];
    int32_t act;
    int64_t attempt;
    int32_t outcome;
    char code[9];
    char bank_reference[36];
    date_days settlement_day;
};

/* payment.return, by the system: the bank gave the money back after it had confirmed. Booked once
 * per bank reference. */
struct payment_returned {
    char payment[PAYMENT_ID_SIZE];
    char bank_reference[41];
    struct money amount;
    date_days value_date;
};
