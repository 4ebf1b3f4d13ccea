#pragma once
/*
 * The bank's statement of one business day, as files for reconciliation.
 *
 * CSV, a header line and then one line an entry:
 *   value_date,bank_reference,payment_reference,side,amount,currency,kind
 * side C: into the gateway's account, D: out of it; amount with two decimals; kind payment,
 * reversal, return or receipt. camt.053: the same entries, NtryRef and AcctSvcrRef are the bank's
 * reference, EndToEndId is ours.
 *
 * A script may lose, duplicate or alter (one minor unit more) lines; the books stay right.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/date.h"
#include "ledger/base/status.h"

struct bank;

/* `format` is csv or camt.053. False with one line of reason. */
MUST_CHECK bool statement_write(struct bank *bank,
                                const char *format,
                                date_days day,
                                const char *path,
                                char *reason_out,
                                size_t reason_size);
