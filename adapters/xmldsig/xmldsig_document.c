/* The document as a tree, because canonical XML needs one: bounded while it is built. */
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

/* Canonical XML looks every name space up on every element, so their number is bounded too. */
enum {
    DEPTH_MAX = 32,
    ELEMENT_COUNT_MAX = 1 << 18,
    ATTRIBUTE_COUNT_MAX = 16, /* of one element */
    NAMESPACE_COUNT_MAX = 64, /* of the document */
    SIGNATURE_DEPTH = 2,
};

struct build {
    xmlParserCtxt *parser;
    enum xmldsig_result result;
    size_t depth;
    size_t element_count;
    size_t namespace_count;
    size_t signature_count;
    size_t signature_depth;
};

static void build_fail(struct build *build, enum xmldsig_result result)
{
    if (build->result == XMLDSIG_OK) {
        build->result = result;
    }
    xmlStopParser(build->parser);
}

static void on_start(void *context,
                     const xmlChar *local_name,
                     const xmlChar *prefix,
                     const xmlChar *uri,
                     int namespace_count,
                     const xmlChar **namespaces,
                     int attribute_count,
                     int defaulted_count,
                     const xmlChar **attributes)
{
    xmlParserCtxt *parser = context;
    struct build *build = parser->_private;
    build->depth++;
    build->element_count++;
    build->namespace_count += (size_t)namespace_count;
    if (build->depth > DEPTH_MAX || build->element_count > ELEMENT_COUNT_MAX ||
        build->namespace_count > NAMESPACE_COUNT_MAX || attribute_count > ATTRIBUTE_COUNT_MAX) {
        build_fail(build, XMLDSIG_TOO_LARGE);
        return;
    }
    if (uri != NULL && strcmp((const char *)uri, XMLDSIG_NAMESPACE) == 0 &&
        strcmp((const char *)local_name, "Signature") == 0) {
        build->signature_count++;
        build->signature_depth = build->depth;
    }
    xmlSAX2StartElementNs(context,
                          local_name,
                          prefix,
                          uri,
                          namespace_count,
                          namespaces,
                          attribute_count,
                          defaulted_count,
                          attributes);
}

static void
on_end(void *context, const xmlChar *local_name, const xmlChar *prefix, const xmlChar *uri)
{
    xmlParserCtxt *parser = context;
    struct build *build = parser->_private;
    build->depth--;
    xmlSAX2EndElementNs(context, local_name, prefix, uri);
}

static void
on_doctype(void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    xmlParserCtxt *parser = context;
    build_fail(parser->_private, XMLDSIG_DTD);
}

/* Canonical XML has no form for a name space by a relative name. */
static void on_error(void *context, xmlErrorPtr error)
{
    xmlParserCtxt *parser = context;
    if (error->level >= XML_ERR_ERROR || error->code == XML_WAR_NS_URI_RELATIVE) {
        build_fail(parser->_private, XMLDSIG_XML);
    }
}

static xmlDoc *build_run(struct build *build, struct bytes message)
{
    xmlParserCtxt *parser =
        xmlCreateMemoryParserCtxt((const char *)message.data, (int)message.size);
    if (parser == NULL) {
        build->result = XMLDSIG_XML;
        return NULL;
    }
    build->parser = parser;
    parser->_private = build;
    parser->sax->startElementNs = on_start;
    parser->sax->endElementNs = on_end;
    parser->sax->internalSubset = on_doctype;
    parser->sax->serror = on_error;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool is_well_formed = xmlParseDocument(parser) == 0 && parser->wellFormed != 0;
    xmlDoc *document = parser->myDoc;
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
    if (build->result == XMLDSIG_OK && (!is_well_formed || document == NULL)) {
        build->result = XMLDSIG_XML;
    }
    if (build->result != XMLDSIG_OK) {
        xmlFreeDoc(document);
        return NULL;
    }
    return document;
}

static xmlNode *signature_find(xmlDoc *document)
{
    for (xmlNode *node = xmlDocGetRootElement(document)->children; node != NULL;
         node = node->next) {
        if (node->type == XML_ELEMENT_NODE && node->ns != NULL &&
            strcmp((const char *)node->ns->href, XMLDSIG_NAMESPACE) == 0 &&
            strcmp((const char *)node->name, "Signature") == 0) {
            return node;
        }
    }
    return NULL;
}

enum xmldsig_result
xmldsig_document_read(struct bytes message, xmlDoc **document_out, xmlNode **signature_out)
{
    /* libxml2 makes its locks at first use: two threads must not be the first. */
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, xmlInitParser);
    *document_out = NULL;
    *signature_out = NULL;
    if (message.size > XMLDSIG_MESSAGE_SIZE_MAX) {
        return XMLDSIG_TOO_LARGE;
    }
    struct build build = {.result = XMLDSIG_OK};
    xmlDoc *document = build_run(&build, message);
    if (document == NULL) {
        return build.result;
    }
    if (build.signature_count > 1 ||
        (build.signature_count == 1 && build.signature_depth != SIGNATURE_DEPTH)) {
        xmlFreeDoc(document);
        return build.signature_count > 1 ? XMLDSIG_SEVERAL : XMLDSIG_MISPLACED;
    }
    *document_out = document;
    *signature_out = signature_find(document);
    return XMLDSIG_OK;
}
