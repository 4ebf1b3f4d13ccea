#pragma once
/* Requests and answers of one connection. Not for other rooms. */
#include "gateway/server/connection.h"

/* Reads, parses, routes and dispatches as far as the bytes that have come allow. */
void connection_advance(struct connection *connection);
/* Answers 408 and closes. */
void exchange_refuse_slow(struct connection *connection);
/* Answers 429 to a party that has too many connections, and closes. */
void exchange_refuse_party(struct connection *connection);
