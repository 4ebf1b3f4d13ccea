/* One member as the text of its element. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "adapters/customs/ceb_value.h"

static int64_t number_at(const char *member)
{
    int64_t value;
    memcpy(&value, member, sizeof value);
    return value;
}

/* As few digits as say it: "37.31", "0". */
static void decimal_show(int64_t value, char text_out[CEB_VALUE_TEXT_SIZE])
{
    assert(value >= 0);
    int size = snprintf(text_out,
                        CEB_VALUE_TEXT_SIZE,
                        "%" PRId64 ".%05" PRId64,
                        value / CEB_DECIMAL_ONE,
                        value % CEB_DECIMAL_ONE);
    while (text_out[size - 1] == '0') {
        size--;
    }
    text_out[text_out[size - 1] == '.' ? size - 1 : size] = '\0';
}

static void date_show(const char *member, char text_out[CEB_VALUE_TEXT_SIZE])
{
    date_days date;
    char dashed[DATE_TEXT_SIZE];
    memcpy(&date, member, sizeof date);
    date_format(date, dashed);
    (void)snprintf(text_out, CEB_VALUE_TEXT_SIZE, "%.4s%.2s%.2s", dashed, dashed + 5, dashed + 8);
}

const char *ceb_value_show(const struct ceb_field_rule *field,
                           const char *record,
                           char text_out[CEB_VALUE_TEXT_SIZE])
{
    const char *member = record + field->offset;
    switch (field->kind) {
    case CEB_KIND_TEXT:
    case CEB_KIND_CUT:
    case CEB_KIND_CODE:
    case CEB_KIND_DIGITS:
    case CEB_KIND_TIME:
        return member[0] == '\0' ? NULL : member;
    case CEB_KIND_NOTE: {
        const char *note;
        memcpy(&note, member, sizeof note);
        return note == NULL || note[0] == '\0' ? NULL : note;
    }
    case CEB_KIND_DATE:
        date_show(member, text_out);
        return text_out;
    case CEB_KIND_DECIMAL:
        decimal_show(number_at(member), text_out);
        return field->presence == CEB_OPTIONAL && number_at(member) == 0 ? NULL : text_out;
    case CEB_KIND_NUMBER:
        (void)snprintf(text_out, CEB_VALUE_TEXT_SIZE, "%" PRId64, number_at(member));
        return text_out;
    case CEB_KIND_FIXED:
    case CEB_KIND_STANDARD:
        return field->constant;
    }
    assert(0 && "a kind without a case");
    return NULL;
}
