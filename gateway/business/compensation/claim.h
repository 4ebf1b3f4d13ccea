#pragma once
/*
 * Claims (索赔) and their payment in advance (先行赔付).
 *
 *   filed -> paid -> final                 filed -> refused
 *
 * A claim is taken only when every condition is met; within the fast track of its policy it is paid
 * in the same command, else two people decide by the policy's day. Payable is
 * min(loss, covered part of the shipment, what the policy has left) x ratio, half up to the fen.
 * The payer of an advance takes the exporter's place against the buyer (代位求偿, Insurance Law of
 * the PRC Art. 60): `subrogation` is what it may still recover.
 */
#include "gateway/business/bank/payment.h"
#include "gateway/business/compensation/claim_evidence.h"
#include "gateway/business/compensation/coinsurance.h"
#include "gateway/business/compensation/loss_notice.h"

enum {
    CLAIM_ID_SIZE = 14, /* "C" and 12 digits of the command that filed it */
};

enum claim_condition {
    CONDITION_POLICY_LIVE = 1,
    CONDITION_DECLARED,
    CONDITION_BUYER_LIMIT,
    CONDITION_EVIDENCE,
    CONDITION_UNDISPUTED,
    CONDITION_NOTICE,
    CONDITION_WAITING,
    CONDITION_IN_TIME,
    CONDITION_COUNT = CONDITION_IN_TIME,
};

/* A condition with the numbers it was judged by. */
struct claim_verdict {
    int32_t condition;
    bool is_met;
    date_days day;       /* what was */
    date_days bound;     /* what had to be: see the meaning of the condition */
    struct money amount; /* of the buyer's limit: the covered part */
    int64_t count;       /* of evidence: documents that agree */
};

enum claim_state {
    CLAIM_FILED = 1,
    CLAIM_PAID = 2,
    CLAIM_REFUSED = 3,
    CLAIM_FINAL = 4,
};

enum claim_payee {
    CLAIM_PAYEE_INSURED = 1,
    CLAIM_PAYEE_BUYER = 2, /* a refund: owed to the buyer until refund.pay (tax/refund.h) */
};

enum claim_refusal {
    CLAIM_REFUSAL_COVER = 1,
    CLAIM_REFUSAL_EVIDENCE = 2,
    CLAIM_REFUSAL_DISPUTE = 3,
    CLAIM_REFUSAL_EXCLUSION = 4,
    CLAIM_REFUSAL_BUYER_PAID = 5,
    CLAIM_REFUSAL_FRAUD = 6,
};

struct claim {
    char id[CLAIM_ID_SIZE];
    int32_t state;
    char policy[POLICY_ID_SIZE];
    char shipment[DOCUMENT_KEY_SIZE];
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    int64_t insurer_number;
    int64_t insured_number;
    int32_t cause;
    int32_t payee;
    struct money loss;
    int64_t ratio_bp;
    struct money payable;      /* when filed or approved */
    struct money compensation; /* paid, or what the final decision left of it */
    struct money recourse;     /* the insured owes it back */
    struct money subrogation;  /* the insurers may still recover it from the buyer */
    struct money unshared;     /* recovered, in recovery.clearing */
    int64_t recovery_count;
    bool is_fast;
    bool is_late; /* decided after its day, or not yet */
    instant_us filed_at;
    instant_us decided_at;
    instant_us paid_at;
    date_days decide_by;
    int32_t refusal;
    char explanation[201];
    struct list conditions; /* of struct claim_verdict */
    struct list shares;     /* of struct claim_share */
    struct money to_buyer;  /* paid into refund.payable, ever */
    struct list refunds;    /* of struct payment_named: what hands it on */
};

/* A copy one may change: its lists are here. It must not move in memory. */
struct claim_draft {
    struct claim it;
    struct claim_verdict conditions[CONDITION_COUNT];
    struct coinsurers insurers;
    struct payment_named refunds[REFUND_COUNT_MAX];
};

struct claim_file {
    char shipment[DOCUMENT_KEY_SIZE];
    int32_t payee; /* 0: the insured */
};

/* claim.approve, claim.pay_recourse */
struct claim_named {
    char claim[CLAIM_ID_SIZE];
};

struct claim_refuse {
    char claim[CLAIM_ID_SIZE];
    int32_t reason;
    char explanation[201];
};

struct claim_decide {
    char claim[CLAIM_ID_SIZE];
    struct money amount; /* what is due in the end; CURRENCY_NONE: nothing */
};

extern const struct record claim_record;
extern const struct record claim_file_record;
extern const struct record claim_named_record;
extern const struct record claim_refuse_record;
extern const struct record claim_decide_record;
extern const struct name claim_conditions[];

rule claim_file;
rule claim_approve;
rule claim_refuse;
rule claim_decide_finally;
rule claim_pay_recourse;
rule claim_remind;
rule claim_escalate;

/* claim_condition.c: judges all conditions. DONE, or the refusal of the first that fails, naming
 * all that fail. `loss_out` is zeroed when there was no notice. */
enum verdict claim_judge(struct context *context,
                         const struct policy *policy,
                         const struct shipment *shipment,
                         struct loss_notice *loss_out,
                         struct claim_verdict conditions_out[CONDITION_COUNT]);

/* claim.c, for claim_decide.c and recovery.c */
/* Refuses CLAIM_UNKNOWN at /claim; to an insurer other than the leading one PARTY_FORBIDDEN. */
enum verdict claim_get(struct context *context, const char *id, struct claim_draft *draft_out);
enum verdict claim_check_state(struct context *context, const struct claim *claim, unsigned states);
void claim_put(struct context *context, struct claim_draft *draft);
void claim_tell(struct context *context, const char *type, const struct claim_draft *draft);
/* The answer to a command is the claim itself; its lists go to the scratch. */
void claim_answer(struct context *context, const struct claim_draft *draft, void *answer_out);
/* Pays `amount_minor` more from the insurers' funds, once checked by coinsurers_check. */
enum verdict claim_pay(struct context *context, struct claim_draft *draft, int64_t amount_minor);
/* Sets payable by what the policy has left; refuses CLAIM_NOTHING_PAYABLE. */
enum verdict claim_measure(struct context *context,
                           const struct policy *policy,
                           const struct shipment *shipment,
                           struct claim *claim);
void claim_close_deadlines(struct context *context, const struct claim *claim);
