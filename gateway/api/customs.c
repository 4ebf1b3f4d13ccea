/* POST /v1/customs/messages: a CEB message in XML. Every business node is a command of its own. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "adapters/customs/dxp.h"
#include "gateway/api/api_p.h"
#include "gateway/api/customs_channel.h"

enum {
    ARENA_PER_BODY_BYTE = 12,
    NODE_SPARE_SIZE = 4096,
    NODE_SIZE_MIN = 100 /* of a node's XML: its required elements alone take more */
};

/* Who writes messages of a type. */
enum node_writer {
    COMPANY,
    CUSTOMS,
};

/* What a message type becomes. */
static const struct node_type {
    enum ceb_type message;
    enum node_writer writer;
    const char *command;
} node_types[] = {
    {CEB_311, COMPANY, "trade.order"                    },
    {CEB_411, COMPANY, "trade.payment"                  },
    {CEB_511, COMPANY, "trade.waybill"                  },
    {CEB_621, COMPANY, "declaration.submit"             },
    {CEB_622, CUSTOMS, "declaration.receive_status"     },
    {CEB_623, COMPANY, "declaration.withdraw"           },
    {CEB_624, CUSTOMS, "declaration.receive_withdrawal" },
    {CEB_625, COMPANY, "declaration.return"             },
    {CEB_626, CUSTOMS, "declaration.receive_return"     },
    {CEB_816, CUSTOMS, "declaration.receive_bill"       },
    {CEB_818, CUSTOMS, "declaration.receive_bill_status"},
    {CEB_900, CUSTOMS, "customs.report_format_error"    },
};

static const struct node_type *node_type_find(enum ceb_type message)
{
    size_t i = 0;
    while (node_types[i].message != message) {
        i++;
    }
    return &node_types[i];
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

/* An element may be longer or larger in a customs schema than the record it becomes allows. */
static bool nodes_check(struct request *request,
                        const struct command_type *type,
                        const struct ceb_message *message)
{
    const char *nodes = message->nodes;
    for (size_t i = 0; i < message->count; i++) {
        struct record_fault fault;
        if (!record_check(type->command, nodes + i * type->command->size, &fault)) {
            api_reply_fault(request, &fault);
            return false;
        }
    }
    return true;
}

static bool nodes_take(struct api *api,
                       struct request *request,
                       struct unit *unit,
                       const struct command_type *type,
                       const struct ceb_message *message)
{
    const char *nodes = message->nodes;
    for (size_t i = 0; i < message->count; i++) {
        struct command *command = unit_prepare(unit, i, type);
        if (command == NULL) {
            return false;
        }
        memcpy(command->body, nodes + i * type->command->size, type->command->size);
        api_customs_key(message->type, command->body, command->idempotency_key);
        if (!api_seal_command(api, request, unit, command)) {
            return false;
        }
    }
    return true;
}

/* The channel the caller names; false after a 400 reply. NULL: it names none. */
static bool channel_find(const struct api *api,
                         struct request *request,
                         const struct customs_channel **channel_out)
{
    const char *name = request_query(request, "channel");
    *channel_out = name == NULL ? NULL : customs_channel_find(api->config.channels, name);
    if (name != NULL && *channel_out == NULL) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "customs.unknown_channel",
                                        .title = "There is no such channel"});
        return false;
    }
    return true;
}

static bool media_is_xml(struct request *request)
{
    const char *media = request_header(request, "content-type");
    if (media != NULL &&
        (strncmp(media, "application/xml", 15) == 0 || strncmp(media, "text/xml", 8) == 0)) {
        return true;
    }
    problem_reply(request,
                  &(struct problem){.status = 415,
                                    .code = "request.media_type",
                                    .title = "The media type is not supported",
                                    .detail = "send application/xml"});
    return false;
}

/* The message itself, out of its envelope if it comes in one. */
static bool envelope_open(struct bytes body,
                          struct arena *arena,
                          struct bytes *xml_out,
                          struct ceb_fault *fault_out)
{
    struct dxp_message envelope;
    *xml_out = body;
    if (!dxp_is_envelope(body)) {
        return true;
    }
    if (!dxp_read(body, arena, &envelope, fault_out)) {
        return false;
    }
    *xml_out = envelope.data;
    return true;
}

static struct unit *unit_make(struct api *api, struct request *request, size_t body_size)
{
    size_t count_max = body_size / NODE_SIZE_MIN + 1;
    count_max = count_max < CEB_TAX_COUNT_MAX ? count_max : CEB_TAX_COUNT_MAX;
    return api_unit_create(request,
                           count_max,
                           body_size * ARENA_PER_BODY_BYTE +
                               count_max * (api->command_size_max * 3 + NODE_SPARE_SIZE));
}

/* A message whose signature is being looked at; in the unit's arena. */
struct posted {
    struct unit *unit;
    struct bytes xml;
    const struct customs_channel *channel;
};

/* False after a 400 reply. */
static bool channel_allows(struct request *request,
                           const struct customs_channel *channel,
                           const struct node_type *node,
                           enum customs_signer signer)
{
    if (channel == NULL || channel->signature == CHANNEL_SIGNATURE_OPTIONAL ||
        node->writer == CUSTOMS || signer == CUSTOMS_SIGNER_ACCEPTED) {
        return true;
    }
    problem_reply(request,
                  &(struct problem){.status = 400,
                                    .code = "customs.signature_absent",
                                    .title = "The customs message is not signed as it must be",
                                    .detail = "its channel takes no such message unsigned"});
    return false;
}

/* False after a reply when the message does not become commands. */
static bool message_take(struct api *api,
                         struct request *request,
                         const struct posted *posted,
                         enum customs_signer signer)
{
    struct unit *unit = posted->unit;
    struct ceb_message message;
    struct ceb_fault fault;
    if (!ceb_read(posted->xml, &unit->arena, &message, &fault)) {
        reply_fault(request, &fault);
        return false;
    }
    const struct node_type *node = node_type_find(message.type);
    if (!channel_allows(request, posted->channel, node, signer)) {
        return false;
    }
    if (posted->channel != NULL) {
        customs_channel_translate(posted->channel, &message);
    }
    const struct command_type *type = command_type_find(node->command);
    if (!nodes_check(request, type, &message)) {
        return false;
    }
    unit->command_count = message.count;
    if (!nodes_take(api, request, unit, type, &message)) {
        api_reply_fault(
            request,
            &(struct record_fault){.code = "too_large", .detail = "the message is too large"});
        return false;
    }
    return true;
}

static void
posted_go_on(struct api *api, struct request *request, enum customs_signer signer, void *posted_)
{
    const struct posted *posted = posted_;
    struct unit *unit = posted->unit;
    if (signer != CUSTOMS_SIGNER_REFUSED && message_take(api, request, posted, signer)) {
        api_submit(api, request, unit, api_reply_results);
    } else {
        unit_destroy(unit);
    }
}

void api_customs(struct request *request, void *context)
{
    struct api *api = ((const struct api_route *)context)->api;
    enum unit_purpose purpose;
    const struct customs_channel *channel;
    if (!api_read_purpose(request, "channel", &purpose) || !channel_find(api, request, &channel) ||
        !media_is_xml(request)) {
        return;
    }
    struct unit *unit = unit_make(api, request, request_body(request).size);
    if (unit == NULL) {
        return;
    }
    unit->mode = UNIT_INDEPENDENT;
    unit->purpose = purpose;
    struct ceb_fault fault;
    struct posted *posted = arena_take(&unit->arena, sizeof *posted);
    assert(posted != NULL); /* the first of its arena */
    posted->unit = unit;
    posted->channel = channel;
    if (!envelope_open(request_body(request), &unit->arena, &posted->xml, &fault)) {
        unit_destroy(unit);
        reply_fault(request, &fault);
        return;
    }
    bool is_wanted = channel != NULL && channel->signature == CHANNEL_SIGNATURE_REQUIRED;
    api_customs_signer(api, request, posted->xml, is_wanted, posted_go_on, posted);
}
