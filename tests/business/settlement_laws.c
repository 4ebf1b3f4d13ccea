#include "tests/business/settlement_laws.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/party/party.h"
#include "gateway/business/settlement/freeze.h"
#include "gateway/business/settlement/window.h"

/* Sums of one party, or of one window. */
struct sums {
    const struct world *world;
    const struct party *party;
    const struct window *window;
    int64_t clearing; /* what stands on payment.clearing of the party */
    int64_t held;     /* of it: for payments under way */
    int64_t fees;     /* earned by orders */
    int64_t frozen;
    int64_t gross; /* orders of the window, not those that left */
    int64_t paid;
    int64_t ended;
    int64_t net; /* positions of the window: all together */
    int64_t planned;
    const char *broken;
};

static bool is_among(const struct settlement_order *order, unsigned states)
{
    return (states & 1U << order->state) != 0;
}

enum {
    WHOLE = 1U << SETTLEMENT_CREATED | 1U << SETTLEMENT_APPROVED | 1U << SETTLEMENT_SENT,
    PAID = 1U << SETTLEMENT_CONFIRMED | 1U << SETTLEMENT_RETURNED,
    ENDED = PAID | 1U << SETTLEMENT_REJECTED,
    JOINED = ENDED | 1U << SETTLEMENT_QUEUED | 1U << SETTLEMENT_SENT | 1U << SETTLEMENT_ABORTED,
};

static void add_order(void *context, const void *data)
{
    struct sums *sums = context;
    const struct settlement_order *order = data;
    int64_t amount = order->amount.minor;
    if (sums->party != NULL && order->merchant_number == sums->party->number) {
        sums->clearing += is_among(order, WHOLE) ? amount : 0;
        sums->clearing += is_among(order, WHOLE | 1U << SETTLEMENT_QUEUED) ? order->fee.minor : 0;
        sums->held += is_among(order, 1U << SETTLEMENT_SENT) ? amount : 0;
    }
    if (sums->party != NULL && order->fee_house == sums->party->number) {
        sums->fees += is_among(order, PAID) ? order->fee.minor : 0;
    }
    const struct window *window = order->window[0] == '\0' || sums->party == NULL
                                      ? NULL
                                      : world_document(sums->world, DOCUMENT_WINDOW, order->window);
    if (window != NULL && window->house_number == sums->party->number) {
        sums->clearing += is_among(order, 1U << SETTLEMENT_QUEUED) ? amount : 0;
    }
    if (sums->window != NULL && strcmp(order->window, sums->window->id) == 0) {
        sums->gross += is_among(order, JOINED) ? amount : 0;
        sums->paid += is_among(order, PAID) ? amount : 0;
        sums->ended += is_among(order, ENDED);
    }
}

static void add_payment(void *context, const void *data)
{
    struct sums *sums = context;
    const struct payment *payment = data;
    bool has_left = payment->state == PAYMENT_CONFIRMED || payment->state == PAYMENT_RETURNED;
    bool holds = payment->state < PAYMENT_CONFIRMED;
    if (payment->settlement[0] == 'W' && payment->payer_number == sums->party->number) {
        sums->clearing -= has_left ? payment->amount.minor - payment->returned.minor : 0;
        sums->held += holds ? payment->amount.minor : 0;
    }
}

static void add_transfer(void *context, const void *data)
{
    struct sums *sums = context;
    const struct window_transfer *transfer = data;
    if (sums->window != NULL) {
        bool is_its = strcmp(transfer->window, sums->window->id) == 0;
        sums->planned += is_its ? transfer->amount.minor : 0;
        return;
    }
    const struct window *window = world_document(sums->world, DOCUMENT_WINDOW, transfer->window);
    if (window->house_number == sums->party->number && transfer->arrived_on != DATE_NONE) {
        sums->clearing += transfer->amount.minor;
    }
}

static void add_freeze(void *context, const void *data)
{
    struct sums *sums = context;
    const struct freeze *freeze = data;
    if (strcmp(freeze->merchant, sums->party->id) == 0) {
        sums->frozen += freeze->frozen.minor;
        if (freeze->frozen.minor < 0 || freeze->frozen.minor > freeze->amount.minor) {
            sums->broken = "no more is unfrozen than was frozen";
        }
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

static const char *party_fault(const struct world *world, const struct party *party)
{
    struct sums sums = {.world = world, .party = party};
    world_each(world, DOCUMENT_SETTLEMENT_ORDER, add_order, &sums);
    world_each(world, DOCUMENT_PAYMENT, add_payment, &sums);
    world_each(world, DOCUMENT_WINDOW_TRANSFER, add_transfer, &sums);
    world_each(world, DOCUMENT_FREEZE, add_freeze, &sums);
    const struct account *clearing = account_of(world, PURPOSE_PAYMENT_CLEARING, party->number);
    const struct account *frozen = account_of(world, PURPOSE_MERCHANT_FROZEN, party->number);
    if (sums.broken != NULL) {
        return sums.broken;
    }
    if (account_balance(clearing) != sums.clearing) {
        return "payment.clearing = orders' money, and of windows, where it is";
    }
    if (clearing->pending_debits != sums.held) {
        return "payments hold what orders and transfers have set aside";
    }
    if (account_balance(frozen) != sums.frozen || frozen->pending_debits != 0) {
        return "merchant.frozen = what its cases keep, never paid";
    }
    int64_t earned = account_balance(account_of(world, PURPOSE_FEE_INCOME, party->number));
    return earned < sums.fees ? "fees of confirmed orders are income" : NULL;
}

static void check_party(void *context, const void *data)
{
    struct sums *all = context;
    const struct party *party = data;
    const char *broken = party->kind == PARTY_BANK ? NULL : party_fault(all->world, party);
    if (broken != NULL) {
        all->broken = broken;
    }
}

static void check_window(void *context, const void *data)
{
    struct sums *all = context;
    const struct window *window = data;
    struct sums sums = {.world = all->world, .window = window};
    int64_t most = 0;
    const struct window_bank *banks = window->banks.items;
    for (size_t i = 0; i < window->banks.count; i++) {
        char key[DOCUMENT_KEY_SIZE];
        snprintf(key, sizeof(key), "%s/%s", window->id, banks[i].bank);
        const struct window_position *position =
            world_document(all->world, DOCUMENT_WINDOW_POSITION, key);
        sums.net += position->net.minor;
        most += position->net.minor > 0 ? position->net.minor : 0;
        if (position->net.minor != position->paid_in.minor - position->paid_out.minor) {
            all->broken = "net = in - out";
        }
    }
    world_each(all->world, DOCUMENT_SETTLEMENT_ORDER, add_order, &sums);
    world_each(all->world, DOCUMENT_WINDOW_TRANSFER, add_transfer, &sums);
    if (sums.net != 0) {
        all->broken = "positions of a window sum to 0";
    } else if (sums.gross != window->gross.minor) {
        all->broken = "gross of a window = its orders";
    } else if (sums.planned != window->net.minor || sums.planned > window->cross.minor ||
               (window->state != WINDOW_OPEN && window->state != WINDOW_ABORTED &&
                sums.planned != most)) {
        all->broken = "transfers between banks = their net debits, within the gross";
    } else if (sums.paid != window->paid.minor || sums.ended != window->ended_count) {
        all->broken = "a window counts what has ended";
    } else if ((window->state == WINDOW_SETTLED) && sums.ended != window->order_count) {
        all->broken = "settled: every order has ended";
    } else if (window->transfer_count >= WINDOW_BANK_COUNT_MAX) {
        all->broken = "fewer transfers than banks";
    }
}

const char *settlement_broken_law(const struct world *world)
{
    struct sums all = {.world = world};
    world_each(world, DOCUMENT_PARTY, check_party, &all);
    world_each(world, DOCUMENT_WINDOW, check_window, &all);
    return all.broken;
}
