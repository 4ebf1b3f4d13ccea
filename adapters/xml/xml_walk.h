#pragma once
/*
 * A walk over an XML document that is not trusted: elements are entered and left in document order.
 * DTDs and undeclared entities are refused, nothing is fetched, size, depth and the text of one
 * value are bounded. The first fault ends the walk.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    XML_TEXT_SIZE_MAX = 20480 /* of one value, without the white space around it */
};

struct xml_fault {
    int line;         /* of the XML, 0 = unknown */
    char element[64]; /* local name */
    /* Of the walk itself: "malformed", "dtd", "too_large", "too_deep", "too_long". Static text. */
    const char *code;
    char detail[160]; /* never quotes the document */
};

struct xml_walk;

struct xml_element {
    const char *name; /* local */
    const char *uri;  /* NULL: in no namespace */
    const unsigned char **attributes;
    int attribute_count;
};

struct xml_handler {
    size_t size_max;
    size_t depth_max;
    /* Calls at most one of xml_walk_skip, xml_walk_collect and xml_walk_stream. */
    void (*enter)(void *context, struct xml_walk *walk, const struct xml_element *element);
    /* `text` is trimmed of white space, valid during the call, and NULL unless it was collected. */
    void (*leave)(void *context, struct xml_walk *walk, const char *text, size_t size);
    /* A part of a streamed value, as it comes; NULL when nothing is streamed. */
    void (*piece)(void *context, struct xml_walk *walk, const char *text, size_t size);
};

/* False: fault_out says why. `context` is handed to the handler. */
MUST_CHECK bool xml_walk_run(struct bytes xml,
                             const struct xml_handler *handler,
                             void *context,
                             struct xml_fault *fault_out);

/* Nothing is called any more; only the first fault counts. */
void xml_walk_fail(struct xml_walk *walk,
                   const char *code,
                   const char *element,
                   const char *detail);
/* The element being entered is never left, and nothing inside it is entered. */
void xml_walk_skip(struct xml_walk *walk);
/* The element being entered is a value; what was collected is dropped when a child is entered. */
void xml_walk_collect(struct xml_walk *walk, const struct xml_element *element);
/* The element being entered is a value without a bound of ours: it comes in pieces. */
void xml_walk_stream(struct xml_walk *walk, const struct xml_element *element);
/* The element being entered is 1 for the root. */
size_t xml_walk_depth(const struct xml_walk *walk);

/*
 * The local name of the root, nothing behind it is looked at. The handler's bounds count, and its
 * functions are not called.
 */
MUST_CHECK bool xml_root_find(struct bytes xml,
                              const struct xml_handler *handler,
                              char *name_out,
                              size_t name_size,
                              struct xml_fault *fault_out);

/* An attribute in no namespace; false when it is absent. The value is valid while entering. */
MUST_CHECK bool
xml_attribute_find(const struct xml_element *element, const char *name, struct bytes *value_out);
