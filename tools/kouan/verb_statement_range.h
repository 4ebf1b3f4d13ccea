#pragma once
/* `kouan statement ACCOUNT --from DATE --to DATE --format NAME`: to standard output, as it is read;
 * what is held in memory does not grow with the entries, but for camt.053, which has a bound. */
#include "tools/kouan/database.h"

MUST_CHECK enum exit_code statement_range_print(const struct arguments *arguments,
                                                struct journal_reader *reader,
                                                int64_t account);
