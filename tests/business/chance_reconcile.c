#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

enum {
    LINE_COUNT_MAX = 256,
    LARGE = 1000000, /* without it the bank would be overdrawn, which the book refuses */
    PAID = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
    DOUBTFUL = 1U << PAYMENT_SENT | 1U << PAYMENT_IN_DOUBT,
};

/* A bank's statement in the making. */
struct draft {
    struct random_world *random;
    date_days day;
    size_t count;
    struct reconciliation_line lines[LINE_COUNT_MAX];
    size_t missing_count;
    struct reconciliation_missing missing[LINE_COUNT_MAX];
};

static struct reconciliation_line line_of(const struct draft *draft,
                                          enum entry_side side,
                                          int64_t amount_minor,
                                          const char *bank_reference,
                                          const char *payment_reference)
{
    struct reconciliation_line line = {
        .day = draft->day,
        .side = (int32_t)side,
        .amount = {amount_minor, CURRENCY_CNY},
        .value_date = draft->day,
    };
    TEXT_PUT(line.bank, "bank");
    TEXT_PUT(line.bank_reference, bank_reference);
    TEXT_PUT(line.payment_reference, payment_reference);
    return line;
}

/* As it should be most often; also lost, of another amount, or twice. */
static void draft_line(struct draft *draft, struct reconciliation_line line)
{
    uint64_t chance = line.amount.minor > LARGE ? 3 : draw(draft->random, 12);
    int copies = chance == 0 ? 0 : (chance == 1 ? 2 : 1);
    line.amount.minor += chance == 2;
    for (; copies > 0 && draft->count < LINE_COUNT_MAX; copies--) {
        draft->lines[draft->count++] = line;
    }
}

static void draft_payment(void *context, const void *data)
{
    struct draft *draft = context;
    const struct payment *payment = data;
    if (strcmp(payment->bank, "bank") != 0) {
        return;
    }
    unsigned state = 1U << payment->state;
    bool is_undone = payment->undone_day != DATE_NONE;
    bool is_netted =
        payment->state == PAYMENT_REJECTED && payment->amount.minor % 3 == 0; /* on both days */
    bool is_doubtful = (state & DOUBTFUL) != 0 && draw(draft->random, 3) == 0;
    bool is_paid = (state & PAID) != 0 || (is_undone && !is_netted);
    date_days paid_on = is_doubtful ? payment->business_day : payment->settlement_day;
    int64_t amount = payment->amount.minor;
    if ((is_paid || is_doubtful) && paid_on == draft->day && payment->reconciled[0] == '\0') {
        draft_line(draft, line_of(draft, ENTRY_DEBIT, amount, payment->id, payment->id));
    }
    bool is_back = (is_undone && !is_netted && payment->undone_day == draft->day &&
                    payment->undo_reconciled[0] == '\0') ||
                   (is_doubtful && draw(draft->random, 3) == 0);
    if (is_back) {
        draft_line(draft, line_of(draft, ENTRY_CREDIT, amount, payment->id, payment->id));
    }
}

static void draft_funds(void *context, const void *data)
{
    struct draft *draft = context;
    const struct funds *funds = data;
    if (strcmp(funds->bank, "bank") != 0) {
        return;
    }
    if (funds->value_date == draft->day && funds->amount.currency == CURRENCY_CNY &&
        funds->reconciled[0] == '\0') {
        draft_line(draft,
                   line_of(draft,
                           ENTRY_CREDIT,
                           funds->amount.minor,
                           strchr(funds->key, '/') + 1,
                           funds->payment_reference));
    }
}

/* What nobody expects: charges, strangers' money, other days' items once more. */
static void draft_odd(struct draft *draft)
{
    struct random_world *random = draft->random;
    const struct payment *payment = sample(random, DOCUMENT_PAYMENT);
    char bank_reference[41];
    snprintf(bank_reference, sizeof bank_reference, "O%d", (int)random->command_count);
    enum entry_side side = draw(random, 2) == 0 ? ENTRY_CREDIT : ENTRY_DEBIT;
    bool is_named = payment != NULL && draw(random, 2) == 0;
    int64_t amount =
        is_named && draw(random, 2) == 0 ? payment->amount.minor : 1 + (int64_t)draw(random, 20000);
    draft_line(draft,
               line_of(draft, side, amount, bank_reference, is_named ? payment->id : "charges"));
}

static void shuffle(struct draft *draft)
{
    for (size_t i = 0; i < draft->count; i++) {
        size_t other = i + draw(draft->random, draft->count - i);
        struct reconciliation_line line = draft->lines[i];
        draft->lines[i] = draft->lines[other];
        draft->lines[other] = line;
        draft->lines[i].line = (int64_t)i + 1;
    }
}

static bool post_open(struct draft *draft)
{
    struct reconciliation_open open = {
        .day = draft->day,
        .line_count = (int64_t)draft->count,
        .credits = {0, CURRENCY_CNY},
        .debits = {0, CURRENCY_CNY},
    };
    TEXT_PUT(open.bank, "bank");
    TEXT_PUT(open.statement, "random");
    for (size_t i = 0; i < draft->count; i++) {
        bool is_credit = draft->lines[i].side == ENTRY_CREDIT;
        (is_credit ? &open.credits : &open.debits)->minor += draft->lines[i].amount.minor;
    }
    return run(draft->random, ROLE_OPERATOR, "ops", "reconciliation.open", &open) != NULL;
}

static bool post_lines(struct draft *draft)
{
    bool is_whole = true;
    for (size_t i = 0; i < draft->count; i++) {
        const void *taken =
            run(draft->random, ROLE_BANK, "bank", "reconciliation.line", &draft->lines[i]);
        is_whole = is_whole && taken != NULL;
        if (draw(draft->random, 10) == 0) {
            run(draft->random, ROLE_BANK, "bank", "reconciliation.line", &draft->lines[i]);
        }
        if (draw(draft->random, 10) == 0) {
            answer(draft->random);
        }
    }
    return is_whole;
}

static void add_missing(struct draft *draft, enum item_kind item, const char *key)
{
    if (draft->missing_count < LINE_COUNT_MAX) {
        struct reconciliation_missing *missing = &draft->missing[draft->missing_count++];
        *missing = (struct reconciliation_missing){.day = draft->day, .item = (int32_t)item};
        TEXT_PUT(missing->bank, "bank");
        TEXT_PUT(missing->key, key);
    }
}

static void find_payment(void *context, const void *data)
{
    struct draft *draft = context;
    const struct payment *payment = data;
    if (strcmp(payment->bank, "bank") != 0) {
        return;
    }
    bool is_paid = (PAID & 1U << payment->state) != 0;
    date_days awaited_on = is_paid ? payment->settlement_day : payment->awaited_on;
    if (awaited_on == draft->day && payment->reconciled[0] == '\0') {
        add_missing(draft, ITEM_PAYMENT, payment->id);
    }
    if (payment->awaited_on == draft->day && payment->undo_reconciled[0] == '\0') {
        add_missing(draft, ITEM_REVERSAL, payment->id);
    }
}

static void find_funds(void *context, const void *data)
{
    struct draft *draft = context;
    const struct funds *funds = data;
    if (strcmp(funds->bank, "bank") != 0) {
        return;
    }
    if (funds->settlement_day == draft->day && funds->reconciled[0] == '\0') {
        add_missing(draft, ITEM_FUNDS, funds->key);
    }
}

static bool post_missing(struct draft *draft)
{
    bool is_whole = true;
    world_each(draft->random->world, DOCUMENT_PAYMENT, find_payment, draft);
    world_each(draft->random->world, DOCUMENT_FUNDS, find_funds, draft);
    for (size_t i = 0; i < draft->missing_count; i++) {
        const void *taken =
            run(draft->random, ROLE_OPERATOR, "ops", "reconciliation.missing", &draft->missing[i]);
        assert(taken != NULL);
        taken =
            run(draft->random, ROLE_OPERATOR, "ops", "reconciliation.missing", &draft->missing[i]);
        assert(taken == NULL);
    }
    return is_whole;
}

void reconcile(struct random_world *random)
{
    static struct draft draft;
    const struct bank_day *day = sample(random, DOCUMENT_BANK_DAY);
    for (int i = 0; i < 8 && (day->state == BANK_DAY_OPEN || day->state == BANK_DAY_RECONCILED);
         i++) {
        day = sample(random, DOCUMENT_BANK_DAY);
    }
    if (strcmp(day->bank, "bank") != 0) {
        return;
    }
    draft = (struct draft){.random = random, .day = day->day};
    world_each(random->world, DOCUMENT_PAYMENT, draft_payment, &draft);
    world_each(random->world, DOCUMENT_FUNDS, draft_funds, &draft);
    for (uint64_t i = draw(random, 4); i > 0; i--) {
        draft_odd(&draft);
    }
    shuffle(&draft);
    if (!post_open(&draft)) {
        return; /* not over yet, or reconciled before */
    }
    bool is_whole = post_lines(&draft);
    is_whole = post_missing(&draft) && is_whole;
    struct reconciliation_close close = {.day = draft.day};
    TEXT_PUT(close.bank, "bank");
    const void *closed = run(random, ROLE_OPERATOR, "ops", "reconciliation.close", &close);
    assert((closed != NULL) == is_whole);
}

void settle_difference(struct random_world *random)
{
    const struct difference *difference = sample(random, DOCUMENT_DIFFERENCE);
    if (difference == NULL) {
        return;
    }
    if (difference->state == DIFFERENCE_OPEN) {
        struct difference_propose propose = {
            .adjustment = (int32_t)(ADJUSTMENT_PAYABLE + draw(random, 5)),
        };
        TEXT_PUT(propose.difference, difference->id);
        TEXT_PUT(propose.party, PICK(random, "", "shop", "bank"));
        TEXT_PUT(propose.reason, "random");
        run(random, ROLE_OPERATOR, "ops", "difference.propose", &propose);
        return;
    }
    struct difference_decide decide = {
        .decision = draw(random, 3) == 0 ? DECISION_REFUSE : DECISION_APPROVE,
    };
    TEXT_PUT(decide.difference, difference->id);
    run(random, ROLE_OPERATOR, PICK(random, "ops", "ops-2"), "difference.decide", &decide);
}
