#pragma once
/* Approvals as people read them. */
#include <jansson.h>

/* In an approval as the gateway shows it: what was proposed and what became of it, "content" and
 * "result", become the records they are instead of CBOR in base64url. Left as it is when it is not
 * understood. */
void approval_json_open(json_t *approval);
