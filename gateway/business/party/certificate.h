#pragma once
/*
 * The certificates (签名证书) that companies sign customs messages with, known by the SHA-256 of
 * their DER: an operator who has seen the company's papers says whose it is. One that is revoked
 * never comes back.
 */
#include "gateway/business/rule.h"
#include "ledger/base/bytes.h"
#include "ledger/proof/certificate.h"

enum {
    CERTIFICATE_HASH_TEXT_SIZE = 2 * CERTIFICATE_HASH_SIZE + 1
};

enum certificate_state {
    CERTIFICATE_ACTIVE = 1,
    CERTIFICATE_REVOKED = 2,
};

struct customs_certificate {
    char hash[CERTIFICATE_HASH_TEXT_SIZE]; /* hexadecimal, lower case */
    char party[PARTY_ID_SIZE];
    int32_t state;
    char serial[2 * CERTIFICATE_SERIAL_SIZE_MAX + 1];
    instant_us valid_from;
    instant_us valid_to;
    struct bytes certificate; /* DER */
    date_days registered_on;
    date_days revoked_on;
    char reason[201]; /* of the revocation */
};

struct certificate_register {
    char party[PARTY_ID_SIZE];
    struct bytes certificate;
};

struct certificate_revoke {
    char hash[CERTIFICATE_HASH_TEXT_SIZE];
    char reason[201];
};

struct certificate_answer {
    char hash[CERTIFICATE_HASH_TEXT_SIZE];
    char party[PARTY_ID_SIZE];
    int32_t state;
};

extern const struct record customs_certificate_record;
extern const struct record certificate_register_record;
extern const struct record certificate_revoke_record;
extern const struct record certificate_answer_record;

rule certificate_register;
rule certificate_revoke;

void certificate_hash_format(const uint8_t hash[CERTIFICATE_HASH_SIZE],
                             char text_out[CERTIFICATE_HASH_TEXT_SIZE]);
