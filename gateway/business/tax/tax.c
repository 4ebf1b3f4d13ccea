#include "gateway/business/tax/tax.h"

#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/ratio.h"
#include "ledger/base/money.h"
#include "ledger/base/status.h"

enum {
    BASIS = 10000,
};

/* Sums over the lines, in 10^-5 CNY before charges. */
struct sums {
    struct ratio tariff;
    struct ratio consumption;
    struct ratio vat;
};

static MUST_CHECK bool add_line(const struct tax_line *line, int64_t tariff_bp, struct sums *sums)
{
    struct ratio price = ratio_of(line->price, 1);
    struct ratio tariff;
    struct ratio dutiable;
    struct ratio consumption;
    struct ratio taxed;
    struct ratio vat;
    return ratio_multiply(price, ratio_of(tariff_bp, BASIS), &tariff) &&
           ratio_add(price, tariff, &dutiable) &&
           ratio_multiply(dutiable,
                          ratio_of(line->consumption_bp, BASIS - line->consumption_bp),
                          &consumption) &&
           ratio_add(dutiable, consumption, &taxed) &&
           ratio_multiply(taxed, ratio_of(line->vat_bp, BASIS), &vat) &&
           ratio_add(sums->tariff, tariff, &sums->tariff) &&
           ratio_add(sums->consumption, consumption, &sums->consumption) &&
           ratio_add(sums->vat, vat, &sums->vat);
}

static MUST_CHECK bool goods_value(const struct tax_base *base, int64_t *goods_out)
{
    int64_t goods = 0;
    for (size_t i = 0; i < base->line_count; i++) {
        if (base->lines[i].price < 0 || !amount_add(goods, base->lines[i].price, &goods)) {
            return false;
        }
    }
    *goods_out = goods;
    return base->charges >= 0 && goods > 0;
}

/* A sum over the lines becomes a tax: its share of P by value, reduced, rounded once. */
static MUST_CHECK bool
finish(struct ratio sum, struct ratio share, struct ratio reduction, int64_t *minor_out)
{
    struct ratio whole;
    struct ratio reduced;
    return ratio_multiply(sum, share, &whole) && ratio_multiply(whole, reduction, &reduced) &&
           ratio_round(reduced, minor_out);
}

enum tax_result
tax_estimate(const struct tax_base *base, const struct terms *terms, struct tax *tax_out)
{
    int64_t goods;
    int64_t value;
    struct tax tax = {0};
    if (!goods_value(base, &goods) || !amount_add(goods, base->charges, &value) ||
        !amount_scale(value, 1, PRICE_PER_FEN, &tax.taxable_minor)) {
        return TAX_BAD_AMOUNT;
    }
    *tax_out = tax;
    bool is_full = tax.taxable_minor > terms->single_limit_minor;
    if (is_full && base->articles != ARTICLES_SINGLE) {
        return TAX_NOT_RETAIL;
    }
    struct sums sums = {ratio_of(0, 1), ratio_of(0, 1), ratio_of(0, 1)};
    for (size_t i = 0; i < base->line_count; i++) {
        if (!add_line(&base->lines[i], is_full ? base->lines[i].tariff_bp : 0, &sums)) {
            return TAX_BAD_AMOUNT;
        }
    }
    struct ratio share = ratio_of(tax.taxable_minor, goods);
    struct ratio reduction = is_full ? ratio_of(1, 1) : ratio_of(terms->reduced_percent, 100);
    if (!finish(sums.tariff, share, reduction, &tax.tariff_minor) ||
        !finish(sums.consumption, share, reduction, &tax.consumption_minor) ||
        !finish(sums.vat, share, reduction, &tax.vat_minor) ||
        !amount_add(tax.tariff_minor, tax.consumption_minor, &tax.total_minor) ||
        !amount_add(tax.total_minor, tax.vat_minor, &tax.total_minor)) {
        return TAX_BAD_AMOUNT;
    }
    *tax_out = tax;
    return TAX_OK;
}
