#pragma once
/* Cells of comma-separated values (RFC 4180), one after another. */
#include <stdbool.h>

#include "ledger/base/status.h"

enum {
    CSV_CELL_SIZE = 256
};

/* The cell at *at, which moves behind it and its comma or line end. *is_last_out: its record ends.
 * False: a cell too long, or text behind a closing quote. */
MUST_CHECK bool
csv_cell_read(const char **at, const char *end, char cell_out[CSV_CELL_SIZE], bool *is_last_out);
