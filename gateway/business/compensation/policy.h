#pragma once
/*
 * Policies of export credit insurance (出口信用保险保单): which causes they cover, at which ratio,
 * up to what in all, and who bears it. The numbers are the policy's own; a second person activates
 * them.
 *
 *   registered -> active -> expired | cancelled
 *
 * Memo accounts (owner: the leading insurer, subject: the policy): policy.limit = policy.available
 * + policy.used. What was shipped before the end of a policy stays covered.
 */
#include "gateway/business/rule.h"
#include "gateway/business/time/deadline.h"

enum {
    POLICY_ID_SIZE = 14, /* "P" and 12 digits of the command that registered it */
    POLICY_COVER_COUNT_MAX = 5,
    POLICY_SHARE_COUNT_MAX = 8,
    BASIS_POINTS = 10000,
};

enum policy_state {
    POLICY_REGISTERED = 1,
    POLICY_ACTIVE = 2,
    POLICY_EXPIRED = 3,
    POLICY_CANCELLED = 4,
};

/* Why a buyer does not pay (致损原因). */
enum loss_cause {
    CAUSE_DEFAULT = 1,
    CAUSE_REJECTION = 2,
    CAUSE_INSOLVENCY = 3,
    CAUSE_POLITICAL = 4,
};

/* What holds for one cause. Days count from the due date (default) or from the event. */
struct policy_cover {
    int32_t cause;
    int64_t ratio_bp;
    int64_t notice_days;
    bool counts_working_days; /* notice_days are working days */
    int64_t waiting_days;     /* before a claim may be filed */
};

struct policy_share {
    char insurer[PARTY_ID_SIZE];
    int64_t share_bp;
};

struct policy_terms {
    char insured[PARTY_ID_SIZE];
    struct money limit;
    date_days valid_from;
    date_days valid_to;
    struct money fast_track;  /* paid at once up to it; CURRENCY_NONE: never */
    int64_t declaration_days; /* working days from shipment to its declaration */
    int64_t claim_days;       /* from the due date or event to the claim */
    int64_t decision_days;    /* working days from the claim to its decision */
    struct list covers;       /* of struct policy_cover */
    struct list shares;       /* of struct policy_share; empty: the leading insurer bears all */
};

struct policy {
    char id[POLICY_ID_SIZE];
    int32_t state;
    char insurer[PARTY_ID_SIZE]; /* it leads */
    int64_t insurer_number;
    int64_t insured_number;
    struct policy_terms terms;
    date_days registered_on;
    date_days activated_on;
    date_days cancelled_on;      /* shipments from this day on are not covered */
    char insured[PARTY_ID_SIZE]; /* as in its terms */
};

struct policy_named {
    char policy[POLICY_ID_SIZE];
};

struct policy_answer {
    char policy[POLICY_ID_SIZE];
    int32_t state;
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    struct money limit;
    struct money available;
    struct money used;
};

extern const struct name loss_causes[];
extern const struct record policy_record;
extern const struct record policy_terms_record;
extern const struct record policy_named_record;
extern const struct record policy_answer_record;

rule policy_register;
rule policy_activate;
rule policy_cancel;
rule policy_expire;

/* Refuses POLICY_UNKNOWN at /policy. Its lists are the state's: valid until it is stored anew. */
enum verdict policy_get(struct context *context, const char *id, struct policy *policy_out);
/* NULL when the policy does not cover the cause. */
const struct policy_cover *policy_cover_of(const struct policy *policy, int32_t cause);
/* Whether what is shipped on this day is covered. */
bool policy_is_live(const struct policy *policy, date_days shipped_on);
int64_t policy_available(struct context *context, const struct policy *policy);
/* Takes `amount_minor` from what is available; gives it back when negative; nothing for 0. */
enum verdict policy_use(struct context *context, const struct policy *policy, int64_t amount_minor);
