#pragma once
/*
 * The yearly quota (年度便利化额度): what a person may convert in a calendar year without showing a
 * sale, USD fx_quota_minor (terms; 汇发〔2007〕1号, article 2).
 *
 *   memo, owner the person, currency USD, subject the year:
 *   quota.limit = quota.available + quota.used
 *
 * The holder confirms that a receipt counts against it. All that can still be converted counts, a
 * refund under way too, for it may be declined; at
 * the middle rates of the business date of the confirmation, in that date's year, in USD rounded
 * half-up to the cent. What goes back to the payer later is given back, in the year it was counted
 * in: after each part used * gone / counted, rounded half-up, is given back in total; so all of it
 * is when all has gone.
 */
#include "gateway/business/fx/fx_receipt.h"

struct fx_quota_use {
    char receipt[FX_RECEIPT_ID_SIZE]; /* the key */
    char holder[PARTY_ID_SIZE];
    int64_t holder_number;
    int64_t year;
    date_days used_on;
    struct money counted;  /* of the receipt */
    struct money gone;     /* of it, back to the payer */
    struct money used;     /* USD */
    struct money restored; /* USD */
};

/* fx_receipt.use_quota */
struct fx_quota_confirm {
    char receipt[FX_RECEIPT_ID_SIZE];
};

struct fx_quota_answer {
    char receipt[FX_RECEIPT_ID_SIZE];
    int64_t year;
    struct money counted;
    struct money used;      /* by this receipt */
    struct money limit;     /* of the year */
    struct money available; /* of it now */
};

extern const struct record fx_quota_use_record;
extern const struct record fx_quota_confirm_record;
extern const struct record fx_quota_answer_record;

rule fx_quota_confirm;

/* So much of the receipt, already taken from it, went back to the payer: gives back its part. A
 * receipt that used no quota: nothing. */
enum verdict
fx_quota_restore(struct context *context, const struct fx_receipt *receipt, int64_t gone_minor);
