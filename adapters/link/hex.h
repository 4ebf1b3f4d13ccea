#pragma once
/* Hexadecimal digits, of either case, to bytes, and bytes to digits. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

/* Writes size / 2 bytes. False: an odd number of characters, or one that is no digit. */
MUST_CHECK bool hex_read(const void *text, size_t size, uint8_t *bytes_out);
/* 2 * size digits and NUL. */
void hex_write(const uint8_t *bytes, size_t size, char *text_out);
