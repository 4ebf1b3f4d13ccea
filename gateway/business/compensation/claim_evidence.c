#include "gateway/business/compensation/claim_evidence.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct name kinds[] = {
    {CLAIM_EVIDENCE_CONTRACT,  "contract",  "for at least its amount (合同)"     },
    {CLAIM_EVIDENCE_INVOICE,   "invoice",   "its number and its amount (发票)"   },
    {CLAIM_EVIDENCE_TRANSPORT, "transport", "of the day of shipment (运输单据)"},
    {CLAIM_EVIDENCE_CUSTOMS,   "customs",   "for at least its amount (报关单)"  },
    {0,                        NULL,        NULL                                   },
};

/* What must agree, and whose word it is. */
static const struct {
    bool has_number; /* that of the invoice */
    bool has_amount; /* at least the shipment's */
    bool has_day;    /* that of the shipment */
    bool is_independent;
} wanted[CLAIM_EVIDENCE_KIND_COUNT + 1] = {
    [CLAIM_EVIDENCE_CONTRACT] = {.has_amount = true     },
    [CLAIM_EVIDENCE_INVOICE] = { .has_number = true,     .has_amount = true},
    [CLAIM_EVIDENCE_TRANSPORT] = { .has_day = true, .is_independent = true},
    [CLAIM_EVIDENCE_CUSTOMS] = { .has_amount = true, .is_independent = true},
};

enum {
    INDEPENDENT_KINDS =
        1 << PARTY_LOGISTICS | 1 << PARTY_CUSTOMS | 1 << PARTY_BANK | 1 << PARTY_OPERATOR,
};

#define SUBMITTED_FIELDS(struct_, flags_)                                                          \
    TEXT(struct_, shipment, FIELD_REQUIRED | (flags_), .meaning = "exporter/invoice (出运)"),      \
        FIELD(struct_,                                                                             \
              kind,                                                                                \
              FIELD_ENUM,                                                                          \
              FIELD_REQUIRED,                                                                      \
              .names = kinds,                                                                      \
              .meaning = "which document (单证)"),                                                 \
        TEXT(struct_, number, FIELD_REQUIRED | (flags_), .meaning = "its number (单证号)"),        \
        AMOUNT(struct_, amount, 0, "its amount (金额)"),                                           \
        FIELD(struct_, dated_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "its date (日期)"),        \
        TEXT(struct_, digest, FIELD_REQUIRED | (flags_), .meaning = "its SHA-256, hexadecimal")

static const struct field fields[] = {
    TEXT(claim_evidence, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "shipment and kind"),
    SUBMITTED_FIELDS(claim_evidence, 0),
    TEXT(claim_evidence, insured, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the exporter"),
    TEXT(claim_evidence, submitter, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose word"),
    FIELD(claim_evidence, agrees, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "as declared (相符)"),
};
const struct record claim_evidence_record =
    RECORD(claim_evidence, fields, "Evidence of a trade (贸易单证)");

static const struct field submit_fields[] = {
    SUBMITTED_FIELDS(claim_evidence_submit, FIELD_CODE),
};
const struct record claim_evidence_submit_record =
    RECORD(claim_evidence_submit, submit_fields, "Submit evidence of a trade (提交单证)");

static void key_make(const struct shipment *shipment, int32_t kind, char key_out[DOCUMENT_KEY_SIZE])
{
    int size = snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%d", shipment->key, (int)kind);
    assert(size > 0 && size < DOCUMENT_KEY_SIZE);
}

static bool agrees(const struct claim_evidence_submit *told, const struct shipment *shipment)
{
    bool is_number = strcmp(told->number, shipment->invoice) == 0;
    bool is_amount = told->amount.currency == shipment->amount.currency &&
                     told->amount.minor >= shipment->amount.minor;
    bool is_exact =
        told->kind != CLAIM_EVIDENCE_INVOICE || told->amount.minor == shipment->amount.minor;
    return (!wanted[told->kind].has_number || is_number) &&
           (!wanted[told->kind].has_amount || (is_amount && is_exact)) &&
           (!wanted[told->kind].has_day || told->dated_on == shipment->shipped_on);
}

static enum verdict check_submitter(struct context *context,
                                    const struct claim_evidence_submit *command,
                                    const struct shipment *shipment)
{
    bool is_independent = !is_actor(context, shipment->insured) &&
                          (INDEPENDENT_KINDS & 1 << context->actor->kind) != 0;
    bool is_own = is_actor(context, shipment->insured) || context->actor_role == ROLE_OPERATOR;
    return (wanted[command->kind].is_independent ? is_independent : is_own)
               ? VERDICT_DONE
               : refuse(context, REFUSAL_CLAIM_EVIDENCE_SUBMITTER);
}

enum verdict claim_evidence_submit(struct context *context, const void *command_, void *answer_out)
{
    const struct claim_evidence_submit *command = command_;
    struct shipment shipment;
    struct claim_evidence evidence = {
        .kind = command->kind,
        .amount = command->amount,
        .dated_on = command->dated_on,
    };
    enum verdict verdict = shipment_get(context, command->shipment, &shipment);
    if (verdict == VERDICT_DONE) {
        verdict = check_submitter(context, command, &shipment);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    key_make(&shipment, command->kind, evidence.key);
    const struct claim_evidence *known =
        state_find(context->state, DOCUMENT_CLAIM_EVIDENCE, evidence.key);
    if (known != NULL && known->agrees) {
        return refuse_field(context, REFUSAL_CLAIM_EVIDENCE_EXISTS, "/kind");
    }
    evidence.agrees = agrees(command, &shipment);
    TEXT_PUT(evidence.shipment, shipment.key);
    TEXT_PUT(evidence.insured, shipment.insured);
    TEXT_PUT(evidence.submitter, context->actor->id);
    TEXT_PUT(evidence.number, command->number);
    TEXT_PUT(evidence.digest, command->digest);
    state_put(context->state, DOCUMENT_CLAIM_EVIDENCE, &evidence);
    const struct party *insured = party_find(context, shipment.insured);
    struct notice notice;
    notice_begin(&notice, "claim_evidence.submitted", evidence.key);
    notice_text(&notice, "kind", name_by_value(kinds, evidence.kind));
    notice_text(&notice, "agrees", evidence.agrees ? "yes" : "no");
    notice_to(&notice, insured == NULL ? 0 : insured->number);
    notice_send(context, &notice);
    *(struct claim_evidence *)answer_out = evidence;
    return rule_done(context);
}

int claim_evidence_count(struct context *context, const struct shipment *shipment)
{
    int count = 0;
    for (int32_t kind = 1; kind <= CLAIM_EVIDENCE_KIND_COUNT; kind++) {
        char key[DOCUMENT_KEY_SIZE];
        key_make(shipment, kind, key);
        const struct claim_evidence *evidence =
            state_find(context->state, DOCUMENT_CLAIM_EVIDENCE, key);
        count += evidence != NULL && evidence->agrees;
    }
    return count;
}
