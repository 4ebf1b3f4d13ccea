#include "gateway/business/settlement/freeze.h"

#include <stdio.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {FREEZE_FROZEN,   "frozen",   "some of it still is (冻结)"},
    {FREEZE_RELEASED, "released", "all is free again (解冻)"  },
    {0,               NULL,       NULL                          },
};

static const struct name authorities[] = {
    {FREEZE_BY_COURT,   "court",   "a people's court (法院)"},
    {FREEZE_BY_CUSTOMS, "customs", "customs (海关)"         },
    {0,                 NULL,      NULL                       },
};

#define CASE_FIELDS(struct_, flags_)                                                               \
    TEXT(struct_, merchant, FIELD_REQUIRED | (flags_), .meaning = "whose money (商户)"),           \
        TEXT(struct_,                                                                              \
             case_number,                                                                          \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "of the order to freeze (案号)")

#define AUTHORITY_FIELD(struct_)                                                                   \
    FIELD(struct_,                                                                                 \
          authority,                                                                               \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = authorities,                                                                    \
          .meaning = "who ordered it (冻结机关)")

static const struct field freeze_fields[] = {
    TEXT(freeze, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "merchant and case"),
    CASE_FIELDS(freeze, FIELD_PREFIX),
    AUTHORITY_FIELD(freeze),
    FIELD(freeze,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands"),
    FIELD(freeze, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "as it was frozen (冻结金额)"),
    FIELD(freeze, frozen, FIELD_MONEY, FIELD_REQUIRED, .meaning = "and still is (尚冻结)"),
    TEXT(freeze, reason, FIELD_REQUIRED, .meaning = "of the last turn (事由)"),
    FIELD(freeze, frozen_on, FIELD_DATE, 0, .meaning = "since"),
    FIELD(freeze, released_on, FIELD_DATE, 0, .meaning = "all free since"),
};
const struct record freeze_record = RECORD(freeze, freeze_fields, "Money frozen (冻结)");

static const struct field make_fields[] = {
    CASE_FIELDS(freeze_make, FIELD_CODE),
    AUTHORITY_FIELD(freeze_make),
    AMOUNT(freeze_make, amount, 0, "how much; absent: all that is free"),
    TEXT(freeze_make, reason, FIELD_REQUIRED, .meaning = "what the order says (事由)"),
};
const struct record freeze_make_record = RECORD(freeze_make, make_fields, "Freeze money (冻结)");

static const struct field release_fields[] = {
    CASE_FIELDS(freeze_release, FIELD_CODE),
    AMOUNT(freeze_release, amount, 0, "how much; absent: all that is frozen"),
    TEXT(freeze_release, reason, FIELD_REQUIRED, .meaning = "what the order says (事由)"),
};
const struct record freeze_release_record =
    RECORD(freeze_release, release_fields, "Unfreeze money (解冻)");

static enum verdict refuse_short(struct context *context,
                                 enum refusal_code code,
                                 const char *name,
                                 int64_t minor,
                                 int64_t needed_minor)
{
    enum verdict verdict = refuse(context, code);
    refusal_money(context, name, cny(minor));
    refusal_money(context, "needed", cny(needed_minor));
    return verdict;
}

static enum verdict move(struct context *context,
                         int64_t owner,
                         enum purpose from,
                         enum purpose to,
                         int64_t amount_minor,
                         enum transfer_code code)
{
    struct account_key debit = {.owner = owner, .purpose = from, .currency = CURRENCY_CNY};
    struct account_key credit = {.owner = owner, .purpose = to, .currency = CURRENCY_CNY};
    return rule_move(context, &debit, &credit, amount_minor, code);
}

static void
tell(struct context *context, const char *event, const struct freeze *freeze, int64_t merchant)
{
    struct notice notice;
    notice_begin(&notice, event, freeze->key);
    notice_text(&notice, "case_number", freeze->case_number);
    notice_text(&notice, "authority", name_by_value(authorities, freeze->authority));
    notice_money(&notice, "frozen", freeze->frozen);
    notice_to(&notice, merchant);
    notice_send(context, &notice);
}

enum verdict merchant_freeze(struct context *context, const void *command_, void *answer_out)
{
    const struct freeze_make *command = command_;
    const struct party *merchant = party_find(context, command->merchant);
    if (merchant == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/merchant");
    }
    bool is_all = command->amount.currency == CURRENCY_NONE;
    enum verdict verdict =
        is_all ? VERDICT_DONE : check_cny(context, command->amount, "/amount/currency");
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t available = payment_available(context, PURPOSE_MERCHANT_PAYABLE, merchant->number);
    struct freeze freeze = {
        .authority = command->authority,
        .state = FREEZE_FROZEN,
        .amount = is_all ? cny(available) : command->amount,
        .frozen_on = context->today,
    };
    freeze.frozen = freeze.amount;
    snprintf(freeze.key, sizeof(freeze.key), "%s/%s", command->merchant, command->case_number);
    TEXT_PUT(freeze.merchant, command->merchant);
    TEXT_PUT(freeze.case_number, command->case_number);
    TEXT_PUT(freeze.reason, command->reason);
    if (state_find(context->state, DOCUMENT_FREEZE, freeze.key) != NULL) {
        return refuse_field(context, REFUSAL_FREEZE_EXISTS, "/case_number");
    }
    if (available == 0 || freeze.amount.minor > available) {
        return refuse_short(
            context, REFUSAL_FREEZE_INSUFFICIENT, "available", available, freeze.amount.minor);
    }
    verdict = move(context,
                   merchant->number,
                   PURPOSE_MERCHANT_PAYABLE,
                   PURPOSE_MERCHANT_FROZEN,
                   freeze.amount.minor,
                   TRANSFER_CODE_FROZEN);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_FREEZE, &freeze);
    tell(context, "merchant.frozen", &freeze, merchant->number);
    *(struct freeze *)answer_out = freeze;
    return rule_done(context);
}

static enum verdict check_release(struct context *context,
                                  const struct freeze_release *command,
                                  const struct freeze *freeze,
                                  int64_t *amount_minor_out)
{
    if (freeze->state != FREEZE_FROZEN) {
        enum verdict verdict = refuse(context, REFUSAL_FREEZE_STATE);
        refusal_text(context, "state", name_by_value(states, freeze->state));
        return verdict;
    }
    if (command->amount.currency == CURRENCY_NONE) {
        *amount_minor_out = freeze->frozen.minor;
        return VERDICT_DONE;
    }
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    *amount_minor_out = command->amount.minor;
    return command->amount.minor <= freeze->frozen.minor ? VERDICT_DONE
                                                         : refuse_short(context,
                                                                        REFUSAL_FREEZE_AMOUNT,
                                                                        "frozen",
                                                                        freeze->frozen.minor,
                                                                        command->amount.minor);
}

enum verdict merchant_unfreeze(struct context *context, const void *command_, void *answer_out)
{
    const struct freeze_release *command = command_;
    char key[DOCUMENT_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%s", command->merchant, command->case_number);
    const struct freeze *found = state_find(context->state, DOCUMENT_FREEZE, key);
    const struct party *merchant = party_find(context, command->merchant);
    if (found == NULL || merchant == NULL) {
        return refuse_field(context, REFUSAL_FREEZE_UNKNOWN, "/case_number");
    }
    struct freeze freeze = *found;
    int64_t amount_minor = 0;
    enum verdict verdict = check_release(context, command, &freeze, &amount_minor);
    if (verdict == VERDICT_DONE) {
        verdict = move(context,
                       merchant->number,
                       PURPOSE_MERCHANT_FROZEN,
                       PURPOSE_MERCHANT_PAYABLE,
                       amount_minor,
                       TRANSFER_CODE_UNFROZEN);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    freeze.frozen.minor -= amount_minor;
    TEXT_PUT(freeze.reason, command->reason);
    if (freeze.frozen.minor == 0) {
        freeze.state = FREEZE_RELEASED;
        freeze.released_on = context->today;
    }
    state_put(context->state, DOCUMENT_FREEZE, &freeze);
    tell(context, "merchant.unfrozen", &freeze, merchant->number);
    *(struct freeze *)answer_out = freeze;
    return rule_done(context);
}
