#pragma once
/* What a client certificate says: whose it is, for how long, and what is wrong with it. */
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/server/identity.h"
#include "ledger/base/date.h"

struct client_certificate {
    char subject[256];
    char issuer[256];
    char serial[64];
    char fingerprint[65]; /* SHA-256, hex */
    char uri[256];        /* the first URI of the subject alternative names */
    size_t uri_count;
    struct identity identity; /* empty when the URI is not of our form */
    instant_us not_before;
    instant_us not_after;
    bool is_authority;
    bool may_be_client; /* extended key usage */
};

/* Reads the first certificate of a PEM file. */
MUST_CHECK bool certificate_read(const char *path,
                                 struct client_certificate *certificate_out,
                                 char *message_out,
                                 size_t message_size);

enum {
    CERTIFICATE_FAULT_COUNT_MAX = 8
};

/* Why the gateway would not take it, one sentence each; 0 when it would. */
size_t certificate_check(const struct client_certificate *certificate,
                         instant_us now,
                         const char *faults_out[CERTIFICATE_FAULT_COUNT_MAX]);
