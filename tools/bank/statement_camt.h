#pragma once
/* A statement's lines, and the camt.053 made of them. */
#include <stdint.h>
#include <stdio.h>

#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/base/status.h"

enum statement_format {
    STATEMENT_CSV,
    STATEMENT_CAMT_053,
};

enum statement_kind {
    STATEMENT_PAYMENT, /* the only one that goes out of the account */
    STATEMENT_REVERSAL,
    STATEMENT_RETURN,
    STATEMENT_RECEIPT,
};

struct statement_line {
    enum statement_kind kind;
    const char *bank_reference;
    const char *reference;
    const char *counterparty;
    int64_t amount_minor;
};

struct statement {
    enum statement_format format;
    date_days day;
    enum currency currency;
    const char *account;
    const char *bic;
    int64_t opening_minor;
    struct statement_line *lines;
    size_t count;
    size_t capacity;
};

/* One document; the closing balance is that of the lines. False with one line of reason. */
MUST_CHECK bool
statement_camt_write(const struct statement *statement, FILE *file, char *reason_out, size_t size);
