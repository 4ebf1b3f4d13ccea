#pragma once
/* Makes the bank do something of its own accord: through the control socket of kouan-bank, else by
 * asking whoever sits there. */
#include <stdbool.h>

#include "ledger/base/status.h"

enum {
    LEVER_WHY_SIZE = 200,
};

struct lever {
    const char *control; /* path of a unix socket, or NULL */
    void (*say)(const char *text);
};

/* `command` for the socket, `request` for people. False: the bank refused, or does not answer. */
MUST_CHECK bool lever_pull(const struct lever *lever,
                           const char *command,
                           const char *request,
                           char why_out[LEVER_WHY_SIZE]);
