#include "tools/kouan/outlook.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/tax/tax_cycle.h"
#include "gateway/business/time/terms.h"
#include "ledger/base/money.h"

/* What is given back, by day: limits that end and reservations that are paid. */
struct outlook {
    date_days from;
    int days;
    json_t *events;
    int64_t limit[OUTLOOK_DAYS_MAX + 1]; /* of these days, as changes */
    int64_t reserved[OUTLOOK_DAYS_MAX + 1];
};

/* --- fields of documents --- */

static const char *text_of(const json_t *document, const char *name)
{
    const char *text = json_string_value(json_object_get(document, name));
    return text == NULL ? "" : text;
}

static date_days date_field(const json_t *document, const char *name)
{
    const char *text = text_of(document, name);
    date_days date = DATE_NONE;
    return date_parse(text, strlen(text), &date) ? date : DATE_NONE;
}

static int64_t money_field(const json_t *document, const char *name)
{
    const char *text = text_of(json_object_get(document, name), "value");
    int64_t minor = 0;
    return amount_parse(text, strlen(text), &minor) ? minor : 0;
}

static bool is_state(const json_t *document, const char *state)
{
    return strcmp(text_of(document, "state"), state) == 0;
}

static json_t *money_make(int64_t minor)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(minor, text);
    return json_pack("{s:s,s:s}", "currency", "CNY", "value", text);
}

/* --- what happens --- */

static void add_event(
    struct outlook *outlook, date_days on, const char *event, const char *subject, int64_t minor)
{
    char date[DATE_TEXT_SIZE];
    if (on < outlook->from || on >= outlook->from + outlook->days) {
        return;
    }
    date_format(on, date);
    json_array_append_new(outlook->events,
                          json_pack("{s:s,s:s,s:s,s:o}",
                                    "on",
                                    date,
                                    "event",
                                    event,
                                    "subject",
                                    subject,
                                    "amount",
                                    money_make(minor)));
}

/* From this day on; what was before the first day counts from there. */
static void change(const struct outlook *outlook, int64_t *changes, date_days on, int64_t minor)
{
    date_days at = on < outlook->from ? 0 : on - outlook->from;
    if (at < outlook->days) {
        changes[at] += minor; /* parts of real limits */
    }
}

static void add_windows(struct outlook *outlook, const json_t *day)
{
    date_days released_on = date_field(day, "released_on");
    const struct terms *terms = terms_on(released_on);
    const char *key = text_of(day, "key");
    int64_t total = money_field(day, "total");
    add_event(outlook, released_on + terms->return_days, "return_closes", key, total);
    add_event(outlook, released_on + terms->window_day, "window_opens", key, total);
    add_event(outlook, released_on + terms->return_arrival_days, "arrival_ends", key, total);
    add_event(outlook, released_on + terms->payment_days, "window_closes", key, total);
}

/* Due, or, when it is not paid then, called after the days of grace. */
static void
add_due(struct outlook *outlook, const char *subject, date_days due_on, int64_t total, bool is_late)
{
    if (!is_late) {
        add_event(outlook, due_on, "statement_due", subject, total);
        change(outlook, outlook->reserved, due_on, -total);
    }
    add_event(outlook,
              due_on + terms_on(due_on)->grace_days + 1,
              is_late ? "call" : "call_unless_paid",
              subject,
              total);
}

static void add_statement(struct outlook *outlook, const json_t *statement)
{
    static const char *const waiting[] = {"preliminary", "final", "paying", "overdue"};
    for (size_t i = 0; i < sizeof waiting / sizeof waiting[0]; i++) {
        if (is_state(statement, waiting[i])) {
            add_due(outlook,
                    text_of(statement, "id"),
                    date_field(statement, "due_on"),
                    money_field(statement, "total"),
                    is_state(statement, "overdue"));
        }
    }
}

/* --- statements to come --- */

static bool is_of_cycle(const json_t *day, const json_t *cycle)
{
    return strcmp(text_of(day, "agent"), text_of(cycle, "agent")) == 0 &&
           strcmp(text_of(day, "customs_code"), text_of(cycle, "customs_code")) == 0 &&
           json_integer_value(json_object_get(day, "bill_count")) > 0;
}

/* What was released after `after` and up to `through`; the earliest of it. */
static date_days sum_days(
    const json_t *days, const json_t *cycle, date_days after, date_days through, int64_t *total_out)
{
    date_days oldest = DATE_NONE;
    size_t i;
    json_t *day;
    *total_out = 0;
    json_array_foreach(days, i, day)
    {
        date_days released_on = date_field(day, "released_on");
        bool is_in = is_of_cycle(day, cycle) && (after == DATE_NONE || released_on > after) &&
                     released_on <= through;
        if (is_in) {
            *total_out += money_field(day, "total");
            oldest = oldest == DATE_NONE || released_on < oldest ? released_on : oldest;
        }
    }
    return oldest;
}

static void add_cuts(struct outlook *outlook, const json_t *days, const json_t *cycle)
{
    date_days end = outlook->from + outlook->days;
    date_days cut = date_field(cycle, "next_cut");
    date_days taken = DATE_NONE;
    while (cut != DATE_NONE && cut < end) {
        int64_t total;
        date_days oldest = sum_days(days, cycle, taken, end, &total);
        if (oldest == DATE_NONE) {
            return;
        }
        const struct terms *terms = terms_on(oldest);
        date_days wanted =
            tax_cycle_date(terms, terms_on(oldest + terms->window_day)->statement_cycle, oldest);
        cut = wanted > cut ? wanted : cut;
        date_days through = cut - terms->window_day;
        oldest = sum_days(days, cycle, taken, through, &total);
        if (oldest != DATE_NONE) {
            add_event(outlook, cut, "statement_cut", text_of(cycle, "key"), total);
            add_due(outlook, text_of(cycle, "key"), oldest + terms->payment_days, total, false);
        }
        taken = through;
        cut++;
    }
}

/* --- guarantees --- */

static void add_guarantee(struct outlook *outlook, const json_t *guarantee)
{
    if (!is_state(guarantee, "active") && !is_state(guarantee, "suspended")) {
        return;
    }
    int64_t limit = money_field(guarantee, "limit");
    date_days valid_to = date_field(guarantee, "valid_to");
    outlook->limit[0] += limit;
    outlook->reserved[0] += money_field(guarantee, "reserved");
    if (valid_to != DATE_NONE) {
        change(outlook, outlook->limit, valid_to + 1, -limit);
        add_event(outlook, valid_to, "guarantee_ends", text_of(guarantee, "grn"), limit);
    }
}

static void add_call(struct outlook *outlook, const json_t *call)
{
    int64_t left = money_field(call, "amount") - money_field(call, "paid");
    if (left > 0) {
        add_event(outlook, date_field(call, "due_on"), "call_due", text_of(call, "key"), left);
    }
}

static json_t *utilisation_make(const struct outlook *outlook)
{
    json_t *rows = json_array();
    int64_t limit = 0;
    int64_t reserved = 0;
    for (int i = 0; i < outlook->days; i++) {
        char date[DATE_TEXT_SIZE];
        limit += outlook->limit[i];
        reserved += outlook->reserved[i];
        /* Bills that nothing was reserved for are paid all the same. */
        reserved = reserved < 0 ? 0 : reserved;
        int64_t percent = 0;
        if (limit > 0 && !amount_scale(reserved, 100, limit, &percent)) {
            percent = 0;
        }
        date_format(outlook->from + i, date);
        json_array_append_new(rows,
                              json_pack("{s:s,s:o,s:o,s:I}",
                                        "on",
                                        date,
                                        "limit",
                                        money_make(limit),
                                        "reserved",
                                        money_make(reserved),
                                        "percent",
                                        (json_int_t)percent));
    }
    return rows;
}

/* --- all of it --- */

static int compare_events(const void *a, const void *b)
{
    json_t *const *left = a;
    json_t *const *right = b;
    int order = strcmp(text_of(*left, "on"), text_of(*right, "on"));
    if (order == 0) {
        order = strcmp(text_of(*left, "event"), text_of(*right, "event"));
    }
    return order != 0 ? order : strcmp(text_of(*left, "subject"), text_of(*right, "subject"));
}

static json_t *sorted(json_t *events)
{
    size_t count = json_array_size(events);
    json_t **items = calloc(count + 1, sizeof(json_t *));
    json_t *result = json_array();
    assert(items != NULL);
    for (size_t i = 0; i < count; i++) {
        items[i] = json_array_get(events, i);
    }
    qsort(items, count, sizeof(json_t *), compare_events);
    for (size_t i = 0; i < count; i++) {
        json_array_append(result, items[i]);
    }
    free(items);
    json_decref(events);
    return result;
}

json_t *outlook_make(const json_t *documents, date_days from, int days)
{
    char date[DATE_TEXT_SIZE];
    struct outlook outlook = {.from = from, .days = days, .events = json_array()};
    const json_t *tax_days = json_object_get(documents, "tax_day");
    size_t i;
    json_t *item;
    assert(days > 0 && days <= OUTLOOK_DAYS_MAX);
    json_array_foreach(json_object_get(documents, "guarantee"), i, item)
    {
        add_guarantee(&outlook, item);
    }
    json_array_foreach(tax_days, i, item)
    {
        if (json_integer_value(json_object_get(item, "bill_count")) > 0) {
            add_windows(&outlook, item);
        }
    }
    json_array_foreach(json_object_get(documents, "tax_statement"), i, item)
    {
        add_statement(&outlook, item);
    }
    json_array_foreach(json_object_get(documents, "tax_cycle"), i, item)
    {
        add_cuts(&outlook, tax_days, item);
    }
    json_array_foreach(json_object_get(documents, "call"), i, item)
    {
        add_call(&outlook, item);
    }
    date_format(from, date);
    return json_pack("{s:s,s:i,s:o,s:o}",
                     "from",
                     date,
                     "days",
                     days,
                     "events",
                     sorted(outlook.events),
                     "utilisation",
                     utilisation_make(&outlook));
}
