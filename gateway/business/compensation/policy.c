#include "gateway/business/compensation/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const char EXPIRE[] = "policy.expire";

/* --- reading --- */

enum verdict policy_get(struct context *context, const char *id, struct policy *policy_out)
{
    const struct policy *found = state_find(context->state, DOCUMENT_POLICY, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_POLICY_UNKNOWN, "/policy");
    }
    *policy_out = *found;
    return VERDICT_DONE;
}

const struct policy_cover *policy_cover_of(const struct policy *policy, int32_t cause)
{
    const struct policy_cover *covers = policy->terms.covers.items;
    for (size_t i = 0; i < policy->terms.covers.count; i++) {
        if (covers[i].cause == cause) {
            return &covers[i];
        }
    }
    return NULL;
}

bool policy_is_live(const struct policy *policy, date_days shipped_on)
{
    return policy->activated_on != DATE_NONE && shipped_on >= policy->terms.valid_from &&
           shipped_on <= policy->terms.valid_to &&
           (policy->cancelled_on == DATE_NONE || shipped_on < policy->cancelled_on);
}

/* --- its memo accounts --- */

static struct account_key account_of(const struct policy *policy, enum purpose purpose)
{
    struct account_key key = {
        .purpose = purpose,
        .currency = CURRENCY_CNY,
        .owner = policy->insurer_number,
    };
    TEXT_PUT(key.subject, policy->id);
    return key;
}

static int64_t balance(struct context *context, const struct policy *policy, enum purpose purpose)
{
    struct account_key key = account_of(policy, purpose);
    const struct book *book = state_book(context->state);
    int64_t number = book_find(book, &key);
    return number == 0 ? 0 : account_balance(book_account(book, number));
}

int64_t policy_available(struct context *context, const struct policy *policy)
{
    return balance(context, policy, PURPOSE_POLICY_AVAILABLE);
}

enum verdict policy_use(struct context *context, const struct policy *policy, int64_t amount_minor)
{
    struct account_key available = account_of(policy, PURPOSE_POLICY_AVAILABLE);
    struct account_key used = account_of(policy, PURPOSE_POLICY_USED);
    if (amount_minor == 0) {
        return VERDICT_DONE;
    }
    return amount_minor > 0
               ? rule_move(context, &available, &used, amount_minor, TRANSFER_CODE_POLICY_USED)
               : rule_move(
                     context, &used, &available, -amount_minor, TRANSFER_CODE_POLICY_RESTORED);
}

/* --- telling --- */

static void answer_fill(struct context *context, const struct policy *policy, void *answer_out)
{
    struct policy_answer *answer = answer_out;
    *answer = (struct policy_answer){
        .state = policy->state,
        .limit = policy->terms.limit,
        .available = cny(policy_available(context, policy)),
        .used = cny(balance(context, policy, PURPOSE_POLICY_USED)),
    };
    TEXT_PUT(answer->policy, policy->id);
    TEXT_PUT(answer->insurer, policy->insurer);
    TEXT_PUT(answer->insured, policy->terms.insured);
}

/* Before the policy is stored: its shares are the state's. */
static void tell(struct context *context, const char *type, const struct policy *policy)
{
    struct notice notice;
    notice_begin(&notice, type, policy->id);
    notice_money(&notice, "limit", policy->terms.limit);
    notice_date(&notice, "valid_from", policy->terms.valid_from);
    notice_date(&notice, "valid_to", policy->terms.valid_to);
    notice_to(&notice, policy->insured_number);
    notice_to(&notice, policy->insurer_number);
    const struct policy_share *shares = policy->terms.shares.items;
    for (size_t i = 0; i < policy->terms.shares.count; i++) {
        const struct party *insurer = party_find(context, shares[i].insurer);
        notice_to(&notice, insurer == NULL ? 0 : insurer->number); /* NULL: not in memory yet */
    }
    notice_send(context, &notice);
}

/* --- registering --- */

static enum verdict check_shares(struct context *context, const struct policy_terms *terms)
{
    const struct policy_share *shares = terms->shares.items;
    int64_t sum = 0;
    for (size_t i = 0; i < terms->shares.count; i++) {
        const struct party *insurer = NULL;
        enum verdict verdict =
            party_check(context, shares[i].insurer, 1U << PARTY_INSURER, "/shares", &insurer);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(shares[i].insurer, shares[j].insurer) == 0) {
                return refuse_field(context, REFUSAL_POLICY_SHARES, "/shares");
            }
        }
        sum += shares[i].share_bp;
    }
    if (terms->shares.count > 0 && sum != BASIS_POINTS) {
        enum verdict verdict = refuse_field(context, REFUSAL_POLICY_SHARES, "/shares");
        refusal_integer(context, "sum", sum);
        refusal_integer(context, "needed", BASIS_POINTS);
        return verdict;
    }
    return VERDICT_DONE;
}

static enum verdict check_covers(struct context *context, const struct policy_terms *terms)
{
    const struct policy_cover *covers = terms->covers.items;
    unsigned seen = 0;
    for (size_t i = 0; i < terms->covers.count; i++) {
        if ((seen & 1U << covers[i].cause) != 0) {
            return refuse_field(context, REFUSAL_POLICY_COVERS, "/covers");
        }
        seen |= 1U << covers[i].cause;
    }
    return VERDICT_DONE;
}

static enum verdict check_terms(struct context *context,
                                const struct policy_terms *terms,
                                const struct party **insured_out)
{
    enum verdict verdict = check_cny(context, terms->limit, "/limit/currency");
    if (verdict == VERDICT_DONE && terms->fast_track.currency != CURRENCY_NONE) {
        verdict = check_cny(context, terms->fast_track, "/fast_track/currency");
    }
    if (verdict == VERDICT_DONE) {
        verdict =
            party_check(context, terms->insured, PARTY_COMPANY_KINDS, "/insured", insured_out);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (terms->valid_to < terms->valid_from || terms->valid_to < context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/valid_to");
    }
    verdict = check_covers(context, terms);
    return verdict != VERDICT_DONE ? verdict : check_shares(context, terms);
}

enum verdict policy_register(struct context *context, const void *command_, void *answer_out)
{
    const struct policy_terms *terms = command_;
    const struct party *insured = NULL;
    enum verdict verdict = check_terms(context, terms, &insured);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct policy policy = {
        .state = POLICY_REGISTERED,
        .insurer_number = context->actor->number,
        .insured_number = insured->number,
        .terms = *terms,
        .registered_on = context->today,
    };
    snprintf(policy.id, sizeof(policy.id), "P%012" PRId64, context->command_seq);
    TEXT_PUT(policy.insurer, context->actor->id);
    TEXT_PUT(policy.insured, terms->insured);
    state_put(context->state, DOCUMENT_POLICY, &policy);
    tell(context, "policy.registered", &policy);
    answer_fill(context, &policy, answer_out);
    return rule_done(context);
}

/* --- its life --- */

static enum verdict check_state(struct context *context, const struct policy *policy, int32_t state)
{
    return policy->state == state ? VERDICT_DONE : refuse(context, REFUSAL_POLICY_STATE);
}

enum verdict policy_activate(struct context *context, const void *command_, void *answer_out)
{
    const struct policy_named *command = command_;
    struct policy policy;
    enum verdict verdict = policy_get(context, command->policy, &policy);
    if (verdict == VERDICT_DONE) {
        verdict = check_state(context, &policy, POLICY_REGISTERED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (policy.terms.valid_to < context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/policy");
    }
    struct account_key limit = account_of(&policy, PURPOSE_POLICY_LIMIT);
    struct account_key available = account_of(&policy, PURPOSE_POLICY_AVAILABLE);
    verdict = rule_move(
        context, &limit, &available, policy.terms.limit.minor, TRANSFER_CODE_POLICY_LIMIT_SET);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    policy.state = POLICY_ACTIVE;
    policy.activated_on = context->today;
    tell(context, "policy.activated", &policy);
    state_put(context->state, DOCUMENT_POLICY, &policy);
    deadline_set(context, EXPIRE, policy.id, policy.terms.valid_to + 1);
    answer_fill(context, &policy, answer_out);
    return rule_done(context);
}

enum verdict policy_cancel(struct context *context, const void *command_, void *answer_out)
{
    const struct policy_named *command = command_;
    struct policy policy;
    enum verdict verdict = policy_get(context, command->policy, &policy);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (context->actor_role == ROLE_INSURER && !is_actor(context, policy.insurer)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    verdict = check_state(context, &policy, POLICY_ACTIVE);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    policy.state = POLICY_CANCELLED;
    policy.cancelled_on = context->today;
    tell(context, "policy.cancelled", &policy);
    state_put(context->state, DOCUMENT_POLICY, &policy);
    deadline_set(context, EXPIRE, policy.id, DATE_NONE);
    answer_fill(context, &policy, answer_out);
    return rule_done(context);
}

enum verdict policy_expire(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct policy policy;
    enum verdict verdict = deadline_take(context, EXPIRE, command);
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, command->subject, &policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    policy.state = POLICY_EXPIRED;
    tell(context, "policy.expired", &policy);
    state_put(context->state, DOCUMENT_POLICY, &policy);
    answer_fill(context, &policy, answer_out);
    return rule_done(context);
}
