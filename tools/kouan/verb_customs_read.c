#include <stdlib.h>
#include <string.h>

#include "adapters/customs/ceb_value.h"
#include "adapters/customs/dxp.h"
#include "gateway/records/text.h"
#include "tools/kouan/file.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    ARENA_SIZE = 64 << 20,
    MASKED_SIZE = 1024
};

struct loaded {
    char *content;
    struct arena arena;
    struct ceb_message message;
};

/* Opens the file, bare or in its envelope; what is wrong is said with line and element. */
static enum exit_code loaded_open(struct loaded *loaded, const char *path)
{
    char reason[512];
    size_t size = 0;
    struct dxp_message envelope;
    struct ceb_fault fault;
    arena_create(&loaded->arena, ARENA_SIZE);
    if (!file_read(path, &loaded->content, &size, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    struct bytes xml = {(const uint8_t *)loaded->content, size};
    bool is_enveloped = dxp_is_envelope(xml);
    bool is_open = !is_enveloped || dxp_read(xml, &loaded->arena, &envelope, &fault);
    xml = is_open && is_enveloped ? envelope.data : xml;
    if (is_open && ceb_read(xml, &loaded->arena, &loaded->message, &fault)) {
        return EXIT_DONE;
    }
    message("%s: line %d, %s: %s: %s",
            path,
            fault.line,
            fault.element[0] == '\0' ? "no element" : fault.element,
            fault.code,
            fault.detail);
    return EXIT_FAULT_FOUND;
}

static void loaded_close(struct loaded *loaded)
{
    arena_destroy(&loaded->arena);
    free(loaded->content);
}

static json_t *value_json(const struct ceb_field_rule *field, const char *value)
{
    char masked[MASKED_SIZE];
    if (field->privacy == CEB_PLAIN) {
        return json_string(value);
    }
    struct writer writer = writer_over(masked, sizeof masked);
    text_mask((struct bytes){(const uint8_t *)value, strlen(value)}, &writer);
    return writer.has_failed ? json_string("***") : json_stringn(masked, writer.size);
}

static json_t *record_json(const struct ceb_record_rule *record, const char *from)
{
    json_t *object = json_object();
    for (size_t i = 0; i < record->field_count; i++) {
        const struct ceb_field_rule *field = &record->fields[i];
        char text[CEB_VALUE_TEXT_SIZE];
        const char *value = ceb_value_show(field, from, text);
        bool is_kept = field->kind != CEB_KIND_FIXED && field->kind != CEB_KIND_STANDARD;
        if (value != NULL && is_kept) {
            json_object_set_new(object, field->element, value_json(field, value));
        }
    }
    return object;
}

static json_t *node_json(const struct ceb_message_rule *rule, const char *node)
{
    json_t *object = record_json(&rule->head, node);
    struct ceb_lines lines = ceb_rule_lines(rule, node);
    json_t *rows = json_array();
    for (size_t i = 0; i < lines.count; i++) {
        json_array_append_new(rows, record_json(&rule->line, lines.items + i * rule->line_size));
    }
    if (rule->line.element != NULL) {
        json_object_set(object, rule->line.element, rows);
    }
    json_decref(rows);
    return object;
}

enum exit_code verb_customs_read(const struct arguments *arguments)
{
    struct loaded loaded = {0};
    enum exit_code code = loaded_open(&loaded, arguments->positionals[0]);
    if (code == EXIT_DONE) {
        const struct ceb_message_rule *rule = ceb_rule_of(loaded.message.type);
        json_t *nodes = json_array();
        for (size_t i = 0; i < loaded.message.count; i++) {
            const char *node = (const char *)loaded.message.nodes + i * rule->node_size;
            json_array_append_new(nodes, node_json(rule, node));
        }
        json_t *whole = json_pack("{s:s,s:o}", "message", rule->root, rule->node, nodes);
        output_json(whole);
        json_decref(whole);
    }
    loaded_close(&loaded);
    return code;
}

enum exit_code verb_customs_check(const struct arguments *arguments)
{
    struct loaded loaded = {0};
    enum exit_code code = loaded_open(&loaded, arguments->positionals[0]);
    loaded_close(&loaded);
    return code;
}
