#pragma once
/*
 * The numbers a company or person is known by, and which party each belongs to. A 10-character
 * customs code, an 18-character USCC and a BIC of one company all lead to the same party.
 */
#include <stdbool.h>

#include "gateway/business/rule.h"

enum identifier_kind {
    IDENTIFIER_CUSTOMS_CODE = 1, /* 海关注册编码: 10 digits and capitals */
    IDENTIFIER_USCC = 2,         /* 统一社会信用代码: GB 32100-2015 */
    IDENTIFIER_BIC = 3,          /* ISO 9362: 8 or 11 characters */
    IDENTIFIER_DISTRICT = 4,     /* 关区代码: 4 digits */
    IDENTIFIER_ID_CARD = 5,      /* 公民身份号码: GB 11643-1999; never a key in clear */
};

enum {
    CODE_SIZE = 19
};

/* A document: the key is the code itself; codes of different kinds differ in length. */
struct identifier {
    char code[CODE_SIZE];
    int32_t kind;
    char party[PARTY_ID_SIZE];
};
extern const struct record identifier_record;
extern const struct name identifier_kinds[];

/* Form and check digit of the kind. */
bool identifier_is_valid(enum identifier_kind kind, const char *code);
/* The party that has this code; NULL when none has (or it is not in memory yet). */
const struct party *identifier_party(struct context *context, const char *code);
