#pragma once
/*
 * Totals of one business day, in fields 74 to 77, 86 to 89 and 97, seen from the gateway: credits
 * are funds received, debits payments, their reversals what was taken back or returned.
 */
#include "tools/bank/books.h"
#include "tools/bank/draft.h"

struct totals {
    struct tally received;
    struct tally paid;
    struct tally reversed;
};

struct totals totals_of(const struct books *books, date_days day);
/*
 * Equal when funds received agree, and payments after what came back. A payment reversed before the
 * gateway ever called it paid is in the bank's books twice and in the gateway's not at all, and
 * both are right.
 */
bool totals_agree(const struct totals *ours, const struct totals *theirs);
/* False when a field is missing. */
MUST_CHECK bool totals_read(const struct iso8583_message *message, struct totals *totals_out);
void totals_write(const struct totals *totals, struct draft *draft);
