#pragma once
/*
 * Shipments declared to an insurer (出运申报). A shipment takes of its buyer's limit what that
 * still has (`covered`); what is beyond it is not insured, also when the limit is freed later. An
 * exporter declares an invoice once, whatever the policy: it is paid for at most once.
 *
 *   declared -> claimed -> compensated        declared -> paid
 *      ^           |  a claim refused
 *      +-----------+
 */
#include "gateway/business/compensation/buyer_limit.h"

enum {
    INVOICE_SIZE = 41,
};

enum shipment_state {
    SHIPMENT_DECLARED = 1,
    SHIPMENT_PAID = 2,
    SHIPMENT_CLAIMED = 3,
    SHIPMENT_COMPENSATED = 4,
};

struct shipment {
    char key[DOCUMENT_KEY_SIZE]; /* "<insured>/<invoice>" */
    int32_t state;
    char policy[POLICY_ID_SIZE];
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    char buyer[BUYER_CODE_SIZE];
    char invoice[INVOICE_SIZE];
    struct money amount;
    struct money covered; /* 0: the buyer had no limit on the day of shipment */
    date_days shipped_on;
    date_days due_on;
    char order_reference[61];
    date_days declared_on;
    date_days declare_by; /* the last day in time */
    bool is_disputed;
    char dispute[201]; /* what the buyer says, then how it was settled */
};

struct shipment_declare {
    char policy[POLICY_ID_SIZE];
    char buyer[BUYER_CODE_SIZE];
    char invoice[INVOICE_SIZE];
    struct money amount;
    date_days shipped_on;
    date_days due_on;
    char order_reference[61];
};

struct shipment_named {
    char shipment[DOCUMENT_KEY_SIZE];
};

/* claim.dispute, claim.resolve_dispute */
struct shipment_dispute {
    char shipment[DOCUMENT_KEY_SIZE];
    char reason[201];
};

struct shipment_answer {
    char shipment[DOCUMENT_KEY_SIZE];
    int32_t state;
    struct money amount;
    struct money covered;
    date_days declare_by;
    bool is_late;
    bool is_disputed;
};

extern const struct record shipment_record;
extern const struct record shipment_declare_record;
extern const struct record shipment_named_record;
extern const struct record shipment_dispute_record;
extern const struct record shipment_answer_record;

rule shipment_declare;
rule shipment_paid;
rule claim_dispute;
rule claim_resolve_dispute;

/* Refuses SHIPMENT_UNKNOWN at /shipment. */
enum verdict shipment_get(struct context *context, const char *key, struct shipment *shipment_out);
/* As shipment_get, of the actor, in this state; refuses PARTY_FORBIDDEN, SHIPMENT_STATE. */
enum verdict
shipment_get_own(struct context *context, const char *key, struct shipment *shipment_out);
