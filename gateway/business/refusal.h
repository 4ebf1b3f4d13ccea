#pragma once
/*
 * Why a rule says no. Codes are stable and public; each has one HTTP status and one title
 * (problem details, RFC 9457). Order within a subject is precedence.
 */
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/book/outcome.h"

/* One row per refusal: symbol, code, HTTP status, title. refusal.c makes the table from the same list. */
#define REFUSAL_LIST(ROW)                                                                           \
    ROW(NONE, "none", 200, "No refusal")                                                           \
    ROW(LEDGER, "ledger.refused", 409, "The ledger refuses the transfer")                          \
    ROW(ROLE_FORBIDDEN, "role.forbidden", 403, "This role may not do that")                        \
    ROW(IDEMPOTENCY_MISMATCH,                                                                       \
        "idempotency.mismatch",                                                                     \
        422,                                                                                        \
        "The idempotency key was used with other content")                                          \
    ROW(BATCH_ABORTED, "batch.aborted", 409, "Another command of the atomic batch was refused")     \
    ROW(PARTY_UNKNOWN, "party.unknown", 422, "No such party")                                      \
    ROW(PARTY_NOT_ACTIVE, "party.not_active", 409, "The party is not active")                      \
    ROW(PARTY_EXISTS, "party.exists", 409, "A party with this id exists")

enum refusal_code {
#define REFUSAL_SYMBOL(symbol, code, status, title) REFUSAL_##symbol,
    REFUSAL_LIST(REFUSAL_SYMBOL)
#undef REFUSAL_SYMBOL
        REFUSAL_COUNT,
};

enum { REFUSAL_FACT_COUNT_MAX = 8 };

enum fact_type {
    FACT_MONEY,
    FACT_INTEGER,
    FACT_TEXT,
    FACT_DATE,
};

struct fact {
    const char *name;
    enum fact_type type;
    struct money money;
    int64_t integer; /* or date */
    char text[64];
};

struct refusal {
    enum refusal_code code;
    enum outcome outcome; /* for LEDGER: the ledger's own reason, given as "reason" */
    char pointer[64];     /* JSON pointer of the field at fault, "" for none */
    struct fact facts[REFUSAL_FACT_COUNT_MAX];
    size_t fact_count;
    char explain_grn[18]; /* set: say which of its reservations free what and when */
};

const char *refusal_code_text(enum refusal_code code);
int refusal_http_status(enum refusal_code code);
const char *refusal_title(enum refusal_code code);
