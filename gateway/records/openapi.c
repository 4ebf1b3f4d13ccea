#include "gateway/records/openapi.h"

#include <stdio.h>
#include <string.h>

#include "gateway/records/describe.h"
#include "gateway/records/medium.h"
#include "gateway/records/text.h"

/* --- JSON in one breath --- */

static void text_value(struct sink *sink, const char *text)
{
    sink->type->text(sink, (struct bytes){(const uint8_t *)text, strlen(text)});
}

static void text_member(struct sink *sink, const char *name, const char *text)
{
    sink->type->key(sink, name);
    text_value(sink, text);
}

static void integer_member(struct sink *sink, const char *name, int64_t value)
{
    sink->type->key(sink, name);
    sink->type->integer(sink, value);
}

static void true_member(struct sink *sink, const char *name)
{
    sink->type->key(sink, name);
    sink->type->boolean(sink, true);
}

static void map_open(struct sink *sink, const char *name)
{
    sink->type->key(sink, name);
    sink->type->map(sink, 0);
}

static void list_open(struct sink *sink, const char *name)
{
    sink->type->key(sink, name);
    sink->type->list(sink, 0);
}

static void item_open(struct sink *sink)
{
    sink->type->item(sink);
    sink->type->map(sink, 0);
}

static void text_item(struct sink *sink, const char *text)
{
    sink->type->item(sink);
    text_value(sink, text);
}

static void end(struct sink *sink)
{
    sink->type->end(sink);
}

static void reference(struct sink *sink, const char *name)
{
    char target[128];
    snprintf(target, sizeof target, "#/components/schemas/%s", name);
    text_member(sink, "$ref", target);
}

/* --- fields --- */

static void names_write(struct sink *sink, const struct name *names)
{
    text_member(sink, "type", "string");
    list_open(sink, "enum");
    for (const struct name *name = names; name->text != NULL; name++) {
        text_item(sink, name->text);
    }
    end(sink);
}

static void decimal_write(struct sink *sink, int scale)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,%d})?$", scale);
    text_member(sink, "type", "string");
    text_member(sink, "pattern", scale == 0 ? "^-?(0|[1-9][0-9]*)$" : pattern);
}

static void type_write(struct sink *sink, const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        text_member(sink, "type", "string");
        integer_member(sink, "maxLength", (int64_t)field->size - 1);
        if ((field->flags & FIELD_CODE) != 0) {
            text_member(sink, "pattern", "^[A-Za-z0-9._:/-]*$");
        }
        break;
    case FIELD_ENUM:
        names_write(sink, field->names);
        break;
    case FIELD_SET:
        text_member(sink, "type", "array");
        true_member(sink, "uniqueItems");
        map_open(sink, "items");
        names_write(sink, field->names);
        end(sink);
        break;
    case FIELD_INTEGER:
        text_member(sink, "type", "integer");
        integer_member(sink, "minimum", field_min(field));
        integer_member(sink, "maximum", field_max(field));
        break;
    case FIELD_BOOLEAN:
        text_member(sink, "type", "boolean");
        break;
    case FIELD_MONEY:
        reference(sink, "money");
        break;
    case FIELD_DECIMAL:
        decimal_write(sink, field->scale);
        break;
    case FIELD_DATE:
    case FIELD_INSTANT:
        text_member(sink, "type", "string");
        text_member(sink, "format", field->type == FIELD_DATE ? "date" : "date-time");
        break;
    case FIELD_BYTES:
        text_member(sink, "type", "string");
        text_member(sink, "contentEncoding", "base64url");
        integer_member(sink, "maxLength", (int64_t)((field->size * 4 + 2) / 3));
        break;
    case FIELD_RECORD:
        reference(sink, field->record->name);
        break;
    case FIELD_LIST:
        text_member(sink, "type", "array");
        integer_member(sink, "maxItems", (int64_t)field->size);
        map_open(sink, "items");
        reference(sink, field->record->name);
        end(sink);
        break;
    }
}

/* Bounds of money and decimals are numbers in text, which JSON Schema cannot compare. */
static void meaning_write(struct sink *sink, const struct field *field)
{
    char text[512];
    char bounds[80] = "";
    bool is_in_text = field->type == FIELD_MONEY || field->type == FIELD_DECIMAL;
    if (is_in_text && (field->min != 0 || field->max != 0)) {
        char min[DECIMAL_TEXT_SIZE];
        char max[DECIMAL_TEXT_SIZE];
        int scale = field->type == FIELD_MONEY ? MONEY_DECIMALS : field->scale;
        decimal_format(field->min, scale, min);
        decimal_format(field->max, scale, max);
        snprintf(bounds, sizeof bounds, "; from %s to %s", min, max);
    }
    snprintf(text,
             sizeof text,
             "%s%s%s",
             field->meaning == NULL ? field->name : field->meaning,
             bounds,
             (field->flags & FIELD_PERSONAL) != 0 ? "; personal: masked in answers" : "");
    text_member(sink, "description", text);
}

static void record_schema(struct sink *sink, const struct record *record)
{
    map_open(sink, record->name);
    text_member(sink, "type", "object");
    text_member(sink, "description", record->meaning == NULL ? record->name : record->meaning);
    sink->type->key(sink, "additionalProperties");
    sink->type->boolean(sink, false);
    map_open(sink, "properties");
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_LOOKUP) != 0) {
            continue;
        }
        map_open(sink, field->name);
        type_write(sink, field);
        meaning_write(sink, field);
        if ((field->flags & FIELD_SECRET) != 0) {
            true_member(sink, "writeOnly");
        }
        end(sink);
    }
    end(sink);
    list_open(sink, "required");
    for (size_t i = 0; i < record->field_count; i++) {
        /* A secret is demanded of those who ask and is in no answer. */
        if ((record->fields[i].flags & (FIELD_REQUIRED | FIELD_SECRET)) == FIELD_REQUIRED) {
            text_item(sink, record->fields[i].name);
        }
    }
    end(sink);
    end(sink);
}

/* --- what every description has --- */

static void string_property(struct sink *sink, const char *name, const char *meaning)
{
    map_open(sink, name);
    text_member(sink, "type", "string");
    text_member(sink, "description", meaning);
    end(sink);
}

static void money_schema(struct sink *sink)
{
    static const enum currency currencies[] = {
        CURRENCY_CNY, CURRENCY_EUR, CURRENCY_MNT, CURRENCY_RUB, CURRENCY_USD};
    map_open(sink, "money");
    text_member(sink, "type", "object");
    text_member(sink, "description", "An amount with its currency (ISO 4217)");
    sink->type->key(sink, "additionalProperties");
    sink->type->boolean(sink, false);
    map_open(sink, "properties");
    map_open(sink, "currency");
    text_member(sink, "type", "string");
    list_open(sink, "enum");
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
        text_item(sink, currency_code(currencies[i]));
    }
    end(sink);
    end(sink);
    map_open(sink, "value");
    decimal_write(sink, MONEY_DECIMALS);
    end(sink);
    end(sink);
    list_open(sink, "required");
    text_item(sink, "currency");
    text_item(sink, "value");
    end(sink);
    end(sink);
}

static void problem_schema(struct sink *sink)
{
    map_open(sink, "problem");
    text_member(sink, "type", "object");
    text_member(sink, "description", "Problem details (RFC 9457)");
    map_open(sink, "properties");
    string_property(sink, "type", "urn:kouan:problem: and the stable code");
    string_property(sink, "title", "what is wrong, for people");
    map_open(sink, "status");
    text_member(sink, "type", "integer");
    end(sink);
    string_property(sink, "code", "stable code");
    string_property(sink, "detail", "one sentence about this case");
    string_property(sink, "pointer", "JSON pointer of the field at fault");
    end(sink);
    list_open(sink, "required");
    text_item(sink, "type");
    text_item(sink, "status");
    end(sink);
    end(sink);
}

/* --- operations --- */

struct parameter {
    const char *name;
    const char *in;
    const char *type;
    const char *meaning;
};

static void parameter_write(struct sink *sink, const struct parameter *parameter)
{
    item_open(sink);
    text_member(sink, "name", parameter->name);
    text_member(sink, "in", parameter->in);
    if (parameter->meaning != NULL) {
        text_member(sink, "description", parameter->meaning);
    }
    sink->type->key(sink, "required");
    sink->type->boolean(sink, strcmp(parameter->in, "query") != 0);
    map_open(sink, "schema");
    text_member(sink, "type", parameter->type);
    end(sink);
    end(sink);
}

static void parameters_write(struct sink *sink, const struct openapi_operation *operation)
{
    static const struct parameter key = {"Idempotency-Key", "header", "string", NULL};
    static const struct parameter dry_run = {
        "dry_run", "query", "boolean", "true: say what would happen, change nothing"};
    static const struct parameter propose = {
        "propose",
        "query",
        "boolean",
        "true: put it before a second person, who decides with approval.decide (四眼复核); the "
        "answer "
        "is an approval_answer. This command takes two people and is not done without",
    };
    list_open(sink, "parameters");
    for (const char *at = strchr(operation->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        parameter_write(sink, &(struct parameter){name, "path", "string", NULL});
    }
    if (operation->command != NULL) {
        parameter_write(sink, &key);
        parameter_write(sink, &dry_run);
    }
    if (operation->is_by_two) {
        parameter_write(sink, &propose);
    }
    end(sink);
}

/* CBOR has no JSON Schema: its form is in the CDDL document. */
static void content_write(struct sink *sink, const char *json, const char *cbor, const char *schema)
{
    map_open(sink, "content");
    map_open(sink, json);
    map_open(sink, "schema");
    reference(sink, schema);
    end(sink);
    end(sink);
    map_open(sink, cbor);
    end(sink);
    end(sink);
}

static void responses_write(struct sink *sink, const struct openapi_operation *operation)
{
    map_open(sink, "responses");
    map_open(sink, "200");
    text_member(sink, "description", "Done, and durable");
    if (operation->answer != NULL) {
        content_write(sink, "application/json", "application/cbor", operation->answer->name);
    }
    end(sink);
    map_open(sink, "default");
    text_member(sink, "description", "Refused; nothing has changed");
    content_write(
        sink, "application/problem+json", "application/concise-problem-details+cbor", "problem");
    if (operation->refusals != NULL) {
        list_open(sink, "x-refusals");
        for (const char *const *code = operation->refusals; *code != NULL; code++) {
            text_item(sink, *code);
        }
        end(sink);
    }
    end(sink);
    end(sink);
}

/* "post" and "/v1/guarantee/{key}" -> "post_v1_guarantee_key". */
static void operation_id_write(struct sink *sink, const struct openapi_operation *operation)
{
    char id[160];
    size_t size = (size_t)snprintf(id, sizeof id, "%s", operation->method);
    for (const char *at = operation->path; *at != '\0' && size < sizeof id - 1; at++) {
        if (*at != '{' && *at != '}') {
            id[size] = *at;
            if (strchr("/.-", *at) != NULL) {
                id[size] = '_';
            }
            size++;
        }
    }
    id[size] = '\0';
    text_member(sink, "operationId", id);
}

static void operation_write(struct sink *sink, const struct openapi_operation *operation)
{
    map_open(sink, operation->method);
    operation_id_write(sink, operation);
    text_member(sink, "summary", operation->summary);
    parameters_write(sink, operation);
    if (operation->command != NULL) {
        map_open(sink, "requestBody");
        true_member(sink, "required");
        content_write(sink, "application/json", "application/cbor", operation->command->name);
        end(sink);
    }
    responses_write(sink, operation);
    end(sink);
}

static bool is_first_of_path(const struct openapi_operation *operations, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(operations[i].path, operations[index].path) == 0) {
            return false;
        }
    }
    return true;
}

static void paths_write(struct sink *sink, const struct openapi_operation *operations, size_t count)
{
    map_open(sink, "paths");
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_path(operations, i)) {
            continue;
        }
        map_open(sink, operations[i].path);
        for (size_t j = i; j < count; j++) {
            if (strcmp(operations[j].path, operations[i].path) == 0) {
                operation_write(sink, &operations[j]);
            }
        }
        end(sink);
    }
    end(sink);
}

static void
components_write(struct sink *sink, const struct openapi_operation *operations, size_t count)
{
    struct record_set set = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        record_set_add(&set, operations[i].command);
        record_set_add(&set, operations[i].answer);
    }
    map_open(sink, "components");
    map_open(sink, "securitySchemes");
    map_open(sink, "certificate");
    text_member(sink, "type", "mutualTLS");
    end(sink);
    end(sink);
    map_open(sink, "schemas");
    money_schema(sink);
    problem_schema(sink);
    for (size_t i = 0; i < set.count; i++) {
        record_schema(sink, set.records[i]);
    }
    end(sink);
    end(sink);
}

void openapi_write(const struct openapi_operation *operations,
                   size_t operation_count,
                   struct writer *writer)
{
    struct sink json = sink_json(writer);
    struct sink *sink = &json;
    sink->type->map(sink, 0);
    text_member(sink, "openapi", "3.1.0");
    map_open(sink, "info");
    text_member(sink, "title", "Kouan (口岸)");
    text_member(sink, "version", "1");
    end(sink);
    list_open(sink, "security");
    item_open(sink);
    list_open(sink, "certificate");
    end(sink);
    end(sink);
    end(sink);
    paths_write(sink, operations, operation_count);
    components_write(sink, operations, operation_count);
    end(sink);
}
