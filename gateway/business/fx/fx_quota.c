#include "gateway/business/fx/fx_quota.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/fx_rate.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

#define USE_FIELDS(struct_)                                                                        \
    FIELD(struct_, year, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "counted in (年度)"),           \
        FIELD(struct_,                                                                             \
              counted,                                                                             \
              FIELD_MONEY,                                                                         \
              FIELD_REQUIRED,                                                                      \
              .meaning = "of the receipt (占用收款金额)"),                                         \
        FIELD(struct_,                                                                             \
              used,                                                                                \
              FIELD_MONEY,                                                                         \
              FIELD_REQUIRED,                                                                      \
              .meaning = "of the quota, in USD (占用额度)")

static const struct field use_fields[] = {
    TEXT(fx_quota_use, receipt, FIELD_KEY | FIELD_REQUIRED, .meaning = "for what (收款编号)"),
    TEXT(fx_quota_use, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose quota (个人)"),
    FIELD(fx_quota_use, holder_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    FIELD(fx_quota_use, used_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "confirmed on (确认日)"),
    USE_FIELDS(fx_quota_use),
    FIELD(fx_quota_use, gone, FIELD_MONEY, 0, .meaning = "of it, back to the payer (退回金额)"),
    FIELD(fx_quota_use, restored, FIELD_MONEY, 0, .meaning = "given back, USD (恢复额度)"),
};
const struct record fx_quota_use_record =
    RECORD(fx_quota_use, use_fields, "Quota used by a receipt (额度占用)");

static const struct field confirm_fields[] = {
    TEXT(fx_quota_confirm, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "which (收款编号)"),
};
const struct record fx_quota_confirm_record =
    RECORD(fx_quota_confirm, confirm_fields, "Count a receipt against the yearly quota");

static const struct field answer_fields[] = {
    TEXT(fx_quota_answer, receipt, FIELD_REQUIRED, .meaning = "which (收款编号)"),
    USE_FIELDS(fx_quota_answer),
    FIELD(fx_quota_answer, limit, FIELD_MONEY, FIELD_REQUIRED, .meaning = "of the year (总额度)"),
    FIELD(fx_quota_answer,
          available,
          FIELD_MONEY,
          FIELD_REQUIRED,
          .meaning = "left of it (剩余额度)"),
};
const struct record fx_quota_answer_record =
    RECORD(fx_quota_answer, answer_fields, "What is left of the year's quota");

static struct money usd(int64_t minor)
{
    return (struct money){.currency = CURRENCY_USD, .minor = minor};
}

static struct account_key account_of(const struct fx_quota_use *use, enum purpose purpose)
{
    struct account_key key = {
        .owner = use->holder_number,
        .purpose = purpose,
        .currency = CURRENCY_USD,
    };
    snprintf(key.subject, sizeof(key.subject), "%" PRId64, use->year);
    return key;
}

static int64_t
balance(struct context *context, const struct fx_quota_use *use, enum purpose purpose)
{
    struct account_key key = account_of(use, purpose);
    const struct book *book = state_book(context->state);
    int64_t number = book_find(book, &key);
    return number == 0 ? 0 : account_balance(book_account(book, number));
}

/* The year's limit as the terms have it today; one lowered below what is used stays at that. */
static int64_t limit_today(struct context *context, const struct fx_quota_use *use)
{
    int64_t limit = terms_of(context, context->today).fx_quota_minor;
    int64_t used = balance(context, use, PURPOSE_QUOTA_USED);
    return limit > used ? limit : used;
}

/* Books what the limit has changed by since it was last used. */
static enum verdict set_limit(struct context *context, const struct fx_quota_use *use)
{
    struct account_key limit = account_of(use, PURPOSE_QUOTA_LIMIT);
    struct account_key available = account_of(use, PURPOSE_QUOTA_AVAILABLE);
    int64_t more = limit_today(context, use) - balance(context, use, PURPOSE_QUOTA_LIMIT);
    if (more == 0) {
        return VERDICT_DONE;
    }
    return more > 0
               ? rule_move(context, &limit, &available, more, TRANSFER_CODE_QUOTA_LIMIT_SET)
               : rule_move(context, &available, &limit, -more, TRANSFER_CODE_QUOTA_LIMIT_LOWERED);
}

static enum verdict check_receipt(struct context *context, const struct fx_receipt *receipt)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, receipt->holder)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/receipt");
    }
    enum verdict verdict = fx_receipt_check_state(context, receipt, 1U << FX_RECEIPT_CLEARED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (receipt->basis != FX_BASIS_NONE) {
        verdict = refuse_field(context, REFUSAL_FX_MATCH_BASIS, "/receipt");
        refusal_text(context, "basis", name_by_value(fx_basis_names, receipt->basis));
    }
    return verdict;
}

static enum verdict check_quota(struct context *context, const struct fx_quota_use *use)
{
    int64_t limit = limit_today(context, use);
    int64_t used = balance(context, use, PURPOSE_QUOTA_USED);
    if (use->used.minor <= limit - used) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_FX_QUOTA_EXCEEDED, "/receipt");
    refusal_integer(context, "year", use->year);
    refusal_money(context, "limit", usd(limit));
    refusal_money(context, "used", usd(used));
    refusal_money(context, "needed", use->used);
    return verdict;
}

static enum verdict book_use(struct context *context, const struct fx_quota_use *use)
{
    struct account_key available = account_of(use, PURPOSE_QUOTA_AVAILABLE);
    struct account_key used = account_of(use, PURPOSE_QUOTA_USED);
    enum verdict verdict = set_limit(context, use);
    return verdict != VERDICT_DONE || use->used.minor == 0
               ? verdict
               : rule_move(context, &available, &used, use->used.minor, TRANSFER_CODE_QUOTA_USED);
}

static void
tell(struct context *context, const char *event, const struct fx_quota_use *use, int64_t minor)
{
    struct notice notice;
    notice_begin(&notice, event, use->receipt);
    notice_text(&notice, "receipt", use->receipt);
    notice_integer(&notice, "year", use->year);
    notice_money(&notice, "amount", usd(minor));
    notice_money(&notice, "available", usd(balance(context, use, PURPOSE_QUOTA_AVAILABLE)));
    notice_to(&notice, use->holder_number);
    notice_send(context, &notice);
}

static void
fill_answer(struct context *context, const struct fx_quota_use *use, struct fx_quota_answer *answer)
{
    *answer = (struct fx_quota_answer){
        .year = use->year,
        .counted = use->counted,
        .used = use->used,
        .limit = usd(balance(context, use, PURPOSE_QUOTA_LIMIT)),
        .available = usd(balance(context, use, PURPOSE_QUOTA_AVAILABLE)),
    };
    TEXT_PUT(answer->receipt, use->receipt);
}

enum verdict fx_quota_confirm(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_quota_confirm *command = command_;
    struct fx_receipt receipt = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = check_receipt(context, &receipt);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int year;
    int month;
    int day;
    date_to_civil(context->today, &year, &month, &day);
    struct fx_quota_use use = {
        .holder_number = receipt.holder_number,
        .year = year,
        .used_on = context->today,
        .counted = receipt.unused,
        .gone = {.currency = receipt.unused.currency},
        .restored = usd(0),
    };
    use.counted.minor += receipt.refunding.minor;
    TEXT_PUT(use.receipt, receipt.id);
    TEXT_PUT(use.holder, receipt.holder);
    verdict = fx_rate_value(context, use.counted, CURRENCY_USD, context->today, &use.used);
    if (verdict == VERDICT_DONE) {
        verdict = check_quota(context, &use);
    }
    if (verdict == VERDICT_DONE) {
        verdict = book_use(context, &use);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    receipt.basis = FX_BASIS_QUOTA;
    fx_receipt_put(context, &receipt, NULL);
    state_put(context->state, DOCUMENT_FX_QUOTA_USE, &use);
    tell(context, "fx_quota.used", &use, use.used.minor);
    fill_answer(context, &use, answer_out);
    return rule_done(context);
}

enum verdict
fx_quota_restore(struct context *context, const struct fx_receipt *receipt, int64_t gone_minor)
{
    const struct fx_quota_use *known =
        state_find(context->state, DOCUMENT_FX_QUOTA_USE, receipt->id);
    if (known == NULL) {
        return VERDICT_DONE;
    }
    struct fx_quota_use use = *known;
    use.gone.minor += gone_minor;
    int64_t restored = 0;
    if (!amount_scale(use.used.minor, use.gone.minor, use.counted.minor, &restored)) {
        return refuse(context, REFUSAL_FX_RATE_SIZE);
    }
    int64_t more = restored - use.restored.minor;
    use.restored.minor = restored;
    struct account_key available = account_of(&use, PURPOSE_QUOTA_AVAILABLE);
    struct account_key used = account_of(&use, PURPOSE_QUOTA_USED);
    enum verdict verdict =
        more == 0 ? VERDICT_DONE
                  : rule_move(context, &used, &available, more, TRANSFER_CODE_QUOTA_RESTORED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_FX_QUOTA_USE, &use);
    tell(context, "fx_quota.restored", &use, more);
    return VERDICT_DONE;
}
