#pragma once
/*
 * Banks: where committed payments meet the adapters. One bank, one link file, one adapter.
 *
 *   engine ──news: payment approved──> outbox ──payment.send──> engine ──durable──> adapter
 *   adapter ──answered──> payment.answer ──> engine        (unknown: payment in doubt, see doubt.c)
 *   adapter ──advised──> funds.receive (as the bank) ──> engine ──durable──> reply to the bank
 *   cut-over, totals ──> bank_link.cut_over, bank_link.compare
 *
 * Nothing here is a truth: what must survive is in documents. When the engine becomes active, and
 * whenever it says that news may have been missed, open payments are read from the store: an
 * approved one was never sent, a sent one without answer is in doubt. Links open when the engine
 * becomes active for the first time: a standby never signs on to a bank.
 *
 * At most open_count_max payments are under way; more stay approved in the store and are read from
 * there as room comes back.
 */
#include "adapters/adapter.h"
#include "gateway/engine/engine.h"
#include "gateway/records/vault.h"

enum {
    BANKS_COUNT_MAX = 64,
};

/* A way to a bank: link files whose names end in `suffix` are opened with `create`. */
struct bank_opener {
    const char *suffix; /* ".iso8583.yaml" */
    /* Whether the file is good, without opening anything; one line when it is not. */
    bool (*check)(const char *file, char *message_out, size_t message_size);
    struct adapter *(*create)(const char *file,
                              const struct adapter_events *events,
                              char *message_out,
                              size_t message_size);
};

struct banks_config {
    const char *directory; /* link files "<bank>.iso8583.yaml", "<bank>.iso20022.yaml"; "" = none */
    const struct bank_opener *openers; /* live as long as the banks */
    size_t opener_count;
    const char *vault_file;
    size_t open_count_max;  /* payments under way in all banks together */
    int64_t inquire_count;  /* unanswered inquiries before a reversal is tried */
    int64_t retry_first_us; /* between attempts of inquiry and reversal; doubled */
    int64_t retry_max_us;
};

/* One link, for GET /v1/links and the metrics. */
struct bank_report {
    char bank[PARTY_ID_SIZE];
    bool is_open;                  /* the adapter exists; false: `adapter.reason` says why */
    struct adapter_report adapter; /* what it counted */
    size_t open_count;             /* payments approved, sent or in doubt */
    size_t in_doubt_count;
    instant_us in_doubt_since; /* when the oldest of them was sent; INSTANT_NONE */
    int64_t behind_day_count;  /* from the link's business day to the one the bank speaks of, when
                                  its cut-over has not come: bank_link.advance */
};

struct banks;

/* NULL with one line. Finds and checks the link files; nothing runs yet. */
struct banks *banks_create(const struct banks_config *config, char *message_out, size_t size);
/* To be put into engine_config before the engine is made. */
struct engine_news banks_news(struct banks *banks);
/* Starts the teller. False with one line. */
MUST_CHECK bool
banks_start(struct banks *banks, struct engine *engine, char *message_out, size_t size);
/* Signs off and closes the links, tells the engine what is still unanswered (in doubt); call before
 * engine_stop. */
void banks_stop(struct banks *banks);
/* After engine_stop: news may come until then. */
void banks_destroy(struct banks *banks);

/* From any thread, at any time: see adapter_take_document. REJECTED also when there is no link of
 * this bank, AGAIN while it is not open. Blocks. */
MUST_CHECK enum status
banks_take_document(struct banks *banks, const char *bank, struct bytes document);
/* From any thread, at any time. `index` < banks_count. */
size_t banks_count(const struct banks *banks);
void banks_read_report(struct banks *banks, size_t index, struct bank_report *report_out);
