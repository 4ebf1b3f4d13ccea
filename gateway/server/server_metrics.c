#include <stdio.h>
#include <stdlib.h>

#include "gateway/server/server_state.h"

static void
create_route_metrics(struct metrics *metrics, const struct route *route, struct route_metrics *out)
{
    char labels[160];
    const char *method = route == NULL ? "" : route->method == METHOD_GET ? "GET" : "POST";
    const char *pattern = route == NULL ? "" : route->pattern;
    for (int class = 1; class <= STATUS_CLASS_COUNT; class ++) {
        snprintf(labels,
                 sizeof labels,
                 "method=\"%s\",route=\"%s\",class=\"%dxx\"",
                 method,
                 pattern,
                 class);
        out->answers[class - 1] =
            class == 1 ? NULL
                       : metrics_counter(metrics,
                                         "kouan_http_requests_total",
                                         labels,
                                         "Requests answered, by route and class of status.");
    }
    snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\"", method, pattern);
    out->seconds = metrics_histogram(metrics,
                                     "kouan_http_request_duration_seconds",
                                     labels,
                                     "From the end of the head to the answer.");
}

void server_metrics_create(struct server *server)
{
    static const struct {
        const char *name;
        const char *help;
        size_t offset;
    } counters[] = {
        {"kouan_connections_accepted_total",
         "Connections accepted.",                            offsetof(struct server_metrics, accepted)         },
        {"kouan_connections_refused_total",
         "Connections refused because a cap was reached.",   offsetof(struct server_metrics, refused)          },
        {"kouan_tls_handshakes_total",
         "Handshakes that ended with a known party.",        offsetof(struct server_metrics, handshakes)       },
        {"kouan_tls_handshakes_failed_total",
         "Handshakes refused or broken off.",                offsetof(struct server_metrics, handshakes_failed)},
        {"kouan_deadlines_missed_total",
         "Connections cut because the client was too slow.", offsetof(struct server_metrics, deadlines_missed) },
        {"kouan_http_received_bytes_total",
         "Bytes received inside TLS.",                       offsetof(struct server_metrics, bytes_in)         },
        {"kouan_http_sent_bytes_total",
         "Bytes sent inside TLS.",                           offsetof(struct server_metrics, bytes_out)        },
    };
    struct server_metrics *counted = &server->counted;
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        struct metric **slot = (struct metric **)(void *)((char *)counted + counters[i].offset);
        *slot = metrics_counter(server->metrics, counters[i].name, "", counters[i].help);
    }
    counted->open =
        metrics_gauge(server->metrics, "kouan_connections", "", "Connections open now.");
    counted->routes = calloc(server->route_count + 1, sizeof *counted->routes);
    if (counted->routes == NULL) {
        abort();
    }
    for (size_t i = 0; i <= server->route_count; i++) {
        create_route_metrics(server->metrics,
                             i < server->route_count ? &server->routes[i] : NULL,
                             &counted->routes[i]);
    }
}
