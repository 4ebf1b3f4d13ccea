#pragma once
/* Laws of foreign exchange of individuals, whatever was done. */
#include "tests/business/world.h"

/* NULL: all hold; else the one that does not. */
const char *fx_broken_law(const struct world *world);
