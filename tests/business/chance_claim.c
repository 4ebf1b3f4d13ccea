#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/compensation/recovery.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

/* Money that comes to the bank with this reference. */
static void be_paid(struct random_world *random, const char *payment_reference)
{
    struct funds_receive funds = {
        .amount = draw_amount(random),
        .value_date = world_today(random->world),
    };
    TEXT_PUT(funds.payment_reference, payment_reference);
    snprintf(funds.bank_reference, sizeof(funds.bank_reference), "I%d", (int)random->command_count);
    run(random, ROLE_BANK, "bank", "funds.receive", &funds);
}

static void fill_fund(struct random_world *random, const char *insurer)
{
    struct insurer_fund_open open = {0};
    const struct insurer_fund_answer *opened =
        run(random, ROLE_INSURER, insurer, "insurer_fund.open", &open);
    if (opened != NULL) {
        char reference[sizeof(opened->payment_reference)];
        TEXT_PUT(reference, opened->payment_reference);
        be_paid(random, reference);
    }
}

void insure(struct random_world *random)
{
    struct policy_cover cover = {
        .cause = CAUSE_INSOLVENCY,
        .ratio_bp = 1 + (int64_t)draw(random, BASIS_POINTS),
        .notice_days = 30,
    };
    struct policy_terms terms = {
        .limit = draw_amount(random),
        .valid_from = world_today(random->world) - 5,
        .valid_to = world_today(random->world) + (date_days)draw(random, 60),
        .fast_track = draw_amount_or_none(random),
        .declaration_days = 5,
        .claim_days = 90,
        .decision_days = 5,
        .covers = {&cover, 1},
    };
    int64_t share_bp = 1 + (int64_t)draw(random, BASIS_POINTS - 1);
    struct policy_share shares[] = {
        {.insurer = "insurer",   .share_bp = share_bp               },
        {.insurer = "insurer-2", .share_bp = BASIS_POINTS - share_bp},
    };
    if (draw(random, 2) == 0) {
        terms.shares = (struct list){shares, 2};
    }
    TEXT_PUT(terms.insured, PICK(random, "shop", "mall"));
    const struct policy_answer *registered =
        run(random, ROLE_INSURER, "insurer", "policy.register", &terms);
    if (registered == NULL) {
        return;
    }
    struct policy_named named = {0};
    TEXT_PUT(named.policy, registered->policy);
    run(random, ROLE_OPERATOR, "ops", "policy.activate", &named);
    struct buyer_limit_set limit = {
        .status = BUYER_LIMIT_ACTIVE,
        .limit = draw_amount(random),
        .effective_from = terms.valid_from,
    };
    TEXT_PUT(limit.policy, named.policy);
    TEXT_PUT(limit.buyer, "B");
    TEXT_PUT(limit.buyer_name, "B");
    TEXT_PUT(limit.country, "RU");
    run(random, ROLE_INSURER, "insurer", "buyer_limit.set", &limit);
    fill_fund(random, "insurer");
    fill_fund(random, "insurer-2");
}

static void submit_evidence(struct random_world *random, const struct shipment *shipment)
{
    for (int32_t kind = 1; kind <= CLAIM_EVIDENCE_KIND_COUNT; kind++) {
        struct claim_evidence_submit command = {
            .kind = kind,
            .amount = shipment->amount,
            .dated_on = shipment->shipped_on,
        };
        bool is_own = kind == CLAIM_EVIDENCE_CONTRACT || kind == CLAIM_EVIDENCE_INVOICE;
        TEXT_PUT(command.shipment, shipment->key);
        TEXT_PUT(command.number, shipment->invoice);
        TEXT_PUT(command.digest, "0");
        run(random,
            is_own ? ROLE_MERCHANT : ROLE_OPERATOR,
            is_own ? shipment->insured : "ops",
            "claim_evidence.submit",
            &command);
    }
}

void ship_and_claim(struct random_world *random)
{
    const struct policy *policy = sample(random, DOCUMENT_POLICY);
    if (policy == NULL) {
        return;
    }
    date_days today = world_today(random->world);
    char insured[PARTY_ID_SIZE];
    TEXT_PUT(insured, policy->terms.insured);
    struct shipment_declare declare = {
        .amount = draw_amount(random),
        .shipped_on = today,
        .due_on = today + 30,
    };
    TEXT_PUT(declare.policy, policy->id);
    TEXT_PUT(declare.buyer, "B");
    snprintf(declare.invoice, sizeof(declare.invoice), "I%d", (int)draw(random, 200));
    const struct shipment_answer *declared =
        run(random, ROLE_MERCHANT, insured, "shipment.declare", &declare);
    if (declared == NULL) {
        return;
    }
    struct shipment_named named = {0};
    TEXT_PUT(named.shipment, declared->shipment);
    if (draw(random, 5) == 0) {
        run(random, ROLE_MERCHANT, insured, "shipment.paid", &named);
    }
    const struct shipment *shipment =
        world_document(random->world, DOCUMENT_SHIPMENT, named.shipment);
    struct shipment kept = *shipment;
    submit_evidence(random, &kept);
    struct loss_notice_file notice = {
        .cause = CAUSE_INSOLVENCY,
        .loss = declare.amount,
        .happened_on = today,
    };
    TEXT_PUT(notice.shipment, named.shipment);
    run(random, ROLE_MERCHANT, insured, "loss_notice.file", &notice);
    struct shipment_dispute dispute = {.reason = "late"};
    TEXT_PUT(dispute.shipment, named.shipment);
    uint64_t chance = draw(random, 6);
    if (chance <= 1) {
        run(random, ROLE_INSURER, "insurer", "claim.dispute", &dispute);
    }
    if (chance == 1) {
        run(random, ROLE_OPERATOR, "ops", "claim.resolve_dispute", &dispute);
    }
    struct claim_file file = {.payee = (int32_t)draw(random, CLAIM_PAYEE_BUYER + 1)};
    TEXT_PUT(file.shipment, named.shipment);
    run(random, ROLE_MERCHANT, insured, "claim.file", &file);
    run(random, ROLE_MERCHANT, insured, "claim.file", &file);
}

void settle_claim(struct random_world *random)
{
    const struct claim *claim = sample(random, DOCUMENT_CLAIM);
    if (claim == NULL) {
        return;
    }
    struct claim_named named = {0};
    struct recovery_receive receive = {.amount = draw_amount(random)};
    struct recovery_share share = {.cost = draw_amount_or_none(random)};
    struct claim_decide decide = {.amount = draw_amount_or_none(random)};
    char insured[PARTY_ID_SIZE];
    TEXT_PUT(insured, claim->insured);
    TEXT_PUT(named.claim, claim->id);
    TEXT_PUT(receive.claim, claim->id);
    TEXT_PUT(share.claim, claim->id);
    TEXT_PUT(decide.claim, claim->id);
    receive.amount.minor = 1 + receive.amount.minor / 8;
    share.cost.minor = share.cost.minor / 32;
    share.cost.currency = share.cost.minor == 0 ? CURRENCY_NONE : CURRENCY_CNY;
    run(random, ROLE_INSURER, "insurer", "claim.approve", &named);
    run(random, ROLE_MERCHANT, insured, "recovery.receive", &receive);
    run(random, ROLE_INSURER, "insurer", "recovery.share", &share);
    if (draw(random, 3) == 0) {
        run(random, ROLE_OPERATOR, "ops", "claim.decide_finally", &decide);
    }
    run(random, ROLE_MERCHANT, insured, "claim.pay_recourse", &named);
}

static void refund_buyer(struct random_world *random, const struct claim *claim)
{
    struct refund_pay pay = {.amount = draw_amount_or_none(random)};
    char insured[PARTY_ID_SIZE];
    TEXT_PUT(insured, claim->insured);
    TEXT_PUT(pay.claim, claim->id);
    TEXT_PUT(pay.bank, "bank");
    TEXT_PUT(pay.creditor_name, "A");
    TEXT_PUT(pay.creditor_account, "1");
    TEXT_PUT(pay.creditor_bank, "1");
    pay.amount.minor /= 8;
    pay.amount.currency = pay.amount.minor == 0 ? CURRENCY_NONE : CURRENCY_CNY;
    run(random, ROLE_MERCHANT, insured, "refund.pay", &pay);
}

static void recover(struct random_world *random, const struct claim *claim)
{
    struct claim_named named = {0};
    TEXT_PUT(named.claim, claim->id);
    const struct recovery_reference *opened =
        run(random, ROLE_INSURER, "insurer", "recovery.open", &named);
    if (opened != NULL) {
        char reference[sizeof(opened->payment_reference)];
        TEXT_PUT(reference, opened->payment_reference);
        be_paid(random, reference);
    }
}

static void withdraw(struct random_world *random)
{
    struct insurer_fund_withdraw withdraw = {.amount = draw_amount(random)};
    TEXT_PUT(withdraw.bank, "bank");
    TEXT_PUT(withdraw.creditor_name, "A");
    TEXT_PUT(withdraw.creditor_account, "1");
    TEXT_PUT(withdraw.creditor_bank, "1");
    withdraw.amount.minor = 1 + withdraw.amount.minor / 8;
    const char *insurer = PICK(random, "insurer", "insurer-2");
    run(random, ROLE_INSURER, insurer, "insurer_fund.withdraw", &withdraw);
}

void disturb_claim(struct random_world *random)
{
    const struct claim *claim = sample(random, DOCUMENT_CLAIM);
    const struct policy *policy = sample(random, DOCUMENT_POLICY);
    struct policy_named named = {0};
    struct claim_refuse refuse = {.reason = CLAIM_REFUSAL_EVIDENCE, .explanation = "x"};
    if (claim == NULL || policy == NULL) {
        return;
    }
    switch (draw(random, 5)) {
    case 0:
        TEXT_PUT(named.policy, policy->id);
        run(random, ROLE_INSURER, "insurer", "policy.cancel", &named);
        break;
    case 1:
        TEXT_PUT(refuse.claim, claim->id);
        run(random, ROLE_OPERATOR, "ops", "claim.refuse", &refuse);
        break;
    case 2:
        refund_buyer(random, claim);
        break;
    case 3:
        recover(random, claim);
        break;
    default:
        withdraw(random);
        break;
    }
}
