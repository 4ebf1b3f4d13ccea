#include <stdio.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/settlement/fee_schedule.h"
#include "gateway/business/settlement/freeze.h"
#include "gateway/business/settlement/window.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

enum {
    SEARCH_COUNT = 8,
};

static const struct window *draw_window(struct random_world *random, unsigned states)
{
    const struct window *window = sample(random, DOCUMENT_WINDOW);
    for (int i = 0; i < SEARCH_COUNT && window != NULL && (states & 1U << window->state) == 0;
         i++) {
        window = sample(random, DOCUMENT_WINDOW);
    }
    return window;
}

void order(struct random_world *random)
{
    struct settlement_create command = {
        .mode = SETTLEMENT_GROSS,
        .purpose = SETTLEMENT_CGODDR,
        .amount = draw_amount(random),
        .days = (int64_t)draw(random, 2),
    };
    bool is_large = draw(random, 12) == 0;
    command.amount.minor = 1 + command.amount.minor / 8 + (is_large ? 50000000 : 0);
    const struct window *window = draw_window(random, 1U << WINDOW_OPEN);
    TEXT_PUT(command.bank, PICK(random, "bank", "bank", "bank-2"));
    if (window != NULL && draw(random, 4) != 0) {
        command.mode = SETTLEMENT_WINDOW;
        command.days = 0;
        TEXT_PUT(command.window, window->id);
        TEXT_PUT(command.payout_bank, PICK(random, "bank", "bank-2", "bank-2"));
    }
    snprintf(command.reference, sizeof(command.reference), "O%d", (int)random->command_count / 2);
    TEXT_PUT(command.creditor_name, "A");
    TEXT_PUT(command.creditor_account, "1");
    TEXT_PUT(command.creditor_bank, "1");
    const char *actor = PICK(random, "shop", "shop", "mall");
    run(random, ROLE_MERCHANT, actor, "settlement_order.create", &command);
}

void approve_or_cancel_order(struct random_world *random)
{
    const struct settlement_order *known = sample(random, DOCUMENT_SETTLEMENT_ORDER);
    struct settlement_named command = {0};
    if (known != NULL) {
        TEXT_PUT(command.order, known->id);
        bool approves = known->state == SETTLEMENT_CREATED && draw(random, 4) != 0;
        const char *name = approves ? "settlement_order.approve" : "settlement_order.cancel";
        run(random, ROLE_OPERATOR, "ops", name, &command);
    }
}

void change_window(struct random_world *random)
{
    struct window_open opened = {.settlement_day = world_today(random->world) + 7};
    struct window_named named = {0};
    struct window_abort abort = {0};
    const struct window *window =
        draw_window(random, 1U << WINDOW_OPEN | 1U << WINDOW_CLOSED | 1U << WINDOW_SETTLING);
    if (window == NULL || draw(random, 6) == 0) {
        run(random, ROLE_OPERATOR, "ops", "window.open", &opened);
        return;
    }
    TEXT_PUT(named.window, window->id);
    TEXT_PUT(abort.window, window->id);
    TEXT_PUT(abort.reason, "random");
    if (draw(random, 12) == 0) {
        run(random, ROLE_OPERATOR, "ops", "window.abort", &abort);
    } else if (window->state != WINDOW_OPEN) {
        run(random, ROLE_OPERATOR, "ops", "window.settle", &named);
    } else if (draw(random, 3) == 0) {
        run(random, ROLE_OPERATOR, "ops", "window.close", &named);
    }
}

/* The other bank tells that a transfer came, sometimes not quite. */
void arrive(struct random_world *random)
{
    const struct window_transfer *transfer = sample(random, DOCUMENT_WINDOW_TRANSFER);
    if (transfer == NULL) {
        return;
    }
    struct funds_receive funds = {
        .amount = transfer->amount,
        .value_date = world_today(random->world),
    };
    funds.amount.minor += draw(random, 8) == 0;
    TEXT_PUT(funds.payment_reference, transfer->key);
    snprintf(funds.bank_reference, sizeof(funds.bank_reference), "A%d", (int)random->command_count);
    run(random, ROLE_BANK, transfer->to, "funds.receive", &funds);
}

void freeze_or_not(struct random_world *random)
{
    struct freeze_make made = {
        .authority = FREEZE_BY_COURT,
        .amount = draw_amount_or_none(random),
    };
    const char *merchant = PICK(random, "shop", "mall", "broker");
    TEXT_PUT(made.merchant, merchant);
    TEXT_PUT(made.reason, "random");
    snprintf(made.case_number, sizeof(made.case_number), "K%d", (int)random->command_count);
    const struct freeze *known = sample(random, DOCUMENT_FREEZE);
    if (known == NULL || draw(random, 3) == 0) {
        run(random, ROLE_OPERATOR, "ops", "merchant.freeze", &made);
        return;
    }
    struct freeze_release released = {.amount = draw_amount_or_none(random)};
    TEXT_PUT(released.merchant, known->merchant);
    TEXT_PUT(released.case_number, known->case_number);
    TEXT_PUT(released.reason, "random");
    run(random, ROLE_OPERATOR, "ops", "merchant.unfreeze", &released);
}

void set_fee(struct random_world *random)
{
    struct fee_schedule_set command = {
        .kind = (int32_t)(FEE_COLLECTION + draw(random, 2)),
        .valid_from = world_today(random->world) + (date_days)draw(random, 3),
        .per_mille = (int64_t)draw(random, 2000),
    };
    TEXT_PUT(command.party, PICK(random, "shop", "mall"));
    TEXT_PUT(command.source, "random");
    if (draw(random, 2) == 0) {
        command.minimum = (struct money){1 + (int64_t)draw(random, 500), CURRENCY_CNY};
    }
    run(random, ROLE_OPERATOR, "ops", "fee_schedule.set", &command);
}

void set_cap(struct random_world *random)
{
    struct window_cap command = {.most = draw_amount(random)};
    command.most.minor *= 4;
    TEXT_PUT(command.bank, PICK(random, "bank", "bank-2"));
    run(random, ROLE_OPERATOR, "ops", "window_cap.set", &command);
}
