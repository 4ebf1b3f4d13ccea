#include "adapters/iso8583/table.h"
#include "adapters/iso8583/value.h"

static bool digits_add(uint32_t *number, unsigned digit)
{
    *number = *number * 10 + digit;
    return digit <= 9;
}

/* Lengths and totals have at most 8 digits, so 32 bits hold them. */
bool iso8583_number_read(enum iso8583_encoding encoding,
                         const uint8_t *wire,
                         size_t size,
                         uint32_t *number_out,
                         size_t *bad_at_out)
{
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++) {
        bool is_digit = true;
        switch (encoding) {
        case ISO8583_ASCII:
            is_digit = digits_add(&number, (unsigned)wire[i] - '0');
            break;
        case ISO8583_EBCDIC:
            is_digit = digits_add(&number, (unsigned)wire[i] - 0xF0);
            break;
        case ISO8583_BCD:
            is_digit = digits_add(&number, wire[i] >> 4) && digits_add(&number, wire[i] & 0x0F);
            break;
        case ISO8583_BINARY:
            number = number << 8 | wire[i];
            break;
        }
        if (!is_digit) {
            *bad_at_out = i;
            return false;
        }
    }
    *number_out = number;
    return true;
}

bool iso8583_number_write(enum iso8583_encoding encoding,
                          uint32_t number,
                          size_t size,
                          uint8_t *wire)
{
    for (size_t i = size; i > 0; i--) {
        switch (encoding) {
        case ISO8583_ASCII:
            wire[i - 1] = (uint8_t)('0' + number % 10);
            number /= 10;
            break;
        case ISO8583_EBCDIC:
            wire[i - 1] = (uint8_t)(0xF0 + number % 10);
            number /= 10;
            break;
        case ISO8583_BCD:
            wire[i - 1] = (uint8_t)(number / 10 % 10 << 4 | number % 10);
            number /= 100;
            break;
        case ISO8583_BINARY:
            wire[i - 1] = (uint8_t)number;
            number >>= 8;
            break;
        }
    }
    return number == 0;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool iso8583_hex_read(enum iso8583_encoding encoding,
                      const uint8_t *wire,
                      size_t size,
                      uint8_t *bytes_out,
                      size_t *bad_at_out)
{
    for (size_t i = 0; i < size; i++) {
        bool is_ebcdic = encoding == ISO8583_EBCDIC;
        int high = hex_digit(is_ebcdic ? iso8583_table_from_ebcdic[wire[2 * i]] : wire[2 * i]);
        int low =
            hex_digit(is_ebcdic ? iso8583_table_from_ebcdic[wire[2 * i + 1]] : wire[2 * i + 1]);
        if (high < 0 || low < 0) {
            *bad_at_out = high < 0 ? 2 * i : 2 * i + 1;
            return false;
        }
        bytes_out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void iso8583_hex_write(enum iso8583_encoding encoding,
                       const uint8_t *bytes,
                       size_t size,
                       uint8_t *wire)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < 2 * size; i++) {
        unsigned nibble = i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 0x0Fu;
        uint8_t digit = (uint8_t)digits[nibble];
        wire[i] = encoding == ISO8583_EBCDIC ? iso8583_table_to_ebcdic[digit] : digit;
    }
}
