#pragma once
/*
 * Who of the insurers bears what (共保): each payment by the shares of the policy, by the largest
 * remainder, so that the parts sum to it exactly. On equal remainders the first named takes the
 * fen.
 */
#include "gateway/business/compensation/insurer_fund.h"
#include "gateway/business/compensation/policy.h"

struct notice;

/* One insurer's part in a claim. */
struct claim_share {
    char insurer[PARTY_ID_SIZE];
    int64_t number;
    int64_t share_bp;
    struct money paid;      /* of the compensation, less recourse */
    struct money recourse;  /* of what the insured still owes back */
    struct money recovered; /* of what was recovered */
};

extern const struct record claim_share_record;

struct coinsurers {
    struct claim_share shares[POLICY_SHARE_COUNT_MAX];
    size_t count;
};

/* Adds each of them to those that are told. */
void coinsurers_hear(const struct coinsurers *coinsurers, struct notice *notice);
/* Those of the policy, with nothing paid. */
enum verdict coinsurers_of(struct context *context,
                           const struct policy *policy,
                           struct coinsurers *coinsurers_out);
/* amount_minor >= 0. */
void coinsurers_split(const struct coinsurers *coinsurers,
                      int64_t amount_minor,
                      int64_t parts_out[POLICY_SHARE_COUNT_MAX]);
/* DONE, or INSURER_FUND_INSUFFICIENT with the insurer, its part and what it has. */
enum verdict coinsurers_check(struct context *context,
                              const struct coinsurers *coinsurers,
                              int64_t amount_minor);
/* Moves each part between the insurers' funds and `other`. */
enum coinsurers_direction {
    INSURERS_PAY,
    INSURERS_RECEIVE,
};
enum verdict coinsurers_move(struct context *context,
                             const struct coinsurers *coinsurers,
                             const int64_t parts[POLICY_SHARE_COUNT_MAX],
                             const struct account_key *other,
                             enum coinsurers_direction direction,
                             enum transfer_code code);
