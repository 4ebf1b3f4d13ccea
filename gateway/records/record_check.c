/* The checks of record_read on a record that is in memory already. */
#include <string.h>

#include "gateway/records/record_p.h"

static bool
check_record(struct record_reading *reading, const struct record *record, const void *data);

static bool check_text(struct record_reading *reading, const struct field *field, const char *text)
{
    size_t size = strnlen(text, field->size);
    return validate_text(reading, field, (struct bytes){(const uint8_t *)text, size});
}

static bool check_set(struct record_reading *reading, const struct field *field, uint32_t bits)
{
    for (const struct name *name = field->names; name->text != NULL; name++) {
        bits &= ~(uint32_t)name->value;
    }
    return bits == 0 || validate_refuse_name(reading, field);
}

static bool check_integer(struct record_reading *reading, const struct field *field, int64_t value)
{
    if (field->type == FIELD_INTEGER &&
        (value > RECORD_INTEGER_MAX || value < -RECORD_INTEGER_MAX)) {
        return record_refuse(reading, "range", "beyond 9007199254740991");
    }
    return validate_number(reading, field, value);
}

static bool
check_money(struct record_reading *reading, const struct field *field, const struct money *money)
{
    bool is_money_known = currency_code(money->currency)[0] != '\0';
    size_t before =
        record_push(reading, is_money_known ? "value" : "currency", is_money_known ? 5 : 8);
    bool is_good = is_money_known ? validate_number(reading, field, money->minor)
                                  : record_refuse(reading, "range", "no currency of ours");
    if (is_good) {
        record_pop(reading, before);
    }
    return is_good;
}

static bool
check_list(struct record_reading *reading, const struct field *field, const struct list *list)
{
    if (list->count > field->size) {
        return record_refuse(reading, "too_long", "more items than allowed");
    }
    for (size_t i = 0; i < list->count; i++) {
        size_t before = record_push_index(reading, i);
        if (!check_record(
                reading, field->record, (const char *)list->items + i * field->record->size)) {
            return false;
        }
        record_pop(reading, before);
    }
    return true;
}

static bool check_value(struct record_reading *reading, const struct field *field, const void *data)
{
    const void *place = (const char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return check_text(reading, field, place);
    case FIELD_ENUM:
        return name_by_value(field->names, *(const int32_t *)place) != NULL ||
               validate_refuse_name(reading, field);
    case FIELD_SET:
        return check_set(reading, field, *(const uint32_t *)place);
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        return check_integer(reading, field, *(const int64_t *)place);
    case FIELD_BOOLEAN:
        return true;
    case FIELD_MONEY:
        return check_money(reading, field, place);
    case FIELD_DATE:
        return (*(const date_days *)place > DATE_NONE &&
                *(const date_days *)place <= DATE_DAYS_MAX) ||
               record_refuse(reading, "range", "must be after 1970-01-01");
    case FIELD_INSTANT:
        return (*(const instant_us *)place > INSTANT_NONE &&
                *(const instant_us *)place <= INSTANT_US_MAX) ||
               record_refuse(reading, "range", "must be after 1970 and before 10000");
    case FIELD_BYTES:
        return ((const struct bytes *)place)->size <= field->size ||
               record_refuse(reading, "too_long", "more bytes than allowed");
    case FIELD_RECORD:
        return check_record(reading, field->record, place);
    case FIELD_LIST:
        break;
    }
    return check_list(reading, field, place);
}

/* What is there first, in the order record_write gives it; then what is not. */
static bool
check_record(struct record_reading *reading, const struct record *record, const void *data)
{
    const struct record_layout *layout = record_layout(record);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[layout->cbor_order[i]];
        bool is_said = (field->flags & FIELD_REQUIRED) != 0 && field_may_be_zero(field);
        if (!is_said && !field_is_present(field, data)) {
            continue;
        }
        size_t before = record_push(reading, field->name, strlen(field->name));
        if (!check_value(reading, field, data)) {
            return false;
        }
        record_pop(reading, before);
    }
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        bool may_miss = (field->flags & FIELD_REQUIRED) == 0 || field_may_be_zero(field);
        if (!may_miss && !field_is_present(field, data)) {
            (void)record_push(reading, field->name, strlen(field->name));
            return record_refuse(reading, "missing", "must be given");
        }
    }
    return true;
}

bool record_check(const struct record *record, const void *data, struct record_fault *fault_out)
{
    struct record_reading reading = {.form = FORM_WHOLE, .record = record, .fault = fault_out};
    *fault_out = (struct record_fault){0};
    return check_record(&reading, record, data);
}
