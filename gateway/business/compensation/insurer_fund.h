#pragma once
/*
 * The money an insurer has placed for payments in advance (赔付资金), on insurer.fund: it fills it
 * by a payment with the reference of insurer_fund.open, and takes out what no payment holds.
 */
#include "gateway/business/party/party.h"
#include "gateway/business/rule.h"

/* insurer_fund.open: the reference by which an insurer fills its fund. */
struct insurer_fund_open {
    char insurer[PARTY_ID_SIZE]; /* "": the actor */
};

struct insurer_fund_answer {
    char payment_reference[21];
    char insurer[PARTY_ID_SIZE];
    struct money available;
};

/* insurer_fund.withdraw: a payment of the fund (bank/payment.h). */
struct insurer_fund_withdraw {
    char bank[PARTY_ID_SIZE];
    struct money amount; /* CURRENCY_NONE: all there is */
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15];
};

extern const struct record insurer_fund_open_record;
extern const struct record insurer_fund_answer_record;
extern const struct record insurer_fund_withdraw_record;

rule insurer_fund_open;
/* Refuses PAYMENT_INSUFFICIENT and what else payment_begin refuses. */
rule insurer_fund_withdraw;

struct account_key insurer_fund_account(int64_t insurer_number);
/* What may still leave it; minor units. */
int64_t insurer_fund_available(struct context *context, int64_t insurer_number);
