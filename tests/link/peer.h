#pragma once
/*
 * A bank of a few lines on its own thread: signs on, answers what it is asked as its script says,
 * and says what the test tells it to. Over adapters/wire, in the default dialect, without codes.
 */
#include <stdint.h>

#include "adapters/wire/wire.h"

struct peer;

/* By the last digit of a payment's trace. */
enum peer_habit {
    PEER_PAYS,          /* 0 to 5: 00 */
    PEER_REFUSES = 6,   /* 51 */
    PEER_IS_SILENT = 7, /* no answer */
    PEER_REPEATS = 8,   /* 00, twice */
    PEER_HANGS_UP = 9,  /* closes the connection instead */
};

struct peer *peer_create(const struct wire_config *config);
uint16_t peer_port(const struct peer *peer);
/* Advices of funds with these traces, sent on the next turns; answered ones are counted. */
void peer_advise(struct peer *peer, uint32_t first_trace, uint32_t count);
uint32_t peer_taken_count(struct peer *peer);
uint32_t peer_sign_off_count(struct peer *peer);
void peer_destroy(struct peer *peer);
