#pragma once
/*
 * The treasury (国库): where the taxes of a customs district are paid to, and what the house owes
 * it for customs (tax.payable: taken from guarantees) is remitted.
 */
#include "gateway/business/rule.h"

struct payment;

/* A document by district, and the body of treasury.set_account (an operator). */
struct treasury_account {
    char customs_code[5];
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15];
};

struct treasury_account_answer {
    char customs_code[5];
    char creditor_bank[15];
};

/* tax.remit: by customs of the district or an operator; the payer is customs. */
struct tax_remit {
    char customs_code[5];
    char bank[PARTY_ID_SIZE];
    struct money amount; /* CURRENCY_NONE: all there is */
};

/* tax.withhold: a merchant's own money becomes tax its agent holds for buyers (代扣代缴). A
 * reference is used once. */
struct tax_withhold {
    char agent[PARTY_ID_SIZE];
    char reference[41];
    struct money amount;
};

struct tax_withholding {
    char key[DOCUMENT_KEY_SIZE]; /* "<merchant>/<reference>" */
    char merchant[PARTY_ID_SIZE];
    char agent[PARTY_ID_SIZE];
    char reference[41];
    struct money amount;
    date_days withheld_on;
};

extern const struct record treasury_account_record;
extern const struct record treasury_account_answer_record;
extern const struct record tax_remit_record;
extern const struct record tax_withhold_record;
extern const struct record tax_withholding_record;

rule treasury_set_account;
rule tax_remit;
rule tax_withhold;

/* Fills the creditor of a payment; refuses TREASURY_ACCOUNT_UNKNOWN. */
enum verdict
treasury_address(struct context *context, const char *customs_code, struct payment *payment);
