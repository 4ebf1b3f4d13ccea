#pragma once
/*
 * What buyers get back (退款), on refund.payable of who owes it: the tax that was withheld and is
 * no longer due, because goods went back in time (GACC 2020-45), owed by the agent for a return of
 * goods; and the compensation an exporter asked to hand on to its buyer (compensation/claim.h).
 *
 *   the 626 takes effect      tax.withheld -> refund.payable    `cancelled` of the return
 *   an 816 newer than the 626 tax.withheld -> refund.payable    `lowered` of the return
 *   a claim is paid           insurer.fund -> refund.payable    `to_buyer` of the claim
 *   refund.pay                refund.payable -> the buyer       a payment of this fund
 *
 * Where tax.withheld does not hold so much, nothing moves: the agent has the money and gives it
 * back itself. Amounts in fen.
 */
#include "gateway/business/customs/goods_return.h"
#include "gateway/business/tax/tax_bill.h"

struct payment;

/* refund.pay, by who owes it: all that is left for a return or a claim, or a part of it. One of the
 * two is named. */
struct refund_pay {
    char goods_return[REFERENCE_SIZE];
    char claim[14];
    char bank[PARTY_ID_SIZE];
    struct money amount; /* CURRENCY_NONE: all that is left */
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15];
};

struct refund_answer {
    char goods_return[REFERENCE_SIZE];
    char claim[14];
    char payment[20];
    int32_t state;       /* of the payment */
    struct money amount; /* of the payment */
    struct money owed;   /* for the return or claim, ever */
    struct money paid;   /* of it, paid or on its way, this payment included */
};

extern const struct record refund_pay_record;
extern const struct record refund_answer_record;

/* Refuses REFUND_SUBJECT, RETURN_UNKNOWN, CLAIM_UNKNOWN, REFUND_EXCEEDED, REFUND_FULL and what
 * payment_begin refuses. */
rule refund_pay;

/* The return was accepted and this much is not due any more; also, once, what newer messages that
 * came before had taken off its bills. The caller stores the return. */
enum verdict refund_owe(struct context *context,
                        struct goods_return *goods_return,
                        const struct declaration *declaration,
                        int64_t cancelled_minor);
/* An 816 has lowered the stored bill by so much (negative: raised it): what that leaves owed for
 * the newest return it is newer than, once. */
enum verdict refund_hear_bill(struct context *context,
                              const char *tax_no,
                              const struct declaration *declaration,
                              int64_t by_minor);
/* Tells what became of a payment to a buyer; other payments are none of its business. */
void refund_hear(struct context *context, const struct payment *payment);
