#include "gateway/webhooks/signer.h"

#include <assert.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ED25519_SIZE = 32,
    SIGNATURE_SIZE_MAX = 64,
    SIGNATURE_TEXT_SIZE = 89, /* base64 of 64 bytes, with its NUL */
    SECRET_PREFIX_SIZE = sizeof("whsec_") - 1,
};

struct signer {
    EVP_PKEY *key;
    char public_key[SIGNER_PUBLIC_KEY_SIZE];
};

struct signer *signer_create(struct vault *vault)
{
    uint8_t seed[32];
    uint8_t public_key[ED25519_SIZE];
    size_t size = sizeof public_key;
    struct signer *signer = calloc(1, sizeof *signer);
    assert(signer != NULL);
    vault_digest(vault, "webhook.ed25519", (struct bytes){0}, seed);
    signer->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    OPENSSL_cleanse(seed, sizeof seed);
    if (signer->key == NULL || EVP_PKEY_get_raw_public_key(signer->key, public_key, &size) != 1) {
        signer_destroy(signer);
        return NULL;
    }
    char text[SIGNATURE_TEXT_SIZE];
    (void)EVP_EncodeBlock((unsigned char *)text, public_key, (int)size);
    (void)snprintf(signer->public_key, sizeof signer->public_key, "whpk_%.48s", text);
    return signer;
}

void signer_destroy(struct signer *signer)
{
    if (signer != NULL) {
        EVP_PKEY_free(signer->key);
        free(signer);
    }
}

void signer_public_key(const struct signer *signer, char text_out[SIGNER_PUBLIC_KEY_SIZE])
{
    memcpy(text_out, signer->public_key, SIGNER_PUBLIC_KEY_SIZE);
}

static bool hmac_sign(const char *secret, struct bytes content, uint8_t *signature, size_t *size)
{
    uint8_t key[WEBHOOK_SECRET_SIZE];
    const char *text = secret + SECRET_PREFIX_SIZE;
    size_t text_size = strlen(secret) < SECRET_PREFIX_SIZE ? 0 : strlen(text);
    int key_size = EVP_DecodeBlock(key, (const unsigned char *)text, (int)text_size);
    for (size_t at = text_size; key_size > 0 && at > 0 && text[at - 1] == '='; at--) {
        key_size--;
    }
    unsigned int made = 0;
    bool is_made =
        key_size > 0 &&
        HMAC(EVP_sha256(), key, key_size, content.data, content.size, signature, &made) != NULL;
    OPENSSL_cleanse(key, sizeof key);
    *size = made;
    return is_made;
}

static bool ed25519_sign(EVP_PKEY *key, struct bytes content, uint8_t *signature, size_t *size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *size = SIGNATURE_SIZE_MAX;
    bool is_made = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
                   EVP_DigestSign(context, signature, size, content.data, content.size) == 1;
    EVP_MD_CTX_free(context);
    return is_made;
}

static void put_signature(struct writer *out, const char *version, struct bytes signature)
{
    unsigned char text[SIGNATURE_TEXT_SIZE];
    (void)EVP_EncodeBlock(text, signature.data, (int)signature.size);
    write_text(out, out->size == 0 ? "" : " ");
    write_text(out, version);
    write_text(out, (const char *)text);
}

static bool sign_content(const struct signer *signer,
                         const struct webhook *webhook,
                         struct bytes content,
                         instant_us now,
                         struct writer *out)
{
    uint8_t signature[SIGNATURE_SIZE_MAX];
    struct bytes made = {.data = signature};
    if (webhook->signature == WEBHOOK_ED25519) {
        bool is_made = ed25519_sign(signer->key, content, signature, &made.size);
        if (is_made) {
            put_signature(out, "v1a,", made);
        }
        return is_made;
    }
    if (!hmac_sign(webhook->secret, content, signature, &made.size)) {
        return false;
    }
    put_signature(out, "v1,", made);
    if (webhook->previous_until > now &&
        hmac_sign(webhook->previous_secret, content, signature, &made.size)) {
        put_signature(out, "v1,", made);
    }
    return true;
}

bool signer_sign(const struct signer *signer,
                 const struct webhook *webhook,
                 const struct signed_message *message,
                 instant_us now,
                 char signatures_out[SIGNATURES_SIZE])
{
    char timestamp[32];
    (void)snprintf(timestamp, sizeof timestamp, ".%" PRId64 ".", message->timestamp_s);
    size_t size = strlen(message->id) + strlen(timestamp) + message->body.size;
    uint8_t *space = malloc(size);
    assert(space != NULL);
    struct writer content = writer_over(space, size);
    write_text(&content, message->id);
    write_text(&content, timestamp);
    write_bytes(&content, message->body.data, message->body.size);
    struct writer out = writer_over(signatures_out, SIGNATURES_SIZE - 1);
    bool is_signed = sign_content(signer, webhook, (struct bytes){space, content.size}, now, &out);
    signatures_out[out.size] = '\0';
    free(space);
    return is_signed && !out.has_failed;
}
