#include "gateway/business/fx/fx_position.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/text.h"

#define SUM(member_, type_, meaning_)                                                              \
    FIELD(fx_position, member_, (type_), FIELD_REQUIRED, .meaning = (meaning_))

static const struct field fields[] = {
    TEXT(fx_position, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank, currency and day"),
    TEXT(fx_position, bank, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "who bought (银行)"),
    FIELD(fx_position, day, FIELD_DATE, FIELD_REQUIRED | FIELD_INDEX, .meaning = "on (日期)"),
    SUM(bought, FIELD_MONEY, "foreign money (外币金额)"),
    SUM(paid, FIELD_MONEY, "CNY to customers (付客户人民币)"),
    SUM(residue, FIELD_INTEGER, "lost in rounding, 10^-8 CNY (尾差)"),
    SUM(conversion_count, FIELD_INTEGER, "how many"),
    FIELD(fx_position, squared_on, FIELD_DATE, 0, .meaning = "absent: open (平仓日)"),
    FIELD(fx_position,
          rate,
          FIELD_DECIMAL,
          0,
          .scale = FX_RATE_DECIMALS,
          .meaning = "CNY for 100 units, as squared (平仓汇率)"),
    FIELD(fx_position, proceeds, FIELD_MONEY, 0, .meaning = "CNY from the bank (平仓所得)"),
    FIELD(fx_position, result, FIELD_MONEY, 0, .meaning = "gain, or loss below 0 (损益)"),
    SUM(squaring_residue, FIELD_INTEGER, "lost in squaring, 10^-8 CNY (平仓尾差)"),
    TEXT(fx_position, bank_reference, 0, .meaning = "of those proceeds (银行流水号)"),
};
const struct record fx_position_record =
    RECORD(fx_position, fields, "What a bank bought on a day (外汇头寸)");

static const struct field square_fields[] = {
    TEXT(fx_position_square,
         position,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "bank, currency and day"),
    FIELD(fx_position_square,
          rate,
          FIELD_DECIMAL,
          FIELD_REQUIRED,
          .scale = FX_RATE_DECIMALS,
          .min = 1,
          .max = FX_RATE_MAX,
          .meaning = "CNY for 100 units (平仓汇率)"),
    TEXT(fx_position_square,
         bank_reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "of the CNY the bank has paid (银行流水号)"),
};
const struct record fx_position_square_record =
    RECORD(fx_position_square, square_fields, "The bank takes a day's foreign money over (平仓)");

bool fx_position_add(struct context *context,
                     const struct conversion *conversion,
                     struct fx_position *position_out)
{
    char day[DATE_TEXT_SIZE];
    (void)date_format(context->today, day);
    *position_out = (struct fx_position){
        .day = context->today,
        .bought = {.currency = conversion->bought.currency},
        .paid = {.currency = CURRENCY_CNY},
    };
    snprintf(position_out->key,
             sizeof(position_out->key),
             "%s/%s/%s",
             conversion->bank,
             currency_code(conversion->bought.currency),
             day);
    TEXT_PUT(position_out->bank, conversion->bank);
    const struct fx_position *known =
        state_find(context->state, DOCUMENT_FX_POSITION, position_out->key);
    if (known != NULL) {
        *position_out = *known;
    }
    position_out->conversion_count++;
    return amount_add(
               position_out->bought.minor, conversion->bought.minor, &position_out->bought.minor) &&
           amount_add(
               position_out->paid.minor, conversion->paid.minor, &position_out->paid.minor) &&
           amount_add(position_out->residue, conversion->residue, &position_out->residue);
}

/* --- squaring --- */

static enum verdict
get_open(struct context *context, const char *key, struct fx_position *position_out)
{
    const struct fx_position *found = state_find(context->state, DOCUMENT_FX_POSITION, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_FX_POSITION_UNKNOWN, "/position");
    }
    *position_out = *found;
    if (found->squared_on != DATE_NONE) {
        enum verdict verdict = refuse(context, REFUSAL_FX_POSITION_SQUARED);
        refusal_date(context, "squared_on", position_out->squared_on);
        return verdict;
    }
    return found->day < context->today ? VERDICT_DONE : refuse(context, REFUSAL_FX_POSITION_DAY);
}

/* The bank's receipt of the proceeds, told by us: its statement is to show it. */
static enum verdict make_funds(struct context *context,
                               const struct fx_position *position,
                               const struct party *bank,
                               struct funds *funds_out)
{
    struct funds_receive told = {.amount = position->proceeds, .value_date = context->today};
    const struct funds *known = NULL;
    TEXT_PUT(told.bank_reference, position->bank_reference);
    TEXT_PUT(told.payment_reference, position->key);
    funds_fill(bank, &told, FUNDS_TOLD_BY_ADVICE, funds_out);
    funds_out->state = FUNDS_CREDITED;
    enum verdict verdict = funds_check_once(context, funds_out, &known);
    return verdict == VERDICT_DONE && known != NULL
               ? refuse_field(context, REFUSAL_FUNDS_REFERENCE_USED, "/bank_reference")
               : verdict;
}

static enum verdict
move(struct context *context, const struct fx_position *position, const struct party *bank)
{
    struct account_key account = {
        .owner = bank->number,
        .purpose = PURPOSE_FX_POSITION,
        .currency = position->bought.currency,
    };
    struct account_key settlement = account;
    settlement.purpose = PURPOSE_BANK_SETTLEMENT;
    enum verdict verdict = rule_move(
        context, &account, &settlement, position->bought.minor, TRANSFER_CODE_FX_TAKEN_OVER);
    settlement.currency = CURRENCY_CNY;
    account.currency = CURRENCY_CNY;
    TEXT_PUT(account.subject, currency_code(position->bought.currency));
    if (verdict == VERDICT_DONE) {
        verdict = rule_move(
            context, &settlement, &account, position->proceeds.minor, TRANSFER_CODE_FX_SQUARED);
    }
    struct account_key result = {
        .owner = bank->number,
        .purpose = PURPOSE_FX_RESULT,
        .currency = CURRENCY_CNY,
    };
    int64_t gain = position->result.minor;
    if (verdict == VERDICT_DONE && gain > 0) {
        verdict = rule_move(context, &account, &result, gain, TRANSFER_CODE_FX_GAIN);
    } else if (verdict == VERDICT_DONE && gain < 0) {
        verdict = rule_move(context, &result, &account, -gain, TRANSFER_CODE_FX_LOSS);
    }
    return verdict;
}

static void
tell(struct context *context, const struct fx_position *position, const struct party *bank)
{
    struct notice notice;
    notice_begin(&notice, "fx_position.squared", position->key);
    notice_money(&notice, "bought", position->bought);
    notice_money(&notice, "proceeds", position->proceeds);
    notice_money(&notice, "result", position->result);
    notice_to(&notice, bank->number);
    notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    notice_send(context, &notice);
}

enum verdict fx_position_square(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_position_square *command = command_;
    struct fx_position position = {0};
    struct funds funds;
    enum verdict verdict = get_open(context, command->position, &position);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct party *bank = party_find(context, position.bank);
    if (bank == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/position");
    }
    position.squared_on = context->today;
    position.rate = command->rate;
    position.proceeds.currency = CURRENCY_CNY;
    bool has_fit = conversion_exchange(
        position.bought.minor, position.rate, &position.proceeds.minor, &position.squaring_residue);
    if (!has_fit || position.proceeds.minor <= 0) {
        return refuse_field(context, REFUSAL_CONVERSION_SIZE, "/rate");
    }
    position.result = cny(position.proceeds.minor - position.paid.minor);
    TEXT_PUT(position.bank_reference, command->bank_reference);
    verdict = make_funds(context, &position, bank, &funds);
    if (verdict == VERDICT_DONE) {
        verdict = move(context, &position, bank);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    funds_await(context, &funds);
    state_put(context->state, DOCUMENT_FUNDS, &funds);
    state_put(context->state, DOCUMENT_FX_POSITION, &position);
    tell(context, &position, bank);
    *(struct fx_position *)answer_out = position;
    return rule_done(context);
}
