#include "tools/bank/seal.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

static const uint8_t zeros[ISO8583_MAC_SIZE];

static const struct {
    const char *name;
    enum iso8583_mac_algorithm algorithm;
} algorithms[] = {
    {"unionpay_ecb", ISO8583_MAC_UNIONPAY_ECB},
    {"x919",         ISO8583_MAC_X919        },
    {"aes_cmac",     ISO8583_MAC_AES_CMAC    },
    {"sm4_cbc",      ISO8583_MAC_SM4_CBC     },
};

bool seal_algorithm_parse(const char *name, enum iso8583_mac_algorithm *algorithm_out)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (strcmp(algorithms[i].name, name) == 0) {
            *algorithm_out = algorithms[i].algorithm;
            return true;
        }
    }
    return false;
}

bool seal_key_load(const char *path, struct seal_key *key_out)
{
    char text[2 * SEAL_KEY_SIZE_MAX + 3] = "";
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    text[strcspn(text, " \r\n")] = '\0';
    bool is_read = OPENSSL_hexstr2buf_ex(
                       key_out->bytes, sizeof key_out->bytes, &key_out->size, text, '\0') == 1;
    OPENSSL_cleanse(text, sizeof text);
    return is_read && key_out->size >= 8;
}

bool seal_is_used(const struct seal *seal)
{
    return seal->config->first.size > 0;
}

void seal_start(struct seal *seal, const struct seal_config *config)
{
    *seal = (struct seal){.config = config, .key = config->first};
}

static struct iso8583_mac_rule rule_of(const struct seal *seal,
                                       const struct iso8583_message *message)
{
    bool is_long = (message->present[1] | message->present[2]) != 0;
    return (struct iso8583_mac_rule){
        .algorithm = seal->config->algorithm,
        .input = ISO8583_MAC_MESSAGE,
        .field = is_long ? 128 : 64,
    };
}

static struct iso8583_view key_view(const struct seal_key *key)
{
    return (struct iso8583_view){key->bytes, key->size};
}

void seal_prepare(const struct seal *seal, struct iso8583_message *message)
{
    if (seal_is_used(seal)) {
        bool has_short = seal->config->dialect->fields[64].kind != ISO8583_KIND_NONE;
        int field = has_short ? rule_of(seal, message).field : 128;
        iso8583_set(message, field, zeros, sizeof zeros);
    }
}

bool seal_close(const struct seal *seal,
                const struct iso8583_message *message,
                uint8_t *bytes,
                size_t size,
                struct iso8583_message *working)
{
    static uint8_t scratch[ISO8583_SCRATCH_SIZE(ISO8583_MAC_INPUT_SIZE_MAX)];
    if (!seal_is_used(seal)) {
        return true;
    }
    struct iso8583_mac_rule rule = rule_of(seal, message);
    return iso8583_mac_seal(&rule,
                            seal->config->dialect,
                            key_view(&seal->key),
                            bytes,
                            size,
                            working,
                            scratch,
                            sizeof scratch);
}

bool seal_verify(const struct seal *seal, const struct iso8583_message *message, instant_us now)
{
    if (!seal_is_used(seal)) {
        return true;
    }
    struct iso8583_mac_rule rule = rule_of(seal, message);
    const struct iso8583_dialect *dialect = seal->config->dialect;
    if (iso8583_mac_verify(&rule, dialect, message, key_view(&seal->key))) {
        return true;
    }
    return seal->previous.size > 0 && now < seal->previous_until &&
           iso8583_mac_verify(&rule, dialect, message, key_view(&seal->previous));
}

static const EVP_CIPHER *cipher_of(enum iso8583_mac_algorithm algorithm, size_t key_size)
{
    switch (algorithm) {
    case ISO8583_MAC_UNIONPAY_ECB:
    case ISO8583_MAC_X919:
        return EVP_des_ede_ecb();
    case ISO8583_MAC_AES_CMAC:
        return key_size == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
    case ISO8583_MAC_SM4_CBC:
        return EVP_sm4_ecb();
    }
    return NULL;
}

enum direction {
    DECRYPT,
    ENCRYPT,
};

static bool run_cipher(enum iso8583_mac_algorithm algorithm,
                       const struct seal_key *key,
                       enum direction direction,
                       const uint8_t *input,
                       size_t size,
                       uint8_t *output)
{
    int written = 0;
    const EVP_CIPHER *cipher = cipher_of(algorithm, key->size);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool is_done =
        context != NULL && (size_t)EVP_CIPHER_get_key_length(cipher) == key->size &&
        EVP_CipherInit_ex2(context, cipher, key->bytes, NULL, (int)direction, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
        EVP_CipherUpdate(context, output, &written, input, (int)size) == 1;
    EVP_CIPHER_CTX_free(context);
    return is_done && (size_t)written == size;
}

bool seal_is_renewing(const struct seal *seal, instant_us now)
{
    return seal->next.size > 0 && now < seal->next_until;
}

bool seal_renew(struct seal *seal, instant_us next_until, char text_out[SEAL_TEXT_SIZE])
{
    enum iso8583_mac_algorithm algorithm = seal->config->algorithm;
    uint8_t wrapped[SEAL_KEY_SIZE_MAX + SEAL_CHECK_SIZE];
    uint8_t check[16];
    static const uint8_t block[16];
    const struct seal_key *master = &seal->config->master;
    struct seal_key fresh = {.size = seal->config->first.size};
    if (master->size == 0 || fresh.size < 16 || RAND_bytes(fresh.bytes, (int)fresh.size) != 1 ||
        !run_cipher(algorithm, master, ENCRYPT, fresh.bytes, fresh.size, wrapped) ||
        !run_cipher(algorithm, &fresh, ENCRYPT, block, sizeof block, check)) {
        return false;
    }
    memcpy(wrapped + fresh.size, check, SEAL_CHECK_SIZE);
    size_t size;
    bool is_written =
        OPENSSL_buf2hexstr_ex(
            text_out, SEAL_TEXT_SIZE, &size, wrapped, fresh.size + SEAL_CHECK_SIZE, '\0') == 1;
    seal->next = fresh;
    seal->next_until = next_until;
    OPENSSL_cleanse(&fresh, sizeof fresh);
    return is_written;
}

void seal_drop(struct seal *seal)
{
    OPENSSL_cleanse(&seal->next, sizeof seal->next);
}

void seal_turn(struct seal *seal, instant_us previous_until)
{
    if (seal->next.size == 0) {
        return;
    }
    seal->previous = seal->key;
    seal->previous_until = previous_until;
    seal->key = seal->next;
    seal_drop(seal);
}

bool seal_take(struct seal *seal, const char *text)
{
    enum iso8583_mac_algorithm algorithm = seal->config->algorithm;
    static const uint8_t block[16];
    uint8_t wrapped[SEAL_KEY_SIZE_MAX + SEAL_CHECK_SIZE];
    uint8_t check[16];
    const struct seal_key *master = &seal->config->master;
    struct seal_key fresh = {.size = seal->config->first.size};
    size_t size;
    if (master->size == 0 ||
        OPENSSL_hexstr2buf_ex(wrapped, sizeof wrapped, &size, text, '\0') != 1 ||
        size != fresh.size + SEAL_CHECK_SIZE ||
        !run_cipher(algorithm, master, DECRYPT, wrapped, fresh.size, fresh.bytes) ||
        !run_cipher(algorithm, &fresh, ENCRYPT, block, sizeof block, check) ||
        CRYPTO_memcmp(check, wrapped + fresh.size, SEAL_CHECK_SIZE) != 0) {
        return false;
    }
    /* A repeat, whose first answer got lost. */
    bool is_held = CRYPTO_memcmp(fresh.bytes, seal->key.bytes, fresh.size) == 0;
    seal->given = is_held ? (struct seal_key){.size = 0} : fresh;
    OPENSSL_cleanse(&fresh, sizeof fresh);
    return true;
}

void seal_settle(struct seal *seal, instant_us previous_until)
{
    if (seal->given.size == 0) {
        return;
    }
    seal->previous = seal->key;
    seal->previous_until = previous_until;
    seal->key = seal->given;
    OPENSSL_cleanse(&seal->given, sizeof seal->given);
}
