#include "gateway/business/bank/reconciliation.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment_leg.h"
#include "gateway/business/bank/reconciliation_match.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static void statement_key(const char *bank, date_days day, char key_out[DOCUMENT_KEY_SIZE])
{
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", bank, date);
}

/* The bank party, when the actor may speak about its statement. */
static enum verdict
check_bank(struct context *context, const char *bank_id, const struct party **bank_out)
{
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, bank_id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/bank");
    }
    return party_check(context, bank_id, 1U << PARTY_BANK, "/bank", bank_out);
}

static enum verdict get_open(struct context *context,
                             const char *bank,
                             date_days day,
                             struct bank_statement *statement_out)
{
    char key[DOCUMENT_KEY_SIZE];
    statement_key(bank, day, key);
    const struct bank_statement *found = state_find(context->state, DOCUMENT_BANK_STATEMENT, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_STATEMENT_UNKNOWN, "/day");
    }
    if (found->state != STATEMENT_OPEN) {
        return refuse_field(context, REFUSAL_STATEMENT_CLOSED, "/day");
    }
    *statement_out = *found;
    return VERDICT_DONE;
}

static void answer_statement(const struct bank_statement *statement,
                             struct statement_answer *answer_out)
{
    *answer_out = (struct statement_answer){
        .state = statement->state,
        .taken_count = statement->taken_count,
        .matched_count = statement->matched_count,
        .proved_count = statement->proved_count,
        .completed_count = statement->completed_count,
        .only_there_count = statement->only_there_count,
        .differs_count = statement->differs_count,
        .only_here_count = statement->only_here_count,
        .tolerated_count = statement->tolerated_count,
        .off_day_count = statement->off_day_count,
    };
}

static void answer_line(const struct statement_line *line, struct line_answer *answer_out)
{
    *answer_out = (struct line_answer){
        .result = line->result,
        .tolerated = line->tolerated,
        .days_late = line->days_late,
    };
    TEXT_PUT(answer_out->subject, line->subject);
    TEXT_PUT(answer_out->difference, line->difference);
}

/* --- open --- */

enum verdict reconciliation_open(struct context *context, const void *command_, void *answer_out)
{
    const struct reconciliation_open *command = command_;
    const struct party *bank = NULL;
    enum verdict verdict = check_bank(context, command->bank, &bank);
    if (verdict == VERDICT_DONE) {
        verdict = check_cny(context, command->credits, "/credits/currency");
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_cny(context, command->debits, "/debits/currency");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct bank_day *day = bank_day_find(context, command->bank, command->day);
    if (day == NULL || day->state == BANK_DAY_OPEN) {
        return refuse_field(context, REFUSAL_BANK_DAY_OPEN, "/day");
    }
    struct bank_statement statement = {
        .day = command->day,
        .state = STATEMENT_OPEN,
        .line_count = command->line_count,
        .credits = command->credits,
        .debits = command->debits,
        .taken_credits = cny(0),
        .taken_debits = cny(0),
    };
    statement_key(command->bank, command->day, statement.key);
    if (state_find(context->state, DOCUMENT_BANK_STATEMENT, statement.key) != NULL) {
        return refuse_field(context, REFUSAL_STATEMENT_EXISTS, "/day");
    }
    TEXT_PUT(statement.bank, command->bank);
    TEXT_PUT(statement.statement, command->statement);
    state_put(context->state, DOCUMENT_BANK_STATEMENT, &statement);
    answer_statement(&statement, answer_out);
    return rule_done(context);
}

/* --- one line --- */

static bool is_off_day(struct context *context, const struct statement_line *line)
{
    const struct bank_link *link = bank_link_find(context, line->bank);
    int64_t tolerance = link == NULL ? 0 : link->day_tolerance;
    return line->days_late > tolerance || line->days_late < -tolerance;
}

static void
count(struct context *context, struct bank_statement *statement, const struct statement_line *line)
{
    int64_t *const counts[] = {
        [LINE_MATCHED] = &statement->matched_count,
        [LINE_PROVED] = &statement->proved_count,
        [LINE_COMPLETED] = &statement->completed_count,
        [LINE_ONLY_THERE] = &statement->only_there_count,
        [LINE_DIFFERS] = &statement->differs_count,
        [LINE_TOLERATED] = &statement->tolerated_count,
    };
    ++*counts[line->result];
    statement->taken_count++;
    statement->off_day_count += is_off_day(context, line);
    struct money *sum =
        line->side == ENTRY_CREDIT ? &statement->taken_credits : &statement->taken_debits;
    sum->minor += line->amount.minor; /* bounded: no more than the statement says, see check_line */
}

/* Lines never add up to more than the statement says of itself. */
static enum verdict check_line(struct context *context,
                               const struct reconciliation_line *told,
                               const struct bank_statement *statement)
{
    enum verdict verdict = check_cny(context, told->amount, "/amount/currency");
    if (verdict == VERDICT_DONE && told->line > statement->line_count) {
        verdict = refuse_field(context, REFUSAL_STATEMENT_LINE, "/line");
        refusal_integer(context, "line_count", statement->line_count);
    }
    bool is_credit = told->side == ENTRY_CREDIT;
    int64_t left = is_credit ? statement->credits.minor - statement->taken_credits.minor
                             : statement->debits.minor - statement->taken_debits.minor;
    if (verdict == VERDICT_DONE && told->amount.minor > left) {
        verdict = refuse_field(context, REFUSAL_STATEMENT_SUM, "/amount");
        refusal_money(context, "left", cny(left));
    }
    return verdict;
}

static bool is_same(const struct statement_line *known, const struct reconciliation_line *told)
{
    return known->side == told->side && known->amount.minor == told->amount.minor &&
           known->value_date == told->value_date &&
           strcmp(known->bank_reference, told->bank_reference) == 0 &&
           strcmp(known->payment_reference, told->payment_reference) == 0;
}

static void fill_line(const struct reconciliation_line *told,
                      const struct bank_statement *statement,
                      struct statement_line *line_out)
{
    *line_out = (struct statement_line){
        .side = told->side,
        .amount = told->amount,
        .value_date = told->value_date,
    };
    snprintf(line_out->key, sizeof line_out->key, "%.60s/%" PRId64, statement->key, told->line);
    TEXT_PUT(line_out->bank, told->bank);
    TEXT_PUT(line_out->bank_reference, told->bank_reference);
    TEXT_PUT(line_out->payment_reference, told->payment_reference);
}

enum verdict reconciliation_line(struct context *context, const void *command_, void *answer_out)
{
    const struct reconciliation_line *command = command_;
    const struct party *bank = NULL;
    struct bank_statement statement;
    struct statement_line line;
    enum verdict verdict = check_bank(context, command->bank, &bank);
    if (verdict == VERDICT_DONE) {
        verdict = get_open(context, command->bank, command->day, &statement);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    fill_line(command, &statement, &line);
    const struct statement_line *known =
        state_find(context->state, DOCUMENT_STATEMENT_LINE, line.key);
    if (known != NULL) {
        if (!is_same(known, command)) {
            return refuse_field(context, REFUSAL_STATEMENT_LINE_USED, "/line");
        }
        answer_line(known, answer_out);
        return rule_done(context);
    }
    verdict = check_line(context, command, &statement);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    verdict = reconciliation_match(context, command, bank, &line);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    count(context, &statement, &line);
    state_put(context->state, DOCUMENT_STATEMENT_LINE, &line);
    state_put(context->state, DOCUMENT_BANK_STATEMENT, &statement);
    answer_line(&line, answer_out);
    return rule_done(context);
}

/* --- what no line had --- */

/* An item of ours that is awaited on the day, and what the bank holds more without it. */
struct missing_item {
    int64_t excess_minor;
    struct payment payment;
    struct funds funds;
};

static bool find_payment(struct context *context,
                         const struct reconciliation_missing *command,
                         enum payment_leg leg,
                         struct missing_item *item)
{
    const struct payment *payment = payment_find(context, command->key);
    if (payment == NULL || strcmp(payment->bank, command->bank) != 0 ||
        payment_leg_awaited_on(payment, leg) != command->day) {
        return false;
    }
    item->payment = *payment;
    item->excess_minor = leg == LEG_PAID ? payment->amount.minor : -payment->amount.minor;
    return true;
}

static bool find_funds(struct context *context,
                       const struct reconciliation_missing *command,
                       struct missing_item *item)
{
    const struct funds *funds = state_find(context->state, DOCUMENT_FUNDS, command->key);
    if (funds == NULL || strcmp(funds->bank, command->bank) != 0 ||
        funds->amount.currency != CURRENCY_CNY || funds->settlement_day != command->day ||
        funds->reconciled[0] != '\0') {
        return false;
    }
    item->funds = *funds;
    item->excess_minor = -funds->amount.minor;
    return true;
}

static bool find_item(struct context *context,
                      const struct reconciliation_missing *command,
                      struct missing_item *item)
{
    switch ((enum item_kind)command->item) {
    case ITEM_PAYMENT:
        return find_payment(context, command, LEG_PAID, item);
    case ITEM_REVERSAL:
        return find_payment(context, command, LEG_UNDONE, item);
    case ITEM_FUNDS:
        return find_funds(context, command, item);
    }
    assert(false);
    return false;
}

/* The difference is now where the item is. */
static void place_item(struct context *context,
                       const struct reconciliation_missing *command,
                       struct missing_item *item,
                       const char *difference)
{
    if (command->item == ITEM_FUNDS) {
        funds_reconcile(context, &item->funds, difference);
        return;
    }
    enum payment_leg leg = command->item == ITEM_PAYMENT ? LEG_PAID : LEG_UNDONE;
    payment_leg_put(context, &item->payment, leg, difference, command->day);
}

enum verdict reconciliation_missing(struct context *context, const void *command_, void *answer_out)
{
    const struct reconciliation_missing *command = command_;
    const struct party *bank = NULL;
    struct bank_statement statement = {0};
    struct missing_item item;
    enum verdict verdict = check_bank(context, command->bank, &bank);
    if (verdict == VERDICT_DONE) {
        verdict = get_open(context, command->bank, command->day, &statement);
    }
    if (verdict != VERDICT_DONE || bank == NULL) {
        return verdict;
    }
    if (statement.taken_count != statement.line_count) {
        verdict = refuse(context, REFUSAL_STATEMENT_INCOMPLETE);
        refusal_integer(context, "lines_left", statement.line_count - statement.taken_count);
        return verdict;
    }
    if (!find_item(context, command, &item)) {
        return refuse_field(context, REFUSAL_STATEMENT_ITEM, "/key");
    }
    struct difference_found found = {
        .bank = command->bank,
        .bank_number = bank->number,
        .day = command->day,
        .kind = DIFFERENCE_ONLY_HERE,
        .excess_minor = item.excess_minor,
        .subject = command->key,
        .line = "",
    };
    char id[DIFFERENCE_ID_SIZE];
    verdict = difference_open(context, &found, id);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    place_item(context, command, &item, id);
    statement.only_here_count++;
    state_put(context->state, DOCUMENT_BANK_STATEMENT, &statement);
    answer_statement(&statement, answer_out);
    return rule_done(context);
}

/* --- close --- */

enum verdict reconciliation_close(struct context *context, const void *command_, void *answer_out)
{
    const struct reconciliation_close *command = command_;
    const struct party *bank = NULL;
    struct bank_statement statement = {0};
    enum verdict verdict = check_bank(context, command->bank, &bank);
    if (verdict == VERDICT_DONE) {
        verdict = get_open(context, command->bank, command->day, &statement);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct bank_day *found = bank_day_find(context, command->bank, command->day);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_BANK_DAY_OPEN, "/day");
    }
    struct bank_day day = *found;
    bool is_complete = statement.taken_count == statement.line_count &&
                       statement.taken_credits.minor == statement.credits.minor &&
                       statement.taken_debits.minor == statement.debits.minor &&
                       day.unreconciled_count == 0;
    if (!is_complete) {
        verdict = refuse(context, REFUSAL_STATEMENT_INCOMPLETE);
        refusal_integer(context, "lines_left", statement.line_count - statement.taken_count);
        refusal_money(
            context, "credits_left", cny(statement.credits.minor - statement.taken_credits.minor));
        refusal_money(
            context, "debits_left", cny(statement.debits.minor - statement.taken_debits.minor));
        refusal_integer(context, "items_left", day.unreconciled_count);
        return verdict;
    }
    statement.state = STATEMENT_CLOSED;
    state_put(context->state, DOCUMENT_BANK_STATEMENT, &statement);
    day.state = BANK_DAY_RECONCILED;
    state_put(context->state, DOCUMENT_BANK_DAY, &day);
    answer_statement(&statement, answer_out);
    return rule_done(context);
}
