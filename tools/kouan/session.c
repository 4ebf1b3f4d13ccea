#include "tools/kouan/session.h"

#include <stdlib.h>
#include <string.h>

#include "tools/kouan/cbor_json.h"
#include "tools/kouan/output.h"
#include "tools/kouan/problem.h"

static const char *first_absent(const struct arguments *arguments)
{
    static const enum option needed[] = {OPTION_GATEWAY, OPTION_CA, OPTION_CERT, OPTION_KEY};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!arguments->values[needed[i]]) {
            return option_rows[needed[i]].name;
        }
    }
    return NULL;
}

enum exit_code session_open(struct session *session, const struct arguments *arguments)
{
    char reason[256];
    const char *absent = first_absent(arguments);
    if (absent) {
        message("--%s is missing (or its environment variable, or a line in --config)", absent);
        return EXIT_USAGE;
    }
    struct client_config config = {
        .gateway = arguments->values[OPTION_GATEWAY],
        .ca_file = arguments->values[OPTION_CA],
        .certificate_file = arguments->values[OPTION_CERT],
        .key_file = arguments->values[OPTION_KEY],
    };
    session->arguments = arguments;
    session->client = client_create(&config, reason, sizeof reason);
    if (!session->client) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

void session_close(struct session *session)
{
    client_destroy(session->client);
}

static json_t *body_json(const struct client_answer *answer)
{
    if (answer->body.size == 0) {
        return NULL;
    }
    if (strstr(answer->content_type, "cbor")) {
        return cbor_json(answer->body);
    }
    return json_loadb((const char *)answer->body.data,
                      answer->body.size,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                      NULL);
}

static enum exit_code explain_failure(const struct session *session,
                                      enum status status,
                                      const struct client_request *request)
{
    bool is_post = strcmp(request->method, "POST") == 0;
    message("%s", client_message(session->client));
    switch (status) {
    case STATUS_AGAIN:
    case STATUS_REJECTED:
        return EXIT_UNREACHABLE;
    case STATUS_OK:
    case STATUS_UNCERTAIN:
    case STATUS_CORRUPT:
    case STATUS_LIMIT:
        break;
    }
    if (!is_post) {
        return EXIT_UNREACHABLE;
    }
    message("it is unknown whether this was done: send the same again with --idempotency-key %s",
            request->idempotency_key);
    return EXIT_IN_DOUBT;
}

static enum exit_code explain_refusal(const struct session *session,
                                      const struct client_answer *answer)
{
    json_t *problem = body_json(answer);
    if (json_is_object(problem)) {
        problem_flatten(problem);
        problem_explain(problem);
        if (session->arguments->values[OPTION_JSON]) {
            output_json(problem);
        }
    } else {
        message("the gateway answered with status %d", answer->status);
    }
    json_decref(problem);
    return problem_exit_code(answer->status);
}

enum exit_code session_exchange(struct session *session,
                                const struct client_request *request,
                                struct session_answer *answer_out)
{
    struct client_answer answer;
    memset(answer_out, 0, sizeof *answer_out);
    enum status status = client_exchange(session->client, request, &answer);
    if (status != STATUS_OK) {
        return explain_failure(session, status, request);
    }
    answer_out->http_status = answer.status;
    answer_out->is_replayed = answer.is_replayed;
    if (answer.status >= 300) {
        return explain_refusal(session, &answer);
    }
    answer_out->body = body_json(&answer);
    if (!answer_out->body && answer.body.size > 0) {
        message("the answer (%s) cannot be read", answer.content_type);
        return EXIT_IN_DOUBT;
    }
    return EXIT_DONE;
}

enum exit_code session_post(struct session *session,
                            const char *path,
                            const char *key,
                            json_t *body,
                            struct session_answer *answer_out)
{
    char *text = json_dumps(body, JSON_COMPACT);
    if (text == NULL) {
        abort();
    }
    struct client_request request = {
        .method = "POST",
        .path = path,
        .content_type = "application/json",
        .accept = "application/json",
        .idempotency_key = key,
        .body = {.data = (const uint8_t *)text, .size = strlen(text)},
    };
    enum exit_code code = session_exchange(session, &request, answer_out);
    free(text);
    json_decref(body);
    return code;
}

void session_encode(struct writer *writer, const char *text, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool is_unreserved = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                             (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' ||
                             byte == '_' || byte == '~';
        if (is_unreserved) {
            write_u8(writer, byte);
        } else {
            write_u8(writer, '%');
            write_u8(writer, (uint8_t)hex[byte >> 4]);
            write_u8(writer, (uint8_t)hex[byte & 15]);
        }
    }
}
