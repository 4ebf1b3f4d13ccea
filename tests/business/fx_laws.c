#include "tests/business/fx_laws.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/fx/conversion.h"
#include "gateway/business/fx/fx_quota.h"
#include "gateway/business/fx/fx_refund.h"

struct law {
    const struct world *world;
    const struct fx_receipt *receipt; /* whose refunds or conversions are summed */
    int64_t holder;                   /* whose receipts or quota are summed */
    enum currency currency;
    int64_t year;
    int64_t sum;
    const char *broken;
};

static int64_t
balance(const struct law *law, enum purpose purpose, int64_t owner, enum currency currency)
{
    struct account_key key = {.purpose = purpose, .currency = currency, .owner = owner};
    if (law->year != 0) {
        snprintf(key.subject, sizeof(key.subject), "%" PRId64, law->year);
    }
    return world_balance(law->world, &key);
}

/* --- receipts --- */

static void add_unused(void *context, const void *data)
{
    struct law *law = context;
    const struct fx_receipt *receipt = data;
    if (receipt->holder_number == law->holder && receipt->amount.currency == law->currency) {
        law->sum += receipt->unused.minor + receipt->refunding.minor;
    }
}

static void add_proceeds(void *context, const void *data)
{
    struct law *law = context;
    const struct conversion *conversion = data;
    if (strcmp(conversion->holder, law->receipt->holder) == 0) {
        law->sum += conversion->paid.minor;
    }
}

static void add_converted(void *context, const void *data)
{
    struct law *law = context;
    const struct conversion *conversion = data;
    if (strcmp(conversion->receipt, law->receipt->id) == 0) {
        law->sum += conversion->bought.minor;
    }
}

static void add_refunding(void *context, const void *data)
{
    struct law *law = context;
    const struct fx_refund *refund = data;
    if (strcmp(refund->receipt, law->receipt->id) != 0) {
        return;
    }
    bool is_open = refund->state == FX_REFUND_ORDERED;
    if (is_open != (book_pending(world_book(law->world), refund->hold) != NULL)) {
        law->broken = "a refund is ordered as long as its transfer is pending";
    }
    law->sum += is_open ? refund->amount.minor : 0;
}

static void check_receipt(void *context, const void *data)
{
    struct law *law = context;
    const struct fx_receipt *receipt = data;
    bool is_held = receipt->state == FX_RECEIPT_HELD;
    if (is_held != (book_pending(world_book(law->world), receipt->hold) != NULL)) {
        law->broken = "a receipt is held as long as its transfer is pending";
    }
    struct law refunding = {.world = law->world, .receipt = receipt};
    world_each(law->world, DOCUMENT_FX_REFUND, add_refunding, &refunding);
    if (refunding.broken != NULL || refunding.sum != receipt->refunding.minor) {
        law->broken = refunding.broken != NULL ? refunding.broken : "a receipt knows its refunds";
    }
    struct law converted = {.world = law->world, .receipt = receipt};
    world_each(law->world, DOCUMENT_CONVERSION, add_converted, &converted);
    bool is_theirs = receipt->state == FX_RECEIPT_CLEARED || receipt->state == FX_RECEIPT_RETURNED;
    int64_t rest = receipt->unused.minor + receipt->refunding.minor + receipt->returned.minor;
    if (is_theirs && rest + converted.sum != receipt->amount.minor) {
        law->broken = "a receipt is unused, under way back, returned or converted";
    }
    struct law sum = {
        .world = law->world,
        .receipt = receipt,
        .holder = receipt->holder_number,
        .currency = receipt->amount.currency,
    };
    world_each(law->world, DOCUMENT_FX_RECEIPT, add_unused, &sum);
    struct law proceeds = {.world = law->world, .receipt = receipt};
    world_each(law->world, DOCUMENT_CONVERSION, add_proceeds, &proceeds);
    if (sum.sum != balance(&sum, PURPOSE_INDIVIDUAL_FX, sum.holder, sum.currency) ||
        proceeds.sum != balance(&sum, PURPOSE_INDIVIDUAL_FX, sum.holder, CURRENCY_CNY)) {
        law->broken = "a person has what is unused of the receipts, and what conversion paid";
    }
}

/* --- quota --- */

static void add_use(void *context, const void *data)
{
    struct law *law = context;
    const struct fx_quota_use *use = data;
    if (use->holder_number == law->holder && use->year == law->year) {
        law->sum += use->used.minor - use->restored.minor;
    }
}

static void check_quota(void *context, const void *data)
{
    struct law *law = context;
    const struct fx_quota_use *use = data;
    struct law sum = {.world = law->world, .holder = use->holder_number, .year = use->year};
    world_each(law->world, DOCUMENT_FX_QUOTA_USE, add_use, &sum);
    int64_t limit = balance(&sum, PURPOSE_QUOTA_LIMIT, sum.holder, CURRENCY_USD);
    int64_t used = balance(&sum, PURPOSE_QUOTA_USED, sum.holder, CURRENCY_USD);
    int64_t available = balance(&sum, PURPOSE_QUOTA_AVAILABLE, sum.holder, CURRENCY_USD);
    if (sum.sum != used || used > limit || limit != available + used) {
        law->broken = "a year's quota is what is left of it and what receipts use of it";
    }
    const struct fx_receipt *receipt =
        world_document(law->world, DOCUMENT_FX_RECEIPT, use->receipt);
    struct law converted = {.world = law->world, .receipt = receipt};
    world_each(law->world, DOCUMENT_CONVERSION, add_converted, &converted);
    int64_t rest = receipt->unused.minor + receipt->refunding.minor + converted.sum;
    bool is_all_gone = use->gone.minor == use->counted.minor;
    if (use->counted.minor - use->gone.minor != rest || use->restored.minor > use->used.minor ||
        use->gone.minor > use->counted.minor ||
        (is_all_gone && use->restored.minor != use->used.minor)) {
        law->broken = "what goes back gives back its part of the quota, once";
    }
}

const char *fx_broken_law(const struct world *world)
{
    struct law law = {.world = world};
    world_each(world, DOCUMENT_FX_RECEIPT, check_receipt, &law);
    world_each(world, DOCUMENT_FX_QUOTA_USE, check_quota, &law);
    return law.broken;
}
