#pragma once
/*
 * What an insurer bears of one buyer (买方信用限额): dated rows, each from its day until the next.
 * A shipment takes of the limit of its day what it still has; payment by the buyer frees it. A
 * limit withdrawn later does not touch what was shipped before.
 */
#include "gateway/business/compensation/policy.h"

enum {
    BUYER_CODE_SIZE = 41,
    BUYER_LIMIT_ROW_COUNT_MAX = 48,
};

enum buyer_limit_status {
    BUYER_LIMIT_ACTIVE = 1,
    BUYER_LIMIT_SUSPENDED = 2,
    BUYER_LIMIT_WITHDRAWN = 3,
};

struct buyer_limit_row {
    date_days effective_from;
    int32_t status;
    struct money limit;
};

struct buyer_limit {
    char key[DOCUMENT_KEY_SIZE]; /* "<policy>/<buyer>" */
    char policy[POLICY_ID_SIZE];
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    char buyer[BUYER_CODE_SIZE];
    char buyer_name[201]; /* personal */
    char country[3];      /* ISO 3166-1 alpha-2 */
    struct money used;    /* by shipments the buyer has not paid */
    struct list rows;     /* of struct buyer_limit_row, as they were set */
};

struct buyer_limit_set {
    char policy[POLICY_ID_SIZE];
    char buyer[BUYER_CODE_SIZE];
    char buyer_name[201]; /* personal */
    char country[3];
    int32_t status;
    struct money limit;
    date_days effective_from; /* today or later; the first row: the policy's first day or later */
};

struct buyer_limit_answer {
    char key[DOCUMENT_KEY_SIZE];
    int32_t status;
    struct money limit;
    struct money used;
    date_days effective_from;
};

extern const struct record buyer_limit_record;
extern const struct record buyer_limit_set_record;
extern const struct record buyer_limit_answer_record;

rule buyer_limit_set;

/* NULL: nobody has set one. */
const struct buyer_limit *
buyer_limit_find(struct context *context, const char *policy, const char *buyer);
/* What holds on this day; NULL: nothing yet. */
const struct buyer_limit_row *buyer_limit_on(const struct buyer_limit *limit, date_days date);
/* Adds to what is used; a negative amount frees it. */
void buyer_limit_use(struct context *context, const char *policy, const char *buyer, int64_t minor);
