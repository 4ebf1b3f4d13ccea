#pragma once
/* UTF-8 as RFC 3629 allows it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

/* Bytes of the first character, or 0 when it is not valid; `size` bytes are there. */
size_t utf8_decode(const uint8_t *text, size_t size, uint32_t *code_point_out);
bool utf8_is_valid(struct bytes text);
