#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/text.h"
#include "gateway/records/vault.h"

/* --- where we are --- */

/* Every field comes through here, so no snprintf. A pointer too long for its place is cut. */
size_t record_push(struct record_reading *reading, const char *name, size_t size)
{
    char *pointer = reading->fault->pointer;
    size_t before = reading->pointer_size;
    size_t room = sizeof reading->fault->pointer - 1 - before;
    if (room > 0) {
        size_t taken = size < room - 1 ? size : room - 1;
        pointer[before] = '/';
        memcpy(pointer + before + 1, name, taken);
        reading->pointer_size += 1 + taken;
        pointer[reading->pointer_size] = '\0';
    }
    return before;
}

size_t record_push_index(struct record_reading *reading, size_t index)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%zu", index);
    return record_push(reading, text, (size_t)length);
}

void record_pop(struct record_reading *reading, size_t before)
{
    reading->pointer_size = before;
    reading->fault->pointer[before] = '\0';
}

static bool
refuse_at(struct record_reading *reading, const char *name, const char *code, const char *detail)
{
    (void)record_push(reading, name, strlen(name));
    return record_refuse(reading, code, detail);
}

/* Takes over what the source has to say. */
static bool refuse_source(struct record_reading *reading)
{
    return record_refuse(reading, reading->source->code, reading->source->detail);
}

/* A name nobody knows might be anything, a person's number too: only plain words are repeated. */
static bool refuse_unknown(struct record_reading *reading, struct bytes name)
{
    bool is_word = name.size > 0 && name.size <= 40;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        is_word = is_word && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
    }
    if (is_word) {
        (void)record_push(reading, (const char *)name.data, name.size);
    }
    return record_refuse(reading, "unknown_field", "there is no field of this name");
}

/* --- values --- */

static bool text_store(struct record_reading *reading,
                       const struct field *field,
                       struct bytes text,
                       char *text_out)
{
    if (!validate_text(reading, field, text)) {
        return false;
    }
    memcpy(text_out, text.data, text.size);
    text_out[text.size] = '\0';
    return true;
}

/* Undoes what record_write_value did to a personal field. */
static bool read_sealed(struct record_reading *reading, const struct field *field, char *text_out)
{
    struct source *source = reading->source;
    uint8_t opened[RECORD_PERSONAL_SIZE_MAX + VAULT_OVERHEAD];
    uint8_t clear[RECORD_PERSONAL_SIZE_MAX];
    struct bytes sealed;
    if (reading->form == FORM_SEALED) {
        if (!source->type->bytes(source, reading->arena, &sealed)) {
            return refuse_source(reading);
        }
    } else {
        struct bytes text;
        struct writer writer = writer_over(opened, sizeof opened);
        if (!source->type->text(source, &text)) {
            return refuse_source(reading);
        }
        if (text.size < 3 || memcmp(text.data, "v1:", 3) != 0 ||
            !base64url_read((struct bytes){text.data + 3, text.size - 3}, &writer)) {
            return record_refuse(reading, "malformed", "not a sealed value");
        }
        sealed = (struct bytes){opened, writer.size};
    }
    char name[RECORD_SEAL_NAME_SIZE];
    record_seal_name(reading->record, field, name);
    struct writer writer = writer_over(clear, sizeof clear);
    if (!vault_unseal(reading->vault, name, sealed, &writer)) {
        return record_refuse(reading, "malformed", "not sealed by this vault for this field");
    }
    return text_store(reading, field, (struct bytes){clear, writer.size}, text_out);
}

static bool read_text(struct record_reading *reading, const struct field *field, char *text_out)
{
    bool is_stored = reading->form == FORM_SEALED || reading->form == FORM_ROW;
    if (is_stored && (field->flags & FIELD_PERSONAL) != 0) {
        return read_sealed(reading, field, text_out);
    }
    struct bytes text;
    if (!reading->source->type->text(reading->source, &text)) {
        return refuse_source(reading);
    }
    return text_store(reading, field, text, text_out);
}

static bool read_name(struct record_reading *reading, const struct field *field, int32_t *value_out)
{
    struct bytes text;
    if (!reading->source->type->text(reading->source, &text)) {
        return refuse_source(reading);
    }
    if (text.size == 0 && field->type == FIELD_ENUM) {
        *value_out = 0;
        return true;
    }
    const struct name *name = name_by_text(field->names, text);
    if (name == NULL) {
        return validate_refuse_name(reading, field);
    }
    *value_out = name->value;
    return true;
}

static bool read_set(struct record_reading *reading, const struct field *field, uint32_t *bits_out)
{
    struct source *source = reading->source;
    size_t count;
    uint32_t bits = 0;
    if (!source->type->list(source, &count)) {
        return refuse_source(reading);
    }
    for (size_t i = 0; i < count; i++) {
        size_t before = record_push_index(reading, i);
        int32_t bit = 0;
        source->type->item(source);
        if (!read_name(reading, field, &bit)) {
            return false;
        }
        if ((bits & (uint32_t)bit) != 0) {
            return record_refuse(reading, "duplicate", "named twice");
        }
        if (source->json_root == NULL && bits > (uint32_t)bit) {
            return record_refuse(reading, "not_deterministic", "not in the order of the table");
        }
        bits |= (uint32_t)bit;
        record_pop(reading, before);
    }
    source->type->end(source);
    *bits_out = bits;
    return true;
}

static bool read_currency(struct record_reading *reading, enum currency *currency_out)
{
    struct bytes code;
    if (!reading->source->type->text(reading->source, &code)) {
        return refuse_source(reading);
    }
    *currency_out = currency_parse((const char *)code.data, code.size);
    return *currency_out != CURRENCY_NONE ||
           record_refuse(reading, "range", "must be one of CNY, USD, EUR, RUB, MNT");
}

static bool
read_money(struct record_reading *reading, const struct field *field, struct money *money_out)
{
    struct source *source = reading->source;
    struct money money = {0};
    bool has_value = false;
    size_t count;
    if (!source->type->map(source, &count)) {
        return refuse_source(reading);
    }
    for (size_t i = 0; i < count; i++) {
        struct bytes name;
        if (!source->type->key(source, &name)) {
            return refuse_source(reading);
        }
        bool is_value = name.size == 5 && memcmp(name.data, "value", 5) == 0;
        bool is_currency = name.size == 8 && memcmp(name.data, "currency", 8) == 0;
        if (!is_value && !is_currency) {
            return refuse_unknown(reading, name);
        }
        size_t before = record_push(reading, (const char *)name.data, name.size);
        if (is_currency ? !read_currency(reading, &money.currency)
                        : !source->type->decimal(source, MONEY_DECIMALS, &money.minor)) {
            return reading->fault->code != NULL ? false : refuse_source(reading);
        }
        if (is_value && !validate_number(reading, field, money.minor)) {
            return false;
        }
        has_value = has_value || is_value;
        record_pop(reading, before);
    }
    source->type->end(source);
    if (!has_value || money.currency == CURRENCY_NONE) {
        return refuse_at(reading, has_value ? "currency" : "value", "missing", "must be given");
    }
    *money_out = money;
    return true;
}

static bool
read_number(struct record_reading *reading, const struct field *field, int64_t *value_out)
{
    struct source *source = reading->source;
    bool is_read = field->type == FIELD_INTEGER
                       ? source->type->integer(source, value_out)
                       : source->type->decimal(source, field->scale, value_out);
    if (!is_read) {
        return refuse_source(reading);
    }
    if (field->type == FIELD_INTEGER &&
        (*value_out > RECORD_INTEGER_MAX || *value_out < -RECORD_INTEGER_MAX)) {
        return record_refuse(reading, "range", "beyond 9007199254740991");
    }
    return validate_number(reading, field, *value_out);
}

static bool read_date(struct record_reading *reading, date_days *date_out)
{
    if (!reading->source->type->date(reading->source, date_out)) {
        return refuse_source(reading);
    }
    return *date_out > DATE_NONE || record_refuse(reading, "range", "must be after 1970-01-01");
}

static bool read_instant(struct record_reading *reading, instant_us *at_out)
{
    if (!reading->source->type->instant(reading->source, at_out)) {
        return refuse_source(reading);
    }
    return (*at_out > INSTANT_NONE && *at_out <= INSTANT_US_MAX) ||
           record_refuse(reading, "range", "must be after 1970 and before 10000");
}

static bool
read_bytes_field(struct record_reading *reading, const struct field *field, struct bytes *out)
{
    if (!reading->source->type->bytes(reading->source, reading->arena, out)) {
        return refuse_source(reading);
    }
    return out->size <= field->size ||
           record_refuse(reading, "too_long", "more bytes than allowed");
}

/* --- records and lists --- */

static const struct field *field_find(const struct record *record, struct bytes name)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (strlen(field->name) == name.size && memcmp(field->name, name.data, name.size) == 0) {
            return field;
        }
    }
    return NULL;
}

static bool required_check(struct record_reading *reading, const void *data, const bool *was_said)
{
    const struct record *record = reading->record;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        bool is_there = field_may_be_zero(field) ? was_said[i] : field_is_present(field, data);
        if ((field->flags & FIELD_REQUIRED) != 0 && !is_there) {
            return refuse_at(reading, field->name, "missing", "must be given");
        }
    }
    return true;
}

static bool read_fields(struct record_reading *reading, size_t count, void *data)
{
    struct source *source = reading->source;
    const struct record *record = reading->record;
    bool was_said[RECORD_FIELD_COUNT_MAX] = {0};
    assert(record->field_count <= RECORD_FIELD_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        struct bytes name;
        if (!source->type->key(source, &name)) {
            return refuse_source(reading);
        }
        const struct field *field = field_find(record, name);
        bool is_ours =
            field != NULL && (field->flags & FIELD_LOOKUP) != 0 && reading->form == FORM_WHOLE;
        if (field == NULL || is_ours) {
            return refuse_unknown(reading, name);
        }
        size_t before = record_push(reading, field->name, name.size);
        if (!record_read_value(reading, field, data)) {
            return false;
        }
        was_said[field - record->fields] = true;
        record_pop(reading, before);
    }
    return reading->form != FORM_WHOLE || required_check(reading, data, was_said);
}

static bool read_record(struct record_reading *reading, const struct record *record, void *data)
{
    struct source *source = reading->source;
    const struct record *outer = reading->record;
    size_t count;
    reading->record = record;
    if (!source->type->map(source, &count)) {
        return refuse_source(reading);
    }
    if (!read_fields(reading, count, data)) {
        return false;
    }
    source->type->end(source);
    reading->record = outer;
    return true;
}

static bool read_list(struct record_reading *reading, const struct field *field, struct list *out)
{
    struct source *source = reading->source;
    struct list list = {0};
    if (!source->type->list(source, &list.count)) {
        return refuse_source(reading);
    }
    if (list.count > field->size) {
        char detail[64];
        snprintf(detail, sizeof detail, "at most %zu items", field->size);
        return record_refuse(reading, "too_long", detail);
    }
    if (list.count > 0) {
        list.items = arena_take(reading->arena, list.count * field->record->size);
        if (list.items == NULL) {
            return record_refuse(reading, "too_large", "more items than can be taken");
        }
    }
    for (size_t i = 0; i < list.count; i++) {
        size_t before = record_push_index(reading, i);
        source->type->item(source);
        char *item = (char *)list.items + i * field->record->size;
        if (!read_record(reading, field->record, item)) {
            return false;
        }
        record_pop(reading, before);
    }
    source->type->end(source);
    *out = list;
    return true;
}

static bool read_boolean(struct record_reading *reading, bool *value_out)
{
    return reading->source->type->boolean(reading->source, value_out) || refuse_source(reading);
}

bool record_read_value(struct record_reading *reading, const struct field *field, void *data)
{
    void *place = (char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return read_text(reading, field, place);
    case FIELD_ENUM:
        return read_name(reading, field, place);
    case FIELD_SET:
        return read_set(reading, field, place);
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        return read_number(reading, field, place);
    case FIELD_BOOLEAN:
        return read_boolean(reading, place);
    case FIELD_MONEY:
        return read_money(reading, field, place);
    case FIELD_DATE:
        return read_date(reading, place);
    case FIELD_INSTANT:
        return read_instant(reading, place);
    case FIELD_BYTES:
        return read_bytes_field(reading, field, place);
    case FIELD_RECORD:
        return read_record(reading, field->record, place);
    case FIELD_LIST:
        break;
    }
    return read_list(reading, field, place);
}

bool record_read_bytes(struct record_reading *reading,
                       enum media media,
                       struct bytes input,
                       const struct field *value,
                       void *data_out)
{
    struct source source = {0};
    reading->source = &source;
    reading->pointer_size = 0;
    *reading->fault = (struct record_fault){0};
    if (input.size > RECORD_INPUT_SIZE_MAX) {
        return record_refuse(reading, "too_large", "more than 16 MiB");
    }
    bool is_open =
        media == MEDIA_JSON ? source_open_json(&source, input) : source_open_cbor(&source, input);
    bool is_read = is_open ? record_read_value(reading, value, data_out) : refuse_source(reading);
    if (is_read && !source_finish(&source)) {
        is_read = refuse_source(reading);
    }
    source_close(&source);
    reading->source = NULL;
    return is_read;
}
