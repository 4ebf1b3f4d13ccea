#include <openssl/x509.h>
#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"
#include "ledger/proof/ecdsa.h"

/* The distinguishing identifier of GM/T 0009 for signers who agreed on none. */
static const char sm2_identifier[] = "1234567812345678";

enum xmldsig_result xmldsig_key_check(const struct certificate *certificate,
                                      const struct xmldsig_method *method,
                                      const struct xmldsig_settings *settings,
                                      instant_us now)
{
    int bits_min = settings->rsa_bits_min == 0 ? XMLDSIG_RSA_BITS_DEFAULT : settings->rsa_bits_min;
    if (method == NULL || certificate->key != method->key) {
        return XMLDSIG_KEY_UNSUITABLE;
    }
    if (certificate->key == CERTIFICATE_KEY_RSA &&
        (certificate->key_bits < bits_min || certificate->key_bits > XMLDSIG_RSA_BITS_MAX)) {
        return XMLDSIG_KEY_SIZE;
    }
    if (now < certificate->valid_from) {
        return XMLDSIG_CERTIFICATE_NOT_YET_VALID;
    }
    return now >= certificate->valid_to + INSTANT_US_PER_SECOND ? XMLDSIG_CERTIFICATE_EXPIRED
                                                                : XMLDSIG_OK;
}

static bool identifier_set(EVP_PKEY_CTX *context, const struct xmldsig_method *method)
{
    return method->key != CERTIFICATE_KEY_SM2 ||
           EVP_PKEY_CTX_set1_id(context, sm2_identifier, (int)sizeof sm2_identifier - 1) == 1;
}

/* --- verifying --- */

static bool value_is_good(const struct xmldsig_element *element, EVP_PKEY *key, struct bytes value)
{
    EVP_PKEY_CTX *key_context = NULL;
    struct xmldsig_part part = {.within = element->signed_info};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good =
        context != NULL &&
        EVP_DigestVerifyInit(
            context, &key_context, element->method->signature_digest(), NULL, key) == 1 &&
        identifier_set(key_context, element->method) &&
        xmldsig_canonical(element->signed_info->doc, &part, EVP_DigestVerifyUpdate, context) &&
        EVP_DigestVerifyFinal(context, value.data, value.size) == 1;
    EVP_MD_CTX_free(context);
    return is_good;
}

bool xmldsig_value_verify(const struct xmldsig_element *element)
{
    uint8_t der[ECDSA_DER_SIZE_MAX];
    struct bytes value = {element->value, element->value_size};
    if (element->method->key == CERTIFICATE_KEY_SM2 && value.size == ECDSA_RAW_SIZE) {
        int size = ecdsa_der_from_raw(element->value, der);
        if (size <= 0) {
            return false;
        }
        value = (struct bytes){der, (size_t)size};
    }
    const uint8_t *at = element->certificate;
    X509 *x509 = d2i_X509(NULL, &at, (long)element->certificate_size);
    bool is_good = x509 != NULL && value_is_good(element, X509_get0_pubkey(x509), value);
    X509_free(x509);
    return is_good;
}

/* --- signing --- */

bool xmldsig_value_make(const xmlNode *signed_info,
                        const struct xmldsig_method *method,
                        EVP_PKEY *key,
                        uint8_t *value_out,
                        size_t *size_out)
{
    uint8_t made[XMLDSIG_SIGNATURE_SIZE_MAX];
    size_t size = sizeof made;
    EVP_PKEY_CTX *key_context = NULL;
    struct xmldsig_part part = {.within = signed_info};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_made =
        context != NULL &&
        EVP_DigestSignInit(context, &key_context, method->signature_digest(), NULL, key) == 1 &&
        identifier_set(key_context, method) &&
        xmldsig_canonical(signed_info->doc, &part, EVP_DigestSignUpdate, context) &&
        EVP_DigestSignFinal(context, made, &size) == 1;
    EVP_MD_CTX_free(context);
    if (!is_made) {
        return false;
    }
    if (method->key == CERTIFICATE_KEY_SM2) {
        *size_out = ECDSA_RAW_SIZE;
        return ecdsa_raw_from_der(made, size, value_out);
    }
    memcpy(value_out, made, size);
    *size_out = size;
    return true;
}
