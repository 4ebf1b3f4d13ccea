#pragma once
/*
 * The door: TLS 1.3 with client certificates, strict HTTP/1.1 (RFC 9112), N I/O threads.
 * A handler runs on the I/O thread of its connection; it answers at once with request_reply, or
 * later, from that same thread, through server_post. A client that has gone away meanwhile is no
 * concern of the handler: request_reply on such a request just frees it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/role.h"
#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_OTHER, /* answered 405 by the router */
};

enum {
    REQUEST_ARENA_SIZE = 1024 * 1024
};

/* From the certificate's SAN URI "kouan:party/<party id>/role/<role>[/user/<user>]"
 * (gateway/business/role.h). */
struct identity {
    char party[PARTY_ID_SIZE];
    char user[PARTY_ID_SIZE]; /* which person of the party; "": not said */
    enum role role;
};

struct request; /* owned by the server until request_reply */

enum method request_method(const struct request *request);
const char *request_path(const struct request *request); /* decoded, without the query */
/* The value of a query parameter, or NULL. */
const char *request_query(const struct request *request, const char *name);
/* The name of the first parameter that is none of `names` (NULL-terminated); NULL: there is none.
 */
const char *request_query_other(const struct request *request, const char *const *names);
/* The one value of a header (any case), or NULL. Of headers that may be repeated (Accept…), the
 * first. */
const char *request_header(const struct request *request, const char *name);
struct bytes request_body(const struct request *request);
const struct identity *request_identity(const struct request *request);
/* Lives until request_reply; REQUEST_ARENA_SIZE bytes, and eight times the body on top when that
 * is large: see arena_take. Pages not used cost nothing. */
struct arena *request_arena(struct request *request);
size_t request_thread(const struct request *request);
/* The n-th "{…}" part of the route's pattern. */
const char *request_path_part(const struct request *request, size_t index);

struct reply {
    int status;
    const char *content_type;  /* NULL when there is no body */
    struct bytes body;         /* copied */
    const char *extra_headers; /* whole lines "Name: value\r\n…", or NULL. Cache-Control: no-store
                                  is sent unless a Cache-Control line is among them */
    bool closes;               /* close the connection after this */
};
void request_reply(struct request *request, const struct reply *reply);

typedef void route_handler(struct request *request, void *context);

struct route {
    enum method method;
    unsigned roles;      /* bits of enum role */
    const char *pattern; /* "/v1/guarantees/{grn}"; a last "{path*}" takes all that is left */
    route_handler *handler;
    void *context;
    size_t body_size_max;
};

struct metrics; /* gateway/server/metrics.h */

struct server_config {
    const char *listen_address;
    uint16_t listen_port; /* 0: any; see server_port */
    const char *certificate_file;
    const char *key_file;
    const char *client_ca_file;
    const char *crl_file; /* required: without it no client is accepted */
    size_t thread_count;
    size_t connection_count_max;
    size_t connection_count_per_party_max;
    instant_us handshake_deadline_us;
    instant_us header_deadline_us;
    instant_us body_deadline_us;
    instant_us idle_deadline_us;
    const struct route *routes; /* copied; the patterns must outlive the server */
    size_t route_count;
    /* For GET /readyz; NULL: ready unless draining. Fills in the reason when it says no. */
    bool (*is_ready)(void *context, char *reason_out, size_t size);
    void *ready_context;
    struct metrics *metrics; /* shown by GET /metrics; NULL: the server makes its own */
};

struct server;

/* GET /livez, /readyz and /metrics are answered by the server itself, to any role.
 * NULL with a one-line reason: bad certificate, busy port, missing CRL. Starts the threads. */
struct server *server_create(const struct server_config *config, char *message_out, size_t size);
uint16_t server_port(const struct server *server);
/* Runs callback(argument) soon on I/O thread `thread`. Any thread may call. Never drops. */
void server_post(struct server *server, size_t thread, void (*callback)(void *), void *argument);
/* New certificates and CRL for new handshakes; live connections whose certificate is now revoked
 * are cut, soon after the return. On failure the old ones stay. */
MUST_CHECK bool server_reload(struct server *server, char *message_out, size_t size);
/* Stops accepting, lets requests under way finish (at most `deadline_us`), then joins the threads.
 * What is posted afterwards is run by server_destroy: stop whoever posts between the two. */
void server_drain(struct server *server, instant_us deadline_us);
void server_destroy(struct server *server);
