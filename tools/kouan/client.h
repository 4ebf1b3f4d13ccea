#pragma once
/*
 * A blocking HTTPS client for one gateway: TLS 1.3 with our certificate, HTTP/1.1, the connection
 * kept between exchanges.
 *
 * Every POST carries an Idempotency-Key, so a request whose answer was lost is sent once more on a
 * new connection: the gateway does it at most once. Only when that fails too is the outcome
 * unknown. The process must ignore SIGPIPE.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

struct client_config {
    const char *gateway; /* https://host:port */
    const char *ca_file;
    const char *certificate_file;
    const char *key_file;
    instant_us connect_deadline_us;  /* 0: 5 s, handshake included */
    instant_us exchange_deadline_us; /* 0: 60 s */
};

struct client_request {
    const char *method; /* "GET", "POST" */
    const char *path;   /* percent-encoded, with the query */
    const char *content_type;
    const char *accept;
    const char *idempotency_key; /* required on POST */
    struct bytes body;
};

struct client_answer {
    int status;
    char content_type[64];
    bool is_replayed;
    struct bytes body; /* the client's, until the next exchange */
};

struct client;

/* NULL with a reason: a bad URL, certificate or key. Connects later, when needed. */
struct client *client_create(const struct client_config *config, char *message_out, size_t size);
void client_destroy(struct client *client);

/*
 * OK: an answer, of whatever status. AGAIN: no connection, nothing was sent. REJECTED: one of the
 * two certificates was refused. UNCERTAIN: sent, but no whole answer came. CORRUPT, LIMIT: what
 * came is no answer or too long; as uncertain.
 */
MUST_CHECK enum status client_exchange(struct client *client,
                                       const struct client_request *request,
                                       struct client_answer *answer_out);
/* Where it connects to. */
const char *client_host(const struct client *client);
const char *client_port(const struct client *client);
/* Why the last exchange failed, one line. */
const char *client_message(const struct client *client);
