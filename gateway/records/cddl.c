#include "gateway/records/cddl.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/records/describe.h"

static void names_write(struct writer *writer, const struct name *names)
{
    for (const struct name *name = names; name->text != NULL; name++) {
        write_text(writer, name == names ? "\"" : " / \"");
        write_text(writer, name->text);
        write_text(writer, "\"");
    }
}

static void range_write(struct writer *writer, const struct field *field)
{
    char text[64];
    snprintf(text, sizeof text, "%" PRId64 "..%" PRId64, field_min(field), field_max(field));
    write_text(writer, text);
}

/* A masked code is no code any more. */
static void text_write(struct writer *writer, const struct field *field)
{
    char text[80];
    size_t min = (field->flags & FIELD_REQUIRED) != 0 ? 1 : 0;
    size_t max = field->size - 1;
    if ((field->flags & (FIELD_CODE | FIELD_PERSONAL)) == FIELD_CODE) {
        snprintf(text, sizeof text, "tstr .regexp \"[A-Za-z0-9._:/-]{%zu,%zu}\"", min, max);
    } else {
        snprintf(text, sizeof text, "tstr .size (%zu..%zu)", min, max);
    }
    write_text(writer, text);
}

static void type_write(struct writer *writer, const struct field *field)
{
    char text[128];
    switch (field->type) {
    case FIELD_TEXT:
        text_write(writer, field);
        return;
    case FIELD_ENUM:
        names_write(writer, field->names);
        return;
    case FIELD_SET:
        write_text(writer, "[* (");
        names_write(writer, field->names);
        write_text(writer, ")]");
        return;
    case FIELD_INTEGER:
        range_write(writer, field);
        return;
    case FIELD_BOOLEAN:
        write_text(writer, "bool");
        return;
    case FIELD_MONEY:
        write_text(writer, "{\"value\": #6.4([-2, ");
        range_write(writer, field);
        write_text(writer, "]), \"currency\": currency}");
        return;
    case FIELD_DECIMAL:
        snprintf(text, sizeof text, "#6.4([%d, ", -field->scale);
        write_text(writer, text);
        range_write(writer, field);
        write_text(writer, "])");
        return;
    case FIELD_DATE:
        write_text(writer, "#6.1004(tstr)");
        return;
    case FIELD_INSTANT:
        write_text(writer, "tdate");
        return;
    case FIELD_BYTES:
        snprintf(text, sizeof text, "bstr .size (0..%zu)", field->size);
        write_text(writer, text);
        return;
    case FIELD_RECORD:
        write_text(writer, field->record->name);
        return;
    case FIELD_LIST:
        snprintf(text, sizeof text, "[0*%zu %s]", field->size, field->record->name);
        write_text(writer, text);
        return;
    }
}

static void rule_write(struct writer *writer, const struct record *record)
{
    write_text(writer, "\n; ");
    write_text(writer, record->meaning == NULL ? record->name : record->meaning);
    write_text(writer, "\n");
    write_text(writer, record->name);
    write_text(writer, " = {\n");
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_LOOKUP) != 0) {
            continue;
        }
        write_text(writer, (field->flags & FIELD_REQUIRED) != 0 ? "  \"" : "  ? \"");
        write_text(writer, field->name);
        write_text(writer, "\": ");
        type_write(writer, field);
        write_text(writer, field->meaning == NULL ? "," : ", ; ");
        write_text(writer, field->meaning == NULL ? "" : field->meaning);
        write_text(writer, "\n");
    }
    write_text(writer, "}\n");
}

void cddl_write(const struct record *const *records, size_t record_count, struct writer *writer)
{
    struct record_set set = {.count = 0};
    for (size_t i = 0; i < record_count; i++) {
        record_set_add(&set, records[i]);
    }
    write_text(writer,
               "; Kouan (口岸): records as CBOR, in the deterministic form of RFC 8949, section"
               " 4.2.1.\n; Money counts minor units, two decimals in every currency.\n\n"
               "currency = \"CNY\" / \"EUR\" / \"MNT\" / \"RUB\" / \"USD\"\n");
    for (size_t i = 0; i < set.count; i++) {
        rule_write(writer, set.records[i]);
    }
}
