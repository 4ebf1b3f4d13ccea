#pragma once
/* What must hold of payments, holds, links and bank days after every command. */
#include "tests/business/world.h"

/* NULL or what is broken. */
const char *payment_broken_law(const struct world *world);
