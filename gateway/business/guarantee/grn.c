#include "gateway/business/guarantee/grn.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    GRN_BODY_SIZE = 16
};

/* ISO 6346: letters count from 10, leaving out the multiples of 11. */
static int character_value(char character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    int position = character - 'A';
    return 10 + position + (position + 9) / 10;
}

static char check_digit(const char *grn)
{
    int sum = 0;
    for (int i = 0; i < GRN_BODY_SIZE; i++) {
        sum += character_value(grn[i]) * (1 << i);
    }
    return (char)('0' + sum % 11 % 10);
}

void grn_make(date_days today, int64_t number, char grn_out[GRN_SIZE])
{
    int year;
    int month;
    int day;
    date_to_civil(today, &year, &month, &day);
    assert(number > 0 && number < INT64_C(1000000000000));
    char text[40];
    snprintf(text, sizeof(text), "%02dCN%012" PRId64, year % 100, number);
    memcpy(grn_out, text, GRN_BODY_SIZE);
    grn_out[GRN_BODY_SIZE] = check_digit(grn_out);
    grn_out[GRN_BODY_SIZE + 1] = '\0';
}

bool grn_is_valid(const char *grn)
{
    if (strlen(grn) != GRN_SIZE - 1) {
        return false;
    }
    for (int i = 0; i < GRN_BODY_SIZE; i++) {
        bool is_digit = grn[i] >= '0' && grn[i] <= '9';
        bool is_letter = grn[i] >= 'A' && grn[i] <= 'Z';
        if (!is_digit && (i < 2 || !is_letter)) {
            return false;
        }
    }
    return grn[GRN_BODY_SIZE] == check_digit(grn);
}

bool grn_list_next(const char **at, char grn_out[GRN_SIZE])
{
    size_t size = strcspn(*at, ",");
    if (size == 0 || size >= GRN_SIZE) {
        return false;
    }
    memcpy(grn_out, *at, size);
    grn_out[size] = '\0';
    *at += size + ((*at)[size] == ',' ? 1 : 0);
    return true;
}

void grn_list_add(char *list, size_t size, const char *grn)
{
    size_t used = strlen(list);
    int length = snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ",", grn);
    assert(length > 0 && (size_t)length < size - used);
}
