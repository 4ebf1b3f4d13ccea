#pragma once
/* The inside of struct keeper and struct checkpoint. */
#include "ledger/journal/connection.h"
#include "ledger/journal/journal.h"

struct keeper {
    struct journal_config config;
    struct connection connection;
};

/* AGAIN or UNCERTAIN when there is no connection. */
MUST_CHECK enum status keeper_connect(struct keeper *keeper);

struct balance {
    int64_t account;
    int64_t posted_debits;
    int64_t posted_credits;
    int64_t pending_debits;
    int64_t pending_credits;
    int64_t last_seq;
};

struct checkpoint {
    int64_t seq;
    int64_t changed_since;
    size_t count;
    struct balance *balances;
};
