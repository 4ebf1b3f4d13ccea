#include "adapters/customs/dxp.h"

#include <assert.h>
#include <string.h>

#include "adapters/customs/ceb_value.h"
#include "adapters/customs/dxp_base64.h"
#include "adapters/xml/xml_walk.h"
#include "adapters/xml/xml_write.h"

#define DXP_NAMESPACE       "http://www.chinaport.gov.cn/dxp"
#define SIGNATURE_NAMESPACE "http://www.w3.org/2000/09/xmldsig#"

/*
 *   BEFORE_ROOT -> (RELAY ->) MESSAGE -> INFO -> (RECEIVERS ->) VALUE
 *                                \-----> DATA
 */
enum dxp_place {
    PLACE_BEFORE_ROOT,
    PLACE_RELAY,
    PLACE_MESSAGE,
    PLACE_INFO,
    PLACE_RECEIVERS,
    PLACE_VALUE,
    PLACE_DATA,
};

#define AT(member)                                                                                 \
    offsetof(struct dxp_message, member), sizeof(((struct dxp_message *)NULL)->member)
#define ROW(element, kind, max, ...)                                                               \
    {                                                                                              \
        element, CEB_KIND_##kind, CEB_REQUIRED, CEB_PLAIN, 1, max, __VA_ARGS__, NULL               \
    }

static const struct ceb_field_rule info_fields[] = {
    ROW("CopMsgId", TEXT, 255, AT(message_id)),
    ROW("SenderId", CODE, 16, AT(sender_id)),
    ROW("CreatTime", CODE, 40, AT(created_at)),
    ROW("MsgType", CODE, 30, AT(message_type)),
};

/* Beside the fields of TransInfo. */
enum {
    FIELD_COUNT = sizeof info_fields / sizeof info_fields[0],
    SEEN_RECEIVERS = FIELD_COUNT,
    SEEN_INFO,
    SEEN_DATA,
    SEEN_MESSAGE,
    SEEN_COUNT
};

struct dxp_walk {
    struct xml_walk *xml;
    enum dxp_place place;
    enum dxp_place around; /* of the value being read */
    bool has_namespace;
    bool is_relayed;
    bool has_seen[SEEN_COUNT];
    struct ceb_field_rule field;
    struct dxp_message *message;
    struct arena *arena;
    size_t data_size_max;
    struct dxp_base64 data;
};

static void walk_fail(struct dxp_walk *walk, const char *code, const char *element, const char *why)
{
    xml_walk_fail(walk->xml, code, element, why);
}

static bool walk_see(struct dxp_walk *walk, size_t what, const char *element)
{
    if (walk->has_seen[what]) {
        walk_fail(walk, "repeated", element, "an element is given twice");
        return false;
    }
    walk->has_seen[what] = true;
    return true;
}

static void enter_root(struct dxp_walk *walk, const struct xml_element *element)
{
    walk->has_namespace = element->uri != NULL;
    walk->is_relayed = strcmp(element->name, "DxpMsgSv") == 0;
    walk->place = walk->is_relayed ? PLACE_RELAY : PLACE_MESSAGE;
    if (walk->has_namespace && strcmp(element->uri, DXP_NAMESPACE) != 0) {
        walk_fail(walk, "namespace", element->name, "the root is in another namespace");
    } else if (!walk->is_relayed && strcmp(element->name, "DxpMsg") != 0) {
        walk_fail(walk, "message_unknown", element->name, "no envelope of this name is read here");
    }
}

static void enter_value(struct dxp_walk *walk, const struct xml_element *element)
{
    walk->around = walk->place;
    walk->place = PLACE_VALUE;
    xml_walk_collect(walk->xml, element);
}

static void enter_data(struct dxp_walk *walk, const struct xml_element *element)
{
    if (!walk_see(walk, SEEN_DATA, element->name)) {
        return;
    }
    uint8_t *room = arena_take_unset(walk->arena, walk->data_size_max);
    if (room == NULL) {
        walk_fail(walk, "too_large", element->name, "the data does not fit into the memory");
        return;
    }
    walk->place = PLACE_DATA;
    walk->data = dxp_base64_over(room, walk->data_size_max);
    xml_walk_stream(walk->xml, element);
}

static void enter_info_field(struct dxp_walk *walk, const struct xml_element *element)
{
    if (strcmp(element->name, "ReceiverIds") == 0) {
        if (walk_see(walk, SEEN_RECEIVERS, element->name)) {
            walk->place = PLACE_RECEIVERS;
        }
        return;
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(element->name, info_fields[i].element) == 0) {
            if (walk_see(walk, i, info_fields[i].element)) {
                walk->field = info_fields[i];
                enter_value(walk, element);
            }
            return;
        }
    }
    xml_walk_skip(walk->xml);
}

static void enter_receiver(struct dxp_walk *walk, const struct xml_element *element)
{
    struct dxp_message *message = walk->message;
    if (strcmp(element->name, "ReceiverId") != 0) {
        xml_walk_skip(walk->xml);
        return;
    }
    if (message->receiver_count == DXP_RECEIVER_COUNT_MAX) {
        walk_fail(walk, "too_many", "ReceiverId", "more receivers than an envelope may name");
        return;
    }
    walk->field = (struct ceb_field_rule)ROW("ReceiverId", CODE, 16, AT(receiver_ids[0]));
    walk->field.offset += message->receiver_count * sizeof message->receiver_ids[0];
    enter_value(walk, element);
}

static void enter_message(struct dxp_walk *walk, const struct xml_element *element)
{
    if (strcmp(element->name, "TransInfo") == 0) {
        if (walk_see(walk, SEEN_INFO, element->name)) {
            walk->place = PLACE_INFO;
        }
    } else if (strcmp(element->name, "Data") == 0) {
        enter_data(walk, element);
    } else {
        xml_walk_skip(walk->xml);
    }
}

static void enter_relayed(struct dxp_walk *walk, const struct xml_element *element)
{
    if (strcmp(element->name, "DxpMsg") != 0) {
        xml_walk_skip(walk->xml);
    } else if (walk_see(walk, SEEN_MESSAGE, element->name)) {
        walk->place = PLACE_MESSAGE;
    }
}

static void enter_known(struct dxp_walk *walk, const struct xml_element *element)
{
    switch (walk->place) {
    case PLACE_BEFORE_ROOT:
        enter_root(walk, element);
        break;
    case PLACE_RELAY:
        enter_relayed(walk, element);
        break;
    case PLACE_MESSAGE:
        enter_message(walk, element);
        break;
    case PLACE_INFO:
        enter_info_field(walk, element);
        break;
    case PLACE_RECEIVERS:
        enter_receiver(walk, element);
        break;
    case PLACE_VALUE:
    case PLACE_DATA:
        walk_fail(walk, "malformed", element->name, "an element inside a value");
        break;
    }
}

static void on_enter(void *context, struct xml_walk *xml, const struct xml_element *element)
{
    struct dxp_walk *walk = context;
    const char *uri = element->uri;
    walk->xml = xml;
    if (walk->place == PLACE_BEFORE_ROOT) {
        enter_root(walk, element);
    } else if (uri != NULL && strcmp(uri, SIGNATURE_NAMESPACE) == 0 &&
               (walk->place == PLACE_MESSAGE || walk->place == PLACE_RELAY)) {
        xml_walk_skip(xml);
    } else if (walk->has_namespace ? uri == NULL || strcmp(uri, DXP_NAMESPACE) != 0 : uri != NULL) {
        walk_fail(walk, "namespace", element->name, "an element is in another namespace");
    } else {
        enter_known(walk, element);
    }
}

static void leave_value(struct dxp_walk *walk, const char *text, size_t size)
{
    const char *detail = "a required element is empty";
    const char *code = "missing";
    walk->place = walk->around;
    if (size != 0) {
        code =
            ceb_value_store(&walk->field, text, size, (char *)walk->message, walk->arena, &detail);
    }
    if (code != NULL) {
        walk_fail(walk, code, walk->field.element, detail);
        return;
    }
    walk->message->receiver_count += walk->around == PLACE_RECEIVERS;
}

static void leave_data(struct dxp_walk *walk)
{
    walk->place = PLACE_MESSAGE;
    const char *code = dxp_base64_end(&walk->data, &walk->message->data);
    if (code != NULL) {
        walk_fail(walk, code, "Data", "a message in base64 expected");
    }
}

/* Hours, minutes and seconds of a real day; fraction and zone as they are. */
static bool is_date_time(const char *text)
{
    char digits[15];
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    size_t count = 0;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] != 'd' ? text[i] != shape[i] : text[i] < '0' || text[i] > '9') {
            return false;
        }
        if (shape[i] == 'd') {
            digits[count++] = text[i];
        }
    }
    digits[count] = '\0';
    instant_us at;
    const char *rest = text + sizeof shape - 1;
    return ceb_time_parse(digits, &at) && rest[strspn(rest, ".0123456789+-:Z")] == '\0';
}

static void leave_info(struct dxp_walk *walk)
{
    walk->place = PLACE_MESSAGE;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!walk->has_seen[i]) {
            walk_fail(walk, "missing", info_fields[i].element, "a required element is absent");
            return;
        }
    }
    if (walk->message->receiver_count == 0) {
        walk_fail(walk, "missing", "ReceiverId", "an envelope without a receiver");
    } else if (!is_date_time(walk->message->created_at)) {
        walk_fail(walk, "time", "CreatTime", "a real time as YYYY-MM-DDThh:mm:ss expected");
    }
}

static void leave_message(struct dxp_walk *walk)
{
    walk->place = PLACE_RELAY;
    if (!walk->has_seen[SEEN_INFO]) {
        walk_fail(walk, "missing", "TransInfo", "an envelope without its head");
    } else if (!walk->has_seen[SEEN_DATA]) {
        walk_fail(walk, "missing", "Data", "an envelope without data");
    }
}

static void on_leave(void *context, struct xml_walk *xml, const char *text, size_t size)
{
    struct dxp_walk *walk = context;
    walk->xml = xml;
    switch (walk->place) {
    case PLACE_BEFORE_ROOT:
        break;
    case PLACE_RELAY:
        if (!walk->has_seen[SEEN_MESSAGE]) {
            walk_fail(walk, "missing", "DxpMsg", "a relayed envelope without the envelope");
        }
        break;
    case PLACE_MESSAGE:
        leave_message(walk);
        break;
    case PLACE_INFO:
        leave_info(walk);
        break;
    case PLACE_RECEIVERS:
        walk->place = PLACE_INFO;
        break;
    case PLACE_VALUE:
        leave_value(walk, text, size);
        break;
    case PLACE_DATA:
        leave_data(walk);
        break;
    }
}

static void on_piece(void *context, struct xml_walk *xml, const char *text, size_t size)
{
    struct dxp_walk *walk = context;
    const char *code = dxp_base64_take(&walk->data, text, size);
    if (code != NULL) {
        xml_walk_fail(xml, code, "Data", "a message in base64 expected");
    }
}

static const struct xml_handler handler = {
    .size_max = DXP_SIZE_MAX,
    .depth_max = CEB_DEPTH_MAX,
    .enter = on_enter,
    .leave = on_leave,
    .piece = on_piece,
};

static bool fault_set(struct ceb_fault *fault, const struct xml_fault *found)
{
    fault->line = found->line;
    fault->code = found->code;
    memcpy(fault->element, found->element, sizeof fault->element);
    memcpy(fault->detail, found->detail, sizeof fault->detail);
    return false;
}

bool dxp_is_envelope(struct bytes xml)
{
    char name[64];
    struct xml_fault fault;
    return xml_root_find(xml, &handler, name, sizeof name, &fault) &&
           (strcmp(name, "DxpMsg") == 0 || strcmp(name, "DxpMsgSv") == 0);
}

bool dxp_read(struct bytes xml,
              struct arena *arena,
              struct dxp_message *message_out,
              struct ceb_fault *fault_out)
{
    char root[64];
    struct xml_fault found;
    size_t data_size = xml.size / 4 * 3 + 3;
    *message_out = (struct dxp_message){0};
    *fault_out = (struct ceb_fault){.code = ""};
    struct dxp_walk walk = {
        .message = message_out,
        .arena = arena,
        .data_size_max = data_size < CEB_MESSAGE_SIZE_MAX ? data_size : CEB_MESSAGE_SIZE_MAX,
    };
    if (!xml_walk_run(xml, &handler, &walk, &found) ||
        !xml_root_find(message_out->data, &handler, root, sizeof root, &found)) {
        *message_out = (struct dxp_message){0};
        return fault_set(fault_out, &found);
    }
    if (strcmp(root, message_out->message_type) != 0) {
        *message_out = (struct dxp_message){0};
        *fault_out = (struct ceb_fault){
            .code = "type_mismatch",
            .element = "MsgType",
            .detail = "the data is a message of another type than the envelope says",
        };
        return false;
    }
    return true;
}

void dxp_write(const struct dxp_message *message, struct writer *out)
{
    assert(message->receiver_count >= 1 && message->receiver_count <= DXP_RECEIVER_COUNT_MAX);
    write_text(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<DxpMsg xmlns=\"" DXP_NAMESPACE "\" ver=\"1.0\">\n<TransInfo>\n");
    xml_write_element(out, "", "CopMsgId", message->message_id);
    xml_write_element(out, "", "SenderId", message->sender_id);
    write_text(out, "<ReceiverIds>");
    for (size_t i = 0; i < message->receiver_count; i++) {
        xml_write_element(out, "", "ReceiverId", message->receiver_ids[i]);
    }
    write_text(out, "</ReceiverIds>");
    xml_write_element(out, "", "CreatTime", message->created_at);
    xml_write_element(out, "", "MsgType", message->message_type);
    write_text(out, "\n</TransInfo>\n<Data>");
    dxp_base64_write(message->data, out);
    write_text(out, "</Data>\n</DxpMsg>\n");
}
