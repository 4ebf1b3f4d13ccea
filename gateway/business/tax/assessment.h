#pragma once
/*
 * What is due for a declaration: the sum of its live tax bills, each less what was returned after
 * customs spoke, and before there is one the estimate of what was not returned. Its reservation
 * follows what is due and in no statement.
 *
 * A bill is what customs said last: an 816 newer than a return counts as it stands, one older than
 * the return is lowered by it, in whatever order they come. Of a line, the tax of the quantity
 * returned is rounded half-up to the fen per tax kind; the last quantity takes the rest, so that
 * nothing is left of a whole return.
 */
#include "gateway/business/customs/goods_return.h"
#include "gateway/business/tax/tax_bill.h"

/* After its bills, its release or its number have changed. The caller stores the declaration. */
enum verdict assessment_settle(struct context *context, struct declaration *declaration);
/* The same after a return was accepted: nothing more is reserved than before. */
enum verdict assessment_settle_return(struct context *context, struct declaration *declaration);
/* What has not been returned, 10^-5, one a line. */
enum left {
    LEFT_NOT_RETURNED,
    LEFT_NOT_APPLIED_FOR,
};
void assessment_left(struct context *context,
                     const struct declaration *declaration,
                     enum left left,
                     int64_t left_out[CEB_LINE_COUNT_MAX]);
/* Takes the bills this return lowers out of their statements; false when one is final, and the tax
 * stays due. */
enum verdict assessment_leave_statements(struct context *context,
                                         const struct declaration *declaration,
                                         const struct goods_return *goods_return,
                                         bool *is_out_out);
/* The bill has a line of what this return is of, or no lines at all. */
bool assessment_touches(const struct tax_bill *bill, const struct goods_return *goods_return);
/* The bill contradicts this declaration: another agent or district. */
bool assessment_contradicts(struct context *context,
                            const struct tax_bill *bill,
                            const struct declaration *declaration);
