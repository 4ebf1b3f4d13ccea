#pragma once
/* What text may hold, how numbers and bytes are spelled in it, and how it is hidden. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

/*
 * Valid UTF-8 people can see: no control characters, no line or paragraph separators, no byte
 * order mark, no characters that change the direction of writing, no noncharacters.
 */
bool text_is_printable(struct bytes text);
/* A-Z a-z 0-9 . _ : / - only. */
bool text_is_code(struct bytes text);

/*
 * ID numbers and phones (ASCII, at least 11 characters, at least half of them digits) keep their
 * first 3 and last 4; other ASCII becomes "J***", other text "王**". Sticky failure in `masked`.
 */
void text_mask(struct bytes clear, struct writer *masked);

/* "7.085" at scale 4 -> 70850: the grammar of amount_parse with `scale` decimals at most. */
MUST_CHECK bool decimal_parse(const char *text, size_t size, int scale, int64_t *value_out);
enum {
    DECIMAL_SCALE_MAX = 18,
    DECIMAL_TEXT_SIZE = 24
};
size_t decimal_format(int64_t value, int scale, char text_out[DECIMAL_TEXT_SIZE]);

/* RFC 4648 §5 without padding. Decoding accepts exactly what encoding gives. */
void base64url_write(struct bytes content, struct writer *text);
MUST_CHECK bool base64url_read(struct bytes text, struct writer *content);
