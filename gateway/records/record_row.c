/* Documents as rows: one column per field, two for money, jsonb for what nests. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/vault.h"
#include "ledger/journal/journal.h"

enum {
    FIRST_COLUMN = 2,
    NESTED_USUAL_SIZE = 8192,
    SET_TEXT_SIZE = 1024
};

static void write_sealed(const struct record *record,
                         const struct field *field,
                         struct vault *vault,
                         const char *text,
                         struct row_writer *row)
{
    uint8_t space[RECORD_PERSONAL_SIZE_MAX + VAULT_OVERHEAD];
    char name[RECORD_SEAL_NAME_SIZE];
    struct writer sealed = writer_over(space, sizeof space);
    record_seal_name(record, field, name);
    vault_seal(vault, name, (struct bytes){(const uint8_t *)text, strlen(text)}, &sealed);
    assert(!sealed.has_failed);
    row_bytea(row, sealed.data, sealed.size);
}

static void write_set(const struct field *field, uint32_t bits, struct row_writer *row)
{
    uint8_t space[SET_TEXT_SIZE];
    struct writer text = writer_over(space, sizeof space);
    for (const struct name *name = field->names; name->text != NULL; name++) {
        if ((bits & (uint32_t)name->value) != 0) {
            write_text(&text, text.size == 0 ? "" : ",");
            write_text(&text, name->text);
        }
    }
    assert(!text.has_failed);
    row_text(row, (const char *)text.data, text.size);
}

static void write_nested(const struct record *record,
                         const struct field *field,
                         struct vault *vault,
                         const void *data,
                         struct row_writer *row)
{
    uint8_t space[NESTED_USUAL_SIZE];
    void *owned;
    struct record_writing writing = {
        .sink = {.media = MEDIA_JSON}, .form = FORM_ROW, .vault = vault, .record = record};
    struct writer json =
        record_write_grown(&writing, field, data, writer_over(space, sizeof space), &owned);
    row_jsonb(row, (const char *)json.data, json.size);
    free(owned);
}

static void write_text_column(const struct record *record,
                              const struct field *field,
                              struct vault *vault,
                              const char *text,
                              struct row_writer *row)
{
    if ((field->flags & FIELD_PERSONAL) != 0) {
        write_sealed(record, field, vault, text, row);
    } else {
        row_text(row, text, strlen(text));
    }
}

/* Numbers are never null, so that a condition on them reads as one expects. */
static void write_absent(const struct field *field, struct row_writer *row)
{
    if (field->type == FIELD_BOOLEAN) {
        row_boolean(row, false);
    } else if (field_may_be_zero(field)) {
        row_bigint(row, 0);
    } else {
        row_null(row);
        if (field->type == FIELD_MONEY) {
            row_null(row);
        }
    }
}

static void write_column(const struct record *record,
                         const struct field *field,
                         struct vault *vault,
                         const void *data,
                         struct row_writer *row)
{
    const void *place = (const char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        write_text_column(record, field, vault, place, row);
        break;
    case FIELD_ENUM: {
        const char *name = name_by_value(field->names, *(const int32_t *)place);
        assert(name != NULL);
        row_text(row, name, strlen(name));
        break;
    }
    case FIELD_SET:
        write_set(field, *(const uint32_t *)place, row);
        break;
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        row_bigint(row, *(const int64_t *)place);
        break;
    case FIELD_BOOLEAN:
        row_boolean(row, *(const bool *)place);
        break;
    case FIELD_MONEY: {
        const struct money *money = place;
        row_bigint(row, money->minor);
        row_text(row, currency_code(money->currency), 3);
        break;
    }
    case FIELD_DATE:
        row_date(row, *(const date_days *)place);
        break;
    case FIELD_INSTANT:
        row_timestamptz(row, *(const instant_us *)place);
        break;
    case FIELD_BYTES: {
        const struct bytes *content = place;
        row_bytea(row, content->data, content->size);
        break;
    }
    case FIELD_RECORD:
    case FIELD_LIST:
        write_nested(record, field, vault, data, row);
        break;
    }
}

void record_write_row(const struct record *record,
                      struct vault *vault,
                      const void *data,
                      struct row_writer *row)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_KEY) != 0) {
            continue;
        }
        if (field_is_present(field, data)) {
            write_column(record, field, vault, data, row);
        } else {
            write_absent(field, row);
        }
    }
}

/* --- back --- */

static bool text_take(struct bytes text, const struct field *field, char *text_out)
{
    if (text.size >= field->size) {
        return false;
    }
    memcpy(text_out, text.data, text.size);
    text_out[text.size] = '\0';
    return true;
}

static bool read_text_column(const struct record *record,
                             const struct field *field,
                             struct vault *vault,
                             struct bytes stored,
                             char *text_out)
{
    if ((field->flags & FIELD_PERSONAL) == 0) {
        return text_take(stored, field, text_out);
    }
    uint8_t space[RECORD_PERSONAL_SIZE_MAX];
    char name[RECORD_SEAL_NAME_SIZE];
    struct writer clear = writer_over(space, sizeof space);
    record_seal_name(record, field, name);
    return vault_unseal(vault, name, stored, &clear) &&
           text_take((struct bytes){clear.data, clear.size}, field, text_out);
}

static bool read_enum(const struct field *field, struct bytes text, int32_t *value_out)
{
    const struct name *name = name_by_text(field->names, text);
    *value_out = name == NULL ? 0 : name->value;
    return name != NULL;
}

static bool read_set(const struct field *field, struct bytes text, uint32_t *bits_out)
{
    for (size_t at = 0; at < text.size;) {
        const uint8_t *comma = memchr(text.data + at, ',', text.size - at);
        size_t size = comma == NULL ? text.size - at : (size_t)(comma - text.data) - at;
        int32_t bit;
        if (!read_enum(field, (struct bytes){text.data + at, size}, &bit)) {
            return false;
        }
        *bits_out |= (uint32_t)bit;
        at += size + 1;
    }
    return true;
}

static bool read_nested(const struct record *record,
                        const struct field *field,
                        struct vault *vault,
                        struct bytes json,
                        struct arena *arena,
                        void *data)
{
    struct record_fault fault;
    struct record_reading reading = {
        .arena = arena, .form = FORM_ROW, .vault = vault, .record = record, .fault = &fault};
    return record_read_bytes(&reading, MEDIA_JSON, json, field, data);
}

static bool read_content(struct bytes content, struct arena *arena, struct bytes *content_out)
{
    uint8_t *copy = arena_take(arena, content.size);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, content.data, content.size);
    *content_out = (struct bytes){copy, content.size};
    return true;
}

static bool read_money(const struct row_view *row, size_t column, struct money *money_out)
{
    struct bytes code = view_bytes(row, column + 1);
    money_out->minor = view_bigint(row, column);
    money_out->currency = currency_parse((const char *)code.data, code.size);
    return money_out->currency != CURRENCY_NONE;
}

struct column_reading {
    const struct record *record;
    struct vault *vault;
    const struct row_view *row;
    struct arena *arena;
};

static bool read_column(const struct column_reading *reading,
                        const struct field *field,
                        size_t column,
                        void *data)
{
    const struct row_view *row = reading->row;
    void *place = (char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return read_text_column(
            reading->record, field, reading->vault, view_bytes(row, column), place);
    case FIELD_ENUM:
        return read_enum(field, view_bytes(row, column), place);
    case FIELD_SET:
        return read_set(field, view_bytes(row, column), place);
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        *(int64_t *)place = view_bigint(row, column);
        return true;
    case FIELD_BOOLEAN:
        *(bool *)place = view_bigint(row, column) != 0;
        return true;
    case FIELD_MONEY:
        return read_money(row, column, place);
    case FIELD_DATE:
        *(date_days *)place = view_date(row, column);
        return true;
    case FIELD_INSTANT:
        *(instant_us *)place = view_timestamptz(row, column);
        return true;
    case FIELD_BYTES:
        return read_content(view_bytes(row, column), reading->arena, place);
    case FIELD_RECORD:
    case FIELD_LIST:
        break;
    }
    return read_nested(
        reading->record, field, reading->vault, view_bytes(row, column), reading->arena, data);
}

bool record_read_row(const struct record *record,
                     struct vault *vault,
                     const struct row_view *row,
                     struct arena *arena,
                     void *data_out)
{
    struct column_reading reading = {record, vault, row, arena};
    memset(data_out, 0, record->size);
    size_t column = FIRST_COLUMN;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        bool is_key = (field->flags & FIELD_KEY) != 0;
        size_t from = is_key ? 0 : column;
        column += is_key ? 0 : field->type == FIELD_MONEY ? 2 : 1;
        if (!view_is_null(row, from) && !read_column(&reading, field, from, data_out)) {
            memset(data_out, 0, record->size);
            return false;
        }
    }
    return true;
}
