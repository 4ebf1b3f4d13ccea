#pragma once
/* A conversation with the gateway: the client of the options, answers as JSON, failures as exit
 * codes with their message already written. */
#include <jansson.h>

#include "tools/kouan/arguments.h"
#include "tools/kouan/client.h"
#include "tools/kouan/exit.h"

#define SESSION_OPTIONS                                                                            \
    (OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_GATEWAY) | OPTION_BIT(OPTION_CA) |              \
     OPTION_BIT(OPTION_CERT) | OPTION_BIT(OPTION_KEY) | OPTION_BIT(OPTION_JSON))

struct session {
    struct client *client;
    const struct arguments *arguments;
};

/* EXIT_DONE, or the session is not open. */
MUST_CHECK enum exit_code session_open(struct session *session, const struct arguments *arguments);
void session_close(struct session *session);

struct session_answer {
    int http_status;
    bool is_replayed;
    json_t *body; /* the caller's; NULL when there is none */
};

/*
 * EXIT_DONE: 2xx and its body. Otherwise the problem is explained (and printed as JSON with --json)
 * and body is NULL.
 */
MUST_CHECK enum exit_code session_exchange(struct session *session,
                                           const struct client_request *request,
                                           struct session_answer *answer_out);

/* POST of `body`, which is released, to `path` under an idempotency key; JSON both ways. */
MUST_CHECK enum exit_code session_post(struct session *session,
                                       const char *path,
                                       const char *key,
                                       json_t *body,
                                       struct session_answer *answer_out);

/* All but unreserved characters percent-encoded (RFC 3986 §2). */
void session_encode(struct writer *writer, const char *text, size_t size);
