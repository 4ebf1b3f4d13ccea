#pragma once
/* What must hold of settlement orders, windows and frozen money after every command. */
#include "tests/business/world.h"

/* NULL or what is broken. */
const char *settlement_broken_law(const struct world *world);
