#pragma once
/* The laws of tax bills, returns and what stands behind them, over all documents of a world. */
#include "tests/business/world.h"

/* NULL or what is broken. */
const char *tax_broken_law(const struct world *world);
/* After customs' word: what is reserved for the declaration is what its open bills ask for, or
 * people have been told that it is short. Aborts otherwise. */
void tax_check_cover(const struct world *world, const char *declaration);
