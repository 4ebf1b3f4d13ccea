#pragma once
/*
 * Replaying: all documents, accounts, bounds, transfers, events, answers and balances made anew
 * from ledger.command by the pure rules, and compared with the rows of the database. The hash chain
 * says that rows are what was committed; this says that what was committed follows from the
 * commands.
 */
#include <stdint.h>

#include "ledger/base/status.h"

struct vault;

struct audit_report {
    int64_t command_count;
    int64_t document_count; /* versions */
    int64_t account_count;
    int64_t transfer_count;
    int64_t event_count;
    char first_difference[400]; /* "command 17: document guarantee G1: amount is not …" */
};

/* The reader role is enough; a running engine is not disturbed. The vault opens what personal
 * fields the commands hold. CORRUPT: the first difference is named; anything else but OK: the
 * database could not be read to the end. */
MUST_CHECK enum status
audit_replay(const char *conninfo, struct vault *vault, struct audit_report *report_out);
