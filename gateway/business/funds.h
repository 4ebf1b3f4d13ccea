#pragma once
/*
 * Money received, as a bank tells it. It is never refused: what cannot be placed waits in
 * suspense. One bank reference is booked once.
 */
#include "gateway/business/deposit.h"

enum funds_state {
    FUNDS_CREDITED = 1,
    FUNDS_SUSPENSE = 2,
};

struct funds_receive {
    char bank_reference[41];
    char payment_reference[141];
    struct money amount;
    date_days value_date;
    char payer_name[201]; /* personal */
};

struct funds {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<bank reference>" */
    char bank[PARTY_ID_SIZE];
    int32_t state;
    char payment_reference[141];
    struct money amount;
    date_days value_date;
    char payer_name[201]; /* personal */
    char grn[GRN_SIZE];
    char call[DOCUMENT_KEY_SIZE];
    char principal[PARTY_ID_SIZE];
};

struct funds_answer {
    char bank_reference[41];
    int32_t state;
    struct money amount;
    char grn[GRN_SIZE];
    char call[DOCUMENT_KEY_SIZE];
};

extern const struct record funds_record;
extern const struct record funds_receive_record;
extern const struct record funds_answer_record;

rule funds_receive;

/* The funds as a bank told them, not yet placed. */
void funds_fill(const struct context *context,
                const struct funds_receive *told,
                struct funds *funds_out);
/*
 * DONE with *known_out NULL: not booked yet; with *known_out set: booked before with equal
 * content. Refuses FUNDS_REFERENCE_USED when the content differs.
 */
enum verdict funds_check_once(struct context *context,
                              const struct funds *funds,
                              const struct funds **known_out);
