#pragma once
/*
 * What the files of this room share: the wire, its connections and their ends.
 *
 *   shaking ──> open ──wire_close──> flushing ──> lingering ──> ended
 *      └─failed   └──lost──> ended      └─too long─> ended
 */
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/listener.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "adapters/wire/wire.h"
#include "ledger/base/date.h"

enum {
    WIRE_PEER_SIZE = 80,
};

enum wire_stage {
    WIRE_SHAKING, /* TLS handshake; not told upwards yet */
    WIRE_OPEN,
    WIRE_FLUSHING,  /* wire_close: what was sent is still written */
    WIRE_LINGERING, /* all is written; the other side's end is awaited, so that nothing is reset */
};

struct wire_connection {
    struct wire *wire;
    size_t slot;
    uint64_t number; /* 0 until it is open */
    struct bufferevent *stream;
    SSL *ssl; /* of `stream`; NULL: plain TCP */
    struct event timer;
    enum wire_stage stage;
    bool has_received;
    char peer[WIRE_PEER_SIZE];
    char reason[WIRE_REASON_SIZE]; /* given to wire_close */
};

enum wire_step {
    WIRE_WAITING, /* for the next attempt */
    WIRE_CONNECTING,
    WIRE_CONNECTED, /* there is a connection, perhaps still shaking hands */
};

struct wire_client {
    struct wire *wire;
    enum wire_step step;
    size_t host_index;
    int64_t backoff_us;
    instant_us deadline_us; /* monotonic, of this attempt */
    struct event timer;
    struct event connect_event;
    int socket; /* -1: none */
    struct addrinfo *addresses;
    struct addrinfo *address; /* being tried */
};

struct wire_server {
    struct wire *wire;
    struct evconnlistener *listener;
    struct event pause; /* no descriptors left: listen again later */
    uint16_t port;
};

/* number = sequence * slot_count + slot: grows, and finds its slot. */
struct wire {
    struct event_base *base;
    struct wire_config config;
    struct wire_events events;
    struct wire_credentials *credentials; /* NULL: plain TCP */
    struct wire_connection **slots;
    size_t slot_count;
    uint64_t sequence;
    struct wire_client client;
    struct wire_server server;
};

/* A free slot; false when all are taken. */
MUST_CHECK bool wire_slot(const struct wire *wire, size_t *slot_out);
/* The next number for it. */
uint64_t wire_number(struct wire *wire, size_t slot);

/* Takes the connected `socket` and shakes hands. False: message_out says why, the socket is closed.
 */
MUST_CHECK bool wire_connection_create(struct wire *wire,
                                       int socket,
                                       const char *peer,
                                       int64_t timeout_us,
                                       char message_out[WIRE_REASON_SIZE]);
void wire_connection_close(struct wire_connection *connection, const char *reason);
/* At once, telling nobody. */
void wire_connection_destroy(struct wire_connection *connection);

MUST_CHECK bool wire_client_create(struct wire *wire, char *message_out, size_t size);
void wire_client_destroy(struct wire *wire);
/* The host was of no use: not reached, or gone before it said anything. */
void wire_client_failed(struct wire *wire);
/* A connection that had been of use ended. */
void wire_client_ended(struct wire *wire);

MUST_CHECK bool wire_server_create(struct wire *wire, char *message_out, size_t size);
void wire_server_destroy(struct wire *wire);

/* "name:port", "1.2.3.4:port", "[::1]:port". */
MUST_CHECK bool wire_address_check(const char *text);
/* By the system's resolver: a name may hold the thread up, an address never does. freeaddrinfo; or
 * NULL and the reason. */
struct addrinfo *wire_address_resolve(const char *text, const char **reason_out);
void wire_address_print(const struct sockaddr *address, socklen_t size, char out[WIRE_PEER_SIZE]);
/* Before connect and after accept: no delay, and a dead peer is noticed after `dead_after_us`. */
void wire_address_prepare(int socket, int64_t dead_after_us);
struct timeval wire_address_timeval(int64_t duration_us);
