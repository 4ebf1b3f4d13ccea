/* The numbers of one business day of a link run out: the link as the store would give it after
 * 899,998 payments. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/payment.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

enum {
    SHOP = 1,
    BANK = 2,
};

static int64_t command_seq = 10;

static void load_party(struct state *state, const char *id, int64_t number, enum party_kind kind)
{
    struct party party = {.number = number, .kind = (int32_t)kind, .state = PARTY_ACTIVE};
    TEXT_PUT(party.id, id);
    state_load(state, DOCUMENT_PARTY, id, record_copy(&party_record, &party));
}

static void load_link(struct state *state)
{
    struct bank_link link = {
        .state = BANK_LINK_OPEN,
        .business_day = date_from_civil(2026, 11, 1),
        .next_trace = PAYMENT_TRACE_MAX,
        .sent_today = {0, CURRENCY_CNY},
    };
    TEXT_PUT(link.bank, "bank");
    state_load(state, DOCUMENT_BANK_LINK, "bank", record_copy(&bank_link_record, &link));
}

static void fund(struct state *state)
{
    struct account_key debit = {
        .owner = BANK, .purpose = PURPOSE_BANK_SETTLEMENT, .currency = CURRENCY_CNY};
    struct account_key credit = {
        .owner = SHOP, .purpose = PURPOSE_MERCHANT_PAYABLE, .currency = CURRENCY_CNY};
    struct posting posting = {
        .kind = TRANSFER_SINGLE,
        .debit = state_account(state, &debit),
        .credit = state_account(state, &credit),
        .amount = 1000,
    };
    enum outcome outcome = state_post(state, &posting, 1, 1, 1);
    assert(outcome == OUTCOME_OK);
}

static enum verdict
run(struct state *state, rule *run_rule, const char *actor, const void *command, void *answer)
{
    struct context context = {
        .state = state,
        .now = date_start(date_from_civil(2026, 11, 1)),
        .today = date_from_civil(2026, 11, 1),
        .command_seq = ++command_seq,
    };
    state_begin_command(state, context.command_seq);
    context.actor = actor == NULL ? NULL : state_find(state, DOCUMENT_PARTY, actor);
    enum verdict verdict = run_rule(&context, command, answer);
    if (verdict == VERDICT_REFUSED) {
        printf("refused: %s\n", refusal_code_text(context.refusal.code));
        assert(context.refusal.code == REFUSAL_BANK_LINK_TRACE_EXHAUSTED);
        assert(strcmp(context.refusal.facts[0].name, "used") == 0);
        assert(context.refusal.facts[0].integer == 899999);
    }
    return verdict;
}

static struct payment_answer create_and_send(struct state *state, const char *reference)
{
    struct payment_create create = {
        .amount = {100, CURRENCY_CNY}
    };
    struct payment_answer answer;
    TEXT_PUT(create.bank, "bank");
    TEXT_PUT(create.reference, reference);
    enum verdict verdict = run(state, payment_create, "shop", &create, &answer);
    assert(verdict == VERDICT_DONE);
    struct payment_named named = {0};
    TEXT_PUT(named.payment, answer.payment);
    verdict = run(state, payment_send, NULL, &named, &answer);
    assert(verdict == VERDICT_DONE || answer.state == PAYMENT_APPROVED);
    return answer;
}

int main(void)
{
    struct book_limits book_limits = {.account_count_max = 16, .pending_count_max = 16};
    struct state_limits limits = {.document_count_max = 64, .transfer_count_max = 64};
    struct book *book = book_create(&book_limits);
    assert(book != NULL);
    struct state *state = state_create(book, &limits, NULL, NULL);
    load_party(state, "shop", SHOP, PARTY_MERCHANT);
    load_party(state, "bank", BANK, PARTY_BANK);
    load_link(state);
    fund(state);
    struct payment_answer last = create_and_send(state, "S-1");
    assert(last.state == PAYMENT_SENT && last.trace == 899999);
    struct payment_answer none = create_and_send(state, "S-2");
    assert(none.state == PAYMENT_APPROVED);
    struct bank_link_cut_over next = {.new_day = date_from_civil(2026, 11, 2)};
    struct bank_link_answer changed;
    TEXT_PUT(next.bank, "bank");
    enum verdict verdict = run(state, bank_link_cut_over, NULL, &next, &changed);
    assert(verdict == VERDICT_DONE);
    struct payment_named named = {0};
    TEXT_PUT(named.payment, none.payment);
    verdict = run(state, payment_send, NULL, &named, &none);
    assert(verdict == VERDICT_DONE && none.trace == 1);
    state_destroy(state);
    book_destroy(book);
    printf("899,999 payments, the next one a day later\n");
    return 0;
}
