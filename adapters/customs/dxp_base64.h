#pragma once
/*
 * The content of Data: base64 (RFC 4648 §4) that comes in pieces, with white space anywhere.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

struct dxp_base64 {
    uint8_t *out;
    size_t capacity;
    size_t size;
    uint32_t bits; /* of the group under way */
    unsigned digit_count;
    unsigned padding_count;
};

struct dxp_base64 dxp_base64_over(uint8_t *out, size_t capacity);
/* NULL, "base64" or "too_large". */
const char *dxp_base64_take(struct dxp_base64 *base64, const char *text, size_t size);
/* The same; nothing at all is "missing". */
const char *dxp_base64_end(const struct dxp_base64 *base64, struct bytes *data_out);

void dxp_base64_write(struct bytes data, struct writer *out);
