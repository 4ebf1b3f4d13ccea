#pragma once
#include "tests/iso8583/support.h"

enum {
    RANDOM_STORE_SIZE = 1 << 17
};

/* A message of up to 24 random fields, all valid in the dialect; values live in `store`. */
void random_message(struct support_random *random,
                    const struct iso8583_dialect *dialect,
                    struct iso8583_message *message_out,
                    uint8_t store[RANDOM_STORE_SIZE]);
