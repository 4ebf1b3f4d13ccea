#include "tests/business/letterhead.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/text.h"
#include "ledger/proof/cose.h"

enum {
    LETTER_SPACE = 16384
};

void letterhead_make(struct letterhead *letterhead, const char *key_id)
{
    *letterhead = (struct letterhead){0};
    TEXT_PUT(letterhead->key_id, key_id);
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    BIO *pem = BIO_new(BIO_s_mem());
    assert(key != NULL && pem != NULL);
    int is_written = PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL);
    assert(is_written == 1);
    int size = BIO_read(pem, letterhead->private_pem, sizeof(letterhead->private_pem) - 1);
    assert(size > 0);
    unsigned char *at = letterhead->public_der;
    int public_size = i2d_PUBKEY(key, NULL);
    assert(public_size > 0 && (size_t)public_size <= sizeof(letterhead->public_der));
    letterhead->public_size = (size_t)i2d_PUBKEY(key, &at);
    BIO_free(pem);
    EVP_PKEY_free(key);
}

struct bytes letterhead_sign(const struct letterhead *letterhead,
                             const struct record *record,
                             const void *content)
{
    static uint8_t payload_space[LETTER_SPACE];
    static uint8_t letter_space[LETTER_SPACE];
    struct writer payload = writer_over(payload_space, sizeof(payload_space));
    record_write(record, MEDIA_CBOR, RECORD_CLEAR, content, &payload);
    struct writer letter = writer_over(letter_space, sizeof(letter_space));
    struct bytes key_id = {(const uint8_t *)letterhead->key_id, strlen(letterhead->key_id)};
    bool is_signed = cose_sign(
        (struct bytes){payload.data, payload.size}, key_id, letterhead->private_pem, &letter);
    assert(is_signed && !payload.has_failed && !letter.has_failed);
    uint8_t *copy = malloc(letter.size);
    assert(copy != NULL);
    memcpy(copy, letter.data, letter.size);
    return (struct bytes){copy, letter.size};
}
