#pragma once
/*
 * Letters (税款保函): what a bank or insurer promises, signed by it. The signed bytes are a
 * COSE_Sign1 whose payload is the deterministic CBOR of the content record; they are kept as they
 * came, and nothing but them says what was promised.
 */
#include "gateway/business/guarantee/guarantee.h"
#include "ledger/base/bytes.h"

enum {
    LETTER_SIZE_MAX = 8192
};

/* The payload of a letter. */
struct letter_content {
    char letter_number[41];
    char principal[PARTY_ID_SIZE];
    char beneficiary[PARTY_ID_SIZE];
    struct money amount;
    int64_t liability_percentage;
    uint32_t scopes;
    date_days valid_from;
    date_days valid_to;
    date_days claim_until;
    bool revolving;
};

/* guarantee.lodge_letter, guarantee.propose_amendment */
struct letter_lodge {
    struct bytes letter;
};

struct letter {
    char key[DOCUMENT_KEY_SIZE]; /* "<guarantor>/<letter number>" */
    char guarantor[PARTY_ID_SIZE];
    char principal[PARTY_ID_SIZE];
    char beneficiary[PARTY_ID_SIZE];
    char grn[GRN_SIZE];
    struct bytes signed_letter;
    date_days lodged_on;
};

extern const struct record letter_content_record;
extern const struct record letter_lodge_record;
extern const struct record letter_record;

rule guarantee_lodge_letter;
rule guarantee_accept;
rule guarantee_reject;

/* Verifies the actor's signature and reads the payload; refuses at /letter. */
enum verdict letter_read(struct context *context,
                         struct bytes letter,
                         const struct record *content,
                         void *content_out);
