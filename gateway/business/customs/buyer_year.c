#include "gateway/business/customs/buyer_year.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

static const struct field fields[] = {
    TEXT(buyer_year,
         key,
         FIELD_KEY | FIELD_REQUIRED,
         .meaning = "keyed hash of the buyer's number, and the year"),
    FIELD(buyer_year, taxable, FIELD_MONEY, 0, .meaning = "bought so far (年度累计)"),
    FIELD(buyer_year, declaration_count, FIELD_INTEGER, 0, .meaning = "in so many declarations"),
};
const struct record buyer_year_record =
    RECORD(buyer_year, fields, "What a buyer bought in a year (个人年度累计)");

static bool year_key(const struct declaration *declaration, char key_out[DOCUMENT_KEY_SIZE])
{
    char date[DATE_TEXT_SIZE];
    if (declaration->buyer_id_lookup[0] == '\0' || declaration->decl_date == DATE_NONE) {
        return false;
    }
    date_format(declaration->decl_date, date);
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%.4s", declaration->buyer_id_lookup, date);
    return true;
}

static enum verdict
refuse_limit(struct context *context, int64_t counted_minor, int64_t value_minor, int64_t limit)
{
    enum verdict verdict = refuse_field(context, REFUSAL_TAX_YEAR_LIMIT, "/lines");
    refusal_money(context, "counted", cny(counted_minor));
    refusal_money(context, "value", cny(value_minor));
    refusal_money(context, "year_limit", cny(limit));
    return verdict;
}

enum verdict
buyer_year_count(struct context *context, struct declaration *declaration, int64_t value_minor)
{
    struct buyer_year year = {.taxable = cny(0)};
    int64_t before = declaration->counted.minor;
    if (value_minor == before || !year_key(declaration, year.key)) {
        return VERDICT_DONE;
    }
    const struct buyer_year *found = state_find(context->state, DOCUMENT_BUYER_YEAR, year.key);
    if (found != NULL) {
        year = *found;
    } else if (state_is_missing(context->state)) {
        return VERDICT_FETCH;
    }
    int64_t others = year.taxable.minor - before;
    int64_t limit = terms_of(context, declaration->decl_date).year_limit_minor;
    bool is_released = declaration->released_on != DATE_NONE;
    if (value_minor > before && !is_released && others + value_minor > limit) {
        return refuse_limit(context, others, value_minor, limit);
    }
    assert(others >= 0);
    year.taxable.minor = others + value_minor;
    year.declaration_count += (value_minor > 0) - (before > 0);
    state_put(context->state, DOCUMENT_BUYER_YEAR, &year);
    declaration->counted = cny(value_minor);
    return VERDICT_DONE;
}
