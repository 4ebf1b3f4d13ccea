/*
 * POST /v1/batch: {"mode": "atomic" | "independent",
 *                  "commands": [{"command": …, "idempotency_key": …, "body": {…}}, …]}
 * The envelope is read here; each body is handed, as bytes, to the record of its command.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "ledger/base/cbor.h"

enum {
    BODY_SPARE_SIZE = 2048,
    ARENA_PER_BODY_BYTE = 6
};

struct envelope {
    const char *command;
    size_t command_size;
    const char *key;
    size_t key_size;
    struct bytes body;
};

struct reading {
    struct api *api;
    struct request *request;
    struct unit *unit;
    struct api_form form;
    enum unit_purpose purpose;
    struct record_fault fault;
};

static bool fail(
    struct reading *reading, size_t index, const char *member, const char *code, const char *detail)
{
    reading->fault.code = code;
    (void)snprintf(
        reading->fault.pointer, sizeof reading->fault.pointer, "/commands/%zu%s", index, member);
    (void)snprintf(reading->fault.detail, sizeof reading->fault.detail, "%s", detail);
    return false;
}

static const struct command_type *type_find(const struct envelope *envelope)
{
    char name[64];
    if (envelope->command == NULL || envelope->command_size >= sizeof name) {
        return NULL;
    }
    memcpy(name, envelope->command, envelope->command_size);
    name[envelope->command_size] = '\0';
    return command_type_find(name);
}

static bool command_take(struct reading *reading, size_t index, const struct envelope *envelope)
{
    const struct command_type *type = type_find(envelope);
    if (type == NULL || type->roles == 0) {
        return fail(reading, index, "/command", "unknown_command", "there is no such command");
    }
    struct command *command = unit_prepare(reading->unit, index, type);
    if (command == NULL) {
        return fail(reading, index, "", "too_large", "the batch is too large");
    }
    if (envelope->key != NULL && envelope->key_size < IDEMPOTENCY_KEY_SIZE) {
        memcpy(command->idempotency_key, envelope->key, envelope->key_size);
    }
    if (reading->purpose == UNIT_COMMIT && !api_key_is_valid(command->idempotency_key)) {
        return fail(reading,
                    index,
                    "/idempotency_key",
                    "missing",
                    "each command needs a key of 1 to 255 printable ASCII characters");
    }
    struct record_fault fault = {0};
    if (!api_read_command(reading->api,
                          reading->request,
                          reading->unit,
                          command,
                          reading->form,
                          envelope->body,
                          &fault)) {
        (void)fail(reading, index, "/body", fault.code, fault.detail);
        size_t size = strlen(reading->fault.pointer);
        (void)snprintf(reading->fault.pointer + size,
                       sizeof reading->fault.pointer - size,
                       "%s",
                       fault.pointer);
        return false;
    }
    return true;
}

static bool refuse_envelope(struct reading *reading, const char *code, const char *detail)
{
    reading->fault.code = code;
    (void)snprintf(reading->fault.detail, sizeof reading->fault.detail, "%s", detail);
    return false;
}

static bool
mode_take(struct reading *reading, enum unit_mode *mode_out, const char *text, size_t size)
{
    if (size == 6 && memcmp(text, "atomic", 6) == 0) {
        *mode_out = UNIT_ATOMIC;
        return true;
    }
    if (size == 11 && memcmp(text, "independent", 11) == 0) {
        *mode_out = UNIT_INDEPENDENT;
        return true;
    }
    (void)snprintf(reading->fault.pointer, sizeof reading->fault.pointer, "/mode");
    return refuse_envelope(reading, "range", "mode is atomic or independent");
}

static bool unit_start(struct reading *reading, size_t count)
{
    if (count == 0 || count > UNIT_COMMAND_COUNT_MAX) {
        return refuse_envelope(reading, "too_many", "a batch has 1 to 8,190 commands");
    }
    size_t size = request_body(reading->request).size * ARENA_PER_BODY_BYTE +
                  count * (reading->api->command_size_max + BODY_SPARE_SIZE);
    reading->unit = api_unit_create(reading->request, count, size);
    return reading->unit != NULL;
}

/* --- CBOR: bodies are ranges of the input --- */

static bool read_text(struct cbor_reader *reader, struct cbor_item *item)
{
    return cbor_read(reader, item) && item->type == CBOR_TEXT;
}

static bool is_key(const struct cbor_item *item, const char *name)
{
    return item->content.size == strlen(name) &&
           memcmp(item->content.data, name, item->content.size) == 0;
}

/* One whole item, whatever it holds. */
static bool read_range(struct cbor_reader *reader, struct bytes *range_out)
{
    size_t start = reader->input.at;
    size_t depth = reader->depth;
    struct cbor_item item;
    do {
        if (!cbor_read(reader, &item)) {
            return false;
        }
    } while (reader->depth > depth); /* the last of a container closes that too: it may end lower */
    *range_out =
        (struct bytes){.data = reader->input.data + start, .size = reader->input.at - start};
    return true;
}

static bool cbor_command(struct reading *reading, struct cbor_reader *reader, size_t index)
{
    struct envelope envelope = {0};
    struct cbor_item map;
    struct cbor_item item;
    if (!cbor_read(reader, &map) || map.type != CBOR_MAP) {
        return fail(reading, index, "", "type", "a command is a map");
    }
    for (uint64_t i = 0; i < map.argument; i++) {
        if (!read_text(reader, &item)) {
            return fail(reading, index, "", "malformed", "keys are text, in deterministic order");
        }
        struct cbor_item value;
        if (is_key(&item, "body")) {
            if (!read_range(reader, &envelope.body)) {
                return fail(reading, index, "/body", "malformed", "not deterministic CBOR");
            }
        } else if (is_key(&item, "command") && read_text(reader, &value)) {
            envelope.command = (const char *)value.content.data;
            envelope.command_size = value.content.size;
        } else if (is_key(&item, "idempotency_key") && read_text(reader, &value)) {
            envelope.key = (const char *)value.content.data;
            envelope.key_size = value.content.size;
        } else {
            return fail(reading, index, "", "unknown_field", "body, command, idempotency_key");
        }
    }
    return command_take(reading, index, &envelope);
}

static bool cbor_take(struct reading *reading, enum unit_mode *mode_out)
{
    struct cbor_reader reader = cbor_reader_over(request_body(reading->request));
    struct cbor_item item;
    if (!cbor_read(&reader, &item) || item.type != CBOR_MAP || item.argument != 2 ||
        !read_text(&reader, &item) || !is_key(&item, "mode") || !read_text(&reader, &item)) {
        return refuse_envelope(reading, "malformed", "a map of mode and commands is expected");
    }
    if (!mode_take(reading, mode_out, (const char *)item.content.data, item.content.size)) {
        return false;
    }
    if (!read_text(&reader, &item) || !is_key(&item, "commands") || !cbor_read(&reader, &item) ||
        item.type != CBOR_ARRAY) {
        return refuse_envelope(reading, "malformed", "commands must be an array");
    }
    size_t count = item.argument > UNIT_COMMAND_COUNT_MAX ? 0 : (size_t)item.argument;
    if (!unit_start(reading, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!cbor_command(reading, &reader, i)) {
            return false;
        }
    }
    return cbor_finish(&reader) || refuse_envelope(reading, "malformed", "bytes after the batch");
}

/* --- JSON: bodies are written out again for the record's own strict reader --- */

static bool json_command(struct reading *reading, json_t *given, size_t index)
{
    static const char *const names[] = {"command", "idempotency_key", "body"};
    const char *member;
    json_t *value;
    if (!json_is_object(given)) {
        return fail(reading, index, "", "type", "a command is an object");
    }
    json_object_foreach(given, member, value)
    {
        if (strcmp(member, names[0]) != 0 && strcmp(member, names[1]) != 0 &&
            strcmp(member, names[2]) != 0) {
            return fail(reading, index, "", "unknown_field", "body, command, idempotency_key");
        }
    }
    json_t *name = json_object_get(given, names[0]);
    json_t *key = json_object_get(given, names[1]);
    char *body = json_dumps(json_object_get(given, names[2]), JSON_COMPACT);
    if (body == NULL) {
        return fail(reading, index, "/body", "missing", "the body is missing");
    }
    struct envelope envelope = {
        .command = json_string_value(name),
        .command_size = json_string_length(name),
        .key = json_string_value(key),
        .key_size = json_string_length(key),
        .body = {.data = (const uint8_t *)body, .size = strlen(body)},
    };
    bool is_taken = command_take(reading, index, &envelope);
    free(body);
    return is_taken;
}

static bool json_take(struct reading *reading, enum unit_mode *mode_out)
{
    struct bytes body = request_body(reading->request);
    json_error_t error;
    json_t *root = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, &error);
    json_t *mode = json_object_get(root, "mode");
    json_t *commands = json_object_get(root, "commands");
    bool is_taken = json_is_string(mode) && json_is_array(commands) && json_object_size(root) == 2;
    if (!is_taken) {
        (void)refuse_envelope(reading, "malformed", "an object of mode and commands is expected");
    }
    is_taken = is_taken &&
               mode_take(reading, mode_out, json_string_value(mode), json_string_length(mode)) &&
               unit_start(reading, json_array_size(commands));
    for (size_t i = 0; is_taken && i < json_array_size(commands); i++) {
        is_taken = json_command(reading, json_array_get(commands, i), i);
    }
    json_decref(root);
    return is_taken;
}

void api_batch(struct request *request, void *context)
{
    const struct api_route *route = context;
    struct reading reading = {.api = route->api, .request = request};
    if (!api_read_purpose(request, "propose", &reading.purpose) ||
        !api_read_manner(request, &reading.form.manner) ||
        !api_body_media(request, &reading.form.media)) {
        return;
    }
    enum unit_mode mode = UNIT_ATOMIC;
    bool is_taken =
        reading.form.media == MEDIA_CBOR ? cbor_take(&reading, &mode) : json_take(&reading, &mode);
    if (!is_taken) {
        if (reading.unit != NULL) {
            unit_destroy(reading.unit);
        }
        if (reading.fault.code != NULL) {
            api_reply_fault(request, &reading.fault);
        }
        return; /* without a fault, the reply has been sent */
    }
    reading.unit->mode = mode;
    reading.unit->purpose = reading.purpose;
    api_submit(route->api, request, reading.unit, api_reply_results);
}
