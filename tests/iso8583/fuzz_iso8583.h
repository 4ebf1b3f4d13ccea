#pragma once
#include <stddef.h>
#include <stdint.h>

/* Decodes any bytes in the dialect; what is accepted must encode, decode and be the same again. */
void fuzz_iso8583_decode(const char *dialect_name, const uint8_t *data, size_t size);
