#include "gateway/business/rule.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static enum verdict refuse_with(struct context *context,
                                enum refusal_code code,
                                enum outcome outcome,
                                const char *pointer)
{
    assert(strlen(pointer) < sizeof(context->refusal.pointer));
    context->refusal = (struct refusal){.code = code, .outcome = outcome};
    TEXT_PUT(context->refusal.pointer, pointer);
    return state_is_missing(context->state) ? VERDICT_FETCH : VERDICT_REFUSED;
}

enum verdict refuse(struct context *context, enum refusal_code code)
{
    return refuse_with(context, code, OUTCOME_OK, "");
}

enum verdict refuse_field(struct context *context, enum refusal_code code, const char *pointer)
{
    return refuse_with(context, code, OUTCOME_OK, pointer);
}

enum verdict refuse_outcome(struct context *context, enum outcome outcome)
{
    return refuse_with(context, REFUSAL_LEDGER, outcome, "");
}

enum verdict rule_done(const struct context *context)
{
    return state_is_missing(context->state) ? VERDICT_FETCH : VERDICT_DONE;
}

enum verdict rule_move(struct context *context,
                       const struct account_key *debit,
                       const struct account_key *credit,
                       int64_t amount_minor,
                       enum transfer_code code)
{
    struct posting posting = {
        .kind = TRANSFER_SINGLE,
        .code = (uint16_t)code,
        .debit = state_account(context->state, debit),
        .credit = state_account(context->state, credit),
        .amount = amount_minor,
    };
    enum outcome outcome =
        posting.debit == 0 || posting.credit == 0
            ? OUTCOME_BOOK_FULL
            : state_post(context->state, &posting, 1, context->command_seq, context->now);
    return outcome == OUTCOME_OK ? VERDICT_DONE : refuse_outcome(context, outcome);
}

static struct fact *next_fact(struct context *context, const char *name, enum fact_type type)
{
    struct refusal *refusal = &context->refusal;
    assert(refusal->fact_count < REFUSAL_FACT_COUNT_MAX);
    struct fact *fact = &refusal->facts[refusal->fact_count++];
    *fact = (struct fact){.name = name, .type = type};
    return fact;
}

void refusal_money(struct context *context, const char *name, struct money money)
{
    next_fact(context, name, FACT_MONEY)->money = money;
}

void refusal_integer(struct context *context, const char *name, int64_t value)
{
    next_fact(context, name, FACT_INTEGER)->integer = value;
}

void refusal_text(struct context *context, const char *name, const char *text)
{
    struct fact *fact = next_fact(context, name, FACT_TEXT);
    size_t size = strnlen(text, sizeof(fact->text) - 1);
    memcpy(fact->text, text, size);
}

void refusal_date(struct context *context, const char *name, date_days date)
{
    next_fact(context, name, FACT_DATE)->integer = date;
}

bool is_actor(const struct context *context, const char *party_id)
{
    return context->actor != NULL && strcmp(context->actor->id, party_id) == 0;
}
