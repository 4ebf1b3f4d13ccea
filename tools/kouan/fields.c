#include "tools/kouan/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/file.h"

struct conversion {
    const struct field *field;
    const char *text;
    char *message;
    size_t message_size;
};

static json_t *refuse_text(const struct conversion *conversion, const char *wanted)
{
    snprintf(conversion->message,
             conversion->message_size,
             "--%s: want %s",
             conversion->field->name,
             wanted);
    return NULL;
}

static json_t *integer_value(const struct conversion *conversion)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(conversion->text, &end, 10);
    if (end == conversion->text || *end || errno != 0) {
        return refuse_text(conversion, "a whole number");
    }
    return json_integer(value);
}

static json_t *boolean_value(const struct conversion *conversion)
{
    if (strcmp(conversion->text, "true") == 0 || strcmp(conversion->text, "yes") == 0) {
        return json_true();
    }
    if (strcmp(conversion->text, "false") == 0 || strcmp(conversion->text, "no") == 0) {
        return json_false();
    }
    return refuse_text(conversion, "true or false");
}

static json_t *money_value(const struct conversion *conversion)
{
    const char *blank = strchr(conversion->text, ' ');
    if (!blank || blank == conversion->text || strlen(blank + 1) != 3) {
        return refuse_text(conversion, "an amount and its currency, such as \"1234.56 CNY\"");
    }
    return json_pack("{s:s#,s:s}",
                     "value",
                     conversion->text,
                     (int)(blank - conversion->text),
                     "currency",
                     blank + 1);
}

static json_t *set_value(const struct conversion *conversion)
{
    json_t *names = json_array();
    for (const char *at = conversion->text; *at;) {
        size_t size = strcspn(at, ",");
        json_array_append_new(names, json_stringn(at, size));
        at += size + (at[size] == ',' ? 1 : 0);
    }
    return names;
}

static json_t *bytes_value(const struct conversion *conversion)
{
    if (conversion->text[0] != '@') {
        return refuse_text(conversion, "@FILE");
    }
    char *content = NULL;
    size_t size = 0;
    if (!file_read(
            conversion->text + 1, &content, &size, conversion->message, conversion->message_size)) {
        return NULL;
    }
    json_t *value = file_base64url(content, size);
    free(content);
    return value;
}

static json_t *nested_value(const struct conversion *conversion)
{
    json_error_t error;
    bool is_file = conversion->text[0] == '@';
    json_t *value = is_file ? json_load_file(conversion->text + 1, JSON_REJECT_DUPLICATES, &error)
                            : json_loads(conversion->text, JSON_REJECT_DUPLICATES, &error);
    return value ? value : refuse_text(conversion, "JSON text, or @FILE with JSON");
}

static json_t *field_value(const struct conversion *conversion)
{
    json_t *value = NULL;
    switch (conversion->field->type) {
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_DECIMAL:
    case FIELD_DATE:
    case FIELD_INSTANT:
        value = json_string(conversion->text);
        return value ? value : refuse_text(conversion, "text in UTF-8");
    case FIELD_SET:
        return set_value(conversion);
    case FIELD_INTEGER:
        return integer_value(conversion);
    case FIELD_BOOLEAN:
        return boolean_value(conversion);
    case FIELD_MONEY:
        return money_value(conversion);
    case FIELD_BYTES:
        return bytes_value(conversion);
    case FIELD_RECORD:
    case FIELD_LIST:
        return nested_value(conversion);
    }
    return NULL;
}

static bool name_matches(const char *name, const struct pair *pair)
{
    size_t size = strlen(name);
    if (size != pair->name_size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char given = (char)(pair->name[i] == '-' ? '_' : pair->name[i]);
        if (name[i] != given) {
            return false;
        }
    }
    return true;
}

static const struct field *field_find(const struct record *record, const struct pair *pair)
{
    for (size_t i = 0; i < record->field_count; i++) {
        if (name_matches(record->fields[i].name, pair)) {
            return &record->fields[i];
        }
    }
    return NULL;
}

static const char *field_missing(const struct record *record, const json_t *object)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_REQUIRED) && !json_object_get(object, field->name)) {
            return field->name;
        }
    }
    return NULL;
}

static bool field_add(const struct record *record,
                      const struct pair *pair,
                      json_t *object,
                      char *message,
                      size_t size)
{
    const struct field *field = field_find(record, pair);
    if (!field) {
        snprintf(
            message, size, "%s has no field %.*s", record->name, (int)pair->name_size, pair->name);
        return false;
    }
    if (json_object_get(object, field->name)) {
        snprintf(message, size, "--%s is given twice", field->name);
        return false;
    }
    struct conversion conversion = {field, pair->value, message, size};
    json_t *value = field_value(&conversion);
    return value && json_object_set_new(object, field->name, value) == 0;
}

json_t *fields_object(const struct record *record,
                      const struct pair *pairs,
                      size_t pair_count,
                      char *message_out,
                      size_t message_size)
{
    json_t *object = json_object();
    for (size_t i = 0; i < pair_count; i++) {
        if (!field_add(record, &pairs[i], object, message_out, message_size)) {
            json_decref(object);
            return NULL;
        }
    }
    const char *missing = field_missing(record, object);
    if (missing) {
        snprintf(message_out, message_size, "--%s is missing", missing);
        json_decref(object);
        return NULL;
    }
    return object;
}

/* --- help --- */

static const char *field_form(const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        return "TEXT";
    case FIELD_ENUM:
        return "NAME";
    case FIELD_SET:
        return "NAME[,NAME…]";
    case FIELD_INTEGER:
        return "NUMBER";
    case FIELD_BOOLEAN:
        return "true|false";
    case FIELD_MONEY:
        return "\"AMOUNT CURRENCY\"";
    case FIELD_DECIMAL:
        return "DECIMAL";
    case FIELD_DATE:
        return "YYYY-MM-DD";
    case FIELD_INSTANT:
        return "INSTANT";
    case FIELD_BYTES:
        return "@FILE";
    case FIELD_RECORD:
    case FIELD_LIST:
        return "JSON|@FILE";
    }
    return "";
}

static void names_explain(const struct name *names, FILE *stream)
{
    for (; names && names->text; names++) {
        fprintf(stream, "        %-22s %s\n", names->text, names->meaning ? names->meaning : "");
    }
}

void fields_explain(const struct record *record, FILE *stream)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        char option[80];
        snprintf(option, sizeof option, "--%s %s", field->name, field_form(field));
        for (char *at = option; *at && *at != ' '; at++) {
            *at = (char)(*at == '_' ? '-' : *at);
        }
        fprintf(stream,
                "    %-34s %s%s\n",
                option,
                field->meaning ? field->meaning : "",
                (field->flags & FIELD_REQUIRED) ? " (required)" : "");
        names_explain(field->names, stream);
    }
}
