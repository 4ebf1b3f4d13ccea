#include "ledger/proof/cose.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/cbor.h"
#include "ledger/proof/ecdsa.h"

enum {
    ALGORITHM_ES256 = -7,
    ALGORITHM_EDDSA = -8,
    TAG_SIGN1 = 18,
    HEADER_ALGORITHM = 1,
    HEADER_KEY_ID = 4,
    KEY_ID_SIZE_MAX = 64,
    PROTECTED_SIZE_MAX = KEY_ID_SIZE_MAX + 8,
    SIGNATURE_SIZE = ECDSA_RAW_SIZE, /* of ES256, and as long of Ed25519 */
    STRUCTURE_OVERHEAD = 64,
};

/* --- the message --- */

static bool item_take(struct cbor_reader *reader, enum cbor_type type, struct cbor_item *item_out)
{
    return cbor_read(reader, item_out) && item_out->type == type;
}

static bool integer_take(struct cbor_reader *reader, int64_t *value_out)
{
    struct cbor_item item;
    return cbor_read(reader, &item) && cbor_integer(&item, value_out);
}

static bool header_parse(struct bytes header, struct cose_sign1 *parsed)
{
    struct cbor_reader reader = cbor_reader_over(header);
    struct cbor_item map;
    struct cbor_item key_id;
    int64_t first;
    int64_t second;
    if (!item_take(&reader, CBOR_MAP, &map) || map.argument != 2 ||
        !integer_take(&reader, &first) || first != HEADER_ALGORITHM ||
        !integer_take(&reader, &parsed->algorithm) || !integer_take(&reader, &second) ||
        second != HEADER_KEY_ID || !item_take(&reader, CBOR_BYTES, &key_id) ||
        !cbor_finish(&reader)) {
        return false;
    }
    parsed->key_id = key_id.content;
    return (parsed->algorithm == ALGORITHM_ES256 || parsed->algorithm == ALGORITHM_EDDSA) &&
           key_id.content.size > 0 && key_id.content.size <= KEY_ID_SIZE_MAX;
}

bool cose_parse(struct bytes message, struct cose_sign1 *parsed_out)
{
    struct cbor_reader reader = cbor_reader_over(message);
    struct cbor_item tag;
    struct cbor_item array;
    struct cbor_item header;
    struct cbor_item unprotected;
    struct cbor_item payload;
    struct cbor_item signature;
    struct cose_sign1 parsed = {0};
    *parsed_out = parsed;
    if (!item_take(&reader, CBOR_TAG, &tag) || tag.argument != TAG_SIGN1 ||
        !item_take(&reader, CBOR_ARRAY, &array) || array.argument != 4 ||
        !item_take(&reader, CBOR_BYTES, &header) || !item_take(&reader, CBOR_MAP, &unprotected) ||
        unprotected.argument != 0 || !item_take(&reader, CBOR_BYTES, &payload) ||
        !item_take(&reader, CBOR_BYTES, &signature) || !cbor_finish(&reader) ||
        signature.content.size != SIGNATURE_SIZE || !header_parse(header.content, &parsed)) {
        return false;
    }
    parsed.protected_header = header.content;
    parsed.payload = payload.content;
    parsed.signature = signature.content;
    *parsed_out = parsed;
    return true;
}

/* --- what is signed --- */

/* Sig_structure of RFC 9052 §4.4, without external data. Free the data of the result. */
static struct writer structure_create(struct bytes header, struct bytes payload)
{
    static const char context[] = "Signature1";
    size_t capacity = header.size + payload.size + STRUCTURE_OVERHEAD;
    uint8_t *space = malloc(capacity);
    struct writer writer = writer_over(space, space == NULL ? 0 : capacity);
    cbor_write_array(&writer, 4);
    cbor_write_text(&writer, context, sizeof context - 1);
    cbor_write_bytes(&writer, header);
    cbor_write_bytes(&writer, (struct bytes){0});
    cbor_write_bytes(&writer, payload);
    return writer;
}

static bool is_key_for(const EVP_PKEY *key, int64_t algorithm)
{
    char group[32];
    size_t size = 0;
    if (algorithm == ALGORITHM_EDDSA) {
        return EVP_PKEY_is_a(key, "ED25519") == 1;
    }
    return algorithm == ALGORITHM_ES256 && EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static const EVP_MD *digest_for(int64_t algorithm)
{
    return algorithm == ALGORITHM_ES256 ? EVP_sha256() : NULL;
}

/* --- verifying --- */

static bool
signature_verify(const struct cose_sign1 *parsed, EVP_PKEY *key, const struct writer *structure)
{
    uint8_t der[ECDSA_DER_SIZE_MAX];
    const uint8_t *signature = parsed->signature.data;
    size_t signature_size = parsed->signature.size;
    if (parsed->algorithm == ALGORITHM_ES256) {
        int size = ecdsa_der_from_raw(signature, der);
        if (size <= 0) {
            return false;
        }
        signature = der;
        signature_size = (size_t)size;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good =
        context != NULL &&
        EVP_DigestVerifyInit(context, NULL, digest_for(parsed->algorithm), NULL, key) == 1 &&
        EVP_DigestVerify(context, signature, signature_size, structure->data, structure->size) == 1;
    EVP_MD_CTX_free(context);
    return is_good;
}

bool cose_verify(const struct cose_sign1 *parsed, struct bytes public_key)
{
    const uint8_t *at = public_key.data;
    if (parsed->signature.size != SIGNATURE_SIZE || public_key.size > INT32_MAX) {
        return false;
    }
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)public_key.size);
    struct writer structure = structure_create(parsed->protected_header, parsed->payload);
    bool is_good = key != NULL && at == public_key.data + public_key.size &&
                   is_key_for(key, parsed->algorithm) && !structure.has_failed &&
                   signature_verify(parsed, key, &structure);
    free(structure.data);
    EVP_PKEY_free(key);
    return is_good;
}

/* --- signing --- */

static EVP_PKEY *private_key_read(const char *pem)
{
    BIO *memory = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = memory == NULL ? NULL : PEM_read_bio_PrivateKey(memory, NULL, NULL, NULL);
    BIO_free(memory);
    return key;
}

static bool signature_make(EVP_PKEY *key,
                           int64_t algorithm,
                           const struct writer *structure,
                           uint8_t signature_out[SIGNATURE_SIZE])
{
    uint8_t made[ECDSA_DER_SIZE_MAX];
    size_t size = sizeof made;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_made = context != NULL &&
                   EVP_DigestSignInit(context, NULL, digest_for(algorithm), NULL, key) == 1 &&
                   EVP_DigestSign(context, made, &size, structure->data, structure->size) == 1;
    EVP_MD_CTX_free(context);
    if (!is_made) {
        return false;
    }
    if (algorithm == ALGORITHM_ES256) {
        return ecdsa_raw_from_der(made, size, signature_out);
    }
    memcpy(signature_out, made, SIGNATURE_SIZE);
    return size == SIGNATURE_SIZE;
}

static void message_write(struct writer *message,
                          struct bytes header,
                          struct bytes payload,
                          const uint8_t signature[SIGNATURE_SIZE])
{
    cbor_write_tag(message, TAG_SIGN1);
    cbor_write_array(message, 4);
    cbor_write_bytes(message, header);
    cbor_write_map(message, 0);
    cbor_write_bytes(message, payload);
    cbor_write_bytes(message, (struct bytes){signature, SIGNATURE_SIZE});
}

bool cose_sign(struct bytes payload,
               struct bytes key_id,
               const char *private_key_pem,
               struct writer *message)
{
    uint8_t header_space[PROTECTED_SIZE_MAX];
    uint8_t signature[SIGNATURE_SIZE];
    EVP_PKEY *key = private_key_read(private_key_pem);
    if (key == NULL || key_id.size == 0 || key_id.size > KEY_ID_SIZE_MAX) {
        EVP_PKEY_free(key);
        return false;
    }
    int64_t algorithm = EVP_PKEY_is_a(key, "EC") == 1 ? ALGORITHM_ES256 : ALGORITHM_EDDSA;
    struct writer header = writer_over(header_space, sizeof header_space);
    cbor_write_map(&header, 2);
    cbor_write_integer(&header, HEADER_ALGORITHM);
    cbor_write_integer(&header, algorithm);
    cbor_write_integer(&header, HEADER_KEY_ID);
    cbor_write_bytes(&header, key_id);
    struct bytes header_bytes = {header.data, header.size};
    struct writer structure = structure_create(header_bytes, payload);
    bool is_made = is_key_for(key, algorithm) && !header.has_failed && !structure.has_failed &&
                   signature_make(key, algorithm, &structure, signature);
    free(structure.data);
    EVP_PKEY_free(key);
    if (is_made) {
        message_write(message, header_bytes, payload, signature);
    }
    return is_made;
}
