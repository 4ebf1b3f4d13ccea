/* POST /v1/customs/messages: a CEB message in XML. Every business node is a command of its own. */
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"

enum {
    ARENA_PER_BODY_BYTE = 12,
    NODE_SPARE_SIZE = 4096
};

/*
 * The guid of a node is no key (one guid may stand in every node of a message), so the key is what
 * the node says: its business key, what happened, and when.
 */
static void inventory_key(const void *node, char key_out[IDEMPOTENCY_KEY_SIZE])
{
    const struct ceb_inventory *inventory = node;
    (void)snprintf(key_out,
                   IDEMPOTENCY_KEY_SIZE,
                   "ceb621/%s/%s/%s/%s",
                   inventory->agent_code,
                   inventory->cop_no,
                   inventory->app_type,
                   inventory->app_time);
}

static void return_key(const void *node, char key_out[IDEMPOTENCY_KEY_SIZE])
{
    const struct ceb_inventory_return *receipt = node;
    (void)snprintf(key_out,
                   IDEMPOTENCY_KEY_SIZE,
                   "ceb622/%s/%s/%s/%s/%s",
                   receipt->agent_code,
                   receipt->cop_no,
                   receipt->invt_no,
                   receipt->return_status,
                   receipt->return_time);
}

/* What a message type becomes. */
static const struct node_type {
    enum ceb_type message;
    const char *command;
    void (*key)(const void *node, char key_out[IDEMPOTENCY_KEY_SIZE]);
} node_types[] = {
    {CEB_621, "declaration.submit",         inventory_key},
    {CEB_622, "declaration.receive_status", return_key   },
};

static const struct node_type *node_type_find(enum ceb_type message)
{
    for (size_t i = 0; i < sizeof node_types / sizeof node_types[0]; i++) {
        if (node_types[i].message == message) {
            return &node_types[i];
        }
    }
    return NULL;
}

static void reply_fault(struct request *request, const struct ceb_fault *fault)
{
    struct problem_member members[] = {
        {.name = "element",      .text = fault->element},
        {.name = "line",                      .number = fault->line},
        {0},
    };
    char code[64];
    (void)snprintf(code, sizeof code, "customs.%s", fault->code);
    problem_reply(request,
                  &(struct problem){.status = 400,
                                    .code = code,
                                    .title = "The customs message cannot be read",
                                    .detail = fault->detail,
                                    .members = members});
}

static bool nodes_take(struct api *api,
                       struct request *request,
                       struct unit *unit,
                       const struct ceb_message *message)
{
    const struct node_type *node_type = node_type_find(message->type);
    const struct command_type *type = command_type_find(node_type->command);
    const char *nodes = message->nodes;
    for (size_t i = 0; i < message->count; i++) {
        struct command *command = unit_prepare(unit, i, type);
        if (command == NULL) {
            return false;
        }
        memcpy(command->body, nodes + i * type->command->size, type->command->size);
        node_type->key(command->body, command->idempotency_key);
        if (!api_seal_command(api, request, unit, command)) {
            return false;
        }
    }
    return true;
}

void api_customs(struct request *request, void *context)
{
    struct api *api = ((const struct api_route *)context)->api;
    enum unit_purpose purpose;
    if (!api_read_purpose(request, &purpose)) {
        return;
    }
    const char *media = request_header(request, "content-type");
    if (media == NULL ||
        (strncmp(media, "application/xml", 15) != 0 && strncmp(media, "text/xml", 8) != 0)) {
        problem_reply(request,
                      &(struct problem){.status = 415,
                                        .code = "request.media_type",
                                        .title = "The media type is not supported",
                                        .detail = "send application/xml"});
        return;
    }
    struct bytes body = request_body(request);
    struct unit *unit =
        api_unit_create(request,
                        CEB_NODE_COUNT_MAX,
                        body.size * ARENA_PER_BODY_BYTE +
                            CEB_NODE_COUNT_MAX * (api->command_size_max * 3 + NODE_SPARE_SIZE));
    if (unit == NULL) {
        return;
    }
    unit->mode = UNIT_INDEPENDENT;
    unit->purpose = purpose;
    struct ceb_message message;
    struct ceb_fault fault;
    if (!ceb_read(body, &unit->arena, &message, &fault)) {
        unit_destroy(unit);
        reply_fault(request, &fault);
        return;
    }
    unit->command_count = message.count;
    if (!nodes_take(api, request, unit, &message)) {
        unit_destroy(unit);
        api_reply_fault(
            request,
            &(struct record_fault){.code = "too_large", .detail = "the message is too large"});
        return;
    }
    api_submit(api, request, unit, api_reply_results);
}
