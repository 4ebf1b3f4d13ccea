#include "tests/business/compensation_laws.h"

#include <string.h>

#include "gateway/business/compensation/recovery.h"
#include "gateway/business/text.h"

struct law {
    const struct world *world;
    const struct policy *policy;     /* whose claims are summed */
    const struct shipment *shipment; /* whose paid claims are counted */
    const struct claim *claim;       /* whose recoveries are summed */
    const struct buyer_limit *limit; /* whose shipments are summed */
    int64_t sum;
    const char *broken;
};

static int64_t
balance(const struct world *world, enum purpose purpose, int64_t owner, const char *subject)
{
    struct account_key key = {.purpose = purpose, .currency = CURRENCY_CNY, .owner = owner};
    TEXT_PUT(key.subject, subject);
    int64_t number = book_find(world_book(world), &key);
    return number == 0 ? 0 : account_balance(book_account(world_book(world), number));
}

static bool is_paid(const struct claim *claim)
{
    return claim->state == CLAIM_PAID || claim->state == CLAIM_FINAL;
}

static void add_claim(void *context, const void *data)
{
    struct law *law = context;
    const struct claim *claim = data;
    if (law->policy != NULL && strcmp(claim->policy, law->policy->id) == 0) {
        law->sum += claim->compensation.minor;
    }
    if (law->shipment != NULL && strcmp(claim->shipment, law->shipment->key) == 0) {
        law->sum += is_paid(claim);
    }
}

static void check_policy(void *context, const void *data)
{
    struct law *law = context;
    const struct policy *policy = data;
    struct law sum = {.world = law->world, .policy = policy};
    world_each(law->world, DOCUMENT_CLAIM, add_claim, &sum);
    int64_t owner = policy->insurer_number;
    int64_t limit = balance(law->world, PURPOSE_POLICY_LIMIT, owner, policy->id);
    int64_t used = balance(law->world, PURPOSE_POLICY_USED, owner, policy->id);
    int64_t available = balance(law->world, PURPOSE_POLICY_AVAILABLE, owner, policy->id);
    if (sum.sum != used || limit != used + available || used > policy->terms.limit.minor) {
        law->broken = "a policy pays what is used of it, never over its limit";
    }
}

static void check_shipment(void *context, const void *data)
{
    struct law *law = context;
    const struct shipment *shipment = data;
    struct law sum = {.world = law->world, .shipment = shipment};
    world_each(law->world, DOCUMENT_CLAIM, add_claim, &sum);
    if (sum.sum != (shipment->state == SHIPMENT_COMPENSATED)) {
        law->broken = "a shipment is paid for at most once";
    }
}

static void check_recovery(void *context, const void *data)
{
    struct law *law = context;
    const struct recovery *recovery = data;
    const struct claim_share *shares = recovery->shares.items;
    int64_t sum = 0;
    for (size_t i = 0; i < recovery->shares.count; i++) {
        sum += shares[i].recovered.minor;
    }
    if (sum != recovery->to_insurers.minor ||
        recovery->cost.minor + sum + recovery->to_insured.minor != recovery->amount.minor) {
        law->broken = "the shares of a recovery sum to it";
    }
}

static void check_claim(void *context, const void *data)
{
    struct law *law = context;
    const struct claim *claim = data;
    const struct claim_share *shares = claim->shares.items;
    int64_t paid = 0;
    int64_t recourse = 0;
    for (size_t i = 0; i < claim->shares.count; i++) {
        paid += shares[i].paid.minor;
        recourse += shares[i].recourse.minor;
        if (shares[i].paid.minor < 0 || shares[i].recourse.minor < 0) {
            law->broken = "no insurer has paid less than nothing";
        }
    }
    int64_t owed = balance(law->world, PURPOSE_PARTY_RECEIVABLE, claim->insured_number, claim->id);
    int64_t waiting =
        balance(law->world, PURPOSE_RECOVERY_CLEARING, claim->insurer_number, claim->id);
    if (paid != claim->compensation.minor || recourse != claim->recourse.minor) {
        law->broken = "the insurers' shares sum to the claim";
    } else if (owed != claim->recourse.minor || waiting != claim->unshared.minor) {
        law->broken = "a claim says what the book says";
    } else if (claim->compensation.minor > claim->loss.minor) {
        law->broken = "no claim pays more than the loss";
    }
}

static void add_shipment(void *context, const void *data)
{
    struct law *law = context;
    const struct shipment *shipment = data;
    if (strcmp(shipment->policy, law->limit->policy) == 0 &&
        strcmp(shipment->buyer, law->limit->buyer) == 0 && shipment->state != SHIPMENT_PAID) {
        law->sum += shipment->covered.minor;
    }
}

static void check_limit(void *context, const void *data)
{
    struct law *law = context;
    struct law sum = {.world = law->world, .limit = data};
    world_each(law->world, DOCUMENT_SHIPMENT, add_shipment, &sum);
    if (sum.sum != sum.limit->used.minor) {
        law->broken = "a buyer's limit is used by the shipments it has not paid";
    }
}

const char *compensation_broken_law(const struct world *world)
{
    struct law law = {.world = world};
    world_each(world, DOCUMENT_POLICY, check_policy, &law);
    world_each(world, DOCUMENT_SHIPMENT, check_shipment, &law);
    world_each(world, DOCUMENT_CLAIM, check_claim, &law);
    world_each(world, DOCUMENT_RECOVERY, check_recovery, &law);
    world_each(world, DOCUMENT_BUYER_LIMIT, check_limit, &law);
    return law.broken;
}
