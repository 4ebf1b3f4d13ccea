#include "gateway/business/tax/refund.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/text.h"

static void tell_owed(struct context *context,
                      const struct goods_return *goods_return,
                      const struct declaration *declaration,
                      int64_t amount_minor,
                      bool is_here)
{
    struct notice notice;
    notice_begin(&notice, is_here ? "refund.owed" : "refund.at_agent", goods_return->key);
    notice_text(&notice, "goods_return", goods_return->key);
    notice_text(&notice, "declaration", goods_return->declaration);
    notice_money(&notice, "amount", cny(amount_minor));
    notice_to(&notice, goods_return->agent_number);
    notice_to(&notice, declaration->principal_number);
    notice_send(context, &notice);
}

/* tax.withheld -> refund.payable, or, where the agent keeps the money itself, nothing. */
static enum verdict move_owed(struct context *context,
                              const struct goods_return *goods_return,
                              const struct declaration *declaration,
                              int64_t amount_minor,
                              bool *is_here_out)
{
    struct account_key withheld = {
        .owner = goods_return->agent_number,
        .purpose = PURPOSE_TAX_WITHHELD,
        .currency = CURRENCY_CNY,
    };
    struct account_key refund = withheld;
    refund.purpose = PURPOSE_REFUND_PAYABLE;
    bool is_here = payment_available(context, PURPOSE_TAX_WITHHELD, withheld.owner) >= amount_minor;
    enum verdict verdict =
        is_here ? rule_move(context, &withheld, &refund, amount_minor, TRANSFER_CODE_REFUND_OWED)
                : VERDICT_DONE;
    if (verdict == VERDICT_DONE) {
        tell_owed(context, goods_return, declaration, amount_minor, is_here);
    }
    *is_here_out = is_here;
    return verdict;
}

/* What messages took off the bill is owed for this return: once. */
static enum verdict owe_lowered(struct context *context,
                                struct goods_return *goods_return,
                                const struct declaration *declaration,
                                const struct tax_bill *found)
{
    bool is_here = false;
    struct tax_bill bill = *found;
    int64_t amount = bill.lowered.minor;
    enum verdict verdict = move_owed(context, goods_return, declaration, amount, &is_here);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_here) {
        goods_return->lowered = cny(goods_return->lowered.minor + amount);
    }
    bill.lowered = cny(0);
    tax_bill_put(context, &bill);
    return VERDICT_DONE;
}

static bool is_owed_for(const struct goods_return *goods_return, const struct tax_bill *bill)
{
    return bill->lowered.minor > 0 && strcmp(goods_return->approved_time, bill->said_time) < 0 &&
           assessment_touches(bill, goods_return);
}

enum verdict refund_owe(struct context *context,
                        struct goods_return *goods_return,
                        const struct declaration *declaration,
                        int64_t cancelled_minor)
{
    enum verdict verdict = VERDICT_DONE;
    if (cancelled_minor > 0) {
        bool is_here = false;
        verdict = move_owed(context, goods_return, declaration, cancelled_minor, &is_here);
        goods_return->withheld = is_here ? WITHHELD_HERE : WITHHELD_AT_AGENT;
    }
    const struct declaration_number *number =
        declaration->invt_no[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION_NUMBER, declaration->invt_no);
    const struct declaration_bill *bills = number == NULL ? NULL : number->bills.items;
    for (size_t i = 0; number != NULL && i < number->bills.count && verdict == VERDICT_DONE; i++) {
        const struct tax_bill *bill =
            state_find(context->state, DOCUMENT_TAX_BILL, bills[i].tax_no);
        bool is_owed = bill != NULL && strcmp(bill->declaration, declaration->key) == 0 &&
                       is_owed_for(goods_return, bill);
        if (is_owed) {
            verdict = owe_lowered(context, goods_return, declaration, bill);
        }
    }
    return verdict;
}

static const struct goods_return *newest_before(struct context *context,
                                                const struct declaration *declaration,
                                                const struct tax_bill *bill)
{
    const struct goods_return *newest = NULL;
    const struct declaration_return *returns = declaration->returns.items;
    for (size_t i = 0; i < declaration->returns.count; i++) {
        const struct goods_return *found =
            state_find(context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        bool counts =
            found != NULL && found->state == GOODS_RETURN_ACCEPTED && is_owed_for(found, bill);
        if (counts && (newest == NULL || strcmp(found->approved_time, newest->approved_time) > 0)) {
            newest = found;
        }
    }
    return newest;
}

enum verdict refund_hear_bill(struct context *context,
                              const char *tax_no,
                              const struct declaration *declaration,
                              int64_t by_minor)
{
    const struct tax_bill *found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no);
    if (found == NULL || by_minor == 0) {
        return VERDICT_DONE;
    }
    struct tax_bill bill = *found;
    bill.lowered = cny(bill.lowered.minor + by_minor);
    tax_bill_put(context, &bill);
    found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no); /* the old lists are gone */
    assert(found != NULL);
    const struct goods_return *newest = newest_before(context, declaration, found);
    if (newest == NULL) {
        return VERDICT_DONE; /* nothing went back, or its answer is still on its way */
    }
    struct goods_return goods_return = *newest;
    enum verdict verdict = owe_lowered(context, &goods_return, declaration, found);
    if (verdict == VERDICT_DONE) {
        goods_return_put(context, &goods_return);
    }
    return verdict;
}
