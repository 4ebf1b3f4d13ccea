#include "adapters/link/hex.h"

static int digit_value(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    uint8_t small = character | 0x20;
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool hex_read(const void *text, size_t size, uint8_t *bytes_out)
{
    const uint8_t *digits = text;
    if (size % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < size / 2; i++) {
        int high = digit_value(digits[2 * i]);
        int low = digit_value(digits[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes_out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

void hex_write(const uint8_t *bytes, size_t size, char *text_out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        text_out[2 * i] = digits[bytes[i] >> 4];
        text_out[2 * i + 1] = digits[bytes[i] & 15];
    }
    text_out[2 * size] = '\0';
}
