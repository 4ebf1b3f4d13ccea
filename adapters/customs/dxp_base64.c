#include "adapters/customs/dxp_base64.h"

enum {
    DIGIT_NONE = 64
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct dxp_base64 dxp_base64_over(uint8_t *out, size_t capacity)
{
    return (struct dxp_base64){.out = out, .capacity = capacity};
}

static unsigned digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (unsigned)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return 26 + (unsigned)(c - 'a');
    }
    if (c >= '0' && c <= '9') {
        return 52 + (unsigned)(c - '0');
    }
    return c == '+' ? 62 : c == '/' ? 63 : DIGIT_NONE;
}

/* The bytes of a full group; padding may only hide bits that are 0. */
static const char *group_end(struct dxp_base64 *base64)
{
    size_t count = 3 - base64->padding_count;
    if (count > base64->capacity - base64->size) {
        return "too_large";
    }
    uint32_t hidden = (UINT32_C(1) << 8 * base64->padding_count) - 1;
    if ((base64->bits & hidden) != 0) {
        return "base64";
    }
    for (size_t i = 0; i < count; i++) {
        base64->out[base64->size++] = (uint8_t)(base64->bits >> (16 - 8 * i));
    }
    base64->bits = 0;
    base64->digit_count = 0;
    return NULL;
}

static const char *character_take(struct dxp_base64 *base64, char c)
{
    unsigned value = digit_value(c);
    if (c == '=') {
        if (base64->digit_count < 2 || base64->padding_count == 2) {
            return "base64";
        }
        base64->padding_count++;
        value = 0;
    } else if (value == DIGIT_NONE || base64->padding_count > 0) {
        return "base64";
    }
    base64->bits = base64->bits << 6 | value;
    base64->digit_count++;
    return base64->digit_count == 4 ? group_end(base64) : NULL;
}

const char *dxp_base64_take(struct dxp_base64 *base64, const char *text, size_t size)
{
    const char *code = NULL;
    for (size_t i = 0; i < size && code == NULL; i++) {
        bool is_blank = text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r';
        code = is_blank ? NULL : character_take(base64, text[i]);
    }
    return code;
}

const char *dxp_base64_end(const struct dxp_base64 *base64, struct bytes *data_out)
{
    *data_out = (struct bytes){base64->out, base64->size};
    if (base64->digit_count != 0) {
        return "base64";
    }
    return base64->size == 0 ? "missing" : NULL;
}

void dxp_base64_write(struct bytes data, struct writer *out)
{
    for (size_t at = 0; at < data.size; at += 3) {
        size_t left = data.size - at;
        uint32_t bits = (uint32_t)data.data[at] << 16;
        bits |= left > 1 ? (uint32_t)data.data[at + 1] << 8 : 0;
        bits |= left > 2 ? data.data[at + 2] : 0;
        char group[4] = {
            digits[bits >> 18],
            digits[bits >> 12 & 63],
            digits[bits >> 6 & 63],
            digits[bits & 63],
        };
        size_t said = left < 3 ? left + 1 : sizeof group;
        write_bytes(out, group, said);
        write_bytes(out, "==", sizeof group - said);
    }
}
