#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/approval.h"
#include "gateway/business/text.h"

static bool media_is(const char *value, const char *media)
{
    size_t size = strlen(media);
    return strncmp(value, media, size) == 0 &&
           (value[size] == '\0' || value[size] == ';' || value[size] == ' ');
}

bool api_body_media(struct request *request, enum media *media_out)
{
    const char *type = request_header(request, "content-type");
    if (type != NULL && media_is(type, "application/json")) {
        *media_out = MEDIA_JSON;
        return true;
    }
    if (type != NULL && media_is(type, "application/cbor")) {
        *media_out = MEDIA_CBOR;
        return true;
    }
    problem_reply(request,
                  &(struct problem){.status = 415,
                                    .code = "request.media_type",
                                    .title = "The media type is not supported",
                                    .detail = "send application/json or application/cbor"});
    return false;
}

/* What the caller accepts; when it does not say, what it sent. */
enum media api_reply_media(const struct request *request)
{
    const char *accept = request_header(request, "accept");
    if (accept != NULL && strstr(accept, "application/cbor") != NULL) {
        return MEDIA_CBOR;
    }
    if (accept != NULL && strstr(accept, "application/json") != NULL) {
        return MEDIA_JSON;
    }
    const char *type = request_header(request, "content-type");
    return type != NULL && media_is(type, "application/cbor") ? MEDIA_CBOR : MEDIA_JSON;
}

/* Printable ASCII without blanks: the key stands in logs and URLs. */
bool api_key_is_valid(const char *key)
{
    size_t size = strlen(key);
    for (size_t i = 0; i < size; i++) {
        if (key[i] <= ' ' || key[i] > '~') {
            return false;
        }
    }
    return size > 0 && size < IDEMPOTENCY_KEY_SIZE;
}

bool api_seal_command(struct api *api,
                      const struct request *request,
                      struct unit *unit,
                      struct command *command)
{
    struct api_tools *tools = &api->tools[request_thread(request)];
    const struct record *record = command->type->command;
    struct writer sealed = writer_over(tools->buffer, API_BUFFER_SIZE);
    record_look_up(record, tools->vault, command->body);
    record_seal(record, tools->vault, command->body, &sealed);
    uint8_t *kept = sealed.has_failed ? NULL : arena_take(&unit->arena, sealed.size);
    if (kept == NULL) {
        return false;
    }
    memcpy(kept, sealed.data, sealed.size);
    command->sealed = (struct bytes){.data = kept, .size = sealed.size};
    arena_reset(&tools->scratch);
    record_fingerprint(record,
                       tools->vault,
                       command->type->name,
                       command->body,
                       &tools->scratch,
                       command->fingerprint);
    return true;
}

/* Puts it before a second person instead: its body becomes the content of an approval.propose. */
static bool command_propose(struct api *api,
                            const struct request *request,
                            struct unit *unit,
                            struct command *command)
{
    const struct command_type *propose = command_type_find("approval.propose");
    const struct command_type *type = command->type;
    struct writer content =
        writer_over(api->tools[request_thread(request)].buffer, APPROVAL_CONTENT_SIZE_MAX);
    record_write(type->command, MEDIA_CBOR, RECORD_CLEAR, command->body, &content);
    struct approval_propose *body = arena_take(&unit->arena, propose->command->size);
    void *answer = arena_take(&unit->arena, propose->answer->size);
    uint8_t *kept = arena_take(&unit->arena, content.size);
    if (content.has_failed || body == NULL || answer == NULL || kept == NULL) {
        return false;
    }
    memcpy(kept, content.data, content.size);
    body->content = (struct bytes){.data = kept, .size = content.size};
    TEXT_PUT(body->command, type->name);
    command->type = propose;
    command->body = body;
    command->answer = answer;
    return true;
}

bool api_read_command(struct api *api,
                      const struct request *request,
                      struct unit *unit,
                      struct command *command,
                      struct api_form form,
                      struct bytes body,
                      struct record_fault *fault_out)
{
    const struct record *record = command->type->command;
    if (!record_read(record, form.media, body, &unit->arena, command->body, fault_out)) {
        return false;
    }
    if ((form.manner == MANNER_PROPOSE && !command_propose(api, request, unit, command)) ||
        !api_seal_command(api, request, unit, command)) {
        *fault_out = (struct record_fault){.code = "too_large", .detail = "the body is too large"};
        return false;
    }
    return true;
}
