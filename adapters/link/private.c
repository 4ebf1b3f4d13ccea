#include "adapters/link/private.h"

#include <string.h>

#include "adapters/link/hex.h"
#include "ledger/base/utf8.h"

enum {
    TAG_SIZE = 3,
    HEAD_SIZE = 6, /* tag and length */
};

static bool is_printable_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

static void write_head(struct writer *writer, const char tag[TAG_SIZE], size_t size)
{
    if (size > 999) {
        writer->has_failed = true;
        return;
    }
    write_bytes(writer, tag, TAG_SIZE);
    write_u8(writer, (uint8_t)('0' + size / 100));
    write_u8(writer, (uint8_t)('0' + size / 10 % 10));
    write_u8(writer, (uint8_t)('0' + size % 10));
}

void private_write(struct writer *writer,
                   enum iso8583_kind kind,
                   const char tag[TAG_SIZE],
                   const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t size = strlen(text);
    if (size == 0) {
        return;
    }
    if (kind == ISO8583_KIND_TEXT || is_printable_ascii(text)) {
        write_head(writer, tag, size);
        write_bytes(writer, text, size);
        return;
    }
    const char hex_tag[TAG_SIZE] = {tag[0], tag[1], 'X'};
    write_head(writer, hex_tag, 2 * size);
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        write_u8(writer, (uint8_t)digits[byte >> 4]);
        write_u8(writer, (uint8_t)digits[byte & 15]);
    }
}

static bool take_plain(struct bytes value, char text_out[PRIVATE_TEXT_SIZE])
{
    if (value.size >= PRIVATE_TEXT_SIZE) {
        return false;
    }
    memcpy(text_out, value.data, value.size);
    text_out[value.size] = '\0';
    return true;
}

static bool take_hex(struct bytes value, char text_out[PRIVATE_TEXT_SIZE])
{
    uint8_t bytes[PRIVATE_TEXT_SIZE];
    size_t size = value.size / 2;
    if (size >= sizeof bytes || !hex_read(value.data, value.size, bytes)) {
        return false;
    }
    memcpy(text_out, bytes, size);
    text_out[size] = '\0';
    return true;
}

/* UTF-8 without control characters, which also keeps out a NUL that came as 00. */
static bool is_text(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f) {
            return false;
        }
    }
    return utf8_is_valid((struct bytes){(const uint8_t *)text, size});
}

/* Where a tag's value goes; NULL: a tag we do not read. */
static char *text_of(struct private_values *values, const uint8_t *tag, char last)
{
    const struct {
        const char name[2];
        char last;
        char *text;
    } known[] = {
        {"RE", 'F', values->reference},
        {"PN", 'M', values->payer    },
        {"RE", 'T', values->returned },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (memcmp(tag, known[i].name, 2) == 0 && last == known[i].last) {
            return known[i].text;
        }
    }
    return NULL;
}

static bool take_element(struct private_values *values, const uint8_t *tag, struct bytes value)
{
    bool is_hex = tag[2] == 'X';
    char last = (char)tag[2];
    if (is_hex) {
        last = tag[0] == 'R' ? 'F' : 'M';
    }
    char *text = text_of(values, tag, last);
    if (text == NULL) {
        return true;
    }
    if (text[0] != '\0' || value.size == 0) {
        return false;
    }
    size_t size = is_hex ? value.size / 2 : value.size;
    return (is_hex ? take_hex(value, text) : take_plain(value, text)) && is_text(text, size);
}

static bool read_length(const uint8_t *digits, size_t *length_out)
{
    size_t length = 0;
    for (size_t i = 0; i < 3; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
        length = 10 * length + (size_t)(digits[i] - '0');
    }
    *length_out = length;
    return true;
}

bool private_read(struct iso8583_view field, struct private_values *values_out)
{
    *values_out = (struct private_values){0};
    struct reader reader = reader_over(field.data, field.size);
    while (reader.at < reader.size) {
        size_t length;
        const uint8_t *head = read_bytes(&reader, HEAD_SIZE);
        if (head == NULL || !read_length(head + TAG_SIZE, &length)) {
            return false;
        }
        const uint8_t *value = read_bytes(&reader, length);
        if (value == NULL || !take_element(values_out, head, (struct bytes){value, length})) {
            return false;
        }
    }
    return true;
}
