#include <openssl/crypto.h>
#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

/* Cheap checks first: what a stranger can send costs little until its form is right. */
static enum xmldsig_result element_check(const xmlNode *signature,
                                         const struct xmldsig_element *element,
                                         const struct xmldsig_settings *settings,
                                         instant_us now,
                                         struct certificate *certificate_out)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    size_t digest_size = 0;
    struct bytes der = {element->certificate, element->certificate_size};
    if (!certificate_parse(der, certificate_out)) {
        return XMLDSIG_CERTIFICATE_MALFORMED;
    }
    enum xmldsig_result result = xmldsig_key_check(certificate_out, element->method, settings, now);
    if (result != XMLDSIG_OK) {
        return result;
    }
    if (!xmldsig_digest(signature, element->reference, element->method, digest, &digest_size) ||
        digest_size != element->digest_size ||
        CRYPTO_memcmp(digest, element->digest, digest_size) != 0) {
        return XMLDSIG_DIGEST_MISMATCH;
    }
    return xmldsig_value_verify(element) ? XMLDSIG_OK : XMLDSIG_SIGNATURE_MISMATCH;
}

static enum xmldsig_result signer_fill(const struct xmldsig_element *element,
                                       const struct certificate *certificate,
                                       struct arena *arena,
                                       struct xmldsig_signer *signer)
{
    uint8_t *der = arena_take_unset(arena, element->certificate_size);
    if (der == NULL) {
        return XMLDSIG_FULL;
    }
    memcpy(der, element->certificate, element->certificate_size);
    signer->profile = element->method->profile;
    signer->certificate = (struct bytes){der, element->certificate_size};
    signer->facts = *certificate;
    memcpy(signer->key_name, element->key_name, sizeof signer->key_name);
    return XMLDSIG_OK;
}

enum xmldsig_result xmldsig_verify(struct bytes message,
                                   const struct xmldsig_settings *settings,
                                   instant_us now,
                                   struct arena *arena,
                                   struct xmldsig_signer *signer_out)
{
    xmlDoc *document;
    xmlNode *signature;
    struct xmldsig_element element;
    struct certificate certificate;
    memset(signer_out, 0, sizeof *signer_out);
    enum xmldsig_result result = xmldsig_document_read(message, &document, &signature);
    if (result == XMLDSIG_OK && signature == NULL) {
        result = XMLDSIG_ABSENT;
    }
    if (result == XMLDSIG_OK) {
        result = xmldsig_element_read(signature, settings->spelling, &element);
    }
    if (result == XMLDSIG_OK) {
        result = element_check(signature, &element, settings, now, &certificate);
    }
    xmlFreeDoc(document);
    return result == XMLDSIG_OK ? signer_fill(&element, &certificate, arena, signer_out) : result;
}
