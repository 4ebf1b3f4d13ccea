#pragma once
/* What must always be true of tax bills, their days and their statements. */
#include "tests/business/world.h"

/* NULL, or what is broken. */
const char *statement_broken_law(const struct world *world);
