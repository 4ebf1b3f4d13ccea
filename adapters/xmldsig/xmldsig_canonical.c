#include <libxml/c14n.h>
#include <libxml/xmlIO.h>

#include "adapters/xmldsig/xmldsig_p.h"

static bool is_inside(const xmlNode *node, const xmlNode *element)
{
    while (node != NULL && node != element) {
        node = node->parent;
    }
    return node != NULL;
}

/* A name space is no node of the tree and belongs to `parent`. */
static int is_visible(void *context, xmlNode *node, xmlNode *parent)
{
    const struct xmldsig_part *part = context;
    const xmlNode *at = node->type == XML_NAMESPACE_DECL ? parent : node;
    return (part->within == NULL || is_inside(at, part->within)) &&
           (part->without == NULL || !is_inside(at, part->without));
}

struct sink {
    xmldsig_update *update;
    EVP_MD_CTX *context;
};

static int sink_write(void *context, const char *data, int size)
{
    const struct sink *sink = context;
    return sink->update(sink->context, data, (size_t)size) == 1 ? size : -1;
}

bool xmldsig_canonical(xmlDoc *document,
                       const struct xmldsig_part *part,
                       xmldsig_update *update,
                       EVP_MD_CTX *context)
{
    struct sink sink = {.update = update, .context = context};
    struct xmldsig_part visible = *part;
    xmlOutputBuffer *output = xmlOutputBufferCreateIO(sink_write, NULL, &sink, NULL);
    if (output == NULL) {
        return false;
    }
    int size = xmlC14NExecute(document, is_visible, &visible, XML_C14N_1_0, NULL, 0, output);
    /* What is left in the buffer is written now. */
    return xmlOutputBufferClose(output) >= 0 && size > 0;
}

bool xmldsig_digest(const xmlNode *signature,
                    enum xmldsig_reference reference,
                    const struct xmldsig_method *method,
                    uint8_t digest_out[EVP_MAX_MD_SIZE],
                    size_t *size_out)
{
    unsigned size = 0;
    struct xmldsig_part part = {
        .within = reference == XMLDSIG_TO_ROOT ? signature->parent : NULL,
        .without = signature,
    };
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_made = context != NULL && EVP_DigestInit_ex(context, method->digest(), NULL) == 1 &&
                   xmldsig_canonical(signature->doc, &part, EVP_DigestUpdate, context) &&
                   EVP_DigestFinal_ex(context, digest_out, &size) == 1;
    EVP_MD_CTX_free(context);
    *size_out = size;
    return is_made;
}
