#include "tests/business/tax_laws.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/compensation/claim.h"
#include "gateway/business/customs/goods_return.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_bill.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/text.h"

struct sums {
    const struct world *world;
    const char *broken;
    /* What is summed over, and the sums. */
    const char *key;
    int64_t gnum;
    int64_t live;
    int64_t open;
    int64_t due;
    int64_t count;
    int64_t qty;
    int64_t party;
};

static bool is_live(const struct tax_bill *bill)
{
    return bill->state == TAX_BILL_OPEN || bill->state == TAX_BILL_STATED;
}

static void add_bill(void *context, const void *data)
{
    struct sums *sums = context;
    const struct tax_bill *bill = data;
    if (strcmp(bill->declaration, sums->key) != 0) {
        return;
    }
    sums->count += bill->said_time[0] != '\0';
    sums->live += is_live(bill);
    sums->due += is_live(bill) ? bill->total.minor : 0;
    sums->open += bill->state == TAX_BILL_OPEN ? bill->total.minor : 0;
}

static void add_day_bill(void *context, const void *data)
{
    struct sums *sums = context;
    const struct tax_bill *bill = data;
    if (strcmp(bill->tax_day, sums->key) == 0) {
        sums->count++;
        sums->due += bill->total.minor;
    }
}

static void add_returned(void *context, const void *data)
{
    struct sums *sums = context;
    const struct goods_return *goods_return = data;
    const struct ceb_refund_line *lines = goods_return->lines.items;
    bool counts = strcmp(goods_return->declaration, sums->key) == 0 &&
                  (goods_return->state == GOODS_RETURN_ACCEPTED ||
                   goods_return->state == GOODS_RETURN_APPLIED);
    for (size_t i = 0; counts && i < goods_return->lines.count; i++) {
        sums->qty += lines[i].gnum == sums->gnum ? lines[i].qty : 0;
    }
}

static void check_bill(void *context, const void *data)
{
    struct sums *check = context;
    const struct tax_bill *bill = data;
    int64_t kinds = bill->tariff.minor + bill->consumption_tax.minor + bill->vat.minor;
    if (kinds != bill->total.minor || bill->tariff.minor < 0 || bill->vat.minor < 0 ||
        bill->consumption_tax.minor < 0 || bill->total.minor > bill->assessed.minor) {
        check->broken = "a bill asks for no more than was assessed";
    } else if (!is_live(bill) && bill->total.minor != 0) {
        check->broken = "nothing is due of a bill that is void or cancelled";
    } else if ((bill->tax_day[0] != '\0') !=
               (bill->state == TAX_BILL_OPEN && bill->released_on != DATE_NONE)) {
        check->broken = "an open bill waits on its day";
    }
}

static void check_day(void *context, const void *data)
{
    struct sums *check = context;
    const struct tax_day *day = data;
    struct sums sums = {.key = day->key};
    world_each(check->world, DOCUMENT_TAX_BILL, add_day_bill, &sums);
    if (sums.count != day->bill_count || sums.due != day->total.minor) {
        check->broken = "a day counts its bills";
    }
}

static void check_declaration(void *context, const void *data)
{
    struct sums *check = context;
    const struct declaration *declaration = data;
    const struct ceb_inventory_line *lines = declaration->lines.items;
    struct sums bills = {.key = declaration->key};
    world_each(check->world, DOCUMENT_TAX_BILL, add_bill, &bills);
    if (bills.count > 0 && bills.due != declaration->tax_due.minor) {
        check->broken = "the tax due is the sum of the live bills";
    } else if ((bills.live > 0) != declaration->tax_bill_open) {
        check->broken = "a declaration knows whether it is assessed";
    }
    for (size_t i = 0; i < declaration->lines.count; i++) {
        struct sums returned = {.key = declaration->key, .gnum = lines[i].gnum};
        world_each(check->world, DOCUMENT_GOODS_RETURN, add_returned, &returned);
        if (returned.qty > lines[i].qty) {
            check->broken = "no more goes back than was declared";
        }
    }
}

static void add_difference(void *context, const void *data)
{
    struct sums *sums = context;
    const struct declaration *declaration = data;
    sums->due +=
        declaration->agent_number == sums->party ? declaration->assess_difference.minor : 0;
}

static void add_owed(void *context, const void *data)
{
    struct sums *sums = context;
    const struct goods_return *goods_return = data;
    bool counts =
        goods_return->agent_number == sums->party && goods_return->withheld == WITHHELD_HERE;
    sums->open += counts ? goods_return->cancelled.minor : 0;
    sums->open += goods_return->agent_number == sums->party ? goods_return->lowered.minor : 0;
    if (goods_return->state != GOODS_RETURN_ACCEPTED && goods_return->cancelled.minor != 0) {
        sums->broken = "only an accepted return cancels tax";
    }
}

static void add_claim(void *context, const void *data)
{
    struct sums *sums = context;
    const struct claim *claim = data;
    sums->open += claim->insured_number == sums->party ? claim->to_buyer.minor : 0;
}

static void take_refund(void *context, const void *data)
{
    struct sums *sums = context;
    const struct payment *payment = data;
    bool is_paid = payment->state == PAYMENT_CONFIRMED || payment->state == PAYMENT_RETURNED;
    bool counts =
        is_paid && payment->payer_number == sums->party && payment->fund == PURPOSE_REFUND_PAYABLE;
    sums->open -= counts ? payment->amount.minor - payment->returned.minor : 0;
}

static void check_party(void *context, const void *data)
{
    struct sums *check = context;
    const struct party *party = data;
    struct sums sums = {.party = party->number};
    struct account_key difference = {
        .owner = party->number,
        .purpose = PURPOSE_TAX_DIFFERENCE,
        .currency = CURRENCY_CNY,
    };
    struct account_key refund = difference;
    refund.purpose = PURPOSE_REFUND_PAYABLE;
    world_each(check->world, DOCUMENT_DECLARATION, add_difference, &sums);
    world_each(check->world, DOCUMENT_GOODS_RETURN, add_owed, &sums);
    world_each(check->world, DOCUMENT_CLAIM, add_claim, &sums);
    world_each(check->world, DOCUMENT_PAYMENT, take_refund, &sums);
    if (sums.broken != NULL) {
        check->broken = sums.broken;
    } else if (world_balance(check->world, &difference) != sums.due) {
        check->broken = "tax.difference is what was assessed less what was estimated";
    } else if (world_balance(check->world, &refund) != sums.open) {
        check->broken =
            "refund.payable is what returns and claims owe buyers and no payment has given back";
    }
}

const char *tax_broken_law(const struct world *world)
{
    struct sums check = {.world = world};
    world_each(world, DOCUMENT_TAX_BILL, check_bill, &check);
    world_each(world, DOCUMENT_TAX_DAY, check_day, &check);
    world_each(world, DOCUMENT_DECLARATION, check_declaration, &check);
    world_each(world, DOCUMENT_PARTY, check_party, &check);
    return check.broken;
}

void tax_check_cover(const struct world *world, const char *key)
{
    const struct declaration *declaration = world_document(world, DOCUMENT_DECLARATION, key);
    bool follows = declaration != NULL && declaration->review_reason == 0 &&
                   (declaration->state == DECLARATION_PROVISIONAL ||
                    declaration->state == DECLARATION_RELEASED);
    char name[RESERVATION_KEY_SIZE + 2];
    struct sums sums = {.key = key};
    if (!follows) {
        return;
    }
    world_each(world, DOCUMENT_TAX_BILL, add_bill, &sums);
    snprintf(name, sizeof(name), "%.*s/%s", GRN_SIZE - 1, declaration->grn, key);
    const struct reservation *found = world_document(world, DOCUMENT_RESERVATION, name);
    bool is_open = found != NULL && (found->state == RESERVATION_PROVISIONAL ||
                                     found->state == RESERVATION_RESERVED);
    bool is_elsewhere =
        found != NULL && (found->state == RESERVATION_CALLED || found->stated.minor > 0);
    int64_t reserved = is_open ? found->amount.minor : 0;
    if (sums.count > 0 && !is_elsewhere && reserved != sums.open) {
        fprintf(stderr, "%s: reserved %ld, open bills %ld\n", key, (long)reserved, (long)sums.open);
        abort();
    }
}
