#pragma once
/*
 * Money received, as a bank tells it. It is never refused: what cannot be placed waits in
 * suspense. One bank reference is booked once.
 */
#include "gateway/business/guarantee/deposit.h"

enum funds_state {
    FUNDS_CREDITED = 1,
    FUNDS_SUSPENSE = 2,
    FUNDS_RETURNED = 3, /* payment_reference is the payment that came back */
};

/* Who said first that the money came. */
enum funds_source {
    FUNDS_TOLD_BY_ADVICE = 1,
    FUNDS_TOLD_BY_STATEMENT =
        2, /* it says less of the payer: a later advice need not agree there */
};

struct funds_receive {
    char bank_reference[41];
    char payment_reference[141];
    struct money amount;
    date_days value_date;
    char payer_name[201]; /* personal */
    char payer_bank[12];  /* BIC */
    char payer_country[3];
};

struct funds {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<bank reference>" */
    char bank[PARTY_ID_SIZE];
    int32_t state;
    char payment_reference[141];
    struct money amount;
    date_days value_date;
    date_days settlement_day; /* whose statement is to show it; DATE_NONE: told before the link was
                               * registered, or in a currency the link does not count */
    char payer_name[201];     /* personal */
    char grn[GRN_SIZE];
    char call[DOCUMENT_KEY_SIZE];
    char principal[PARTY_ID_SIZE];
    int32_t told_by;
    char payer_bank[12]; /* BIC */
    char payer_country[3];
    char fx_receipt[14];                /* of an individual, "R" and 12 digits */
    char reconciled[DOCUMENT_KEY_SIZE]; /* the statement's line that has it, or the difference */
    char claim[14];                     /* whose recovery it is */
};

struct funds_answer {
    char bank_reference[41];
    int32_t state;
    struct money amount;
    char grn[GRN_SIZE];
    char call[DOCUMENT_KEY_SIZE];
    char fx_receipt[14];
    char claim[14];
};

extern const struct record funds_record;
extern const struct record funds_receive_record;
extern const struct record funds_answer_record;

rule funds_receive;

/* The funds as the bank told them, not yet placed. */
void funds_fill(const struct party *bank,
                const struct funds_receive *told,
                enum funds_source source,
                struct funds *funds_out);
/* Money of a registered link, in CNY, is awaited on the statement of its day from now on. */
void funds_await(struct context *context, struct funds *funds);
/* It has its place on a statement, or in a difference. */
void funds_reconcile(struct context *context, struct funds *funds, const char *place);
/* Books money that was not booked before where its reference leads; the caller stores funds_out. */
enum verdict funds_book(struct context *context,
                        const struct party *bank,
                        const struct funds_receive *told,
                        enum funds_source source,
                        struct funds *funds_out);
/*
 * DONE with *known_out NULL: not booked yet; with *known_out set: booked before with equal
 * content (a statement's: with the equal amount). Refuses FUNDS_REFERENCE_USED when the content
 * differs.
 */
enum verdict funds_check_once(struct context *context,
                              const struct funds *funds,
                              const struct funds **known_out);
/* Books money whose owner is not known, and says so to the bank. */
enum verdict
funds_suspend(struct context *context, const struct party *bank, const struct funds *funds);
