#include "tests/business/reconciliation_laws.h"

#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

enum {
    IN_FLIGHT = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT,
    PAID = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
};

/* One bank's side of things, in fen. */
struct sums {
    const struct world *world;
    const char *bank;
    int64_t number;
    date_days day;     /* whose awaited items are counted */
    int64_t shown;     /* by lines: credits - debits */
    int64_t unplaced;  /* ours and on no line: credits - debits */
    int64_t corrected; /* by the bank itself, with no line of ours */
    int64_t awaited_count;
    const char *broken;
};

static bool is_empty(const char *text)
{
    return text[0] == '\0';
}

static void add_statement(void *context, const void *data)
{
    struct sums *sums = context;
    const struct bank_statement *statement = data;
    if (strcmp(statement->bank, sums->bank) == 0) {
        sums->shown += statement->taken_credits.minor - statement->taken_debits.minor;
    }
}

static void add_funds(void *context, const void *data)
{
    struct sums *sums = context;
    const struct funds *funds = data;
    if (strcmp(funds->bank, sums->bank) == 0 && funds->amount.currency == CURRENCY_CNY &&
        is_empty(funds->reconciled)) {
        sums->unplaced += funds->amount.minor;
        sums->awaited_count += funds->settlement_day == sums->day;
    }
}

static const char *payment_fault(const struct payment *payment)
{
    bool is_undone = payment->undone_day != DATE_NONE;
    bool is_awaited = payment->awaited_on != DATE_NONE;
    bool has_one = is_empty(payment->reconciled) != is_empty(payment->undo_reconciled);
    bool has_neither = is_empty(payment->reconciled) && is_empty(payment->undo_reconciled);
    if (!is_undone && (is_awaited || !is_empty(payment->undo_reconciled))) {
        return "only what is undone has another side";
    }
    if (is_undone && payment->state == PAYMENT_REJECTED && is_awaited != has_one) {
        return "the second side is awaited from the first on";
    }
    if (is_undone && payment->state == PAYMENT_RETURNED &&
        is_awaited != is_empty(payment->undo_reconciled)) {
        return "what was taken back is awaited";
    }
    if (!is_undone && (PAID & 1U << payment->state) == 0 && !has_neither) {
        return "what was never paid has no line";
    }
    return NULL;
}

static void add_payment(void *context, const void *data)
{
    struct sums *sums = context;
    const struct payment *payment = data;
    if (payment->bank_number != sums->number) {
        return;
    }
    unsigned state = 1U << payment->state;
    bool is_undone = payment->undone_day != DATE_NONE;
    if ((state & IN_FLIGHT) != 0 ||
        (((state & PAID) != 0 || is_undone) && is_empty(payment->reconciled))) {
        sums->unplaced -= payment->amount.minor;
    }
    if (is_undone && is_empty(payment->undo_reconciled)) {
        sums->unplaced += payment->amount.minor;
    }
    sums->awaited_count += (state & PAID) != 0 && is_empty(payment->reconciled) &&
                           payment->settlement_day == sums->day;
    sums->awaited_count += payment->awaited_on != DATE_NONE && payment->awaited_on == sums->day;
    const char *fault = payment_fault(payment);
    if (fault != NULL) {
        sums->broken = fault;
    }
}

static void add_difference(void *context, const void *data)
{
    struct sums *sums = context;
    const struct difference *difference = data;
    if (strcmp(difference->bank, sums->bank) != 0) {
        return;
    }
    int64_t lack = difference->is_lack ? difference->amount.minor : -difference->amount.minor;
    bool is_closed = difference->state == DIFFERENCE_CLOSED;
    if (is_closed && difference->adjustment == ADJUSTMENT_BANK) {
        sums->corrected += lack;
    }
    struct account_key key = {
        .purpose = PURPOSE_RECONCILIATION_DIFFERENCE,
        .currency = CURRENCY_CNY,
        .owner = sums->number,
    };
    TEXT_PUT(key.subject, difference->id);
    const struct book *book = world_book(sums->world);
    int64_t number = book_find(book, &key);
    const struct account *waiting = number == 0 ? NULL : book_account(book, number);
    if (waiting == NULL ||
        waiting->posted_debits - waiting->posted_credits != (is_closed ? 0 : lack)) {
        sums->broken = "a difference waits with its amount until it is closed";
    }
}

static void check_day(void *context, const void *data)
{
    struct sums *all = context;
    const struct bank_day *day = data;
    struct sums sums = {
        .world = all->world,
        .bank = all->bank,
        .number = all->number,
        .day = day->day,
    };
    if (strcmp(day->bank, all->bank) != 0) {
        return;
    }
    world_each(all->world, DOCUMENT_FUNDS, add_funds, &sums);
    world_each(all->world, DOCUMENT_PAYMENT, add_payment, &sums);
    if (sums.awaited_count != day->unreconciled_count) {
        all->broken = "a day counts what its statement is to show";
    }
}

static void check_bank(void *context, const void *data)
{
    struct sums *all = context;
    const struct party *party = data;
    struct sums sums = {.world = all->world, .bank = party->id, .number = party->number};
    if (party->kind != PARTY_BANK) {
        return;
    }
    world_each(all->world, DOCUMENT_BANK_STATEMENT, add_statement, &sums);
    world_each(all->world, DOCUMENT_FUNDS, add_funds, &sums);
    world_each(all->world, DOCUMENT_PAYMENT, add_payment, &sums);
    world_each(all->world, DOCUMENT_DIFFERENCE, add_difference, &sums);
    world_each(all->world, DOCUMENT_BANK_DAY, check_day, &sums);
    struct account_key key = {
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = CURRENCY_CNY,
        .owner = party->number,
    };
    if (world_balance(all->world, &key) != sums.shown + sums.unplaced + sums.corrected) {
        sums.broken = "bank.settlement = lines of statements + what is on none";
    }
    if (sums.broken != NULL) {
        all->broken = sums.broken;
    }
}

const char *reconciliation_broken_law(const struct world *world)
{
    struct sums all = {.world = world};
    world_each(world, DOCUMENT_PARTY, check_bank, &all);
    return all.broken;
}
