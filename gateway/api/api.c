#include "gateway/api/api.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/customs/dxp.h"
#include "gateway/api/api_p.h"

enum {
    PATTERN_SIZE_MAX = 128
};

/* The resources that are not made from a table. */
static const struct {
    enum method method;
    const char *pattern;
    unsigned roles;
    route_handler *handler;
    size_t body_size_max;
} fixed_routes[] = {
    {METHOD_POST, "/v1/batch",                      ROLE_ANYONE,                              api_batch,          BATCH_BODY_SIZE_MAX   },
    {METHOD_POST, "/v1/customs/messages",           ROLE_CUSTOMS | ROLE_MERCHANT,             api_customs,        DXP_SIZE_MAX          },
    {METHOD_POST, "/v1/bank/documents",             ROLE_BANK,                                api_bank_documents, BANK_DOCUMENT_SIZE_MAX},
    {METHOD_GET,  "/v1/account/{number}",           ROLE_ANYONE,                              api_account,        0                     },
    {METHOD_GET,  "/v1/account/{number}/statement", ROLE_ANYONE,                              api_statement,      0                     },
    {METHOD_GET,  "/v1/event",                      ROLE_ANYONE,                              api_events,         0                     },
    {METHOD_GET,  "/v1/links",                      ROLE_OPERATOR | ROLE_AUDITOR | ROLE_BANK, api_links,          0                     },
    {METHOD_GET,  "/v1/webhook-key",                ROLE_ANYONE,                              api_webhook_key,    0                     },
    {METHOD_GET,  "/openapi.json",                  ROLE_ANYONE,                              api_openapi,        0                     },
    {METHOD_GET,  "/kouan.cddl",                    ROLE_ANYONE,                              api_cddl,           0                     },
};

enum {
    FIXED_COUNT = sizeof fixed_routes / sizeof fixed_routes[0]
};

static char *copy_pattern(const char *pattern)
{
    char *copy = strdup(pattern);
    assert(copy != NULL);
    return copy;
}

static void route_add(struct api *api, const struct route *route, const struct api_route *context)
{
    struct api_route *kept = &api->contexts[api->route_count];
    *kept = *context;
    api->routes[api->route_count] = *route;
    api->routes[api->route_count].context = kept;
    api->route_count++;
}

static void command_routes(struct api *api)
{
    for (size_t i = 0; i < command_type_count; i++) {
        const struct command_type *type = &command_types[i];
        if (type->roles == 0) {
            continue; /* the system's own */
        }
        char pattern[PATTERN_SIZE_MAX];
        (void)snprintf(pattern, sizeof pattern, "/v1/%s", type->name);
        *strchr(pattern + 4, '.') = '/';
        route_add(api,
                  &(struct route){.method = METHOD_POST,
                                  .pattern = copy_pattern(pattern),
                                  .roles = type->roles,
                                  .handler = api_command,
                                  .body_size_max = COMMAND_BODY_SIZE_MAX},
                  &(struct api_route){.api = api, .command = type});
        size_t size = type->command->size + type->answer->size * 2;
        api->command_size_max = size > api->command_size_max ? size : api->command_size_max;
    }
}

static void document_routes(struct api *api)
{
    static const struct {
        const char *rest;
        route_handler *handler;
    } forms[] = {
        {"",        api_documents},
        {"/{key*}", api_document }
    };
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        for (size_t j = 0; j < 2; j++) {
            char pattern[PATTERN_SIZE_MAX];
            const char *name = document_types[i].record->name;
            (void)snprintf(pattern, sizeof pattern, "/v1/%s%s", name, forms[j].rest);
            route_add(api,
                      &(struct route){.method = METHOD_GET,
                                      .pattern = copy_pattern(pattern),
                                      .roles = ROLE_ANYONE,
                                      .handler = forms[j].handler},
                      &(struct api_route){.api = api, .document = (enum document)i});
        }
    }
}

static void tools_create(struct api *api)
{
    char message[200];
    api->tools = calloc(api->config.thread_count, sizeof *api->tools);
    assert(api->tools != NULL);
    for (size_t i = 0; i < api->config.thread_count; i++) {
        struct api_tools *tools = &api->tools[i];
        tools->vault = vault_open(api->config.vault_file, message, sizeof message);
        tools->buffer = malloc(API_BUFFER_SIZE);
        assert(tools->vault != NULL && tools->buffer != NULL);
        arena_create(&tools->scratch, API_SCRATCH_SIZE);
    }
}

struct api *api_create(const struct api_config *config)
{
    struct api *api = calloc(1, sizeof *api);
    assert(api != NULL);
    api->config = *config;
    tools_create(api);
    webhook_key_make(api);
    api->statements = calloc(DOCUMENT_COUNT, sizeof *api->statements);
    size_t count_max = FIXED_COUNT + command_type_count + (size_t)2 * DOCUMENT_COUNT;
    api->routes = calloc(count_max, sizeof *api->routes);
    api->contexts = calloc(count_max, sizeof *api->contexts);
    assert(api->statements != NULL && api->routes != NULL && api->contexts != NULL);
    document_statements_make(api->statements);
    for (size_t i = 0; i < FIXED_COUNT; i++) {
        route_add(api,
                  &(struct route){.method = fixed_routes[i].method,
                                  .pattern = copy_pattern(fixed_routes[i].pattern),
                                  .roles = fixed_routes[i].roles,
                                  .handler = fixed_routes[i].handler,
                                  .body_size_max = fixed_routes[i].body_size_max},
                  &(struct api_route){.api = api});
    }
    command_routes(api);
    document_routes(api);
    api_describe(api);
    return api;
}

void api_destroy(struct api *api)
{
    for (size_t i = 0; i < api->config.thread_count; i++) {
        vault_close(api->tools[i].vault);
        arena_destroy(&api->tools[i].scratch);
        free(api->tools[i].buffer);
    }
    for (size_t i = 0; i < api->route_count; i++) {
        free((void *)(uintptr_t)api->routes[i].pattern);
    }
    document_statements_free(api->statements);
    free(api->statements);
    free(api->tools);
    free(api->routes);
    free(api->contexts);
    free((void *)(uintptr_t)api->openapi.data);
    free((void *)(uintptr_t)api->cddl.data);
    free(api);
}

const struct route *api_routes(const struct api *api, size_t *count_out)
{
    *count_out = api->route_count;
    return api->routes;
}

void api_attach(struct api *api, struct server *server)
{
    api->server = server;
}
