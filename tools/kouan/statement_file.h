#pragma once
/*
 * A bank's statement of one day as a file: camt.053 (ISO 20022) or CSV (RFC 4180) with a header
 * line naming, in any order, the columns
 *
 *   side (credit, C | debit, D), amount, currency, bank_reference, payment_reference, value_date
 *
 * Each becomes bodies of reconciliation.line, in the order of the file.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    STATEMENT_ID_SIZE = 36,
};

struct statement_file {
    char id[STATEMENT_ID_SIZE];
    json_t *lines; /* json_decref() it */
    int64_t credits_minor;
    int64_t debits_minor;
};

/* False: message_out names the line or element at fault, and there is nothing to free. */
MUST_CHECK bool statement_file_read(const char *path,
                                    const char *bank,
                                    const char *day,
                                    struct statement_file *file_out,
                                    char *message_out,
                                    size_t message_size);
