#pragma once
/*
 * What shows that a trade is real (贸易真实性): contract, invoice, transport document and customs
 * declaration of a shipment. Each must agree with what was declared, and the last two come from
 * somebody else than the exporter: carrier, customs, bank or operator.
 */
#include "gateway/business/compensation/shipment.h"

enum claim_evidence_kind {
    CLAIM_EVIDENCE_CONTRACT = 1,
    CLAIM_EVIDENCE_INVOICE = 2,
    CLAIM_EVIDENCE_TRANSPORT = 3,
    CLAIM_EVIDENCE_CUSTOMS = 4,
    CLAIM_EVIDENCE_KIND_COUNT = 4,
};

struct claim_evidence {
    char key[DOCUMENT_KEY_SIZE]; /* "<shipment>/<1 to 4>" */
    char shipment[DOCUMENT_KEY_SIZE];
    int32_t kind;
    char insured[PARTY_ID_SIZE];
    char submitter[PARTY_ID_SIZE];
    char number[61];
    struct money amount; /* CURRENCY_NONE on a transport document */
    date_days dated_on;
    char digest[65]; /* SHA-256 of the paper, hexadecimal */
    bool agrees;     /* with the shipment as declared */
};

struct claim_evidence_submit {
    char shipment[DOCUMENT_KEY_SIZE];
    int32_t kind;
    char number[61];
    struct money amount;
    date_days dated_on;
    char digest[65];
};

extern const struct record claim_evidence_record;
extern const struct record claim_evidence_submit_record;

rule claim_evidence_submit;

/* How many kinds are there and agree; all CLAIM_EVIDENCE_KIND_COUNT: the trade is real. */
int claim_evidence_count(struct context *context, const struct shipment *shipment);
