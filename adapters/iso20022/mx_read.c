#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso20022/mx_rule.h"
#include "adapters/iso20022/mx_value.h"

/*
 * An open element of a document, a header, or an envelope around them (record NULL).
 *
 *   rows[0 .. first)     stand elsewhere
 *   rows[first .. last)  stand in this element or are it
 *   rows[last .. )       stand elsewhere
 */
struct place {
    const struct mx_record *record;
    char *target;
    size_t owner; /* the place whose element opened the record */
    size_t first;
    size_t last;
    size_t path_size; /* of the element's path in each of those rows, with its '/' */
    size_t row;       /* the row of this very element, NO_ROW = none */
    uint64_t seen;    /* of the owner: rows whose element was met */
    uint64_t given;   /* of the owner: those with a value */
};

#define NO_ROW SIZE_MAX

struct read {
    struct xml_walk *walk;
    struct arena *arena;
    struct iso20022_document *document;
    const char *uri; /* of the current document or header, without its memory */
    const struct mx_namespace *space;
    bool has_header;
    struct place places[ISO20022_DEPTH_MAX];
    size_t place_count;
    char currency[8]; /* Ccy of the current element */
    size_t currency_size;
};

static void push(struct read *read, struct place place)
{
    assert(read->place_count < ISO20022_DEPTH_MAX);
    read->places[read->place_count++] = place;
}

static void push_record(struct read *read, const struct mx_record *record, void *target)
{
    push(read,
         (struct place){
             .record = record,
             .target = target,
             .owner = read->place_count,
             .last = record->row_count,
             .row = NO_ROW,
         });
}

static void enter_document(struct read *read, const struct xml_element *element)
{
    bool is_family = false;
    const struct mx_namespace *space =
        element->uri == NULL ? NULL : mx_namespace_find(element->uri, &is_family);
    if (read->space != NULL) {
        xml_walk_fail(read->walk, "repeated", element->name, "one document at a time");
    } else if (space == NULL) {
        xml_walk_fail(read->walk,
                      is_family ? "version" : "namespace",
                      element->name,
                      "a document in a namespace that is not read here");
    } else {
        read->space = space;
        read->uri = space->uri;
        read->document->type = space->type;
        read->document->version = space->version;
        push_record(read, mx_document_of(space->type), read->document);
    }
}

static void enter_outside(struct read *read, const struct xml_element *element)
{
    if (strcmp(element->name, MX_ROOT_NAME) == 0) {
        enter_document(read, element);
    } else if (element->uri != NULL && strcmp(element->name, MX_HEADER_NAME) == 0) {
        if (!mx_is_header(element->uri)) {
            xml_walk_fail(read->walk, "version", element->name, "a header of another version");
        } else if (read->has_header) {
            xml_walk_fail(read->walk, "repeated", element->name, "one header at a time");
        } else {
            read->has_header = true;
            read->uri = element->uri;
            push_record(read, &mx_header, &read->document->header);
        }
    } else if (mx_is_envelope(element->name)) {
        push(read, (struct place){.row = NO_ROW});
    } else {
        xml_walk_fail(
            read->walk, "message_unknown", element->name, "neither document nor envelope");
    }
}

/* 0: the row does not stand in the element `name` of this place; else the size of its path with
 * that. */
static size_t row_match(const struct place *place, size_t index, const char *name)
{
    const struct mx_row *row = &place->record->rows[index];
    if (index == place->row) {
        return 0;
    }
    size_t size = strlen(name);
    const char *rest = row->path + place->path_size;
    bool is_match = strncmp(rest, name, size) == 0 && (rest[size] == '/' || rest[size] == '\0');
    return is_match ? place->path_size + size + 1 : 0;
}

/* An array holds a power of two of elements, so that its count says when it is full. */
static void *list_append(struct read *read, const struct mx_row *row, char *record)
{
    char **items = (char **)(void *)(record + row->offset);
    size_t *count = (size_t *)(void *)(record + row->count_offset);
    size_t size = row->child->size;
    if (*count == row->length_max) {
        xml_walk_fail(read->walk, "too_many", mx_row_element(row), "more elements than are read");
        return NULL;
    }
    if ((*count & (*count - 1)) == 0) {
        char *larger = arena_take(read->arena, (*count == 0 ? 1 : *count * 2) * size);
        if (larger == NULL) {
            xml_walk_fail(read->walk, "too_large", mx_row_element(row), "the memory given is full");
            return NULL;
        }
        if (*count > 0) {
            memcpy(larger, *items, *count * size);
        }
        *items = larger;
    }
    return *items + (*count)++ * size;
}

static void enter_list(struct read *read, const struct place *place, size_t index)
{
    const struct mx_row *row = &place->record->rows[index];
    read->places[place->owner].given |= UINT64_C(1) << index;
    void *item = list_append(read, row, place->target);
    if (item != NULL) {
        push_record(read, row->child, item);
    }
}

static void
take_currency(struct read *read, const struct mx_row *row, const struct xml_element *element)
{
    struct bytes value;
    read->currency_size = 0;
    if (row->kind != MX_AMOUNT && row->kind != MX_PAYMENT) {
        return;
    }
    if (!xml_attribute_find(element, "Ccy", &value) || value.size == 0) {
        xml_walk_fail(read->walk, "missing", element->name, "an amount without Ccy");
        return;
    }
    read->currency_size = value.size < sizeof read->currency ? value.size : sizeof read->currency;
    memcpy(read->currency, value.data, read->currency_size);
}

static void enter_value(struct read *read, struct place place, const struct xml_element *element)
{
    const struct mx_row *row = &place.record->rows[place.row];
    uint64_t bit = UINT64_C(1) << place.row;
    struct place *owner = &read->places[place.owner];
    bool is_repeated = (owner->seen & bit) != 0;
    if (is_repeated && (row->flags & MX_FIRST) != 0) {
        xml_walk_skip(read->walk);
        return;
    }
    if (is_repeated && row->kind != MX_LINES) {
        xml_walk_fail(read->walk, "repeated", element->name, "an element is given twice");
        return;
    }
    owner->seen |= bit;
    take_currency(read, row, element);
    push(read, place);
    xml_walk_collect(read->walk, element);
}

static void enter_known(struct read *read, const struct xml_element *element)
{
    const struct place *place = &read->places[read->place_count - 1];
    if (place->row != NO_ROW && place->last == place->first + 1) {
        xml_walk_fail(read->walk, "malformed", element->name, "an element inside a value");
        return;
    }
    size_t first = place->first;
    while (first < place->last && row_match(place, first, element->name) == 0) {
        first++;
    }
    if (first == place->last) {
        if (place->record != &mx_header && read->place_count == place->owner + 1 &&
            place->target == (char *)read->document) {
            xml_walk_fail(
                read->walk, "message_unknown", element->name, "not the namespace's message");
            return;
        }
        xml_walk_skip(read->walk);
        return;
    }
    struct place inner = *place;
    inner.first = first;
    inner.path_size = row_match(place, first, element->name);
    inner.last = first + 1;
    while (inner.last < place->last && row_match(place, inner.last, element->name) != 0) {
        inner.last++;
    }
    const struct mx_row *row = &place->record->rows[first];
    inner.row = row->path[inner.path_size - 1] == '\0' ? first : NO_ROW;
    if (inner.row == NO_ROW) {
        push(read, inner);
    } else if (!mx_row_applies(row, read->document->type)) {
        xml_walk_skip(read->walk);
    } else if (row->kind == MX_LIST) {
        enter_list(read, place, first);
    } else {
        enter_value(read, inner, element);
    }
}

static void on_enter(void *context, struct xml_walk *walk, const struct xml_element *element)
{
    struct read *read = context;
    read->walk = walk;
    if (read->place_count == 0 || read->places[read->place_count - 1].record == NULL) {
        enter_outside(read, element);
    } else if (element->uri == NULL || strcmp(element->uri, read->uri) != 0) {
        xml_walk_fail(walk,
                      "namespace",
                      element->name,
                      "an element is in another namespace than its document");
    } else {
        enter_known(read, element);
    }
}

static void fail_value(struct read *read, const struct mx_row *row, const char *code)
{
    char detail[sizeof((struct xml_fault *)NULL)->detail];
    snprintf(detail, sizeof detail, "expected: %s", mx_value_expected(row->kind));
    if (strcmp(code, "currency") == 0 && read->currency_size == 3) {
        snprintf(detail, sizeof detail, "%.3s is no currency of ours", read->currency);
    }
    xml_walk_fail(read->walk, code, mx_row_element(row), detail);
}

static void leave_value(struct read *read, const struct place *place, const char *text, size_t size)
{
    const struct mx_row *row = &place->record->rows[place->row];
    struct mx_input input = {text, size, read->currency, read->currency_size};
    if (size == 0) {
        return;
    }
    const char *code = mx_value_store(row, input, read->arena, place->target);
    if (code != NULL) {
        fail_value(read, row, code);
        return;
    }
    read->places[place->owner].given |= UINT64_C(1) << place->row;
}

static void leave_record(struct read *read, const struct place *place)
{
    struct xml_fault fault = {.code = ""};
    if (!mx_given_check(place->record, place->given, &fault) ||
        (place->record->check != NULL && !place->record->check(place->target, &fault))) {
        xml_walk_fail(read->walk, fault.code, fault.element, fault.detail);
    }
}

static void on_leave(void *context, struct xml_walk *walk, const char *text, size_t size)
{
    struct read *read = context;
    struct place place = read->places[--read->place_count];
    read->walk = walk;
    if (place.record == NULL) {
        return;
    }
    if (place.owner == read->place_count) {
        leave_record(read, &place);
    } else if (place.row != NO_ROW && text != NULL) {
        leave_value(read, &place, text, size);
    }
}

static const struct xml_handler handler = {
    .size_max = ISO20022_MESSAGE_SIZE_MAX,
    .depth_max = ISO20022_DEPTH_MAX,
    .enter = on_enter,
    .leave = on_leave,
};

/* A group's date is its payments'. */
static void dates_fill(struct iso20022_document *document)
{
    for (size_t i = 0; i < document->transfer_count; i++) {
        struct iso20022_transfer *transfer = &document->transfers[i];
        transfer->value_date =
            transfer->value_date == DATE_NONE ? document->value_date : transfer->value_date;
    }
    for (size_t i = 0; i < document->return_count; i++) {
        struct iso20022_return *item = &document->returns[i];
        item->value_date = item->value_date == DATE_NONE ? document->value_date : item->value_date;
    }
}

static bool whole_check(const struct read *read, struct xml_fault *fault)
{
    if (read->space == NULL) {
        return mx_refuse(fault, "missing", MX_ROOT_NAME, "an envelope without a document");
    }
    if (read->has_header &&
        strcmp(read->document->header.message_name, mx_namespace_name(read->space)) != 0) {
        return mx_refuse(fault, "header", "MsgDefIdr", "the header announces another message");
    }
    return true;
}

bool iso20022_read(struct bytes xml,
                   struct arena *arena,
                   struct iso20022_document *document_out,
                   struct xml_fault *fault_out)
{
    struct iso20022_document document = {0};
    struct read read = {.arena = arena, .document = &document};
    *document_out = document;
    if (!xml_walk_run(xml, &handler, &read, fault_out) || !whole_check(&read, fault_out)) {
        return false;
    }
    dates_fill(&document);
    *document_out = document;
    return true;
}
