#include "gateway/business/guarantee/reservation.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"
#include "ledger/base/bytes.h"

enum verdict reservation_check_principal(struct context *context, const char *principal)
{
    const struct party *party = NULL;
    enum verdict verdict = party_check(context, principal, 0, "", &party);
    if (verdict != VERDICT_DONE ||
        (party->open_call_count == 0 && party->overdue_statement_count == 0)) {
        return verdict;
    }
    verdict = refuse(context, REFUSAL_PARTY_IN_ARREARS);
    refusal_text(context, "party", principal);
    refusal_integer(context, "open_call_count", party->open_call_count);
    refusal_integer(context, "overdue_statement_count", party->overdue_statement_count);
    return verdict;
}

static date_days deadline_or_longest(const struct context *context, date_days deadline)
{
    return deadline != DATE_NONE ? deadline
                                 : context->today + terms_of(context, context->today).payment_days;
}

enum refusal_code reservation_obstacle(const struct context *context,
                                       const struct guarantee *guarantee,
                                       enum scope scope,
                                       date_days deadline)
{
    if (guarantee->state != GUARANTEE_ACTIVE) {
        return REFUSAL_GUARANTEE_STATE;
    }
    if ((guarantee->scopes & (unsigned)scope) == 0) {
        return REFUSAL_GUARANTEE_SCOPE;
    }
    bool is_valid = guarantee->valid_from <= context->today &&
                    (guarantee->valid_to == DATE_NONE ||
                     guarantee->valid_to >= deadline_or_longest(context, deadline));
    return is_valid ? REFUSAL_NONE : REFUSAL_GUARANTEE_VALIDITY;
}

static enum verdict check_obstacle(struct context *context,
                                   const struct guarantee *guarantee,
                                   enum scope scope,
                                   date_days deadline)
{
    enum refusal_code code = reservation_obstacle(context, guarantee, scope, deadline);
    if (code == REFUSAL_NONE) {
        return VERDICT_DONE;
    }
    if (code == REFUSAL_GUARANTEE_STATE) {
        return guarantee_check_state(context, guarantee, 1U << GUARANTEE_ACTIVE);
    }
    if (code == REFUSAL_GUARANTEE_SCOPE) {
        return refuse_field(context, code, "/scope");
    }
    enum verdict verdict = refuse(context, code);
    refusal_date(context, "valid_from", guarantee->valid_from);
    refusal_date(context, "valid_to", guarantee->valid_to);
    refusal_date(context, "payment_deadline", deadline_or_longest(context, deadline));
    return verdict;
}

static void
reservation_key(const char *grn, const char *reference, char key_out[RESERVATION_KEY_SIZE])
{
    struct writer key = writer_over(key_out, RESERVATION_KEY_SIZE);
    write_text(&key, grn);
    write_u8(&key, '/');
    write_text(&key, reference);
    write_u8(&key, '\0');
    assert(!key.has_failed);
}

void reservation_fill(const struct guarantee *guarantee,
                      const char *reference,
                      struct reservation *reservation_out)
{
    *reservation_out = (struct reservation){.called = cny(0)};
    reservation_key(guarantee->grn, reference, reservation_out->key);
    TEXT_PUT(reservation_out->grn, guarantee->grn);
    TEXT_PUT(reservation_out->reference, reference);
    TEXT_PUT(reservation_out->principal, guarantee->principal);
    TEXT_PUT(reservation_out->guarantor, guarantee->guarantor);
    TEXT_PUT(reservation_out->beneficiary, guarantee->beneficiary);
}

void reservation_put(struct context *context, const struct reservation *reservation)
{
    state_put(context->state, DOCUMENT_RESERVATION, reservation);
}

enum verdict reservation_make(struct context *context,
                              struct guarantee *guarantee,
                              struct reservation *reservation)
{
    date_days deadline = deadline_or_longest(context, reservation->payment_due);
    if (deadline > guarantee->latest_deadline) {
        guarantee->latest_deadline = deadline;
    }
    reservation->reserved_on = context->today;
    const struct movement reserved = {PURPOSE_GUARANTEE_AVAILABLE,
                                      PURPOSE_GUARANTEE_RESERVED,
                                      TRANSFER_CODE_RESERVED,
                                      reservation->amount.minor};
    enum verdict verdict = guarantee_move(context, guarantee, 0, &reserved, 1);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    reservation_put(context, reservation);
    return VERDICT_DONE;
}

const struct reservation *
reservation_find(struct context *context, const char *grn, const char *reference)
{
    char key[RESERVATION_KEY_SIZE];
    reservation_key(grn, reference, key);
    return state_find(context->state, DOCUMENT_RESERVATION, key);
}

enum verdict reservation_get_open(struct context *context,
                                  const char *grn,
                                  const char *reference,
                                  struct reservation *reservation_out)
{
    const struct reservation *found = reservation_find(context, grn, reference);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_RESERVATION_UNKNOWN, "/reference");
    }
    if (found->state != RESERVATION_PROVISIONAL && found->state != RESERVATION_RESERVED) {
        return refuse_field(context, REFUSAL_RESERVATION_CLOSED, "/reference");
    }
    *reservation_out = *found;
    return VERDICT_DONE;
}

enum verdict reservation_free(struct context *context,
                              struct guarantee *guarantee,
                              struct reservation *reservation,
                              int64_t amount_minor,
                              enum restore_reason reason)
{
    /* A single guarantee serves once: what a paid tax has used up leaves the limit. */
    bool is_consumed = reason == RESTORE_PAYMENT && !guarantee->revolving;
    if (is_consumed) {
        expiry_exhaust(context, guarantee, guarantee->limit.minor - amount_minor);
    }
    const struct movement restored = {PURPOSE_GUARANTEE_RESERVED,
                                      PURPOSE_GUARANTEE_AVAILABLE,
                                      TRANSFER_CODE_RESTORED,
                                      amount_minor};
    const struct movement consumed = {
        PURPOSE_GUARANTEE_RESERVED, PURPOSE_GUARANTEE_LIMIT, TRANSFER_CODE_CONSUMED, amount_minor};
    enum verdict verdict =
        guarantee_move(context, guarantee, 0, is_consumed ? &consumed : &restored, 1);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    reservation->amount.minor -= amount_minor;
    reservation->restore_reason = (int32_t)reason;
    if (reservation->amount.minor == 0) {
        reservation->state = RESERVATION_RESTORED;
    }
    reservation_put(context, reservation);
    return VERDICT_DONE;
}

enum verdict reservation_set(struct context *context,
                             struct guarantee *guarantee,
                             struct reservation *reservation,
                             int64_t amount_minor)
{
    int64_t change = amount_minor - reservation->amount.minor;
    const struct movement raised = {PURPOSE_GUARANTEE_AVAILABLE,
                                    PURPOSE_GUARANTEE_RESERVED,
                                    TRANSFER_CODE_RESERVATION_RAISED,
                                    change};
    const struct movement lowered = {PURPOSE_GUARANTEE_RESERVED,
                                     PURPOSE_GUARANTEE_AVAILABLE,
                                     TRANSFER_CODE_RESERVATION_LOWERED,
                                     -change};
    enum verdict verdict =
        guarantee_move(context, guarantee, 0, change >= 0 ? &raised : &lowered, 1);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    reservation->amount = cny(amount_minor);
    reservation_put(context, reservation);
    return VERDICT_DONE;
}

static void answer_reservation(const struct guarantee *guarantee,
                               const struct reservation *reservation,
                               struct reservation_answer *answer)
{
    *answer = (struct reservation_answer){
        .state = reservation->state,
        .amount = reservation->amount,
        .payment_due = reservation->payment_due,
        .limit = guarantee->limit,
        .available = guarantee->available,
        .reserved = guarantee->reserved,
        .called = guarantee->called,
    };
    TEXT_PUT(answer->grn, guarantee->grn);
    TEXT_PUT(answer->reference, reservation->reference);
}

static enum verdict check_reserve(struct context *context,
                                  const struct reservation_reserve *command,
                                  enum scope scope,
                                  struct guarantee *guarantee_out)
{
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, guarantee_out);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_obstacle(context, guarantee_out, scope, command->payment_due);
    }
    if (verdict == VERDICT_DONE) {
        verdict = reservation_check_principal(context, guarantee_out->principal);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (command->payment_due != DATE_NONE && command->payment_due < context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/payment_due");
    }
    char key[RESERVATION_KEY_SIZE];
    reservation_key(command->grn, command->reference, key);
    if (state_find(context->state, DOCUMENT_RESERVATION, key) != NULL) {
        return refuse_field(context, REFUSAL_RESERVATION_EXISTS, "/reference");
    }
    return guarantee_check_available(context, guarantee_out, command->amount.minor);
}

enum verdict guarantee_reserve(struct context *context, const void *command_, void *answer_out)
{
    const struct reservation_reserve *command = command_;
    enum scope scope = command->scope == 0 ? SCOPE_RETAIL_IMPORT : (enum scope)command->scope;
    struct guarantee guarantee = {0};
    enum verdict verdict = check_reserve(context, command, scope, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct reservation reservation = {0};
    reservation_fill(&guarantee, command->reference, &reservation);
    reservation.state = RESERVATION_RESERVED;
    reservation.scope = (uint32_t)scope;
    reservation.amount = command->amount;
    reservation.payment_due = command->payment_due;
    verdict = reservation_make(context, &guarantee, &reservation);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer_reservation(&guarantee, &reservation, answer_out);
    return rule_done(context);
}

enum verdict guarantee_adjust(struct context *context, const void *command_, void *answer_out)
{
    const struct reservation_adjust *command = command_;
    struct guarantee guarantee = {0};
    struct reservation reservation = {0};
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, &guarantee);
    }
    if (verdict == VERDICT_DONE) {
        verdict = reservation_get_open(context, command->grn, command->reference, &reservation);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t change = command->amount.minor - reservation.amount.minor;
    if (change > 0) {
        verdict = guarantee_check_state(
            context, &guarantee, 1U << GUARANTEE_ACTIVE | 1U << GUARANTEE_SUSPENDED);
        if (verdict == VERDICT_DONE) {
            verdict = guarantee_check_available(context, &guarantee, change);
        }
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    verdict = reservation_set(context, &guarantee, &reservation, command->amount.minor);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer_reservation(&guarantee, &reservation, answer_out);
    return rule_done(context);
}

static enum verdict check_restore(struct context *context,
                                  const struct reservation_restore *command,
                                  const struct guarantee *guarantee,
                                  struct reservation *reservation_out)
{
    if (context->actor != NULL && !is_actor(context, guarantee->beneficiary)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    enum verdict verdict =
        reservation_get_open(context, command->grn, command->reference, reservation_out);
    if (verdict != VERDICT_DONE || command->amount.currency == CURRENCY_NONE) {
        return verdict;
    }
    verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE && command->amount.minor > reservation_out->amount.minor) {
        verdict = refuse_field(context, REFUSAL_RESERVATION_EXCEEDED, "/amount");
        refusal_money(context, "reserved", reservation_out->amount);
    }
    return verdict;
}

enum verdict guarantee_restore(struct context *context, const void *command_, void *answer_out)
{
    const struct reservation_restore *command = command_;
    struct guarantee guarantee = {0};
    struct reservation reservation = {0};
    enum verdict verdict = guarantee_get(context, command->grn, &guarantee);
    if (verdict == VERDICT_DONE) {
        verdict = check_restore(context, command, &guarantee, &reservation);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t amount = command->amount.currency == CURRENCY_NONE ? reservation.amount.minor
                                                               : command->amount.minor;
    enum restore_reason reason =
        command->reason == 0 ? RESTORE_VOID : (enum restore_reason)command->reason;
    verdict = reservation_free(context, &guarantee, &reservation, amount, reason);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer_reservation(&guarantee, &reservation, answer_out);
    return rule_done(context);
}
