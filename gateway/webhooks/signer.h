#pragma once
/*
 * Signatures of Standard Webhooks (https://www.standardwebhooks.com): over
 * "<id>.<timestamp>.<body>", "v1," HMAC-SHA256 with a webhook's own secret, "v1a," Ed25519 (RFC
 * 8032) with the gateway's key, in base64. That key comes out of the vault, so that every gateway
 * on it has the same one.
 */
#include <stdbool.h>

#include "gateway/business/webhook/webhook.h"
#include "gateway/records/vault.h"
#include "ledger/base/bytes.h"

enum {
    SIGNATURES_SIZE = 256,       /* two with their versions */
    SIGNER_PUBLIC_KEY_SIZE = 64, /* "whpk_…" */
};

struct signer;

/* What is signed. */
struct signed_message {
    const char *id;
    int64_t timestamp_s;
    struct bytes body;
};

/* NULL: the cryptographic library is not usable. `vault` is not kept. */
struct signer *signer_create(struct vault *vault);
void signer_destroy(struct signer *signer);
void signer_public_key(const struct signer *signer, char text_out[SIGNER_PUBLIC_KEY_SIZE]);
/* The value of webhook-signature at `now`; during a rotation two, separated by a blank. False: the
 * secret cannot be used. */
MUST_CHECK bool signer_sign(const struct signer *signer,
                            const struct webhook *webhook,
                            const struct signed_message *message,
                            instant_us now,
                            char signatures_out[SIGNATURES_SIZE]);
