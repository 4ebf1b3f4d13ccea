#pragma once
/*
 * JSON of any deterministic CBOR the gateway answers: decimal fractions (tag 4) as text, bytes as
 * base64url; the integer labels of RFC 9290 become the names of RFC 9457.
 */
#include <jansson.h>

#include "ledger/base/bytes.h"

/* NULL when `input` is not one such item. The caller owns the result. */
json_t *cbor_json(struct bytes input);
