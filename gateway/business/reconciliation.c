#include "gateway/business/reconciliation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank_link.h"
#include "gateway/business/field.h"
#include "gateway/business/funds.h"
#include "gateway/business/guarantee.h"
#include "gateway/business/party.h"
#include "gateway/business/payment.h"
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
    };
}

static void answer_line(const struct statement_line *line, struct line_answer *answer_out)
{
    *answer_out = (struct line_answer){.result = line->result};
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

/* What a line is held against, and what comes of it. */
struct match {
    struct context *context;
    const struct reconciliation_line *told;
    const struct party *bank;
    struct statement_line *line;
};

static enum verdict find_difference(struct match *match,
                                    enum difference_kind kind,
                                    int64_t excess_minor,
                                    enum line_result result)
{
    struct difference_found found = {
        .bank = match->told->bank,
        .bank_number = match->bank->number,
        .day = match->told->day,
        .kind = kind,
        .excess_minor = excess_minor,
        .subject = match->line->subject,
        .line = match->line->key,
    };
    match->line->result = (int32_t)result;
    return difference_open(match->context, &found, match->line->difference);
}

static enum verdict only_there(struct match *match)
{
    int64_t amount = match->told->amount.minor;
    return find_difference(match,
                           DIFFERENCE_ONLY_THERE,
                           match->told->side == ENTRY_CREDIT ? amount : -amount,
                           LINE_ONLY_THERE);
}

/* Our item and the line are the same thing: are they of the same amount? */
static enum verdict compare(struct match *match, int64_t ours_minor)
{
    int64_t theirs_minor = match->told->amount.minor;
    if (theirs_minor == ours_minor) {
        match->line->result = LINE_MATCHED;
        return VERDICT_DONE;
    }
    int64_t excess =
        match->told->side == ENTRY_CREDIT ? theirs_minor - ours_minor : ours_minor - theirs_minor;
    return find_difference(match, DIFFERENCE_AMOUNT, excess, LINE_DIFFERS);
}

/*
 * Whether the line may have an item that is `reconciled` already: only when the item was missing
 * until now. *verdict_out then says how taking that back went.
 */
static bool may_have(struct match *match, const char *reconciled, enum verdict *verdict_out)
{
    *verdict_out = VERDICT_DONE;
    if (reconciled[0] == '\0') {
        return true;
    }
    const struct difference *difference = difference_find(match->context, reconciled);
    if (difference == NULL || difference->kind != DIFFERENCE_ONLY_HERE ||
        difference->state == DIFFERENCE_CLOSED) {
        return false;
    }
    *verdict_out = difference_withdraw(match->context, reconciled);
    return true;
}

static enum verdict match_credit(struct match *match)
{
    struct context *context = match->context;
    snprintf(match->line->subject,
             sizeof match->line->subject,
             "%s/%s",
             match->told->bank,
             match->told->bank_reference);
    const struct funds *found = state_find(context->state, DOCUMENT_FUNDS, match->line->subject);
    struct funds funds;
    enum verdict verdict = VERDICT_DONE;
    if (found == NULL) {
        struct funds_receive told = {
            .amount = match->told->amount,
            .value_date = match->told->value_date,
        };
        TEXT_PUT(told.bank_reference, match->told->bank_reference);
        TEXT_PUT(told.payment_reference, match->told->payment_reference);
        verdict = funds_book(context, match->bank, &told, FUNDS_TOLD_BY_STATEMENT, &funds);
        match->line->result = LINE_COMPLETED;
    } else if (!may_have(match, found->reconciled, &verdict)) {
        return only_there(match);
    } else if (verdict == VERDICT_DONE) {
        funds = *found;
        verdict = compare(match, funds.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (funds.reconciled[0] == '\0') {
        bank_day_reconcile(context, match->told->bank, funds.value_date);
    }
    TEXT_PUT(funds.reconciled, match->line->key);
    state_put(context->state, DOCUMENT_FUNDS, &funds);
    return VERDICT_DONE;
}

enum {
    PAID_STATES = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
    DOUBTFUL_STATES = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT,
};

static enum verdict match_debit(struct match *match)
{
    struct context *context = match->context;
    const struct payment *found = payment_find(context, match->told->payment_reference);
    if (found == NULL || strcmp(found->bank, match->told->bank) != 0) {
        return only_there(match);
    }
    struct payment payment = *found;
    TEXT_PUT(match->line->subject, payment.id);
    bool is_doubtful = (DOUBTFUL_STATES & 1U << payment.state) != 0;
    enum verdict verdict = VERDICT_DONE;
    if (is_doubtful) {
        verdict = payment_decide(
            context, &payment, ADAPTER_CONFIRMED, match->told->bank_reference, match->told->day);
    } else if ((PAID_STATES & 1U << payment.state) == 0 ||
               !may_have(match, payment.reconciled, &verdict)) {
        return only_there(match);
    }
    if (verdict == VERDICT_DONE) {
        verdict = compare(match, payment.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_doubtful && match->line->result == LINE_MATCHED) {
        match->line->result = LINE_PROVED;
    }
    if (payment.reconciled[0] == '\0') {
        bank_day_reconcile(context, payment.bank, payment.settlement_day);
    }
    TEXT_PUT(payment.reconciled, match->line->key);
    state_put(context->state, DOCUMENT_PAYMENT, &payment);
    return VERDICT_DONE;
}

static void count(struct bank_statement *statement, const struct statement_line *line)
{
    int64_t *const counts[] = {
        [LINE_MATCHED] = &statement->matched_count,
        [LINE_PROVED] = &statement->proved_count,
        [LINE_COMPLETED] = &statement->completed_count,
        [LINE_ONLY_THERE] = &statement->only_there_count,
        [LINE_DIFFERS] = &statement->differs_count,
    };
    ++*counts[line->result];
    statement->taken_count++;
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
    struct match match = {.context = context, .told = command, .bank = bank, .line = &line};
    verdict = command->side == ENTRY_CREDIT ? match_credit(&match) : match_debit(&match);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    count(&statement, &line);
    state_put(context->state, DOCUMENT_STATEMENT_LINE, &line);
    state_put(context->state, DOCUMENT_BANK_STATEMENT, &statement);
    answer_line(&line, answer_out);
    return rule_done(context);
}

/* --- what no line had --- */

/* An item of ours on this bank day that no line has taken: what the bank holds more without it. */
struct missing_item {
    int64_t excess_minor;
    struct payment payment;
    struct funds funds;
};

static bool find_item(struct context *context,
                      const struct reconciliation_missing *command,
                      struct missing_item *item)
{
    if (command->item == ITEM_PAYMENT) {
        const struct payment *payment = payment_find(context, command->key);
        if (payment == NULL || strcmp(payment->bank, command->bank) != 0 ||
            payment->settlement_day != command->day || payment->reconciled[0] != '\0' ||
            (PAID_STATES & 1U << payment->state) == 0) {
            return false;
        }
        item->payment = *payment;
        item->excess_minor = payment->amount.minor;
        return true;
    }
    const struct funds *funds = state_find(context->state, DOCUMENT_FUNDS, command->key);
    if (funds == NULL || strcmp(funds->bank, command->bank) != 0 ||
        funds->value_date != command->day || funds->reconciled[0] != '\0') {
        return false;
    }
    item->funds = *funds;
    item->excess_minor = -funds->amount.minor;
    return true;
}

enum verdict reconciliation_missing(struct context *context, const void *command_, void *answer_out)
{
    const struct reconciliation_missing *command = command_;
    const struct party *bank = NULL;
    struct bank_statement statement;
    struct missing_item item;
    enum verdict verdict = check_bank(context, command->bank, &bank);
    if (verdict == VERDICT_DONE) {
        verdict = get_open(context, command->bank, command->day, &statement);
    }
    if (verdict != VERDICT_DONE) {
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
    if (command->item == ITEM_PAYMENT) {
        TEXT_PUT(item.payment.reconciled, id);
        state_put(context->state, DOCUMENT_PAYMENT, &item.payment);
    } else {
        TEXT_PUT(item.funds.reconciled, id);
        state_put(context->state, DOCUMENT_FUNDS, &item.funds);
    }
    bank_day_reconcile(context, command->bank, command->day);
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
    struct bank_statement statement;
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
