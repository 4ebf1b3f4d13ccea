#pragma once
/*
 * What is recovered of the debt after a claim was paid (追偿). It is received into
 * recovery.clearing and shared: first the cost, to the leading insurer that bore it; of the rest
 * compensation/loss, half up to the fen, to the insurers by their shares; what remains is the
 * exporter's. The shares sum to what was received.
 */
#include "gateway/business/compensation/claim.h"

struct funds;

/* recovery.open: by the exporter, the leading insurer or an operator, of a claim that was paid.
 * What a bank advises with this reference is recovered. */
struct recovery_reference {
    char payment_reference[21];
    char claim[CLAIM_ID_SIZE];
};

/* recovery.receive: the exporter from what is owed to it, the leading insurer from its fund. */
struct recovery_receive {
    char claim[CLAIM_ID_SIZE];
    struct money amount;
};

/* recovery.share: all that is not shared yet. */
struct recovery_share {
    char claim[CLAIM_ID_SIZE];
    struct money cost; /* CURRENCY_NONE: none */
};

struct recovery {
    char key[DOCUMENT_KEY_SIZE]; /* "<claim>/<n>" */
    char claim[CLAIM_ID_SIZE];
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    struct money amount;
    struct money cost;
    struct money to_insurers;
    struct money to_insured;
    date_days shared_on;
    struct list shares; /* of struct claim_share: what each insurer had of this one */
};

extern const struct record recovery_record;
extern const struct record recovery_reference_record;
extern const struct record recovery_receive_record;
extern const struct record recovery_share_record;

rule recovery_open;
rule recovery_receive;
rule recovery_share;

/* Whether money for this claim can be taken now. */
bool recovery_is_open(struct context *context, const char *claim);
/* Books funds that came at this bank by the reference of funds->claim. */
enum verdict
recovery_take(struct context *context, const struct party *bank, const struct funds *funds);
