#include "adapters/link/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "adapters/link/hex.h"

enum {
    BLOCK_SIZE_MAX = 16,
    FIELD_SHORT = 64,
    FIELD_LONG = 128,
};

static enum iso8583_mac_algorithm algorithm_of(enum link_mac mac)
{
    switch (mac) {
    case LINK_MAC_UNIONPAY_ECB:
        return ISO8583_MAC_UNIONPAY_ECB;
    case LINK_MAC_X9_19:
        return ISO8583_MAC_X919;
    case LINK_MAC_AES_CMAC:
        return ISO8583_MAC_AES_CMAC;
    case LINK_MAC_SM4_CBC:
    case LINK_MAC_NONE:
        break;
    }
    return ISO8583_MAC_SM4_CBC;
}

bool seal_key_fits(enum link_mac mac, size_t size)
{
    return size == 16 || (mac == LINK_MAC_AES_CMAC && size == 32);
}

void seal_start(struct seal *seal, const struct link_config *config)
{
    OPENSSL_cleanse(seal, sizeof *seal);
    *seal = (struct seal){.config = config, .current = config->mac_key};
}

void seal_clear(struct seal *seal)
{
    OPENSSL_cleanse(seal, sizeof *seal);
}

static bool is_sealed(const struct seal *seal)
{
    return seal->config->mac != LINK_MAC_NONE;
}

void seal_prepare(const struct seal *seal, struct iso8583_message *message)
{
    static const uint8_t zeros[ISO8583_MAC_SIZE];
    if (is_sealed(seal)) {
        bool is_long = message->present[1] != 0 ||
                       seal->config->dialect.fields[FIELD_SHORT].kind == ISO8583_KIND_NONE;
        iso8583_set(message, is_long ? FIELD_LONG : FIELD_SHORT, zeros, sizeof zeros);
    }
}

static struct iso8583_mac_rule rule_of(const struct seal *seal,
                                       const struct iso8583_message *message)
{
    return (struct iso8583_mac_rule){
        .algorithm = algorithm_of((enum link_mac)seal->config->mac),
        .input = ISO8583_MAC_MESSAGE,
        .field = message->present[1] != 0 ? FIELD_LONG : FIELD_SHORT,
    };
}

bool seal_close(const struct seal *seal,
                const struct iso8583_message *message,
                uint8_t *bytes,
                size_t size,
                struct iso8583_message *work,
                uint8_t *scratch,
                size_t scratch_size)
{
    if (!is_sealed(seal)) {
        return true;
    }
    struct iso8583_mac_rule rule = rule_of(seal, message);
    struct iso8583_view key = {seal->current.data, seal->current.size};
    return iso8583_mac_seal(
        &rule, &seal->config->dialect, key, bytes, size, work, scratch, scratch_size);
}

static bool key_checks(const struct seal *seal,
                       const struct iso8583_message *message,
                       const struct link_key *key)
{
    struct iso8583_mac_rule rule = rule_of(seal, message);
    struct iso8583_view view = {key->data, key->size};
    return iso8583_mac_verify(&rule, &seal->config->dialect, message, view);
}

bool seal_check(const struct seal *seal, const struct iso8583_message *message, instant_us now)
{
    if (!is_sealed(seal)) {
        return true;
    }
    bool is_before_valid = seal->before.size > 0 && now < seal->before_until;
    return key_checks(seal, message, &seal->current) ||
           (is_before_valid && key_checks(seal, message, &seal->before));
}

static const char *cipher_of(enum link_mac mac, size_t key_size)
{
    switch (mac) {
    case LINK_MAC_UNIONPAY_ECB:
    case LINK_MAC_X9_19:
        return "DES-EDE-ECB";
    case LINK_MAC_AES_CMAC:
        return key_size == 32 ? "AES-256-ECB" : "AES-128-ECB";
    case LINK_MAC_SM4_CBC:
        return "SM4-ECB";
    case LINK_MAC_NONE:
        break;
    }
    return "";
}

enum direction {
    DECRYPT,
    ENCRYPT,
};

static bool run_cipher(enum link_mac mac,
                       const struct link_key *key,
                       enum direction direction,
                       const uint8_t *input,
                       size_t size,
                       uint8_t *output)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, cipher_of(mac, key->size), NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool is_done =
        cipher != NULL && context != NULL && EVP_CIPHER_get_key_length(cipher) == (int)key->size &&
        EVP_CipherInit_ex2(context, cipher, key->data, NULL, (int)direction, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
        EVP_CipherUpdate(context, output, &written, input, (int)size) == 1 && written == (int)size;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return is_done;
}

bool seal_renew(struct seal *seal, char text_out[SEAL_TEXT_SIZE])
{
    static const uint8_t zeros[BLOCK_SIZE_MAX];
    enum link_mac mac = (enum link_mac)seal->config->mac;
    uint8_t wrapped[LINK_KEY_SIZE_MAX + SEAL_CHECK_SIZE];
    uint8_t check[BLOCK_SIZE_MAX];
    struct link_key key = {.size = seal->config->mac_key.size};
    if (!is_sealed(seal) || seal->config->master_key.size == 0 ||
        RAND_priv_bytes(key.data, (int)key.size) != 1 ||
        !run_cipher(mac, &seal->config->master_key, ENCRYPT, key.data, key.size, wrapped) ||
        !run_cipher(mac, &key, ENCRYPT, zeros, sizeof zeros, check)) {
        return false;
    }
    memcpy(wrapped + key.size, check, SEAL_CHECK_SIZE);
    hex_write(wrapped, key.size + SEAL_CHECK_SIZE, text_out);
    seal->next = key;
    OPENSSL_cleanse(&key, sizeof key);
    OPENSSL_cleanse(check, sizeof check);
    return true;
}

bool seal_proves_next(const struct seal *seal, const struct iso8583_message *message)
{
    return is_sealed(seal) && seal->next.size > 0 && key_checks(seal, message, &seal->next);
}

void seal_drop(struct seal *seal)
{
    OPENSSL_cleanse(&seal->next, sizeof seal->next);
}

void seal_confirm(struct seal *seal, instant_us now)
{
    if (seal->next.size > 0) {
        struct link_key key = seal->next;
        seal_drop(seal);
        seal_adopt(seal, &key, now);
        OPENSSL_cleanse(&key, sizeof key);
    }
}

bool seal_unwrap(const struct seal *seal, struct iso8583_view field, struct link_key *key_out)
{
    static const uint8_t zeros[BLOCK_SIZE_MAX];
    enum link_mac mac = (enum link_mac)seal->config->mac;
    uint8_t wrapped[LINK_KEY_SIZE_MAX + SEAL_CHECK_SIZE];
    uint8_t check[BLOCK_SIZE_MAX];
    size_t size = field.size / 2;
    *key_out = (struct link_key){0};
    if (!is_sealed(seal) || seal->config->master_key.size == 0 || field.data == NULL ||
        size <= SEAL_CHECK_SIZE || !seal_key_fits(mac, size - SEAL_CHECK_SIZE) ||
        !hex_read(field.data, field.size, wrapped)) {
        return false;
    }
    key_out->size = size - SEAL_CHECK_SIZE;
    bool is_good =
        run_cipher(
            mac, &seal->config->master_key, DECRYPT, wrapped, key_out->size, key_out->data) &&
        run_cipher(mac, key_out, ENCRYPT, zeros, sizeof zeros, check) &&
        CRYPTO_memcmp(check, wrapped + key_out->size, SEAL_CHECK_SIZE) == 0;
    OPENSSL_cleanse(check, sizeof check);
    if (!is_good) {
        OPENSSL_cleanse(key_out, sizeof *key_out);
    }
    return is_good;
}

void seal_adopt(struct seal *seal, const struct link_key *key, instant_us now)
{
    seal->before = seal->current;
    seal->before_until = now + seal->config->reply_ms * 1000;
    seal->current = *key;
}
