#pragma once
/*
 * Field 48: elements of three letters, three digits of length, and the value. Where the field
 * takes printable ASCII only, a value with other characters travels as the hexadecimal digits of
 * its UTF-8 under a tag that ends in X (DNM as DNX).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/iso8583/iso8583.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    PRIVATE_TEXT_SIZE = 141,
    PRIVATE_FIELD = 48,
};

/* What an advice may say; "" = not said. Longer texts are refused. */
struct private_values {
    char reference[PRIVATE_TEXT_SIZE]; /* REF */
    char payer[PRIVATE_TEXT_SIZE];     /* PNM */
    char returned[PRIVATE_TEXT_SIZE];  /* RET */
};

/* Nothing for an empty text. `kind` is the field's in the dialect. */
void private_write(struct writer *writer,
                   enum iso8583_kind kind,
                   const char tag[3],
                   const char *text);
/* False: not made of elements, a tag twice, or a value that is no text of ours. */
MUST_CHECK bool private_read(struct iso8583_view field, struct private_values *values_out);
