#pragma once
/*
 * TLS 1.3 with certificates on both sides (RFC 8446) and nothing else: no older version, ticket,
 * session cache or early data, since a resumed session would skip the certificate's expiry.
 */
#include <openssl/ssl.h>

#include "adapters/wire/wire.h"

struct wire_credentials;

/* NULL with a one-line reason. The texts in `files` are kept. */
struct wire_credentials *
wire_tls_load(enum wire_role role, const struct wire_tls *files, char *message_out, size_t size);
void wire_tls_free(struct wire_credentials *credentials);

/* One side over a connected socket, by what the files say now; NULL when they have become
 * unusable, with the reason. */
SSL *wire_tls_open(struct wire_credentials *credentials,
                   int socket,
                   char *message_out,
                   size_t size);
/* Why the connection ended, `code` being OpenSSL's error or 0. */
void wire_tls_reason(const SSL *ssl, unsigned long code, char *message_out, size_t size);
/* Of a finished handshake. False: the other side showed no certificate. */
MUST_CHECK bool wire_tls_session(const SSL *ssl, struct wire_session *session_out);
