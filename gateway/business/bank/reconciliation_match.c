#include "gateway/business/bank/reconciliation_match.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment_leg.h"
#include "gateway/business/text.h"

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

static bool is_tolerated(struct match *match, int64_t excess_minor)
{
    const struct bank_link *link = bank_link_find(match->context, match->told->bank);
    int64_t tolerance_minor = link == NULL ? 0 : link->amount_tolerance.minor;
    return excess_minor <= tolerance_minor && excess_minor >= -tolerance_minor;
}

/* Of one item only: days beside what the statement is of. */
static void tell_days(struct match *match, date_days own_day)
{
    match->line->days_late = own_day == DATE_NONE ? 0 : match->told->day - own_day;
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
    if (is_tolerated(match, excess)) {
        match->line->result = LINE_TOLERATED;
        match->line->tolerated = cny(excess < 0 ? -excess : excess);
        return difference_tolerate(match->context, match->bank->number, excess);
    }
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

static enum verdict
match_leg(struct match *match, const struct payment *found, enum payment_leg leg)
{
    struct payment payment = *found;
    enum verdict verdict;
    TEXT_PUT(match->line->subject, payment.id);
    if (!payment_leg_is_ours(&payment, leg) ||
        !may_have(match, payment_leg_place(&payment, leg), &verdict)) {
        return only_there(match);
    }
    if (verdict == VERDICT_DONE) {
        verdict = compare(match, payment.amount.minor);
    }
    if (verdict == VERDICT_DONE) {
        tell_days(match, leg == LEG_PAID ? payment.settlement_day : payment.undone_day);
        payment_leg_put(match->context, &payment, leg, match->line->key, match->told->day);
    }
    return verdict;
}

/* --- credits --- */

static enum verdict match_funds(struct match *match, const struct funds *found)
{
    struct funds funds = *found;
    enum verdict verdict;
    if (funds.amount.currency != CURRENCY_CNY || !may_have(match, funds.reconciled, &verdict)) {
        return only_there(match);
    }
    if (verdict == VERDICT_DONE) {
        verdict = compare(match, funds.amount.minor);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    tell_days(match, funds.settlement_day);
    funds_reconcile(match->context, &funds, match->line->key);
    return VERDICT_DONE;
}

/* Nobody told us of it: booked as its advice would have been. */
static enum verdict complete(struct match *match, const struct payment *returned)
{
    struct context *context = match->context;
    struct funds_receive told = {
        .amount = match->told->amount,
        .value_date = match->told->value_date,
    };
    TEXT_PUT(told.bank_reference, match->told->bank_reference);
    TEXT_PUT(told.payment_reference, match->told->payment_reference);
    struct funds funds;
    enum verdict verdict;
    match->line->result = LINE_COMPLETED;
    if (returned != NULL && payment_fits_return(returned, match->told->bank, told.amount)) {
        struct payment payment = *returned;
        funds_fill(match->bank, &told, FUNDS_TOLD_BY_STATEMENT, &funds);
        verdict = payment_book_return(context, &payment, &funds);
    } else {
        verdict = funds_book(context, match->bank, &told, FUNDS_TOLD_BY_STATEMENT, &funds);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    funds_reconcile(context, &funds, match->line->key);
    return VERDICT_DONE;
}

/* The payment of this bank that the line names, or NULL. */
static const struct payment *find_payment(struct match *match)
{
    const struct payment *found = payment_find(match->context, match->told->payment_reference);
    return found != NULL && strcmp(found->bank, match->told->bank) == 0 ? found : NULL;
}

static enum verdict match_credit(struct match *match)
{
    snprintf(match->line->subject,
             sizeof match->line->subject,
             "%s/%s",
             match->told->bank,
             match->told->bank_reference);
    const struct funds *funds =
        state_find(match->context->state, DOCUMENT_FUNDS, match->line->subject);
    if (funds != NULL) {
        return match_funds(match, funds);
    }
    const struct payment *payment = find_payment(match);
    return payment != NULL && payment_leg_is_ours(payment, LEG_UNDONE)
               ? match_leg(match, payment, LEG_UNDONE)
               : complete(match, payment);
}

/* --- debits --- */

static enum verdict prove(struct match *match, struct payment *payment)
{
    const struct reconciliation_line *told = match->told;
    enum verdict verdict =
        payment_decide(match->context, payment, ADAPTER_CONFIRMED, told->bank_reference, told->day);
    if (verdict == VERDICT_DONE) {
        verdict = match_leg(match, payment, LEG_PAID);
    }
    if (match->line->result == LINE_MATCHED) {
        match->line->result = LINE_PROVED;
    }
    return verdict;
}

static enum verdict match_debit(struct match *match)
{
    const struct payment *found = find_payment(match);
    if (found == NULL) {
        return only_there(match);
    }
    if (found->state == PAYMENT_SENT || found->state == PAYMENT_IN_DOUBT) {
        struct payment payment = *found;
        return prove(match, &payment);
    }
    return match_leg(match, found, LEG_PAID);
}

enum verdict reconciliation_match(struct context *context,
                                  const struct reconciliation_line *told,
                                  const struct party *bank,
                                  struct statement_line *line)
{
    struct match match = {.context = context, .told = told, .bank = bank, .line = line};
    return told->side == ENTRY_CREDIT ? match_credit(&match) : match_debit(&match);
}
