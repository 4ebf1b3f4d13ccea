#include <assert.h>
#include <string.h>

#include "adapters/customs/ceb.h"
#include "adapters/customs/ceb_rule.h"
#include "adapters/customs/ceb_value.h"
#include "adapters/xml/xml_write.h"

struct writing {
    struct writer *out;
    const char *prefix;
};

static void element_write(const struct writing *writing, const char *name, const char *text)
{
    xml_write_element(writing->out, writing->prefix, name, text);
    write_text(writing->out, "\n");
}

/* Of what is optional, what is empty is left out: the schema refuses it empty. */
static void
field_write(const struct writing *writing, const struct ceb_field_rule *field, const char *record)
{
    char text[CEB_VALUE_TEXT_SIZE];
    const char *value = ceb_value_show(field, record, text);
    if (value != NULL) {
        element_write(writing, field->element, value);
    }
}

static void
record_write(const struct writing *writing, const struct ceb_record_rule *record, const char *from)
{
    if (record->element != NULL) {
        xml_write_open(writing->out, writing->prefix, record->element);
        write_text(writing->out, "\n");
    }
    for (size_t i = 0; i < record->field_count; i++) {
        field_write(writing, &record->fields[i], from);
    }
    if (record->element != NULL) {
        xml_write_close(writing->out, writing->prefix, record->element);
        write_text(writing->out, "\n");
    }
}

static void
node_write(const struct writing *writing, const struct ceb_message_rule *rule, const char *node)
{
    xml_write_open(writing->out, writing->prefix, rule->node);
    write_text(writing->out, "\n");
    record_write(writing, &rule->head, node);
    struct ceb_lines lines = ceb_rule_lines(rule, node);
    for (size_t i = 0; i < lines.count; i++) {
        record_write(writing, &rule->line, lines.items + i * rule->line_size);
    }
    xml_write_close(writing->out, writing->prefix, rule->node);
    write_text(writing->out, "\n");
}

static void transfer_write(const struct writing *writing, const struct ceb_transfer *transfer)
{
    xml_write_open(writing->out, writing->prefix, "BaseTransfer");
    write_text(writing->out, "\n");
    element_write(writing, "copCode", transfer->cop_code);
    element_write(writing, "copName", transfer->cop_name);
    element_write(writing, "dxpMode", "DXP");
    element_write(writing, "dxpId", transfer->dxp_id);
    xml_write_close(writing->out, writing->prefix, "BaseTransfer");
    write_text(writing->out, "\n");
}

void ceb_write(const struct ceb_message *message,
               const struct ceb_transfer *transfer,
               enum ceb_form form,
               struct writer *out)
{
    const struct ceb_message_rule *rule = ceb_rule_of(message->type);
    assert(message->count >= 1 && message->count <= rule->node_count_max);
    struct writing writing = {.out = out, .prefix = form == CEB_FORM_PREFIX ? "ceb:" : ""};
    write_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    write_text(out, writing.prefix);
    write_text(out, rule->root);
    write_text(out, form == CEB_FORM_PREFIX ? " xmlns:ceb=\"" : " xmlns=\"");
    write_text(out, CEB_NAMESPACE "\" guid=\"");
    xml_write_text(out, transfer->guid, strlen(transfer->guid));
    write_text(out, "\" version=\"1.0\">\n");
    const char *nodes = message->nodes;
    for (size_t i = 0; i < message->count; i++) {
        node_write(&writing, rule, nodes + i * rule->node_size);
    }
    if (rule->sender == CEB_FROM_COMPANY) {
        transfer_write(&writing, transfer);
    }
    xml_write_close(out, writing.prefix, rule->root);
    write_text(out, "\n");
}
