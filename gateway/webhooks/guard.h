#pragma once
/*
 * Which addresses may be connected to on behalf of a party: public ones only, so that nobody
 * reaches into the house through the gateway. It judges the address of the very connection,
 * whatever the name resolved to before or will resolve to later. Sources: IANA IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890 and its updates).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "ledger/base/status.h"

enum {
    GUARD_RANGE_COUNT_MAX = 32,
};

struct guard_range {
    uint8_t address[16];
    uint8_t size; /* 4 or 16 bytes */
    uint8_t prefix;
};

/* Exceptions: ranges that are allowed all the same. Zeroed: none. */
struct guard {
    struct guard_range ranges[GUARD_RANGE_COUNT_MAX];
    size_t count;
};

/* "10.1.0.0/16 fd00::/8": ranges separated by blanks. False: not such a text. */
MUST_CHECK bool guard_parse(const char *text, struct guard *guard_out);
bool guard_allows(const struct guard *guard, const struct sockaddr *address);
