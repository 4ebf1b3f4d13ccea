#pragma once
/*
 * Collection (收款): a merchant's customers pay it through our bank, by a reference that does not
 * end. What comes in is owed to the merchant at once.
 */
#include "gateway/business/bank/funds.h"
#include "gateway/business/guarantee/deposit.h"

struct collection_open {
    char merchant[PARTY_ID_SIZE]; /* "": the actor; an operator names it */
};

struct collection_answer {
    char payment_reference[21];
    char merchant[PARTY_ID_SIZE];
};

extern const struct record collection_open_record;
extern const struct record collection_answer_record;

rule collection_open;

/* The merchant may still be owed money: it is not closed. */
bool collection_is_open(struct context *context, const struct payment_reference *reference);
/* Books money received at `bank` for the merchant of the reference. */
enum verdict collection_take(struct context *context,
                             const struct payment_reference *reference,
                             const struct party *bank,
                             const struct funds *funds);
