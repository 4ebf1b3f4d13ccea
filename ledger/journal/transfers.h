#pragma once
/*
 * The rows of ledger.transfer from a seq on, in order and without a gap, as fast as they can be
 * read. Leaves are appended by one writer, so their physical order is the order of seq; only where
 * that turns out not to hold (rows moved by somebody else) are the rest of a leaf's rows sorted.
 */
#include "ledger/book/book.h"
#include "ledger/journal/connection.h"

struct transfers {
    struct connection *connection;
    int64_t next_seq;
    int64_t last_seq; /* of the present leaf */
    struct copy copy;
    bool is_open;
    bool is_sorted;
    int64_t bad_seq; /* of a row out of order: below next_seq twice, above it after a gap */
    enum status status;
};

void transfers_open(struct transfers *transfers, struct connection *connection, int64_t first_seq);
/* The next transfer and its bytes. False at the end, at a gap and on failure. */
MUST_CHECK bool
transfers_next(struct transfers *transfers, struct transfer *transfer_out, struct bytes *row_out);
/* CORRUPT after a gap or a row met twice, see bad_seq. */
MUST_CHECK enum status transfers_close(struct transfers *transfers);
/* False when the row has another shape. */
MUST_CHECK bool transfer_read(struct bytes row, struct transfer *transfer_out);
