#pragma once
/*
 * The days ahead, computed from documents as they stand: nothing is sent, nothing is changed. It is
 * assumed that nothing new is released or returned, that every statement not yet overdue is paid on
 * its due date, and that the terms are those compiled in. A due date that is no working day moves
 * to the next one.
 *
 * Day 30: last to apply for a return; days 31 to 45: window of payment; day 45: last for goods to
 * be back (GACC 2020-45, GACC 2018-194).
 */
#include <jansson.h>

#include "ledger/base/date.h"

enum {
    OUTLOOK_DAYS_MAX = 366,
};

/* `documents` has the lists tax_day, tax_cycle, tax_statement, guarantee and call, as the gateway
 * lists them. The result, the caller's:
 * {"from","days","events":[{"on","event","subject","amount"}],
 * "utilisation":[{"on","limit","reserved","percent"}]}, by date. */
json_t *outlook_make(const json_t *documents, date_days from, int days);
