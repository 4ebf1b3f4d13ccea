#include "tools/bank/desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/hash.h"

#define TEXT_SET(member, text) (void)snprintf((member), sizeof(member), "%s", (text))

static void decide(struct decision *decision, const char *code, date_days day)
{
    *decision = (struct decision){.day = day};
    TEXT_SET(decision->code, code);
}

static void detail_set(struct decision *decision, const struct payment *payment)
{
    (void)snprintf(decision->detail,
                   sizeof decision->detail,
                   "%s %s",
                   payment->code[0] == '\0' ? "--" : payment->code,
                   payment_state_name(payment->state));
}

/* Of everything the order asks: a key that comes again with other content is another order. */
static int64_t order_digest(const struct order *order)
{
    char text[512];
    int size = snprintf(text,
                        sizeof text,
                        "%s|%" PRId64 "|%" PRId64 "|%s|%s|%s",
                        order->reference,
                        order->amount_minor,
                        order->currency,
                        order->debtor_account,
                        order->creditor_account,
                        order->creditor_bank);
    return (int64_t)(hash_bytes(text, (size_t)size) & INT64_MAX);
}

static void payment_repeat(const struct payment *payment, struct decision *decision_out)
{
    decide(decision_out, payment->code, payment->day);
    if (payment->state == PAYMENT_REVERSED || payment->state == PAYMENT_RETURNED) {
        TEXT_SET(decision_out->code, "68");
    }
    if (payment->state == PAYMENT_PAID) {
        TEXT_SET(decision_out->authorization, payment->authorization);
    } else {
        detail_set(decision_out, payment);
    }
}

static void order_fact(const struct desk *desk,
                       const struct order *order,
                       const char *code,
                       struct fact *fact_out)
{
    *fact_out = (struct fact){
        .kind = FACT_PAYMENT,
        .day = desk->books->day,
        .amount_minor = order->amount_minor,
        .currency = order->currency,
        .digest = order_digest(order),
        .decide_us = order->decide_us,
    };
    TEXT_SET(fact_out->key, order->key);
    TEXT_SET(fact_out->reference, order->reference);
    TEXT_SET(fact_out->rrn, order->rrn);
    TEXT_SET(fact_out->code, code);
    TEXT_SET(fact_out->debtor_account, order->debtor_account);
    TEXT_SET(fact_out->creditor_account, order->creditor_account);
    TEXT_SET(fact_out->creditor_bank, order->creditor_bank);
    (void)snprintf(fact_out->authorization,
                   sizeof fact_out->authorization,
                   "%06" PRIu64,
                   hash_bytes(order->key, strlen(order->key)) % 1000000);
}

void desk_pay(struct desk *desk,
              const struct order *order,
              const char *code,
              struct decision *decision_out)
{
    const struct payment *known = books_payment(desk->books, order->key);
    if (known != NULL && known->state != PAYMENT_BARRED) {
        if (known->digest != order_digest(order)) {
            decide(decision_out, "94", desk->books->day);
            return;
        }
        payment_repeat(known, decision_out);
        return;
    }
    if (order->reference[0] == '\0' || order->amount_minor <= 0) {
        decide(decision_out, "30", desk->books->day);
        return;
    }
    struct fact fact;
    order_fact(desk, order, known == NULL ? code : "68", &fact);
    if (journal_record(desk->journal, &fact) != NULL) {
        decide(decision_out, "96", desk->books->day);
        return;
    }
    payment_repeat(books_payment(desk->books, order->key), decision_out);
}

/* Whether the code by itself says that an order is not paid and never will be. */
static bool is_plain_rejection(const char *code)
{
    static const char *const plain[] = {
        "03", "05", "13", "14", "21", "51", "54", "55", "57", "58", "61", "65"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(code, plain[i]) == 0) {
            return true;
        }
    }
    return false;
}

void desk_inquire(const struct desk *desk, const char *key, struct decision *decision_out)
{
    const struct payment *payment = books_payment(desk->books, key);
    if (payment == NULL) {
        decide(decision_out, "25", desk->books->day);
        return;
    }
    decide(decision_out, "05", payment->day);
    switch (payment->state) {
    case PAYMENT_PAID:
    case PAYMENT_RETURNED:
        TEXT_SET(decision_out->code, "00");
        TEXT_SET(decision_out->authorization, payment->authorization);
        return;
    case PAYMENT_PENDING:
        TEXT_SET(decision_out->code, "09");
        return;
    case PAYMENT_BARRED:
        TEXT_SET(decision_out->code, "25");
        return;
    case PAYMENT_REJECTED:
        if (is_plain_rejection(payment->code)) {
            TEXT_SET(decision_out->code, payment->code);
        }
        break;
    case PAYMENT_REVERSED:
        break;
    }
    detail_set(decision_out, payment);
}

static void
reverse_known(struct desk *desk, const struct payment *payment, struct decision *decision_out)
{
    decide(decision_out, "00", desk->books->day);
    switch (payment->state) {
    case PAYMENT_PAID:
    case PAYMENT_PENDING:
        break;
    case PAYMENT_REJECTED:
        detail_set(decision_out, payment);
        return;
    case PAYMENT_REVERSED:
        decision_out->day = payment->undone_day;
        return;
    case PAYMENT_RETURNED:
        TEXT_SET(decision_out->code, "21");
        detail_set(decision_out, payment);
        return;
    case PAYMENT_BARRED:
        TEXT_SET(decision_out->code, "25");
        return;
    }
    struct fact fact = {.kind = FACT_REVERSAL, .day = desk->books->day};
    TEXT_SET(fact.key, payment->key);
    if (journal_record(desk->journal, &fact) != NULL) {
        TEXT_SET(decision_out->code, "96");
    }
}

void desk_reverse(struct desk *desk, const char *key, struct decision *decision_out)
{
    const struct payment *payment = books_payment(desk->books, key);
    if (payment != NULL) {
        reverse_known(desk, payment, decision_out);
        return;
    }
    struct fact fact = {.kind = FACT_BAR, .day = desk->books->day};
    TEXT_SET(fact.key, key);
    bool is_kept = journal_record(desk->journal, &fact) == NULL;
    decide(decision_out, is_kept ? "25" : "96", desk->books->day);
}

void desk_decide(struct desk *desk,
                 const char *key,
                 const char *code,
                 struct decision *decision_out)
{
    struct fact fact = {.kind = FACT_DECISION, .day = desk->books->day};
    TEXT_SET(fact.key, key);
    TEXT_SET(fact.code, code);
    bool is_pending = journal_record(desk->journal, &fact) == NULL;
    decide(decision_out, is_pending ? code : "25", desk->books->day);
}
