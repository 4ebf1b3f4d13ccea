#pragma once
/*
 * TLS 1.3 with client certificates (RFC 8446), and nothing else: no older version, no ticket, no
 * session cache (a resumed session would skip the certificate's expiry), no early data. A client
 * certificate must chain to the given CA within depth 2, name clientAuth, and be unrevoked by a
 * list that is present and current: without one, nobody is let in.
 */
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/server/server.h"

/* Certificates and revocation lists as one reload saw them. Immutable, shared by threads. */
struct tls;

/* NULL with a one-line reason. */
struct tls *tls_load(const struct server_config *config, char *message_out, size_t size);
struct tls *tls_share(struct tls *tls);
void tls_release(struct tls *tls);

/* A server side over a connected socket, which it does not own. */
SSL *tls_accept(struct tls *tls, int socket);
/* After the handshake. NULL when it names exactly one of ours, otherwise the reason it does not. */
const char *tls_identity(const SSL *ssl, struct identity *identity_out);
/* Whether any certificate of the peer's verified chain is on a list of `tls`. */
bool tls_is_revoked(const struct tls *tls, const SSL *ssl);
/* When the peer's certificate ends. */
instant_us tls_expiry(const SSL *ssl);
/* The first error of the thread's OpenSSL queue in words, and empties the queue. */
const char *tls_error(const SSL *ssl);
