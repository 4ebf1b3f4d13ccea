#pragma once
/* What the process says with its exit code. One table makes --help and is checked against the man
 * page. */
#include <stddef.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    EXIT_UNREACHABLE = 3,
    EXIT_FAULT_FOUND = 4,
    EXIT_IN_DOUBT = 5,
    EXIT_BUSY = 6,
    EXIT_LOCAL = 7,
    EXIT_CODE_COUNT,
};

struct exit_row {
    const char *name;
    const char *meaning;
};

/* Indexed by enum exit_code. */
extern const struct exit_row exit_rows[EXIT_CODE_COUNT];
