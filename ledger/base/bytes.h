#pragma once
/*
 * Bounded reader and writer over caller's memory, numbers in network byte order.
 * `has_failed` is sticky: after the first overrun nothing more is read or written; check once.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data;
    size_t size;
};

/*  0 .. size      -- written
 *  size .. capacity -- free      */
struct writer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool has_failed;
};

struct reader {
    const uint8_t *data;
    size_t size;
    size_t at;
    bool has_failed;
};

struct writer writer_over(void *data, size_t capacity);
void write_bytes(struct writer *writer, const void *data, size_t size);
void write_text(struct writer *writer, const char *text);
void write_u8(struct writer *writer, uint8_t value);
void write_u16(struct writer *writer, uint16_t value);
void write_u32(struct writer *writer, uint32_t value);
void write_u64(struct writer *writer, uint64_t value);

struct reader reader_over(const void *data, size_t size);
/* A view of the next `size` bytes, or NULL (and failure) when there are fewer. */
const uint8_t *read_bytes(struct reader *reader, size_t size);
uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
