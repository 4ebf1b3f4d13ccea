#include <assert.h>
#include <stdio.h>

#include "adapters/adapter.h"
#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/collection.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

enum {
    SEARCH_COUNT = 12,
    OPEN = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT,
};

/* A payment, most often one in one of these states (bits); NULL: there is none at all. */
static const struct payment *draw_payment(struct random_world *random, unsigned states)
{
    const struct payment *payment = sample(random, DOCUMENT_PAYMENT);
    for (int i = 0; i < SEARCH_COUNT && payment != NULL && (states & 1U << payment->state) == 0;
         i++) {
        payment = sample(random, DOCUMENT_PAYMENT);
    }
    return payment;
}

static date_days draw_day(struct random_world *random)
{
    const struct bank_link *link = world_document(random->world, DOCUMENT_BANK_LINK, "bank");
    return draw(random, 3) == 0 ? DATE_NONE : link->business_day - 1 + (date_days)draw(random, 3);
}

void pay(struct random_world *random)
{
    struct payment_create command = {.amount = draw_amount(random)};
    bool needs_approval = draw(random, 10) == 0;
    if (needs_approval) {
        command.amount.minor += 50000000;
    } else {
        command.amount.minor = 1 + command.amount.minor / 8;
    }
    TEXT_PUT(command.bank, draw(random, 30) == 0 ? "insurer" : "bank");
    snprintf(command.reference, sizeof(command.reference), "P%d", (int)random->command_count / 2);
    TEXT_PUT(command.creditor_name, "A");
    TEXT_PUT(command.creditor_account, "1");
    TEXT_PUT(command.creditor_bank, "1");
    const char *actor = PICK(random, "shop", "shop", "mall", "broker");
    run(random, ROLE_MERCHANT, actor, "payment.create", &command);
}

void approve_or_cancel(struct random_world *random)
{
    const struct payment *payment =
        draw_payment(random, 1U << PAYMENT_CREATED | 1U << PAYMENT_APPROVED);
    struct payment_named command = {0};
    if (payment == NULL) {
        return;
    }
    TEXT_PUT(command.payment, payment->id);
    if (payment->state == PAYMENT_CREATED && draw(random, 2) == 0) {
        run(random, ROLE_OPERATOR, "ops", "payment.approve", &command);
    } else {
        const char *actor = PICK(random, "shop", "mall", "broker");
        run(random, ROLE_MERCHANT, actor, "payment.cancel", &command);
    }
}

void send(struct random_world *random)
{
    const struct payment *payment = draw_payment(random, 1U << PAYMENT_APPROVED);
    struct payment_named command = {0};
    if (payment != NULL) {
        TEXT_PUT(command.payment, payment->id);
        run(random, (enum role)0, NULL, "payment.send", &command);
    }
}

void answer(struct random_world *random)
{
    const struct payment *payment = draw_payment(random, OPEN);
    if (payment == NULL) {
        return;
    }
    struct payment_answer_told command = {
        .act = (int32_t)(ADAPTER_PAY + draw(random, 3)),
        .attempt = payment->send_count - (draw(random, 4) == 0),
        .outcome = (int32_t)(ADAPTER_CONFIRMED + draw(random, 7)),
        .settlement_day = draw_day(random),
    };
    TEXT_PUT(command.payment, payment->id);
    TEXT_PUT(command.code, PICK(random, "", "00", "25", "91"));
    const struct payment_answer *told = run(random, (enum role)0, NULL, "payment.answer", &command);
    assert(told != NULL); /* a bank's word is never refused */
}

void reverse_or_prove(struct random_world *random)
{
    const struct payment *payment = draw_payment(random, 1U << PAYMENT_IN_DOUBT);
    if (payment == NULL) {
        return;
    }
    if (draw(random, 3) == 0) {
        struct payment_prove command = {
            .outcome = (int32_t)(ADAPTER_CONFIRMED + draw(random, 2)),
            .settlement_day = draw_day(random),
        };
        TEXT_PUT(command.payment, payment->id);
        const void *told = run(random, (enum role)0, NULL, "payment.prove", &command);
        assert(told != NULL);
        return;
    }
    struct payment_named command = {0};
    TEXT_PUT(command.payment, payment->id);
    run(random, (enum role)0, NULL, "payment.reverse", &command);
}

void give_back(struct random_world *random)
{
    const struct payment *payment =
        draw_payment(random, 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED);
    if (payment == NULL) {
        return;
    }
    struct payment_returned command = {
        .amount = draw(random, 2) == 0 ? payment->amount : draw_amount(random),
        .value_date = world_today(random->world),
    };
    TEXT_PUT(command.bank, "bank");
    TEXT_PUT(command.payment, payment->id);
    snprintf(command.bank_reference, sizeof(command.bank_reference), "T%d", (int)draw(random, 60));
    run(random, (enum role)0, NULL, "payment.return", &command);
}

void change_link(struct random_world *random)
{
    struct bank_link_switch command = {
        .state = draw(random, 4) == 0 ? BANK_LINK_OFF : BANK_LINK_OPEN,
    };
    TEXT_PUT(command.bank, "bank");
    TEXT_PUT(command.reason, "random");
    run(random, ROLE_OPERATOR, "ops", "bank_link.switch", &command);
}

void end_day(struct random_world *random)
{
    const struct bank_link *link = world_document(random->world, DOCUMENT_BANK_LINK, "bank");
    date_days over = link->business_day;
    struct bank_link_cut_over command = {.new_day = over + (date_days)draw(random, 3)};
    TEXT_PUT(command.bank, "bank");
    run(random, (enum role)0, NULL, "bank_link.cut_over", &command);
    const struct bank_day *day = sample(random, DOCUMENT_BANK_DAY);
    int64_t off = (int64_t)draw(random, 2);
    struct bank_link_compare compare = {
        .day = day->day,
        .paid_count = day->paid_count,
        .paid = {day->paid.minor + off, CURRENCY_CNY},
        .reversed_count = day->reversed_count,
        .reversed = day->reversed,
        .received_count = day->received_count,
        .received = day->received,
    };
    TEXT_PUT(compare.bank, day->bank);
    TEXT_PUT(compare.source, "random");
    const struct bank_day *compared =
        run(random, (enum role)0, NULL, "bank_link.compare", &compare);
    bool is_equal = off == 0;
    assert(compared == NULL || compared->state == BANK_DAY_RECONCILED ||
           compared->state == (is_equal ? BANK_DAY_BALANCED : BANK_DAY_DIFFERS));
}

void collect(struct random_world *random)
{
    struct collection_open open = {0};
    const char *merchant = PICK(random, "shop", "mall", "broker");
    const struct collection_answer *opened =
        run(random, ROLE_MERCHANT, merchant, "collection.open", &open);
    if (opened == NULL) {
        return; /* suspended */
    }
    struct funds_receive funds = {
        .amount = draw_amount(random),
        .value_date = world_today(random->world),
    };
    TEXT_PUT(funds.payment_reference, opened->payment_reference);
    snprintf(funds.bank_reference, sizeof(funds.bank_reference), "B%d", (int)draw(random, 500));
    run(random, ROLE_BANK, "bank", "funds.receive", &funds);
}
