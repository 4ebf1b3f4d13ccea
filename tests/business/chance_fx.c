/* Random receipts of individuals, and what becomes of them. */
#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/fx/conversion.h"
#include "gateway/business/fx/fx_account.h"
#include "gateway/business/fx/fx_quota.h"
#include "gateway/business/fx/fx_rate.h"
#include "gateway/business/fx/fx_refund.h"
#include "gateway/business/fx/screening.h"
#include "gateway/business/party/party_record.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

enum {
    RECEIPT_MAX = 3000000, /* of the smallest unit: two of them may be more than the quota */
};

/* CNY is nobody's receipt. */
static const enum currency currencies[] = {CURRENCY_USD, CURRENCY_USD, CURRENCY_RUB, CURRENCY_CNY};

static void register_person(struct random_world *random)
{
    struct party_register person = {.kind = PARTY_INDIVIDUAL};
    TEXT_PUT(person.id, "wang");
    TEXT_PUT(person.person_name, "王示例");
    TEXT_PUT(person.id_card, "999999199001010016");
    run(random, ROLE_OPERATOR, "ops", "party.register", &person);
    struct party_change activate = {0};
    TEXT_PUT(activate.id, "wang");
    run(random, ROLE_OPERATOR, "ops", "party.activate", &activate);
    struct fx_account_open open = {0};
    run(random, ROLE_MERCHANT, "wang", "fx_account.open", &open);
}

static void set_rates(struct random_world *random)
{
    struct fx_rate_set rate = {
        .currency = draw(random, 2) == 0 ? CURRENCY_USD : CURRENCY_RUB,
        .day = world_today(random->world) - (date_days)draw(random, 12),
        .rate = 1 + (int64_t)draw(random, 9000000),
    };
    TEXT_PUT(rate.source, "random");
    run(random, ROLE_OPERATOR, "ops", "fx_rate.set", &rate);
}

static void change_lists(struct random_world *random)
{
    struct screening_set set = {
        .kind = SCREENING_PAYER,
        .action = SCREENING_CLEAR + (int32_t)draw(random, 3),
        .valid_from = world_today(random->world),
    };
    TEXT_PUT(set.value, PICK(random, "A", "B"));
    TEXT_PUT(set.source, "random");
    run(random, ROLE_OPERATOR, "ops", "screening.set", &set);
}

void receive_abroad(struct random_world *random)
{
    const struct fx_account *account = sample(random, DOCUMENT_FX_ACCOUNT);
    if (account == NULL) {
        register_person(random);
        return;
    }
    struct funds_receive funds = {
        .amount = {1 + (int64_t)draw(random, RECEIPT_MAX), currencies[draw(random, 4)]},
        .value_date = world_today(random->world),
    };
    TEXT_PUT(funds.payment_reference, account->id);
    TEXT_PUT(funds.payer_name, PICK(random, "", "A", "B", "C", "C", "D"));
    snprintf(funds.bank_reference, sizeof(funds.bank_reference), "A%d", (int)random->command_count);
    run(random, ROLE_BANK, "bank", "funds.receive", &funds);
    if (draw(random, 4) == 0) {
        change_lists(random);
    }
    if (draw(random, 2) == 0) {
        set_rates(random);
    }
}

/* A part of what is left, all of it, sometimes too much. */
static struct money draw_part(struct random_world *random, struct money rest)
{
    switch (draw(random, 4)) {
    case 0:
        rest.minor++;
        break;
    case 1:
        rest.minor = 1 + (int64_t)draw(random, RECEIPT_MAX);
        break;
    default:
        break;
    }
    rest.minor += rest.minor == 0;
    return rest;
}

static void convert(struct random_world *random, const struct fx_receipt *receipt)
{
    struct fx_quote_publish publish = {
        .currency = (int32_t)receipt->amount.currency,
        .side = FX_BUY_SPOT,
        .rate = 1 + (int64_t)draw(random, 9000000),
        .valid_from = random->now,
        .valid_until = random->now + 60 * INSTANT_US_PER_SECOND,
    };
    run(random, ROLE_BANK, "bank", "fx_quote.publish", &publish);
    struct fx_quote_lock lock = {
        .currency = publish.currency,
        .side = FX_BUY_SPOT,
        .rate = publish.rate,
    };
    TEXT_PUT(lock.bank, "bank");
    struct conversion_execute execute = {.amount = draw_part(random, receipt->unused)};
    TEXT_PUT(execute.receipt, receipt->id);
    const struct fx_quote *quote = run(random, ROLE_MERCHANT, "wang", "fx_quote.lock", &lock);
    if (quote != NULL) {
        TEXT_PUT(execute.quote, quote->id);
        run(random, ROLE_MERCHANT, "wang", "conversion.execute", &execute);
    }
}

void decide_receipt(struct random_world *random)
{
    const struct fx_receipt *sampled = sample(random, DOCUMENT_FX_RECEIPT);
    if (sampled == NULL) {
        return;
    }
    struct fx_receipt receipt = *sampled;
    struct fx_receipt_decide decide = {0};
    struct fx_receipt_return back = {.amount = draw_part(random, receipt.unused)};
    struct fx_quota_confirm use = {0};
    struct fx_refund_order refund = {.amount = draw_part(random, receipt.unused)};
    TEXT_PUT(decide.receipt, receipt.id);
    TEXT_PUT(decide.reason, "random");
    TEXT_PUT(back.receipt, receipt.id);
    TEXT_PUT(use.receipt, receipt.id);
    TEXT_PUT(refund.receipt, receipt.id);
    TEXT_PUT(refund.reason, "random");
    bool is_whole = receipt.state != FX_RECEIPT_CLEARED && draw(random, 4) != 0;
    back.amount = is_whole ? receipt.amount : back.amount;
    switch (draw(random, 8)) {
    case 0:
        run(random, ROLE_OPERATOR, "ops", "fx_receipt.clear", &decide);
        break;
    case 1:
        run(random, ROLE_OPERATOR, "ops", "fx_receipt.reject", &decide);
        break;
    case 2:
        run(random, ROLE_BANK, "bank", "fx_receipt.return", &back);
        break;
    case 3:
        run(random, ROLE_MERCHANT, "wang", "fx_receipt.refund", &refund);
        break;
    case 4:
        convert(random, &receipt);
        break;
    default:
        run(random, ROLE_MERCHANT, "wang", "fx_receipt.use_quota", &use);
        break;
    }
}

void end_refund(struct random_world *random)
{
    const struct fx_refund *refund = sample(random, DOCUMENT_FX_REFUND);
    if (refund == NULL) {
        return;
    }
    struct fx_refund_confirm confirm = {0};
    struct fx_refund_decline decline = {0};
    TEXT_PUT(confirm.refund, refund->id);
    TEXT_PUT(confirm.bank_reference, "P");
    TEXT_PUT(decline.refund, refund->id);
    TEXT_PUT(decline.reason, "random");
    if (draw(random, 2) == 0) {
        run(random, ROLE_BANK, "bank", "fx_refund.confirm", &confirm);
    } else {
        run(random, ROLE_BANK, "bank", "fx_refund.decline", &decline);
    }
}
