#pragma once
/*
 * The code of fields 64 and 128 and the working keys it is made with. Field 128 when a field above
 * 64 is there, else 64. A new key comes under the master key, in ECB, with a check value.
 */
#include "adapters/iso8583/iso8583_mac.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    SEAL_KEY_SIZE_MAX = 32,
    SEAL_CHECK_SIZE = 4,
    SEAL_TEXT_SIZE = 2 * (SEAL_KEY_SIZE_MAX + SEAL_CHECK_SIZE) + 1,
};

struct seal_key {
    uint8_t bytes[SEAL_KEY_SIZE_MAX];
    size_t size; /* 0: none */
};

struct seal_config {
    const struct iso8583_dialect *dialect;
    enum iso8583_mac_algorithm algorithm;
    struct seal_key first;  /* size 0: messages carry no code */
    struct seal_key master; /* size 0: no key exchange */
};

/* Of one connection. */
struct seal {
    const struct seal_config *config;
    struct seal_key key;
    struct seal_key previous; /* still taken until previous_until */
    instant_us previous_until;
    struct seal_key next; /* told, not confirmed yet: no other until then, or next_until */
    instant_us next_until;
    struct seal_key given; /* by the gateway: holds once that is answered */
};

/* Hexadecimal digits in a file, white space at the end allowed. */
MUST_CHECK bool seal_key_load(const char *path, struct seal_key *key_out);
MUST_CHECK bool seal_algorithm_parse(const char *name, enum iso8583_mac_algorithm *algorithm_out);

bool seal_is_used(const struct seal *seal);
void seal_start(struct seal *seal, const struct seal_config *config);
/* Puts a field of zeros in, to be encoded and then sealed. */
void seal_prepare(const struct seal *seal, struct iso8583_message *message);
/* `bytes` is the prepared message, encoded; `working` is overwritten. */
MUST_CHECK bool seal_close(const struct seal *seal,
                           const struct iso8583_message *message,
                           uint8_t *bytes,
                           size_t size,
                           struct iso8583_message *working);
/* True when no code is used. */
MUST_CHECK bool
seal_verify(const struct seal *seal, const struct iso8583_message *message, instant_us now);

bool seal_is_renewing(const struct seal *seal, instant_us now);
/* A fresh key for field 62; false without master key. It holds after seal_turn. */
MUST_CHECK bool seal_renew(struct seal *seal, instant_us next_until, char text_out[SEAL_TEXT_SIZE]);
/* The gateway does not take it. */
void seal_drop(struct seal *seal);
void seal_turn(struct seal *seal, instant_us previous_until);
/* A key of the gateway, as field 62 holds it. False: no master key, malformed, or a wrong check
 * value. */
MUST_CHECK bool seal_take(struct seal *seal, const char *text);
/* The key taken holds from now on. */
void seal_settle(struct seal *seal, instant_us previous_until);
