#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

struct pair {
    EVP_PKEY *key;
    X509 *x509;
    uint8_t certificate[CERTIFICATE_SIZE_MAX];
    size_t certificate_size;
};

/* Nobody is asked for a pass phrase. */
static int password_refuse(char *room, int size, int is_for_writing, void *context)
{
    (void)room, (void)size, (void)is_for_writing, (void)context;
    return -1;
}

static void pair_close(struct pair *pair)
{
    EVP_PKEY_free(pair->key);
    X509_free(pair->x509);
}

static enum xmldsig_result
pair_open(const char *private_key_pem, const char *certificate_pem, struct pair *pair_out)
{
    BIO *key = BIO_new_mem_buf(private_key_pem, -1);
    BIO *certificate = BIO_new_mem_buf(certificate_pem, -1);
    *pair_out = (struct pair){.key = NULL};
    if (key != NULL && certificate != NULL) {
        pair_out->key = PEM_read_bio_PrivateKey(key, NULL, password_refuse, NULL);
        pair_out->x509 = PEM_read_bio_X509(certificate, NULL, password_refuse, NULL);
    }
    BIO_free(key);
    BIO_free(certificate);
    int size = pair_out->x509 == NULL ? -1 : i2d_X509(pair_out->x509, NULL);
    if (size <= 0 || size > CERTIFICATE_SIZE_MAX) {
        return XMLDSIG_CERTIFICATE_MALFORMED;
    }
    uint8_t *at = pair_out->certificate;
    pair_out->certificate_size = (size_t)i2d_X509(pair_out->x509, &at);
    return pair_out->key != NULL && X509_check_private_key(pair_out->x509, pair_out->key) == 1
               ? XMLDSIG_OK
               : XMLDSIG_PRIVATE_KEY;
}

/* --- the element --- */

/* A tree that is built step by step; one failure is enough. */
struct grower {
    xmlNs *name_space;
    bool has_failed;
};

static xmlNode *
child_grow(struct grower *grower, xmlNode *parent, const char *name, struct bytes content)
{
    char room[XMLDSIG_CERTIFICATE_TEXT_SIZE + 1];
    struct writer text = writer_over(room, sizeof room - 1);
    xmldsig_base64_write(content, &text);
    room[text.size] = '\0';
    const xmlChar *value = content.size == 0 ? NULL : (const xmlChar *)room;
    xmlNode *child =
        parent == NULL || text.has_failed
            ? NULL
            : xmlNewTextChild(parent, grower->name_space, (const xmlChar *)name, value);
    grower->has_failed = grower->has_failed || child == NULL;
    return child;
}

static xmlNode *empty_grow(struct grower *grower,
                           xmlNode *parent,
                           const char *name,
                           const char *attribute,
                           const char *value)
{
    xmlNode *child = child_grow(grower, parent, name, (struct bytes){0});
    if (child != NULL && attribute != NULL) {
        grower->has_failed =
            xmlNewProp(child, (const xmlChar *)attribute, (const xmlChar *)value) == NULL ||
            grower->has_failed;
    }
    return child;
}

static bool is_extension(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, "ExtendMessage") == 0;
}

/* The Signature element in its place, with its own name space; NULL when memory ends. */
static xmlNode *signature_place(xmlNode *root, struct grower *grower)
{
    xmlNode *signature = xmlNewDocNode(root->doc, NULL, (const xmlChar *)"Signature", NULL);
    if (signature == NULL) {
        return NULL;
    }
    grower->name_space =
        xmlNewNs(signature, (const xmlChar *)XMLDSIG_NAMESPACE, (const xmlChar *)"ds");
    xmlSetNs(signature, grower->name_space);
    xmlNode *extension = root->children;
    while (extension != NULL && !is_extension(extension)) {
        extension = extension->next;
    }
    xmlNode *placed =
        extension == NULL ? xmlAddChild(root, signature) : xmlAddPrevSibling(extension, signature);
    if (placed == NULL) {
        xmlFreeNode(signature);
        return NULL;
    }
    grower->has_failed = grower->name_space == NULL;
    return signature;
}

static xmlNode *signed_info_grow(struct grower *grower,
                                 xmlNode *signature,
                                 const struct xmldsig_method *method,
                                 struct bytes digest)
{
    xmlNode *info = empty_grow(grower, signature, "SignedInfo", NULL, NULL);
    (void)empty_grow(grower, info, "CanonicalizationMethod", "Algorithm", XMLDSIG_C14N);
    (void)empty_grow(grower, info, "SignatureMethod", "Algorithm", method->signature_uri);
    xmlNode *reference = empty_grow(grower, info, "Reference", "URI", "");
    xmlNode *transforms = empty_grow(grower, reference, "Transforms", NULL, NULL);
    (void)empty_grow(grower, transforms, "Transform", "Algorithm", XMLDSIG_ENVELOPED);
    (void)empty_grow(grower, reference, "DigestMethod", "Algorithm", method->digest_uri);
    (void)child_grow(grower, reference, "DigestValue", digest);
    return info;
}

static enum xmldsig_result signature_grow(xmlNode *signature,
                                          struct grower *grower,
                                          const struct xmldsig_method *method,
                                          const struct pair *pair,
                                          const char *serial)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    uint8_t value[XMLDSIG_SIGNATURE_SIZE_MAX];
    size_t size = 0;
    if (grower->has_failed ||
        !xmldsig_digest(signature, XMLDSIG_TO_DOCUMENT, method, digest, &size)) {
        return XMLDSIG_FULL;
    }
    xmlNode *info = signed_info_grow(grower, signature, method, (struct bytes){digest, size});
    if (grower->has_failed) {
        return XMLDSIG_FULL;
    }
    if (!xmldsig_value_make(info, method, pair->key, value, &size)) {
        return XMLDSIG_PRIVATE_KEY;
    }
    (void)child_grow(grower, signature, "SignatureValue", (struct bytes){value, size});
    xmlNode *key_info = empty_grow(grower, signature, "KeyInfo", NULL, NULL);
    xmlNode *name = empty_grow(grower, key_info, "KeyName", NULL, NULL);
    if (name != NULL) {
        xmlNodeAddContent(name, (const xmlChar *)serial);
    }
    xmlNode *data = empty_grow(grower, key_info, "X509Data", NULL, NULL);
    struct bytes certificate = {pair->certificate, pair->certificate_size};
    (void)child_grow(grower, data, "X509Certificate", certificate);
    return grower->has_failed ? XMLDSIG_FULL : XMLDSIG_OK;
}

/* --- the message --- */

static enum xmldsig_result document_write(xmlDoc *document, struct writer *signed_out)
{
    xmlChar *text = NULL;
    int size = 0;
    xmlDocDumpMemoryEnc(document, &text, &size, "UTF-8");
    if (text == NULL) {
        return XMLDSIG_FULL;
    }
    write_bytes(signed_out, text, (size_t)size);
    xmlFree(text);
    return signed_out->has_failed ? XMLDSIG_FULL : XMLDSIG_OK;
}

static enum xmldsig_result message_sign(xmlDoc *document,
                                        const struct pair *pair,
                                        const struct xmldsig_settings *settings,
                                        instant_us now,
                                        struct writer *signed_out)
{
    struct certificate facts;
    struct grower grower = {.name_space = NULL};
    if (!certificate_parse((struct bytes){pair->certificate, pair->certificate_size}, &facts)) {
        return XMLDSIG_CERTIFICATE_MALFORMED;
    }
    const struct xmldsig_method *method = xmldsig_method_for(facts.key);
    enum xmldsig_result result = xmldsig_key_check(&facts, method, settings, now);
    if (result != XMLDSIG_OK) {
        return result;
    }
    xmlNode *signature = signature_place(xmlDocGetRootElement(document), &grower);
    if (signature == NULL) {
        return XMLDSIG_FULL;
    }
    result = signature_grow(signature, &grower, method, pair, facts.serial);
    return result == XMLDSIG_OK ? document_write(document, signed_out) : result;
}

static enum xmldsig_result
made_verify(struct bytes made, const struct xmldsig_settings *settings, instant_us now)
{
    struct xmldsig_signer signer;
    struct arena arena;
    arena_create(&arena, CERTIFICATE_SIZE_MAX);
    enum xmldsig_result result = xmldsig_verify(made, settings, now, &arena, &signer);
    arena_destroy(&arena);
    return result;
}

enum xmldsig_result xmldsig_sign(struct bytes message,
                                 const char *private_key_pem,
                                 const char *certificate_pem,
                                 const struct xmldsig_settings *settings,
                                 instant_us now,
                                 struct writer *signed_out)
{
    xmlDoc *document;
    xmlNode *signature;
    struct pair pair;
    size_t begin = signed_out->size;
    enum xmldsig_result result = xmldsig_document_read(message, &document, &signature);
    if (result == XMLDSIG_OK && signature != NULL) {
        result = XMLDSIG_PRESENT;
    }
    if (result == XMLDSIG_OK) {
        result = pair_open(private_key_pem, certificate_pem, &pair);
        if (result == XMLDSIG_OK) {
            result = message_sign(document, &pair, settings, now, signed_out);
        }
        pair_close(&pair);
    }
    xmlFreeDoc(document);
    if (result == XMLDSIG_OK) {
        struct bytes made = {signed_out->data + begin, signed_out->size - begin};
        result = made_verify(made, settings, now);
    }
    return result;
}
