#include "gateway/business/tax/tax_cycle.h"

#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/text.h"
#include "gateway/business/time/deadline.h"
#include "gateway/business/time/terms.h"

enum {
    SECOND_CUT_OF_MONTH = 16,
};

static const struct field fields[] = {
    TEXT(tax_cycle, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "agent and customs district"),
    TEXT(tax_cycle, agent, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "who has to pay (申报企业)"),
    FIELD(tax_cycle, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(tax_cycle, customs_code, FIELD_REQUIRED, .meaning = "customs district (关区代码)"),
    FIELD(tax_cycle, oldest, FIELD_DATE, 0, .meaning = "first day of release that may be open"),
    FIELD(tax_cycle, newest, FIELD_DATE, 0, .meaning = "last day of release that may be open"),
    TEXT(tax_cycle, statement, 0, .meaning = "the statement being cut"),
    FIELD(tax_cycle, next_cut, FIELD_DATE, 0, .meaning = "day of the next cut (下次汇总日)"),
    FIELD(tax_cycle, cut_on, FIELD_DATE, 0, .meaning = "when time last made a cut"),
};
const struct record tax_cycle_record =
    RECORD(tax_cycle, fields, "When an agent's taxes are put into statements (纳税周期)");

/* The first day of the cycle that is not before `date`. */
static date_days cycle_day(enum statement_cycle cycle, date_days date)
{
    int year, month, day;
    date_to_civil(date, &year, &month, &day);
    if (day == 1) {
        return date;
    }
    if (day <= SECOND_CUT_OF_MONTH && cycle == CYCLE_HALF_MONTH) {
        return date_from_civil(year, month, SECOND_CUT_OF_MONTH);
    }
    return month == 12 ? date_from_civil(year + 1, 1, 1) : date_from_civil(year, month + 1, 1);
}

date_days
tax_cycle_date(const struct terms *terms, enum statement_cycle cycle, date_days released_on)
{
    date_days ripe = released_on + terms->window_day;
    date_days regular = cycle_day(cycle, ripe);
    date_days latest = released_on + terms->payment_days - terms->statement_lead_days;
    date_days wanted = regular < latest ? regular : latest;
    return wanted > ripe ? wanted : ripe;
}

date_days tax_cycle_cut_date(const struct context *context, date_days released_on)
{
    const struct terms terms = terms_of(context, released_on);
    const struct terms then = terms_of(context, released_on + terms.window_day);
    return tax_cycle_date(&terms, then.statement_cycle, released_on);
}

const struct tax_cycle *
tax_cycle_find(struct context *context, const char *agent, const char *customs_code)
{
    char key[TAX_CYCLE_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%s", agent, customs_code);
    return state_find(context->state, DOCUMENT_TAX_CYCLE, key);
}

date_days
tax_cycle_open_day(struct context *context, const struct tax_cycle *cycle, date_days through)
{
    date_days last = cycle->newest < through ? cycle->newest : through;
    for (date_days day = cycle->oldest; day != DATE_NONE && day <= last; day++) {
        if (tax_day_bill_count(context, cycle->agent, cycle->customs_code, day) > 0) {
            return day;
        }
    }
    return DATE_NONE;
}

void tax_cycle_plan(struct context *context, struct tax_cycle *cycle)
{
    cycle->oldest = tax_cycle_open_day(context, cycle, cycle->newest);
    if (cycle->oldest == DATE_NONE) {
        cycle->newest = DATE_NONE;
    }
    date_days before = cycle->next_cut;
    cycle->next_cut = DATE_NONE;
    if (cycle->oldest != DATE_NONE && cycle->statement[0] == '\0') {
        /* Time asks once a day. */
        date_days first = context->today + (cycle->cut_on == context->today ? 1 : 0);
        date_days wanted = tax_cycle_cut_date(context, cycle->oldest);
        cycle->next_cut = wanted > first ? wanted : first;
    }
    if (cycle->next_cut != before) {
        deadline_set(context, COMMAND_CUT_DUE, cycle->key, cycle->next_cut);
    }
    state_put(context->state, DOCUMENT_TAX_CYCLE, cycle);
}
