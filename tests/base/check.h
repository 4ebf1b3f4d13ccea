#pragma once
/* cmocka, with the headers it wants before it, and what several tests of the bricks share. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdlib.h>
#include <string.h>

/* Free it. No NUL at its end, in memory of exactly its size: reading beyond it is caught. */
static inline char *exact_copy(const char *text, size_t size)
{
    char *copy = malloc(size == 0 ? 1 : size);
    assert_non_null(copy);
    memcpy(copy, text, size);
    return copy;
}
