#include "gateway/business/bank/funds.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/collection.h"
#include "gateway/business/compensation/recovery.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/fx_receipt.h"
#include "gateway/business/guarantee/call.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {FUNDS_CREDITED, "credited", "placed (已入账)"          },
    {FUNDS_SUSPENSE, "suspense", "owner not known (待查)"    },
    {FUNDS_RETURNED, "returned", "a payment came back (退汇)"},
    {0,              NULL,       NULL                          },
};

static const struct name sources[] = {
    {FUNDS_TOLD_BY_ADVICE,    "advice",    "the bank's advice (到账通知)"},
    {FUNDS_TOLD_BY_STATEMENT, "statement", "the bank's statement (对账单)"},
    {0,                       NULL,        NULL                              },
};

#define TOLD_FIELDS(struct_, date_flags_)                                                          \
    TEXT(struct_, payment_reference, 0, .meaning = "what the payer gave (付款附言)"),              \
        AMOUNT(struct_, amount, FIELD_REQUIRED, "received (到账金额)"),                            \
        FIELD(struct_,                                                                             \
              value_date,                                                                          \
              FIELD_DATE,                                                                          \
              FIELD_REQUIRED | (date_flags_),                                                      \
              .meaning = "value date (起息日)"),                                                   \
        TEXT(struct_, payer_name, FIELD_PERSONAL, .meaning = "who paid (付款人)"),                 \
        TEXT(struct_, payer_bank, 0, .meaning = "the payer's bank, BIC (付款行)"),                 \
        TEXT(struct_, payer_country, 0, .meaning = "of the payer, ISO 3166 (付款国别)")

static const struct field receive_fields[] = {
    TEXT(funds_receive,
         bank_reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the bank's own number of the payment (银行流水号)"),
    TOLD_FIELDS(funds_receive, 0),
};
const struct record funds_receive_record =
    RECORD(funds_receive, receive_fields, "Money has come in (到账通知)");

static const struct field funds_fields[] = {
    TEXT(funds, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank and bank reference"),
    TEXT(funds, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "where it lies"),
    FIELD(funds,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "placed or not"),
    TOLD_FIELDS(funds, 0),
    TEXT(funds, grn, FIELD_INDEX, .meaning = "the guarantee it went to"),
    TEXT(funds, call, 0, .meaning = "the call it paid"),
    TEXT(funds, fx_receipt, 0, .meaning = "the receipt of an individual (收款编号)"),
    TEXT(funds, principal, 0, .meaning = "whose guarantee"),
    FIELD(funds, told_by, FIELD_ENUM, FIELD_REQUIRED, .names = sources, .meaning = "who said so"),
    TEXT(funds, reconciled, 0, .meaning = "line of the statement, or difference (对账)"),
    TEXT(funds, claim, 0, .meaning = "whose recovery it is (赔案编号)"),
    FIELD(funds,
          settlement_day,
          FIELD_DATE,
          FIELD_INDEX,
          .meaning = "whose statement is to show it (账务日期)"),
};
const struct record funds_record = RECORD(funds, funds_fields, "Money received (到账)");

static const struct field answer_fields[] = {
    TEXT(funds_answer, bank_reference, FIELD_REQUIRED, .meaning = "as given"),
    FIELD(funds_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "placed or not"),
    FIELD(funds_answer, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "booked"),
    TEXT(funds_answer, grn, 0, .meaning = "the guarantee it went to"),
    TEXT(funds_answer, call, 0, .meaning = "the call it paid"),
    TEXT(funds_answer, fx_receipt, 0, .meaning = "the receipt of an individual (收款编号)"),
    TEXT(funds_answer, claim, 0, .meaning = "whose recovery it is (赔案编号)"),
};
const struct record funds_answer_record =
    RECORD(funds_answer, answer_fields, "Where the money went");

void funds_fill(const struct party *bank,
                const struct funds_receive *told,
                enum funds_source source,
                struct funds *funds_out)
{
    *funds_out = (struct funds){
        .amount = told->amount,
        .value_date = told->value_date,
        .told_by = (int32_t)source,
    };
    snprintf(funds_out->key, sizeof(funds_out->key), "%s/%s", bank->id, told->bank_reference);
    TEXT_PUT(funds_out->bank, bank->id);
    TEXT_PUT(funds_out->payment_reference, told->payment_reference);
    TEXT_PUT(funds_out->payer_name, told->payer_name);
    TEXT_PUT(funds_out->payer_bank, told->payer_bank);
    TEXT_PUT(funds_out->payer_country, told->payer_country);
}

static bool is_same(const struct funds *known, const struct funds *told)
{
    if (known->amount.minor != told->amount.minor ||
        known->amount.currency != told->amount.currency) {
        return false;
    }
    return known->told_by == FUNDS_TOLD_BY_STATEMENT ||
           (known->value_date == told->value_date &&
            strcmp(known->payment_reference, told->payment_reference) == 0 &&
            strcmp(known->payer_name, told->payer_name) == 0 &&
            strcmp(known->payer_bank, told->payer_bank) == 0 &&
            strcmp(known->payer_country, told->payer_country) == 0);
}

enum verdict
funds_check_once(struct context *context, const struct funds *funds, const struct funds **known_out)
{
    const struct funds *known = state_find(context->state, DOCUMENT_FUNDS, funds->key);
    if (known != NULL && !is_same(known, funds)) {
        enum verdict verdict =
            refuse_field(context, REFUSAL_FUNDS_REFERENCE_USED, "/bank_reference");
        refusal_money(context, "booked", known->amount);
        refusal_date(context, "value_date", known->value_date);
        return verdict;
    }
    *known_out = known;
    return VERDICT_DONE;
}

static void answer_funds(const struct funds_receive *command,
                         const struct funds *funds,
                         struct funds_answer *answer)
{
    *answer = (struct funds_answer){.state = funds->state, .amount = funds->amount};
    TEXT_PUT(answer->bank_reference, command->bank_reference);
    TEXT_PUT(answer->grn, funds->grn);
    TEXT_PUT(answer->call, funds->call);
    TEXT_PUT(answer->fx_receipt, funds->fx_receipt);
    TEXT_PUT(answer->claim, funds->claim);
}

enum verdict
funds_suspend(struct context *context, const struct party *bank, const struct funds *funds)
{
    struct account_key debit = {
        .owner = bank->number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = funds->amount.currency,
    };
    struct account_key credit = debit;
    credit.purpose = PURPOSE_SUSPENSE;
    enum verdict verdict =
        rule_move(context, &debit, &credit, funds->amount.minor, TRANSFER_CODE_FUNDS_SUSPENDED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct notice notice;
    notice_begin(&notice, "funds.suspense", funds->key);
    notice_money(&notice, "amount", funds->amount);
    notice_to(&notice, bank->number);
    notice_send(context, &notice);
    return VERDICT_DONE;
}

/* Puts the money where its reference leads; `funds` learns where that was. */
static enum verdict place(struct context *context, const struct party *bank, struct funds *funds)
{
    const struct fx_account *account = funds->amount.currency == CURRENCY_CNY
                                           ? NULL
                                           : fx_account_find(context, funds->payment_reference);
    if (account != NULL && fx_account_is_open(context, account)) {
        funds->state = FUNDS_CREDITED;
        TEXT_PUT(funds->principal, account->holder);
        return fx_receipt_take(context, account, bank, funds);
    }
    const struct payment_reference *reference = NULL;
    if (funds->payment_reference[0] != '\0' && funds->amount.currency == CURRENCY_CNY) {
        reference =
            state_find(context->state, DOCUMENT_PAYMENT_REFERENCE, funds->payment_reference);
    }
    if (reference != NULL && reference->merchant[0] != '\0' &&
        collection_is_open(context, reference)) {
        funds->state = FUNDS_CREDITED;
        TEXT_PUT(funds->principal, reference->merchant);
        return collection_take(context, reference, bank, funds);
    }
    if (reference != NULL && reference->claim[0] != '\0' &&
        recovery_is_open(context, reference->claim)) {
        funds->state = FUNDS_CREDITED;
        TEXT_PUT(funds->claim, reference->claim);
        return recovery_take(context, bank, funds);
    }
    const struct guarantee *found =
        reference == NULL ? NULL : state_find(context->state, DOCUMENT_GUARANTEE, reference->grn);
    if (found != NULL) {
        struct guarantee guarantee = *found;
        bool is_call = reference->call[0] != '\0';
        bool fits = is_call ? call_can_take(context, reference->call, funds->amount.minor)
                            : deposit_is_open(&guarantee);
        if (fits) {
            funds->state = FUNDS_CREDITED;
            TEXT_PUT(funds->grn, guarantee.grn);
            TEXT_PUT(funds->call, reference->call);
            TEXT_PUT(funds->principal, guarantee.principal);
            int64_t amount = funds->amount.minor;
            return is_call ? call_settle(context, funds->call, bank->number, amount, NULL)
                           : deposit_fund(context, &guarantee, bank->number, amount);
        }
    }
    const struct window_transfer *transfer = window_transfer_awaited(context, bank, funds);
    if (transfer != NULL) {
        return window_transfer_take(context, transfer, bank, funds);
    }
    funds->state = FUNDS_SUSPENSE;
    return funds_suspend(context, bank, funds);
}

void funds_await(struct context *context, struct funds *funds)
{
    const struct bank_link *link = bank_link_find(context, funds->bank);
    if (link != NULL && funds->amount.currency == CURRENCY_CNY) {
        bank_day_await(context, link, funds->value_date);
        funds->settlement_day = funds->value_date;
    }
}

void funds_reconcile(struct context *context, struct funds *funds, const char *place)
{
    if (funds->settlement_day != DATE_NONE && funds->reconciled[0] == '\0') {
        bank_day_reconcile(context, funds->bank, funds->settlement_day);
    }
    TEXT_PUT(funds->reconciled, place);
    state_put(context->state, DOCUMENT_FUNDS, funds);
}

enum verdict funds_book(struct context *context,
                        const struct party *bank,
                        const struct funds_receive *told,
                        enum funds_source source,
                        struct funds *funds_out)
{
    funds_fill(bank, told, source, funds_out);
    const struct bank_link *link = bank_link_find(context, bank->id);
    if (link != NULL && funds_out->amount.currency == CURRENCY_CNY) {
        bank_day_count(context, link, funds_out->value_date, DAY_RECEIVED, funds_out->amount);
    }
    funds_await(context, funds_out);
    return place(context, bank, funds_out);
}

enum verdict funds_receive(struct context *context, const void *command_, void *answer_out)
{
    const struct funds_receive *command = command_;
    struct funds funds;
    funds_fill(context->actor, command, FUNDS_TOLD_BY_ADVICE, &funds);
    const struct funds *known = NULL;
    enum verdict verdict = funds_check_once(context, &funds, &known);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (known != NULL) {
        answer_funds(command, known, answer_out);
        return rule_done(context);
    }
    verdict = funds_book(context, context->actor, command, FUNDS_TOLD_BY_ADVICE, &funds);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_FUNDS, &funds);
    answer_funds(command, &funds, answer_out);
    return rule_done(context);
}
