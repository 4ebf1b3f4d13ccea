#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

/* The bytes of tests/customs/vectors/<name> in a block of exactly that size; exits when absent. */
struct bytes vector_load(const char *name);
void vector_release(struct bytes bytes);
