#pragma once
/* The CDDL description (RFC 8610) of records as CBOR, made from their tables alone. */
#include <stddef.h>

#include "gateway/records/record.h"
#include "ledger/base/bytes.h"

/* One rule per record, nested ones included. Sticky failure in the writer. */
void cddl_write(const struct record *const *records, size_t record_count, struct writer *writer);
