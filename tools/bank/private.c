#include "tools/bank/private.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    TAG_SIZE = 3,
    LENGTH_SIZE = 3,
    HEAD_SIZE = TAG_SIZE + LENGTH_SIZE,
    VALUE_SIZE_MAX = 999,
};

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum private_result
copy_plain(const uint8_t *value, size_t length, char *text_out, size_t size)
{
    if (length >= size || memchr(value, 0, length) != NULL) {
        return PRIVATE_BAD;
    }
    memcpy(text_out, value, length);
    text_out[length] = '\0';
    return PRIVATE_FOUND;
}

static enum private_result
copy_hex(const uint8_t *value, size_t length, char *text_out, size_t size)
{
    if (length % 2 != 0 || length / 2 >= size) {
        return PRIVATE_BAD;
    }
    for (size_t i = 0; i < length / 2; i++) {
        int high = hex_value(value[2 * i]);
        int low = hex_value(value[2 * i + 1]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            return PRIVATE_BAD;
        }
        text_out[i] = (char)(high * 16 + low);
    }
    text_out[length / 2] = '\0';
    return PRIVATE_FOUND;
}

/* The length of the element at `at`, or SIZE_MAX when there is none. */
static size_t element_length(struct iso8583_view field, size_t at)
{
    size_t length = 0;
    if (field.size - at < HEAD_SIZE) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < LENGTH_SIZE; i++) {
        uint8_t c = field.data[at + TAG_SIZE + i];
        if (c < '0' || c > '9') {
            return SIZE_MAX;
        }
        length = length * 10 + (size_t)(c - '0');
    }
    return length <= field.size - at - HEAD_SIZE ? length : SIZE_MAX;
}

enum private_result
private_read(struct iso8583_view field, const char *tag, char *text_out, size_t size)
{
    text_out[0] = '\0';
    for (size_t at = 0; at < field.size;) {
        size_t length = element_length(field, at);
        if (length == SIZE_MAX) {
            return PRIVATE_BAD;
        }
        const uint8_t *value = field.data + at + HEAD_SIZE;
        if (memcmp(field.data + at, tag, TAG_SIZE) == 0) {
            return copy_plain(value, length, text_out, size);
        }
        if (memcmp(field.data + at, tag, TAG_SIZE - 1) == 0 && field.data[at + 2] == 'X') {
            return copy_hex(value, length, text_out, size);
        }
        at += HEAD_SIZE + length;
    }
    return PRIVATE_ABSENT;
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

void private_write(struct writer *writer, const char *tag, const char *text)
{
    size_t size = strlen(text);
    bool is_plain = is_printable(text);
    size_t length = is_plain ? size : 2 * size;
    if (size == 0 || length > VALUE_SIZE_MAX) {
        return;
    }
    char head[HEAD_SIZE + 1];
    (void)snprintf(head, sizeof head, "%.2s%c%03u", tag, is_plain ? tag[2] : 'X', (unsigned)length);
    write_text(writer, head);
    if (is_plain) {
        write_bytes(writer, text, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        static const char digits[] = "0123456789ABCDEF";
        write_u8(writer, (uint8_t)digits[(unsigned char)text[i] >> 4]);
        write_u8(writer, (uint8_t)digits[(unsigned char)text[i] & 15]);
    }
}
