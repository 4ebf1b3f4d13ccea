#pragma once
/* A plain blocking HTTPS client that can misbehave, for tests of the door. */
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_options {
    const char *directory;       /* of the CA */
    const char *name;            /* of the certificate in it; NULL: none is shown */
    const char *other_directory; /* where the certificate is, when not there */
    uint16_t port;
    int version_max;      /* 0: the newest */
    SSL_SESSION *session; /* to resume; or NULL */
};

struct client {
    int socket;
    SSL_CTX *context;
    SSL *ssl;
};

struct answer {
    int status;  /* 0: the connection ended without one */
    bool is_cut; /* ended before the body was complete */
    size_t head_size;
    size_t size; /* of the text */
    char *text;  /* head and body, NUL-terminated; free it */
};

/* False when the handshake fails. A client of TLS 1.3 often learns of its refusal only by reading.
 * client_close in either case. */
bool client_open(struct client *client, const struct client_options *options);
/* A socket without TLS. */
int client_connect(uint16_t port);
void client_close(struct client *client);
/* False when the other side has gone. */
bool client_send(struct client *client, const void *data, size_t size);
bool client_send_text(struct client *client, const char *text);
/* The next answer; nothing beyond it is read. */
struct answer client_read(struct client *client);
/* The next answer to a HEAD request. */
struct answer client_read_head(struct client *client);
struct answer client_exchange(struct client *client, const char *text);
/* Whether the connection ends, with nothing more to read. */
bool client_sees_end(struct client *client);
const char *answer_body(const struct answer *answer);
