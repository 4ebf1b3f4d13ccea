#include "gateway/business/tax/tax_statement.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/terms.h"

#define COMMAND_FINALISE_DUE "tax_statement.finalise_due"

enum {
    BASIS_POINTS = 10000,
};

enum verdict statement_get(struct context *context,
                           const char *id,
                           const char *pointer,
                           struct statement_draft *draft_out)
{
    const struct tax_statement *found = state_find(context->state, DOCUMENT_TAX_STATEMENT, id);
    if (found == NULL) {
        draft_out->it = (struct tax_statement){0};
        return refuse_field(context, REFUSAL_TAX_STATEMENT_UNKNOWN, pointer);
    }
    draft_out->it = *found;
    if (found->covers.count > 0) {
        memcpy(draft_out->covers,
               found->covers.items,
               found->covers.count * sizeof(draft_out->covers[0]));
    }
    if (found->days.count > 0) {
        memcpy(draft_out->days, found->days.items, found->days.count * sizeof(draft_out->days[0]));
    }
    draft_out->it.covers.items = draft_out->covers;
    draft_out->it.days.items = draft_out->days;
    return VERDICT_DONE;
}

void statement_put(struct context *context, const struct statement_draft *draft)
{
    assert(draft->it.covers.items == draft->covers && draft->it.days.items == draft->days);
    state_put(context->state, DOCUMENT_TAX_STATEMENT, &draft->it);
}

enum verdict statement_check_state(struct context *context,
                                   const struct tax_statement *statement,
                                   unsigned states)
{
    if ((states & 1U << statement->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_TAX_STATEMENT_STATE);
    refusal_text(context, "state", name_by_value(tax_statement_states, statement->state));
    return verdict;
}

void statement_notice(struct notice *notice,
                      const char *type,
                      const struct tax_statement *statement)
{
    notice_begin(notice, type, statement->id);
    notice_text(notice, "statement", statement->id);
    notice_text(notice, "state", name_by_value(tax_statement_states, statement->state));
    notice_integer(notice, "bill_count", statement->bill_count);
    notice_money(notice, "total", statement->total);
    notice_date(notice, "due_on", statement->due_on);
    notice_to(notice, statement->agent_number);
    notice_to(notice, statement->customs_number);
}

void statement_tell(struct context *context,
                    const char *type,
                    const struct tax_statement *statement)
{
    struct notice notice;
    statement_notice(&notice, type, statement);
    notice_send(context, &notice);
}

int64_t statement_late_fee(const struct context *context,
                           const struct tax_statement *statement,
                           date_days paid_on)
{
    if (statement->due_on == DATE_NONE || paid_on <= statement->due_on) {
        return 0;
    }
    int64_t days = paid_on - statement->due_on;
    int64_t rate = terms_of(context, statement->due_on).late_fee_bp;
    int64_t fee;
    bool fits = amount_scale(statement->total.minor, days * rate, BASIS_POINTS, &fee);
    return fits ? fee : INT64_MAX; /* which no account can hold: the ledger refuses it */
}

void statement_answer_fill(const struct context *context,
                           const struct tax_statement *statement,
                           void *answer_out)
{
    unsigned unpaid = 1U << TAX_STATEMENT_FINAL | 1U << TAX_STATEMENT_OVERDUE;
    struct tax_statement_answer *answer = answer_out;
    *answer = (struct tax_statement_answer){
        .state = statement->state,
        .bill_count = statement->bill_count,
        .total = statement->total,
        .late_fee = statement->late_fee,
        .through = statement->through,
        .due_on = statement->due_on,
        .uncovered = statement->uncovered,
    };
    if ((unpaid & 1U << statement->state) != 0) {
        answer->late_fee = cny(statement_late_fee(context, statement, context->today));
    }
    TEXT_PUT(answer->statement, statement->id);
    TEXT_PUT(answer->payment, statement->payment);
}

/* --- when it is due --- */

static date_days earliest_day(const struct statement_draft *draft)
{
    date_days earliest = DATE_NONE;
    for (size_t i = 0; i < draft->it.days.count; i++) {
        date_days day = draft->days[i].released_on;
        earliest = earliest == DATE_NONE || day < earliest ? day : earliest;
    }
    return earliest;
}

void statement_set_due(struct context *context, struct statement_draft *draft)
{
    struct tax_statement *statement = &draft->it;
    date_days earliest = earliest_day(draft);
    const struct terms terms = terms_of(context, earliest);
    statement->legal_due_on = earliest + terms.payment_days;
    statement->due_on = calendar_next_working(context, statement->legal_due_on);
    if (statement->state == TAX_STATEMENT_PRELIMINARY) {
        deadline_set(context,
                     COMMAND_FINALISE_DUE,
                     statement->id,
                     statement->due_on - terms.statement_final_days);
    } else if (statement->state == TAX_STATEMENT_FINAL) {
        deadline_set(context,
                     COMMAND_REMIND,
                     statement->id,
                     statement->due_on - terms.statement_remind_days);
        deadline_set(context, COMMAND_FALL_OVERDUE, statement->id, statement->due_on + 1);
    }
}

void statement_close_deadlines(struct context *context, const struct tax_statement *statement)
{
    if (statement->state == TAX_STATEMENT_EMPTY) {
        deadline_set(context, COMMAND_FINALISE_DUE, statement->id, DATE_NONE);
    } else {
        deadline_set(context, COMMAND_REMIND, statement->id, DATE_NONE);
        deadline_set(context, COMMAND_FALL_OVERDUE, statement->id, DATE_NONE);
    }
}

/* --- final --- */

static void finalise(struct context *context, struct statement_draft *draft, void *answer_out)
{
    deadline_set(context, COMMAND_FINALISE_DUE, draft->it.id, DATE_NONE);
    draft->it.state = TAX_STATEMENT_FINAL;
    draft->it.final_on = context->today;
    statement_set_due(context, draft);
    statement_put(context, draft);
    statement_tell(context, "tax_statement.final", &draft->it);
    statement_answer_fill(context, &draft->it, answer_out);
}

enum verdict tax_statement_finalise(struct context *context, const void *command_, void *answer_out)
{
    const struct tax_statement_named *command = command_;
    struct statement_draft draft;
    enum verdict verdict = statement_get(context, command->statement, "/statement", &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, draft.it.agent) && !is_actor(context, draft.it.customs)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    verdict = statement_check_state(context, &draft.it, 1U << TAX_STATEMENT_PRELIMINARY);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    finalise(context, &draft, answer_out);
    return rule_done(context);
}

enum verdict
tax_statement_finalise_due(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct statement_draft draft;
    enum verdict verdict = deadline_take(context, COMMAND_FINALISE_DUE, command);
    if (verdict == VERDICT_DONE) {
        verdict = statement_get(context, command->subject, "/subject", &draft);
    }
    if (verdict == VERDICT_DONE) {
        verdict = statement_check_state(context, &draft.it, 1U << TAX_STATEMENT_PRELIMINARY);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    finalise(context, &draft, answer_out);
    return rule_done(context);
}

/* --- a bill leaves it --- */

static void forget_day(struct statement_draft *draft, date_days released_on)
{
    for (size_t i = 0; i < draft->it.days.count; i++) {
        if (draft->days[i].released_on == released_on && --draft->days[i].bill_count == 0) {
            draft->days[i] = draft->days[--draft->it.days.count];
            return;
        }
    }
}

static void take_out(struct statement_draft *draft, const struct tax_bill *bill)
{
    struct tax_statement *statement = &draft->it;
    statement->bill_count--;
    statement->tariff.minor -= bill->tariff.minor;
    statement->consumption_tax.minor -= bill->consumption_tax.minor;
    statement->vat.minor -= bill->vat.minor;
    statement->total.minor -= bill->total.minor;
    assert(statement->bill_count >= 0 && statement->total.minor >= 0);
    forget_day(draft, bill->released_on);
}

enum verdict tax_statement_drop(struct context *context, struct tax_bill *bill, bool *is_out_out)
{
    struct statement_draft draft;
    *is_out_out = false;
    enum verdict verdict = statement_get(context, bill->statement, "", &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (draft.it.state != TAX_STATEMENT_CUTTING && draft.it.state != TAX_STATEMENT_PRELIMINARY) {
        return VERDICT_DONE;
    }
    statement_covers_give_back(context, bill);
    take_out(&draft, bill);
    bill->state = TAX_BILL_OPEN;
    bill->statement[0] = '\0';
    *is_out_out = true;
    if (draft.it.state == TAX_STATEMENT_PRELIMINARY) {
        if (draft.it.bill_count == 0) {
            draft.it.state = TAX_STATEMENT_EMPTY;
            statement_close_deadlines(context, &draft.it);
            statement_tell(context, "tax_statement.empty", &draft.it);
        } else {
            statement_set_due(context, &draft);
        }
    }
    statement_put(context, &draft);
    return VERDICT_DONE;
}

void tax_statement_note_duty(struct context *context, const struct tax_bill *bill)
{
    struct statement_draft draft;
    if (bill->statement[0] == '\0' || bill->ent_duty_no[0] == '\0' ||
        statement_get(context, bill->statement, "", &draft) != VERDICT_DONE ||
        strcmp(draft.it.ent_duty_no, bill->ent_duty_no) == 0) {
        return;
    }
    TEXT_PUT(draft.it.ent_duty_no, bill->ent_duty_no);
    statement_put(context, &draft);
}
