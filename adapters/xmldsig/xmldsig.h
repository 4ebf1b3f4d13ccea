#pragma once
/*
 * Signatures of customs messages: one enveloped XML signature over the whole document (W3C XML
 * Signature Syntax and Processing, with Canonical XML 1.0), in the forms of the national
 * platform's message specification (edition 202205, chapter 6).
 *
 *   rsa-sha1   http://www.w3.org/2000/09/xmldsig#rsa-sha1              digest …#sha1
 *   sm2-sm3    http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3     digest …#sm3
 *
 * SM2 is GB/T 32918.2 with the distinguishing identifier 1234567812345678. Its value is written as
 * r and s of 32 bytes each, as XML signatures carry ECDSA; DER is accepted too.
 *
 * XMLDSIG_OK says that the holder of the certificate's key signed every byte of the message but
 * the Signature element (comments and the spelling that canonical XML forgets aside). It does not
 * say that the certificate is trusted: the caller knows it by its hash, or does not.
 *
 * Thread-safe. No I/O; the time is given.
 */
#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"
#include "ledger/proof/certificate.h"

enum {
    XMLDSIG_MESSAGE_SIZE_MAX = 4 << 20,
    XMLDSIG_KEY_NAME_SIZE = 129,
    XMLDSIG_RSA_BITS_MIN = 1024,
    XMLDSIG_RSA_BITS_DEFAULT = 2048,
    XMLDSIG_RSA_BITS_MAX = 4096,
};

/* In the order in which they are found. */
enum xmldsig_result {
    XMLDSIG_OK,
    XMLDSIG_TOO_LARGE,          /* bytes, depth, elements, attributes or namespaces */
    XMLDSIG_DTD,                /* a document type declaration */
    XMLDSIG_XML,                /* not well-formed, or without a canonical form */
    XMLDSIG_ABSENT,             /* no Signature at all */
    XMLDSIG_SEVERAL,            /* more than one, anywhere */
    XMLDSIG_MISPLACED,          /* not a child of the root */
    XMLDSIG_MALFORMED,          /* more, less or other than the form above */
    XMLDSIG_ALGORITHM,          /* none of the table, or of another row */
    XMLDSIG_REFERENCE,          /* not to the root element */
    XMLDSIG_TRANSFORM,          /* other than enveloped-signature alone */
    XMLDSIG_CERTIFICATE_ABSENT, /* or more than one */
    XMLDSIG_CERTIFICATE_MALFORMED,
    XMLDSIG_KEY_UNSUITABLE, /* its key is of another kind than the algorithm */
    XMLDSIG_KEY_SIZE,       /* an RSA key below the setting, or above the bound */
    XMLDSIG_CERTIFICATE_NOT_YET_VALID,
    XMLDSIG_CERTIFICATE_EXPIRED,
    XMLDSIG_DIGEST_MISMATCH,    /* the message is not the one signed */
    XMLDSIG_SIGNATURE_MISMATCH, /* SignedInfo is not what this key signed */
    XMLDSIG_PRIVATE_KEY,        /* signing: no such key, or not the certificate's */
    XMLDSIG_PRESENT,            /* signing: the message has a Signature already */
    XMLDSIG_FULL,               /* the arena, the writer or the memory */
    XMLDSIG_RESULT_COUNT,
};

/* "digest_mismatch": stable. */
const char *xmldsig_result_code(enum xmldsig_result result);

enum xmldsig_profile {
    XMLDSIG_RSA_SHA1,
    XMLDSIG_SM2_SM3,
};

/* "rsa-sha1" */
const char *xmldsig_profile_name(enum xmldsig_profile profile);

enum xmldsig_spelling {
    XMLDSIG_SPELLING_EXACT,
    /* http://www.w3.org/2000/09/xmldsig#sm2-sm3 too, with the digest …#sm3 or …#sha1, as signing
     * software in use writes it. */
    XMLDSIG_SPELLING_OLD_TOO,
};

struct xmldsig_settings {
    int rsa_bits_min; /* XMLDSIG_RSA_BITS_MIN to XMLDSIG_RSA_BITS_MAX; 0 = the default */
    enum xmldsig_spelling spelling;
};

struct xmldsig_signer {
    enum xmldsig_profile profile;
    char key_name[XMLDSIG_KEY_NAME_SIZE]; /* a hint: not signed, "" when there is none */
    struct bytes certificate;             /* DER, in the arena */
    struct certificate facts;
};

/* Who signed `message`. `signer_out` is zeroed unless the result is XMLDSIG_OK. */
MUST_CHECK enum xmldsig_result xmldsig_verify(struct bytes message,
                                              const struct xmldsig_settings *settings,
                                              instant_us now,
                                              struct arena *arena,
                                              struct xmldsig_signer *signer_out);

/*
 * `message` with a Signature as the last child of its root, or before ExtendMessage; the profile is
 * the key's. Both PEM texts are of one item and end with a NUL; `KeyName` is the certificate's
 * serial. What was written has been verified, with the same settings and time.
 */
MUST_CHECK enum xmldsig_result xmldsig_sign(struct bytes message,
                                            const char *private_key_pem,
                                            const char *certificate_pem,
                                            const struct xmldsig_settings *settings,
                                            instant_us now,
                                            struct writer *signed_out);
