/* A cut: what is ripe is put into a statement, page by page. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_cycle.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

/* --- beginning --- */

static date_days ripe_through(const struct context *context)
{
    return context->today - terms_of(context, context->today).window_day;
}

static enum verdict check_cut_actor(struct context *context,
                                    const struct tax_statement_cut *command)
{
    if (context->actor_role == ROLE_MERCHANT && !is_actor(context, command->agent)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/agent");
    }
    if (context->actor_role == ROLE_CUSTOMS &&
        strcmp(context->actor->district, command->customs_code) != 0) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/customs_code");
    }
    return VERDICT_DONE;
}

static void
begin(struct context *context, struct tax_cycle *cycle, struct tax_statement *statement_out)
{
    struct statement_draft draft = {
        .it =
            {
                 .state = TAX_STATEMENT_CUTTING,
                 .agent_number = cycle->agent_number,
                 .cut_on = context->today,
                 .through = ripe_through(context),
                 .tariff = cny(0),
                 .consumption_tax = cny(0),
                 .vat = cny(0),
                 .total = cny(0),
                 },
    };
    draft.it.covers.items = draft.covers;
    draft.it.days.items = draft.days;
    snprintf(draft.it.id, sizeof(draft.it.id), "S%012" PRId64, context->command_seq);
    TEXT_PUT(draft.it.agent, cycle->agent);
    TEXT_PUT(draft.it.customs_code, cycle->customs_code);
    const struct party *customs = identifier_party(context, cycle->customs_code);
    if (customs != NULL) {
        TEXT_PUT(draft.it.customs, customs->id);
        draft.it.customs_number = customs->number;
    }
    statement_put(context, &draft);
    TEXT_PUT(cycle->statement, draft.it.id);
    tax_cycle_plan(context, cycle);
    *statement_out = draft.it;
}

enum verdict tax_statement_cut(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_cut *command = command_;
    enum verdict verdict = check_cut_actor(context, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct tax_cycle *found = tax_cycle_find(context, command->agent, command->customs_code);
    if (found == NULL) {
        return refuse(context, REFUSAL_TAX_STATEMENT_NOTHING);
    }
    struct tax_cycle cycle = *found;
    if (cycle.statement[0] != '\0') {
        verdict = refuse(context, REFUSAL_TAX_STATEMENT_CUTTING);
        refusal_text(context, "statement", cycle.statement);
        return verdict;
    }
    if (tax_cycle_open_day(context, &cycle, ripe_through(context)) == DATE_NONE) {
        verdict = refuse(context, REFUSAL_TAX_STATEMENT_NOTHING);
        refusal_date(context, "next_cut", cycle.next_cut);
        return verdict;
    }
    struct tax_statement statement;
    begin(context, &cycle, &statement);
    statement_answer_fill(context, &statement, answer_out);
    return rule_done(context);
}

enum verdict tax_statement_cut_due(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    enum verdict verdict = deadline_take(context, COMMAND_CUT_DUE, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct tax_cycle *found =
        state_find(context->state, DOCUMENT_TAX_CYCLE, command->subject);
    if (found == NULL) {
        return refuse(context, REFUSAL_TAX_STATEMENT_NOTHING);
    }
    struct tax_cycle cycle = *found;
    cycle.cut_on = context->today;
    cycle.next_cut = DATE_NONE; /* as the deadline is now */
    bool is_ripe = cycle.statement[0] == '\0' &&
                   tax_cycle_open_day(context, &cycle, ripe_through(context)) != DATE_NONE;
    struct tax_statement statement = {0};
    if (is_ripe) {
        begin(context, &cycle, &statement);
    } else {
        tax_cycle_plan(context, &cycle); /* what was ripe has been paid back or cut by hand */
    }
    statement_answer_fill(context, &statement, answer_out);
    return rule_done(context);
}

/* --- a page --- */

enum fit {
    FIT_YES,
    FIT_NO,   /* it does not belong there, or not any more */
    FIT_FULL, /* it does, but not into this one */
};

static struct tax_statement_day *day_of(struct statement_draft *draft, date_days released_on)
{
    for (size_t i = 0; i < draft->it.days.count; i++) {
        if (draft->days[i].released_on == released_on) {
            return &draft->days[i];
        }
    }
    return NULL;
}

static bool sums_fit(const struct tax_statement *statement, const struct tax_bill *bill)
{
    int64_t sum;
    return amount_add(statement->total.minor, bill->total.minor, &sum);
}

static enum fit
bill_fit(struct context *context, struct statement_draft *draft, const struct tax_bill *bill)
{
    const struct tax_day *day =
        bill == NULL || bill->tax_day[0] == '\0' ? NULL : tax_day_find(context, bill->tax_day);
    bool belongs = day != NULL && bill->state == TAX_BILL_OPEN &&
                   strcmp(bill->agent, draft->it.agent) == 0 &&
                   strcmp(bill->customs_code, draft->it.customs_code) == 0 &&
                   day->released_on <= draft->it.through;
    if (!belongs) {
        return FIT_NO;
    }
    bool has_room = (day_of(draft, bill->released_on) != NULL ||
                     draft->it.days.count < STATEMENT_DAY_COUNT_MAX) &&
                    statement_covers_fit(draft, bill) && sums_fit(&draft->it, bill);
    return has_room ? FIT_YES : FIT_FULL;
}

static enum verdict
take_bill(struct context *context, struct statement_draft *draft, struct tax_bill *bill)
{
    struct tax_statement *statement = &draft->it;
    enum verdict verdict = statement_covers_take(context, draft, bill);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct tax_statement_day *day = day_of(draft, bill->released_on);
    if (day == NULL) {
        day = &draft->days[statement->days.count++];
        *day = (struct tax_statement_day){.released_on = bill->released_on};
    }
    day->bill_count++;
    statement->bill_count++;
    /* Each kind is a part of the total, which was checked. */
    statement->tariff.minor += bill->tariff.minor;
    statement->consumption_tax.minor += bill->consumption_tax.minor;
    statement->vat.minor += bill->vat.minor;
    statement->total.minor += bill->total.minor;
    tax_day_drop(context, bill);
    bill->state = TAX_BILL_STATED;
    TEXT_PUT(bill->statement, statement->id);
    tax_bill_put(context, bill);
    return VERDICT_DONE;
}

static void complete(struct context *context, struct statement_draft *draft)
{
    const struct tax_cycle *found =
        tax_cycle_find(context, draft->it.agent, draft->it.customs_code);
    if (found == NULL) {
        return; /* not in memory yet: the rule ends with FETCH */
    }
    struct tax_cycle cycle = *found;
    cycle.statement[0] = '\0';
    tax_cycle_plan(context, &cycle);
    if (draft->it.bill_count == 0) {
        draft->it.state = TAX_STATEMENT_EMPTY;
        statement_tell(context, "tax_statement.empty", &draft->it);
        return;
    }
    draft->it.state = TAX_STATEMENT_PRELIMINARY;
    statement_set_due(context, draft);
    statement_tell(context, "tax_statement.preliminary", &draft->it);
}

static bool is_complete(struct context *context, const struct tax_statement *statement)
{
    const struct tax_cycle *cycle =
        tax_cycle_find(context, statement->agent, statement->customs_code);
    return cycle != NULL && tax_cycle_open_day(context, cycle, statement->through) == DATE_NONE;
}

enum verdict tax_statement_add(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_add *command = command_;
    const struct tax_statement_tax_no *items = command->tax_nos.items;
    struct statement_draft draft;
    enum verdict verdict = statement_get(context, command->statement, "/statement", &draft);
    if (verdict == VERDICT_DONE) {
        verdict = statement_check_state(context, &draft.it, 1U << TAX_STATEMENT_CUTTING);
    }
    enum fit fit = FIT_NO;
    int64_t added_count = 0;
    for (size_t i = 0; verdict == VERDICT_DONE && i < command->tax_nos.count && fit != FIT_FULL;
         i++) {
        const struct tax_bill *found =
            state_find(context->state, DOCUMENT_TAX_BILL, items[i].tax_no);
        fit = bill_fit(context, &draft, found);
        if (fit == FIT_YES) {
            struct tax_bill bill = *found;
            verdict = take_bill(context, &draft, &bill);
            added_count++;
        }
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (fit == FIT_FULL || is_complete(context, &draft.it)) {
        complete(context, &draft);
    }
    statement_put(context, &draft);
    statement_answer_fill(context, &draft.it, answer_out);
    ((struct tax_statement_answer *)answer_out)->added_count = added_count;
    return rule_done(context);
}
