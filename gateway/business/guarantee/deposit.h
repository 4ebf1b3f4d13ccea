#pragma once
/* Cash guarantees (保证金): announced by the merchant, funded through its bank, given back when
 * free. */
#include "gateway/business/guarantee/guarantee.h"

struct deposit_open {
    char beneficiary[PARTY_ID_SIZE];
    struct money amount;
    uint32_t scopes;
    date_days valid_to;
    date_days claim_until;
};

/* guarantee.top_up, guarantee.release */
struct deposit_amount {
    char grn[GRN_SIZE];
    struct money amount;
};

/* What a payment is for, by the reference the payer gives. */
struct payment_reference {
    char reference[21];
    char grn[GRN_SIZE];
    char call[DOCUMENT_KEY_SIZE]; /* "": the deposit itself */
    char merchant[PARTY_ID_SIZE]; /* a collection instead: whose money it will be */
    char claim[14];               /* a recovery instead (compensation/recovery.h) */
};

extern const struct record deposit_open_record;
extern const struct record deposit_amount_record;
extern const struct record payment_reference_record;

rule guarantee_open_deposit;
rule guarantee_top_up;
rule guarantee_release;

/* Money for this deposit can be taken now. */
bool deposit_is_open(const struct guarantee *guarantee);
/* Books money received at `bank` on an open deposit; active once it is whole. */
enum verdict deposit_fund(struct context *context,
                          struct guarantee *guarantee,
                          int64_t bank,
                          int64_t amount_minor);
