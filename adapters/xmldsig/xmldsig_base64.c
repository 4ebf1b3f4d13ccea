#include <string.h>

#include "adapters/xmldsig/xmldsig_p.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool xmldsig_base64_read(struct bytes text, struct writer *content)
{
    uint32_t bits = 0;
    unsigned bit_count = 0;
    size_t letter_count = 0;
    size_t padding_count = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (is_blank(c)) {
            continue;
        }
        if (c == '=') {
            padding_count++;
            continue;
        }
        const char *letter = c == '\0' ? NULL : strchr(letters, c);
        if (letter == NULL || padding_count > 0) {
            return false;
        }
        letter_count++;
        bits = (bits << 6 | (uint32_t)(letter - letters)) & 0x3fff;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            write_u8(content, (uint8_t)(bits >> bit_count));
        }
    }
    return (letter_count + padding_count) % 4 == 0 && padding_count <= 2 &&
           (bits & ((1U << bit_count) - 1)) == 0;
}

void xmldsig_base64_write(struct bytes content, struct writer *text)
{
    for (size_t i = 0; i < content.size; i += 3) {
        size_t left = content.size - i;
        uint32_t group = (uint32_t)content.data[i] << 16;
        group |= left > 1 ? (uint32_t)content.data[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)content.data[i + 2] : 0;
        for (unsigned letter = 0; letter < 4; letter++) {
            uint8_t c = (uint8_t)letters[group >> (18 - 6 * letter) & 63];
            write_u8(text, letter <= left ? c : '=');
        }
    }
}
