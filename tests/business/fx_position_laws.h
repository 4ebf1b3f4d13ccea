#pragma once
/* What must hold of draws, declarations, conversions and positions after every command. */
#include "tests/business/world.h"

/* NULL or what is broken. */
const char *fx_position_broken_law(const struct world *world);
