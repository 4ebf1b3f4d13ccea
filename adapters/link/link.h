#pragma once
/*
 * A link: one bank over ISO 8583, as adapters/adapter.h wants it. Persistent connections
 * (adapters/wire), a dialect and its MAC (adapters/iso8583), and on top of them:
 *
 *   session     sign-on, echo, key exchange, cut-over, sign-off (0800/0820); requests are taken
 * only while signed on window      at most `window` requests outstanding, each with its own
 * deadline matching    a reply belongs to the request that is equal in every field of `match`;
 * replies that come late, twice or to nothing are counted and explained ("equals request 000123
 *               except field 41, which is missing")
 *   duplicates  a message of the bank is known by (institution, STAN, transmission time, RRN);
 *               a repeat is told again upwards, where it is booked once; the same key with other
 *               content is refused (94)
 *   MAC         replayed or wrongly signed messages are refused (A0) and change nothing
 *
 * What must survive a crash (payments to be reversed, their attempts) is in the ledger: the gateway
 * asks again. One YAML file a link; every key has a default and a meaning (link_config.c).
 */
#include "adapters/adapter.h"

/* NULL with one line naming file, key and what is allowed. Starts its thread. */
struct adapter *link_create(const char *file,
                            const struct adapter_events *events,
                            char *message_out,
                            size_t message_size);
/* All keys with defaults and meanings, as YAML. */
void link_print_config(void);
