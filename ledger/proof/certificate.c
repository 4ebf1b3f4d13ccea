#include "ledger/proof/certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

static bool instant_take(const ASN1_TIME *time, instant_us *at_out)
{
    enum {
        YEAR_MIN = 1971, /* INSTANT_NONE is no instant */
        YEAR_MAX = 9999,
    };
    struct tm civil;
    if (time == NULL || ASN1_TIME_to_tm(time, &civil) != 1 || civil.tm_year + 1900 < YEAR_MIN ||
        civil.tm_year + 1900 > YEAR_MAX) {
        return false;
    }
    int64_t days = date_from_civil(civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday);
    int64_t seconds = ((days * 24 + civil.tm_hour) * 60 + civil.tm_min) * 60 + civil.tm_sec;
    *at_out = seconds * INSTANT_US_PER_SECOND;
    return true;
}

static bool serial_take(const ASN1_INTEGER *serial, struct certificate *certificate)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *data = ASN1_STRING_get0_data(serial);
    int size = ASN1_STRING_length(serial);
    if (ASN1_STRING_type(serial) != V_ASN1_INTEGER || size < 1 ||
        size > CERTIFICATE_SERIAL_SIZE_MAX) {
        return false;
    }
    for (size_t i = 0; i < (size_t)size; i++) {
        certificate->serial[2 * i] = digits[data[i] >> 4];
        certificate->serial[2 * i + 1] = digits[data[i] & 15];
    }
    return true;
}

static bool key_take(X509 *x509, struct certificate *certificate)
{
    const EVP_PKEY *key = X509_get0_pubkey(x509);
    if (key == NULL) {
        return false;
    }
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        certificate->key = CERTIFICATE_KEY_RSA;
    } else if (EVP_PKEY_is_a(key, "SM2") == 1) {
        certificate->key = CERTIFICATE_KEY_SM2;
    }
    certificate->key_bits = EVP_PKEY_get_bits(key);
    return true;
}

bool certificate_parse(struct bytes der, struct certificate *certificate_out)
{
    const uint8_t *at = der.data;
    struct certificate certificate = {.key = CERTIFICATE_KEY_OTHER};
    *certificate_out = certificate;
    if (der.size == 0 || der.size > CERTIFICATE_SIZE_MAX) {
        return false;
    }
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    bool is_read =
        x509 != NULL && at == der.data + der.size &&
        EVP_Digest(der.data, der.size, certificate.hash, NULL, EVP_sha256(), NULL) == 1 &&
        serial_take(X509_get0_serialNumber(x509), &certificate) &&
        instant_take(X509_get0_notBefore(x509), &certificate.valid_from) &&
        instant_take(X509_get0_notAfter(x509), &certificate.valid_to) &&
        key_take(x509, &certificate);
    X509_free(x509);
    if (is_read) {
        *certificate_out = certificate;
    }
    return is_read;
}
