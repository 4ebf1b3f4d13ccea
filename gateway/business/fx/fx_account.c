#include "gateway/business/fx/fx_account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct field account_fields[] = {
    TEXT(fx_account, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "and payment reference (账号)"),
    TEXT(fx_account, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose it is (户主)"),
    FIELD(fx_account, holder_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    FIELD(fx_account, opened_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "since (开户日)"),
};
const struct record fx_account_record =
    RECORD(fx_account, account_fields, "An individual's FX account (个人外汇账户)");

static const struct field holder_fields[] = {
    TEXT(fx_holder, holder, FIELD_KEY | FIELD_REQUIRED, .meaning = "the individual (个人)"),
    TEXT(fx_holder, account, FIELD_REQUIRED, .meaning = "the one account"),
};
const struct record fx_holder_record =
    RECORD(fx_holder, holder_fields, "Which FX account a person has");

static const struct field open_fields[] = {
    TEXT(fx_account_open,
         holder,
         FIELD_CODE,
         .meaning = "the individual (个人); absent: the one that asks"),
};
const struct record fx_account_open_record =
    RECORD(fx_account_open, open_fields, "Open an FX account (开立个人外汇账户)");

static const struct field answer_fields[] = {
    TEXT(fx_account_answer, account, FIELD_REQUIRED, .meaning = "the account (账号)"),
    TEXT(fx_account_answer,
         payment_reference,
         FIELD_REQUIRED,
         .meaning = "to be given with each payment (付款附言)"),
    TEXT(fx_account_answer, holder, FIELD_REQUIRED, .meaning = "whose it is (户主)"),
};
const struct record fx_account_answer_record =
    RECORD(fx_account_answer, answer_fields, "An FX account and how it is paid to");

const struct fx_account *fx_account_find(struct context *context, const char *reference)
{
    bool is_id = reference[0] == 'F' && strlen(reference) == FX_ACCOUNT_ID_SIZE - 1;
    return is_id ? state_find(context->state, DOCUMENT_FX_ACCOUNT, reference) : NULL;
}

bool fx_account_is_open(struct context *context, const struct fx_account *account)
{
    const struct party *holder = party_find(context, account->holder);
    return holder != NULL && holder->state != PARTY_CLOSED;
}

static enum verdict
check_open(struct context *context, const char *id, const struct party **holder_out)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/holder");
    }
    enum verdict verdict = party_check(context, id, 1U << PARTY_INDIVIDUAL, "/holder", holder_out);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct fx_holder *known = state_find(context->state, DOCUMENT_FX_HOLDER, id);
    if (known != NULL) {
        verdict = refuse_field(context, REFUSAL_FX_ACCOUNT_EXISTS, "/holder");
        refusal_text(context, "account", known->account);
    }
    return verdict;
}

enum verdict fx_account_open(struct context *context, const void *command_, void *answer_out)
{
    const struct fx_account_open *command = command_;
    const char *id = command->holder[0] != '\0' ? command->holder : context->actor->id;
    const struct party *party = NULL;
    enum verdict verdict = check_open(context, id, &party);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct fx_account account = {.holder_number = party->number, .opened_on = context->today};
    snprintf(account.id, sizeof(account.id), "F%012" PRId64, context->command_seq);
    TEXT_PUT(account.holder, id);
    state_put(context->state, DOCUMENT_FX_ACCOUNT, &account);
    struct fx_holder holder = {0};
    TEXT_PUT(holder.holder, id);
    TEXT_PUT(holder.account, account.id);
    state_put(context->state, DOCUMENT_FX_HOLDER, &holder);
    struct notice notice;
    notice_begin(&notice, "fx_account.opened", account.id);
    notice_text(&notice, "payment_reference", account.id);
    notice_to(&notice, account.holder_number);
    notice_send(context, &notice);
    struct fx_account_answer *answer = answer_out;
    TEXT_PUT(answer->account, account.id);
    TEXT_PUT(answer->payment_reference, account.id);
    TEXT_PUT(answer->holder, id);
    return rule_done(context);
}
