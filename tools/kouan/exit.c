#include "tools/kouan/exit.h"

const struct exit_row exit_rows[EXIT_CODE_COUNT] = {
    [EXIT_DONE] = {"ok",          "done"                                                   },
    [EXIT_REFUSED] = {"refused",     "the gateway refused; nothing changed"                   },
    [EXIT_USAGE] = {"usage",       "wrong arguments or unreadable input; nothing was sent"  },
    [EXIT_UNREACHABLE] = {"unreachable", "the gateway, the database or the bank cannot be reached"},
    [EXIT_FAULT_FOUND] = {"fault",       "verification found a fault"                             },
    [EXIT_IN_DOUBT] = {"in doubt",
                   "sent, but no answer came; repeat with the same idempotency key"        },
    [EXIT_BUSY] = {"busy",        "the gateway is busy or not ready; try again later"      },
    [EXIT_LOCAL] = {"local",       "a file, key or process on this machine failed"          },
};
