#pragma once
/*
 * What the rules on customs messages have in common: amounts and quantities of 10^-5, and which of
 * two receipts is the newer.
 */
#include "adapters/customs/ceb.h"
#include "gateway/business/customs/declaration.h"
#include "gateway/business/field.h"

/* Ten billion: more than any amount or quantity here, and a hundred of them still add up. */
#define TOLD_VALUE_MAX INT64_C(1000000000000000)

enum {
    PRICE_PER_FEN = 1000, /* 10^-5 CNY in 10^-2 CNY */
};

#define TOLD_DECIMAL(struct_, member_, flags_, meaning_)                                           \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_DECIMAL,                                                                           \
          (flags_),                                                                                \
          .scale = CEB_DECIMALS,                                                                   \
          .min = 0,                                                                                \
          .max = TOLD_VALUE_MAX,                                                                   \
          .meaning = (meaning_))

/* Half up; of one amount, or of a sum of them. */
int64_t told_fen(int64_t amount);
/* A receipt's error status: a minus and digits. */
bool told_is_error(const char *status);
/* Of two receipts: newer, the same again or older; of one moment the larger status is newer. */
enum declaration_effect
told_order(const char *time, const char *status, const char *known_time, const char *known_status);
