#pragma once
/* The kinds of links to banks the house has, by the endings of their files. */
#include "gateway/banks/banks.h"

extern const struct bank_opener link_openers[];
extern const size_t link_opener_count;
