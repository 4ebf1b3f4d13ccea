#include "gateway/business/tax/tax_day.h"

#include <assert.h>
#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/tax/tax_cycle.h"
#include "gateway/business/text.h"

static const struct field fields[] = {
    TEXT(tax_day, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "agent, customs district and date"),
    TEXT(tax_day, agent, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "who has to pay (申报企业)"),
    TEXT(tax_day, customs_code, FIELD_REQUIRED, .meaning = "customs district (关区代码)"),
    FIELD(tax_day, released_on, FIELD_DATE, 0, .meaning = "day of release (放行日期)"),
    FIELD(tax_day, bill_count, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "bills in no statement"),
    FIELD(tax_day, total, FIELD_MONEY, 0, .meaning = "their sum (税款合计)"),
};
const struct record tax_day_record =
    RECORD(tax_day, fields, "Released in one day and in no statement yet (待汇总税单)");

static void day_key(const char *agent, const char *code, date_days day, char *key_out)
{
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    int size = snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s/%s", agent, code, date);
    assert(size > 0 && size < DOCUMENT_KEY_SIZE);
}

const struct tax_day *tax_day_find(struct context *context, const char *key)
{
    return state_find(context->state, DOCUMENT_TAX_DAY, key);
}

int64_t tax_day_bill_count(struct context *context,
                           const char *agent,
                           const char *customs_code,
                           date_days released_on)
{
    char key[DOCUMENT_KEY_SIZE];
    day_key(agent, customs_code, released_on, key);
    const struct tax_day *day = tax_day_find(context, key);
    return day == NULL ? 0 : day->bill_count;
}

static date_days counted_on(const struct context *context, date_days released_on)
{
    date_days first = context->today - TAX_CYCLE_DAYS_MAX;
    date_days last = context->today + TAX_CYCLE_DAYS_MAX;
    return released_on < first ? first : released_on > last ? last : released_on;
}

/* The cycle has to look at this day as well. */
static void widen_cycle(struct context *context, const struct tax_bill *bill, date_days day)
{
    struct tax_cycle cycle = {0};
    const struct tax_cycle *found = tax_cycle_find(context, bill->agent, bill->customs_code);
    if (found != NULL) {
        cycle = *found;
    } else {
        snprintf(cycle.key, sizeof(cycle.key), "%s/%s", bill->agent, bill->customs_code);
        TEXT_PUT(cycle.agent, bill->agent);
        TEXT_PUT(cycle.customs_code, bill->customs_code);
        cycle.agent_number = bill->agent_number;
    }
    bool is_inside = cycle.oldest != DATE_NONE && cycle.oldest <= day && day <= cycle.newest &&
                     cycle.next_cut != DATE_NONE;
    if (is_inside) {
        return;
    }
    if (cycle.oldest == DATE_NONE || day < cycle.oldest) {
        cycle.oldest = day;
    }
    if (cycle.newest == DATE_NONE || day > cycle.newest) {
        cycle.newest = day;
    }
    tax_cycle_plan(context, &cycle);
}

void tax_day_take(struct context *context, struct tax_bill *bill)
{
    bool is_waiting = bill->state == TAX_BILL_OPEN && bill->released_on != DATE_NONE &&
                      bill->agent[0] != '\0' && bill->tax_day[0] == '\0' &&
                      bill->statement[0] == '\0';
    if (!is_waiting) {
        return;
    }
    struct tax_day day = {
        .released_on = counted_on(context, bill->released_on),
        .total = bill->total,
        .bill_count = 1,
    };
    day_key(bill->agent, bill->customs_code, day.released_on, day.key);
    TEXT_PUT(day.agent, bill->agent);
    TEXT_PUT(day.customs_code, bill->customs_code);
    const struct tax_day *found = tax_day_find(context, day.key);
    if (found == NULL && state_is_missing(context->state)) {
        return; /* how many it counts is not known yet: the rule ends with FETCH */
    }
    if (found != NULL) {
        day.bill_count += found->bill_count;
        if (!amount_add(found->total.minor, bill->total.minor, &day.total.minor)) {
            return; /* no statement could hold it */
        }
    }
    TEXT_PUT(bill->tax_day, day.key);
    state_put(context->state, DOCUMENT_TAX_DAY, &day);
    widen_cycle(context, bill, day.released_on);
}

void tax_day_drop(struct context *context, struct tax_bill *bill)
{
    const struct tax_day *found =
        bill->tax_day[0] == '\0' ? NULL : tax_day_find(context, bill->tax_day);
    bill->tax_day[0] = '\0';
    if (found == NULL) {
        return;
    }
    struct tax_day day = *found;
    day.bill_count--;
    day.total.minor -= bill->total.minor;
    assert(day.bill_count >= 0 && day.total.minor >= 0);
    state_put(context->state, DOCUMENT_TAX_DAY, &day);
}
