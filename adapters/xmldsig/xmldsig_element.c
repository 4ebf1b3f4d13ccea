/*
 * The Signature element, read strictly: these elements in this order, these attributes, white space
 * between them and nothing else. What is not read cannot be misunderstood by somebody else.
 */
#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

enum {
    DIGEST_TEXT_SIZE = 256
};

static bool is_blank_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE &&
           strspn((const char *)node->content, " \t\r\n") == strlen((const char *)node->content);
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE && node->ns != NULL &&
           strcmp((const char *)node->ns->href, XMLDSIG_NAMESPACE) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

/* A walk over the children of one element. */
struct children {
    const xmlNode *next;
};

static void blank_skip(struct children *children)
{
    while (children->next != NULL && is_blank_text(children->next)) {
        children->next = children->next->next;
    }
}

static struct children children_of(const xmlNode *node)
{
    struct children children = {node->children};
    blank_skip(&children);
    return children;
}

/* The next child when it has this name, else NULL. */
static const xmlNode *child_take(struct children *children, const char *name)
{
    const xmlNode *child = children->next;
    if (!is_named(child, name)) {
        return NULL;
    }
    children->next = child->next;
    blank_skip(children);
    return child;
}

static bool is_end(const struct children *children)
{
    return children->next == NULL;
}

/* The value of the only attribute, which has this name and no name space; NULL otherwise. */
static const char *attribute_only(const xmlNode *node, const char *name)
{
    const xmlAttr *attribute = node->properties;
    if (attribute == NULL || attribute->next != NULL || attribute->ns != NULL ||
        strcmp((const char *)attribute->name, name) != 0) {
        return NULL;
    }
    const xmlNode *text = attribute->children;
    if (text == NULL) {
        return "";
    }
    return text->type == XML_TEXT_NODE && text->next == NULL ? (const char *)text->content : NULL;
}

/* An element that says only which algorithm; NULL when it says anything else. */
static const char *algorithm_take(struct children *children, const char *name)
{
    const xmlNode *node = child_take(children, name);
    if (node == NULL) {
        return NULL;
    }
    struct children inside = children_of(node);
    return is_end(&inside) ? attribute_only(node, "Algorithm") : NULL;
}

/* The text of an element that holds only text and no attributes. */
static bool text_take(const xmlNode *node, struct writer *text)
{
    if (node == NULL || node->properties != NULL) {
        return false;
    }
    for (const xmlNode *part = node->children; part != NULL; part = part->next) {
        if (part->type != XML_TEXT_NODE && part->type != XML_CDATA_SECTION_NODE) {
            return false;
        }
        write_text(text, (const char *)part->content);
    }
    return !text->has_failed;
}

static bool base64_take(const xmlNode *node,
                        struct writer *text,
                        uint8_t *content_out,
                        size_t capacity,
                        size_t *size_out)
{
    struct writer content = writer_over(content_out, capacity);
    bool is_read = text_take(node, text) &&
                   xmldsig_base64_read((struct bytes){text->data, text->size}, &content);
    *size_out = content.size;
    return is_read && !content.has_failed && content.size > 0;
}

/* "" is the document, "#x" the root when that is its Id. */
static bool
reference_read(const xmlNode *root, const char *uri, enum xmldsig_reference *reference_out)
{
    if (uri[0] == '\0') {
        *reference_out = XMLDSIG_TO_DOCUMENT;
        return true;
    }
    for (const xmlAttr *attribute = root->properties; attribute != NULL;
         attribute = attribute->next) {
        const xmlNode *text = attribute->children;
        if (attribute->ns == NULL && strcmp((const char *)attribute->name, "Id") == 0) {
            *reference_out = XMLDSIG_TO_ROOT;
            return uri[0] == '#' && text != NULL && text->next == NULL &&
                   text->type == XML_TEXT_NODE && strcmp((const char *)text->content, uri + 1) == 0;
        }
    }
    return false;
}

static enum xmldsig_result transforms_read(const xmlNode *transforms)
{
    if (transforms == NULL || transforms->properties != NULL) {
        return XMLDSIG_TRANSFORM;
    }
    struct children children = children_of(transforms);
    const char *algorithm = algorithm_take(&children, "Transform");
    bool is_enveloped =
        algorithm != NULL && strcmp(algorithm, XMLDSIG_ENVELOPED) == 0 && is_end(&children);
    return is_enveloped ? XMLDSIG_OK : XMLDSIG_TRANSFORM;
}

static enum xmldsig_result
digest_read(const xmlNode *reference, struct xmldsig_element *element, const char **digest_uri_out)
{
    char room[DIGEST_TEXT_SIZE];
    struct writer text = writer_over(room, sizeof room);
    struct children children = children_of(reference);
    enum xmldsig_result result = transforms_read(child_take(&children, "Transforms"));
    if (result != XMLDSIG_OK) {
        return result;
    }
    *digest_uri_out = algorithm_take(&children, "DigestMethod");
    if (*digest_uri_out == NULL || !base64_take(child_take(&children, "DigestValue"),
                                                &text,
                                                element->digest,
                                                sizeof element->digest,
                                                &element->digest_size)) {
        return XMLDSIG_MALFORMED;
    }
    return is_end(&children) ? XMLDSIG_OK : XMLDSIG_MALFORMED;
}

static enum xmldsig_result signed_info_read(const xmlNode *signed_info,
                                            enum xmldsig_spelling spelling,
                                            struct xmldsig_element *element)
{
    struct children children = children_of(signed_info);
    const char *canonical_uri = algorithm_take(&children, "CanonicalizationMethod");
    const char *signature_uri = algorithm_take(&children, "SignatureMethod");
    const xmlNode *reference = child_take(&children, "Reference");
    const char *digest_uri = NULL;
    if (canonical_uri == NULL || signature_uri == NULL || reference == NULL || !is_end(&children) ||
        signed_info->properties != NULL) {
        return XMLDSIG_MALFORMED;
    }
    const char *uri = attribute_only(reference, "URI");
    if (uri == NULL || !reference_read(signed_info->parent->parent, uri, &element->reference)) {
        return XMLDSIG_REFERENCE;
    }
    enum xmldsig_result result = digest_read(reference, element, &digest_uri);
    if (result != XMLDSIG_OK) {
        return result;
    }
    element->signed_info = signed_info;
    element->method = xmldsig_method_find(signature_uri, digest_uri, spelling);
    return element->method != NULL && strcmp(canonical_uri, XMLDSIG_C14N) == 0 ? XMLDSIG_OK
                                                                               : XMLDSIG_ALGORITHM;
}

static enum xmldsig_result certificate_read(const xmlNode *data, struct xmldsig_element *element)
{
    char room[2 * XMLDSIG_CERTIFICATE_TEXT_SIZE]; /* with line breaks */
    struct writer text = writer_over(room, sizeof room);
    if (data == NULL || data->properties != NULL) {
        return XMLDSIG_CERTIFICATE_ABSENT;
    }
    struct children children = children_of(data);
    const xmlNode *certificate = child_take(&children, "X509Certificate");
    if (certificate == NULL || !is_end(&children)) {
        return XMLDSIG_CERTIFICATE_ABSENT;
    }
    bool is_read = base64_take(certificate,
                               &text,
                               element->certificate,
                               sizeof element->certificate,
                               &element->certificate_size);
    return is_read ? XMLDSIG_OK : XMLDSIG_CERTIFICATE_MALFORMED;
}

static enum xmldsig_result key_info_read(const xmlNode *key_info, struct xmldsig_element *element)
{
    if (key_info == NULL) {
        return XMLDSIG_CERTIFICATE_ABSENT;
    }
    struct children children = children_of(key_info);
    const xmlNode *name = child_take(&children, "KeyName");
    const xmlNode *data = child_take(&children, "X509Data");
    struct writer text = writer_over(element->key_name, sizeof element->key_name - 1);
    if (!is_end(&children) || key_info->properties != NULL ||
        (name != NULL && !text_take(name, &text))) {
        return XMLDSIG_MALFORMED;
    }
    return certificate_read(data, element);
}

static bool value_read(const xmlNode *value, struct xmldsig_element *element)
{
    char room[2 * XMLDSIG_SIGNATURE_TEXT_SIZE]; /* with line breaks */
    struct writer text = writer_over(room, sizeof room);
    return base64_take(value, &text, element->value, sizeof element->value, &element->value_size);
}

enum xmldsig_result xmldsig_element_read(const xmlNode *signature,
                                         enum xmldsig_spelling spelling,
                                         struct xmldsig_element *element_out)
{
    *element_out = (struct xmldsig_element){.method = NULL};
    struct children children = children_of(signature);
    const xmlNode *signed_info = child_take(&children, "SignedInfo");
    const xmlNode *value = child_take(&children, "SignatureValue");
    const xmlNode *key_info = child_take(&children, "KeyInfo");
    bool has_attributes = signature->properties != NULL && attribute_only(signature, "Id") == NULL;
    if (signed_info == NULL || value == NULL || !is_end(&children) || has_attributes) {
        return XMLDSIG_MALFORMED;
    }
    enum xmldsig_result result = signed_info_read(signed_info, spelling, element_out);
    if (result != XMLDSIG_OK) {
        return result;
    }
    if (!value_read(value, element_out)) {
        return XMLDSIG_MALFORMED;
    }
    return key_info_read(key_info, element_out);
}
