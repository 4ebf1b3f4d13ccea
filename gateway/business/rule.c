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

static enum verdict post_one(struct context *context, const struct posting *posting)
{
    enum outcome outcome =
        state_post(context->state, posting, 1, context->command_seq, context->now);
    return outcome == OUTCOME_OK ? VERDICT_DONE : refuse_outcome(context, outcome);
}

static enum verdict transfer(struct context *context,
                             enum transfer_kind kind,
                             const struct account_key *debit,
                             const struct account_key *credit,
                             int64_t amount_minor,
                             enum transfer_code code)
{
    struct posting posting = {
        .kind = kind,
        .code = (uint16_t)code,
        .debit = state_account(context->state, debit),
        .credit = state_account(context->state, credit),
        .amount = amount_minor,
    };
    bool is_full = posting.debit == 0 || posting.credit == 0;
    return is_full ? refuse_outcome(context, OUTCOME_BOOK_FULL) : post_one(context, &posting);
}

enum verdict rule_move(struct context *context,
                       const struct account_key *debit,
                       const struct account_key *credit,
                       int64_t amount_minor,
                       enum transfer_code code)
{
    return transfer(context, TRANSFER_SINGLE, debit, credit, amount_minor, code);
}

enum verdict rule_hold(struct context *context,
                       const struct account_key *debit,
                       const struct account_key *credit,
                       int64_t amount_minor,
                       enum transfer_code code,
                       int64_t *hold_out)
{
    enum verdict verdict = transfer(context, TRANSFER_PENDING, debit, credit, amount_minor, code);
    *hold_out = verdict == VERDICT_DONE ? book_seq(state_book(context->state)) : 0;
    return verdict;
}

enum verdict rule_end_hold(struct context *context,
                           int64_t hold,
                           int64_t amount_minor,
                           enum transfer_kind kind,
                           enum transfer_code code)
{
    struct posting posting = {
        .kind = kind,
        .code = (uint16_t)code,
        .pending_seq = hold,
        .amount = amount_minor,
    };
    return post_one(context, &posting);
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
