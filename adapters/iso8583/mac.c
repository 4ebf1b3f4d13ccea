#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "adapters/iso8583/iso8583_mac.h"

enum {
    DES_SIZE = 8,
    SM4_SIZE = 16
};

/* One block in ECB; 8-byte keys are doubled so that Triple-DES is DES. */
static bool des_encrypt(struct iso8583_view key, const uint8_t block[8], uint8_t block_out[8])
{
    uint8_t pair[16];
    if (key.size != 8 && key.size != 16) {
        return false;
    }
    memcpy(pair, key.data, 8);
    memcpy(pair + 8, key.data + key.size - 8, 8);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int size = 0;
    bool is_done =
        context != NULL && EVP_EncryptInit_ex2(context, EVP_des_ede_ecb(), pair, NULL, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
        EVP_EncryptUpdate(context, block_out, &size, block, DES_SIZE) == 1 && size == DES_SIZE;
    EVP_CIPHER_CTX_free(context);
    OPENSSL_cleanse(pair, sizeof pair);
    return is_done;
}

static void xor_into(uint8_t *block, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        block[i] ^= data[i];
    }
}

static size_t part_size(size_t left, size_t block_size)
{
    return left < block_size ? left : block_size;
}

static void hex_characters(const uint8_t *bytes, size_t size, uint8_t *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = (uint8_t)digits[bytes[i] >> 4];
        out[2 * i + 1] = (uint8_t)digits[bytes[i] & 0x0F];
    }
}

static bool unionpay_mac(struct iso8583_view key, struct iso8583_view input, uint8_t *mac_out)
{
    uint8_t folded[DES_SIZE] = {0};
    uint8_t text[2 * DES_SIZE];
    uint8_t block[DES_SIZE];
    for (size_t at = 0; at < input.size; at += DES_SIZE) {
        xor_into(folded, input.data + at, part_size(input.size - at, DES_SIZE));
    }
    hex_characters(folded, DES_SIZE, text);
    if (!des_encrypt(key, text, block)) {
        return false;
    }
    xor_into(block, text + DES_SIZE, DES_SIZE);
    if (!des_encrypt(key, block, block)) {
        return false;
    }
    hex_characters(block, ISO8583_MAC_SIZE / 2, mac_out);
    return true;
}

static bool x919_mac(struct iso8583_view key, struct iso8583_view input, uint8_t *mac_out)
{
    uint8_t block[DES_SIZE] = {0};
    struct iso8583_view single = {key.data, DES_SIZE};
    if (key.size != 16) {
        return false;
    }
    size_t at = 0;
    do {
        size_t size = part_size(input.size - at, DES_SIZE);
        xor_into(block, input.data + at, size);
        at += size;
        if (!des_encrypt(at < input.size ? single : key, block, block)) {
            return false;
        }
    } while (at < input.size);
    memcpy(mac_out, block, ISO8583_MAC_SIZE);
    return true;
}

static bool aes_cmac(struct iso8583_view key, struct iso8583_view input, uint8_t *mac_out)
{
    char cipher[] = "AES-128-CBC";
    uint8_t tag[16];
    size_t size = 0;
    if (key.size != 16 && key.size != 32) {
        return false;
    }
    if (key.size == 32) {
        memcpy(cipher, "AES-256-CBC", sizeof cipher);
    }
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *context = algorithm == NULL ? NULL : EVP_MAC_CTX_new(algorithm);
    bool is_done = context != NULL && EVP_MAC_init(context, key.data, key.size, parameters) == 1 &&
                   EVP_MAC_update(context, input.data, input.size) == 1 &&
                   EVP_MAC_final(context, tag, &size, sizeof tag) == 1;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
    if (is_done) {
        memcpy(mac_out, tag, ISO8583_MAC_SIZE);
    }
    return is_done;
}

static bool sm4_mac(struct iso8583_view key, struct iso8583_view input, uint8_t *mac_out)
{
    static const uint8_t zeros[SM4_SIZE];
    uint8_t block[SM4_SIZE];
    uint8_t last[SM4_SIZE] = {0};
    int size = 0;
    if (key.size != SM4_SIZE) {
        return false;
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool is_done = context != NULL &&
                   EVP_EncryptInit_ex2(context, EVP_sm4_cbc(), key.data, zeros, NULL) == 1 &&
                   EVP_CIPHER_CTX_set_padding(context, 0) == 1;
    size_t at = 0;
    while (is_done && (at == 0 || at < input.size)) {
        size_t part = part_size(input.size - at, SM4_SIZE);
        memset(block, 0, sizeof block);
        xor_into(block, input.data + at, part);
        is_done = EVP_EncryptUpdate(context, last, &size, block, SM4_SIZE) == 1 && size == SM4_SIZE;
        at += SM4_SIZE;
    }
    EVP_CIPHER_CTX_free(context);
    if (is_done) {
        memcpy(mac_out, last, ISO8583_MAC_SIZE);
    }
    return is_done;
}

bool iso8583_mac(enum iso8583_mac_algorithm algorithm,
                 struct iso8583_view key,
                 struct iso8583_view input,
                 uint8_t mac_out[ISO8583_MAC_SIZE])
{
    static const uint8_t nothing;
    struct iso8583_view data = {input.size == 0 ? &nothing : input.data, input.size};
    switch (algorithm) {
    case ISO8583_MAC_UNIONPAY_ECB:
        return unionpay_mac(key, data, mac_out);
    case ISO8583_MAC_X919:
        return x919_mac(key, data, mac_out);
    case ISO8583_MAC_AES_CMAC:
        return aes_cmac(key, data, mac_out);
    case ISO8583_MAC_SM4_CBC:
        return sm4_mac(key, data, mac_out);
    }
    return false;
}
