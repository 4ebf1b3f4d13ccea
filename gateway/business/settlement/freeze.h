#pragma once
/*
 * Money of a merchant frozen by order of a court or of customs (冻结), one case at a time: it
 * stands on merchant.frozen, from which nothing is ever paid, until it is unfrozen, in parts or
 * whole. What is held for payments and settlement orders is not free to be frozen.
 */
#include "gateway/business/rule.h"

enum freeze_state {
    FREEZE_FROZEN = 1,
    FREEZE_RELEASED = 2,
};

enum freeze_authority {
    FREEZE_BY_COURT = 1,
    FREEZE_BY_CUSTOMS = 2,
};

struct freeze {
    char key[DOCUMENT_KEY_SIZE]; /* "<merchant>/<case number>" */
    char merchant[PARTY_ID_SIZE];
    char case_number[41];
    int32_t authority;
    int32_t state;
    struct money amount; /* as it was frozen */
    struct money frozen; /* and still is */
    char reason[201];
    date_days frozen_on;
    date_days released_on;
};

/* merchant.freeze, an operator in four eyes. A case is used once per merchant. */
struct freeze_make {
    char merchant[PARTY_ID_SIZE];
    char case_number[41];
    int32_t authority;
    struct money amount; /* CURRENCY_NONE: all that is free */
    char reason[201];
};

/* merchant.unfreeze, an operator in four eyes. */
struct freeze_release {
    char merchant[PARTY_ID_SIZE];
    char case_number[41];
    struct money amount; /* CURRENCY_NONE: all that is frozen */
    char reason[201];
};

extern const struct record freeze_record;
extern const struct record freeze_make_record;
extern const struct record freeze_release_record;

rule merchant_freeze;
rule merchant_unfreeze;
