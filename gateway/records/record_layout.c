#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/text.h"
#include "ledger/base/hash.h"

enum {
    SLOT_COUNT = 256
};

/* Layouts are only ever added, at the head of their slot's chain. */
static _Atomic(struct record_layout *) slots[SLOT_COUNT];

static void names_check(const struct field *field)
{
    assert(field->names != NULL);
    int32_t last = 0;
    for (const struct name *name = field->names; name->text != NULL; name++) {
        bool is_bit = name->value > 0 && (name->value & (name->value - 1)) == 0;
        assert(name->value != 0);
        assert(field->type != FIELD_SET || (is_bit && name->value > last));
        last = name->value;
    }
}

static bool is_document(const struct record *record)
{
    for (size_t i = 0; i < record->field_count; i++) {
        if ((record->fields[i].flags & FIELD_KEY) != 0) {
            return true;
        }
    }
    return false;
}

static void field_check(const struct record *record, const struct field *field)
{
    assert(field->offset < record->size);
    /* The store's own column. */
    assert(strcmp(field->name, "version") != 0 || !is_document(record));
    switch (field->type) {
    case FIELD_TEXT:
        assert(field->size > 1 && field->offset + field->size <= record->size);
        assert((field->flags & FIELD_PERSONAL) == 0 || field->size <= RECORD_PERSONAL_SIZE_MAX);
        break;
    case FIELD_ENUM:
    case FIELD_SET:
        names_check(field);
        break;
    case FIELD_DECIMAL:
        assert(field->scale >= 0 && field->scale <= DECIMAL_SCALE_MAX);
        break;
    case FIELD_LIST:
    case FIELD_RECORD:
        assert(field->record != NULL && (field->type == FIELD_RECORD || field->size > 0));
        break;
    case FIELD_BYTES:
        assert(field->size > 0);
        break;
    case FIELD_INTEGER:
    case FIELD_BOOLEAN:
    case FIELD_MONEY:
    case FIELD_DATE:
    case FIELD_INSTANT:
        break;
    }
    assert(field->type == FIELD_TEXT || (field->flags & (FIELD_PERSONAL | FIELD_KEY)) == 0);
    assert((field->flags & FIELD_INDEX) == 0 || (field->flags & FIELD_PERSONAL) == 0);
    assert(field->min <= field->max);
    assert((field->flags & FIELD_LOOKUP) == 0 || lookup_source(record, field) != NULL);
}

static void order_fill(struct record_layout *layout)
{
    const struct field *fields = layout->record->fields;
    for (size_t i = 0; i < layout->record->field_count; i++) {
        size_t at = i;
        while (at > 0) {
            int order = cbor_compare_keys(fields[layout->cbor_order[at - 1]].name, fields[i].name);
            assert(order != 0);
            if (order < 0) {
                break;
            }
            layout->cbor_order[at] = layout->cbor_order[at - 1];
            at--;
        }
        layout->cbor_order[at] = (uint8_t)i;
    }
}

static struct made_key key_make(enum media media, const char *name)
{
    struct made_key key = {0};
    struct writer writer = writer_over(key.data, sizeof key.data);
    struct sink sink = sink_over(media, &writer);
    sink.type->key(&sink, name);
    assert(!writer.has_failed);
    key.size = (uint8_t)writer.size;
    return key;
}

static void keys_fill(struct record_layout *layout)
{
    const struct record *record = layout->record;
    for (int media = 0; media < RECORD_MEDIA_COUNT; media++) {
        layout->keys[media] = calloc(record->field_count, sizeof *layout->keys[media]);
        assert(layout->keys[media] != NULL);
        for (size_t i = 0; i < record->field_count; i++) {
            layout->keys[media][i] = key_make((enum media)media, record->fields[i].name);
        }
    }
}

static enum column_type column_type(enum field_type type)
{
    switch (type) {
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_SET:
        return COLUMN_TEXT;
    case FIELD_INTEGER:
    case FIELD_MONEY:
    case FIELD_DECIMAL:
        return COLUMN_BIGINT;
    case FIELD_BOOLEAN:
        return COLUMN_BOOLEAN;
    case FIELD_DATE:
        return COLUMN_DATE;
    case FIELD_INSTANT:
        return COLUMN_TIMESTAMPTZ;
    case FIELD_BYTES:
        return COLUMN_BYTEA;
    case FIELD_RECORD:
    case FIELD_LIST:
        break;
    }
    return COLUMN_JSONB;
}

/* A name with what stands around it, that lives as long as the process. */
static const char *name_dress(const char *before, const char *name, const char *after)
{
    size_t size = strlen(before) + strlen(name) + strlen(after) + 1;
    char *joined = malloc(size);
    assert(joined != NULL);
    snprintf(joined, size, "%s%s%s", before, name, after);
    return joined;
}

static void kind_fill(struct document_kind *kind, const struct record *record)
{
    struct column *columns = calloc(2 * record->field_count, sizeof *columns);
    const char **indexes = calloc(record->field_count + 1, sizeof *indexes);
    assert(columns != NULL && indexes != NULL);
    size_t column_count = 0;
    size_t index_count = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_KEY) != 0) {
            continue;
        }
        bool is_sealed = (field->flags & FIELD_PERSONAL) != 0;
        columns[column_count++] =
            (struct column){field->name, is_sealed ? COLUMN_BYTEA : column_type(field->type)};
        if (field->type == FIELD_MONEY) {
            columns[column_count++] =
                (struct column){name_dress("", field->name, "_currency"), COLUMN_TEXT};
        }
        if ((field->flags & FIELD_INDEX) != 0) {
            indexes[index_count++] = name_dress("\"", field->name, "\", key");
        }
    }
    *kind = (struct document_kind){
        .name = record->name, .columns = columns, .column_count = column_count, .indexes = indexes};
}

static void kind_free(struct document_kind *kind, const struct record *record)
{
    size_t column = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        if ((record->fields[i].flags & FIELD_KEY) != 0) {
            continue;
        }
        column++;
        if (record->fields[i].type == FIELD_MONEY) {
            free((void *)(uintptr_t)kind->columns[column++].name);
        }
    }
    for (size_t i = 0; kind->indexes[i] != NULL; i++) {
        free((void *)(uintptr_t)kind->indexes[i]);
    }
    free((void *)(uintptr_t)kind->columns);
    free((void *)(uintptr_t)kind->indexes);
}

static struct record_layout *layout_create(const struct record *record)
{
    assert(record->field_count > 0 && record->field_count <= RECORD_FIELD_COUNT_MAX);
    for (size_t i = 0; i < record->field_count; i++) {
        field_check(record, &record->fields[i]);
    }
    struct record_layout *layout = calloc(1, sizeof *layout);
    assert(layout != NULL);
    layout->record = record;
    order_fill(layout);
    keys_fill(layout);
    kind_fill(&layout->kind, record);
    return layout;
}

static struct record_layout *chain_find(struct record_layout *chain, const struct record *record)
{
    while (chain != NULL && chain->record != record) {
        chain = chain->next;
    }
    return chain;
}

const struct record_layout *record_layout(const struct record *record)
{
    _Atomic(struct record_layout *) *slot =
        &slots[hash_u64((uint64_t)(uintptr_t)record) % SLOT_COUNT];
    struct record_layout *head = atomic_load_explicit(slot, memory_order_acquire);
    struct record_layout *found = chain_find(head, record);
    if (found != NULL) {
        return found;
    }
    struct record_layout *made = layout_create(record);
    do {
        found = chain_find(head, record);
        if (found != NULL) {
            kind_free(&made->kind, record);
            for (int media = 0; media < RECORD_MEDIA_COUNT; media++) {
                free(made->keys[media]);
            }
            free(made);
            return found;
        }
        made->next = head;
    } while (!atomic_compare_exchange_weak_explicit(
        slot, &head, made, memory_order_acq_rel, memory_order_acquire));
    return made;
}

const struct document_kind *record_document_kind(const struct record *record)
{
    return &record_layout(record)->kind;
}
