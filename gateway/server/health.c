/* What an orchestrator and a monitor ask for. */
#include <stdio.h>
#include <stdlib.h>

#include "gateway/server/problem.h"
#include "gateway/server/server_state.h"

static void reply_text(struct request *request, const char *text, size_t size)
{
    request_reply(request,
                  &(struct reply){
                      .status = 200,
                      .content_type = "text/plain; version=0.0.4; charset=utf-8",
                      .body = {.data = (const uint8_t *)text, .size = size}
    });
}

static void answer_livez(struct request *request, void *context)
{
    (void)context;
    reply_text(request, "ok\n", 3);
}

static void answer_readyz(struct request *request, void *context)
{
    const struct server *server = context;
    const struct server_config *config = &server->config;
    char reason[160] = "draining";
    bool is_ready = !atomic_load(&server->is_draining);
    if (is_ready && config->is_ready != NULL) {
        is_ready = config->is_ready(config->ready_context, reason, sizeof reason);
    }
    if (is_ready) {
        reply_text(request, "ok\n", 3);
        return;
    }
    problem_reply(request,
                  &(struct problem){.status = 503,
                                    .code = "server.not_ready",
                                    .title = "The server is not ready",
                                    .detail = reason});
}

static void answer_metrics(struct request *request, void *context)
{
    const struct server *server = context;
    size_t room = metrics_size_max(server->metrics);
    char *text = malloc(room);
    if (text == NULL) {
        abort();
    }
    struct writer out = writer_over(text, room);
    metrics_write(server->metrics, &out);
    reply_text(request, text, out.size);
    free(text);
}

void health_routes(struct server *server, struct route routes_out[HEALTH_ROUTE_COUNT])
{
    static const struct {
        const char *pattern;
        route_handler *handler;
    } table[HEALTH_ROUTE_COUNT] = {
        {"/livez",   answer_livez  },
        {"/readyz",  answer_readyz },
        {"/metrics", answer_metrics},
    };
    for (size_t i = 0; i < HEALTH_ROUTE_COUNT; i++) {
        routes_out[i] = (struct route){.method = METHOD_GET,
                                       .pattern = table[i].pattern,
                                       .roles = ROLE_ANYONE,
                                       .handler = table[i].handler,
                                       .context = server};
    }
}
