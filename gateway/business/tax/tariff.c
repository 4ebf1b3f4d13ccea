#include "gateway/business/tax/tariff.h"

#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"

enum {
    PERCENT_SCALE = 2,
    PERCENT_MAX = 100000,
    CONSUMPTION_MAX = 9999,
};

#define RATE_FIELDS(struct_)                                                                       \
    FIELD(struct_, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (生效日)"),       \
        FIELD(struct_,                                                                             \
              tariff_percent,                                                                      \
              FIELD_DECIMAL,                                                                       \
              0,                                                                                   \
              .scale = PERCENT_SCALE,                                                              \
              .min = 0,                                                                            \
              .max = PERCENT_MAX,                                                                  \
              .meaning = "tariff, percent (关税税率)"),                                            \
        FIELD(struct_,                                                                             \
              consumption_percent,                                                                 \
              FIELD_DECIMAL,                                                                       \
              0,                                                                                   \
              .scale = PERCENT_SCALE,                                                              \
              .min = 0,                                                                            \
              .max = CONSUMPTION_MAX,                                                              \
              .meaning = "consumption tax, percent (消费税税率)"),                                 \
        FIELD(struct_,                                                                             \
              vat_percent,                                                                         \
              FIELD_DECIMAL,                                                                       \
              0,                                                                                   \
              .scale = PERCENT_SCALE,                                                              \
              .min = 0,                                                                            \
              .max = PERCENT_MAX,                                                                  \
              .meaning = "value added tax, percent (增值税税率)"),                                 \
        TEXT(struct_, source, FIELD_REQUIRED, .meaning = "where the rates stand (依据)")

static const struct field rate_fields[] = {RATE_FIELDS(tariff_rate)};
static const struct record rate_record = RECORD(tariff_rate, rate_fields, "Rates from a day on");

static const struct field tariff_fields[] = {
    TEXT(tariff, hs_code, FIELD_KEY | FIELD_REQUIRED, .meaning = "ten digits (商品编码)"),
    FIELD(tariff,
          rates,
          FIELD_LIST,
          0,
          .size = TARIFF_RATE_COUNT_MAX,
          .record = &rate_record,
          .meaning = "by date, each until the next"),
};
const struct record tariff_record = RECORD(tariff, tariff_fields, "Rates of an HS code (税则)");

static const struct field set_fields[] = {
    TEXT(tariff_set, hs_code, FIELD_REQUIRED | FIELD_CODE, .meaning = "ten digits (商品编码)"),
    RATE_FIELDS(tariff_set),
};
const struct record tariff_set_record = RECORD(tariff_set, set_fields, "Set rates from a day on");

static const struct field answer_fields[] = {
    TEXT(tariff_answer, hs_code, FIELD_REQUIRED, .meaning = "ten digits (商品编码)"),
    FIELD(tariff_answer, rate_count, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "dated rates now"),
};
const struct record tariff_answer_record = RECORD(tariff_answer, answer_fields, "The tariff set");

const struct tariff_rate *tariff_find(struct context *context, const char *hs_code, date_days date)
{
    const struct tariff *tariff = state_find(context->state, DOCUMENT_TARIFF, hs_code);
    const struct tariff_rate *best = NULL;
    for (size_t i = 0; tariff != NULL && i < tariff->rates.count; i++) {
        const struct tariff_rate *rate = (const struct tariff_rate *)tariff->rates.items + i;
        if (rate->valid_from <= date && (best == NULL || rate->valid_from > best->valid_from)) {
            best = rate;
        }
    }
    return best;
}

/* The rates without the one of this date. */
static size_t copy_others(const struct tariff *tariff,
                          date_days valid_from,
                          struct tariff_rate rates_out[TARIFF_RATE_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; tariff != NULL && i < tariff->rates.count; i++) {
        const struct tariff_rate *rate = (const struct tariff_rate *)tariff->rates.items + i;
        if (rate->valid_from != valid_from) {
            rates_out[count++] = *rate;
        }
    }
    return count;
}

enum verdict tariff_set(struct context *context, const void *command_, void *answer_out)
{
    const struct tariff_set *command = command_;
    if (strlen(command->hs_code) != 10 || strspn(command->hs_code, "0123456789") != 10) {
        return refuse_field(context, REFUSAL_TARIFF_CODE, "/hs_code");
    }
    const struct tariff *old = state_find(context->state, DOCUMENT_TARIFF, command->hs_code);
    struct tariff_rate rates[TARIFF_RATE_COUNT_MAX] = {0};
    size_t count = copy_others(old, command->valid_from, rates);
    if (count == TARIFF_RATE_COUNT_MAX) {
        enum verdict verdict = refuse(context, REFUSAL_TARIFF_FULL);
        refusal_integer(context, "most", TARIFF_RATE_COUNT_MAX);
        return verdict;
    }
    rates[count] = (struct tariff_rate){
        .valid_from = command->valid_from,
        .tariff_percent = command->tariff_percent,
        .consumption_percent = command->consumption_percent,
        .vat_percent = command->vat_percent,
    };
    TEXT_PUT(rates[count].source, command->source);
    count++;
    struct tariff tariff = {
        .rates = {.items = rates, .count = count}
    };
    TEXT_PUT(tariff.hs_code, command->hs_code);
    state_put(context->state, DOCUMENT_TARIFF, &tariff);
    struct tariff_answer *answer = answer_out;
    TEXT_PUT(answer->hs_code, command->hs_code);
    answer->rate_count = (int64_t)count;
    return rule_done(context);
}
