#pragma once
/*
 * The bank by files: ISO 20022 documents of the gateway in one directory, the bank's in another.
 * A document is answered before it is taken away; the same document again gets the same answer.
 */
#include "tools/bank/books.h"

enum {
    EXCHANGE_PATH_SIZE = 1024
};

struct bank;
struct exchange;

/* NULL with one line of reason. */
struct exchange *exchange_open(struct bank *bank, char *reason_out, size_t reason_size);
void exchange_close(struct exchange *exchange);
/* Answers what lies there. */
void exchange_run(struct exchange *exchange, instant_us now);
instant_us exchange_due(const struct exchange *exchange);
/* Tells of money that came in or a payment that went back; false when it cannot be written. */
MUST_CHECK bool exchange_advise(struct exchange *exchange, const struct advice *advice);
/* Tells what was decided of a pending payment that came by file; of others nothing. */
void exchange_decided(struct exchange *exchange, const struct payment *payment);
