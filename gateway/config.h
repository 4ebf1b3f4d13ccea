#pragma once
/*
 * The configuration: one YAML file, every key checked at start, a default for each (config.c holds
 * the table; `kouan-gateway --print-config` writes it out). A wrong key, type or value ends the
 * start with one line naming the key and what is allowed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    CONFIG_TEXT_SIZE = 4096,
};

enum environment {
    PRODUCTION,
    SANDBOX,
};

struct config {
    char listen_address[CONFIG_TEXT_SIZE];
    int64_t listen_port;
    int64_t threads;

    char certificate[CONFIG_TEXT_SIZE];
    char key[CONFIG_TEXT_SIZE];
    char client_ca[CONFIG_TEXT_SIZE];
    char crl[CONFIG_TEXT_SIZE];

    char database[CONFIG_TEXT_SIZE];
    char vault[CONFIG_TEXT_SIZE];

    char customs_channels[CONFIG_TEXT_SIZE];

    char links[CONFIG_TEXT_SIZE];
    int64_t open_payments;
    int64_t bank_inquiries;
    int64_t bank_retry_ms;
    int64_t bank_retry_max_ms;

    char webhook_ca[CONFIG_TEXT_SIZE];
    char webhook_allow[CONFIG_TEXT_SIZE];
    int64_t webhook_connect_ms;
    int64_t webhook_reply_ms;
    int64_t webhook_retry_ms;
    int64_t webhook_retry_max_ms;
    int64_t webhook_attempts;

    int64_t customs_signature;          /* enum customs_signature */
    int64_t customs_signature_spelling; /* enum xmldsig_spelling */
    int64_t customs_rsa_bits;

    int64_t connections;
    int64_t connections_per_party;
    int64_t queue;
    int64_t documents;
    int64_t accounts;
    int64_t pendings;
    int64_t known_keys;

    int64_t handshake_seconds;
    int64_t header_seconds;
    int64_t body_seconds;
    int64_t idle_seconds;
    int64_t drain_seconds;

    int64_t partition_transfers;
    int64_t checkpoint_transfers;
    int64_t lease_seconds;
    int64_t four_eyes;   /* enum four_eyes */
    int64_t environment; /* enum environment */
    int64_t clock;       /* enum clock_kind */
    int64_t log_level;   /* enum log_level */
};

/* False with a one-line reason, which begins with the file. */
MUST_CHECK bool
config_load(const char *path, struct config *config_out, char *message_out, size_t message_size);
/* The keys with defaults and meanings, as a YAML file of comments and values. */
void config_print(void);
