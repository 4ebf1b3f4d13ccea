#include "gateway/business/fx/fx_quote.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"
#include "gateway/records/text.h"

const struct name fx_currencies[] = {
    {CURRENCY_MNT, "MNT", "tugrik (图格里克)"},
    {CURRENCY_RUB, "RUB", "rouble (卢布)"      },
    {CURRENCY_USD, "USD", "US dollar (美元)"   },
    {CURRENCY_EUR, "EUR", "euro (欧元)"        },
    {0,            NULL,  NULL                   },
};

static const struct name sides[] = {
    {FX_BUY_SPOT, "buy_spot", "the bank buys a balance (现汇买入价)"},
    {FX_BUY_CASH, "buy_cash", "the bank buys notes (现钞买入价)"    },
    {FX_SELL,     "sell",     "the bank sells (卖出价)"               },
    {FX_MIDDLE,   "middle",   "to value, not to trade by (中间价)"    },
    {0,           NULL,       NULL                                       },
};

static const struct name states[] = {
    {FX_QUOTE_LOCKED, "locked", "can be used once (已锁定)"    },
    {FX_QUOTE_USED,   "used",   "used by a conversion (已使用)"},
    {0,               NULL,     NULL                              },
};

#define RATE_FIELDS(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          currency,                                                                                \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = fx_currencies,                                                                  \
          .meaning = "which (币种)"),                                                              \
        FIELD(struct_,                                                                             \
              side,                                                                                \
              FIELD_ENUM,                                                                          \
              FIELD_REQUIRED,                                                                      \
              .names = sides,                                                                      \
              .meaning = "what the bank does (买卖方向)"),                                         \
        FIELD(struct_,                                                                             \
              rate,                                                                                \
              FIELD_DECIMAL,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .scale = FX_RATE_DECIMALS,                                                           \
              .min = 1,                                                                            \
              .max = FX_RATE_MAX,                                                                  \
              .meaning = "CNY for 100 units (汇率)")

#define PERIOD_FIELDS(struct_)                                                                     \
    FIELD(                                                                                         \
        struct_, valid_from, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "from then on (生效时间)"), \
        FIELD(struct_,                                                                             \
              valid_until,                                                                         \
              FIELD_INSTANT,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .meaning = "no longer from then on (失效时间)")

static const struct field publish_fields[] = {
    RATE_FIELDS(fx_quote_publish),
    PERIOD_FIELDS(fx_quote_publish),
};
const struct record fx_quote_publish_record =
    RECORD(fx_quote_publish, publish_fields, "Publish a rate (发布牌价)");

static const struct field board_fields[] = {
    TEXT(fx_board, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank, currency and side"),
    TEXT(fx_board, bank, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "whose (报价银行)"),
    RATE_FIELDS(fx_board),
    PERIOD_FIELDS(fx_board),
};
const struct record fx_board_record =
    RECORD(fx_board, board_fields, "A rate a bank has published (牌价)");

static const struct field lock_fields[] = {
    TEXT(fx_quote_lock, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "whose (报价银行)"),
    TEXT(fx_quote_lock, holder, FIELD_CODE, .meaning = "for whom; absent: who asks (客户)"),
    RATE_FIELDS(fx_quote_lock),
};
const struct record fx_quote_lock_record =
    RECORD(fx_quote_lock, lock_fields, "Lock the rate one has seen (锁价)");

static const struct field quote_fields[] = {
    TEXT(fx_quote, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (锁价编号)"),
    FIELD(fx_quote,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "whether it can be used (状态)"),
    TEXT(fx_quote, bank, FIELD_REQUIRED, .meaning = "whose (报价银行)"),
    TEXT(fx_quote, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "for whom (客户)"),
    RATE_FIELDS(fx_quote),
    FIELD(fx_quote,
          expires_at,
          FIELD_INSTANT,
          FIELD_REQUIRED,
          .meaning = "too late from then on (失效时间)"),
};
const struct record fx_quote_record =
    RECORD(fx_quote, quote_fields, "A rate locked for a customer (锁价)");

static void
board_key(const char *bank, int32_t currency, int32_t side, char key_out[DOCUMENT_KEY_SIZE])
{
    snprintf(key_out,
             DOCUMENT_KEY_SIZE,
             "%s/%s/%s",
             bank,
             name_by_value(fx_currencies, currency),
             name_by_value(sides, side));
}

enum verdict fx_quote_publish(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_quote_publish *command = command_;
    if (command->valid_until <= command->valid_from || command->valid_until <= context->now) {
        return refuse_field(context, REFUSAL_FX_QUOTE_PERIOD, "/valid_until");
    }
    struct fx_board board = {
        .currency = command->currency,
        .side = command->side,
        .rate = command->rate,
        .valid_from = command->valid_from,
        .valid_until = command->valid_until,
    };
    TEXT_PUT(board.bank, context->actor->id);
    board_key(board.bank, board.currency, board.side, board.key);
    state_put(context->state, DOCUMENT_FX_BOARD, &board);
    *(struct fx_board *)answer_out = board;
    return rule_done(context);
}

/* What is published holds now and is what the customer has seen. */
static enum verdict
check_board(struct context *context, const struct fx_quote_lock *command, instant_us *until_out)
{
    char key[DOCUMENT_KEY_SIZE];
    board_key(command->bank, command->currency, command->side, key);
    const struct fx_board *board = state_find(context->state, DOCUMENT_FX_BOARD, key);
    if (board == NULL) {
        return refuse(context, REFUSAL_FX_QUOTE_NONE);
    }
    if (context->now < board->valid_from || context->now >= board->valid_until) {
        enum verdict verdict = refuse(context, REFUSAL_FX_QUOTE_EXPIRED);
        char text[INSTANT_TEXT_SIZE];
        (void)instant_format(board->valid_until, text);
        refusal_text(context, "valid_until", text);
        return verdict;
    }
    if (board->rate != command->rate) {
        enum verdict verdict = refuse_field(context, REFUSAL_FX_QUOTE_CHANGED, "/rate");
        char text[DECIMAL_TEXT_SIZE];
        (void)decimal_format(board->rate, FX_RATE_DECIMALS, text);
        refusal_text(context, "rate", text);
        return verdict;
    }
    *until_out = board->valid_until;
    return VERDICT_DONE;
}

enum verdict fx_quote_lock(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_quote_lock *command = command_;
    const char *holder_id = command->holder[0] != '\0' ? command->holder : context->actor->id;
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, holder_id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/holder");
    }
    if (command->side == FX_MIDDLE) {
        return refuse_field(context, REFUSAL_FX_QUOTE_SIDE, "/side");
    }
    const struct party *holder = NULL;
    const struct party *bank = NULL;
    enum verdict verdict =
        party_check(context, holder_id, 1U << PARTY_INDIVIDUAL, "/holder", &holder);
    if (verdict == VERDICT_DONE) {
        verdict = party_check(context, command->bank, 1U << PARTY_BANK, "/bank", &bank);
    }
    struct fx_quote quote = {
        .state = FX_QUOTE_LOCKED,
        .currency = command->currency,
        .side = command->side,
        .rate = command->rate,
    };
    if (verdict == VERDICT_DONE) {
        verdict = check_board(context, command, &quote.expires_at);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t lock_seconds = terms_of(context, context->today).fx_lock_seconds;
    instant_us lock_until = context->now + lock_seconds * INSTANT_US_PER_SECOND;
    quote.expires_at = lock_until < quote.expires_at ? lock_until : quote.expires_at;
    snprintf(quote.id, sizeof(quote.id), "Q%012" PRId64, context->command_seq);
    TEXT_PUT(quote.bank, command->bank);
    TEXT_PUT(quote.holder, holder_id);
    state_put(context->state, DOCUMENT_FX_QUOTE, &quote);
    struct notice notice;
    notice_begin(&notice, "fx_quote.locked", quote.id);
    notice_text(&notice, "currency", name_by_value(fx_currencies, quote.currency));
    notice_text(&notice, "side", name_by_value(sides, quote.side));
    notice_integer(&notice, "rate_per_100_e4", quote.rate);
    notice_to(&notice, holder->number);
    notice_to(&notice, bank->number);
    notice_send(context, &notice);
    *(struct fx_quote *)answer_out = quote;
    return rule_done(context);
}

enum verdict fx_quote_take(struct context *context, const char *id, struct fx_quote *quote_out)
{
    const struct fx_quote *quote = state_find(context->state, DOCUMENT_FX_QUOTE, id);
    if (quote == NULL) {
        return refuse_field(context, REFUSAL_FX_QUOTE_UNKNOWN, "/quote");
    }
    if (quote->state != FX_QUOTE_LOCKED) {
        return refuse_field(context, REFUSAL_FX_QUOTE_USED, "/quote");
    }
    if (context->now >= quote->expires_at) {
        enum verdict verdict = refuse_field(context, REFUSAL_FX_QUOTE_EXPIRED, "/quote");
        char text[INSTANT_TEXT_SIZE];
        (void)instant_format(quote->expires_at, text);
        refusal_text(context, "valid_until", text);
        return verdict;
    }
    *quote_out = *quote;
    return VERDICT_DONE;
}
