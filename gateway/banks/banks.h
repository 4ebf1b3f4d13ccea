#pragma once
/*
 * Banks: where committed payments meet the adapters. One bank, one link file, one adapter.
 *
 *   engine ──news: payment approved──> outbox ──payment.send──> engine ──news: sent──> adapter
 *   adapter ──answered──> payment.answer ──> engine        (unknown: payment in doubt, see doubt.c)
 *   adapter ──advised──> funds.receive (as the bank) ──> engine ──durable──> reply to the bank
 *   cut-over, totals ──> bank_link.cut_over, bank_link.compare
 *
 * Nothing here is a truth: what must survive is in documents. At start, and whenever the engine
 * says that news may have been missed, open payments are read from the store: an approved one was
 * never sent, a sent one without answer is in doubt.
 */
#include "gateway/engine/engine.h"
#include "gateway/records/vault.h"

struct banks;

struct banks_config {
    const char *directory; /* link files "<bank>.iso8583.yaml", "<bank>.iso20022.yaml" */
    const char *vault_file;
    size_t open_count_max;  /* payments under way in all banks together */
    int64_t inquire_count;  /* before a reversal is tried */
    int64_t retry_first_us; /* between attempts of inquiry and reversal; doubled */
    int64_t retry_max_us;
};

/* NULL with one line. Reads and checks all link files; nothing runs yet. */
struct banks *banks_create(const struct banks_config *config, char *message_out, size_t size);
/* To be put into engine_config before the engine is made. */
struct engine_news banks_news(struct banks *banks);
/* Opens the links. False with one line. */
MUST_CHECK bool
banks_start(struct banks *banks, struct engine *engine, char *message_out, size_t size);
/* Signs off and closes the links; call before engine_stop. */
void banks_stop(struct banks *banks);
void banks_destroy(struct banks *banks);
