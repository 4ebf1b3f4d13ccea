#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

/* The bytes of tests/<name> in a block of exactly that size; exits when absent. */
struct bytes vector_load(const char *name);
void vector_release(struct bytes bytes);

/* The rows of the table tests/<name>: up to three words separated by blanks, absent ones NULL; '#'
 * starts a comment. Returns how many rows there were. */
size_t vector_each_row(const char *name, void (*check)(char *words[3]));
