#include "gateway/business/fx/fx_rate.h"

#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

#define RATE_FIELDS(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          currency,                                                                                \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = fx_currencies,                                                                  \
          .meaning = "which (币种)"),                                                              \
        FIELD(struct_, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "of which day (日期)"),         \
        FIELD(struct_,                                                                             \
              rate,                                                                                \
              FIELD_DECIMAL,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .scale = FX_RATE_DECIMALS,                                                           \
              .min = 1,                                                                            \
              .max = FX_RATE_MAX,                                                                  \
              .meaning = "CNY for 100 units (中间价)"),                                            \
        TEXT(struct_, source, FIELD_REQUIRED, .meaning = "where it stands (依据)")

static const struct field rate_fields[] = {
    TEXT(fx_rate, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "currency and day"),
    RATE_FIELDS(fx_rate),
};
const struct record fx_rate_record =
    RECORD(fx_rate, rate_fields, "What a currency is worth on a day (中间价)");

static const struct field set_fields[] = {RATE_FIELDS(fx_rate_set)};
const struct record fx_rate_set_record = RECORD(fx_rate_set, set_fields, "Set a day's middle rate");

static void make_key(enum currency currency, date_days day, char key_out[DOCUMENT_KEY_SIZE])
{
    char text[DATE_TEXT_SIZE];
    (void)date_format(day, text);
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", currency_code(currency), text);
}

enum verdict fx_rate_set(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_rate_set *command = command_;
    struct fx_rate rate = {
        .currency = command->currency,
        .day = command->day,
        .rate = command->rate,
    };
    make_key((enum currency)command->currency, command->day, rate.key);
    TEXT_PUT(rate.source, command->source);
    state_put(context->state, DOCUMENT_FX_RATE, &rate);
    *(struct fx_rate *)answer_out = rate;
    return rule_done(context);
}

static enum verdict
find_rate(struct context *context, enum currency currency, date_days day, int64_t *rate_out)
{
    int32_t days = terms_of(context, day).fx_rate_days;
    for (date_days back = 0; back <= days; back++) {
        char key[DOCUMENT_KEY_SIZE];
        make_key(currency, day - back, key);
        const struct fx_rate *rate = state_find(context->state, DOCUMENT_FX_RATE, key);
        if (rate != NULL) {
            *rate_out = rate->rate;
            return VERDICT_DONE;
        }
    }
    enum verdict verdict = refuse(context, REFUSAL_FX_RATE_NONE);
    refusal_text(context, "currency", currency_code(currency));
    refusal_date(context, "day", day);
    return verdict;
}

enum verdict fx_rate_value(struct context *context,
                           struct money money,
                           enum currency currency,
                           date_days day,
                           struct money *worth_out)
{
    if (money.currency == currency) {
        *worth_out = money;
        return VERDICT_DONE;
    }
    int64_t from = 0;
    int64_t to = 0;
    enum verdict verdict = find_rate(context, money.currency, day, &from);
    if (verdict == VERDICT_DONE) {
        verdict = find_rate(context, currency, day, &to);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct money worth = {.currency = currency};
    if (!amount_scale(money.minor, from, to, &worth.minor)) {
        return refuse(context, REFUSAL_FX_RATE_SIZE);
    }
    *worth_out = worth;
    return VERDICT_DONE;
}
