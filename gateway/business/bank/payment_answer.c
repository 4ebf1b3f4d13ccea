/*
 * What becomes of a payment when its bank has said something: one table over where the payment
 * stands, what the bank had been asked, and what came back. Every combination stands in it; what
 * is not sent, in doubt or confirmed is past all answers.
 */
#include <assert.h>
#include <stdio.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/text.h"

enum situation {
    SITUATION_OVER, /* also: not sent at all */
    SITUATION_SENT,
    SITUATION_INQUIRING,
    SITUATION_REVERSING,
    SITUATION_CONFIRMED,
    SITUATION_COUNT,
};

#define KEEP      TURN_NONE
#define CONFIRM   TURN_CONFIRM
#define REJECT    TURN_REJECT
#define UNDO      TURN_UNDO
#define DOUBT     TURN_DOUBT
#define UNSEND    TURN_UNSEND
#define TAKE_BACK TURN_TAKE_BACK

/* clang-format off */
static const enum payment_turn turns[SITUATION_COUNT][ADAPTER_REVERSE + 1][ADAPTER_NOT_SENT + 1] = {
    /*                          CONFIRMED REJECTED NOT_FOUND REVERSED   PENDING UNKNOWN NOT_SENT */
    [SITUATION_SENT] = {
        /* "Not found" of a payment just sent says that it may still be on its way. */
        [ADAPTER_PAY]     = {0, CONFIRM,  REJECT,  DOUBT,    REJECT,    DOUBT,  DOUBT,  UNSEND},
        /* Asked after a restart. An inquiry that did not leave says nothing of the payment. */
        [ADAPTER_INQUIRE] = {0, CONFIRM,  REJECT,  DOUBT,    UNDO,      DOUBT,  DOUBT,  KEEP},
        /* No reversal was begun: the ledger would know. */
        [ADAPTER_REVERSE] = {0, KEEP,     KEEP,    KEEP,     KEEP,      KEEP,   KEEP,   KEEP},
    },
    [SITUATION_INQUIRING] = {
        /* A late answer is an answer. "Not sent" is not believed any more once there was a doubt:
         * the inquiry finds out. */
        [ADAPTER_PAY]     = {0, CONFIRM,  REJECT,  KEEP,     REJECT,    KEEP,   KEEP,   KEEP},
        /* "Not found" does not end the doubt: only a reversal makes sure that the payment will not
         * be taken when it comes late. */
        [ADAPTER_INQUIRE] = {0, CONFIRM,  REJECT,  KEEP,     UNDO,      KEEP,   KEEP,   KEEP},
        [ADAPTER_REVERSE] = {0, KEEP,     KEEP,    KEEP,     KEEP,      KEEP,   KEEP,   KEEP},
    },
    [SITUATION_REVERSING] = {
        /* What was confirmed late may be taken back the moment after; what was rejected was never
         * paid, whatever becomes of the reversal. */
        [ADAPTER_PAY]     = {0, KEEP,     REJECT,  KEEP,     REJECT,    KEEP,   KEEP,   KEEP},
        [ADAPTER_INQUIRE] = {0, KEEP,     REJECT,  KEEP,     UNDO,      KEEP,   KEEP,   KEEP},
        /* Confirmed: the bank stands by the payment. Rejected: the reversal was (codes 12, 30, 40
         * of ISO 8583 mean the message, not the money), so nothing is known: told again, or the
         * statement decides. Not found: never paid, and refused should it come late. */
        [ADAPTER_REVERSE] = {0, CONFIRM,  KEEP,    REJECT,   UNDO,      KEEP,   KEEP,   KEEP},
    },
    [SITUATION_CONFIRMED] = {
        /* The first definite word stands; the statement shows what contradicts it. */
        [ADAPTER_PAY]     = {0, KEEP,     KEEP,    KEEP,     KEEP,      KEEP,   KEEP,   KEEP},
        [ADAPTER_INQUIRE] = {0, KEEP,     KEEP,    KEEP,     KEEP,      KEEP,   KEEP,   KEEP},
        /* The statement had confirmed it while our reversal was under way, and that took effect. */
        [ADAPTER_REVERSE] = {0, KEEP,     KEEP,    KEEP,     TAKE_BACK, KEEP,   KEEP,   KEEP},
    },
};
/* clang-format on */

static enum situation situation_of(const struct payment *payment)
{
    switch ((enum payment_state)payment->state) {
    case PAYMENT_SENT:
        return SITUATION_SENT;
    case PAYMENT_IN_DOUBT:
        return payment->proof == PROOF_INQUIRING ? SITUATION_INQUIRING : SITUATION_REVERSING;
    case PAYMENT_CONFIRMED:
        return SITUATION_CONFIRMED;
    case PAYMENT_CREATED:
    case PAYMENT_APPROVED:
    case PAYMENT_REJECTED:
    case PAYMENT_RETURNED:
    case PAYMENT_CANCELLED:
        return SITUATION_OVER;
    }
    assert(false);
    return SITUATION_OVER;
}

enum verdict payment_answer(struct context *context, const void *command, void *answer_out)
{
    const struct payment_answer_told *told = command;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, told->payment, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    enum payment_turn turn = turns[situation_of(&payment)][told->act][told->outcome];
    if (turn == TURN_UNSEND && told->attempt != payment.send_count) {
        turn = TURN_NONE;
    }
    if (turn != TURN_NONE) {
        verdict = payment_turn(context, &payment, turn, told);
    }
    payment_fill_answer(&payment, turn != TURN_NONE ? HEARD_APPLIED : HEARD_IGNORED, answer_out);
    return verdict != VERDICT_DONE ? verdict : rule_done(context);
}

enum verdict payment_decide(struct context *context,
                            struct payment *payment,
                            enum adapter_outcome outcome,
                            const char *bank_reference,
                            date_days settlement_day)
{
    assert(payment->state == PAYMENT_SENT || payment->state == PAYMENT_IN_DOUBT);
    assert(outcome == ADAPTER_CONFIRMED || outcome == ADAPTER_REJECTED);
    struct payment_answer_told told = {.settlement_day = settlement_day};
    TEXT_PUT(told.code, payment->code);
    snprintf(told.bank_reference, sizeof(told.bank_reference), "%s", bank_reference);
    enum payment_turn turn = outcome == ADAPTER_CONFIRMED ? TURN_CONFIRM : TURN_REJECT;
    return payment_turn(context, payment, turn, &told);
}

enum verdict payment_prove(struct context *context, const void *command_, void *answer_out)
{
    const struct payment_prove *command = command_;
    struct payment payment = {0};
    enum verdict verdict = payment_get(context, command->payment, &payment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_open = payment.state == PAYMENT_SENT || payment.state == PAYMENT_IN_DOUBT;
    if (is_open) {
        verdict = payment_decide(context,
                                 &payment,
                                 (enum adapter_outcome)command->outcome,
                                 command->bank_reference,
                                 command->settlement_day);
    }
    payment_fill_answer(&payment, is_open ? HEARD_APPLIED : HEARD_IGNORED, answer_out);
    return verdict != VERDICT_DONE ? verdict : rule_done(context);
}
