#pragma once
/* The engine's lock: one session-level advisory lock per database. */
#include "ledger/journal/connection.h"
#include "ledger/journal/journal.h"

/*
 * OK: held by this connection now. AGAIN: `holder_out` holds it. A holder whose backend has waited
 * for its client longer than `lease_us` (server's clock) is terminated first; 0 never does that.
 */
MUST_CHECK enum status
lock_take(struct connection *connection, instant_us lease_us, char *holder_out, size_t holder_size);

/* Ends another backend of ours and waits until it is gone; OK also when it was gone before. */
MUST_CHECK enum status backend_end(struct connection *connection, const struct backend *backend);
