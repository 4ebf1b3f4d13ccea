#pragma once
/*
 * A payment (付款) of a merchant's money through a bank; or, of its `fund`, of the taxes it has
 * withheld, of those customs is owed, of what buyers get back, of an insurer's fund. What is said
 * of merchant.payable is true of that account.
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
 * The hold is a pending transfer from merchant.payable to payment.clearing of the bank, without an
 * end: only what becomes of the payment ends it. Nothing stays posted on payment.clearing: what a
 * confirmation posts there leaves it for bank.in_flight in the same group.
 *
 * Unknown is a state: in_doubt keeps the money in flight. `proof` says what is being done about it:
 * first the bank is asked (inquiring), then, when it does not know the payment or does not answer,
 * told to take it back (reversing, repeated until answered); once reversing has begun only the
 * answer to the reversal or the statement decides, for a late confirmation may still be taken back.
 *
 * What names the payment on the wire (trace, sent_at, business day) is in the ledger before the
 * first byte leaves: payment.send commits, then the adapter sends.
 */
#include "adapters/adapter.h"
#include "gateway/business/rule.h"

struct funds;

enum {
    PAYMENT_ID_SIZE = 20,       /* "P" and 12 digits of the command's number: ordered by age */
    REFUND_COUNT_MAX = 8,       /* payments paid or on their way for one refund (tax/refund.h) */
    PAYMENT_TRACE_MAX = 899999, /* the link itself signs on and echoes with 900001 to 999999 */
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

/* What a command of the system did: late and repeated words are heard, not refused. */
enum heard {
    HEARD_APPLIED = 1,
    HEARD_IGNORED = 2,  /* nothing changed */
    HEARD_SUSPENSE = 3, /* payment.return: money has come in that does not fit, it waits there */
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
    int64_t hold;                 /* the pending transfer */
    char approver[PARTY_ID_SIZE]; /* "": small enough to need none */
    int64_t send_count;           /* times sent: the attempt of its ADAPTER_PAY */
    int64_t trace;                /* with sent_at and business_day: of the last time, 0 = not out */
    instant_us sent_at;
    date_days business_day;   /* of the link when sent */
    date_days settlement_day; /* the bank's, once confirmed */
    char code[9];             /* of the bank's last answer that counted */
    char bank_reference[36];
    struct money returned; /* so far; CURRENCY_NONE = nothing */
    date_days created_on;
    char
        reconciled[DOCUMENT_KEY_SIZE]; /* the statement's line or the difference; "": neither yet */
    int64_t payer_number;
    int64_t bank_number;
    date_days undone_day; /* the bank's reversal counts on it; DATE_NONE: there was none */
    char undo_reconciled[DOCUMENT_KEY_SIZE]; /* as `reconciled`, of the reversal */
    date_days awaited_on;                    /* see payment_leg.h */
    int32_t fund;          /* enum purpose of the payer's account; 0: merchant.payable */
    char statement[14];    /* whose tax it pays (tax_statement.h), "" for none */
    char goods_return[61]; /* the return it gives tax back for (refund.h), or "" */
    char settlement[20];   /* the settlement order or window transfer it pays, "" for none */
    char claim[14];        /* the claim whose compensation it hands on (refund.h), or "" */
};

/* A payer uses a reference once. */
struct payment_number {
    char key[DOCUMENT_KEY_SIZE]; /* "<payer>/<reference>" */
    char payment[PAYMENT_ID_SIZE];
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

/*
 * payment.approve (an operator, never the payer), payment.cancel (the payer or an operator, before
 * it is sent), payment.send and payment.reverse (the system; the latter only from inquiring).
 * payment.send is refused, and the payment stays approved, while the link is off, the payer or the
 * bank is not active, the limits, the numbers of the day or the money at the bank are used up.
 */
struct payment_named {
    char payment[PAYMENT_ID_SIZE];
};

/*
 * What an adapter said: payment.answer, by the system. Values of act and outcome are those of
 * adapters/adapter.h; `attempt` of ADAPTER_PAY is the payment's send_count: "not sent" of an older
 * attempt changes nothing. After a restart, a payment found sent and without an adapter that will
 * answer is put in doubt by ADAPTER_PAY, ADAPTER_UNKNOWN. Never refused, whatever the state.
 */
struct payment_answer_told {
    char payment[PAYMENT_ID_SIZE];
    int32_t act;
    int64_t attempt;
    int32_t outcome;
    char code[9];
    char bank_reference[36];
    date_days settlement_day;
};

/* payment.prove, by the system: what the bank's statement says of a payment sent or in doubt. */
struct payment_prove {
    char payment[PAYMENT_ID_SIZE];
    int32_t outcome; /* ADAPTER_CONFIRMED or ADAPTER_REJECTED */
    char bank_reference[36];
    date_days settlement_day;
};

/*
 * payment.return, by the system: the bank gave the money back after it had confirmed, whole or in
 * parts. Booked once per bank reference, as funds. A payment still sent or in doubt was paid, then,
 * and is confirmed first. What cannot belong to the payment (more than it was, rejected before,
 * another bank's) goes to suspense.
 */
struct payment_returned {
    char bank[PARTY_ID_SIZE]; /* the one that says so */
    char payment[PAYMENT_ID_SIZE];
    char bank_reference[41];
    struct money amount;
    date_days value_date;
};

/* To every payment command. */
struct payment_answer {
    char payment[PAYMENT_ID_SIZE];
    int32_t state;
    int32_t proof;
    int32_t effect;
    struct money amount;
    int64_t trace;
    date_days business_day;
    date_days settlement_day;
    char code[9];
    char bank_reference[36];
};

extern const struct name heard_names[];
extern const struct name payment_states[];
extern const struct record payment_record;
extern const struct record payment_number_record;
extern const struct record payment_create_record;
extern const struct record payment_named_record;
extern const struct record payment_answer_told_record;
extern const struct record payment_prove_record;
extern const struct record payment_returned_record;
extern const struct record payment_answer_record;

rule payment_create;
rule payment_approve;
rule payment_cancel;
rule payment_send;
rule payment_reverse;
rule payment_answer;
rule payment_prove;
rule payment_return;

/*
 * Creates a payment of which payer, bank, reference, amount, creditor, remittance, fund, statement
 * and settlement are filled: checks the bank, the limits, the reference and the money, and holds
 * it. With an id it keeps that, one of several of a command; with an approver it is approved.
 */
enum verdict payment_begin(struct context *context, struct payment *payment);
/* Whose balance it is paid from. */
enum purpose payment_fund(const struct payment *payment);
/* NULL when there is none (or it is not in memory yet). */
const struct payment *payment_find(struct context *context, const char *id);
/* A copy of the payment; refuses PAYMENT_UNKNOWN at /payment. */
enum verdict payment_get(struct context *context, const char *id, struct payment *payment_out);
/* Refuses unless the state is among `states` (bits 1 << state); names the state. */
enum verdict
payment_check_state(struct context *context, const struct payment *payment, unsigned states);
/* Stores it and tells payer and bank; `event` NULL: nobody. */
void payment_put(struct context *context, const struct payment *payment, const char *event);
void payment_fill_answer(const struct payment *payment, enum heard effect, void *answer_out);

/* What the books do at each turn of a payment. */
enum payment_step {
    STEP_HOLD,    /* sets payment->hold */
    STEP_RELEASE, /* the hold is given back */
    STEP_SEND,
    STEP_UNSEND, /* back from in flight, still held */
    STEP_CONFIRM,
    STEP_REJECT,
    STEP_RETURN,
};

enum verdict payment_move(struct context *context,
                          struct payment *payment,
                          enum payment_step step,
                          int64_t amount_minor);
/*
 * What an outcome does to a payment sent or in doubt (or, for TURN_TAKE_BACK, confirmed): its
 * state, the books, the day's totals, what the link has sent today.
 */
enum payment_turn {
    TURN_NONE,
    TURN_CONFIRM,
    TURN_REJECT,
    TURN_UNDO,      /* rejected: the bank had paid and took it back, so its totals show both */
    TURN_DOUBT,     /* in doubt, inquiring */
    TURN_UNSEND,    /* approved again */
    TURN_TAKE_BACK, /* returned */
};
/* `told` says code, bank reference and settlement day ("" and DATE_NONE where nothing is said). */
enum verdict payment_turn(struct context *context,
                          struct payment *payment,
                          enum payment_turn turn,
                          const struct payment_answer_told *told);
/* Whether so much at this bank can be (a part of) the payment come back. */
bool payment_fits_return(const struct payment *payment, const char *bank, struct money amount);
/* Books funds that fit as the payment come back; fills state and principal of the funds, which the
 * caller stores. */
enum verdict
payment_book_return(struct context *context, struct payment *payment, struct funds *funds);
/* A payment sent or in doubt that the statement decides: ADAPTER_CONFIRMED or ADAPTER_REJECTED. */
enum verdict payment_decide(struct context *context,
                            struct payment *payment,
                            enum adapter_outcome outcome,
                            const char *bank_reference,
                            date_days settlement_day);
/* What may still leave this account of a party; 0 when it was never opened. */
int64_t payment_available(struct context *context, enum purpose purpose, int64_t owner);
