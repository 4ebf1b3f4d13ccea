#include "tools/bank/books.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/money.h"

enum {
    FIRST_ROOM = 1024
};

static const char *const state_names[] = {
    NULL, "paid", "pending", "rejected", "reversed", "returned", "barred"};

const char *payment_state_name(enum payment_state state)
{
    return state_names[state];
}

static void *grown(void *items, size_t count, size_t item_size)
{
    bool is_full = count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
    if (!is_full) {
        return items;
    }
    void *more = realloc(items, (count == 0 ? FIRST_ROOM : count * 2) * item_size);
    if (more == NULL) {
        fprintf(stderr, "kouan-bank: out of memory with %zu items\n", count);
        abort();
    }
    return more;
}

void books_create(struct books *books, size_t count_max)
{
    *books = (struct books){.payment_count_max = count_max, .advice_count_max = count_max};
    map_create(&books->by_key, FIRST_ROOM);
    map_create(&books->by_reference, FIRST_ROOM);
    map_create(&books->by_bank_reference, FIRST_ROOM);
    map_create(&books->by_account, FIRST_ROOM);
}

void books_destroy(struct books *books)
{
    map_destroy(&books->by_key);
    map_destroy(&books->by_reference);
    map_destroy(&books->by_bank_reference);
    map_destroy(&books->by_account);
    free(books->payments);
    free(books->advices);
    free(books->accounts);
    *books = (struct books){0};
}

static uint64_t hash_text(const char *text)
{
    return hash_bytes(text, strlen(text));
}

static struct payment *payment_find(const struct books *books, const char *key)
{
    size_t cursor;
    uint64_t hash = hash_text(key);
    for (uint32_t i = map_first(&books->by_key, hash, &cursor); i != MAP_NONE;
         i = map_next(&books->by_key, hash, &cursor)) {
        if (strcmp(books->payments[i].key, key) == 0) {
            return &books->payments[i];
        }
    }
    return NULL;
}

const struct payment *books_payment(const struct books *books, const char *key)
{
    return payment_find(books, key);
}

const struct payment *books_payment_by_reference(const struct books *books, const char *reference)
{
    size_t cursor;
    uint32_t found = MAP_NONE;
    uint64_t hash = hash_text(reference);
    for (uint32_t i = map_first(&books->by_reference, hash, &cursor); i != MAP_NONE;
         i = map_next(&books->by_reference, hash, &cursor)) {
        bool is_later = found == MAP_NONE || i > found;
        if (is_later && strcmp(books->payments[i].reference, reference) == 0) {
            found = i;
        }
    }
    return found == MAP_NONE ? NULL : &books->payments[found];
}

static struct advice *advice_find(const struct books *books, const char *bank_reference)
{
    size_t cursor;
    uint64_t hash = hash_text(bank_reference);
    for (uint32_t i = map_first(&books->by_bank_reference, hash, &cursor); i != MAP_NONE;
         i = map_next(&books->by_bank_reference, hash, &cursor)) {
        if (strcmp(books->advices[i].bank_reference, bank_reference) == 0) {
            return &books->advices[i];
        }
    }
    return NULL;
}

const struct advice *books_advice(const struct books *books, const char *bank_reference)
{
    return advice_find(books, bank_reference);
}

static struct books_account *account_find(const struct books *books, const char *number)
{
    size_t cursor;
    uint64_t hash = hash_text(number);
    for (uint32_t i = map_first(&books->by_account, hash, &cursor); i != MAP_NONE;
         i = map_next(&books->by_account, hash, &cursor)) {
        if (strcmp(books->accounts[i].number, number) == 0) {
            return &books->accounts[i];
        }
    }
    return NULL;
}

const struct books_account *books_account(const struct books *books, const char *number)
{
    return account_find(books, number);
}

const struct books_day *books_day(const struct books *books, date_days day)
{
    for (size_t i = books->day_count; i > 0; i--) {
        if (books->days[i - 1].day == day) {
            return &books->days[i - 1];
        }
    }
    return NULL;
}

static struct books_day *day_make(struct books *books, date_days day)
{
    for (size_t i = books->day_count; i > 0; i--) {
        if (books->days[i - 1].day == day) {
            return &books->days[i - 1];
        }
    }
    assert(books->day_count < BOOKS_DAY_COUNT_MAX);
    struct books_day *made = &books->days[books->day_count++];
    *made = (struct books_day){.day = day};
    return made;
}

/* Amounts are at most 10^12 and there are fewer than 2^32 of them: no sum of theirs can fail. */
static int64_t sum(int64_t a, int64_t b)
{
    int64_t total;
    bool has_room = amount_add(a, b, &total);
    assert(has_room);
    return total;
}

static void tally_add(struct tally *tally, int64_t amount_minor)
{
    tally->count++;
    tally->minor = sum(tally->minor, amount_minor);
}

/* Accounts nobody named, or more than there is room for, are not kept. */
static void account_move(struct books *books, const char *number, int64_t amount_minor)
{
    if (number[0] == '\0') {
        return;
    }
    struct books_account *account = account_find(books, number);
    if (account == NULL) {
        if (books->account_count == BOOKS_ACCOUNT_COUNT_MAX) {
            return;
        }
        books->accounts = grown(books->accounts, books->account_count, sizeof *books->accounts);
        account = &books->accounts[books->account_count];
        *account = (struct books_account){.balance_minor = 0};
        memcpy(account->number, number, strlen(number) + 1);
        map_put(&books->by_account, hash_text(number), (uint32_t)books->account_count++);
    }
    account->balance_minor = sum(account->balance_minor, amount_minor);
}

static void payment_move(struct books *books, const struct payment *payment, int64_t amount_minor)
{
    account_move(books, payment->debtor_account, -amount_minor);
    account_move(books, payment->creditor_account, amount_minor);
}

static bool is_paid_elsewhere(const struct books *books, const struct payment *payment)
{
    size_t cursor;
    uint64_t hash = hash_text(payment->reference);
    for (uint32_t i = map_first(&books->by_reference, hash, &cursor); i != MAP_NONE;
         i = map_next(&books->by_reference, hash, &cursor)) {
        const struct payment *other = &books->payments[i];
        if (other != payment && other->state == PAYMENT_PAID &&
            strcmp(other->reference, payment->reference) == 0) {
            return true;
        }
    }
    return false;
}

static void payment_decide(struct books *books, struct payment *payment, const struct fact *fact)
{
    assert(payment != NULL);
    memcpy(payment->code, fact->code, sizeof payment->code);
    payment->day = fact->day;
    if (strcmp(fact->code, "09") == 0) {
        payment->state = PAYMENT_PENDING;
        return;
    }
    if (strcmp(fact->code, "00") != 0) {
        payment->state = PAYMENT_REJECTED;
        return;
    }
    payment->state = PAYMENT_PAID;
    tally_add(&day_make(books, fact->day)->paid, payment->amount_minor);
    payment_move(books, payment, payment->amount_minor);
    if (is_paid_elsewhere(books, payment)) {
        books->double_count++;
    }
}

static struct payment *payment_add(struct books *books, const char *key)
{
    books->payments = grown(books->payments, books->payment_count, sizeof *books->payments);
    struct payment *payment = &books->payments[books->payment_count];
    *payment = (struct payment){.state = PAYMENT_BARRED};
    memcpy(payment->key, key, strlen(key) + 1);
    map_put(&books->by_key, hash_text(key), (uint32_t)books->payment_count++);
    return payment;
}

static void payment_apply(struct books *books, const struct fact *fact)
{
    struct payment *payment = payment_find(books, fact->key);
    if (payment == NULL) {
        payment = payment_add(books, fact->key);
    }
    memcpy(payment->reference, fact->reference, sizeof payment->reference);
    memcpy(payment->rrn, fact->rrn, sizeof payment->rrn);
    memcpy(payment->authorization, fact->authorization, sizeof payment->authorization);
    memcpy(payment->debtor_account, fact->debtor_account, sizeof payment->debtor_account);
    memcpy(payment->creditor_account, fact->creditor_account, sizeof payment->creditor_account);
    memcpy(payment->creditor_bank, fact->creditor_bank, sizeof payment->creditor_bank);
    payment->amount_minor = fact->amount_minor;
    payment->currency = fact->currency;
    payment->digest = fact->digest;
    payment->decide_us = fact->decide_us;
    map_put(
        &books->by_reference, hash_text(payment->reference), (uint32_t)(payment - books->payments));
    payment_decide(books, payment, fact);
}

static void
payment_undo(struct books *books, struct payment *payment, date_days day, enum payment_state state)
{
    assert(payment != NULL);
    if (payment->state == PAYMENT_PAID) {
        tally_add(&day_make(books, day)->reversed, payment->amount_minor);
        payment_move(books, payment, -payment->amount_minor);
    }
    payment->state = state;
    payment->undone_day = day;
}

static void bar_apply(struct books *books, const struct fact *fact)
{
    struct payment *payment = payment_add(books, fact->key);
    payment->day = fact->day;
    payment->undone_day = fact->day;
}

static void advice_apply(struct books *books, const struct fact *fact)
{
    books->advices = grown(books->advices, books->advice_count, sizeof *books->advices);
    struct advice *advice = &books->advices[books->advice_count];
    *advice = (struct advice){
        .amount_minor = fact->amount_minor, .currency = fact->currency, .day = fact->day};
    memcpy(advice->bank_reference, fact->bank_reference, sizeof advice->bank_reference);
    memcpy(advice->payment_reference, fact->payment_reference, sizeof advice->payment_reference);
    memcpy(advice->payer, fact->payer, sizeof advice->payer);
    memcpy(advice->returned_key, fact->returned_key, sizeof advice->returned_key);
    map_put(&books->by_bank_reference,
            hash_text(advice->bank_reference),
            (uint32_t)books->advice_count++);
    if (advice->returned_key[0] != '\0') {
        payment_undo(books, payment_find(books, fact->returned_key), fact->day, PAYMENT_RETURNED);
        return;
    }
    tally_add(&day_make(books, fact->day)->received, fact->amount_minor);
    account_move(books, fact->creditor_account, fact->amount_minor);
}

static void answer_apply(struct books *books, const struct fact *fact)
{
    struct advice *advice = advice_find(books, fact->bank_reference);
    assert(advice != NULL);
    memcpy(advice->code, fact->code, sizeof advice->code);
    advice->answered_day = fact->day;
    books->answered_count++;
    if (strcmp(fact->code, "00") == 0) {
        tally_add(&day_make(books, fact->day)->acknowledged, advice->amount_minor);
    }
}

static const char *refuse_amount(const struct fact *fact)
{
    bool is_right = fact->amount_minor > 0 && fact->amount_minor <= INT64_C(999999999999) &&
                    fact->currency > 0 && fact->currency <= 999;
    return is_right ? NULL : "amount or currency out of range";
}

static const char *refuse_payment(const struct books *books, const struct fact *fact)
{
    const struct payment *known = payment_find(books, fact->key);
    if (known != NULL && known->state != PAYMENT_BARRED) {
        return "payment known already";
    }
    if (known != NULL && (strcmp(fact->code, "00") == 0 || strcmp(fact->code, "09") == 0)) {
        return "payment was barred";
    }
    if (known == NULL && books->payment_count == books->payment_count_max) {
        return "too many payments";
    }
    return strlen(fact->code) == 2 ? refuse_amount(fact) : "no code";
}

static const char *refuse_advice(const struct books *books, const struct fact *fact)
{
    if (fact->bank_reference[0] == '\0' || advice_find(books, fact->bank_reference) != NULL) {
        return "advice without number or known already";
    }
    if (books->advice_count == books->advice_count_max) {
        return "too many advices";
    }
    if (fact->returned_key[0] != '\0') {
        const struct payment *payment = payment_find(books, fact->returned_key);
        if (payment == NULL || payment->state != PAYMENT_PAID) {
            return "no such payment stands as paid";
        }
    }
    return refuse_amount(fact);
}

static const char *refuse_by_kind(const struct books *books, const struct fact *fact)
{
    const struct payment *payment = payment_find(books, fact->key);
    const struct advice *advice = advice_find(books, fact->bank_reference);
    switch (fact->kind) {
    case FACT_DAY:
        return fact->day > books->day ? NULL : "days go forward only";
    case FACT_PAYMENT:
        return refuse_payment(books, fact);
    case FACT_DECISION:
        return payment != NULL && payment->state == PAYMENT_PENDING ? NULL : "nothing pending";
    case FACT_REVERSAL:
        return payment != NULL && payment->state <= PAYMENT_PENDING ? NULL : "nothing to reverse";
    case FACT_BAR:
        if (books->payment_count == books->payment_count_max) {
            return "too many payments";
        }
        return payment == NULL ? NULL : "payment known already";
    case FACT_ADVICE:
        return refuse_advice(books, fact);
    case FACT_ANSWER:
        return advice != NULL && advice->code[0] == '\0' ? NULL : "no advice is waiting";
    }
    return "unknown fact";
}

const char *books_refuse(const struct books *books, const struct fact *fact)
{
    if (fact->day == DATE_NONE || (books->day == DATE_NONE && fact->kind != FACT_DAY)) {
        return "no business day";
    }
    if (books->day_count >= BOOKS_DAY_COUNT_MAX - 1 && books_day(books, fact->day) == NULL) {
        return "too many days";
    }
    return refuse_by_kind(books, fact);
}

void books_apply(struct books *books, const struct fact *fact)
{
    struct payment *payment = NULL;
    switch (fact->kind) {
    case FACT_DAY:
        books->day = fact->day;
        (void)day_make(books, fact->day);
        return;
    case FACT_PAYMENT:
        payment_apply(books, fact);
        return;
    case FACT_DECISION:
        payment = payment_find(books, fact->key);
        payment_decide(books, payment, fact);
        return;
    case FACT_REVERSAL:
        payment = payment_find(books, fact->key);
        payment_undo(books, payment, fact->day, PAYMENT_REVERSED);
        return;
    case FACT_BAR:
        bar_apply(books, fact);
        return;
    case FACT_ADVICE:
        advice_apply(books, fact);
        return;
    case FACT_ANSWER:
        answer_apply(books, fact);
        return;
    }
}
