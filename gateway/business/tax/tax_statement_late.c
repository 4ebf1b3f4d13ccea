/* What time does to a statement that is not paid: a reminder, then arrears. */
#include <assert.h>

#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_statement.h"

static void count_overdue(struct context *context, const char *agent, int64_t change)
{
    const struct party *found = party_find(context, agent);
    if (found == NULL) {
        return; /* not in memory yet: the rule ends with FETCH */
    }
    struct party party = *found;
    party.overdue_statement_count += change;
    assert(party.overdue_statement_count >= 0);
    state_put(context->state, DOCUMENT_PARTY, &party);
}

void statement_overdue(struct context *context, struct statement_draft *draft)
{
    draft->it.state = TAX_STATEMENT_OVERDUE;
    if (!draft->it.is_in_arrears) {
        draft->it.is_in_arrears = true;
        count_overdue(context, draft->it.agent, 1);
    }
    statement_put(context, draft);
    statement_tell(context, "tax_statement.overdue", &draft->it);
}

void statement_leave_arrears(struct context *context, struct statement_draft *draft)
{
    if (draft->it.is_in_arrears) {
        draft->it.is_in_arrears = false;
        count_overdue(context, draft->it.agent, -1);
    }
}

static enum verdict take_due(struct context *context,
                             const char *name,
                             const struct deadline_run *command,
                             struct statement_draft *draft_out)
{
    enum verdict verdict = deadline_take(context, name, command);
    return verdict != VERDICT_DONE
               ? verdict
               : statement_get(context, command->subject, "/subject", draft_out);
}

enum verdict tax_statement_remind(struct context *context, const void *command, void *answer_out)
{
    struct statement_draft draft;
    enum verdict verdict = take_due(context, COMMAND_REMIND, command, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (draft.it.state == TAX_STATEMENT_FINAL && context->today <= draft.it.due_on) {
        statement_tell(context, "tax_statement.due_soon", &draft.it);
    }
    statement_answer_fill(context, &draft.it, answer_out);
    return rule_done(context);
}

enum verdict
tax_statement_fall_overdue(struct context *context, const void *command, void *answer_out)
{
    struct statement_draft draft;
    enum verdict verdict = take_due(context, COMMAND_FALL_OVERDUE, command, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    /* One under way is overdue when its payment turns out to be none. */
    if (draft.it.state == TAX_STATEMENT_FINAL) {
        statement_overdue(context, &draft);
    }
    statement_answer_fill(context, &draft.it, answer_out);
    return rule_done(context);
}
