#include "adapters/customs/ceb.h"

#include <assert.h>
#include <string.h>

#include "adapters/customs/ceb_rule.h"
#include "adapters/customs/ceb_value.h"
#include "adapters/xml/xml_walk.h"

#define SIGNATURE_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"

/*
 * The document is walked twice with the same handlers: first the structure is checked against the
 * bounds and counted, then exactly the memory needed is taken and the values are read.
 *
 *   BEFORE_ROOT -> MESSAGE -> NODE -> RECORD -> FIELD
 *                     \----(no head)---^
 */
enum walk_pass {
    PASS_COUNT,
    PASS_READ,
};

enum walk_place {
    PLACE_BEFORE_ROOT,
    PLACE_MESSAGE,
    PLACE_NODE,
    PLACE_RECORD,
    PLACE_FIELD,
};

struct walk {
    struct xml_walk *xml;
    enum walk_pass pass;
    enum walk_place place;
    bool has_namespace;
    const struct ceb_message_rule *rule;
    size_t node_count;
    size_t line_counts[CEB_TAX_COUNT_MAX];
    bool has_head;
    const struct ceb_record_rule *record;
    const struct ceb_field_rule *field;
    uint64_t seen;  /* fields of the record met so far, by index */
    uint64_t given; /* those with a value */
    size_t next;    /* the field behind the one met last: where the next one most likely is */
    struct arena *arena;
    char *nodes;  /* PASS_READ only, like all below */
    char *lines;  /* of the current node */
    char *target; /* of the current record */
};

static void walk_fail(struct walk *walk, const char *code, const char *element, const char *detail)
{
    xml_walk_fail(walk->xml, code, element, detail);
}

static bool is_named(const char *element, const char *name)
{
    return element != NULL && strcmp(element, name) == 0;
}

static void enter_root(struct walk *walk, const char *name, const char *uri)
{
    walk->rule = ceb_rule_find(name);
    walk->has_namespace = uri != NULL;
    walk->place = PLACE_MESSAGE;
    if (uri != NULL && strcmp(uri, CEB_NAMESPACE) != 0) {
        walk_fail(walk, "namespace", name, "the root is in a namespace that is not customs'");
    } else if (walk->rule == NULL) {
        walk_fail(walk, "message_unknown", name, "no message of this name is read here");
    }
}

static void enter_record(struct walk *walk, const struct ceb_record_rule *record, char *target)
{
    walk->place = PLACE_RECORD;
    walk->record = record;
    walk->target = target;
    walk->seen = 0;
    walk->given = 0;
    walk->next = 0;
}

static void enter_node(struct walk *walk, const char *name)
{
    if (walk->node_count == walk->rule->node_count_max) {
        walk_fail(walk, "too_many", name, "more business nodes than a message may hold");
        return;
    }
    size_t index = walk->node_count++;
    char *node = walk->nodes == NULL ? NULL : walk->nodes + index * walk->rule->node_size;
    walk->has_head = false;
    walk->place = PLACE_NODE;
    if (node != NULL && walk->rule->line.element != NULL) {
        memcpy(&walk->lines, node + walk->rule->lines_offset, sizeof walk->lines);
        walk->line_counts[index] = 0;
    }
    if (walk->rule->head.element == NULL) {
        enter_record(walk, &walk->rule->head, node);
    }
}

static void enter_head(struct walk *walk, const char *name)
{
    if (walk->has_head) {
        walk_fail(walk, "repeated", name, "a node has one head");
        return;
    }
    walk->has_head = true;
    char *node =
        walk->nodes == NULL ? NULL : walk->nodes + (walk->node_count - 1) * walk->rule->node_size;
    enter_record(walk, &walk->rule->head, node);
}

static void enter_line(struct walk *walk, const char *name)
{
    size_t *count = &walk->line_counts[walk->node_count - 1];
    if (*count == CEB_LINE_COUNT_MAX) {
        walk_fail(walk, "too_many", name, "more lines than a node may hold");
        return;
    }
    char *line = walk->lines == NULL ? NULL : walk->lines + *count * walk->rule->line_size;
    (*count)++;
    enter_record(walk, &walk->rule->line, line);
}

static const struct ceb_field_rule *field_find(struct walk *walk, const char *name)
{
    const struct ceb_record_rule *record = walk->record;
    for (size_t i = 0; i < record->field_count; i++) {
        size_t at = walk->next + i < record->field_count ? walk->next + i
                                                         : walk->next + i - record->field_count;
        if (strcmp(record->fields[at].element, name) == 0) {
            walk->next = at + 1;
            return &record->fields[at];
        }
    }
    return NULL;
}

static void enter_field(struct walk *walk, const struct xml_element *element)
{
    const struct ceb_field_rule *field = field_find(walk, element->name);
    if (field == NULL) {
        xml_walk_skip(walk->xml);
        return;
    }
    uint64_t bit = UINT64_C(1) << (field - walk->record->fields);
    if ((walk->seen & bit) != 0) {
        walk_fail(walk, "repeated", field->element, "an element is given twice in one record");
        return;
    }
    walk->seen |= bit;
    if (field->kind == CEB_KIND_STANDARD) {
        xml_walk_skip(walk->xml);
        return;
    }
    walk->field = field;
    walk->place = PLACE_FIELD;
    if (walk->pass == PASS_READ) {
        xml_walk_collect(walk->xml, element);
    }
}

static void enter_known(struct walk *walk, const struct xml_element *element)
{
    const char *name = element->name;
    switch (walk->place) {
    case PLACE_BEFORE_ROOT:
        assert(0 && "the root is entered by enter_root");
        break;
    case PLACE_MESSAGE:
        if (is_named(walk->rule->node, name)) {
            enter_node(walk, name);
        } else {
            xml_walk_skip(walk->xml);
        }
        break;
    case PLACE_NODE:
        if (is_named(walk->rule->head.element, name)) {
            enter_head(walk, name);
        } else if (is_named(walk->rule->line.element, name)) {
            enter_line(walk, name);
        } else {
            xml_walk_skip(walk->xml);
        }
        break;
    case PLACE_RECORD:
        enter_field(walk, element);
        break;
    case PLACE_FIELD:
        walk_fail(walk, "malformed", walk->field->element, "an element inside a value");
        break;
    }
}

static void on_enter(void *context, struct xml_walk *xml, const struct xml_element *element)
{
    struct walk *walk = context;
    const char *uri = element->uri;
    walk->xml = xml;
    if (walk->place == PLACE_BEFORE_ROOT) {
        enter_root(walk, element->name, uri);
    } else if (uri != NULL && strcmp(uri, SIGNATURE_NAMESPACE) == 0 &&
               walk->place == PLACE_MESSAGE) {
        xml_walk_skip(xml);
    } else if (walk->has_namespace ? uri == NULL || strcmp(uri, CEB_NAMESPACE) != 0 : uri != NULL) {
        walk_fail(walk,
                  "namespace",
                  element->name,
                  "an element is in another namespace than its message");
    } else {
        enter_known(walk, element);
    }
}

static void leave_field(struct walk *walk, const char *text, size_t size)
{
    walk->place = PLACE_RECORD;
    if (size == 0) {
        return;
    }
    const char *detail = "";
    const char *code = ceb_value_store(walk->field, text, size, walk->target, walk->arena, &detail);
    if (code != NULL) {
        walk_fail(walk, code, walk->field->element, detail);
        return;
    }
    walk->given |= UINT64_C(1) << (walk->field - walk->record->fields);
}

static void leave_record(struct walk *walk)
{
    for (size_t i = 0; i < walk->record->field_count && walk->pass == PASS_READ; i++) {
        const struct ceb_field_rule *field = &walk->record->fields[i];
        if (field->presence == CEB_REQUIRED && (walk->given >> i & 1u) == 0) {
            walk_fail(walk, "missing", field->element, "a required element is absent or empty");
            return;
        }
    }
    walk->place = walk->rule->head.element == NULL ? PLACE_MESSAGE : PLACE_NODE;
}

static void leave_node(struct walk *walk)
{
    walk->place = PLACE_MESSAGE;
    if (!walk->has_head) {
        walk_fail(walk, "missing", walk->rule->head.element, "a node without its head");
    } else if (walk->rule->line.element != NULL && walk->line_counts[walk->node_count - 1] == 0) {
        walk_fail(walk, "missing", walk->rule->line.element, "a node without lines");
    }
}

static void on_leave(void *context, struct xml_walk *xml, const char *text, size_t size)
{
    struct walk *walk = context;
    walk->xml = xml;
    switch (walk->place) {
    case PLACE_BEFORE_ROOT:
        break;
    case PLACE_MESSAGE:
        if (walk->node_count == 0) {
            walk_fail(walk, "missing", walk->rule->node, "a message without business nodes");
        }
        break;
    case PLACE_NODE:
        leave_node(walk);
        break;
    case PLACE_RECORD:
        leave_record(walk);
        break;
    case PLACE_FIELD:
        leave_field(walk, text, size);
        break;
    }
}

static const struct xml_handler handler = {
    .size_max = CEB_MESSAGE_SIZE_MAX,
    .depth_max = CEB_DEPTH_MAX,
    .enter = on_enter,
    .leave = on_leave,
};

static bool
walk_run(struct walk *walk, enum walk_pass pass, struct bytes xml, struct ceb_fault *fault)
{
    struct xml_fault found;
    walk->pass = pass;
    walk->place = PLACE_BEFORE_ROOT;
    walk->node_count = 0;
    if (xml_walk_run(xml, &handler, walk, &found)) {
        return true;
    }
    fault->line = found.line;
    fault->code = found.code;
    memcpy(fault->element, found.element, sizeof fault->element);
    memcpy(fault->detail, found.detail, sizeof fault->detail);
    return false;
}

static bool walk_take_memory(struct walk *walk, struct arena *arena)
{
    const struct ceb_message_rule *rule = walk->rule;
    walk->nodes = arena_take(arena, walk->node_count * rule->node_size);
    if (walk->nodes == NULL) {
        return false;
    }
    for (size_t i = 0; i < walk->node_count && rule->line.element != NULL; i++) {
        char *node = walk->nodes + i * rule->node_size;
        size_t count = walk->line_counts[i];
        void *lines = arena_take(arena, count * rule->line_size);
        if (lines == NULL) {
            return false;
        }
        memcpy(node + rule->lines_offset, &lines, sizeof lines);
        memcpy(node + rule->line_count_offset, &count, sizeof count);
    }
    return true;
}

static void message_fill(struct ceb_message *message, const struct walk *walk)
{
    message->type = walk->rule->type;
    message->count = walk->node_count;
    message->nodes = walk->nodes;
}

bool ceb_read(struct bytes xml,
              struct arena *arena,
              struct ceb_message *message_out,
              struct ceb_fault *fault_out)
{
    *message_out = (struct ceb_message){0};
    *fault_out = (struct ceb_fault){.code = ""};
    struct walk walk = {.arena = arena};
    if (!walk_run(&walk, PASS_COUNT, xml, fault_out)) {
        return false;
    }
    if (!walk_take_memory(&walk, arena)) {
        *fault_out = (struct ceb_fault){
            .code = "too_large",
            .detail = "the message does not fit into the memory given to it",
        };
        return false;
    }
    if (!walk_run(&walk, PASS_READ, xml, fault_out)) {
        return false;
    }
    message_fill(message_out, &walk);
    return true;
}
