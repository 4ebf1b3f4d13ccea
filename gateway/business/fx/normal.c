#include "gateway/business/fx/normal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    NO_BREAK_SPACE = 0xa0,
    IDEOGRAPHIC_SPACE = 0x3000,
    FULL_WIDTH_FIRST = 0xff01, /* '!' */
    FULL_WIDTH_LAST = 0xff5e,  /* '~' */
    FULL_WIDTH_OFFSET = 0xfee0,
};

/* Records hold valid UTF-8 only; a broken tail would be read as what is left of it. */
static size_t decode(const unsigned char *at, uint32_t *point_out)
{
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t point = size == 1 ? at[0] : at[0] & (0x7fU >> size);
    for (size_t i = 1; i < size; i++) {
        if (at[i] == '\0') {
            *point_out = point;
            return i;
        }
        point = point << 6 | (at[i] & 0x3fU);
    }
    *point_out = point;
    return size;
}

static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(first[size] | point);
    return size;
}

/* 0: a blank. */
static uint32_t fold(uint32_t point)
{
    if (point >= FULL_WIDTH_FIRST && point <= FULL_WIDTH_LAST) {
        point -= FULL_WIDTH_OFFSET;
    }
    if (point <= ' ' || point == NO_BREAK_SPACE || point == IDEOGRAPHIC_SPACE) {
        return 0;
    }
    bool is_small =
        (point >= 'a' && point <= 'z') || (point >= 0xe0 && point <= 0xfe && point != 0xf7);
    if (is_small || (point >= 0x430 && point <= 0x44f)) {
        return point - 0x20;
    }
    return point >= 0x450 && point <= 0x45f ? point - 0x50 : point;
}

void normal_form(const char *text, char *normal_out, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t used = 0;
    while (*at != '\0') {
        uint32_t point;
        at += decode(at, &point);
        point = fold(point);
        char character[4];
        size_t count = point == 0 ? 0 : encode(point, character);
        if (used + count >= size) {
            break;
        }
        memcpy(normal_out + used, character, count);
        used += count;
    }
    normal_out[used] = '\0';
}
