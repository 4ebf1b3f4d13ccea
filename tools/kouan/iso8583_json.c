#include "tools/kouan/iso8583_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/capture_dump.h"

static void *memory(size_t size)
{
    void *block = malloc(size);
    if (!block) {
        abort();
    }
    return block;
}

json_t *iso8583_json_hex(struct iso8583_view bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    char *text = memory(2 * bytes.size + 1);
    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 0x0F];
    }
    json_t *value = json_stringn(text, 2 * bytes.size);
    free(text);
    return value;
}

static bool is_printable(struct iso8583_view value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < 0x20 || value.data[i] > 0x7E) {
            return false;
        }
    }
    return true;
}

json_t *iso8583_json_value(const struct iso8583_rule *rule, struct iso8583_view value)
{
    bool is_plain = rule->kind != ISO8583_KIND_BINARY && rule->mask == ISO8583_MASK_NONE;
    if (is_plain && !is_printable(value)) {
        return json_pack("{s:o}", "hex", iso8583_json_hex(value));
    }
    size_t capacity = 4 * value.size + sizeof "****";
    char *text = memory(capacity);
    size_t size = iso8583_show(rule, value, text, capacity);
    json_t *shown = json_stringn(text, size);
    free(text);
    return shown;
}

json_t *iso8583_json_fault(const struct iso8583_fault *fault)
{
    return json_pack("{s:i,s:I,s:s}",
                     "field",
                     fault->field,
                     "offset",
                     (json_int_t)fault->offset,
                     "reason",
                     iso8583_reason_text(fault->reason));
}

static json_t *fields_json(const struct trace *trace)
{
    json_t *fields = json_object();
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(&trace->message, field)) {
            char name[8];
            snprintf(name, sizeof name, "%d", field);
            json_object_set_new(fields,
                                name,
                                iso8583_json_value(&trace->dialect->fields[field],
                                                   iso8583_get(&trace->message, field)));
        }
    }
    return fields;
}

json_t *iso8583_json_message(const struct trace *trace)
{
    json_t *object = json_pack("{s:s}", "dialect", trace->dialect->name);
    switch (trace->kind) {
    case TRACE_IDLE:
        json_object_set_new(object, "idle", json_true());
        return object;
    case TRACE_JUNK:
        json_object_set_new(object, "junk", json_integer((json_int_t)trace->body.size));
        return object;
    case TRACE_MESSAGE:
        break;
    }
    json_object_set_new(object, "mti", json_string(trace->message.mti));
    if (trace->message.header.size > 0) {
        json_object_set_new(object, "header", iso8583_json_hex(trace->message.header));
    }
    json_object_set_new(object, "fields", fields_json(trace));
    if (trace->fault.reason != ISO8583_REASON_NONE) {
        json_object_set_new(object, "fault", iso8583_json_fault(&trace->fault));
    }
    return object;
}

void iso8583_json_print(json_t *object, size_t count)
{
    fputs(count == 1 ? "[\n" : ",\n", stdout);
    json_dumpf(object, stdout, JSON_INDENT(2));
    json_decref(object);
}

void iso8583_json_end(size_t count)
{
    puts(count == 0 ? "[]" : "\n]");
}

/* --- reading --- */

struct parse {
    const struct iso8583_dialect *dialect;
    struct iso8583_message *message;
    struct iso8583_store *store;
    char *reason;
};

static __attribute__((format(printf, 2, 3))) bool
parse_fail(const struct parse *parse, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(parse->reason, CAPTURE_REASON_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

static bool
hex_read(struct parse *parse, const char *text, const char *what, struct iso8583_view *bytes_out)
{
    uint8_t *bytes = parse->store->bytes + parse->store->size;
    size_t size = strlen(text) / 2;
    if (size > sizeof parse->store->bytes - parse->store->size) {
        return parse_fail(parse, "%s: too long for a message", what);
    }
    for (size_t i = 0; text[i] != '\0'; i++) {
        int digit = i < 2 * size ? capture_digit(text[i]) : -1;
        if (digit < 0) {
            return parse_fail(parse, "%s: not pairs of hexadecimal digits", what);
        }
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
    parse->store->size += size;
    *bytes_out = (struct iso8583_view){bytes, size};
    return true;
}

static bool field_value_read(struct parse *parse, int field, const json_t *value)
{
    char what[24];
    struct iso8583_view bytes;
    const struct iso8583_rule *rule = &parse->dialect->fields[field];
    const json_t *hex = json_object_get(value, "hex");
    const char *text = json_string_value(hex ? hex : value);
    snprintf(what, sizeof what, "field %d", field);
    if (!text) {
        return parse_fail(parse, "%s: neither a text nor {\"hex\": …}", what);
    }
    if (rule->mask != ISO8583_MASK_NONE && strchr(text, '*')) {
        return parse_fail(parse, "%s: its value is masked", what);
    }
    if (hex || rule->kind == ISO8583_KIND_BINARY) {
        if (!hex_read(parse, text, what, &bytes)) {
            return false;
        }
        iso8583_set(parse->message, field, bytes.data, bytes.size);
    } else {
        iso8583_set(parse->message, field, text, json_string_length(value));
    }
    return true;
}

static bool fields_read(struct parse *parse, const json_t *fields)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(fields)) {
        return parse_fail(parse, "fields: not an object");
    }
    json_object_foreach((json_t *)(uintptr_t)fields, name, value)
    {
        char *end = NULL;
        long field = *name >= '1' && *name <= '9' ? strtol(name, &end, 10) : 0;
        if (field < 2 || field > ISO8583_FIELD_MAX || *end != '\0') {
            return parse_fail(parse, "fields: \"%.20s\" is not a field's number", name);
        }
        if (!field_value_read(parse, (int)field, value)) {
            return false;
        }
    }
    return true;
}

static bool type_read(struct parse *parse, const json_t *value)
{
    const char *mti = json_string_value(value);
    if (!mti || strlen(mti) != 4) {
        return parse_fail(parse, "mti: not four digits");
    }
    memcpy(parse->message->mti, mti, 4);
    return true;
}

static bool header_read(struct parse *parse, const json_t *value)
{
    const char *text = json_string_value(value);
    return text ? hex_read(parse, text, "header", &parse->message->header)
                : parse_fail(parse, "header: not a text");
}

static bool dialect_skip(struct parse *parse, const json_t *value)
{
    return json_is_string(value) || parse_fail(parse, "dialect: not a text");
}

static bool fault_refuse(struct parse *parse, const json_t *value)
{
    (void)value;
    return parse_fail(parse, "it has a fault");
}

static const struct member {
    const char *name;
    bool (*read)(struct parse *parse, const json_t *value);
} members[] = {
    {"dialect", dialect_skip},
    {"mti",     type_read   },
    {"header",  header_read },
    {"fields",  fields_read },
    {"fault",   fault_refuse},
};

static bool member_read(struct parse *parse, const char *name, const json_t *value)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return members[i].read(parse, value);
        }
    }
    return parse_fail(parse, "there is no member %.40s", name);
}

bool iso8583_json_read(const json_t *object,
                       const struct iso8583_dialect *dialect,
                       struct iso8583_message *message_out,
                       struct iso8583_store *store,
                       char reason_out[CAPTURE_REASON_SIZE])
{
    struct parse parse = {dialect, message_out, store, reason_out};
    const char *name = NULL;
    json_t *value = NULL;
    iso8583_clear(message_out);
    store->size = 0;
    if (!json_is_object(object)) {
        return parse_fail(&parse, "not an object");
    }
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (!member_read(&parse, name, value)) {
            return false;
        }
    }
    return message_out->mti[0] != '\0' || parse_fail(&parse, "mti is missing");
}
