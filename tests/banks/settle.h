#pragma once
/* A merchant with a thousand million yuan to pay out, and a link to its bank. */
#include "tests/engine/crew.h"

/* Starts the crew; `link` is the body of bank_link.register. */
void settle(struct crew *crew, const char *link);
/* One command that must be accepted; its answer as JSON in 1,024 bytes. */
void settle_must(struct crew *crew,
                 const char *actor,
                 unsigned role,
                 const char *name,
                 const char *json,
                 char answer_out[1024]);
/* The value of "name":"…" in a JSON text. */
void settle_pick(const char *json, const char *name, char *value_out, size_t size);
