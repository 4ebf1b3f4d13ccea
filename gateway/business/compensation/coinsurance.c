#include "gateway/business/compensation/coinsurance.h"

#include <assert.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/ratio.h"
#include "gateway/business/text.h"

static const struct field share_fields[] = {
    TEXT(claim_share, insurer, FIELD_REQUIRED, .meaning = "who bears (承保人)"),
    FIELD(claim_share, number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(claim_share, share_bp, FIELD_INTEGER, 0, .meaning = "1/10000 (份额)"),
    FIELD(claim_share, paid, FIELD_MONEY, 0, .meaning = "of the compensation (已赔)"),
    FIELD(claim_share, recourse, FIELD_MONEY, 0, .meaning = "of the recourse (待追索)"),
    FIELD(claim_share, recovered, FIELD_MONEY, 0, .meaning = "of what was recovered (已追回)"),
};
const struct record claim_share_record = RECORD(claim_share, share_fields, "An insurer's part");

void coinsurers_hear(const struct coinsurers *coinsurers, struct notice *notice)
{
    for (size_t i = 0; i < coinsurers->count; i++) {
        notice_to(notice, coinsurers->shares[i].number);
    }
}

static enum verdict
add(struct context *context, const char *insurer, int64_t share_bp, struct coinsurers *coinsurers)
{
    const struct party *party = party_find(context, insurer);
    if (party == NULL) {
        return refuse(context, REFUSAL_PARTY_UNKNOWN); /* not in memory yet */
    }
    struct claim_share *share = &coinsurers->shares[coinsurers->count++];
    *share = (struct claim_share){.number = party->number, .share_bp = share_bp};
    TEXT_PUT(share->insurer, insurer);
    return VERDICT_DONE;
}

enum verdict coinsurers_of(struct context *context,
                           const struct policy *policy,
                           struct coinsurers *coinsurers_out)
{
    const struct policy_share *shares = policy->terms.shares.items;
    size_t count = policy->terms.shares.count;
    *coinsurers_out = (struct coinsurers){0};
    if (count == 0) {
        return add(context, policy->insurer, BASIS_POINTS, coinsurers_out);
    }
    enum verdict verdict = VERDICT_DONE;
    for (size_t i = 0; i < count && verdict == VERDICT_DONE; i++) {
        verdict = add(context, shares[i].insurer, shares[i].share_bp, coinsurers_out);
    }
    return verdict;
}

void coinsurers_split(const struct coinsurers *coinsurers,
                      int64_t amount_minor,
                      int64_t parts_out[POLICY_SHARE_COUNT_MAX])
{
    int64_t remainders[POLICY_SHARE_COUNT_MAX];
    int64_t left = amount_minor;
    for (size_t i = 0; i < coinsurers->count; i++) {
        ratio_int product = (ratio_int)amount_minor * coinsurers->shares[i].share_bp;
        parts_out[i] = (int64_t)(product / BASIS_POINTS);
        remainders[i] = (int64_t)(product % BASIS_POINTS);
        left -= parts_out[i];
    }
    assert(left >= 0 && left < (int64_t)coinsurers->count);
    for (; left > 0; left--) {
        size_t largest = 0;
        for (size_t i = 1; i < coinsurers->count; i++) {
            largest = remainders[i] > remainders[largest] ? i : largest;
        }
        parts_out[largest]++;
        remainders[largest] = -1;
    }
}

enum verdict
coinsurers_check(struct context *context, const struct coinsurers *coinsurers, int64_t amount_minor)
{
    int64_t parts[POLICY_SHARE_COUNT_MAX];
    coinsurers_split(coinsurers, amount_minor, parts);
    for (size_t i = 0; i < coinsurers->count; i++) {
        int64_t available = insurer_fund_available(context, coinsurers->shares[i].number);
        if (available < parts[i]) {
            enum verdict verdict = refuse(context, REFUSAL_INSURER_FUND_INSUFFICIENT);
            refusal_text(context, "insurer", coinsurers->shares[i].insurer);
            refusal_money(context, "needed", cny(parts[i]));
            refusal_money(context, "available", cny(available));
            return verdict;
        }
    }
    return VERDICT_DONE;
}

enum verdict coinsurers_move(struct context *context,
                             const struct coinsurers *coinsurers,
                             const int64_t parts[POLICY_SHARE_COUNT_MAX],
                             const struct account_key *other,
                             enum coinsurers_direction direction,
                             enum transfer_code code)
{
    enum verdict verdict = VERDICT_DONE;
    for (size_t i = 0; i < coinsurers->count && verdict == VERDICT_DONE; i++) {
        struct account_key fund = insurer_fund_account(coinsurers->shares[i].number);
        if (parts[i] > 0) {
            verdict = direction == INSURERS_PAY ? rule_move(context, &fund, other, parts[i], code)
                                                : rule_move(context, other, &fund, parts[i], code);
        }
    }
    return verdict;
}
