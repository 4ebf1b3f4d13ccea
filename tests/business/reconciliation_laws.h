#pragma once
/* What must hold of statements, differences and what is awaited after every command. */
#include "tests/business/world.h"

/* NULL or what is broken. */
const char *reconciliation_broken_law(const struct world *world);
