#include "ledger/base/utf8.h"

#include <string.h>

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0U) == 0x80U;
}

size_t utf8_decode(const uint8_t *text, size_t size, uint32_t *code_point_out)
{
    if (size == 0) {
        return 0;
    }
    uint8_t first = text[0];
    if (first < 0x80) {
        *code_point_out = first;
        return 1;
    }
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || size < length) {
        return 0;
    }
    uint32_t code_point = first & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if (!is_continuation(text[i])) {
            return 0;
        }
        code_point = (code_point << 6) | (text[i] & 0x3fU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code_point < smallest[length] || code_point > 0x10ffff ||
        (code_point >= 0xd800 && code_point <= 0xdfff)) {
        return 0;
    }
    *code_point_out = code_point;
    return length;
}

/* How many of the first bytes are surely ASCII: whole words. */
static size_t ascii_run(struct bytes text)
{
    size_t at = 0;
    for (uint64_t word; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    return at;
}

bool utf8_is_valid(struct bytes text)
{
    for (size_t at = ascii_run(text); at < text.size;) {
        uint32_t code_point;
        size_t length = utf8_decode(text.data + at, text.size - at, &code_point);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}
