#include "tests/book/model.h"

#include <assert.h>
#include <string.h>

/* Refusals that apply, one bit each. */
typedef uint32_t refusals;

static refusals refusal_if(int applies, enum outcome outcome)
{
    return applies ? (refusals)1 << outcome : 0;
}

static enum outcome refusal_first(refusals set)
{
    for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
        if ((set >> i) & 1) {
            return (enum outcome)i;
        }
    }
    return OUTCOME_OK;
}

static int is_account(const struct model *model, int64_t number)
{
    return number >= 1 && number <= model->account_count;
}

model_sum model_pending_debits(const struct model *model, int64_t number)
{
    model_sum sum = 0;
    for (size_t i = 0; i < model->pending_count; i++) {
        sum += model->pendings[i].debit == number ? model->pendings[i].rest : 0;
    }
    return sum;
}

model_sum model_pending_credits(const struct model *model, int64_t number)
{
    model_sum sum = 0;
    for (size_t i = 0; i < model->pending_count; i++) {
        sum += model->pendings[i].credit == number ? model->pendings[i].rest : 0;
    }
    return sum;
}

static int is_debit_side(const struct model *model, int64_t number)
{
    return chart[model->accounts[number].key.purpose].side == SIDE_DEBIT;
}

model_sum model_balance(const struct model *model, int64_t number)
{
    const struct model_account *account = &model->accounts[number];
    model_sum credit_balance = (model_sum)account->credits - account->debits;
    return is_debit_side(model, number) ? -credit_balance : credit_balance;
}

model_sum model_low(const struct model *model, int64_t number)
{
    return model_balance(model, number) - (is_debit_side(model, number)
                                               ? model_pending_credits(model, number)
                                               : model_pending_debits(model, number));
}

model_sum model_high(const struct model *model, int64_t number)
{
    return model_balance(model, number) + (is_debit_side(model, number)
                                               ? model_pending_debits(model, number)
                                               : model_pending_credits(model, number));
}

static int is_within(const struct model *model, int64_t number, const struct bounds *bounds)
{
    return model_low(model, number) >= bounds->min && model_high(model, number) <= bounds->max;
}

int64_t model_find(const struct model *model, const struct account_key *key)
{
    for (int64_t i = 1; i <= model->account_count; i++) {
        const struct account_key *other = &model->accounts[i].key;
        if (other->owner == key->owner && other->purpose == key->purpose &&
            other->currency == key->currency && strcmp(other->subject, key->subject) == 0) {
            return i;
        }
    }
    return 0;
}

int64_t model_open(struct model *model, const struct account_key *key)
{
    if ((size_t)model->account_count == model->limits.account_count_max) {
        return 0;
    }
    int is_free = chart[key->purpose].side == SIDE_EITHER;
    model->accounts[++model->account_count] = (struct model_account){
        .key = *key,
        .bounds = {.min = is_free ? INT64_MIN : 0, .max = INT64_MAX},
    };
    return model->account_count;
}

enum outcome model_set_bounds(struct model *model, int64_t number, const struct bounds *bounds)
{
    if (!is_account(model, number)) {
        return OUTCOME_ACCOUNT_UNKNOWN;
    }
    enum outcome outcome =
        refusal_first(refusal_if(bounds->min > bounds->max, OUTCOME_BOUNDS_INVALID) |
                      refusal_if(!is_within(model, number, bounds), OUTCOME_BOUNDS_EXCEEDED));
    if (outcome == OUTCOME_OK) {
        model->accounts[number].bounds = *bounds;
    }
    return outcome;
}

static struct model_pending *pending_of(struct model *model, int64_t seq)
{
    for (size_t i = 0; i < model->pending_count; i++) {
        if (model->pendings[i].seq == seq) {
            return &model->pendings[i];
        }
    }
    return NULL;
}

static void pending_take(struct model *model, int64_t seq, int64_t amount)
{
    struct model_pending *pending = pending_of(model, seq);
    assert(pending != NULL && amount <= pending->rest);
    pending->rest -= amount;
    if (pending->rest == 0) {
        *pending = model->pendings[--model->pending_count];
    }
}

/* Makes the transfer, asking nothing. */
static void make(struct model *model, const struct transfer *row)
{
    struct model_account *debit = &model->accounts[row->debit];
    struct model_account *credit = &model->accounts[row->credit];
    if (row->kind == TRANSFER_SINGLE || row->kind == TRANSFER_POST) {
        debit->debits += row->amount;
        credit->credits += row->amount;
    }
    if (row->kind == TRANSFER_PENDING) {
        model->pendings[model->pending_count++] =
            (struct model_pending){row->seq, row->debit, row->credit, row->amount, row->expires_at};
    } else if (row->kind != TRANSFER_SINGLE) {
        pending_take(model, row->pending_seq, row->amount);
    }
    debit->last_seq = row->seq;
    credit->last_seq = row->seq;
    model->seq = row->seq;
}

static int sums_fit(const struct model *model, int64_t debit, int64_t credit, int64_t amount)
{
    return model->accounts[debit].debits + model_pending_debits(model, debit) + amount <=
               INT64_MAX &&
           model->accounts[credit].credits + model_pending_credits(model, credit) + amount <=
               INT64_MAX;
}

/* Would the accounts lie within their bounds if the transfer were made? Tried on a copy. */
static refusals bounds_refusals(const struct model *model, const struct transfer *row)
{
    struct model after = *model;
    make(&after, row);
    return refusal_if(!is_within(&after, row->debit, &after.accounts[row->debit].bounds),
                      OUTCOME_DEBIT_BOUND) |
           refusal_if(!is_within(&after, row->credit, &after.accounts[row->credit].bounds),
                      OUTCOME_CREDIT_BOUND);
}

static refusals new_refusals(const struct model *model, const struct transfer *row, instant_us now)
{
    int is_known = is_account(model, row->debit) && is_account(model, row->credit);
    int is_pending = row->kind == TRANSFER_PENDING;
    refusals set = refusal_if(row->amount <= 0, OUTCOME_AMOUNT_NOT_POSITIVE) |
                   refusal_if(!is_known, OUTCOME_ACCOUNT_UNKNOWN) |
                   refusal_if(row->debit == row->credit, OUTCOME_SAME_ACCOUNT) |
                   refusal_if(is_pending && row->expires_at != 0 && row->expires_at <= now,
                              OUTCOME_EXPIRY_PAST);
    int is_full = is_pending && model->pending_count == model->limits.pending_count_max;
    set |= refusal_if(is_full, OUTCOME_BOOK_FULL);
    if (!is_known || row->amount <= 0) {
        return set;
    }
    const struct account_key *debit = &model->accounts[row->debit].key;
    const struct account_key *credit = &model->accounts[row->credit].key;
    set |= refusal_if(debit->currency != credit->currency, OUTCOME_CURRENCY_MISMATCH) |
           refusal_if(chart[debit->purpose].book != chart[credit->purpose].book,
                      OUTCOME_BOOK_MISMATCH);
    if (!sums_fit(model, row->debit, row->credit, row->amount)) {
        return set | refusal_if(1, OUTCOME_AMOUNT_OVERFLOW);
    }
    /* A full list has no room to try a pending; a single takes the accounts just as far. */
    struct transfer tried = *row;
    tried.kind = is_full ? TRANSFER_SINGLE : row->kind;
    return set | bounds_refusals(model, &tried);
}

static refusals later_refusals(struct model *model, const struct posting *posting, instant_us now)
{
    int is_given_out = posting->pending_seq >= 1 && posting->pending_seq <= model->seq;
    const struct model_pending *pending = pending_of(model, posting->pending_seq);
    int is_post = posting->kind == TRANSFER_POST;
    refusals set = refusal_if(is_post && posting->amount <= 0, OUTCOME_AMOUNT_NOT_POSITIVE) |
                   refusal_if(!is_given_out, OUTCOME_PENDING_UNKNOWN) |
                   refusal_if(pending == NULL, OUTCOME_PENDING_CLOSED);
    if (pending != NULL) {
        set |= refusal_if(is_post && posting->amount > pending->rest, OUTCOME_PENDING_EXCEEDED) |
               refusal_if(posting->kind == TRANSFER_EXPIRE &&
                              (pending->expires_at == 0 || pending->expires_at > now),
                          OUTCOME_PENDING_NOT_DUE);
    }
    return set;
}

static enum outcome apply_one(struct model *model,
                              const struct posting *posting,
                              int64_t command_seq,
                              instant_us now,
                              struct transfer *row_out)
{
    struct transfer row = {
        .seq = model->seq + 1,
        .debit = posting->debit,
        .credit = posting->credit,
        .amount = posting->amount,
        .command_seq = command_seq,
        .recorded_at = now,
        .expires_at = posting->kind == TRANSFER_PENDING ? posting->expires_at : 0,
        .kind = (uint16_t)posting->kind,
        .code = posting->code,
    };
    int is_new = posting->kind == TRANSFER_SINGLE || posting->kind == TRANSFER_PENDING;
    enum outcome outcome = refusal_first(is_new ? new_refusals(model, &row, now)
                                                : later_refusals(model, posting, now));
    if (outcome != OUTCOME_OK) {
        return outcome;
    }
    if (!is_new) {
        const struct model_pending *pending = pending_of(model, posting->pending_seq);
        row.pending_seq = pending->seq;
        row.debit = pending->debit;
        row.credit = pending->credit;
        row.amount = posting->kind == TRANSFER_POST ? posting->amount : pending->rest;
        /* What was accepted as pending can always be finished: nothing was left to refuse. */
        assert(bounds_refusals(model, &row) == 0);
    }
    row.debit_prev = model->accounts[row.debit].last_seq;
    row.credit_prev = model->accounts[row.credit].last_seq;
    make(model, &row);
    *row_out = row;
    return OUTCOME_OK;
}

enum outcome model_apply(struct model *model,
                         const struct posting *postings,
                         size_t count,
                         int64_t command_seq,
                         instant_us now,
                         struct transfer *transfers_out,
                         size_t *failed_out)
{
    struct model before = *model;
    for (size_t i = 0; i < count; i++) {
        enum outcome outcome = apply_one(model, &postings[i], command_seq, now, &transfers_out[i]);
        if (outcome != OUTCOME_OK) {
            *model = before;
            *failed_out = i;
            return outcome;
        }
    }
    return OUTCOME_OK;
}

size_t model_due(const struct model *model, instant_us now, int64_t *seqs_out)
{
    size_t count = 0;
    instant_us times[MODEL_PENDING_COUNT_MAX];
    for (size_t i = 0; i < model->pending_count; i++) {
        const struct model_pending *pending = &model->pendings[i];
        if (pending->expires_at == 0 || pending->expires_at > now) {
            continue;
        }
        size_t at = count++;
        for (;
             at > 0 && (times[at - 1] > pending->expires_at ||
                        (times[at - 1] == pending->expires_at && seqs_out[at - 1] > pending->seq));
             at--) {
            times[at] = times[at - 1];
            seqs_out[at] = seqs_out[at - 1];
        }
        times[at] = pending->expires_at;
        seqs_out[at] = pending->seq;
    }
    return count;
}
