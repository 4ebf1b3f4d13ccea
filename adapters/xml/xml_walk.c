#include "adapters/xml/xml_walk.h"

#include <assert.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct xml_walk {
    xmlParserCtxtPtr parser;
    const struct xml_handler *handler;
    void *context;
    struct xml_fault *fault;
    bool has_failed;
    size_t depth;
    size_t skip_depth;    /* depth of the element whose subtree is ignored, 0 = none */
    size_t collect_depth; /* depth of the element whose text is collected, 0 = none */
    bool is_streamed;     /* its text goes to the handler instead */
    char element[sizeof((struct xml_fault *)NULL)->element]; /* the one collected */
    char text[XML_TEXT_SIZE_MAX];
    size_t text_size;
};

void xml_walk_fail(struct xml_walk *walk, const char *code, const char *element, const char *detail)
{
    if (walk->has_failed) {
        return;
    }
    walk->has_failed = true;
    walk->fault->code = code;
    walk->fault->line = walk->parser == NULL ? 0 : xmlSAX2GetLineNumber(walk->parser);
    snprintf(walk->fault->element, sizeof walk->fault->element, "%s", element);
    snprintf(walk->fault->detail, sizeof walk->fault->detail, "%s", detail);
    if (walk->parser != NULL) {
        xmlStopParser(walk->parser);
    }
}

void xml_walk_skip(struct xml_walk *walk)
{
    walk->skip_depth = walk->depth;
}

void xml_walk_collect(struct xml_walk *walk, const struct xml_element *element)
{
    walk->collect_depth = walk->depth;
    walk->is_streamed = false;
    walk->text_size = 0;
    snprintf(walk->element, sizeof walk->element, "%s", element->name);
}

void xml_walk_stream(struct xml_walk *walk, const struct xml_element *element)
{
    assert(walk->handler->piece != NULL);
    xml_walk_collect(walk, element);
    walk->is_streamed = true;
}

size_t xml_walk_depth(const struct xml_walk *walk)
{
    return walk->depth;
}

bool xml_attribute_find(const struct xml_element *element,
                        const char *name,
                        struct bytes *value_out)
{
    /* libxml2 gives five pointers each: local name, prefix, URI, value and the value's end. */
    for (int i = 0; i < element->attribute_count; i++) {
        const unsigned char **attribute = element->attributes + (ptrdiff_t)i * 5;
        if (attribute[2] == NULL && strcmp((const char *)attribute[0], name) == 0) {
            *value_out = (struct bytes){attribute[3], (size_t)(attribute[4] - attribute[3])};
            return true;
        }
    }
    return false;
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
    (void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted_count;
    struct xml_walk *walk = context;
    struct xml_element element = {
        .name = (const char *)local_name,
        .uri = (const char *)uri,
        .attributes = attributes,
        .attribute_count = attribute_count,
    };
    if (walk->has_failed) {
        return;
    }
    walk->depth++;
    if (walk->depth > walk->handler->depth_max) {
        xml_walk_fail(walk, "too_deep", element.name, "elements are nested too deeply");
    } else if (walk->skip_depth == 0) {
        walk->collect_depth = 0;
        walk->handler->enter(walk->context, walk, &element);
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
on_end(void *context, const xmlChar *local_name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)local_name, (void)prefix, (void)uri;
    struct xml_walk *walk = context;
    if (walk->has_failed) {
        return;
    }
    size_t depth = walk->depth--;
    if (walk->skip_depth != 0) {
        walk->skip_depth = depth == walk->skip_depth ? 0 : walk->skip_depth;
        return;
    }
    bool is_collected = walk->collect_depth == depth;
    walk->collect_depth = 0;
    while (walk->text_size > 0 && is_blank(walk->text[walk->text_size - 1])) {
        walk->text_size--;
    }
    walk->handler->leave(
        walk->context, walk, is_collected ? walk->text : NULL, is_collected ? walk->text_size : 0);
}

static void on_text(void *context, const xmlChar *text, int size)
{
    struct xml_walk *walk = context;
    if (walk->has_failed || walk->collect_depth == 0 || walk->skip_depth != 0) {
        return;
    }
    const char *from = (const char *)text;
    size_t left = (size_t)size;
    if (walk->is_streamed) {
        walk->handler->piece(walk->context, walk, from, left);
        return;
    }
    while (walk->text_size == 0 && left > 0 && is_blank(*from)) {
        from++;
        left--;
    }
    if (left > XML_TEXT_SIZE_MAX - walk->text_size) {
        xml_walk_fail(walk, "too_long", walk->element, "length in characters");
        return;
    }
    memcpy(walk->text + walk->text_size, from, left);
    walk->text_size += left;
}

static void
on_doctype(void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    xml_walk_fail(context, "dtd", "", "a document type declaration is not accepted");
}

/* libxml2's own texts quote the document, so only the number of its error is told. */
static void on_error(void *context, xmlErrorPtr error)
{
    struct xml_walk *walk = context;
    if (error->level < XML_ERR_ERROR || walk->has_failed) {
        return;
    }
    char detail[64];
    snprintf(detail, sizeof detail, "not well-formed XML (libxml2 error %d)", error->code);
    xml_walk_fail(walk, "malformed", "", detail);
    walk->fault->line = error->line;
}

static void walk_parse(struct xml_walk *walk, struct bytes xml)
{
    walk->parser = xmlCreateMemoryParserCtxt((const char *)xml.data, (int)xml.size);
    if (walk->parser == NULL) {
        xml_walk_fail(walk, "malformed", "", "no XML document");
        return;
    }
    *walk->parser->sax = (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .cdataBlock = on_text,
        .ignorableWhitespace = on_text,
        .internalSubset = on_doctype,
        .serror = on_error,
    };
    walk->parser->userData = walk;
    xmlCtxtUseOptions(walk->parser, XML_PARSE_NONET);
    int result = xmlParseDocument(walk->parser);
    if (!walk->has_failed && (result != 0 || walk->parser->wellFormed == 0)) {
        xml_walk_fail(walk, "malformed", "", "not well-formed XML");
    }
    xmlFreeParserCtxt(walk->parser);
    walk->parser = NULL;
}

bool xml_walk_run(struct bytes xml,
                  const struct xml_handler *handler,
                  void *context,
                  struct xml_fault *fault_out)
{
    /* libxml2 makes its locks at first use: two threads must not be the first. */
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    assert(handler->size_max <= INT_MAX);
    (void)pthread_once(&once, xmlInitParser);
    *fault_out = (struct xml_fault){.code = ""};
    struct xml_walk walk = {.handler = handler, .context = context, .fault = fault_out};
    if (xml.size > handler->size_max) {
        xml_walk_fail(&walk, "too_large", "", "the message is larger than a message may be");
    } else {
        walk_parse(&walk, xml);
    }
    return !walk.has_failed;
}

/* --- the root alone --- */

struct root {
    char *name;
    size_t name_size;
    bool is_found;
};

static void root_enter(void *context, struct xml_walk *walk, const struct xml_element *element)
{
    struct root *root = context;
    (void)snprintf(root->name, root->name_size, "%s", element->name);
    root->is_found = true;
    xml_walk_fail(walk, "", "", "");
}

static void root_leave(void *context, struct xml_walk *walk, const char *text, size_t size)
{
    (void)context, (void)walk, (void)text, (void)size;
}

bool xml_root_find(struct bytes xml,
                   const struct xml_handler *handler,
                   char *name_out,
                   size_t name_size,
                   struct xml_fault *fault_out)
{
    const struct xml_handler root_handler = {
        .size_max = handler->size_max,
        .depth_max = handler->depth_max,
        .enter = root_enter,
        .leave = root_leave,
    };
    struct root root = {.name = name_out, .name_size = name_size};
    return !xml_walk_run(xml, &root_handler, &root, fault_out) && root.is_found;
}
