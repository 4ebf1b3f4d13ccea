#pragma once
/*
 * Statements (集中纳税): the tax bills of one agent at one customs district, paid as one.
 *
 *   cutting -> preliminary -> final -> paying -> paid
 *                               \-> overdue -> (paying -> paid) | called -> settled
 *
 * A cut takes every open bill released 31 days ago or earlier, page by page; a bill is in at most
 * one statement. While preliminary, a bill leaves it when its goods have come back or customs
 * voids it; a final one is paid as it stands. Due: the earliest day 45 in it, moved to the next
 * working day. What was reserved for its bills is kept under the statement's id, and comes back as
 * a whole in the commit that confirms the payment.
 */
#include "gateway/business/tax_bill.h"

enum tax_statement_state {
    TAX_STATEMENT_CUTTING = 1,
    TAX_STATEMENT_PRELIMINARY = 2,
    TAX_STATEMENT_FINAL = 3,
    TAX_STATEMENT_PAYING = 4,
    TAX_STATEMENT_PAID = 5,
    TAX_STATEMENT_OVERDUE = 6,
    TAX_STATEMENT_CALLED = 7,
    TAX_STATEMENT_SETTLED = 8,
    TAX_STATEMENT_EMPTY = 9, /* every bill has left it */
};

/*
 * For a bill that is STATED: takes it and its part of the reservation out of its statement while
 * that is cutting or preliminary; then it is open, in no statement and on no tax day, and
 * *is_out_out is true. Later it stays: false, nothing changed.
 */
enum verdict tax_statement_drop(struct context *context, struct tax_bill *bill, bool *is_out_out);
/* Customs says (818 status 2) that the bill was summarised into this duty document. */
void tax_statement_note_duty(struct context *context, const struct tax_bill *bill);
