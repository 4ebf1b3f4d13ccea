#include "tools/bank/chore.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/log.h"
#include "tools/bank/advise.h"

enum {
    RETURN_PURPOSE = 3000
};

static bool comes_back(const struct bank *bank, const struct payment *payment)
{
    uint64_t identity = hash_bytes(payment->key, strlen(payment->key));
    return payment->state == PAYMENT_PAID &&
           judge_happens(&bank->judge, bank->script.return_chance, identity, RETURN_PURPOSE);
}

static void plan_return(struct bank *bank, size_t payment_index)
{
    if (comes_back(bank, &bank->books.payments[payment_index])) {
        later_add(&bank->later,
                  (struct later_item){
                      .due = clock_monotonic() + bank->script.return_after_us,
                      .kind = LATER_RETURN,
                      .payment = payment_index,
                  });
    }
}

void chore_plan(struct bank *bank, size_t payment_index)
{
    const struct payment *payment = &bank->books.payments[payment_index];
    if (payment->state == PAYMENT_PENDING && payment->decide_us >= 0) {
        later_add(&bank->later,
                  (struct later_item){
                      .due = clock_monotonic() + payment->decide_us,
                      .kind = LATER_DECIDE,
                      .payment = payment_index,
                  });
    }
    plan_return(bank, payment_index);
}

void chore_resume(struct bank *bank)
{
    for (size_t i = 0; i < bank->books.payment_count; i++) {
        chore_plan(bank, i);
    }
}

void chore_decide(struct bank *bank,
                  const struct payment *payment,
                  const char *code,
                  struct decision *decision_out)
{
    desk_decide(&bank->desk, payment->key, code, decision_out);
    if (bank->exchange != NULL && strcmp(decision_out->code, code) == 0) {
        exchange_decided(bank->exchange, payment);
    }
}

void chore_run(struct bank *bank, instant_us now)
{
    struct later_item item;
    while (later_take(&bank->later, now, &item)) {
        const char *why = NULL;
        const struct payment *payment = NULL;
        struct line_connection *connection = NULL;
        struct decision decision;
        switch (item.kind) {
        case LATER_FRAME:
            connection = line_find(&bank->line, item.connection);
            if (connection != NULL) {
                enum line_damage damage = (enum line_damage)item.damage;
                line_put(&bank->line, connection, item.bytes, item.size, damage);
            }
            free(item.bytes);
            break;
        case LATER_DECIDE:
            payment = &bank->books.payments[item.payment];
            chore_decide(bank, payment, "00", &decision);
            plan_return(bank, item.payment);
            break;
        case LATER_RETURN:
            payment = &bank->books.payments[item.payment];
            why = advise_return(bank, payment);
            if (why != NULL) {
                LOG(LOG_INFO, "bank.not_returned", LOG_TEXT("reason", why));
            }
            break;
        }
    }
}
