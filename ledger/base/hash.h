#pragma once
/* A fast 64-bit mix of bytes for tables and row marks. Not for secrets: see
 * gateway/records/vault.h. */
#include <stddef.h>
#include <stdint.h>

uint64_t hash_u64(uint64_t value);
uint64_t hash_bytes(const void *data, size_t size);
