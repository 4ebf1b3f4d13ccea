#include "gateway/business/settlement/fee_schedule.h"

#include <assert.h>
#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/ratio.h"
#include "gateway/business/text.h"

enum {
    PER_MILLE_SCALE = 2,
    PER_MILLE_WHOLE = 100000,
};

static const struct name kinds[] = {
    {FEE_COLLECTION, "collection", "of what comes in for it (收款)"},
    {FEE_PAYOUT,     "payout",     "of what it pays out (付款)"    },
    {0,              NULL,         NULL                              },
};

#define RATE_FIELDS(struct_)                                                                       \
    FIELD(struct_, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (生效日)"),       \
        FIELD(struct_,                                                                             \
              per_mille,                                                                           \
              FIELD_DECIMAL,                                                                       \
              0,                                                                                   \
              .scale = PER_MILLE_SCALE,                                                            \
              .min = 0,                                                                            \
              .max = PER_MILLE_WHOLE,                                                              \
              .meaning = "per mille of the amount (费率)"),                                        \
        AMOUNT(struct_, minimum, 0, "at least (最低收费)"),                                        \
        AMOUNT(struct_, maximum, 0, "at most (最高收费)"),                                         \
        TEXT(struct_, source, FIELD_REQUIRED, .meaning = "where it stands (依据)")

#define KIND_FIELDS(struct_, flags_)                                                               \
    TEXT(struct_, party, FIELD_REQUIRED | (flags_), .meaning = "who pays it (缴费方)"),            \
        FIELD(struct_, kind, FIELD_ENUM, FIELD_REQUIRED, .names = kinds, .meaning = "what for")

static const struct field rate_fields[] = {RATE_FIELDS(fee_rate)};
static const struct record rate_record = RECORD(fee_rate, rate_fields, "A fee from a day on");

static const struct field schedule_fields[] = {
    TEXT(fee_schedule, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "party and kind"),
    KIND_FIELDS(fee_schedule, FIELD_PREFIX),
    TEXT(fee_schedule, house, FIELD_REQUIRED, .meaning = "whose income it is"),
    FIELD(fee_schedule, house_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "its number"),
    FIELD(fee_schedule,
          rates,
          FIELD_LIST,
          0,
          .size = FEE_RATE_COUNT_MAX,
          .record = &rate_record,
          .meaning = "by date, each until the next"),
};
const struct record fee_schedule_record =
    RECORD(fee_schedule, schedule_fields, "What a party pays the house (收费标准)");

static const struct field set_fields[] = {
    KIND_FIELDS(fee_schedule_set, FIELD_CODE),
    RATE_FIELDS(fee_schedule_set),
};
const struct record fee_schedule_set_record =
    RECORD(fee_schedule_set, set_fields, "Set a fee from a day on");

static const struct field answer_fields[] = {
    KIND_FIELDS(fee_schedule_answer, 0),
    FIELD(fee_schedule_answer, rate_count, FIELD_INTEGER, 0, .meaning = "dated rates now"),
};
const struct record fee_schedule_answer_record =
    RECORD(fee_schedule_answer, answer_fields, "The schedule set");

static const struct fee_rate *rate_at(const struct fee_schedule *schedule, size_t index)
{
    return (const struct fee_rate *)schedule->rates.items + index;
}

static void schedule_key(const char *party, enum fee_kind kind, char key_out[DOCUMENT_KEY_SIZE])
{
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", party, name_by_value(kinds, (int32_t)kind));
}

static enum verdict check_set(struct context *context, const struct fee_schedule_set *command)
{
    const struct party *party = NULL;
    enum verdict verdict =
        party_check(context, command->party, PARTY_COMPANY_KINDS, "/party", &party);
    if (verdict == VERDICT_DONE && command->minimum.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->minimum, "/minimum/currency");
    }
    if (verdict == VERDICT_DONE && command->maximum.currency != CURRENCY_NONE) {
        verdict = check_cny(context, command->maximum, "/maximum/currency");
    }
    bool is_crossed = command->maximum.currency != CURRENCY_NONE &&
                      command->minimum.currency != CURRENCY_NONE &&
                      command->minimum.minor > command->maximum.minor;
    if (verdict == VERDICT_DONE && is_crossed) {
        verdict = refuse_field(context, REFUSAL_FEE_SCHEDULE_BOUNDS, "/minimum");
        refusal_money(context, "minimum", command->minimum);
        refusal_money(context, "maximum", command->maximum);
    }
    return verdict;
}

/* The rates without the one of this date. */
static size_t copy_others(const struct fee_schedule *schedule,
                          date_days valid_from,
                          struct fee_rate rates_out[FEE_RATE_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; schedule != NULL && i < schedule->rates.count; i++) {
        const struct fee_rate *rate = rate_at(schedule, i);
        if (rate->valid_from != valid_from) {
            rates_out[count++] = *rate;
        }
    }
    return count;
}

enum verdict fee_schedule_set(struct context *context, const void *command_, void *answer_out)
{
    const struct fee_schedule_set *command = command_;
    enum verdict verdict = check_set(context, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct fee_schedule schedule = {
        .kind = command->kind,
        .house_number = context->actor->number,
    };
    schedule_key(command->party, (enum fee_kind)command->kind, schedule.key);
    TEXT_PUT(schedule.party, command->party);
    TEXT_PUT(schedule.house, context->actor->id);
    struct fee_rate rates[FEE_RATE_COUNT_MAX] = {0};
    const struct fee_schedule *old =
        state_find(context->state, DOCUMENT_FEE_SCHEDULE, schedule.key);
    size_t count = copy_others(old, command->valid_from, rates);
    if (count == FEE_RATE_COUNT_MAX) {
        verdict = refuse(context, REFUSAL_FEE_SCHEDULE_FULL);
        refusal_integer(context, "most", FEE_RATE_COUNT_MAX);
        return verdict;
    }
    rates[count] = (struct fee_rate){
        .valid_from = command->valid_from,
        .per_mille = command->per_mille,
        .minimum = command->minimum,
        .maximum = command->maximum,
    };
    TEXT_PUT(rates[count].source, command->source);
    count++;
    schedule.rates = (struct list){.items = rates, .count = count};
    state_put(context->state, DOCUMENT_FEE_SCHEDULE, &schedule);
    struct fee_schedule_answer *answer = answer_out;
    *answer = (struct fee_schedule_answer){.kind = command->kind, .rate_count = (int64_t)count};
    TEXT_PUT(answer->party, command->party);
    return rule_done(context);
}

static int64_t reckon(const struct fee_rate *rate, int64_t amount_minor)
{
    struct ratio exact;
    int64_t fee = 0;
    bool fits = ratio_multiply(ratio_of(amount_minor, 1),
                               ratio_of(rate->per_mille, PER_MILLE_WHOLE),
                               &exact) &&
                ratio_round(exact, &fee);
    assert(fits); /* at most the amount */
    if (rate->minimum.currency != CURRENCY_NONE && fee < rate->minimum.minor) {
        fee = rate->minimum.minor;
    }
    if (rate->maximum.currency != CURRENCY_NONE && fee > rate->maximum.minor) {
        fee = rate->maximum.minor;
    }
    return fee;
}

struct fee
fee_of(struct context *context, const char *party, enum fee_kind kind, int64_t amount_minor)
{
    char key[DOCUMENT_KEY_SIZE];
    schedule_key(party, kind, key);
    const struct fee_schedule *schedule = state_find(context->state, DOCUMENT_FEE_SCHEDULE, key);
    const struct fee_rate *best = NULL;
    for (size_t i = 0; schedule != NULL && i < schedule->rates.count; i++) {
        const struct fee_rate *rate = rate_at(schedule, i);
        if (rate->valid_from <= context->today &&
            (best == NULL || rate->valid_from > best->valid_from)) {
            best = rate;
        }
    }
    return best == NULL ? (struct fee){0}
                        : (struct fee){.minor = reckon(best, amount_minor),
                                       .house_number = schedule->house_number};
}

enum verdict
fee_charge(struct context *context, const struct account_key *debit, const struct fee *fee)
{
    if (fee->minor == 0) {
        return VERDICT_DONE;
    }
    struct account_key credit = {
        .owner = fee->house_number,
        .purpose = PURPOSE_FEE_INCOME,
        .currency = CURRENCY_CNY,
    };
    return rule_move(context, debit, &credit, fee->minor, TRANSFER_CODE_FEE_CHARGED);
}
