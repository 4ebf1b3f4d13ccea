#include "tests/customs/schema.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <stdio.h>
#include <stdlib.h>

struct schema {
    xmlSchemaPtr schema;
};

struct schema *schema_open(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, TESTS_DIR "/customs/schema/%s", name);
    struct schema *schema = calloc(1, sizeof *schema);
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    if (schema == NULL || parser == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    schema->schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    if (schema->schema == NULL) {
        fprintf(stderr, "%s: no schema\n", path);
        exit(1);
    }
    return schema;
}

void schema_close(struct schema *schema)
{
    xmlSchemaFree(schema->schema);
    free(schema);
    xmlSchemaCleanupTypes();
    xmlCleanupParser();
}

bool schema_is_met(struct schema *schema, struct bytes xml)
{
    xmlDocPtr document =
        xmlReadMemory((const char *)xml.data, (int)xml.size, "message", NULL, XML_PARSE_NONET);
    if (document == NULL) {
        return false;
    }
    xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema->schema);
    bool is_met = context != NULL && xmlSchemaValidateDoc(context, document) == 0;
    xmlSchemaFreeValidCtxt(context);
    xmlFreeDoc(document);
    return is_met;
}
