#include "adapters/iso20022/mx_value.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso20022/mx_text.h"

static_assert(sizeof(enum iso20022_status) == sizeof(int), "words are stored as int");

/* A text's meaning, where it is not the text itself. */
struct meaning {
    int64_t number; /* minor units, days, microseconds, a word's place, 0 or 1 */
    enum currency currency;
};

static const char *word_parse(const char *const *words, struct mx_input input, int64_t *number_out)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strlen(words[i]) == input.size && memcmp(words[i], input.text, input.size) == 0) {
            *number_out = (int64_t)i + 1;
            return NULL;
        }
    }
    return "code";
}

static const char *flag_parse(struct mx_input input, int64_t *number_out)
{
    static const char *const words[] = {"false", "true", "0", "1", NULL};
    if (word_parse(words, input, number_out) != NULL) {
        return "flag";
    }
    *number_out = (*number_out - 1) % 2;
    return NULL;
}

static const char *number_parse(struct mx_input input, size_t length_max, int64_t *number_out)
{
    assert(length_max <= 18);
    int64_t number = 0;
    if (input.size > length_max || !mx_is_digits(input.text, input.size)) {
        return "number";
    }
    for (size_t i = 0; i < input.size; i++) {
        number = number * 10 + (input.text[i] - '0');
    }
    *number_out = number;
    return number == 0 ? "number" : NULL;
}

static const char *date_read(struct mx_input input, int64_t *number_out)
{
    date_days date;
    if (!date_parse(input.text, input.size, &date) || date == DATE_NONE) {
        return "date";
    }
    *number_out = date;
    return NULL;
}

/* Banks at home write local time without an offset: it is Beijing's. */
static const char *time_read(struct mx_input input, int64_t *number_out)
{
    char text[64];
    instant_us at;
    if (input.size > sizeof text - sizeof "+08:00") {
        return "time";
    }
    memcpy(text, input.text, input.size);
    memcpy(text + input.size, "+08:00", sizeof "+08:00");
    if ((!instant_parse(input.text, input.size, &at) &&
         !instant_parse(text, input.size + strlen("+08:00"), &at)) ||
        at == INSTANT_NONE) {
        return "time";
    }
    *number_out = at;
    return NULL;
}

static const char *day_read(struct mx_input input, int64_t *number_out)
{
    const char *code = time_read(input, number_out);
    if (code == NULL) {
        *number_out = date_of(*number_out);
    }
    return code == NULL && *number_out == DATE_NONE ? "date" : code;
}

static const char *currency_read(const char *text, size_t size, enum currency *currency_out)
{
    *currency_out = currency_parse(text, size);
    return *currency_out == CURRENCY_NONE ? "currency" : NULL;
}

static const char *amount_read(struct mx_input input, struct meaning *meaning)
{
    if (input.currency_size == 0) {
        return "currency";
    }
    if (input.text[0] == '-') {
        return "negative";
    }
    if (!amount_parse(input.text, input.size, &meaning->number) ||
        meaning->number > ISO20022_AMOUNT_MINOR_MAX) {
        return "amount";
    }
    return currency_read(input.currency, input.currency_size, &meaning->currency);
}

static const char *length_check(const struct mx_row *row, struct mx_input input)
{
    return mx_character_count(input.text, input.size) > row->length_max ? "too_long" : NULL;
}

static const char *
value_parse(const struct mx_row *row, struct mx_input input, struct meaning *meaning)
{
    const char *code;
    switch (row->kind) {
    case MX_TEXT:
    case MX_LINES:
        return length_check(row, input);
    case MX_CODE:
        code = length_check(row, input);
        return code == NULL && !mx_is_code(input.text, input.size) ? "character" : code;
    case MX_BIC:
        return mx_is_bic(input.text, input.size) ? NULL : "bic";
    case MX_IBAN:
        return mx_is_iban(input.text, input.size) ? NULL : "iban";
    case MX_UETR:
        return mx_is_uetr(input.text, input.size) ? NULL : "uetr";
    case MX_COUNTRY:
        return mx_is_country(input.text, input.size) ? NULL : "country";
    case MX_WORD:
        return word_parse(row->words, input, &meaning->number);
    case MX_FLAG:
        return flag_parse(input, &meaning->number);
    case MX_ANSWER:
        code = flag_parse(input, &meaning->number);
        meaning->number += ISO20022_ANSWER_NO;
        return code;
    case MX_NUMBER:
        return number_parse(input, row->length_max, &meaning->number);
    case MX_DATE:
        return date_read(input, &meaning->number);
    case MX_DAY:
        return day_read(input, &meaning->number);
    case MX_TIME:
        return time_read(input, &meaning->number);
    case MX_CURRENCY:
        return currency_read(input.text, input.size, &meaning->currency);
    case MX_AMOUNT:
        return amount_read(input, meaning);
    case MX_PAYMENT:
        code = amount_read(input, meaning);
        return code == NULL && meaning->number == 0 ? "zero" : code;
    case MX_LIST:
        break;
    }
    assert(0 && "a list has no text");
    return "malformed";
}

const char *mx_value_check(const struct mx_row *row, struct mx_input input)
{
    struct meaning meaning = {0};
    return value_parse(row, input, &meaning);
}

/* A copy in which tabs and line ends are blanks, after `before` and a line end when there is one.
 */
static const char *text_copy(struct arena *arena, const char *before, struct mx_input input)
{
    size_t before_size = before == NULL ? 0 : strlen(before) + 1;
    char *copy = arena_take(arena, before_size + input.size + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (before != NULL) {
        memcpy(copy, before, before_size);
        copy[before_size - 1] = '\n';
    }
    memcpy(copy + before_size, input.text, input.size);
    for (char *at = copy + before_size; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ') {
            *at = ' ';
        }
    }
    return copy;
}

static size_t line_count(const char *text)
{
    size_t count = text == NULL ? 0 : 1;
    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        count += text[i] == '\n';
    }
    return count;
}

static const char *text_store(const struct mx_row *row,
                              struct mx_input input,
                              struct arena *arena,
                              const char **member)
{
    const char *before = row->kind == MX_LINES ? *member : NULL;
    if (line_count(before) == ISO20022_LINE_COUNT_MAX) {
        return "too_many";
    }
    *member = text_copy(arena, before, input);
    return *member == NULL ? "too_large" : NULL;
}

const char *
mx_value_store(const struct mx_row *row, struct mx_input input, struct arena *arena, char *record)
{
    void *member = record + row->offset;
    struct meaning meaning = {0};
    const char *code = value_parse(row, input, &meaning);
    if (code != NULL) {
        return code;
    }
    switch (row->kind) {
    case MX_TEXT:
    case MX_LINES:
    case MX_CODE:
    case MX_BIC:
    case MX_IBAN:
    case MX_UETR:
    case MX_COUNTRY:
        return text_store(row, input, arena, member);
    case MX_WORD:
    case MX_ANSWER:
        *(int *)member = (int)meaning.number;
        break;
    case MX_FLAG:
        *(bool *)member = meaning.number != 0;
        break;
    case MX_DATE:
    case MX_DAY:
        *(date_days *)member = (date_days)meaning.number;
        break;
    case MX_NUMBER:
    case MX_TIME:
        *(int64_t *)member = meaning.number;
        break;
    case MX_CURRENCY:
        *(enum currency *)member = meaning.currency;
        break;
    case MX_AMOUNT:
    case MX_PAYMENT:
        *(struct money *)member = (struct money){meaning.number, meaning.currency};
        break;
    case MX_LIST:
        assert(0 && "a list has no text");
        break;
    }
    return NULL;
}

static const char *word_text(const char *const *words, int word)
{
    int count = 0;
    while (words[count] != NULL) {
        count++;
    }
    assert(word >= 0 && word <= count);
    return word == 0 ? NULL : words[word - 1];
}

static const char *number_text(int64_t number, char scratch[MX_SCRATCH_SIZE])
{
    snprintf(scratch, MX_SCRATCH_SIZE, "%" PRId64, number);
    return number == 0 ? NULL : scratch;
}

static const char *date_text(date_days date, char scratch[MX_SCRATCH_SIZE])
{
    date_format(date, scratch);
    return date == DATE_NONE ? NULL : scratch;
}

static const char *time_text(instant_us at, char scratch[MX_SCRATCH_SIZE])
{
    instant_format(at, scratch);
    return at == INSTANT_NONE ? NULL : scratch;
}

static const char *money_text(const struct money *money, char scratch[MX_SCRATCH_SIZE])
{
    amount_format(money->minor, scratch);
    return money->currency == CURRENCY_NONE ? NULL : scratch;
}

const char *
mx_value_text(const struct mx_row *row, const char *record, char scratch[MX_SCRATCH_SIZE])
{
    static const char *const answers[] = {"false", "true", NULL};
    const void *member = record + row->offset;
    switch (row->kind) {
    case MX_TEXT:
    case MX_LINES:
    case MX_CODE:
    case MX_BIC:
    case MX_IBAN:
    case MX_UETR:
    case MX_COUNTRY:
        return *(const char *const *)member;
    case MX_WORD:
        return word_text(row->words, *(const int *)member);
    case MX_ANSWER:
        return word_text(answers, *(const int *)member);
    case MX_FLAG:
        return *(const bool *)member ? "true" : NULL;
    case MX_NUMBER:
        return number_text(*(const int64_t *)member, scratch);
    case MX_DATE:
    case MX_DAY:
        return date_text(*(const date_days *)member, scratch);
    case MX_TIME:
        return time_text(*(const instant_us *)member, scratch);
    case MX_CURRENCY:
        return number_text(*(const enum currency *)member, scratch) == NULL
                   ? NULL
                   : currency_code(*(const enum currency *)member);
    case MX_AMOUNT:
    case MX_PAYMENT:
        return money_text(member, scratch);
    case MX_LIST:
        break;
    }
    assert(0 && "a list has no text");
    return NULL;
}

const char *mx_value_expected(enum mx_kind kind)
{
    switch (kind) {
    case MX_TEXT:
    case MX_LINES:
        return "text of limited length in characters, without control characters";
    case MX_CODE:
        return "visible ASCII characters of limited length";
    case MX_BIC:
        return "a BIC of 8 or 11 characters";
    case MX_IBAN:
        return "an IBAN with its check digits";
    case MX_UETR:
        return "a UUID of version 4 in small letters";
    case MX_COUNTRY:
        return "a country of two capital letters";
    case MX_WORD:
        return "a code known here";
    case MX_FLAG:
    case MX_ANSWER:
        return "true or false";
    case MX_NUMBER:
        return "a whole number >= 1 of limited length";
    case MX_DATE:
        return "a real date as YYYY-MM-DD";
    case MX_DAY:
    case MX_TIME:
        return "a real time as YYYY-MM-DDThh:mm:ss, without an offset Beijing time";
    case MX_CURRENCY:
        return "a currency of ours";
    case MX_AMOUNT:
        return "an amount >= 0 of at most 18 digits, 2 of them decimals, in a currency of ours";
    case MX_PAYMENT:
        return "an amount > 0 of at most 18 digits, 2 of them decimals, in a currency of ours";
    case MX_LIST:
        return "no more elements";
    }
    return "";
}
