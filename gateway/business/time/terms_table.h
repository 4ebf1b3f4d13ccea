#pragma once
/*
 * Terms set by the operator (维护参数), dated, each with its source. From its day on such a value
 * takes the place of the compiled one, until a later day of either.
 */
#include "gateway/business/rule.h"

#define TERMS_TABLE_KEY "terms"

enum {
    TERMS_ROW_COUNT_MAX = 64
};

enum terms_name {
    TERMS_SINGLE_LIMIT = 1,
    TERMS_YEAR_LIMIT,
    TERMS_REDUCED_PERCENT,
    TERMS_LATE_FEE,
    TERMS_RETURN_DAYS,
    TERMS_RETURN_ARRIVAL_DAYS,
    TERMS_WINDOW_DAY,
    TERMS_PAYMENT_DAYS,
    TERMS_CLAIM_WINDOW_DAYS,
    TERMS_DEMAND_DAYS,
    TERMS_GRACE_DAYS,
    TERMS_EXPIRY_WARNING_DAYS,
    TERMS_PAYMENT_APPROVAL,
    TERMS_ASSESS_TOLERANCE,
    TERMS_STATEMENT_LEAD_DAYS,
    TERMS_STATEMENT_FINAL_DAYS,
    TERMS_STATEMENT_CYCLE,
    TERMS_UTILISATION_LOW,
    TERMS_UTILISATION_MIDDLE,
    TERMS_UTILISATION_HIGH,
    TERMS_FX_LOCK_SECONDS,
    TERMS_FX_MATCH_TOLERANCE,
    TERMS_BOP_EXEMPT,
    TERMS_BOP_DUE_DAYS,
    TERMS_BOP_REMIND_DAYS,
    TERMS_FX_RATE_DAYS,
    TERMS_FX_QUOTA,
    TERMS_SETTLEMENT_CUT_OFF,
    TERMS_BANK_TRANSFER_FEE,
    TERMS_NAME_COUNT,
};

struct terms_set {
    enum terms_name name;
    date_days valid_from;
    int64_t value;
    char source[201];
};

struct terms_table {
    char key[9];      /* TERMS_TABLE_KEY */
    struct list rows; /* of struct terms_set */
};

struct terms_answer {
    enum terms_name name;
    date_days valid_from;
    int64_t value;
    int64_t row_count;
};

extern const struct record terms_table_record;
extern const struct record terms_set_record;
extern const struct record terms_answer_record;

rule terms_set;
