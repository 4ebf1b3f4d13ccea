#pragma once
/*
 * The tax of one retail import declaration (跨境电商零售进口综合税), estimated before customs
 * assesses it.
 *
 *   P = goods + freight + insurance, rounded half-up to the fen; freight and insurance fall on the
 *   lines by their price. Rates r (consumption tax), v (VAT), d (tariff).
 *   P within the single limit: D = 0, CT = P/(1-r)*r * 70 %, VAT = (P + P/(1-r)*r)*v * 70 %
 *   above it, one single article: D = P*d, CT = (P+D)/(1-r)*r, VAT = (P+D+CT)*v
 *
 * Each tax kind is summed exactly over the lines and rounded half-up to the fen once.
 * Source: MOF/GACC/STA 2018-49, MOF/GACC/STA 2016-18; figures by GACC 2018-194.
 */
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/time/terms.h"

struct tax_line {
    int64_t price; /* 10^-5 CNY */
    int64_t tariff_bp;
    int64_t consumption_bp; /* below 10000 */
    int64_t vat_bp;
};

struct tax_base {
    const struct tax_line *lines;
    size_t line_count; /* at least one */
    int64_t charges;   /* freight and insurance, 10^-5 CNY */
    enum articles {
        ARTICLES_SEVERAL,
        ARTICLES_SINGLE, /* one line of quantity one */
    } articles;
};

struct tax {
    int64_t taxable_minor; /* P */
    int64_t tariff_minor;
    int64_t consumption_minor;
    int64_t vat_minor;
    int64_t total_minor;
};

enum tax_result {
    TAX_OK,
    TAX_NOT_RETAIL, /* above the limit; taxable_minor is set */
    TAX_BAD_AMOUNT, /* negative, nothing to tax, or beyond exact arithmetic */
};

enum tax_result
tax_estimate(const struct tax_base *base, const struct terms *terms, struct tax *tax_out);
