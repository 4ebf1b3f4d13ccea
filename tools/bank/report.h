#pragma once
/* The books as JSON, for people and for tests that compare them with the gateway's. */
#include <jansson.h>
#include <stdio.h>

#include "tools/bank/books.h"

enum report_detail {
    REPORT_DAYS,  /* sums of each business day */
    REPORT_LINES, /* and every payment and advice */
};

/* One line of JSON and a newline:
 *   {"day", "double_paid", "days":[{"day", "paid":{"count","minor"}, "reversed", "received",
 *    "acknowledged"}], "accounts":[...], "payments":[...], "advices":[...]}
 * Lists keep the order of the journal. False when `file` cannot be written. */
MUST_CHECK bool report_books(const struct books *books, enum report_detail detail, FILE *file);
