#pragma once
/*
 * Webhooks: committed events posted to the parties' addresses, in order for each webhook, each
 * until its receiver takes it (2xx) or it is given up and becomes a dead letter. At least once:
 * what was taken and not yet reported to the ledger is posted again after a restart, under the same
 * webhook-id.
 *
 * Events are read from the store, never from memory: only what is committed is told. Only the
 * active engine's gateway posts.
 */
#include "gateway/engine/engine.h"
#include "gateway/webhooks/signer.h"

struct webhooks_config {
    const char *vault_file;
    const char *ca_file; /* authorities beside the system's; "" = none */
    const char *allow;   /* ranges posts may go to although they are not public; see guard.h */
    int64_t connect_ms;  /* to connect, TLS included */
    int64_t whole_ms;    /* the whole exchange */
    int64_t retry_us;    /* after the first failure; doubled */
    int64_t retry_max_us;
    int64_t attempt_count_max; /* then it is a dead letter */
};

/* Since the start, but the lag: events of active webhooks not delivered yet. */
struct webhooks_report {
    int64_t webhook_count;
    int64_t delivered_count;
    int64_t failed_count;
    int64_t dead_count;
    int64_t lag_count;
};

struct webhooks;

/* NULL with one line. Nothing runs yet. */
struct webhooks *
webhooks_create(const struct webhooks_config *config, char *message_out, size_t size);
/* To be put into engine_config before the engine is made. */
struct engine_news webhooks_news(struct webhooks *webhooks);
/* Starts the thread. False with one line. */
MUST_CHECK bool
webhooks_start(struct webhooks *webhooks, struct engine *engine, char *message_out, size_t size);
/* Drops what is under way, tells the ledger how far it came; call before engine_stop. */
void webhooks_stop(struct webhooks *webhooks);
/* After engine_stop: news may come until then. */
void webhooks_destroy(struct webhooks *webhooks);

/* From any thread, at any time. */
void webhooks_read_report(struct webhooks *webhooks, struct webhooks_report *report_out);
