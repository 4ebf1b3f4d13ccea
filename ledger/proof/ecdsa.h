#pragma once
/*
 * Signature values of curves of 256 bits, P-256 and SM2: r and s side by side, as COSE (RFC 9053
 * §2.1) and XML signatures (RFC 4050) carry them, and the DER form that OpenSSL speaks.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    ECDSA_RAW_SIZE = 64,
    ECDSA_DER_SIZE_MAX = 72,
};

/* The size of the DER form; negative when there is no memory. */
MUST_CHECK int ecdsa_der_from_raw(const uint8_t raw[ECDSA_RAW_SIZE],
                                  uint8_t der_out[ECDSA_DER_SIZE_MAX]);
/* False: not such a value. */
MUST_CHECK bool
ecdsa_raw_from_der(const uint8_t *der, size_t size, uint8_t raw_out[ECDSA_RAW_SIZE]);
