/* The estimated tax of a declaration, and of what is left of it after a return. */
#include <assert.h>
#include <string.h>

#include "gateway/business/customs/declaration.h"
#include "gateway/business/customs/told.h"
#include "gateway/business/tax/tariff.h"
#include "gateway/business/time/terms.h"

static enum verdict find_rates(struct context *context,
                               const struct estimate_base *base,
                               struct tax_line lines_out[CEB_LINE_COUNT_MAX])
{
    const char *unknown = NULL;
    assert(base->line_count == 0 || base->lines != NULL);
    for (size_t i = 0; i < base->line_count; i++) {
        const struct ceb_inventory_line *line = &base->lines[i];
        const struct tariff_rate *rate = tariff_find(context, line->gcode, base->date);
        if (rate == NULL) {
            unknown = unknown == NULL ? line->gcode : unknown;
            continue; /* ask for all of them at once */
        }
        lines_out[i] = (struct tax_line){
            .price = line->total_price,
            .tariff_bp = rate->tariff_percent,
            .consumption_bp = rate->consumption_percent,
            .vat_bp = rate->vat_percent,
        };
    }
    if (unknown == NULL) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_TARIFF_UNKNOWN, "/lines");
    refusal_text(context, "hs_code", unknown);
    refusal_date(context, "date", base->date);
    return verdict;
}

static enum verdict refuse_tax(struct context *context,
                               enum tax_result result,
                               const struct tax *tax,
                               const struct terms *terms)
{
    if (result == TAX_BAD_AMOUNT) {
        return refuse_field(context, REFUSAL_TAX_AMOUNT, "/lines");
    }
    enum verdict verdict = refuse_field(context, REFUSAL_TAX_NOT_RETAIL, "/lines");
    refusal_money(context, "value", cny(tax->taxable_minor));
    refusal_money(context, "single_limit", cny(terms->single_limit_minor));
    return verdict;
}

enum verdict
declaration_estimate(struct context *context, const struct estimate_base *base, struct tax *tax_out)
{
    enum {
        QUANTITY_ONE = 100000
    }; /* 10^-5 */
    struct tax_line lines[CEB_LINE_COUNT_MAX];
    if (base->line_count == 0 || base->line_count > CEB_LINE_COUNT_MAX) {
        return refuse_field(context, REFUSAL_TAX_AMOUNT, "/lines");
    }
    assert(base->lines != NULL);
    enum verdict verdict = find_rates(context, base, lines);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_single = base->line_count == 1 && base->lines[0].qty == QUANTITY_ONE;
    struct tax_base tax_base = {
        .lines = lines,
        .line_count = base->line_count,
        .charges = base->charges,
        .articles = is_single ? ARTICLES_SINGLE : ARTICLES_SEVERAL,
    };
    struct terms terms = terms_of(context, context->today);
    enum tax_result result = tax_estimate(&tax_base, &terms, tax_out);
    return result == TAX_OK ? VERDICT_DONE : refuse_tax(context, result, tax_out, &terms);
}

/* The lines that are left, by their share of the price; false when nothing is. */
static bool lines_left(const struct declaration *declaration,
                       const int64_t *left,
                       struct ceb_inventory_line lines_out[CEB_LINE_COUNT_MAX],
                       struct estimate_base *base)
{
    const struct ceb_inventory_line *lines = declaration->lines.items;
    int64_t goods = 0;
    int64_t goods_left = 0;
    for (size_t i = 0; i < declaration->lines.count; i++) {
        struct ceb_inventory_line *line = &lines_out[base->line_count];
        goods += lines[i].total_price;
        *line = lines[i];
        if (left[i] > 0 &&
            amount_scale(lines[i].total_price, left[i], lines[i].qty, &line->total_price)) {
            goods_left += line->total_price;
            base->line_count++;
        }
    }
    base->lines = lines_out;
    return goods_left > 0 &&
           amount_scale(
               declaration->freight + declaration->insured_fee, goods_left, goods, &base->charges);
}

int64_t declaration_estimate_left(struct context *context,
                                  const struct declaration *declaration,
                                  const int64_t *left)
{
    struct ceb_inventory_line lines[CEB_LINE_COUNT_MAX];
    struct estimate_base base = {
        .date = declaration->decl_date == DATE_NONE ? context->today : declaration->decl_date,
    };
    if (!lines_left(declaration, left, lines, &base)) {
        return 0;
    }
    int64_t total = declaration->tax_total.minor;
    const struct ceb_inventory_line *first = declaration->lines.items;
    if (declaration->tariff.minor > 0) {
        /* A single article above the limit: taxed in full, whatever is left of it. */
        int64_t part = total;
        return amount_scale(total, left[0], first->qty, &part) ? part : total;
    }
    struct tax tax = {0};
    bool is_known = declaration_estimate(context, &base, &tax) == VERDICT_DONE;
    return is_known && tax.total_minor < total ? tax.total_minor : total;
}

int64_t declaration_value_left(const struct declaration *declaration, const int64_t *left)
{
    struct ceb_inventory_line lines[CEB_LINE_COUNT_MAX];
    struct estimate_base base = {0};
    if (!lines_left(declaration, left, lines, &base)) {
        return 0;
    }
    int64_t value = base.charges;
    for (size_t i = 0; i < base.line_count; i++) {
        value += lines[i].total_price;
    }
    return told_fen(value);
}
