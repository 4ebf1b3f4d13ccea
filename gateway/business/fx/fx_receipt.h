#pragma once
/*
 * Money from abroad for an individual (个人外汇收款): received by a bank for an FX account,
 * screened, then the holder's.
 *
 *   screened clear   -> cleared: bank.settlement -> individual.fx
 *            hold    -> held: the same, pending without an end, until an operator
 *                       clears it (-> cleared) or rejects it (-> rejected)
 *            reject  -> rejected: nothing is booked
 *   any of them, gone back to the payer -> returned. That is normal, and reverses exactly.
 *
 * A cleared receipt is amount = unused + refunding + converted + returned.
 */
#include "gateway/business/fx/fx_account.h"

struct funds;
struct party;

enum {
    FX_RECEIPT_ID_SIZE = 14, /* "R" and 12 digits of the command that booked it */
    BIC_SIZE = 12,
    COUNTRY_SIZE = 3, /* ISO 3166 alpha-2 */
    BOP_CODE_SIZE = 7,
};

enum fx_receipt_state {
    FX_RECEIPT_HELD = 1,
    FX_RECEIPT_CLEARED = 2,
    FX_RECEIPT_REJECTED = 3,
    FX_RECEIPT_RETURNED = 4, /* nothing is left, and some of it went back */
};

/* By what right it may be converted. */
enum fx_basis {
    FX_BASIS_NONE = 1,
    FX_BASIS_EVIDENCE = 2, /* exempt from the yearly quota */
    FX_BASIS_QUOTA = 3,
};

struct fx_receipt {
    char id[FX_RECEIPT_ID_SIZE];
    char account[FX_ACCOUNT_ID_SIZE];
    char holder[PARTY_ID_SIZE];
    int64_t holder_number;
    char bank[PARTY_ID_SIZE];
    int64_t bank_number;
    char bank_reference[41];
    struct money amount;
    struct money unused;    /* neither converted nor returned */
    struct money refunding; /* ordered back to the payer (fx_refund), not yet paid */
    struct money returned;  /* went back to the payer */
    char payer_name[201];   /* personal */
    char payer_bank[BIC_SIZE];
    char payer_country[COUNTRY_SIZE];
    date_days value_date;
    date_days received_on;
    int32_t state;
    int64_t list_version; /* of the screening lists, at the last decision */
    int64_t hold;         /* the pending transfer; 0: none */
    int32_t basis;
    char match[DOCUMENT_KEY_SIZE]; /* the evidence it was matched with */
    char bop_code[BOP_CODE_SIZE];
    char reason[201]; /* of the operator's decision */
};

/* fx_receipt.clear, fx_receipt.reject */
struct fx_receipt_decide {
    char receipt[FX_RECEIPT_ID_SIZE];
    char reason[201];
};

/* fx_receipt.return: the bank that received it says so much of it went back. */
struct fx_receipt_return {
    char receipt[FX_RECEIPT_ID_SIZE];
    struct money amount; /* of a receipt held or rejected: all of it */
};

struct fx_receipt_answer {
    char receipt[FX_RECEIPT_ID_SIZE];
    int32_t state;
    struct money amount;
    struct money unused;
    struct money returned;
    int64_t list_version;
};

extern const struct name fx_receipt_state_names[];
extern const struct name fx_basis_names[];
extern const struct record fx_receipt_record;
extern const struct record fx_receipt_decide_record;
extern const struct record fx_receipt_return_record;
extern const struct record fx_receipt_answer_record;

rule fx_receipt_clear;
rule fx_receipt_reject;
rule fx_receipt_return;

/* NULL when there is none (or it is not in memory yet). */
const struct fx_receipt *fx_receipt_find(struct context *context, const char *id);
/* A copy of the receipt; refuses FX_RECEIPT_UNKNOWN at /receipt. */
enum verdict
fx_receipt_get(struct context *context, const char *id, struct fx_receipt *receipt_out);
/* Refuses unless the state is among `states` (bits 1 << state); names the state. */
enum verdict
fx_receipt_check_state(struct context *context, const struct fx_receipt *receipt, unsigned states);
/* Stores it and tells holder and bank; `event` NULL: nobody. */
void fx_receipt_put(struct context *context, const struct fx_receipt *receipt, const char *event);
/* Screens and books funds received at `bank` for the account; names the receipt in the funds. */
enum verdict fx_receipt_take(struct context *context,
                             const struct fx_account *account,
                             const struct party *bank,
                             struct funds *funds);
