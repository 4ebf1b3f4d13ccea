/*
 * Money received, and payments of ours that come back: booked first, then the bank is told. The
 * bank repeats what it has no good answer to; the ledger books a bank reference once.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

static void booked(struct banks *banks, struct errand *errand, const struct command *command);
static void not_booked(struct banks *banks, struct errand *errand);

static const struct errand_kind receive_kind = {"funds.receive", booked, not_booked};
static const struct errand_kind return_kind = {"payment.return", booked, not_booked};

void advice_reply(struct banks *banks,
                  struct bank *bank,
                  struct adapter_ticket ticket,
                  enum adapter_reply reply)
{
    struct adapter *adapter = atomic_load(&bank->adapter);
    inbox_advice_settled(&banks->inbox);
    if (adapter != NULL) {
        adapter_reply(adapter, ticket, reply);
    }
}

/* What no repeat of the same words can mend. */
static bool is_lasting(enum refusal_code code)
{
    return code == REFUSAL_FUNDS_REFERENCE_USED || code == REFUSAL_IDEMPOTENCY_MISMATCH ||
           code == REFUSAL_PAYMENT_UNKNOWN;
}

static void booked(struct banks *banks, struct errand *errand, const struct command *command)
{
    enum adapter_reply reply = ADAPTER_ACCEPTED;
    if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
        reply = is_lasting(command->refusal.code) ? ADAPTER_REFUSED : ADAPTER_TRY_AGAIN;
    }
    advice_reply(banks, errand->bank, errand->ticket, reply);
}

static void not_booked(struct banks *banks, struct errand *errand)
{
    advice_reply(banks, errand->bank, errand->ticket, ADAPTER_TRY_AGAIN);
}

/* A door of its own: what comes from a bank is checked as a request over HTTP is. */
static bool
is_well_formed(const struct bank *bank, const struct errand_kind *kind, const void *body)
{
    struct record_fault fault;
    bool is_good = record_check(command_type_find(kind->command)->command, body, &fault);
    if (!is_good) {
        LOG(LOG_WARNING,
            "advice refused",
            LOG_TEXT("bank", bank->id),
            LOG_TEXT("pointer", fault.pointer),
            LOG_TEXT("code", fault.code));
    }
    return is_good;
}

static void take_return(struct banks *banks,
                        struct bank *bank,
                        const struct adapter_advice *advice,
                        struct adapter_ticket ticket)
{
    struct payment_returned body = {
        .amount = advice->amount,
        .value_date = advice->value_date,
    };
    memcpy(body.bank, bank->id, sizeof body.bank);
    memcpy(body.bank_reference, advice->bank_reference, sizeof body.bank_reference);
    (void)snprintf(body.payment,
                   sizeof body.payment,
                   "%.*s",
                   (int)sizeof body.payment - 1,
                   advice->returned_reference);
    if (!is_well_formed(bank, &return_kind, &body)) {
        advice_reply(banks, bank, ticket, ADAPTER_REFUSED);
        return;
    }
    errand_send(banks, &return_kind, bank, &body)->ticket = ticket;
}

void advice_take(struct banks *banks,
                 struct bank *bank,
                 const struct adapter_advice *advice,
                 struct adapter_ticket ticket)
{
    if (advice->value_date <=
        date_of(engine_now(banks->engine))) { /* later: money told of ahead of its day */
        day_heard(banks, bank, advice->value_date);
    }
    if (advice->returned_reference[0] != '\0') {
        take_return(banks, bank, advice, ticket);
        return;
    }
    struct funds_receive body = {
        .amount = advice->amount,
        .value_date = advice->value_date,
    };
    memcpy(body.bank_reference, advice->bank_reference, sizeof body.bank_reference);
    memcpy(body.payment_reference, advice->payment_reference, sizeof body.payment_reference);
    memcpy(body.payer_name, advice->payer_name, sizeof advice->payer_name);
    memcpy(body.payer_bank, advice->payer_bank, sizeof body.payer_bank);
    memcpy(body.payer_country, advice->payer_country, sizeof body.payer_country);
    if (!is_well_formed(bank, &receive_kind, &body)) {
        advice_reply(banks, bank, ticket, ADAPTER_REFUSED);
        return;
    }
    char key[ERRAND_KEY_SIZE];
    (void)snprintf(key, sizeof key, "advice/%s", body.bank_reference);
    errand_send_as_bank(banks, &receive_kind, bank, key, &body)->ticket = ticket;
}
