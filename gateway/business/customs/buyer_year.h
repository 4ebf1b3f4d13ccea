#pragma once
/*
 * What one buyer has bought in one year (个人年度累计), of the limit of MOF/GACC/STA 2018-49. Key:
 * the keyed hash of the buyer's number and the year, so that nobody reads numbers out of it.
 */
#include "gateway/business/customs/declaration.h"

struct buyer_year {
    char key[DOCUMENT_KEY_SIZE]; /* "<lookup>/<year>" */
    struct money taxable;
    int64_t declaration_count;
};

extern const struct record buyer_year_record;

/*
 * Counts `value_minor` for this declaration instead of what it counted before; the year is that of
 * its declaration's date. Refuses TAX_YEAR_LIMIT when that goes beyond the limit, except that
 * customs' word counts: a declaration released already is counted whatever it leads to. Nothing is
 * counted for a buyer without a number.
 */
enum verdict
buyer_year_count(struct context *context, struct declaration *declaration, int64_t value_minor);
