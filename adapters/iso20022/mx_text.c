#include "adapters/iso20022/mx_text.h"

#include "ledger/base/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

size_t mx_character_count(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += ((unsigned char)text[i] & 0xC0u) != 0x80u;
    }
    return count;
}

bool mx_is_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    return size > 0;
}

bool mx_is_code(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '!' || text[i] > '~') {
            return false;
        }
    }
    return size > 0;
}

bool mx_is_country(const char *text, size_t size)
{
    return size == 2 && is_capital(text[0]) && is_capital(text[1]);
}

bool mx_is_bic(const char *text, size_t size)
{
    if (size != 8 && size != 11) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bool is_of_country = i == 4 || i == 5;
        if (!is_capital(text[i]) && (is_of_country || !is_digit(text[i]))) {
            return false;
        }
    }
    return true;
}

/* The first four characters count as the last; letters are 10 to 35. */
static unsigned iban_remainder(const char *text, size_t size)
{
    unsigned remainder = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[(i + 4) % size];
        if (is_digit(c)) {
            remainder = (remainder * 10 + (unsigned)(c - '0')) % 97;
        } else {
            unsigned value = (unsigned)(is_small(c) ? c - 'a' : c - 'A') + 10;
            remainder = (remainder * 100 + value) % 97;
        }
    }
    return remainder;
}

bool mx_is_iban(const char *text, size_t size)
{
    if (size < 5 || size > 34 || !mx_is_country(text, 2) || !mx_is_digits(text + 2, 2)) {
        return false;
    }
    for (size_t i = 4; i < size; i++) {
        if (!is_digit(text[i]) && !is_capital(text[i]) && !is_small(text[i])) {
            return false;
        }
    }
    /* 00, 01 and 99 have the remainders of 97, 98 and 02, which are the digits to write. */
    int check = (text[2] - '0') * 10 + (text[3] - '0');
    return check >= 2 && check <= 98 && iban_remainder(text, size) == 1;
}

bool mx_is_uetr(const char *text, size_t size)
{
    if (size != 36 || text[14] != '4' ||
        (text[19] != '8' && text[19] != '9' && text[19] != 'a' && text[19] != 'b')) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text[i] != '-' : !is_digit(text[i]) && (text[i] < 'a' || text[i] > 'f')) {
            return false;
        }
    }
    return true;
}

bool mx_is_stable(const char *text, size_t size)
{
    if (size == 0 || text[0] == ' ' || text[size - 1] == ' ') {
        return false;
    }
    for (size_t at = 0; at < size;) {
        uint32_t code_point = 0;
        size_t length = utf8_decode((const uint8_t *)text + at, size - at, &code_point);
        if (length == 0 || code_point < 0x20 || code_point == 0xFFFE || code_point == 0xFFFF) {
            return false;
        }
        at += length;
    }
    return true;
}
