#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/server/connection.h"
#include "ledger/base/log.h"

enum {
    HEAD_SIZE_MAX = 4096
};

static const char *phrase(int status)
{
    static const struct {
        int status;
        const char *text;
    } phrases[] = {
        {200, "OK"                             },
        {201, "Created"                        },
        {202, "Accepted"                       },
        {204, "No Content"                     },
        {304, "Not Modified"                   },
        {400, "Bad Request"                    },
        {401, "Unauthorized"                   },
        {403, "Forbidden"                      },
        {404, "Not Found"                      },
        {405, "Method Not Allowed"             },
        {406, "Not Acceptable"                 },
        {408, "Request Timeout"                },
        {409, "Conflict"                       },
        {413, "Content Too Large"              },
        {414, "URI Too Long"                   },
        {415, "Unsupported Media Type"         },
        {417, "Expectation Failed"             },
        {422, "Unprocessable Content"          },
        {429, "Too Many Requests"              },
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"          },
        {501, "Not Implemented"                },
        {503, "Service Unavailable"            },
        {505, "HTTP Version Not Supported"     },
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].status == status) {
            return phrases[i].text;
        }
    }
    return ""; /* the phrase may be empty: RFC 9112 section 4 */
}

static void
write_head(struct writer *out, const struct reply *reply, const char *date, enum after_answer after)
{
    char text[64];
    assert(reply->status >= 200 && reply->status <= 599);
    snprintf(text, sizeof text, "HTTP/1.1 %d ", reply->status);
    write_text(out, text);
    write_text(out, phrase(reply->status));
    write_text(out, "\r\nDate: ");
    write_text(out, date);
    if (reply->content_type != NULL) {
        write_text(out, "\r\nContent-Type: ");
        write_text(out, reply->content_type);
        write_text(out, "\r\nX-Content-Type-Options: nosniff");
    }
    if (reply->status != 204 && reply->status != 304) {
        snprintf(text, sizeof text, "\r\nContent-Length: %zu", reply->body.size);
        write_text(out, text);
    }
    bool has_cache_rule =
        reply->extra_headers != NULL && strstr(reply->extra_headers, "Cache-Control:") != NULL;
    write_text(out, has_cache_rule ? "\r\n" : "\r\nCache-Control: no-store\r\n");
    if (reply->extra_headers != NULL) {
        write_text(out, reply->extra_headers);
    }
    write_text(out, after == AFTER_ANSWER_CLOSE ? "Connection: close\r\n\r\n" : "\r\n");
}

/* Head and body in one piece, so that they leave in one record and one system call. */
static void send_answer(struct connection *connection,
                        const struct reply *reply,
                        enum after_answer after,
                        size_t body_size)
{
    struct io_thread *thread = connection->thread;
    size_t room = HEAD_SIZE_MAX + body_size;
    uint8_t *large = NULL;
    if (room > sizeof thread->scratch) {
        large = malloc(room);
        if (large == NULL) {
            abort();
        }
    }
    struct writer out = writer_over(large == NULL ? thread->scratch : large, room);
    write_head(&out, reply, thread_date(thread), after);
    assert(!out.has_failed && out.size <= HEAD_SIZE_MAX);
    write_bytes(&out, reply->body.data, body_size);
    connection_send(connection, out.data, out.size);
    free(large);
}

static void count(const struct request *request, int status)
{
    const struct server *server = request->thread->server;
    size_t index =
        request->route == NULL ? server->route_count : (size_t)(request->route - server->routes);
    const struct route_metrics *metrics = &server->counted.routes[index];
    metric_add(metrics->answers[status / 100 - 1], 1);
    instant_us duration_us = 0;
    if (request->route != NULL) {
        duration_us = clock_monotonic() - request->started_us;
        metric_observe(metrics->seconds, duration_us);
    }
    LOG(LOG_DEBUG,
        "request",
        LOG_TEXT("party", request->identity.party),
        LOG_TEXT("route", request->route == NULL ? "" : request->route->pattern),
        LOG_NUMBER("status", status),
        LOG_NUMBER("duration_us", duration_us));
}

static enum after_answer after_answer(const struct request *request,
                                      const struct connection *connection,
                                      const struct reply *reply)
{
    bool closes = reply->closes || request->http.wants_close || connection->is_expired ||
                  connection->thread->is_draining;
    return closes ? AFTER_ANSWER_CLOSE : AFTER_ANSWER_KEEP;
}

void request_reply(struct request *request, const struct reply *reply)
{
    struct connection *connection = request->connection;
    count(request, reply->status);
    if (connection == NULL) {
        request_release(request);
        return;
    }
    assert(connection->request == request);
    enum after_answer after = after_answer(request, connection, reply);
    /* Detached first: sending may find the connection broken and close it. */
    connection->request = NULL;
    /* An answer to HEAD has the headers of a body, but none (RFC 9112 section 6.3). */
    send_answer(connection, reply, after, request_is_head(request) ? 0 : reply->body.size);
    if (connection->state == CONNECTION_DEAD || after == AFTER_ANSWER_CLOSE) {
        request_release(request);
    } else {
        request_restart(request);
        if (request->size > 0) {
            connection->request = request;
        } else {
            request_release(request);
        }
    }
    connection_answered(connection, after);
}
