#include "gateway/server/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/server/problem.h"
#include "ledger/base/log.h"

enum {
    /* While the handler works, the next request may arrive up to here; then reading pauses. */
    READ_AHEAD_SIZE_MAX = HTTP1_HEAD_SIZE_MAX,
    /* What chunk framing may add to a body at any moment. */
    CHUNK_SLACK_SIZE = HTTP1_TRAILER_SIZE_MAX + HTTP1_CHUNK_LINE_SIZE_MAX
};

static bool is_reading(const struct connection *connection)
{
    return connection->state == CONNECTION_HEAD || connection->state == CONNECTION_BODY;
}

/* Every refusal from here ends the connection unless the whole request is known to be read. */
static void refuse(struct connection *connection, const struct problem *problem)
{
    struct request *request = connection->request;
    if (thread_may_log(connection->thread)) {
        LOG(LOG_INFO,
            "request_refused",
            LOG_TEXT("party", connection->identity.party),
            LOG_NUMBER("status", problem->status),
            LOG_TEXT("code", problem->code),
            LOG_TEXT("detail", problem->detail == NULL ? "" : problem->detail));
    }
    problem_reply(request, problem);
}

static void refuse_parse(struct connection *connection)
{
    static const struct {
        int status;
        const char *code;
        const char *title;
    } kinds[] = {
        {413, "request.too_large",       "The body is too large"         },
        {414, "request.target_too_long", "The request target is too long"},
        {417, "request.expectation",     "The expectation cannot be met" },
        {431, "request.head_too_large",  "The headers are too large"     },
        {501, "request.coding",          "The coding is not implemented" },
        {505, "request.version",         "The HTTP version is not spoken"},
        {400, "request.malformed",       "The request is malformed"      },
    };
    const struct http1_refusal *refusal = &connection->request->http.refusal;
    size_t kind = 0;
    while (kinds[kind].status != refusal->status && kinds[kind].status != 400) {
        kind++;
    }
    refuse(connection,
           &(struct problem){.status = refusal->status,
                             .code = kinds[kind].code,
                             .title = kinds[kind].title,
                             .detail = refusal->reason,
                             .closes = true});
}

void exchange_refuse_slow(struct connection *connection)
{
    refuse(connection,
           &(struct problem){.status = 408,
                             .code = "request.too_slow",
                             .title = "The request did not arrive in time",
                             .closes = true});
}

void exchange_refuse_party(struct connection *connection)
{
    connection->request = request_take(connection->thread, connection);
    metric_add(connection->thread->server->counted.refused, 1);
    refuse(connection,
           &(struct problem){.status = 429,
                             .code = "connection.too_many",
                             .title = "The party has too many connections",
                             .extra_headers = "Retry-After: 1\r\n",
                             .closes = true});
}

/* Makes the choice of route; false when the answer has been given already. */
static bool choose_route(struct connection *connection)
{
    struct request *request = connection->request;
    struct server *server = connection->thread->server;
    bool has_body = request->http.framing != HTTP1_NO_BODY;
    struct route_match *match = &request->match;
    switch (route_find(server->routes,
                       server->route_count,
                       request_method(request),
                       request->target.path,
                       connection->identity.role,
                       match)) {
    case ROUTE_FOUND:
        request->route = &server->routes[match->index];
        return true;
    case ROUTE_UNKNOWN:
        refuse(connection,
               &(struct problem){.status = 404,
                                 .code = "request.unknown_path",
                                 .title = "There is nothing at this path",
                                 .closes = has_body});
        return false;
    case ROUTE_WRONG_METHOD: {
        const char *allow = !match->allows_post  ? "Allow: GET\r\n"
                            : !match->allows_get ? "Allow: POST\r\n"
                                                 : "Allow: GET, POST\r\n";
        refuse(connection,
               &(struct problem){.status = 405,
                                 .code = "request.wrong_method",
                                 .title = "The path does not have this method",
                                 .extra_headers = allow,
                                 .closes = has_body});
        return false;
    }
    case ROUTE_FORBIDDEN:
        request->route = &server->routes[match->index];
        refuse(connection,
               &(struct problem){.status = 403,
                                 .code = "request.forbidden",
                                 .title = "The role of the certificate does not allow this",
                                 .closes = has_body});
        return false;
    }
    return false;
}

static void begin_body(struct connection *connection)
{
    struct request *request = connection->request;
    struct http1 *http = &request->http;
    request->started_us = clock_monotonic();
    if (!request_open_head(request)) {
        http->refusal = (struct http1_refusal){400, "malformed or ambiguous request target"};
        refuse_parse(connection);
        return;
    }
    if (!choose_route(connection)) {
        return;
    }
    if (http->framing == HTTP1_LENGTH && http->content_length > request->route->body_size_max) {
        http->refusal = (struct http1_refusal){413, "the body is too large"};
        refuse_parse(connection);
        return;
    }
    connection->state = CONNECTION_BODY;
    connection->deadline_us =
        request->started_us + connection->thread->server->config.body_deadline_us;
    if (http->wants_continue && http->framing != HTTP1_NO_BODY &&
        request->size == http->head_size) {
        static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
        connection_send(connection, (const uint8_t *)text, sizeof text - 1);
    }
}

/* How many bytes the request may hold at this point of it. */
static size_t size_limit(const struct connection *connection)
{
    const struct request *request = connection->request;
    const struct http1 *http = &request->http;
    if (connection->state != CONNECTION_BODY) {
        return HTTP1_HEAD_SIZE_MAX;
    }
    if (http->framing == HTTP1_CHUNKED) {
        return http->head_size + request->route->body_size_max + CHUNK_SLACK_SIZE;
    }
    return http->head_size + (size_t)http->content_length;
}

static void refuse_room(struct connection *connection)
{
    refuse(connection,
           &(struct problem){.status = 503,
                             .code = "server.busy",
                             .title = "Too much is being received at once",
                             .extra_headers = "Retry-After: 1\r\n",
                             .closes = true});
}

/* Reads once; whether it is worth going on. */
static bool fill(struct connection *connection)
{
    if (connection->request == NULL) {
        connection->request = request_take(connection->thread, connection);
    }
    struct request *request = connection->request;
    enum request_room room = request_reserve(request, size_limit(connection));
    if (room != REQUEST_ROOM) { /* the parser refuses before its own limits are reached */
        assert(room == REQUEST_ROOM_EXHAUSTED);
        refuse_room(connection);
        return false;
    }
    size_t size = 0;
    enum connection_input input = connection_read(
        connection, request->buffer + request->size, request->capacity - request->size, &size);
    if (input == CONNECTION_INPUT_SOME) {
        if (request->size == 0) {
            connection->deadline_us =
                clock_monotonic() + connection->thread->server->config.header_deadline_us;
        }
        request->size += size;
        return true;
    }
    if (input == CONNECTION_INPUT_NONE && request->size == 0) {
        connection->request = NULL;
        request_release(request);
    }
    return false;
}

static void dispatch(struct connection *connection)
{
    struct request *request = connection->request;
    connection->state = CONNECTION_ANSWERING;
    request->route->handler(request, request->route->context);
}

/* One step of reading; whether to take another. */
static bool step(struct connection *connection)
{
    struct request *request = connection->request;
    if (request == NULL || request->size == 0) {
        return fill(connection);
    }
    bool is_head = connection->state == CONNECTION_HEAD;
    enum http1_result result =
        is_head
            ? http1_head(&request->http, request->buffer, request->size)
            : http1_body(
                  &request->http, request->buffer, &request->size, request->route->body_size_max);
    switch (result) {
    case HTTP1_MORE:
        return fill(connection);
    case HTTP1_READY:
        if (is_head) {
            begin_body(connection);
        } else {
            dispatch(connection);
        }
        return true;
    case HTTP1_REFUSED:
        refuse_parse(connection);
        return true;
    }
    return false;
}

/* The handler works: the next request may come already, up to a bound. */
static void read_ahead(struct connection *connection)
{
    struct request *request = connection->request;
    assert(request != NULL); /* as long as the handler has it */
    if (connection->is_paused || !connection->is_readable) {
        return;
    }
    size_t size = 0;
    if (request->size >= request->capacity || request->size >= READ_AHEAD_SIZE_MAX) {
        connection_pause(connection);
        return;
    }
    if (connection_read(connection,
                        request->buffer + request->size,
                        request->capacity - request->size,
                        &size) == CONNECTION_INPUT_SOME) {
        request->size += size;
    }
}

void connection_advance(struct connection *connection)
{
    if (connection->is_advancing) {
        return;
    }
    connection->is_advancing = true;
    while (is_reading(connection) && step(connection)) {
    }
    connection->is_advancing = false;
    if (connection->state == CONNECTION_ANSWERING) {
        read_ahead(connection);
    }
}
