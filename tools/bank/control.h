#pragma once
/* Commands from standard input and over a unix socket. */
#include <stddef.h>

#include "ledger/base/status.h"

struct bank;
struct control;

/* NULL with one line of reason. */
struct control *control_create(struct bank *bank, char *reason_out, size_t reason_size);
void control_destroy(struct control *control);
