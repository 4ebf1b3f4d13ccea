#pragma once
/*
 * Byte streams to a counterparty, kept alive: TCP or mutual TLS 1.3, as client (one connection at a
 * time, to the first of several hosts that takes it, with back-off) or as server (several). On the
 * caller's libevent base; all calls and callbacks on its thread, which must block or ignore
 * SIGPIPE. No call calls back: callbacks come from the loop, and may close. What the bytes mean is
 * not known here.
 *
 * Half-open connections are found by TCP_USER_TIMEOUT and keepalive. A TLS peer must show a
 * certificate of the given CA whose SAN holds `peer_name` (a DNS name, or a URI when it has a
 * scheme); no tickets, no renegotiation; a revocation list, when given, fails closed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

struct event_base;
struct wire;

enum {
    WIRE_HOST_COUNT_MAX = 8,
    WIRE_REASON_SIZE = 160,
    WIRE_SUBJECT_SIZE = 256,
};

enum wire_role {
    WIRE_CLIENT,
    WIRE_SERVER,
};

/* Texts live as long as the wire. All files NULL: plain TCP. */
struct wire_tls {
    const char *certificate_file;
    const char *key_file;
    const char *ca_file;
    const char *crl_file;  /* NULL: none is looked at */
    const char *peer_name; /* NULL: any certificate of the CA */
};

struct wire_config {
    enum wire_role role;
    const char *hosts[WIRE_HOST_COUNT_MAX]; /* "127.0.0.1:7001"; a server listens on the first, port
                                               0 = any */
    size_t host_count;
    struct wire_tls tls;
    int64_t connect_timeout_us; /* TCP and handshake together */
    int64_t backoff_first_us;   /* doubled after each failed round over all hosts, with jitter */
    int64_t backoff_max_us;
    int64_t dead_after_us;       /* unacknowledged bytes this old end the connection */
    size_t output_size_max;      /* unsent bytes of one connection */
    size_t connection_count_max; /* server */
};

/* `connection` numbers grow and are never used twice. */
struct wire_events {
    void *context;
    void (*opened)(void *context, uint64_t connection, const char *peer);
    /* All of `bytes` are taken. May close the connection. */
    void (*received)(void *context, uint64_t connection, struct bytes bytes);
    void (*closed)(void *context, uint64_t connection, const char *reason);
    /* A host could not be reached or shook no hands; the next is tried by itself. Server: a caller
     * (its address) was turned away. */
    void (*failed)(void *context, const char *host, const char *reason);
};

/* NULL with a one-line reason: bad address, unreadable certificate, busy port. */
struct wire *wire_create(struct event_base *base,
                         const struct wire_config *config,
                         const struct wire_events *events,
                         char *message_out,
                         size_t message_size);
/* OK; LIMIT: output_size_max, nothing was taken; REJECTED: closed already. */
MUST_CHECK enum status wire_send(struct wire *wire, uint64_t connection, struct bytes bytes);
/* What was sent is still written, then `closed` is called; nothing is received any more. A client
 * connects again after its back-off, to the next host when this one never said a word. */
void wire_close(struct wire *wire, uint64_t connection, const char *reason);
/* What both sides agreed on, and who the other one is. */
struct wire_session {
    char protocol[16]; /* "TLSv1.3" */
    char cipher[48];
    char subject[WIRE_SUBJECT_SIZE]; /* of the other side's certificate (RFC 2253) */
    instant_us not_after;
};
/* False: plain TCP, or no such connection. */
MUST_CHECK bool
wire_session_read(const struct wire *wire, uint64_t connection, struct wire_session *session_out);
/* The port it listens on (server). */
uint16_t wire_port(const struct wire *wire);
/* Closes all at once without callbacks; not from within one. */
void wire_destroy(struct wire *wire);
