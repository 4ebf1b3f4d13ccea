#include "ledger/proof/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

enum {
    NUMBER_SIZE = ECDSA_RAW_SIZE / 2
};

int ecdsa_der_from_raw(const uint8_t raw[ECDSA_RAW_SIZE], uint8_t der_out[ECDSA_DER_SIZE_MAX])
{
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, NUMBER_SIZE, NULL);
    BIGNUM *s = BN_bin2bn(raw + NUMBER_SIZE, NUMBER_SIZE, NULL);
    int size = -1;
    if (numbers != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(numbers, r, s) == 1) {
        r = NULL;
        s = NULL;
        uint8_t *at = der_out;
        size = i2d_ECDSA_SIG(numbers, &at);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(numbers);
    return size;
}

bool ecdsa_raw_from_der(const uint8_t *der, size_t size, uint8_t raw_out[ECDSA_RAW_SIZE])
{
    const uint8_t *at = der;
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)size);
    bool is_made =
        numbers != NULL &&
        BN_bn2binpad(ECDSA_SIG_get0_r(numbers), raw_out, NUMBER_SIZE) == NUMBER_SIZE &&
        BN_bn2binpad(ECDSA_SIG_get0_s(numbers), raw_out + NUMBER_SIZE, NUMBER_SIZE) == NUMBER_SIZE;
    ECDSA_SIG_free(numbers);
    return is_made;
}
