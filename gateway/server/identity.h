#pragma once
/* Who a certificate speaks for: the SAN URI "kouan:party/<party id>/role/<role>", with
 * "/user/<user>" behind it when it is one person's. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "gateway/server/server.h"

#define IDENTITY_URI_SCHEME "kouan:"

/* False unless the whole text has the form above: party id and user as gateway/business/role.h
 * says, one known role. */
MUST_CHECK bool identity_parse(const char *uri, size_t size, struct identity *identity_out);
