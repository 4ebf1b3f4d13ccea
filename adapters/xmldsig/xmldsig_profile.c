#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

#define CHINAPORT "http://www.chinaport.gov.cn/2022/04/xmldsig#"

#define RSA_SHA1(spelling, signature, digest_uri, digest)                                          \
    {                                                                                              \
        XMLDSIG_RSA_SHA1, CERTIFICATE_KEY_RSA, spelling, signature, digest_uri, digest, EVP_sha1   \
    }
#define SM2_SM3(spelling, signature, digest_uri, digest)                                           \
    {                                                                                              \
        XMLDSIG_SM2_SM3, CERTIFICATE_KEY_SM2, spelling, signature, digest_uri, digest, EVP_sm3     \
    }

/* The first row of a key is the one written. */
/* clang-format off */
static const struct xmldsig_method methods[] = {
    RSA_SHA1(XMLDSIG_SPELLING_EXACT, XMLDSIG_NAMESPACE "rsa-sha1", XMLDSIG_NAMESPACE "sha1", EVP_sha1),
    SM2_SM3(XMLDSIG_SPELLING_EXACT, CHINAPORT "sm2-sm3", CHINAPORT "sm3", EVP_sm3),
    SM2_SM3(XMLDSIG_SPELLING_OLD_TOO, XMLDSIG_NAMESPACE "sm2-sm3", XMLDSIG_NAMESPACE "sm3", EVP_sm3),
    SM2_SM3(XMLDSIG_SPELLING_OLD_TOO, XMLDSIG_NAMESPACE "sm2-sm3", XMLDSIG_NAMESPACE "sha1", EVP_sha1),
};
/* clang-format on */

enum {
    METHOD_COUNT = sizeof methods / sizeof methods[0]
};

const struct xmldsig_method *xmldsig_method_find(const char *signature_uri,
                                                 const char *digest_uri,
                                                 enum xmldsig_spelling spelling)
{
    for (int i = 0; i < METHOD_COUNT; i++) {
        if (methods[i].spelling <= spelling &&
            strcmp(methods[i].signature_uri, signature_uri) == 0 &&
            strcmp(methods[i].digest_uri, digest_uri) == 0) {
            return &methods[i];
        }
    }
    return NULL;
}

const struct xmldsig_method *xmldsig_method_for(enum certificate_key key)
{
    for (int i = 0; i < METHOD_COUNT; i++) {
        if (methods[i].key == key) {
            return &methods[i];
        }
    }
    return NULL;
}

const char *xmldsig_profile_name(enum xmldsig_profile profile)
{
    switch (profile) {
    case XMLDSIG_RSA_SHA1:
        return "rsa-sha1";
    case XMLDSIG_SM2_SM3:
        return "sm2-sm3";
    }
    return "";
}

const char *xmldsig_result_code(enum xmldsig_result result)
{
    static const char *const codes[XMLDSIG_RESULT_COUNT] = {
        [XMLDSIG_OK] = "ok",
        [XMLDSIG_TOO_LARGE] = "too_large",
        [XMLDSIG_DTD] = "dtd",
        [XMLDSIG_XML] = "xml",
        [XMLDSIG_ABSENT] = "absent",
        [XMLDSIG_SEVERAL] = "several",
        [XMLDSIG_MISPLACED] = "misplaced",
        [XMLDSIG_MALFORMED] = "malformed",
        [XMLDSIG_ALGORITHM] = "algorithm",
        [XMLDSIG_REFERENCE] = "reference",
        [XMLDSIG_TRANSFORM] = "transform",
        [XMLDSIG_CERTIFICATE_ABSENT] = "certificate_absent",
        [XMLDSIG_CERTIFICATE_MALFORMED] = "certificate_malformed",
        [XMLDSIG_KEY_UNSUITABLE] = "key_unsuitable",
        [XMLDSIG_KEY_SIZE] = "key_size",
        [XMLDSIG_CERTIFICATE_NOT_YET_VALID] = "certificate_not_yet_valid",
        [XMLDSIG_CERTIFICATE_EXPIRED] = "certificate_expired",
        [XMLDSIG_DIGEST_MISMATCH] = "digest_mismatch",
        [XMLDSIG_SIGNATURE_MISMATCH] = "signature_mismatch",
        [XMLDSIG_PRIVATE_KEY] = "private_key",
        [XMLDSIG_PRESENT] = "present",
        [XMLDSIG_FULL] = "full",
    };
    return result < XMLDSIG_RESULT_COUNT ? codes[result] : "";
}
