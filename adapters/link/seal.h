#pragma once
/*
 * The code over a whole message, and the working key it is made with: at first that of the file,
 * then whatever the bank sends under the master key. What was signed under the key before is taken
 * for a while after an exchange.
 */
#include "adapters/iso8583/iso8583.h"
#include "adapters/iso8583/iso8583_mac.h"
#include "adapters/link/link_config.h"
#include "ledger/base/date.h"

struct seal {
    const struct link_config *config;
    struct link_key current;
    struct link_key before;
    instant_us before_until; /* monotonic */
    struct link_key next;    /* ours, sent and not confirmed; empty: none */
};

enum {
    SEAL_CHECK_SIZE = 4,
    SEAL_TEXT_SIZE = 2 * (LINK_KEY_SIZE_MAX + SEAL_CHECK_SIZE) + 1,
};

/* Sizes of a key: of the MAC, and of the cipher that wraps it. */
MUST_CHECK bool seal_key_fits(enum link_mac mac, size_t size);

/* A new connection: the key of the file again. */
void seal_start(struct seal *seal, const struct link_config *config);
void seal_clear(struct seal *seal);
/* Adds the field for the code, empty; nothing when there is none. */
void seal_prepare(const struct seal *seal, struct iso8583_message *message);
/* Puts the code into `bytes`, which `message` was encoded to. `work` and `scratch` are memory to
 * work in. */
MUST_CHECK bool seal_close(const struct seal *seal,
                           const struct iso8583_message *message,
                           uint8_t *bytes,
                           size_t size,
                           struct iso8583_message *work,
                           uint8_t *scratch,
                           size_t scratch_size);
/* Whether a decoded message carries the right code. */
MUST_CHECK bool
seal_check(const struct seal *seal, const struct iso8583_message *message, instant_us now);
/*
 * A new key in hexadecimal, as field 62 holds it: the key encrypted under the master key, and its
 * check value. False: malformed, no master key, or the check value is wrong.
 */
MUST_CHECK bool
seal_unwrap(const struct seal *seal, struct iso8583_view field, struct link_key *key_out);
/* A new key of ours, written as field 62 holds it. False: no master key, or no randomness. */
MUST_CHECK bool seal_renew(struct seal *seal, char text_out[SEAL_TEXT_SIZE]);
/* Whether a message is signed under the key of ours that is not confirmed yet. */
bool seal_proves_next(const struct seal *seal, const struct iso8583_message *message);
/* It holds from now on. */
void seal_confirm(struct seal *seal, instant_us now);
/* The bank does not take it. */
void seal_drop(struct seal *seal);
void seal_adopt(struct seal *seal, const struct link_key *key, instant_us now);
