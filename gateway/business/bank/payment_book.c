/* What the books do at each turn of a payment: one table, in which the table of payment.h can be
 * read again; merchant.payable stands for the payment's fund. */
#include <assert.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/transfer_code.h"

enum {
    LEG_COUNT_MAX = 2
};

static const struct leg {
    enum transfer_kind kind; /* 0 = none */
    enum purpose debit;
    enum purpose credit;
    enum transfer_code code;
} steps[][LEG_COUNT_MAX] = {
    [STEP_HOLD] = {{TRANSFER_PENDING,
                    PURPOSE_MERCHANT_PAYABLE,
                    PURPOSE_PAYMENT_CLEARING,
                    TRANSFER_CODE_PAYMENT_HELD}                             },
    [STEP_RELEASE] = {{TRANSFER_VOID, PURPOSE_NONE, PURPOSE_NONE, TRANSFER_CODE_PAYMENT_RELEASED} },
    [STEP_SEND] = {{TRANSFER_SINGLE,
                    PURPOSE_BANK_IN_FLIGHT,
                    PURPOSE_BANK_SETTLEMENT,
                    TRANSFER_CODE_PAYMENT_SENT}                             },
    [STEP_UNSEND] = {{TRANSFER_SINGLE,
                      PURPOSE_BANK_SETTLEMENT,
                      PURPOSE_BANK_IN_FLIGHT,
                      TRANSFER_CODE_PAYMENT_NOT_SENT}                       },
    [STEP_CONFIRM] = {{TRANSFER_POST, PURPOSE_NONE, PURPOSE_NONE, TRANSFER_CODE_PAYMENT_CONFIRMED},
                   {TRANSFER_SINGLE,
                       PURPOSE_PAYMENT_CLEARING,
                       PURPOSE_BANK_IN_FLIGHT,
                       TRANSFER_CODE_PAYMENT_SETTLED}},
    [STEP_REJECT] = {{TRANSFER_VOID, PURPOSE_NONE, PURPOSE_NONE, TRANSFER_CODE_PAYMENT_RELEASED},
                   {TRANSFER_SINGLE,
                      PURPOSE_BANK_SETTLEMENT,
                      PURPOSE_BANK_IN_FLIGHT,
                      TRANSFER_CODE_PAYMENT_REJECTED}},
    [STEP_RETURN] = {{TRANSFER_SINGLE,
                      PURPOSE_BANK_SETTLEMENT,
                      PURPOSE_MERCHANT_PAYABLE,
                      TRANSFER_CODE_PAYMENT_RETURNED}                                          },
};

static struct account_key account_key(const struct payment *payment, enum purpose purpose)
{
    bool is_payers = purpose == PURPOSE_MERCHANT_PAYABLE;
    return (struct account_key){
        .purpose = is_payers ? payment_fund(payment) : purpose,
        .currency = CURRENCY_CNY,
        .owner = is_payers ? payment->payer_number : payment->bank_number,
    };
}

static bool make_posting(struct context *context,
                         const struct payment *payment,
                         const struct leg *leg,
                         int64_t amount_minor,
                         struct posting *posting_out)
{
    *posting_out = (struct posting){
        .kind = leg->kind,
        .amount = amount_minor,
        .pending_seq = payment->hold,
        .code = (uint16_t)leg->code,
    };
    if (leg->debit == PURPOSE_NONE) {
        return true;
    }
    struct account_key debit = account_key(payment, leg->debit);
    struct account_key credit = account_key(payment, leg->credit);
    posting_out->debit = state_account(context->state, &debit);
    posting_out->credit = state_account(context->state, &credit);
    return posting_out->debit != 0 && posting_out->credit != 0;
}

enum verdict payment_move(struct context *context,
                          struct payment *payment,
                          enum payment_step step,
                          int64_t amount_minor)
{
    struct posting postings[LEG_COUNT_MAX];
    size_t count = 0;
    while (count < LEG_COUNT_MAX && steps[step][count].kind != 0) {
        const struct leg *leg = &steps[step][count];
        if (!make_posting(context, payment, leg, amount_minor, &postings[count])) {
            return refuse_outcome(context, OUTCOME_BOOK_FULL);
        }
        count++;
    }
    enum outcome outcome =
        state_post(context->state, postings, count, context->command_seq, context->now);
    if (outcome != OUTCOME_OK) {
        return refuse_outcome(context, outcome);
    }
    if (step == STEP_HOLD) {
        payment->hold = book_seq(state_book(context->state));
    }
    return VERDICT_DONE;
}

int64_t payment_available(struct context *context, enum purpose purpose, int64_t owner)
{
    struct account_key key = {.purpose = purpose, .currency = CURRENCY_CNY, .owner = owner};
    const struct book *book = state_book(context->state);
    int64_t number = book_find(book, &key);
    return number == 0 ? 0 : account_available(book_account(book, number));
}
