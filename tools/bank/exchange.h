#pragma once
/*
 * The bank by ISO 20022 documents: the gateway's come in one directory, or by POST (door.h); the
 * bank's go into another, and from there by POST to the gateway if so configured (post.h).
 * A document is answered before it is taken away; the same document again gets the same answer.
 */
#include "ledger/base/bytes.h"
#include "tools/bank/books.h"

enum {
    EXCHANGE_PATH_SIZE = 1024
};

struct bank;
struct exchange;

/* NULL with one line of reason. */
struct exchange *exchange_open(struct bank *bank, char *reason_out, size_t reason_size);
void exchange_close(struct exchange *exchange);
enum exchange_said {
    EXCHANGE_ANSWERED,   /* `words_out`, until the next call */
    EXCHANGE_SILENT,     /* scripted */
    EXCHANGE_UNREADABLE, /* or nothing that is answered */
};
/* A document that did not come as a file; what it changed is in the journal. */
enum exchange_said
exchange_answer(struct exchange *exchange, struct bytes document, struct bytes *words_out);
/* Answers what lies there, and posts. */
void exchange_run(struct exchange *exchange, instant_us now);
instant_us exchange_due(const struct exchange *exchange);
/* Tells of money that came in or a payment that went back; false when it cannot be written. */
MUST_CHECK bool exchange_advise(struct exchange *exchange, const struct advice *advice);
/* Tells what was decided of a pending payment that came by file; of others nothing. */
void exchange_decided(struct exchange *exchange, const struct payment *payment);
