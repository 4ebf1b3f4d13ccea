/* A window closed and settled: transfers between the banks first, then every order. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/text.h"

static void transfer_key(const char *window, int64_t n, char key_out[WINDOW_TRANSFER_KEY_SIZE])
{
    snprintf(key_out, WINDOW_TRANSFER_KEY_SIZE, "%s/%02d", window, (int)n);
}

static const struct window_transfer *
transfer_find(struct context *context, const char *window, int64_t n)
{
    char key[WINDOW_TRANSFER_KEY_SIZE];
    transfer_key(window, n, key);
    return state_find(context->state, DOCUMENT_WINDOW_TRANSFER, key);
}

void window_plan(struct context *context, struct window_draft *draft)
{
    int64_t left[WINDOW_BANK_COUNT_MAX] = {0};
    struct window *window = &draft->it;
    size_t count = window->banks.count;
    for (size_t i = 0; i < count; i++) {
        left[i] = window_position_of(context, window->id, draft->banks[i].bank).net.minor;
    }
    size_t from = 0;
    size_t to = 0;
    for (;;) {
        while (from < count && left[from] >= 0) {
            from++;
        }
        while (to < count && left[to] <= 0) {
            to++;
        }
        if (from == count || to == count) {
            return; /* together: the sum of all is 0 */
        }
        int64_t amount = -left[from] < left[to] ? -left[from] : left[to];
        struct window_transfer transfer = {
            .state = WINDOW_TRANSFER_PLANNED,
            .amount = cny(amount),
        };
        transfer_key(window->id, ++window->transfer_count, transfer.key);
        TEXT_PUT(transfer.window, window->id);
        TEXT_PUT(transfer.from, draft->banks[from].bank);
        TEXT_PUT(transfer.to, draft->banks[to].bank);
        state_put(context->state, DOCUMENT_WINDOW_TRANSFER, &transfer);
        window->net.minor += amount;
        left[from] += amount;
        left[to] -= amount;
    }
}

/* --- pages --- */

void window_next_page(struct context *context, const struct window *window, const char *command)
{
    char subject[sizeof(((struct deadline *)0)->subject)];
    snprintf(subject, sizeof(subject), "%s/%06d", window->id, (int)window->worked_count);
    deadline_set(context, command, subject, context->today);
}

typedef enum verdict
work(struct context *context, struct settlement_order *order, int64_t house, int n);

static enum verdict
pay_out(struct context *context, struct settlement_order *order, int64_t house, int n)
{
    char id[PAYMENT_ID_SIZE];
    snprintf(id, sizeof(id), "P%012" PRId64 ".%03d", context->command_seq, n % WINDOW_PAGE_SIZE);
    enum verdict verdict = settlement_shift(
        context, house, order->merchant_number, order->amount.minor, TRANSFER_CODE_WINDOW_LEFT);
    if (verdict == VERDICT_DONE) {
        verdict = settlement_pay(context, order, id);
    }
    if (verdict == VERDICT_DONE && order->state == SETTLEMENT_REJECTED) {
        verdict = window_hear_end(context, order);
    }
    return verdict;
}

static enum verdict
release(struct context *context, struct settlement_order *order, int64_t house, int n)
{
    (void)n;
    enum verdict verdict = settlement_shift(
        context, house, order->merchant_number, order->amount.minor, TRANSFER_CODE_WINDOW_LEFT);
    return verdict == VERDICT_DONE ? settlement_give_back(context, order, SETTLEMENT_ABORTED)
                                   : verdict;
}

static enum verdict
work_item(struct context *context, const struct window *window, int n, work *work_one)
{
    char key[DOCUMENT_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%06d", window->id, n);
    const struct window_item *item = state_find(context->state, DOCUMENT_WINDOW_ITEM, key);
    const struct settlement_order *found =
        item == NULL ? NULL : state_find(context->state, DOCUMENT_SETTLEMENT_ORDER, item->order);
    if (found == NULL || found->state != SETTLEMENT_QUEUED) {
        return VERDICT_DONE; /* cancelled; or not in memory yet: the rule ends with FETCH */
    }
    struct settlement_order order = *found;
    return work_one(context, &order, window->house_number, n);
}

static enum verdict run_page(struct context *context,
                             const char *command,
                             const struct deadline_run *run,
                             enum window_state state,
                             work *work_one,
                             void *answer_out)
{
    struct window_draft draft;
    char id[WINDOW_ID_SIZE];
    snprintf(id, sizeof(id), "%.13s", run->subject);
    enum verdict verdict = deadline_take(context, command, run);
    if (verdict == VERDICT_DONE) {
        verdict = window_get(context, id, 1U << state, &draft);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int first = (int)draft.it.worked_count + 1;
    int last = first + WINDOW_PAGE_SIZE - 1;
    if (last > draft.it.item_count) {
        last = (int)draft.it.item_count;
    }
    draft.it.worked_count = last;
    window_put(context, &draft);
    if (last < draft.it.item_count) {
        window_next_page(context, &draft.it, command);
    }
    for (int n = first; n <= last && verdict == VERDICT_DONE; n++) {
        verdict = work_item(context, &draft.it, n, work_one);
    }
    return verdict == VERDICT_DONE ? window_finish(context, &draft.it, answer_out) : verdict;
}

enum verdict window_pay_page(struct context *context, const void *command, void *answer_out)
{
    return run_page(context, COMMAND_WINDOW_PAY, command, WINDOW_SETTLING, pay_out, answer_out);
}

enum verdict window_release_page(struct context *context, const void *command, void *answer_out)
{
    return run_page(context, COMMAND_WINDOW_RELEASE, command, WINDOW_ABORTED, release, answer_out);
}

/* --- settling --- */

static void go_on(struct context *context, struct window_draft *draft)
{
    struct window *window = &draft->it;
    if (window->arrived_count < window->transfer_count) {
        return;
    }
    if (window->ended_count == window->order_count) {
        window->state = WINDOW_SETTLED;
        window->settled_on = context->today;
        struct notice notice;
        notice_begin(&notice, "window.settled", window->id);
        notice_money(&notice, "gross", window->gross);
        notice_money(&notice, "paid", window->paid);
        notice_to(&notice, window->house_number);
        notice_send(context, &notice);
    } else if (window->worked_count == 0) {
        window_next_page(context, window, COMMAND_WINDOW_PAY);
    }
}

static enum verdict begin_transfer(struct context *context,
                                   const struct window *window,
                                   struct window_transfer *transfer,
                                   int64_t n)
{
    const struct party *to = party_find(context, transfer->to);
    if (to == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/window");
    }
    struct payment payment = {
        .amount = transfer->amount,
        .fund = PURPOSE_PAYMENT_CLEARING,
        .payer_number = window->house_number,
    };
    snprintf(payment.id, sizeof(payment.id), "P%012" PRId64 ".%03d", context->command_seq, (int)n);
    snprintf(payment.reference,
             sizeof(payment.reference),
             "%s/%" PRId64,
             transfer->key,
             ++transfer->attempt_count);
    TEXT_PUT(payment.payer, window->house);
    TEXT_PUT(payment.bank, transfer->from);
    snprintf(payment.creditor_name, sizeof(payment.creditor_name), "%.140s", window->house);
    snprintf(payment.creditor_account, sizeof(payment.creditor_account), "%.34s", transfer->to);
    snprintf(payment.creditor_bank, sizeof(payment.creditor_bank), "%.14s", to->bic);
    TEXT_PUT(payment.remittance, transfer->key);
    TEXT_PUT(payment.approver, context->actor->id);
    TEXT_PUT(payment.settlement, transfer->key);
    enum verdict verdict = payment_begin(context, &payment);
    transfer->state = WINDOW_TRANSFER_SENT;
    TEXT_PUT(transfer->payment, payment.id);
    return verdict;
}

enum verdict window_settle(struct context *context, const void *command_, void *answer_out)
{
    const struct window_named *command = command_;
    struct window_draft draft;
    unsigned states = 1U << WINDOW_CLOSED | 1U << WINDOW_SETTLING;
    enum verdict verdict = window_get(context, command->window, states, &draft);
    if (verdict == VERDICT_DONE && context->today < draft.it.settlement_day) {
        verdict = refuse(context, REFUSAL_WINDOW_DAY);
        refusal_date(context, "window_day", draft.it.settlement_day);
    }
    bool is_first = verdict == VERDICT_DONE && draft.it.state == WINDOW_CLOSED;
    for (int64_t n = 1; verdict == VERDICT_DONE && n <= draft.it.transfer_count; n++) {
        const struct window_transfer *found = transfer_find(context, draft.it.id, n);
        bool is_to_begin =
            found != NULL && found->arrived_on == DATE_NONE &&
            (found->state == WINDOW_TRANSFER_PLANNED || found->state == WINDOW_TRANSFER_FAILED);
        if (is_to_begin) {
            struct window_transfer transfer = *found;
            verdict = begin_transfer(context, &draft.it, &transfer, n);
            state_put(context->state, DOCUMENT_WINDOW_TRANSFER, &transfer);
        }
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = WINDOW_SETTLING;
    if (is_first) {
        go_on(context, &draft);
    }
    window_put(context, &draft);
    return window_finish(context, &draft.it, answer_out);
}

/* Whether it counts from now on: it has left, and it has come. */
static enum verdict arrived(struct context *context, const struct window_transfer *transfer)
{
    struct window_draft draft;
    state_put(context->state, DOCUMENT_WINDOW_TRANSFER, transfer);
    if (transfer->state != WINDOW_TRANSFER_CONFIRMED || transfer->arrived_on == DATE_NONE) {
        return VERDICT_DONE;
    }
    enum verdict verdict = window_get(context, transfer->window, 1U << WINDOW_SETTLING, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.arrived_count++;
    go_on(context, &draft);
    window_put(context, &draft);
    return VERDICT_DONE;
}

enum verdict window_hear_transfer(struct context *context, const struct payment *payment)
{
    const struct window_transfer *found =
        state_find(context->state, DOCUMENT_WINDOW_TRANSFER, payment->settlement);
    if (found == NULL || strcmp(found->payment, payment->id) != 0) {
        return rule_done(context); /* of an earlier attempt */
    }
    struct window_transfer transfer = *found;
    bool is_back = payment->state == PAYMENT_RETURNED &&
                   payment->returned.minor == payment->amount.minor &&
                   transfer.arrived_on == DATE_NONE;
    if (payment->state == PAYMENT_CONFIRMED) {
        transfer.state = WINDOW_TRANSFER_CONFIRMED;
        return arrived(context, &transfer);
    }
    if (payment->state == PAYMENT_REJECTED || payment->state == PAYMENT_CANCELLED || is_back) {
        transfer.state = WINDOW_TRANSFER_FAILED;
        state_put(context->state, DOCUMENT_WINDOW_TRANSFER, &transfer);
    }
    return VERDICT_DONE;
}

enum verdict window_hear_end(struct context *context, const struct settlement_order *order)
{
    struct window_draft draft;
    if (order->window[0] == '\0') {
        return VERDICT_DONE;
    }
    enum verdict verdict = window_get(context, order->window, 1U << WINDOW_SETTLING, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.ended_count++;
    draft.it.paid.minor += order->state == SETTLEMENT_CONFIRMED ? order->amount.minor : 0;
    go_on(context, &draft);
    window_put(context, &draft);
    return VERDICT_DONE;
}

/* --- arriving --- */

/* A bank tells one of the two that the payment carried: its id, or the transfer's key as text. */
static const struct window_transfer *transfer_told(struct context *context, const char *reference)
{
    if (reference[0] == 'W' && strlen(reference) < WINDOW_TRANSFER_KEY_SIZE) {
        return state_find(context->state, DOCUMENT_WINDOW_TRANSFER, reference);
    }
    const struct payment *payment = NULL;
    if (reference[0] == 'P' && strlen(reference) < PAYMENT_ID_SIZE) {
        payment = state_find(context->state, DOCUMENT_PAYMENT, reference);
    }
    if (payment == NULL || payment->settlement[0] != 'W') {
        return NULL;
    }
    const struct window_transfer *transfer =
        state_find(context->state, DOCUMENT_WINDOW_TRANSFER, payment->settlement);
    bool is_last = transfer != NULL && strcmp(transfer->payment, reference) == 0;
    return is_last ? transfer : NULL;
}

const struct window_transfer *window_transfer_awaited(struct context *context,
                                                      const struct party *bank,
                                                      const struct funds *funds)
{
    const struct window_transfer *transfer = transfer_told(context, funds->payment_reference);
    bool fits =
        transfer != NULL && strcmp(transfer->to, bank->id) == 0 &&
        transfer->arrived_on == DATE_NONE && transfer->amount.minor == funds->amount.minor &&
        transfer->amount.currency == funds->amount.currency &&
        (transfer->state == WINDOW_TRANSFER_SENT || transfer->state == WINDOW_TRANSFER_CONFIRMED);
    return fits ? transfer : NULL;
}

enum verdict window_transfer_take(struct context *context,
                                  const struct window_transfer *transfer,
                                  const struct party *bank,
                                  struct funds *funds)
{
    const struct window *window = state_find(context->state, DOCUMENT_WINDOW, transfer->window);
    if (window == NULL) {
        return refuse(context, REFUSAL_WINDOW_UNKNOWN); /* not in memory yet */
    }
    funds->state = FUNDS_CREDITED;
    TEXT_PUT(funds->principal, window->house);
    struct account_key debit = {
        .owner = bank->number,
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = CURRENCY_CNY,
    };
    struct account_key credit = {
        .owner = window->house_number,
        .purpose = PURPOSE_PAYMENT_CLEARING,
        .currency = CURRENCY_CNY,
    };
    enum verdict verdict =
        rule_move(context, &debit, &credit, funds->amount.minor, TRANSFER_CODE_WINDOW_ARRIVED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct window_transfer taken = *transfer;
    taken.arrived_on = context->today;
    return arrived(context, &taken);
}

/* --- abort --- */

/* Nothing may have moved, nor be on its way. */
static enum verdict check_abort(struct context *context, const struct window *window)
{
    bool is_paying =
        window->state == WINDOW_SETTLING && window->arrived_count == window->transfer_count;
    if (is_paying) {
        enum verdict verdict = refuse(context, REFUSAL_WINDOW_MOVED);
        refusal_text(context, "reason", "orders are paid out");
        refusal_integer(context, "ended", window->ended_count);
        return verdict;
    }
    for (int64_t n = 1; n <= window->transfer_count; n++) {
        const struct window_transfer *found = transfer_find(context, window->id, n);
        bool has_moved = found == NULL || found->arrived_on != DATE_NONE ||
                         found->state == WINDOW_TRANSFER_SENT ||
                         found->state == WINDOW_TRANSFER_CONFIRMED;
        if (has_moved) {
            const char *state =
                found == NULL ? "" : name_by_value(window_transfer_states, found->state);
            enum verdict verdict = refuse(context, REFUSAL_WINDOW_MOVED);
            refusal_text(context, "reason", "a transfer between banks");
            refusal_text(context, "state", state);
            refusal_integer(context, "transfer", n);
            return verdict;
        }
    }
    return VERDICT_DONE;
}

enum verdict window_abort(struct context *context, const void *command_, void *answer_out)
{
    const struct window_abort *command = command_;
    struct window_draft draft;
    unsigned states = 1U << WINDOW_OPEN | 1U << WINDOW_CLOSED | 1U << WINDOW_SETTLING;
    enum verdict verdict = window_get(context, command->window, states, &draft);
    if (verdict == VERDICT_DONE) {
        verdict = check_abort(context, &draft.it);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = WINDOW_ABORTED;
    TEXT_PUT(draft.it.reason, command->reason);
    window_put(context, &draft);
    if (draft.it.item_count > 0) {
        window_next_page(context, &draft.it, COMMAND_WINDOW_RELEASE);
    }
    struct notice notice;
    notice_begin(&notice, "window.aborted", draft.it.id);
    notice_integer(&notice, "order_count", draft.it.order_count);
    notice_to(&notice, draft.it.house_number);
    notice_send(context, &notice);
    return window_finish(context, &draft.it, answer_out);
}
