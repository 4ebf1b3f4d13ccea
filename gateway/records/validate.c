#include <stdio.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/text.h"

bool record_refuse(struct record_reading *reading, const char *code, const char *detail)
{
    reading->fault->code = code;
    snprintf(reading->fault->detail, sizeof reading->fault->detail, "%s", detail);
    return false;
}

bool validate_text(struct record_reading *reading, const struct field *field, struct bytes text)
{
    if (memchr(text.data, '\0', text.size) != NULL) {
        return record_refuse(reading, "charset", "NUL has no place in text");
    }
    if (text.size >= field->size) {
        char detail[64];
        snprintf(detail, sizeof detail, "at most %zu bytes", field->size - 1);
        return record_refuse(reading, "too_long", detail);
    }
    if (reading->form != FORM_WHOLE) {
        return true;
    }
    if ((field->flags & FIELD_CODE) != 0 && !text_is_code(text)) {
        return record_refuse(reading, "charset", "only A-Z a-z 0-9 . _ : / -");
    }
    return text_is_printable(text) ||
           record_refuse(reading, "charset", "only visible characters and blanks");
}

bool validate_number(struct record_reading *reading, const struct field *field, int64_t value)
{
    bool is_bounded = field->min != 0 || field->max != 0;
    if (reading->form != FORM_WHOLE || !is_bounded ||
        (value >= field->min && value <= field->max)) {
        return true;
    }
    int scale = field->type == FIELD_MONEY     ? MONEY_DECIMALS
                : field->type == FIELD_DECIMAL ? field->scale
                                               : 0;
    char min[DECIMAL_TEXT_SIZE];
    char max[DECIMAL_TEXT_SIZE];
    char detail[96];
    decimal_format(field->min, scale, min);
    decimal_format(field->max, scale, max);
    snprintf(detail, sizeof detail, "must be between %s and %s", min, max);
    return record_refuse(reading, "range", detail);
}

bool validate_refuse_name(struct record_reading *reading, const struct field *field)
{
    char detail[sizeof reading->fault->detail];
    struct writer writer = writer_over(detail, sizeof detail - 1);
    write_text(&writer, "must be one of");
    for (const struct name *name = field->names; name->text != NULL; name++) {
        write_text(&writer, name == field->names ? " " : ", ");
        write_text(&writer, name->text);
    }
    detail[writer.size] = '\0';
    return record_refuse(reading, "range", detail);
}
