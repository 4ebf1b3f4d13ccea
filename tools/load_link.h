#pragma once
/* One client connection of the load generator. Not for other rooms. */
#include <openssl/ssl.h>

#include "tools/load.h"

enum load_progress {
    LOAD_WAITS_INPUT,
    LOAD_WAITS_OUTPUT,
    LOAD_ANSWERED, /* status and body are there until load_link_send */
    LOAD_BROKEN,
};

struct load_link {
    SSL *ssl;
    int socket;
    uint64_t index;
    instant_us sent_us;
    uint8_t *request;
    size_t request_size;
    size_t request_at;
    uint8_t *answer;
    size_t answer_capacity;
    size_t answer_size;
    size_t head_size; /* 0 until it is known */
    size_t body_size;
    int status;
};

/* Blocking connect and handshake; NULL or the reason it failed. Afterwards non-blocking. */
const char *load_link_open(struct load_link *link, const struct load_config *config, SSL_CTX *tls);
void load_link_close(struct load_link *link);
/* Takes the bytes in link->request[0 .. request_size) as the next request. */
enum load_progress load_link_send(struct load_link *link);
/* After the socket was reported ready. */
enum load_progress load_link_advance(struct load_link *link);
