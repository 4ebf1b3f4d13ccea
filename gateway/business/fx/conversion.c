#include "gateway/business/fx/conversion.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/fx_position.h"
#include "gateway/business/text.h"

static const struct field execute_fields[] = {
    TEXT(conversion_execute, quote, FIELD_REQUIRED | FIELD_CODE, .meaning = "the rate (锁价编号)"),
    TEXT(conversion_execute, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "what (收款编号)"),
    AMOUNT(conversion_execute, amount, 0, "how much; absent: all that is unused (金额)"),
};
const struct record conversion_execute_record =
    RECORD(conversion_execute, execute_fields, "Convert a receipt into CNY (结汇)");

static const struct field fields[] = {
    TEXT(conversion, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (结汇编号)"),
    TEXT(conversion, quote, FIELD_REQUIRED, .meaning = "the locked rate (锁价编号)"),
    TEXT(conversion, receipt, FIELD_REQUIRED | FIELD_INDEX, .meaning = "what (收款编号)"),
    TEXT(conversion, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose (客户)"),
    TEXT(conversion, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who buys (银行)"),
    FIELD(conversion,
          rate,
          FIELD_DECIMAL,
          FIELD_REQUIRED,
          .scale = FX_RATE_DECIMALS,
          .min = 1,
          .max = FX_RATE_MAX,
          .meaning = "CNY for 100 units (汇率)"),
    FIELD(conversion, bought, FIELD_MONEY, FIELD_REQUIRED, .meaning = "foreign money (外币金额)"),
    FIELD(conversion, paid, FIELD_MONEY, FIELD_REQUIRED, .meaning = "CNY for it (人民币金额)"),
    FIELD(conversion,
          residue,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "lost in rounding, 10^-8 CNY (尾差)"),
    FIELD(conversion,
          basis,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = fx_basis_names,
          .meaning = "by what right (结汇依据)"),
    FIELD(conversion, converted_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "on (结汇日)"),
};
const struct record conversion_record = RECORD(conversion, fields, "A receipt converted (结汇)");

bool conversion_exchange(int64_t amount_minor, int64_t rate, int64_t *fen_out, int64_t *residue_out)
{
    int64_t exact = 0;
    int64_t fen = 0;
    if (__builtin_mul_overflow(amount_minor, rate, &exact) ||
        !amount_scale(exact, 1, RESIDUE_PER_FEN, &fen)) {
        return false;
    }
    *fen_out = fen;
    *residue_out = exact - fen * RESIDUE_PER_FEN;
    return true;
}

static enum verdict check_receipt(struct context *context,
                                  const struct fx_receipt *receipt,
                                  const struct fx_quote *quote)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, receipt->holder)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/receipt");
    }
    bool fits_quote = strcmp(quote->holder, receipt->holder) == 0 &&
                      strcmp(quote->bank, receipt->bank) == 0 && quote->side == FX_BUY_SPOT &&
                      quote->currency == (int32_t)receipt->amount.currency;
    if (!fits_quote) {
        return refuse_field(context, REFUSAL_CONVERSION_QUOTE, "/quote");
    }
    enum verdict verdict = fx_receipt_check_state(context, receipt, 1U << FX_RECEIPT_CLEARED);
    return verdict == VERDICT_DONE && receipt->basis == FX_BASIS_NONE
               ? refuse_field(context, REFUSAL_CONVERSION_BASIS, "/receipt")
               : verdict;
}

static enum verdict check_amount(struct context *context,
                                 const struct fx_receipt *receipt,
                                 struct conversion *conversion)
{
    struct money amount = conversion->bought;
    if (amount.currency != receipt->unused.currency || amount.minor <= 0 ||
        amount.minor > receipt->unused.minor) {
        enum verdict verdict = refuse_field(context, REFUSAL_CONVERSION_AMOUNT, "/amount");
        refusal_money(context, "unused", receipt->unused);
        return verdict;
    }
    conversion->paid.currency = CURRENCY_CNY;
    bool has_fit = conversion_exchange(
        amount.minor, conversion->rate, &conversion->paid.minor, &conversion->residue);
    return has_fit && conversion->paid.minor > 0
               ? VERDICT_DONE
               : refuse_field(context, REFUSAL_CONVERSION_SIZE, "/amount");
}

/* Two transfers, one in each currency, through the bank's position. */
static enum verdict
move(struct context *context, const struct fx_receipt *receipt, const struct conversion *conversion)
{
    struct account_key holders = {
        .owner = receipt->holder_number,
        .purpose = PURPOSE_INDIVIDUAL_FX,
        .currency = conversion->bought.currency,
    };
    struct account_key position = {
        .owner = receipt->bank_number,
        .purpose = PURPOSE_FX_POSITION,
        .currency = conversion->bought.currency,
    };
    enum verdict verdict = rule_move(
        context, &holders, &position, conversion->bought.minor, TRANSFER_CODE_FX_CONVERTED);
    holders.currency = CURRENCY_CNY;
    position.currency = CURRENCY_CNY;
    TEXT_PUT(position.subject, currency_code(conversion->bought.currency));
    return verdict == VERDICT_DONE ? rule_move(context,
                                               &position,
                                               &holders,
                                               conversion->paid.minor,
                                               TRANSFER_CODE_FX_PROCEEDS)
                                   : verdict;
}

static void
tell(struct context *context, const struct fx_receipt *receipt, const struct conversion *conversion)
{
    struct notice notice;
    notice_begin(&notice, "conversion.executed", conversion->id);
    notice_text(&notice, "receipt", conversion->receipt);
    notice_money(&notice, "bought", conversion->bought);
    notice_money(&notice, "paid", conversion->paid);
    notice_integer(&notice, "rate_per_100_e4", conversion->rate);
    notice_to(&notice, receipt->holder_number);
    notice_to(&notice, receipt->bank_number);
    notice_send(context, &notice);
}

enum verdict conversion_execute(struct context *context, const void *command_, void *answer_out)
{
    const struct conversion_execute *command = command_;
    struct fx_receipt receipt = {0};
    struct fx_quote quote = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = fx_quote_take(context, command->quote, &quote);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_receipt(context, &receipt, &quote);
    }
    struct conversion conversion = {
        .rate = quote.rate,
        .bought = command->amount.currency == CURRENCY_NONE ? receipt.unused : command->amount,
        .basis = receipt.basis,
        .converted_on = context->today,
    };
    if (verdict == VERDICT_DONE) {
        verdict = check_amount(context, &receipt, &conversion);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    snprintf(conversion.id, sizeof(conversion.id), "C%012" PRId64, context->command_seq);
    TEXT_PUT(conversion.quote, quote.id);
    TEXT_PUT(conversion.receipt, receipt.id);
    TEXT_PUT(conversion.holder, receipt.holder);
    TEXT_PUT(conversion.bank, receipt.bank);
    struct fx_position position;
    if (!fx_position_add(context, &conversion, &position)) {
        return refuse_field(context, REFUSAL_CONVERSION_SIZE, "/amount");
    }
    verdict = move(context, &receipt, &conversion);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    quote.state = FX_QUOTE_USED;
    receipt.unused.minor -= conversion.bought.minor;
    state_put(context->state, DOCUMENT_FX_QUOTE, &quote);
    state_put(context->state, DOCUMENT_FX_POSITION, &position);
    state_put(context->state, DOCUMENT_CONVERSION, &conversion);
    fx_receipt_put(context, &receipt, NULL);
    tell(context, &receipt, &conversion);
    *(struct conversion *)answer_out = conversion;
    return rule_done(context);
}
