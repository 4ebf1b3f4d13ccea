#include "ledger/base/bytes.h"

#include <string.h>

struct writer writer_over(void *data, size_t capacity)
{
    return (struct writer){.data = data, .capacity = capacity};
}

void write_bytes(struct writer *writer, const void *data, size_t size)
{
    if (writer->has_failed || size > writer->capacity - writer->size) {
        writer->has_failed = true;
        return;
    }
    if (size > 0) {
        memcpy(writer->data + writer->size, data, size);
        writer->size += size;
    }
}

void write_text(struct writer *writer, const char *text)
{
    write_bytes(writer, text, strlen(text));
}

void write_u8(struct writer *writer, uint8_t value)
{
    write_bytes(writer, &value, 1);
}

void write_u16(struct writer *writer, uint16_t value)
{
    uint16_t wire = __builtin_bswap16(value);
    write_bytes(writer, &wire, sizeof wire);
}

void write_u32(struct writer *writer, uint32_t value)
{
    uint32_t wire = __builtin_bswap32(value);
    write_bytes(writer, &wire, sizeof wire);
}

void write_u64(struct writer *writer, uint64_t value)
{
    uint64_t wire = __builtin_bswap64(value);
    write_bytes(writer, &wire, sizeof wire);
}

struct reader reader_over(const void *data, size_t size)
{
    return (struct reader){.data = data, .size = size};
}

const uint8_t *read_bytes(struct reader *reader, size_t size)
{
    if (reader->has_failed || size > reader->size - reader->at) {
        reader->has_failed = true;
        return NULL;
    }
    const uint8_t *view = reader->data + reader->at;
    reader->at += size;
    return view;
}

uint8_t read_u8(struct reader *reader)
{
    const uint8_t *view = read_bytes(reader, 1);
    return view == NULL ? 0 : view[0];
}

uint16_t read_u16(struct reader *reader)
{
    const uint8_t *view = read_bytes(reader, 2);
    uint16_t wire = 0;
    if (view != NULL) {
        memcpy(&wire, view, sizeof wire);
    }
    return __builtin_bswap16(wire);
}

uint32_t read_u32(struct reader *reader)
{
    const uint8_t *view = read_bytes(reader, 4);
    uint32_t wire = 0;
    if (view != NULL) {
        memcpy(&wire, view, sizeof wire);
    }
    return __builtin_bswap32(wire);
}

uint64_t read_u64(struct reader *reader)
{
    const uint8_t *view = read_bytes(reader, 8);
    uint64_t wire = 0;
    if (view != NULL) {
        memcpy(&wire, view, sizeof wire);
    }
    return __builtin_bswap64(wire);
}
