#pragma once
#include <stddef.h>
#include <stdint.h>

#include "adapters/iso8583/iso8583.h"

/* A dialect of the library or of tests/iso8583/dialects, loaded once; exits when it does not load.
 */
const struct iso8583_dialect *support_dialect(const char *name);

/*
 * Bytes written as hexadecimal digits and 'text', both repeatable with *N behind; blanks are
 * ignored. A block of exactly that size (1 when empty), to be freed; exits when malformed.
 */
struct iso8583_view support_bytes(const char *notation);
void support_release(struct iso8583_view bytes);
/* A copy in a block of exactly that size. */
struct iso8583_view support_copy(const void *data, size_t size);

/* The value of ISO8583_REASON_... from its name in a table ("short", "length_digit"). */
enum iso8583_reason support_reason(const char *name);

/* A small repeatable generator (xorshift64*). */
struct support_random {
    uint64_t state;
};
uint32_t support_random_below(struct support_random *random, uint32_t bound);

/* Whether both have the same type and fields; *field_out is the first that differs. */
bool support_same(const struct iso8583_message *a, const struct iso8583_message *b, int *field_out);
