#pragma once
/* Laws of credit insurance, whatever was done. */
#include "tests/business/world.h"

/* NULL: all hold; else the one that does not. */
const char *compensation_broken_law(const struct world *world);
