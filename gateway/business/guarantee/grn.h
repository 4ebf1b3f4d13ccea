#pragma once
/*
 * Guarantee reference numbers: 17 characters as the European transit system writes them (UCC data
 * element "GRN", an17): two digits of the year, country, twelve characters, check digit. The check
 * digit follows "Check character algorithm for the MRN and GRN" (DGXXI/0879/99 Rev.1), which is
 * ISO 6346 with weights 2^0 … 2^15.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/date.h"

enum {
    GRN_SIZE = 18
};

/* `number` fills the twelve characters with decimal digits. */
void grn_make(date_days today, int64_t number, char grn_out[GRN_SIZE]);
/* Form and check digit. */
bool grn_is_valid(const char *grn);

/* Lists of GRNs, joined by commas. The next one from `*at` on; false at the end. */
bool grn_list_next(const char **at, char grn_out[GRN_SIZE]);
/* Adds one; there is room for it. */
void grn_list_add(char *list, size_t size, const char *grn);
