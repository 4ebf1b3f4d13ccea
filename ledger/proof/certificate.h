#pragma once
/*
 * What an X.509 certificate (RFC 5280) says of itself. Nothing here decides whether it is trusted:
 * no chain is built, and no list of revoked ones is read.
 */
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    CERTIFICATE_SIZE_MAX = 8192, /* of the DER */
    CERTIFICATE_HASH_SIZE = 32,
    CERTIFICATE_SERIAL_SIZE_MAX = 20, /* RFC 5280 §4.1.2.2 */
};

enum certificate_key {
    CERTIFICATE_KEY_OTHER,
    CERTIFICATE_KEY_RSA,
    CERTIFICATE_KEY_SM2,
};

struct certificate {
    uint8_t hash[CERTIFICATE_HASH_SIZE];              /* SHA-256 of the DER */
    char serial[2 * CERTIFICATE_SERIAL_SIZE_MAX + 1]; /* hexadecimal, lower case */
    instant_us valid_from;
    instant_us valid_to; /* the last second of it */
    enum certificate_key key;
    int key_bits;
};

/* False on anything but one certificate in DER with a readable key, serial and validity. */
MUST_CHECK bool certificate_parse(struct bytes der, struct certificate *certificate_out);
