#pragma once
/*
 * Parties (备案主体): everybody the gateway knows, with one number in the ledger each.
 *
 *   registered -> active <-> suspended -> closed
 *
 * A principal with an unpaid call on a guarantor, or an agent with an overdue statement, is in
 * arrears: nothing new is reserved for it.
 */
#include <stdbool.h>

#include "gateway/business/party/identifier.h"
#include "gateway/business/rule.h"
#include "ledger/base/bytes.h"

enum party_kind {
    PARTY_BANK = 1,
    PARTY_MERCHANT = 2,
    PARTY_PLATFORM = 3,
    PARTY_AGENT = 4,
    PARTY_LOGISTICS = 5,
    PARTY_PAYMENT_INSTITUTION = 6,
    PARTY_CUSTOMS = 7,
    PARTY_TREASURY = 8,
    PARTY_INSURER = 9,
    PARTY_INDIVIDUAL = 10,
    PARTY_OPERATOR = 11,
    PARTY_AUDITOR = 12,
};

/* Companies that owe or pay taxes: bits for party_check. */
enum {
    PARTY_COMPANY_KINDS = 1 << PARTY_MERCHANT | 1 << PARTY_PLATFORM | 1 << PARTY_AGENT |
                          1 << PARTY_LOGISTICS | 1 << PARTY_PAYMENT_INSTITUTION,
};

enum party_state {
    PARTY_REGISTERED = 1,
    PARTY_ACTIVE = 2,
    PARTY_SUSPENDED = 3,
    PARTY_CLOSED = 4,
};

/* Told of everything an operator has to look at: see the bootstrap in SECURITY.md. */
enum {
    PARTY_NUMBER_FIRST_OPERATOR = 1 /* whose registration is the first command of a ledger */
};

struct party {
    char id[PARTY_ID_SIZE];
    int64_t number; /* the owner of its accounts: the command that registered it */
    int32_t kind;
    int32_t state;
    char name[201];
    char name_latin[201];
    char customs_code[11];
    char uscc[19];
    char bic[12];
    char district[5];
    char person_name[201]; /* personal */
    char id_card[19];      /* personal */
    int64_t open_call_count;
    int64_t overdue_statement_count;
    date_days registered_on;
    char reason[201]; /* of the last suspension or closing */
};

/* A bank's or insurer's public key, by party and key id. */
struct signing_key {
    char key[DOCUMENT_KEY_SIZE]; /* "<party>/<key id>" */
    char party[PARTY_ID_SIZE];
    char key_id[41];
    struct bytes public_key; /* DER SubjectPublicKeyInfo */
    date_days registered_on;
};

extern const struct record party_record;
extern const struct record signing_key_record;
extern const struct record party_register_record;
extern const struct record party_change_record;
extern const struct record party_answer_record;
extern const struct record signing_key_register_record;
extern const struct record signing_key_answer_record;

rule party_register;
rule party_activate;
rule party_suspend;
rule party_close;
rule signing_key_register;

/* NULL when there is none (or it is not in memory yet). */
const struct party *party_find(struct context *context, const char *id);
const struct signing_key *
signing_key_find(struct context *context, const char *party_id, struct bytes key_id);

/* DONE, or a refusal naming `pointer`: unknown, of none of the kinds (bits 1 << kind; 0 = any), or
 * not active. */
enum verdict party_check(struct context *context,
                         const char *id,
                         unsigned kinds,
                         const char *pointer,
                         const struct party **party_out);
