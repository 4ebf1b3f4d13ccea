#pragma once
/* Roles are bits, so that a command can allow several. A certificate's SAN URI names one. */

enum role {
    ROLE_OPERATOR = 1,
    ROLE_AUDITOR = 2,
    ROLE_BANK = 4,
    ROLE_MERCHANT = 8, /* merchant, platform, agent, logistics, payment institution */
    ROLE_CUSTOMS = 16,
    ROLE_INSURER = 32,
    ROLE_ANYONE = 63,
};

/* A party id, NUL included: a-z, 0-9 and hyphens. It stands in certificates and document keys. */
enum {
    PARTY_ID_SIZE = 25
};

/* "operator"; NULL for none or several. */
const char *role_name(enum role role);
/* 0 when unknown. */
enum role role_find(const char *name);
