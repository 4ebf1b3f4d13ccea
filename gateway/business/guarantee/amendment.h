#pragma once
/*
 * Amendments of letters (保函修改): signed by the guarantor, in force when customs accepts. Amount
 * up, amount down to what is in use, extend, shorten to the latest payment deadline and a claim
 * window.
 */
#include "gateway/business/guarantee/guarantee.h"
#include "ledger/base/bytes.h"

enum amendment_state {
    AMENDMENT_PROPOSED = 1,
    AMENDMENT_ACCEPTED = 2,
    AMENDMENT_REJECTED = 3,
};

/* The payload of a signed amendment; what is absent stays. */
struct amendment_content {
    char grn[GRN_SIZE];
    struct money amount; /* the new face amount */
    date_days valid_to;
    date_days claim_until;
};

struct amendment {
    char key[29]; /* "<grn>/<1, 2, …>" */
    char grn[GRN_SIZE];
    int32_t state;
    char principal[PARTY_ID_SIZE];
    char guarantor[PARTY_ID_SIZE];
    char beneficiary[PARTY_ID_SIZE];
    struct money amount;
    date_days valid_to;
    date_days claim_until;
    struct bytes signed_letter;
    date_days proposed_on;
    date_days decided_on;
    char reason[REASON_SIZE];
};

extern const struct record amendment_content_record;
extern const struct record amendment_record;

rule guarantee_propose_amendment;
rule guarantee_accept_amendment;
rule guarantee_reject_amendment;
