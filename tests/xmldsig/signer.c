#include "tests/xmldsig/signer.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

static void insist(int is_done)
{
    if (is_done != 1) {
        abort();
    }
}

static void text_take(BIO *memory, char text_out[SIGNER_PEM_SIZE])
{
    char *data;
    long size = BIO_get_mem_data(memory, &data);
    insist(size > 0 && size < SIGNER_PEM_SIZE);
    memcpy(text_out, data, (size_t)size);
    text_out[size] = '\0';
    BIO_free(memory);
}

static void certificate_sign(X509 *x509, EVP_PKEY *key, int bits)
{
    static const char identifier[] = "1234567812345678";
    EVP_PKEY_CTX *key_context = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    insist(
        EVP_DigestSignInit(context, &key_context, bits == 0 ? EVP_sm3() : EVP_sha256(), NULL, key));
    if (bits == 0) {
        insist(EVP_PKEY_CTX_set1_id(key_context, identifier, (int)sizeof identifier - 1));
    }
    insist(X509_sign_ctx(x509, context) > 0);
    EVP_MD_CTX_free(context);
}

void signer_make(int bits, instant_us valid_from, instant_us valid_to, struct signer *signer_out)
{
    EVP_PKEY *key = bits == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
                              : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
    X509 *x509 = X509_new();
    insist(key != NULL && x509 != NULL);
    insist(X509_set_version(x509, X509_VERSION_3));
    insist(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), 0x03000000000cde6f));
    insist(ASN1_TIME_set(X509_getm_notBefore(x509), valid_from / INSTANT_US_PER_SECOND) != NULL);
    insist(ASN1_TIME_set(X509_getm_notAfter(x509), valid_to / INSTANT_US_PER_SECOND) != NULL);
    X509_NAME *name = X509_get_subject_name(x509);
    insist(X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)"declarant", -1, -1, 0));
    insist(X509_set_issuer_name(x509, name));
    insist(X509_set_pubkey(x509, key));
    certificate_sign(x509, key, bits);
    BIO *memory = BIO_new(BIO_s_mem());
    insist(PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL));
    text_take(memory, signer_out->key);
    memory = BIO_new(BIO_s_mem());
    insist(PEM_write_bio_X509(memory, x509));
    text_take(memory, signer_out->certificate);
    X509_free(x509);
    EVP_PKEY_free(key);
}
