#pragma once
/*
 * The bank's HTTPS door: ISO 20022 documents of the gateway by POST, one a connection, each
 * answered with the document that a file of the same content would be answered with. What the
 * script has the bank keep to itself ends the connection without an answer.
 */
#include <event2/event.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

struct bank;
struct door;

/* NULL with one line of reason. */
struct door *
door_open(struct bank *bank, struct event_base *base, char *reason_out, size_t reason_size);
void door_close(struct door *door);
