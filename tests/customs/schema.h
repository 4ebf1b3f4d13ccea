#pragma once
/* The customs' own schemas (tests/customs/schema), asked through libxml2 as xmllint does. */
#include <stdbool.h>

#include "ledger/base/bytes.h"

struct schema;

/* tests/customs/schema/<name>; exits when it cannot be used. */
struct schema *schema_open(const char *name);
void schema_close(struct schema *schema);
/* False: what libxml2 found wrong stands on standard error. */
bool schema_is_met(struct schema *schema, struct bytes xml);
