#pragma once
/*
 * What a party pays the house (收费标准), by kind and dated: a rate in per mille of the amount,
 * rounded half up to the fen, then at least the minimum and at most the maximum. Without a
 * schedule there is no fee.
 */
#include "gateway/business/rule.h"

enum {
    FEE_RATE_COUNT_MAX = 32,
};

enum fee_kind {
    FEE_COLLECTION = 1,
    FEE_PAYOUT = 2,
};

struct fee_rate {
    date_days valid_from; /* until the next row's */
    int64_t per_mille;    /* two decimals: 100000 is the whole amount */
    struct money minimum; /* CURRENCY_NONE: none */
    struct money maximum;
    char source[201];
};

struct fee_schedule {
    char key[DOCUMENT_KEY_SIZE]; /* "<party>/<kind>" */
    char party[PARTY_ID_SIZE];
    int32_t kind;
    char house[PARTY_ID_SIZE]; /* the operator whose income it is */
    int64_t house_number;
    struct list rates; /* of struct fee_rate */
};

/* fee_schedule.set: an operator, in four eyes. The same day again replaces. */
struct fee_schedule_set {
    char party[PARTY_ID_SIZE];
    int32_t kind;
    date_days valid_from;
    int64_t per_mille;
    struct money minimum;
    struct money maximum;
    char source[201];
};

struct fee_schedule_answer {
    char party[PARTY_ID_SIZE];
    int32_t kind;
    int64_t rate_count;
};

struct fee {
    int64_t minor; /* 0: none */
    int64_t house_number;
};

extern const struct record fee_schedule_record;
extern const struct record fee_schedule_set_record;
extern const struct record fee_schedule_answer_record;

rule fee_schedule_set;

/* What the party pays today for so many fen. */
struct fee
fee_of(struct context *context, const char *party, enum fee_kind kind, int64_t amount_minor);
/* From this account to the house's income; nothing when the fee is 0. */
enum verdict
fee_charge(struct context *context, const struct account_key *debit, const struct fee *fee);
