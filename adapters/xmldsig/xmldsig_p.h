#pragma once
/* Shared by the files of this folder. */
#include <libxml/tree.h>
#include <openssl/evp.h>

#include "adapters/xmldsig/xmldsig.h"

enum {
    XMLDSIG_SIGNATURE_SIZE_MAX = XMLDSIG_RSA_BITS_MAX / 8,
    XMLDSIG_SIGNATURE_TEXT_SIZE = XMLDSIG_SIGNATURE_SIZE_MAX * 4 / 3 + 4,
    XMLDSIG_CERTIFICATE_TEXT_SIZE = CERTIFICATE_SIZE_MAX * 4 / 3 + 4,
};

#define XMLDSIG_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"
#define XMLDSIG_C14N      "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define XMLDSIG_ENVELOPED XMLDSIG_NAMESPACE "enveloped-signature"

/* --- xmldsig_profile.c --- */

struct xmldsig_method {
    enum xmldsig_profile profile;
    enum certificate_key key;
    enum xmldsig_spelling spelling; /* the least setting that allows it */
    const char *signature_uri;
    const char *digest_uri;
    const EVP_MD *(*digest)(void);           /* of the message */
    const EVP_MD *(*signature_digest)(void); /* of SignedInfo */
};

const struct xmldsig_method *xmldsig_method_find(const char *signature_uri,
                                                 const char *digest_uri,
                                                 enum xmldsig_spelling spelling);
/* The one to write; NULL when there is none. */
const struct xmldsig_method *xmldsig_method_for(enum certificate_key key);

/* --- xmldsig_document.c --- */

/* Parses within the bounds; free with xmlFreeDoc. `signature_out` is NULL when there is none. */
MUST_CHECK enum xmldsig_result
xmldsig_document_read(struct bytes message, xmlDoc **document_out, xmlNode **signature_out);

/* --- xmldsig_element.c: the Signature element, strictly --- */

struct xmldsig_element {
    const struct xmldsig_method *method;
    const xmlNode *signed_info;
    enum xmldsig_reference {
        XMLDSIG_TO_DOCUMENT,
        XMLDSIG_TO_ROOT
    } reference;
    uint8_t digest[EVP_MAX_MD_SIZE];
    size_t digest_size;
    uint8_t value[XMLDSIG_SIGNATURE_SIZE_MAX];
    size_t value_size;
    uint8_t certificate[CERTIFICATE_SIZE_MAX];
    size_t certificate_size;
    char key_name[XMLDSIG_KEY_NAME_SIZE];
};

MUST_CHECK enum xmldsig_result xmldsig_element_read(const xmlNode *signature,
                                                    enum xmldsig_spelling spelling,
                                                    struct xmldsig_element *element_out);

/* --- xmldsig_canonical.c --- */

/* Of a document: what is inside `within` (NULL: all of it) and not inside `without`. */
struct xmldsig_part {
    const xmlNode *within;
    const xmlNode *without;
};

typedef int xmldsig_update(EVP_MD_CTX *context, const void *data, size_t size);

/* Feeds the canonical form, without comments, to `update`. */
MUST_CHECK bool xmldsig_canonical(xmlDoc *document,
                                  const struct xmldsig_part *part,
                                  xmldsig_update *update,
                                  EVP_MD_CTX *context);
/* The digest of the message that `element` speaks of, in its method. */
MUST_CHECK bool xmldsig_digest(const xmlNode *signature,
                               enum xmldsig_reference reference,
                               const struct xmldsig_method *method,
                               uint8_t digest_out[EVP_MAX_MD_SIZE],
                               size_t *size_out);

/* --- xmldsig_key.c --- */

/* In the order of the results. */
MUST_CHECK enum xmldsig_result xmldsig_key_check(const struct certificate *certificate,
                                                 const struct xmldsig_method *method,
                                                 const struct xmldsig_settings *settings,
                                                 instant_us now);
MUST_CHECK bool xmldsig_value_verify(const struct xmldsig_element *element);
/* `value_out` holds XMLDSIG_SIGNATURE_SIZE_MAX bytes. */
MUST_CHECK bool xmldsig_value_make(const xmlNode *signed_info,
                                   const struct xmldsig_method *method,
                                   EVP_PKEY *key,
                                   uint8_t *value_out,
                                   size_t *size_out);

/* --- xmldsig_base64.c --- */

/* RFC 4648 §4 with XML's white space anywhere; one encoding per value. Sticky failure in `content`
 * when it is full. */
MUST_CHECK bool xmldsig_base64_read(struct bytes text, struct writer *content);
void xmldsig_base64_write(struct bytes content, struct writer *text);
