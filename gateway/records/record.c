#include "gateway/records/record.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/vault.h"

struct field record_root(const struct record *record)
{
    return (struct field){.name = "", .type = FIELD_RECORD, .record = record};
}

bool field_may_be_zero(const struct field *field)
{
    return field->type == FIELD_INTEGER || field->type == FIELD_BOOLEAN ||
           field->type == FIELD_DECIMAL;
}

bool field_is_present(const struct field *field, const void *data)
{
    const void *place = (const char *)data + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        return *(const char *)place != '\0';
    case FIELD_ENUM:
        return *(const int32_t *)place != 0;
    case FIELD_SET:
        return *(const uint32_t *)place != 0;
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        return *(const int64_t *)place != 0;
    case FIELD_BOOLEAN:
        return *(const bool *)place;
    case FIELD_MONEY:
        return ((const struct money *)place)->currency != CURRENCY_NONE;
    case FIELD_DATE:
        return *(const date_days *)place != DATE_NONE;
    case FIELD_INSTANT:
        return *(const instant_us *)place != INSTANT_NONE;
    case FIELD_BYTES:
        return ((const struct bytes *)place)->size > 0;
    case FIELD_LIST:
        return ((const struct list *)place)->count > 0;
    case FIELD_RECORD:
        break;
    }
    for (size_t i = 0; i < field->record->field_count; i++) {
        if (field_is_present(&field->record->fields[i], place)) {
            return true;
        }
    }
    return false;
}

const struct name *name_by_text(const struct name *names, struct bytes text)
{
    for (const struct name *name = names; name->text != NULL; name++) {
        if (strlen(name->text) == text.size && memcmp(name->text, text.data, text.size) == 0) {
            return name;
        }
    }
    return NULL;
}

const char *name_by_value(const struct name *names, int32_t value)
{
    for (const struct name *name = names; name->text != NULL; name++) {
        if (name->value == value) {
            return name->text;
        }
    }
    return NULL;
}

void record_seal_name(const struct record *record,
                      const struct field *field,
                      char name_out[RECORD_SEAL_NAME_SIZE])
{
    int length = snprintf(name_out, RECORD_SEAL_NAME_SIZE, "%s.%s", record->name, field->name);
    assert(length > 0 && length < RECORD_SEAL_NAME_SIZE);
}

/* --- in and out --- */

static bool read_form(struct record_reading *reading,
                      const struct record *record,
                      enum media media,
                      struct bytes input,
                      void *data_out)
{
    struct field root = record_root(record);
    memset(data_out, 0, record->size);
    if (!record_read_bytes(reading, media, input, &root, data_out)) {
        memset(data_out, 0, record->size);
        return false;
    }
    return true;
}

bool record_read(const struct record *record,
                 enum media media,
                 struct bytes input,
                 struct arena *arena,
                 void *data_out,
                 struct record_fault *fault_out)
{
    struct record_reading reading = {.arena = arena, .form = FORM_WHOLE, .fault = fault_out};
    return read_form(&reading, record, media, input, data_out);
}

static void write_form(const struct record *record,
                       enum record_form form,
                       struct vault *vault,
                       const void *data,
                       struct sink sink)
{
    struct record_writing writing = {.sink = sink, .form = form, .vault = vault};
    struct field root = record_root(record);
    record_write_value(&writing, &root, data);
}

struct writer record_write_grown(struct record_writing *writing,
                                 const struct field *value,
                                 const void *data,
                                 struct writer space,
                                 void **owned_out)
{
    enum {
        GROWTH = 4
    };
    const struct record *record = writing->record;
    *owned_out = NULL;
    for (;;) {
        writing->sink = sink_over(writing->sink.media, &space);
        writing->record = record;
        record_write_value(writing, value, data);
        if (!space.has_failed) {
            return space;
        }
        free(*owned_out);
        size_t capacity = space.capacity * GROWTH;
        assert(capacity <= GROWTH * (size_t)RECORD_INPUT_SIZE_MAX);
        *owned_out = malloc(capacity);
        assert(*owned_out != NULL);
        space = writer_over(*owned_out, capacity);
    }
}

void record_write(const struct record *record,
                  enum media media,
                  enum record_view view,
                  const void *data,
                  struct writer *writer)
{
    static const enum record_form forms[] = {
        [RECORD_MASKED] = FORM_MASKED, [RECORD_CLEAR] = FORM_CLEAR, [RECORD_WHOLE] = FORM_WHOLE};
    write_form(record, forms[view], NULL, data, sink_over(media, writer));
}

bool record_translate(const struct record *record,
                      struct bytes cbor,
                      enum media media,
                      struct arena *scratch,
                      struct writer *writer)
{
    struct record_fault fault;
    struct record_reading reading = {.arena = scratch, .form = FORM_CLEAR, .fault = &fault};
    void *data = arena_take(scratch, record->size);
    if (data == NULL || !read_form(&reading, record, MEDIA_CBOR, cbor, data)) {
        return false;
    }
    write_form(record, FORM_CLEAR, NULL, data, sink_over(media, writer));
    return !writer->has_failed;
}

void record_seal(const struct record *record,
                 struct vault *vault,
                 const void *data,
                 struct writer *writer)
{
    write_form(record, FORM_SEALED, vault, data, sink_cbor(writer));
}

bool record_unseal(const struct record *record,
                   struct vault *vault,
                   struct bytes sealed,
                   struct arena *arena,
                   void *data_out)
{
    struct record_fault fault;
    struct record_reading reading = {
        .arena = arena, .form = FORM_SEALED, .vault = vault, .fault = &fault};
    return read_form(&reading, record, MEDIA_CBOR, sealed, data_out);
}

void record_fingerprint(const struct record *record,
                        struct vault *vault,
                        const char *type,
                        const void *data,
                        struct arena *scratch,
                        uint8_t fingerprint_out[32])
{
    enum {
        USUAL_SIZE = 2048
    };
    size_t used_before = scratch->used;
    uint8_t small[64];
    uint8_t *space = arena_take(scratch, USUAL_SIZE);
    struct record_writing writing = {.sink = {.media = MEDIA_CBOR}, .form = FORM_WHOLE};
    struct field root = record_root(record);
    void *owned;
    struct writer clear = record_write_grown(&writing,
                                             &root,
                                             data,
                                             space == NULL ? writer_over(small, sizeof small)
                                                           : writer_over(space, USUAL_SIZE),
                                             &owned);
    vault_digest(vault, type, (struct bytes){clear.data, clear.size}, fingerprint_out);
    OPENSSL_cleanse(clear.data, clear.size);
    free(owned);
    scratch->used = used_before;
}

const char *record_key(const struct record *record, const void *data)
{
    size_t i = 0;
    while ((record->fields[i].flags & FIELD_KEY) == 0) {
        i++;
        assert(i < record->field_count);
    }
    return (const char *)data + record->fields[i].offset;
}
