#include "gateway/business/compensation/shipment.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"

static const struct name states[] = {
    {SHIPMENT_DECLARED,    "declared",    "the buyer owes it (已申报)" },
    {SHIPMENT_PAID,        "paid",        "the buyer has paid (已收汇)"},
    {SHIPMENT_CLAIMED,     "claimed",     "a claim is open (索赔中)"   },
    {SHIPMENT_COMPENSATED, "compensated", "a claim was paid (已赔付)"  },
    {0,                    NULL,          NULL                            },
};

#define STATE_FIELD(struct_, flags_)                                                               \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED | (flags_),                                                               \
          .names = states,                                                                         \
          .meaning = "where it stands (状态)")

#define DECLARED_FIELDS(struct_, flags_)                                                           \
    TEXT(struct_, policy, FIELD_REQUIRED | (flags_), .meaning = "the policy (保单号)"),            \
        TEXT(struct_, buyer, FIELD_REQUIRED | (flags_), .meaning = "the buyer's code (买方代码)"), \
        TEXT(struct_, invoice, FIELD_REQUIRED | (flags_), .meaning = "the invoice (发票号)"),      \
        AMOUNT(struct_, amount, FIELD_REQUIRED, "what the buyer owes (发票金额)"),                 \
        FIELD(struct_, shipped_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "shipped (出运日)"),     \
        FIELD(struct_, due_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "to be paid by (应付日)"),   \
        TEXT(struct_, order_reference, (flags_), .meaning = "the order (订单号)")

static const struct field fields[] = {
    TEXT(shipment, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "exporter and invoice"),
    STATE_FIELD(shipment, FIELD_INDEX),
    TEXT(shipment, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who bears it"),
    TEXT(shipment, insured, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "the exporter"),
    DECLARED_FIELDS(shipment, 0),
    FIELD(shipment, covered, FIELD_MONEY, 0, .meaning = "within the buyer's limit (承保金额)"),
    FIELD(shipment, declared_on, FIELD_DATE, 0, .meaning = "declared (申报日)"),
    FIELD(shipment, declare_by, FIELD_DATE, 0, .meaning = "last day in time (申报截止)"),
    FIELD(shipment, is_disputed, FIELD_BOOLEAN, 0, .meaning = "the buyer disputes it (贸易纠纷)"),
    TEXT(shipment, dispute, 0, .meaning = "about what, or how it was settled"),
};
const struct record shipment_record = RECORD(shipment, fields, "A shipment declared (出运申报)");

static const struct field declare_fields[] = {
    DECLARED_FIELDS(shipment_declare, FIELD_CODE),
};
const struct record shipment_declare_record =
    RECORD(shipment_declare, declare_fields, "Declare a shipment (出运申报)");

#define SHIPMENT(struct_, flags_)                                                                  \
    TEXT(struct_, shipment, FIELD_REQUIRED | (flags_), .meaning = "exporter/invoice (出运)")

static const struct field named_fields[] = {
    SHIPMENT(shipment_named, FIELD_CODE),
};
const struct record shipment_named_record = RECORD(shipment_named, named_fields, "Which shipment");

static const struct field dispute_fields[] = {
    SHIPMENT(shipment_dispute, FIELD_CODE),
    TEXT(shipment_dispute, reason, FIELD_REQUIRED, .meaning = "about what, or how settled"),
};
const struct record shipment_dispute_record =
    RECORD(shipment_dispute, dispute_fields, "Whether the debt is disputed (贸易纠纷)");

static const struct field answer_fields[] = {
    SHIPMENT(shipment_answer, 0),
    STATE_FIELD(shipment_answer, 0),
    FIELD(shipment_answer, amount, FIELD_MONEY, 0, .meaning = "what the buyer owes"),
    FIELD(shipment_answer, covered, FIELD_MONEY, 0, .meaning = "within the buyer's limit"),
    FIELD(shipment_answer, declare_by, FIELD_DATE, 0, .meaning = "last day in time"),
    FIELD(shipment_answer, is_late, FIELD_BOOLEAN, 0, .meaning = "declared after it"),
    FIELD(shipment_answer, is_disputed, FIELD_BOOLEAN, 0, .meaning = "the buyer disputes it"),
};
const struct record shipment_answer_record = RECORD(shipment_answer, answer_fields, "A shipment");

static void answer_fill(const struct shipment *shipment, void *answer_out)
{
    struct shipment_answer *answer = answer_out;
    *answer = (struct shipment_answer){
        .state = shipment->state,
        .amount = shipment->amount,
        .covered = shipment->covered,
        .declare_by = shipment->declare_by,
        .is_late = shipment->declared_on > shipment->declare_by,
        .is_disputed = shipment->is_disputed,
    };
    TEXT_PUT(answer->shipment, shipment->key);
}

static void tell(struct context *context, const char *type, const struct shipment *shipment)
{
    const struct party *insurer = party_find(context, shipment->insurer);
    const struct party *insured = party_find(context, shipment->insured);
    struct notice notice;
    notice_begin(&notice, type, shipment->key);
    notice_text(&notice, "policy", shipment->policy);
    notice_money(&notice, "amount", shipment->amount);
    notice_money(&notice, "covered", shipment->covered);
    notice_to(&notice, insurer == NULL ? 0 : insurer->number);
    notice_to(&notice, insured == NULL ? 0 : insured->number);
    notice_send(context, &notice);
}

enum verdict shipment_get(struct context *context, const char *key, struct shipment *shipment_out)
{
    const struct shipment *found = state_find(context->state, DOCUMENT_SHIPMENT, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_SHIPMENT_UNKNOWN, "/shipment");
    }
    *shipment_out = *found;
    return VERDICT_DONE;
}

enum verdict
shipment_get_own(struct context *context, const char *key, struct shipment *shipment_out)
{
    enum verdict verdict = shipment_get(context, key, shipment_out);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, shipment_out->insured)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (shipment_out->state != SHIPMENT_DECLARED) {
        verdict = refuse(context, REFUSAL_SHIPMENT_STATE);
        refusal_text(context, "state", name_by_value(states, shipment_out->state));
    }
    return verdict;
}

/* --- declaring --- */

static enum verdict check_declare(struct context *context,
                                  const struct shipment_declare *command,
                                  struct policy *policy)
{
    enum verdict verdict = check_cny(context, command->amount, "/amount/currency");
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, command->policy, policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, policy->terms.insured)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (command->shipped_on > context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/shipped_on");
    }
    if (command->due_on < command->shipped_on) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/due_on");
    }
    return policy->activated_on != DATE_NONE ? VERDICT_DONE : refuse(context, REFUSAL_POLICY_STATE);
}

/* What the buyer's limit of that day has left for it, at most its amount. */
static int64_t
cover_of(const struct buyer_limit *limit, const struct policy *policy, const struct shipment *it)
{
    const struct buyer_limit_row *row = buyer_limit_on(limit, it->shipped_on);
    if (row == NULL || row->status != BUYER_LIMIT_ACTIVE || row->limit.minor <= limit->used.minor ||
        !policy_is_live(policy, it->shipped_on)) {
        return 0;
    }
    int64_t left = row->limit.minor - limit->used.minor;
    return left < it->amount.minor ? left : it->amount.minor;
}

enum verdict shipment_declare(struct context *context, const void *command_, void *answer_out)
{
    const struct shipment_declare *command = command_;
    struct policy policy;
    enum verdict verdict = check_declare(context, command, &policy);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct buyer_limit *limit = buyer_limit_find(context, policy.id, command->buyer);
    if (limit == NULL) {
        return refuse_field(context, REFUSAL_BUYER_LIMIT_UNKNOWN, "/buyer");
    }
    struct shipment shipment = {
        .state = SHIPMENT_DECLARED,
        .amount = command->amount,
        .shipped_on = command->shipped_on,
        .due_on = command->due_on,
        .declared_on = context->today,
        .declare_by =
            calendar_add_working(context, command->shipped_on, (int)policy.terms.declaration_days),
    };
    TEXT_PUT(shipment.policy, policy.id);
    TEXT_PUT(shipment.insurer, policy.insurer);
    TEXT_PUT(shipment.insured, policy.terms.insured);
    TEXT_PUT(shipment.buyer, command->buyer);
    TEXT_PUT(shipment.invoice, command->invoice);
    TEXT_PUT(shipment.order_reference, command->order_reference);
    snprintf(shipment.key, sizeof(shipment.key), "%s/%s", shipment.insured, shipment.invoice);
    if (state_find(context->state, DOCUMENT_SHIPMENT, shipment.key) != NULL) {
        return refuse_field(context, REFUSAL_SHIPMENT_EXISTS, "/invoice");
    }
    shipment.covered = cny(cover_of(limit, &policy, &shipment));
    buyer_limit_use(context, policy.id, shipment.buyer, shipment.covered.minor);
    state_put(context->state, DOCUMENT_SHIPMENT, &shipment);
    bool is_late = shipment.declared_on > shipment.declare_by;
    tell(context, is_late ? "shipment.declared_late" : "shipment.declared", &shipment);
    answer_fill(&shipment, answer_out);
    return rule_done(context);
}

enum verdict shipment_paid(struct context *context, const void *command_, void *answer_out)
{
    const struct shipment_named *command = command_;
    struct shipment shipment;
    enum verdict verdict = shipment_get_own(context, command->shipment, &shipment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    shipment.state = SHIPMENT_PAID;
    buyer_limit_use(context, shipment.policy, shipment.buyer, -shipment.covered.minor);
    state_put(context->state, DOCUMENT_SHIPMENT, &shipment);
    tell(context, "shipment.paid", &shipment);
    answer_fill(&shipment, answer_out);
    return rule_done(context);
}

/* --- disputes: the debt must be clear before anybody pays for it --- */

static enum verdict
dispute(struct context *context, const struct shipment_dispute *command, bool is_open, void *answer)
{
    struct shipment shipment;
    enum verdict verdict = shipment_get(context, command->shipment, &shipment);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (context->actor_role == ROLE_INSURER && !is_actor(context, shipment.insurer)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    bool may_be = shipment.state == SHIPMENT_DECLARED || shipment.state == SHIPMENT_CLAIMED;
    if (!may_be || shipment.is_disputed == is_open) {
        return refuse(context, REFUSAL_SHIPMENT_STATE);
    }
    shipment.is_disputed = is_open;
    TEXT_PUT(shipment.dispute, command->reason);
    state_put(context->state, DOCUMENT_SHIPMENT, &shipment);
    tell(context, is_open ? "shipment.disputed" : "shipment.dispute_resolved", &shipment);
    answer_fill(&shipment, answer);
    return rule_done(context);
}

enum verdict claim_dispute(struct context *context, const void *command, void *answer_out)
{
    return dispute(context, command, true, answer_out);
}

enum verdict claim_resolve_dispute(struct context *context, const void *command, void *answer_out)
{
    return dispute(context, command, false, answer_out);
}
