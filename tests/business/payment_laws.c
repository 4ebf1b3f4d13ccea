#include "tests/business/payment_laws.h"

#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/party/party.h"

enum {
    HELD = 1U << PAYMENT_CREATED | 1U << PAYMENT_APPROVED | 1U << PAYMENT_SENT |
           1U << PAYMENT_IN_DOUBT,
    IN_FLIGHT = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT,
    PAID = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
};

/* Sums over the payments of one bank, or of one payer. */
struct sums {
    const struct world *world;
    const struct bank_link *link; /* of the bank, or NULL */
    int64_t bank;                 /* 0 = any */
    int64_t payer;                /* 0 = any */
    enum purpose fund;            /* PURPOSE_NONE = any */
    int64_t held;
    int64_t in_flight;
    int64_t paid; /* and not come back */
    int64_t sent_today;
    const char *broken;
};

static bool is_in(const struct payment *payment, unsigned states)
{
    return (states & 1U << payment->state) != 0;
}

static const char *payment_fault(const struct sums *sums, const struct payment *payment)
{
    const struct pending *hold = book_pending(world_book(sums->world), payment->hold);
    if (is_in(payment, HELD) != (hold != NULL)) {
        return "a payment holds until it has ended";
    }
    if (hold != NULL && hold->remaining != payment->amount.minor) {
        return "a hold is as large as its payment";
    }
    if ((payment->proof != 0) != (payment->state == PAYMENT_IN_DOUBT)) {
        return "a doubt, and nothing else, is to be proved";
    }
    if ((payment->returned.minor > 0) != (payment->state == PAYMENT_RETURNED) ||
        payment->returned.minor > payment->amount.minor) {
        return "no more comes back than was paid";
    }
    if (is_in(payment, IN_FLIGHT) && (payment->trace < 1 || payment->business_day == DATE_NONE)) {
        return "what is in flight has a number";
    }
    const struct bank_link *link = sums->link;
    if (link != NULL && payment->business_day == link->business_day &&
        payment->trace >= link->next_trace) {
        return "a number is given once";
    }
    return NULL;
}

static void add_payment(void *context, const void *data)
{
    struct sums *sums = context;
    const struct payment *payment = data;
    if ((sums->bank != 0 && payment->bank_number != sums->bank) ||
        (sums->payer != 0 && payment->payer_number != sums->payer) ||
        (sums->fund != PURPOSE_NONE && payment_fund(payment) != sums->fund)) {
        return;
    }
    int64_t amount = payment->amount.minor;
    sums->held += is_in(payment, HELD) ? amount : 0;
    sums->in_flight += is_in(payment, IN_FLIGHT) ? amount : 0;
    sums->paid += is_in(payment, PAID) ? amount - payment->returned.minor : 0;
    if (sums->link != NULL && payment->business_day == sums->link->business_day &&
        is_in(payment, IN_FLIGHT | PAID)) {
        sums->sent_today += amount;
    }
    const char *fault = payment_fault(sums, payment);
    if (fault != NULL) {
        sums->broken = fault;
    }
}

static const struct account *
account_of(const struct world *world, enum purpose purpose, int64_t owner)
{
    static const struct account none;
    struct account_key key = {.purpose = purpose, .currency = CURRENCY_CNY, .owner = owner};
    int64_t number = book_find(world_book(world), &key);
    return number == 0 ? &none : book_account(world_book(world), number);
}

struct day_sums {
    const char *bank;
    int64_t paid; /* less what was taken back */
};

static void add_day(void *context, const void *data)
{
    struct day_sums *sums = context;
    const struct bank_day *day = data;
    if (strcmp(day->bank, sums->bank) == 0) {
        sums->paid += day->paid.minor - day->reversed.minor;
    }
}

static const char *bank_fault(const struct sums *sums)
{
    const struct account *in_flight = account_of(sums->world, PURPOSE_BANK_IN_FLIGHT, sums->bank);
    const struct account *clearing = account_of(sums->world, PURPOSE_PAYMENT_CLEARING, sums->bank);
    struct day_sums days = {.bank = sums->link->bank};
    world_each(sums->world, DOCUMENT_BANK_DAY, add_day, &days);
    if (account_balance(in_flight) != sums->in_flight) {
        return "in flight = payments sent or in doubt";
    }
    if (clearing->pending_credits != sums->held || clearing->pending_debits != 0) {
        return "held = payments created, approved, sent or in doubt";
    }
    if (clearing->posted_credits != clearing->posted_debits) {
        return "nothing stays on payment.clearing";
    }
    if (sums->link->sent_today.minor != sums->sent_today) {
        return "sent today = payments of the business day not rejected";
    }
    if (days.paid != sums->paid) {
        return "days: paid - reversed = payments confirmed - returned";
    }
    return NULL;
}

static const char *bank_broken_law(const struct world *world, const struct party *bank)
{
    struct sums sums = {
        .world = world,
        .bank = bank->number,
        .link = world_document(world, DOCUMENT_BANK_LINK, bank->id),
    };
    world_each(world, DOCUMENT_PAYMENT, add_payment, &sums);
    return sums.link != NULL && sums.broken == NULL ? bank_fault(&sums) : sums.broken;
}

static const char *payer_broken_law(const struct world *world, const struct party *payer)
{
    static const enum purpose funds[] = {PURPOSE_MERCHANT_PAYABLE,
                                         PURPOSE_TAX_WITHHELD,
                                         PURPOSE_TAX_PAYABLE,
                                         PURPOSE_REFUND_PAYABLE,
                                         PURPOSE_INSURER_FUND};
    for (size_t i = 0; i < sizeof(funds) / sizeof(funds[0]); i++) {
        struct sums sums = {.world = world, .payer = payer->number, .fund = funds[i]};
        world_each(world, DOCUMENT_PAYMENT, add_payment, &sums);
        if (sums.broken != NULL) {
            return sums.broken;
        }
        if (account_of(world, funds[i], payer->number)->pending_debits != sums.held) {
            return "a payer's payments hold its money";
        }
    }
    return NULL;
}

static void check_party(void *context, const void *data)
{
    struct sums *all = context;
    const struct party *party = data;
    const char *broken = party->kind == PARTY_BANK ? bank_broken_law(all->world, party)
                                                   : payer_broken_law(all->world, party);
    if (broken != NULL) {
        all->broken = broken;
    }
}

const char *payment_broken_law(const struct world *world)
{
    struct sums all = {.world = world};
    world_each(world, DOCUMENT_PARTY, check_party, &all);
    return all.broken;
}
