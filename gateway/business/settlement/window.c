#include "gateway/business/settlement/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

enum verdict
window_get(struct context *context, const char *id, unsigned states, struct window_draft *draft_out)
{
    const struct window *found = state_find(context->state, DOCUMENT_WINDOW, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_WINDOW_UNKNOWN, "/window");
    }
    *draft_out = (struct window_draft){.it = *found};
    for (size_t i = 0; i < found->banks.count; i++) {
        draft_out->banks[i] = ((const struct window_bank *)found->banks.items)[i];
    }
    draft_out->it.banks.items = draft_out->banks;
    if ((states & 1U << found->state) != 0) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_WINDOW_STATE);
    refusal_text(context, "state", name_by_value(window_states, draft_out->it.state));
    return verdict;
}

void window_put(struct context *context, struct window_draft *draft)
{
    draft->it.banks.items = draft->banks;
    state_put(context->state, DOCUMENT_WINDOW, &draft->it);
}

static void tell(struct context *context, const char *event, const struct window *window)
{
    struct notice notice;
    notice_begin(&notice, event, window->id);
    notice_text(&notice, "state", name_by_value(window_states, window->state));
    notice_integer(&notice, "order_count", window->order_count);
    notice_money(&notice, "gross", window->gross);
    notice_to(&notice, window->house_number);
    notice_send(context, &notice);
}

enum verdict window_finish(struct context *context, const struct window *window, void *answer_out)
{
    struct window_answer *answer = answer_out;
    *answer = (struct window_answer){
        .state = window->state,
        .order_count = window->order_count,
        .gross = window->gross,
        .transfer_count = window->transfer_count,
        .net = window->net,
        .saved = window->saved,
    };
    TEXT_PUT(answer->window, window->id);
    return rule_done(context);
}

/* --- positions --- */

struct window_position
window_position_of(struct context *context, const char *window, const char *bank)
{
    struct window_position position = {.paid_in = cny(0), .paid_out = cny(0), .net = cny(0)};
    snprintf(position.key, sizeof(position.key), "%s/%s", window, bank);
    TEXT_PUT(position.bank, bank);
    const struct window_position *found =
        state_find(context->state, DOCUMENT_WINDOW_POSITION, position.key);
    return found == NULL ? position : *found;
}

/* Sums of a window never pass 63 bits: all of it stands on one account of the book. */
static void
position_add(struct context *context, const char *window, const char *bank, int64_t in, int64_t out)
{
    struct window_position position = window_position_of(context, window, bank);
    position.paid_in.minor += in;
    position.paid_out.minor += out;
    position.net.minor += in - out;
    state_put(context->state, DOCUMENT_WINDOW_POSITION, &position);
}

/* `more_minor` is what the bank's net debit would grow by. */
static enum verdict
check_cap(struct context *context, const char *window, const char *bank, int64_t more_minor)
{
    const struct window_cap *cap = state_find(context->state, DOCUMENT_WINDOW_CAP, bank);
    struct window_position position = window_position_of(context, window, bank);
    int64_t used = -position.net.minor;
    if (cap == NULL || used + more_minor <= cap->most.minor) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, REFUSAL_WINDOW_CAP);
    refusal_text(context, "bank", bank);
    refusal_money(context, "cap", cap->most);
    refusal_money(context, "used", cny(used));
    refusal_money(context, "needed", cny(more_minor));
    return verdict;
}

enum verdict window_cap_set(struct context *context, const void *command_, void *answer_out)
{
    const struct window_cap *command = command_;
    const struct party *bank = NULL;
    enum verdict verdict = party_check(context, command->bank, 1U << PARTY_BANK, "/bank", &bank);
    if (verdict == VERDICT_DONE) {
        verdict = check_cny(context, command->most, "/most/currency");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_WINDOW_CAP, command);
    *(struct window_cap *)answer_out = *command;
    return rule_done(context);
}

/* --- joining and leaving --- */

static bool bank_is_in(const struct window_draft *draft, const char *bank)
{
    for (size_t i = 0; i < draft->it.banks.count; i++) {
        if (strcmp(draft->banks[i].bank, bank) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_cross(const struct settlement_order *order)
{
    return strcmp(order->bank, order->payout_bank) != 0;
}

static enum verdict check_join(struct context *context,
                               const struct settlement_order *order,
                               struct window_draft *draft)
{
    enum verdict verdict = window_get(context, order->window, 1U << WINDOW_OPEN, draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (order->settlement_day > draft->it.settlement_day) {
        verdict = refuse(context, REFUSAL_WINDOW_DAY);
        refusal_date(context, "window_day", draft->it.settlement_day);
        refusal_date(context, "settlement_day", order->settlement_day);
        return verdict;
    }
    size_t bank_count = draft->it.banks.count + (bank_is_in(draft, order->bank) ? 0 : 1) +
                        (is_cross(order) && !bank_is_in(draft, order->payout_bank) ? 1 : 0);
    if (draft->it.item_count == WINDOW_ORDER_COUNT_MAX || bank_count > WINDOW_BANK_COUNT_MAX) {
        verdict = refuse(context, REFUSAL_WINDOW_FULL);
        refusal_integer(context, "orders", draft->it.item_count);
        refusal_integer(context, "banks", (int64_t)draft->it.banks.count);
        return verdict;
    }
    return is_cross(order) ? check_cap(context, order->window, order->bank, order->amount.minor)
                           : VERDICT_DONE;
}

enum verdict window_check_join(struct context *context, const struct settlement_order *order)
{
    struct window_draft draft;
    return check_join(context, order, &draft);
}

static void bank_add(struct window_draft *draft, const char *bank)
{
    if (!bank_is_in(draft, bank)) {
        TEXT_PUT(draft->banks[draft->it.banks.count].bank, bank);
        draft->it.banks.count++;
    }
}

/* In: sign 1; out again: sign -1. */
static void count(struct context *context,
                  struct window *window,
                  const struct settlement_order *order,
                  int sign)
{
    int64_t amount = sign * order->amount.minor;
    window->order_count += sign;
    window->gross.minor += amount;
    if (is_cross(order)) {
        window->cross_count += sign;
        window->cross.minor += amount;
    }
    position_add(context, window->id, order->bank, 0, amount);
    position_add(context, window->id, order->payout_bank, amount, 0);
}

enum verdict window_join(struct context *context, struct settlement_order *order)
{
    struct window_draft draft;
    enum verdict verdict = check_join(context, order, &draft);
    if (verdict == VERDICT_DONE) {
        verdict = settlement_shift(context,
                                   order->merchant_number,
                                   draft.it.house_number,
                                   order->amount.minor,
                                   TRANSFER_CODE_WINDOW_JOINED);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bank_add(&draft, order->bank);
    bank_add(&draft, order->payout_bank);
    count(context, &draft.it, order, 1);
    struct window_item item = {0};
    snprintf(item.key, sizeof(item.key), "%s/%06" PRId64, draft.it.id, ++draft.it.item_count);
    TEXT_PUT(item.order, order->id);
    state_put(context->state, DOCUMENT_WINDOW_ITEM, &item);
    window_put(context, &draft);
    order->state = SETTLEMENT_QUEUED;
    return VERDICT_DONE;
}

enum verdict window_leave(struct context *context, const struct settlement_order *order)
{
    struct window_draft draft;
    enum verdict verdict = window_get(context, order->window, 1U << WINDOW_OPEN, &draft);
    if (verdict == VERDICT_DONE && is_cross(order)) {
        /* What the other bank would have got may be what keeps it within its cap. */
        verdict = check_cap(context, order->window, order->payout_bank, order->amount.minor);
    }
    if (verdict == VERDICT_DONE) {
        verdict = settlement_shift(context,
                                   draft.it.house_number,
                                   order->merchant_number,
                                   order->amount.minor,
                                   TRANSFER_CODE_WINDOW_LEFT);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    count(context, &draft.it, order, -1);
    window_put(context, &draft);
    return VERDICT_DONE;
}

/* --- open, close --- */

enum verdict window_open(struct context *context, const void *command_, void *answer_out)
{
    const struct window_open *command = command_;
    if (command->settlement_day < context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/settlement_day");
    }
    struct window_draft draft = {
        .it =
            {
                 .state = WINDOW_OPEN,
                 .house_number = context->actor->number,
                 .settlement_day = command->settlement_day,
                 .gross = cny(0),
                 .cross = cny(0),
                 .net = cny(0),
                 .saved = cny(0),
                 .paid = cny(0),
                 .opened_on = context->today,
                 },
    };
    snprintf(draft.it.id, sizeof(draft.it.id), "W%012" PRId64, context->command_seq);
    TEXT_PUT(draft.it.house, context->actor->id);
    window_put(context, &draft);
    tell(context, "window.opened", &draft.it);
    return window_finish(context, &draft.it, answer_out);
}

enum verdict window_close(struct context *context, const void *command_, void *answer_out)
{
    const struct window_named *command = command_;
    struct window_draft draft;
    enum verdict verdict = window_get(context, command->window, 1U << WINDOW_OPEN, &draft);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    draft.it.state = WINDOW_CLOSED;
    window_plan(context, &draft);
    int64_t avoided = draft.it.cross_count - draft.it.transfer_count;
    int64_t fee = terms_of(context, context->today).bank_transfer_fee_minor;
    draft.it.saved = cny(avoided > 0 ? avoided * fee : 0);
    window_put(context, &draft);
    tell(context, "window.closed", &draft.it);
    return window_finish(context, &draft.it, answer_out);
}
