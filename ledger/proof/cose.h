#pragma once
/*
 * COSE_Sign1 (RFC 9052 §4.2) with ES256 or EdDSA (RFC 9053): the signed form of bank letters.
 * The message is `18([protected bstr, {}, payload bstr, signature bstr])`, deterministic CBOR,
 * protected header exactly {1: alg, 4: kid}, kid of 1 to 64 bytes. Nothing may stand unsigned in
 * the unprotected header, and detached payloads are refused.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

struct cose_sign1 {
    int64_t algorithm; /* -7 ES256, -8 EdDSA */
    struct bytes key_id;
    struct bytes protected_header;
    struct bytes payload;
    struct bytes signature;
};

/* Views into `message`; false on anything but the form above. */
MUST_CHECK bool cose_parse(struct bytes message, struct cose_sign1 *parsed_out);

/* `public_key` is DER SubjectPublicKeyInfo (P-256 or Ed25519, matching the algorithm). Checks the
 * signature over Sig_structure (RFC 9052 §4.4) without external data. */
MUST_CHECK bool cose_verify(const struct cose_sign1 *parsed, struct bytes public_key);

/* Makes a message; `private_key_pem` P-256 or Ed25519. False: no such key, or no signature.
 * Sticky failure in `message` when it is full. */
MUST_CHECK bool cose_sign(struct bytes payload,
                          struct bytes key_id,
                          const char *private_key_pem,
                          struct writer *message);
