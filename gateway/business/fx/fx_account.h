#pragma once
/*
 * The foreign exchange account (个人外汇账户) of an individual, one each, in any foreign currency
 * of ours (汇发〔2020〕11号, IV); CNY paid to it waits in suspense. Its id is the payment reference
 * by which money reaches it. What lies there is the holder's individual.fx.
 */
#include "gateway/business/rule.h"

enum {
    FX_ACCOUNT_ID_SIZE = 14 /* "F" and 12 digits of the command that opened it */
};

struct fx_account {
    char id[FX_ACCOUNT_ID_SIZE];
    char holder[PARTY_ID_SIZE];
    int64_t holder_number;
    date_days opened_on;
};

/* A person has one account. */
struct fx_holder {
    char holder[PARTY_ID_SIZE];
    char account[FX_ACCOUNT_ID_SIZE];
};

struct fx_account_open {
    char holder[PARTY_ID_SIZE]; /* "": who asks; an operator names somebody */
};

struct fx_account_answer {
    char account[FX_ACCOUNT_ID_SIZE];
    char payment_reference[FX_ACCOUNT_ID_SIZE];
    char holder[PARTY_ID_SIZE];
};

extern const struct record fx_account_record;
extern const struct record fx_holder_record;
extern const struct record fx_account_open_record;
extern const struct record fx_account_answer_record;

rule fx_account_open;

/* By its id, or by the reference of a payment; NULL when there is none (or it is not in memory
 * yet). */
const struct fx_account *fx_account_find(struct context *context, const char *reference);
/* Money may still reach it: its holder is not closed. */
bool fx_account_is_open(struct context *context, const struct fx_account *account);
