#include "gateway/records/text.h"

#include <assert.h>
#include <string.h>

#include "ledger/base/money.h"
#include "ledger/base/utf8.h"

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_visible(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } hidden[] = {
        {0x0000, 0x001f}, /* C0 controls */
        {0x007f, 0x009f}, /* DEL and C1 controls */
        {0x2028, 0x202e}, /* separators, embeddings and overrides of direction */
        {0x2066, 0x2069}, /* isolates of direction */
        {0xfdd0, 0xfdef}, /* noncharacters */
        {0xfeff, 0xfeff}, /* byte order mark */
    };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (c >= hidden[i].first && c <= hidden[i].last) {
            return false;
        }
    }
    return (c & 0xfffeU) != 0xfffe;
}

bool text_is_printable(struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        if (text.data[at] >= 0x20 && text.data[at] < 0x7f) {
            at++;
            continue;
        }
        uint32_t code_point;
        size_t length = utf8_decode(text.data + at, text.size - at, &code_point);
        if (length == 0 || !is_visible(code_point)) {
            return false;
        }
        at += length;
    }
    return true;
}

bool text_is_code(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool is_mark = c == '.' || c == '_' || c == ':' || c == '/' || c == '-';
        if (!is_letter && !is_digit(c) && !is_mark) {
            return false;
        }
    }
    return true;
}

static bool is_ascii(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool is_number_like(struct bytes text)
{
    enum {
        NUMBER_SIZE_MIN = 11
    };
    size_t digit_count = 0;
    for (size_t i = 0; i < text.size; i++) {
        digit_count += is_digit(text.data[i]) ? 1 : 0;
    }
    return is_ascii(text) && text.size >= NUMBER_SIZE_MIN && digit_count * 2 >= text.size;
}

void text_mask(struct bytes clear, struct writer *masked)
{
    enum {
        SHOWN_FIRST = 3,
        SHOWN_LAST = 4
    };
    if (clear.size == 0) {
        return;
    }
    if (is_number_like(clear)) {
        write_bytes(masked, clear.data, SHOWN_FIRST);
        for (size_t i = SHOWN_FIRST; i < clear.size - SHOWN_LAST; i++) {
            write_u8(masked, '*');
        }
        write_bytes(masked, clear.data + clear.size - SHOWN_LAST, SHOWN_LAST);
        return;
    }
    uint32_t code_point;
    size_t length = utf8_decode(clear.data, clear.size, &code_point);
    write_bytes(masked, clear.data, length);
    write_text(masked, is_ascii(clear) ? "***" : "**");
}

/* Collects digits below zero, so that INT64_MIN can be read. */
static bool digit_append(int64_t *negative, char digit)
{
    return amount_scale(*negative, 10, 1, negative) &&
           amount_subtract(*negative, digit - '0', negative);
}

/* Digits from *at on, `count_max` at most; their number, or -1 when they do not fit. */
static int
digits_append(const char *text, size_t size, size_t *at, int count_max, int64_t *negative)
{
    int count = 0;
    while (*at < size && is_digit((uint8_t)text[*at]) && count < count_max) {
        if (!digit_append(negative, text[(*at)++])) {
            return -1;
        }
        count++;
    }
    return count;
}

bool decimal_parse(const char *text, size_t size, int scale, int64_t *value_out)
{
    assert(scale >= 0 && scale <= DECIMAL_SCALE_MAX);
    if (scale == MONEY_DECIMALS) {
        return amount_parse(text, size, value_out);
    }
    enum {
        DIGITS_MAX = 19
    };
    bool is_negative = size > 0 && text[0] == '-';
    size_t start = is_negative ? 1 : 0;
    size_t at = start;
    int64_t value = 0;
    int whole = digits_append(text, size, &at, DIGITS_MAX, &value);
    if (whole <= 0 || (whole > 1 && text[start] == '0')) {
        return false;
    }
    int decimals = 0;
    if (at < size && text[at] == '.') {
        at++;
        decimals = digits_append(text, size, &at, scale, &value);
        if (decimals <= 0) {
            return false;
        }
    }
    for (; decimals < scale; decimals++) {
        if (!digit_append(&value, '0')) {
            return false;
        }
    }
    if (at != size || (is_negative && value == 0) ||
        (!is_negative && !amount_subtract(0, value, &value))) {
        return false;
    }
    *value_out = value;
    return true;
}

size_t decimal_format(int64_t value, int scale, char text_out[DECIMAL_TEXT_SIZE])
{
    assert(scale >= 0 && scale <= DECIMAL_SCALE_MAX);
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char text[DECIMAL_TEXT_SIZE]; /* filled from its end */
    size_t at = sizeof text;
    text[--at] = '\0';
    for (int digits = 0; magnitude > 0 || digits <= scale; digits++, magnitude /= 10) {
        if (digits == scale && scale > 0) {
            text[--at] = '.';
        }
        text[--at] = (char)('0' + magnitude % 10);
    }
    if (value < 0) {
        text[--at] = '-';
    }
    memcpy(text_out, text + at, sizeof text - at);
    return sizeof text - at - 1;
}

static const char base64url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_write(struct bytes content, struct writer *text)
{
    for (size_t at = 0; at < content.size; at += 3) {
        size_t count = content.size - at < 3 ? content.size - at : 3;
        uint32_t group = 0;
        for (size_t i = 0; i < 3; i++) {
            group = (group << 8) | (i < count ? content.data[at + i] : 0U);
        }
        for (size_t i = 0; i <= count; i++) {
            write_u8(text, (uint8_t)base64url_letters[(group >> (18 - 6 * i)) & 63U]);
        }
    }
}

bool base64url_read(struct bytes text, struct writer *content)
{
    if (text.size % 4 == 1) {
        return false;
    }
    for (size_t at = 0; at < text.size; at += 4) {
        size_t count = text.size - at < 4 ? text.size - at : 4;
        uint32_t group = 0;
        for (size_t i = 0; i < 4; i++) {
            int letter = i < count ? text.data[at + i] : 'A';
            const char *found = letter == '\0' ? NULL : strchr(base64url_letters, letter);
            if (found == NULL) {
                return false;
            }
            group = (group << 6) | (uint32_t)(found - base64url_letters);
        }
        size_t byte_count = count - 1;
        if ((group & ((UINT32_C(1) << (8 * (3 - byte_count))) - 1)) != 0) {
            return false;
        }
        for (size_t i = 0; i < byte_count; i++) {
            write_u8(content, (uint8_t)(group >> (16 - 8 * i)));
        }
    }
    return !content->has_failed;
}
