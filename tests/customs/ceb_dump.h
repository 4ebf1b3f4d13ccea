#pragma once
/* What a message says to the gateway, as text: every member a command takes over, by its name in C.
 */
#include "adapters/customs/ceb.h"

enum {
    CEB_DUMP_SIZE = 1 << 16
};

struct ceb_dump {
    char text[CEB_DUMP_SIZE];
    size_t size;
};

void ceb_dump(struct ceb_dump *dump, const struct ceb_message *message);
