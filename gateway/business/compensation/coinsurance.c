#include "gateway/business/compensation/coinsurance.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/deposit.h"
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

static const struct field open_fields[] = {
    TEXT(insurer_fund_open, insurer, FIELD_CODE, .meaning = "whose; absent: who asks"),
};
const struct record insurer_fund_open_record =
    RECORD(insurer_fund_open, open_fields, "Open a reference to fill a fund by (开立赔付资金)");

static const struct field answer_fields[] = {
    TEXT(insurer_fund_answer,
         payment_reference,
         FIELD_REQUIRED,
         .meaning = "to be given with each payment (付款附言)"),
    TEXT(insurer_fund_answer, insurer, FIELD_REQUIRED, .meaning = "whose fund"),
    FIELD(insurer_fund_answer, available, FIELD_MONEY, 0, .meaning = "in it now (余额)"),
};
const struct record insurer_fund_answer_record =
    RECORD(insurer_fund_answer, answer_fields, "A fund for payments in advance");

struct account_key insurer_fund_account(int64_t insurer_number)
{
    return (struct account_key){
        .purpose = PURPOSE_INSURER_FUND,
        .currency = CURRENCY_CNY,
        .owner = insurer_number,
    };
}

static int64_t fund_available(struct context *context, int64_t insurer_number)
{
    struct account_key key = insurer_fund_account(insurer_number);
    const struct book *book = state_book(context->state);
    int64_t number = book_find(book, &key);
    return number == 0 ? 0 : account_available(book_account(book, number));
}

enum verdict insurer_fund_open(struct context *context, const void *command_, void *answer_out)
{
    const struct insurer_fund_open *command = command_;
    const char *id = command->insurer[0] != '\0' ? command->insurer : context->actor->id;
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, id)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/insurer");
    }
    const struct party *insurer = NULL;
    enum verdict verdict = party_check(context, id, 1U << PARTY_INSURER, "/insurer", &insurer);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct payment_reference reference = {0};
    snprintf(
        reference.reference, sizeof(reference.reference), "U%012" PRId64, context->command_seq);
    TEXT_PUT(reference.merchant, id);
    struct insurer_fund_answer *answer = answer_out;
    answer->available = cny(fund_available(context, insurer->number));
    TEXT_PUT(answer->payment_reference, reference.reference);
    TEXT_PUT(answer->insurer, id);
    state_put(context->state, DOCUMENT_PAYMENT_REFERENCE, &reference);
    return rule_done(context);
}

/* --- shares --- */

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
        int64_t available = fund_available(context, coinsurers->shares[i].number);
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
