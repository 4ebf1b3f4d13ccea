#include "gateway/business/guarantee/guarantee.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

struct money cny(int64_t minor)
{
    return (struct money){.minor = minor, .currency = CURRENCY_CNY};
}

enum verdict check_cny(struct context *context, struct money amount, const char *pointer)
{
    return amount.currency == CURRENCY_CNY ? VERDICT_DONE
                                           : refuse_field(context, REFUSAL_CURRENCY, pointer);
}

enum verdict
guarantee_get(struct context *context, const char *grn, struct guarantee *guarantee_out)
{
    const struct guarantee *found = state_find(context->state, DOCUMENT_GUARANTEE, grn);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_GUARANTEE_UNKNOWN, "/grn");
    }
    *guarantee_out = *found;
    return VERDICT_DONE;
}

enum verdict guarantee_get_own(struct context *context,
                               const char *grn,
                               enum guarantee_owner owner,
                               struct guarantee *guarantee_out)
{
    enum verdict verdict = guarantee_get(context, grn, guarantee_out);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const char *const owners[] = {
        [OWNER_PRINCIPAL] = guarantee_out->principal,
        [OWNER_GUARANTOR] = guarantee_out->guarantor,
        [OWNER_BENEFICIARY] = guarantee_out->beneficiary,
    };
    return is_actor(context, owners[owner]) ? VERDICT_DONE
                                            : refuse(context, REFUSAL_PARTY_FORBIDDEN);
}

enum verdict
guarantee_check_state(struct context *context, const struct guarantee *guarantee, unsigned states)
{
    if ((states & 1U << guarantee->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_GUARANTEE_STATE);
    refusal_text(context, "state", name_by_value(guarantee_states, guarantee->state));
    return verdict;
}

/* Whose account a movement touches. */
static struct account_key
account_key(const struct guarantee *guarantee, enum purpose purpose, int64_t bank)
{
    struct account_key key = {.purpose = purpose, .currency = CURRENCY_CNY};
    key.owner = guarantee->principal_number;
    if (purpose == PURPOSE_BANK_SETTLEMENT) {
        key.owner = bank;
    } else if (purpose == PURPOSE_TAX_PAYABLE) {
        key.owner = guarantee->beneficiary_number;
    } else if (purpose == PURPOSE_PARTY_RECEIVABLE) {
        key.owner = guarantee->guarantor_number;
    }
    bool is_of_guarantee = purpose != PURPOSE_BANK_SETTLEMENT && purpose != PURPOSE_TAX_PAYABLE &&
                           purpose != PURPOSE_MERCHANT_PAYABLE;
    if (is_of_guarantee) {
        TEXT_PUT(key.subject, guarantee->grn);
    }
    return key;
}

static int64_t
balance(struct context *context, const struct guarantee *guarantee, enum purpose purpose)
{
    struct account_key key = account_key(guarantee, purpose, 0);
    const struct book *book = state_book(context->state);
    int64_t number = book_find(book, &key);
    return number == 0 ? 0 : account_balance(book_account(book, number));
}

static int64_t utilisation_level(const struct guarantee *guarantee, const struct terms *terms)
{
    int64_t used = guarantee->limit.minor - guarantee->available.minor;
    int64_t level = 0;
    for (int i = 0; i < UTILISATION_LEVEL_COUNT && guarantee->limit.minor > 0; i++) {
        int64_t threshold;
        if (amount_scale(guarantee->limit.minor, terms->utilisation_levels[i], 100, &threshold) &&
            used >= threshold) {
            level = terms->utilisation_levels[i];
        }
    }
    return level;
}

static void watch_utilisation(struct context *context, struct guarantee *guarantee)
{
    struct terms terms = terms_of(context, context->today);
    int64_t level = utilisation_level(guarantee, &terms);
    if (level == guarantee->utilisation_level) {
        return;
    }
    struct notice notice;
    guarantee_notice(&notice, "guarantee.utilisation", guarantee);
    notice_integer(&notice, "level", level);
    notice_integer(&notice, "previous_level", guarantee->utilisation_level);
    notice_money(&notice, "limit", guarantee->limit);
    notice_money(&notice, "available", guarantee->available);
    notice_send(context, &notice);
    guarantee->utilisation_level = level;
}

static void refresh(struct context *context, struct guarantee *guarantee)
{
    guarantee->limit = cny(balance(context, guarantee, PURPOSE_GUARANTEE_LIMIT));
    guarantee->available = cny(balance(context, guarantee, PURPOSE_GUARANTEE_AVAILABLE));
    guarantee->reserved = cny(balance(context, guarantee, PURPOSE_GUARANTEE_RESERVED));
    guarantee->called = cny(balance(context, guarantee, PURPOSE_GUARANTEE_CALLED));
    watch_utilisation(context, guarantee);
}

enum verdict guarantee_move(struct context *context,
                            struct guarantee *guarantee,
                            int64_t bank,
                            const struct movement *movements,
                            size_t count)
{
    struct posting postings[MOVEMENT_COUNT_MAX];
    size_t posting_count = 0;
    assert(count <= MOVEMENT_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (movements[i].amount == 0) {
            continue;
        }
        struct account_key debit = account_key(guarantee, movements[i].debit, bank);
        struct account_key credit = account_key(guarantee, movements[i].credit, bank);
        struct posting posting = {
            .kind = TRANSFER_SINGLE,
            .debit = state_account(context->state, &debit),
            .credit = state_account(context->state, &credit),
            .amount = movements[i].amount,
            .code = (uint16_t)movements[i].code,
        };
        if (posting.debit == 0 || posting.credit == 0) {
            return refuse_outcome(context, OUTCOME_BOOK_FULL);
        }
        postings[posting_count++] = posting;
    }
    if (posting_count > 0) {
        enum outcome outcome =
            state_post(context->state, postings, posting_count, context->command_seq, context->now);
        if (outcome != OUTCOME_OK) {
            return refuse_outcome(context, outcome);
        }
    }
    refresh(context, guarantee);
    guarantee_put(context, guarantee);
    return VERDICT_DONE;
}

void guarantee_put(struct context *context, const struct guarantee *guarantee)
{
    state_put(context->state, DOCUMENT_GUARANTEE, guarantee);
}

void guarantee_answer_fill(const struct guarantee *guarantee, void *answer_out)
{
    struct guarantee_answer *answer = answer_out;
    *answer = (struct guarantee_answer){
        .state = guarantee->state,
        .limit = guarantee->limit,
        .available = guarantee->available,
        .reserved = guarantee->reserved,
        .called = guarantee->called,
    };
    TEXT_PUT(answer->grn, guarantee->grn);
    TEXT_PUT(answer->payment_reference, guarantee->payment_reference);
    TEXT_PUT(answer->amendment, guarantee->open_amendment);
}

enum verdict guarantee_refuse_insufficient(struct context *context,
                                           const struct guarantee *guarantee,
                                           int64_t needed_minor)
{
    enum verdict verdict = refuse(context, REFUSAL_GUARANTEE_INSUFFICIENT);
    refusal_money(context, "limit", cny(guarantee->limit.minor));
    refusal_money(context, "used", cny(guarantee->limit.minor - guarantee->available.minor));
    refusal_money(context, "available", cny(guarantee->available.minor));
    refusal_money(context, "needed", cny(needed_minor));
    TEXT_PUT(context->refusal.explain_grn, guarantee->grn);
    return verdict;
}

enum verdict guarantee_check_available(struct context *context,
                                       const struct guarantee *guarantee,
                                       int64_t needed_minor)
{
    return guarantee->available.minor >= needed_minor
               ? VERDICT_DONE
               : guarantee_refuse_insufficient(context, guarantee, needed_minor);
}

void guarantee_notice(struct notice *notice, const char *type, const struct guarantee *guarantee)
{
    notice_begin(notice, type, guarantee->grn);
    notice_text(notice, "grn", guarantee->grn);
    notice_text(notice, "state", name_by_value(guarantee_states, guarantee->state));
    notice_to(notice, guarantee->principal_number);
    notice_to(notice, guarantee->guarantor_number);
    notice_to(notice, guarantee->beneficiary_number);
}

void guarantee_tell(struct context *context, const char *type, const struct guarantee *guarantee)
{
    struct notice notice;
    guarantee_notice(&notice, type, guarantee);
    notice_send(context, &notice);
}

static enum verdict turn(struct context *context,
                         const struct guarantee_named *command,
                         enum guarantee_state from,
                         enum guarantee_state to,
                         const char *event,
                         void *answer_out)
{
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, &guarantee);
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_check_state(context, &guarantee, 1U << from);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    guarantee.state = (int32_t)to;
    TEXT_PUT(guarantee.reason, command->reason);
    guarantee_put(context, &guarantee);
    guarantee_tell(context, event, &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict guarantee_suspend(struct context *context, const void *command, void *answer_out)
{
    return turn(
        context, command, GUARANTEE_ACTIVE, GUARANTEE_SUSPENDED, "guarantee.suspended", answer_out);
}

enum verdict guarantee_resume(struct context *context, const void *command, void *answer_out)
{
    return turn(
        context, command, GUARANTEE_SUSPENDED, GUARANTEE_ACTIVE, "guarantee.resumed", answer_out);
}
