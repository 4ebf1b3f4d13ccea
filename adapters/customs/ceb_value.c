#include "adapters/customs/ceb_value.h"

#include <assert.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    return size > 0;
}

static bool is_visible_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '!' || text[i] > '~') {
            return false;
        }
    }
    return true;
}

static size_t character_count(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += ((unsigned char)text[i] & 0xC0u) != 0x80u;
    }
    return count;
}

static int digits_value(const char *text, size_t size)
{
    int value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool date8_parse(const char *text, date_days *date_out)
{
    char dashed[DATE_TEXT_SIZE] = {
        text[0], text[1], text[2], text[3], '-', text[4], text[5], '-', text[6], text[7], '\0'};
    return is_digits(text, 8) && date_parse(dashed, DATE_TEXT_SIZE - 1, date_out);
}

bool ceb_time_parse(const char *text, instant_us *at_out)
{
    size_t size = strnlen(text, 18);
    date_days date;
    if ((size != 14 && size != 17) || !is_digits(text, size) || !date8_parse(text, &date)) {
        return false;
    }
    int hour = digits_value(text + 8, 2);
    int minute = digits_value(text + 10, 2);
    int second = digits_value(text + 12, 2);
    int millisecond = size == 17 ? digits_value(text + 14, 3) : 0;
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    *at_out = date_start(date) + seconds * INSTANT_US_PER_SECOND + (int64_t)millisecond * 1000;
    return true;
}

static bool append_digit(int64_t *value, int digit)
{
    int64_t next;
    if (__builtin_mul_overflow(*value, INT64_C(10), &next) ||
        __builtin_add_overflow(next, (int64_t)digit, &next)) {
        return false;
    }
    *value = next;
    return true;
}

/* The lexical space of xs:decimal: "5", "+5", "5.", ".5", "0005.10"; no exponent. */
static const char *decimal_parse(const char *text, size_t size, int64_t *value_out)
{
    size_t at = text[0] == '+' || text[0] == '-' ? 1 : 0;
    int64_t value = 0;
    size_t digit_count = 0;
    size_t fraction_count = 0;
    bool is_fraction = false;
    for (; at < size; at++) {
        if (text[at] == '.' && !is_fraction) {
            is_fraction = true;
            continue;
        }
        if (!is_digit(text[at]) || !append_digit(&value, text[at] - '0')) {
            return "decimal";
        }
        digit_count++;
        fraction_count += is_fraction;
        if (fraction_count > CEB_DECIMALS) {
            return "decimal";
        }
    }
    for (; fraction_count < CEB_DECIMALS; fraction_count++) {
        if (!append_digit(&value, 0)) {
            return "decimal";
        }
    }
    if (digit_count == 0) {
        return "decimal";
    }
    if (text[0] == '-' && value != 0) {
        return "negative";
    }
    *value_out = value;
    return NULL;
}

static const char *number_parse(const char *text, size_t size, int64_t *value_out)
{
    int64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(text[i]) || !append_digit(&value, text[i] - '0')) {
            return "number";
        }
    }
    if (value < 1) {
        return "number";
    }
    *value_out = value;
    return NULL;
}

static const char *
text_store(const struct ceb_field_rule *rule, const char *text, size_t size, char *member)
{
    assert(size < rule->size);
    memcpy(member, text, size);
    member[size] = '\0';
    return NULL;
}

/* The bytes of the first length_max characters, without a blank at their end. */
static size_t cut_size(const struct ceb_field_rule *rule, const char *text, size_t size)
{
    size_t end = 0;
    for (size_t count = 0; end < size; end++) {
        count += ((unsigned char)text[end] & 0xC0u) != 0x80u;
        if (count > rule->length_max) {
            break;
        }
    }
    while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL) {
        end--;
    }
    return end;
}

static const char *
note_store(const char *text, size_t size, char *member, struct arena *arena, const char **detail)
{
    const char *copy = arena_copy_text(arena, text, size);
    memcpy(member, &copy, sizeof copy);
    *detail = "the message does not fit into the memory given to it";
    return copy == NULL ? "too_large" : NULL;
}

static const char *
time_store(const struct ceb_field_rule *rule, const char *text, size_t size, char *member)
{
    char copy[18] = {0};
    instant_us at;
    if (size >= sizeof copy) {
        return "time";
    }
    memcpy(copy, text, size);
    return ceb_time_parse(copy, &at) ? text_store(rule, text, size, member) : "time";
}

static bool is_constant(const struct ceb_field_rule *rule, const char *text, size_t size)
{
    return strlen(rule->constant) == size && memcmp(rule->constant, text, size) == 0;
}

static const char *length_check(const struct ceb_field_rule *rule, const char *text, size_t size)
{
    if (rule->kind == CEB_KIND_NOTE || rule->kind == CEB_KIND_CUT) {
        return NULL;
    }
    size_t count = character_count(text, size);
    if (count < rule->length_min) {
        return "too_short";
    }
    return count > rule->length_max ? "too_long" : NULL;
}

const char *ceb_value_store(const struct ceb_field_rule *rule,
                            const char *text,
                            size_t size,
                            char *record,
                            struct arena *arena,
                            const char **detail_out)
{
    char *member = record + rule->offset;
    const char *code = length_check(rule, text, size);
    *detail_out = "length in characters";
    if (code != NULL) {
        return code;
    }
    switch (rule->kind) {
    case CEB_KIND_TEXT:
        return text_store(rule, text, size, member);
    case CEB_KIND_NOTE:
        return note_store(text, size, member, arena, detail_out);
    case CEB_KIND_CUT:
        return text_store(rule, text, cut_size(rule, text, size), member);
    case CEB_KIND_CODE:
        *detail_out = "a code has visible ASCII characters only";
        return is_visible_ascii(text, size) ? text_store(rule, text, size, member) : "character";
    case CEB_KIND_DIGITS:
        *detail_out = "digits expected";
        return is_digits(text, size) ? text_store(rule, text, size, member) : "character";
    case CEB_KIND_TIME:
        *detail_out = "a real time as YYYYMMDDhhmmss[SSS] expected";
        return time_store(rule, text, size, member);
    case CEB_KIND_DATE:
        *detail_out = "a real date as YYYYMMDD expected";
        return date8_parse(text, (date_days *)(void *)member) ? NULL : "time";
    case CEB_KIND_DECIMAL:
        *detail_out = "a decimal >= 0 with at most 5 fraction digits expected";
        return decimal_parse(text, size, (int64_t *)(void *)member);
    case CEB_KIND_NUMBER:
        *detail_out = "a whole number >= 1 expected";
        return number_parse(text, size, (int64_t *)(void *)member);
    case CEB_KIND_FIXED:
        *detail_out = "another value than the one the specification fixes";
        return is_constant(rule, text, size) ? NULL : "fixed";
    case CEB_KIND_STANDARD:
        return NULL;
    }
    assert(0 && "a kind without a case");
    return "malformed";
}
