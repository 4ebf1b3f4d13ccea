#include "gateway/records/vault.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SEALED_VERSION = 1,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    KEY_SIZE = 32,
    KEYS_SIZE = 2 * KEY_SIZE,
    FILE_SIZE = 2 * KEYS_SIZE + 1,
};

/* The contexts hold the expanded keys; the bytes of the file are cleansed after vault_open. */
struct vault {
    EVP_CIPHER_CTX *seal;
    EVP_CIPHER_CTX *unseal;
    EVP_MAC_CTX *mac;
};

static void message_set(char *message_out, size_t size, const char *path, const char *what)
{
    snprintf(message_out, size, "%s: %s", path, what);
}

/* --- the key file --- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool keys_parse(const char *text, size_t size, uint8_t keys_out[KEYS_SIZE])
{
    if (size != FILE_SIZE || text[FILE_SIZE - 1] != '\n') {
        return false;
    }
    for (size_t i = 0; i < KEYS_SIZE; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        keys_out[i] = (uint8_t)(high * 16 + low);
    }
    return memcmp(keys_out, keys_out + KEY_SIZE, KEY_SIZE) != 0;
}

/* NULL, or what is wrong with the file. */
static const char *keys_read(int file, uint8_t keys_out[KEYS_SIZE])
{
    struct stat about;
    char text[FILE_SIZE + 1];
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        return "not a regular file";
    }
    if ((about.st_mode & 0777) != 0600 && (about.st_mode & 0777) != 0400) {
        return "must be readable by its owner only (mode 0600)";
    }
    ssize_t size = read(file, text, sizeof text);
    bool is_parsed = size >= 0 && keys_parse(text, (size_t)size, keys_out);
    OPENSSL_cleanse(text, sizeof text);
    return is_parsed ? NULL : "must hold 64 random bytes in lower-case hex on one line";
}

bool vault_create_file(const char *path, char *message_out, size_t message_size)
{
    uint8_t keys[KEYS_SIZE];
    char text[FILE_SIZE + 1];
    if (RAND_priv_bytes(keys, sizeof keys) != 1) {
        message_set(message_out, message_size, path, "no random numbers to be had");
        return false;
    }
    for (size_t i = 0; i < KEYS_SIZE; i++) {
        snprintf(text + 2 * i, 3, "%02x", keys[i]);
    }
    text[FILE_SIZE - 1] = '\n';
    OPENSSL_cleanse(keys, sizeof keys);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        OPENSSL_cleanse(text, sizeof text);
        message_set(message_out, message_size, path, strerror(errno));
        return false;
    }
    bool is_written =
        fchmod(file, 0600) == 0 && write(file, text, FILE_SIZE) == FILE_SIZE && fsync(file) == 0;
    OPENSSL_cleanse(text, sizeof text);
    if (close(file) != 0 || !is_written) {
        message_set(message_out, message_size, path, "cannot be written");
        (void)unlink(path);
        return false;
    }
    return true;
}

/* --- opening --- */

static bool mac_create(struct vault *vault, const uint8_t key[KEY_SIZE])
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    vault->mac = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return vault->mac != NULL && EVP_MAC_init(vault->mac, key, KEY_SIZE, parameters) == 1;
}

static bool vault_prepare(struct vault *vault, const uint8_t keys[KEYS_SIZE])
{
    vault->seal = EVP_CIPHER_CTX_new();
    vault->unseal = EVP_CIPHER_CTX_new();
    return vault->seal != NULL && vault->unseal != NULL &&
           EVP_EncryptInit_ex2(vault->seal, EVP_aes_256_gcm(), keys, NULL, NULL) == 1 &&
           EVP_DecryptInit_ex2(vault->unseal, EVP_aes_256_gcm(), keys, NULL, NULL) == 1 &&
           mac_create(vault, keys + KEY_SIZE);
}

struct vault *vault_open(const char *path, char *message_out, size_t message_size)
{
    uint8_t keys[KEYS_SIZE];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        message_set(message_out, message_size, path, strerror(errno));
        return NULL;
    }
    const char *wrong = keys_read(file, keys);
    (void)close(file);
    if (wrong != NULL) {
        message_set(message_out, message_size, path, wrong);
        return NULL;
    }
    struct vault *vault = calloc(1, sizeof *vault);
    bool is_ready = vault != NULL && vault_prepare(vault, keys);
    OPENSSL_cleanse(keys, sizeof keys);
    if (!is_ready) {
        message_set(message_out, message_size, path, "the cryptographic library is not usable");
        vault_close(vault);
        return NULL;
    }
    return vault;
}

void vault_close(struct vault *vault)
{
    if (vault == NULL) {
        return;
    }
    EVP_CIPHER_CTX_free(vault->seal);
    EVP_CIPHER_CTX_free(vault->unseal);
    EVP_MAC_CTX_free(vault->mac);
    free(vault);
}

/* --- sealing --- */

void vault_seal(struct vault *vault, const char *field, struct bytes clear, struct writer *sealed)
{
    size_t size = clear.size + VAULT_OVERHEAD;
    if (sealed->has_failed || clear.size > INT32_MAX || size > sealed->capacity - sealed->size) {
        sealed->has_failed = true;
        return;
    }
    uint8_t *nonce = sealed->data + sealed->size + 1;
    uint8_t *content = nonce + NONCE_SIZE;
    uint8_t *tag = content + clear.size;
    EVP_CIPHER_CTX *context = vault->seal;
    int length;
    int rest;
    nonce[-1] = SEALED_VERSION;
    if (RAND_bytes(nonce, NONCE_SIZE) != 1 ||
        EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 ||
        EVP_EncryptUpdate(context, NULL, &length, (const uint8_t *)field, (int)strlen(field)) !=
            1 ||
        EVP_EncryptUpdate(context, content, &length, clear.data, (int)clear.size) != 1 ||
        EVP_EncryptFinal_ex(context, content + length, &rest) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) != 1) {
        OPENSSL_cleanse(nonce - 1, size);
        sealed->has_failed = true;
        return;
    }
    sealed->size += size;
}

bool vault_unseal(struct vault *vault, const char *field, struct bytes sealed, struct writer *clear)
{
    if (sealed.size < VAULT_OVERHEAD || sealed.size > INT32_MAX ||
        sealed.data[0] != SEALED_VERSION || clear->has_failed ||
        sealed.size - VAULT_OVERHEAD > clear->capacity - clear->size) {
        return false;
    }
    size_t size = sealed.size - VAULT_OVERHEAD;
    const uint8_t *nonce = sealed.data + 1;
    const uint8_t *content = nonce + NONCE_SIZE;
    uint8_t tag[TAG_SIZE];
    uint8_t *opened = clear->data + clear->size;
    EVP_CIPHER_CTX *context = vault->unseal;
    int length;
    int rest;
    memcpy(tag, content + size, TAG_SIZE);
    if (EVP_DecryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 ||
        EVP_DecryptUpdate(context, NULL, &length, (const uint8_t *)field, (int)strlen(field)) !=
            1 ||
        EVP_DecryptUpdate(context, opened, &length, content, (int)size) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) != 1 ||
        EVP_DecryptFinal_ex(context, opened + length, &rest) != 1) {
        OPENSSL_cleanse(opened, size);
        return false;
    }
    clear->size += size;
    return true;
}

/* --- keyed digests --- */

/* use ‖ 0 ‖ name ‖ 0 ‖ content: the NULs keep one use from running into another. */
static void digest(struct vault *vault,
                   const char *use,
                   const char *name,
                   struct bytes content,
                   uint8_t digest_out[32])
{
    size_t size = 0;
    bool is_made =
        EVP_MAC_init(vault->mac, NULL, 0, NULL) == 1 &&
        EVP_MAC_update(vault->mac, (const uint8_t *)use, strlen(use) + 1) == 1 &&
        EVP_MAC_update(vault->mac, (const uint8_t *)name, strlen(name) + 1) == 1 &&
        (content.size == 0 || EVP_MAC_update(vault->mac, content.data, content.size) == 1) &&
        EVP_MAC_final(vault->mac, digest_out, &size, 32) == 1;
    assert(is_made && size == 32);
    (void)is_made;
}

void vault_lookup(struct vault *vault,
                  const char *field,
                  struct bytes clear,
                  uint8_t lookup_out[VAULT_LOOKUP_SIZE])
{
    digest(vault, "lookup", field, clear, lookup_out);
}

void vault_digest(struct vault *vault,
                  const char *purpose,
                  struct bytes content,
                  uint8_t digest_out[32])
{
    digest(vault, "digest", purpose, content, digest_out);
}
