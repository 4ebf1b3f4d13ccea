#include "ledger/base/cbor.h"

#include <string.h>

#include "ledger/base/utf8.h"

enum major {
    MAJOR_UNSIGNED,
    MAJOR_NEGATIVE,
    MAJOR_BYTES,
    MAJOR_TEXT,
    MAJOR_ARRAY,
    MAJOR_MAP,
    MAJOR_TAG,
    MAJOR_SIMPLE,
};

enum {
    SIMPLE_FALSE = 20,
    SIMPLE_TRUE = 21,
    SIMPLE_NULL = 22,
    ONE_BYTE_FOLLOWS = 24
};

struct cbor_reader cbor_reader_over(struct bytes input)
{
    return (struct cbor_reader){.input = reader_over(input.data, input.size)};
}

static bool fail(struct cbor_reader *reader, enum cbor_fault fault)
{
    reader->fault = fault;
    return false;
}

static size_t bytes_left(const struct cbor_reader *reader)
{
    return reader->input.size - reader->input.at;
}

/* The argument of a head, which must be in its shortest form. */
static bool argument_read(struct cbor_reader *reader, unsigned low, uint64_t *argument_out)
{
    uint64_t smallest = 0;
    switch (low) {
    case ONE_BYTE_FOLLOWS:
        *argument_out = read_u8(&reader->input);
        smallest = ONE_BYTE_FOLLOWS;
        break;
    case 25:
        *argument_out = read_u16(&reader->input);
        smallest = UINT64_C(1) << 8;
        break;
    case 26:
        *argument_out = read_u32(&reader->input);
        smallest = UINT64_C(1) << 16;
        break;
    case 27:
        *argument_out = read_u64(&reader->input);
        smallest = UINT64_C(1) << 32;
        break;
    default:
        *argument_out = low;
        break;
    }
    if (low > 27 || reader->input.has_failed) {
        return fail(reader, low == 31 ? CBOR_NOT_DETERMINISTIC : CBOR_MALFORMED);
    }
    return *argument_out >= smallest || fail(reader, CBOR_NOT_DETERMINISTIC);
}

static bool simple_read(struct cbor_reader *reader, unsigned low, struct cbor_item *item)
{
    switch (low) {
    case SIMPLE_FALSE:
        item->type = CBOR_FALSE;
        return true;
    case SIMPLE_TRUE:
        item->type = CBOR_TRUE;
        return true;
    case SIMPLE_NULL:
        item->type = CBOR_NULL;
        return true;
    default:
        return fail(reader, low >= 28 ? CBOR_MALFORMED : CBOR_UNSUPPORTED);
    }
}

static bool content_read(struct cbor_reader *reader, struct cbor_item *item)
{
    if (item->argument > bytes_left(reader)) {
        return fail(reader, CBOR_MALFORMED);
    }
    item->content.size = (size_t)item->argument;
    item->content.data = read_bytes(&reader->input, item->content.size);
    if (item->type == CBOR_TEXT && !utf8_is_valid(item->content)) {
        return fail(reader, CBOR_CHARSET);
    }
    return true;
}

/* Opens an array, map or tag of `count` items, each at least one byte long. */
static bool frame_open(struct cbor_reader *reader, uint64_t count, uint64_t per_count, bool is_map)
{
    if (count > bytes_left(reader) / per_count) {
        return fail(reader, CBOR_MALFORMED);
    }
    if (reader->depth == CBOR_DEPTH_MAX) {
        return fail(reader, CBOR_TOO_DEEP);
    }
    reader->frames[reader->depth++] =
        (struct cbor_frame){.left = count * per_count, .is_map = is_map};
    return true;
}

static int encoded_compare(struct bytes a, struct bytes b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, shorter);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static bool
key_check(struct cbor_reader *reader, struct cbor_frame *frame, size_t start, enum cbor_type type)
{
    if (type > CBOR_TEXT || type == CBOR_BYTES) {
        return fail(reader, CBOR_UNSUPPORTED);
    }
    struct bytes key = {reader->input.data + start, reader->input.at - start};
    int order = frame->last_key.size == 0 ? -1 : encoded_compare(frame->last_key, key);
    if (order >= 0) {
        return fail(reader, order == 0 ? CBOR_DUPLICATE : CBOR_NOT_DETERMINISTIC);
    }
    frame->last_key = key;
    return true;
}

static bool item_read(struct cbor_reader *reader, struct cbor_item *item)
{
    unsigned head = read_u8(&reader->input);
    if (reader->input.has_failed) {
        return fail(reader, CBOR_MALFORMED);
    }
    unsigned major = head >> 5;
    if (major == MAJOR_SIMPLE) {
        return simple_read(reader, head & 31U, item);
    }
    item->type = (enum cbor_type)major;
    if (!argument_read(reader, head & 31U, &item->argument)) {
        return false;
    }
    return (major != MAJOR_BYTES && major != MAJOR_TEXT) || content_read(reader, item);
}

static bool children_open(struct cbor_reader *reader, const struct cbor_item *item)
{
    switch (item->type) {
    case CBOR_ARRAY:
        return frame_open(reader, item->argument, 1, false);
    case CBOR_MAP:
        return frame_open(reader, item->argument, 2, true);
    case CBOR_TAG:
        return frame_open(reader, 1, 1, false);
    case CBOR_UNSIGNED:
    case CBOR_NEGATIVE:
    case CBOR_BYTES:
    case CBOR_TEXT:
    case CBOR_FALSE:
    case CBOR_TRUE:
    case CBOR_NULL:
        break;
    }
    return true;
}

bool cbor_read(struct cbor_reader *reader, struct cbor_item *item_out)
{
    *item_out = (struct cbor_item){0};
    if (reader->fault != CBOR_OK) {
        return false;
    }
    struct cbor_frame *frame = reader->depth == 0 ? NULL : &reader->frames[reader->depth - 1];
    bool is_key = frame != NULL && frame->is_map && frame->left % 2 == 0;
    size_t start = reader->input.at;
    if (!item_read(reader, item_out) ||
        (is_key && !key_check(reader, frame, start, item_out->type))) {
        return false;
    }
    if (frame != NULL) {
        frame->left--;
    }
    if (!children_open(reader, item_out)) {
        return false;
    }
    while (reader->depth > 0 && reader->frames[reader->depth - 1].left == 0) {
        reader->depth--;
    }
    return true;
}

bool cbor_finish(struct cbor_reader *reader)
{
    if (reader->fault == CBOR_OK && (reader->depth > 0 || bytes_left(reader) > 0)) {
        reader->fault = CBOR_MALFORMED;
    }
    return reader->fault == CBOR_OK;
}

bool cbor_integer(const struct cbor_item *item, int64_t *value_out)
{
    if (item->type > CBOR_NEGATIVE || item->argument > INT64_MAX) {
        return false;
    }
    int64_t argument = (int64_t)item->argument;
    *value_out = item->type == CBOR_UNSIGNED ? argument : -1 - argument;
    return true;
}

static void head_write(struct writer *writer, enum major major, uint64_t argument)
{
    uint8_t high = (uint8_t)((unsigned)major << 5);
    if (argument < ONE_BYTE_FOLLOWS) {
        write_u8(writer, (uint8_t)(high | argument));
    } else if (argument <= UINT8_MAX) {
        write_u8(writer, high | ONE_BYTE_FOLLOWS);
        write_u8(writer, (uint8_t)argument);
    } else if (argument <= UINT16_MAX) {
        write_u8(writer, high | 25U);
        write_u16(writer, (uint16_t)argument);
    } else if (argument <= UINT32_MAX) {
        write_u8(writer, high | 26U);
        write_u32(writer, (uint32_t)argument);
    } else {
        write_u8(writer, high | 27U);
        write_u64(writer, argument);
    }
}

void cbor_write_integer(struct writer *writer, int64_t value)
{
    if (value < 0) {
        head_write(writer, MAJOR_NEGATIVE, (uint64_t)(-1 - value));
    } else {
        head_write(writer, MAJOR_UNSIGNED, (uint64_t)value);
    }
}

void cbor_write_bytes(struct writer *writer, struct bytes content)
{
    head_write(writer, MAJOR_BYTES, content.size);
    write_bytes(writer, content.data, content.size);
}

void cbor_write_text(struct writer *writer, const char *text, size_t size)
{
    head_write(writer, MAJOR_TEXT, size);
    write_bytes(writer, text, size);
}

void cbor_write_array(struct writer *writer, size_t count)
{
    head_write(writer, MAJOR_ARRAY, count);
}

void cbor_write_map(struct writer *writer, size_t pair_count)
{
    head_write(writer, MAJOR_MAP, pair_count);
}

void cbor_write_tag(struct writer *writer, uint64_t tag)
{
    head_write(writer, MAJOR_TAG, tag);
}

void cbor_write_boolean(struct writer *writer, bool value)
{
    head_write(writer, MAJOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

int cbor_compare_keys(const char *a, const char *b)
{
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size != b_size) {
        return a_size < b_size ? -1 : 1;
    }
    return memcmp(a, b, a_size);
}
