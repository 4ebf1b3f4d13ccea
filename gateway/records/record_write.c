#include <assert.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/text.h"
#include "gateway/records/vault.h"

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static bool
is_written(const struct record_writing *writing, const struct field *field, const void *data)
{
    bool is_inside = writing->form == FORM_WHOLE || writing->form == FORM_ROW;
    bool is_lookup = (field->flags & FIELD_LOOKUP) != 0;
    bool is_hidden = ((field->flags & FIELD_SECRET) != 0 && !is_inside) ||
                     (is_lookup && !is_inside && writing->form != FORM_SEALED);
    bool is_demanded = (field->flags & FIELD_REQUIRED) != 0 && field_may_be_zero(field);
    return !is_hidden && (is_demanded || field_is_present(field, data));
}

static void
write_personal(struct record_writing *writing, const struct field *field, struct bytes clear)
{
    uint8_t space[2 * (RECORD_PERSONAL_SIZE_MAX + VAULT_OVERHEAD)];
    uint8_t sealed_space[RECORD_PERSONAL_SIZE_MAX + VAULT_OVERHEAD];
    struct sink *sink = &writing->sink;
    struct writer shown = writer_over(space, sizeof space);
    struct writer sealed = writer_over(sealed_space, sizeof sealed_space);
    if (writing->form == FORM_MASKED) {
        text_mask(clear, &shown);
    } else if (writing->form == FORM_SEALED || writing->form == FORM_ROW) {
        char name[RECORD_SEAL_NAME_SIZE];
        record_seal_name(writing->record, field, name);
        vault_seal(writing->vault, name, clear, &sealed);
        write_text(&shown, "v1:");
        base64url_write((struct bytes){sealed.data, sealed.size}, &shown);
    } else {
        write_bytes(&shown, clear.data, clear.size);
    }
    if (sealed.has_failed || shown.has_failed) {
        sink->writer->has_failed = true;
    } else if (writing->form == FORM_SEALED) {
        sink->type->bytes(sink, (struct bytes){sealed.data, sealed.size});
    } else {
        sink->type->text(sink, (struct bytes){shown.data, shown.size});
    }
}

static void write_set(struct sink *sink, const struct field *field, uint32_t bits)
{
    sink->type->list(sink, (size_t)__builtin_popcount(bits));
    for (const struct name *name = field->names; name->text != NULL; name++) {
        if ((bits & (uint32_t)name->value) != 0) {
            sink->type->item(sink);
            sink->type->text(sink, bytes_of(name->text));
        }
    }
    sink->type->end(sink);
}

/* In the order of the medium: "currency" sorts behind "value" once its length is in front. */
static void write_money(struct sink *sink, const struct money *money)
{
    const char *code = currency_code(money->currency);
    assert(code[0] != '\0');
    sink->type->map(sink, 2);
    if (sink->media == MEDIA_JSON) {
        sink->type->key(sink, "currency");
        sink->type->text(sink, bytes_of(code));
    }
    sink->type->key(sink, "value");
    sink->type->decimal(sink, MONEY_DECIMALS, money->minor);
    if (sink->media == MEDIA_CBOR) {
        sink->type->key(sink, "currency");
        sink->type->text(sink, bytes_of(code));
    }
    sink->type->end(sink);
}

static void
write_record(struct record_writing *writing, const struct record *record, const void *data)
{
    struct sink *sink = &writing->sink;
    const struct record *outer = writing->record;
    const struct record_layout *layout = record_layout(record);
    uint8_t written[RECORD_FIELD_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        size_t index = sink->media == MEDIA_CBOR ? layout->cbor_order[i] : i;
        if (is_written(writing, &record->fields[index], data)) {
            written[count++] = (uint8_t)index;
        }
    }
    writing->record = record;
    sink->type->map(sink, count);
    for (size_t i = 0; i < count; i++) {
        const struct made_key *key = &layout->keys[sink->media][written[i]];
        sink->type->made_key(sink, (struct bytes){key->data, key->size});
        record_write_value(writing, &record->fields[written[i]], data);
    }
    sink->type->end(sink);
    writing->record = outer;
}

static void
write_list(struct record_writing *writing, const struct record *record, const struct list *list)
{
    struct sink *sink = &writing->sink;
    sink->type->list(sink, list->count);
    for (size_t i = 0; i < list->count; i++) {
        sink->type->item(sink);
        write_record(writing, record, (const char *)list->items + i * record->size);
    }
    sink->type->end(sink);
}

static void write_enum(struct sink *sink, const struct field *field, int32_t value)
{
    const char *name = name_by_value(field->names, value);
    assert(name != NULL);
    sink->type->text(sink, bytes_of(name));
}

void record_write_value(struct record_writing *writing, const struct field *field, const void *data)
{
    struct sink *sink = &writing->sink;
    const void *place = (const char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        if ((field->flags & FIELD_PERSONAL) != 0) {
            write_personal(writing, field, bytes_of(place));
        } else {
            sink->type->text(sink, bytes_of(place));
        }
        break;
    case FIELD_ENUM:
        write_enum(sink, field, *(const int32_t *)place);
        break;
    case FIELD_SET:
        write_set(sink, field, *(const uint32_t *)place);
        break;
    case FIELD_INTEGER:
        sink->type->integer(sink, *(const int64_t *)place);
        break;
    case FIELD_BOOLEAN:
        sink->type->boolean(sink, *(const bool *)place);
        break;
    case FIELD_MONEY:
        write_money(sink, place);
        break;
    case FIELD_DECIMAL:
        sink->type->decimal(sink, field->scale, *(const int64_t *)place);
        break;
    case FIELD_DATE:
        sink->type->date(sink, *(const date_days *)place);
        break;
    case FIELD_INSTANT:
        sink->type->instant(sink, *(const instant_us *)place);
        break;
    case FIELD_BYTES:
        sink->type->bytes(sink, *(const struct bytes *)place);
        break;
    case FIELD_RECORD:
        write_record(writing, field->record, place);
        break;
    case FIELD_LIST:
        write_list(writing, field->record, place);
        break;
    }
}
