#include "gateway/business/tax_bill.h"

enum verdict tax_bill_get(struct context *context, const char *tax_no, struct tax_bill *bill_out)
{
    const struct tax_bill *found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_TAX_BILL_UNKNOWN, "/tax_no");
    }
    *bill_out = *found;
    return VERDICT_DONE;
}

void tax_bill_put(struct context *context, const struct tax_bill *bill)
{
    state_put(context->state, DOCUMENT_TAX_BILL, bill);
}
