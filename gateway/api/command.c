#include <string.h>

#include "gateway/api/api_p.h"

/* Beyond the body itself: its struct, its sealed form, an answer found in the store. */
enum {
    ARENA_SPARE = 16 << 10,
    ARENA_PER_BODY_BYTE = 6
};

void api_command(struct request *request, void *context)
{
    const struct api_route *route = context;
    const struct command_type *type = route->command;
    struct api_form form;
    enum unit_purpose purpose;
    if (!api_read_purpose(request, "propose", &purpose) ||
        !api_read_manner(request, &form.manner) || !api_body_media(request, &form.media)) {
        return;
    }
    const char *key = request_header(request, "idempotency-key");
    if (purpose == UNIT_COMMIT && (key == NULL || !api_key_is_valid(key))) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "idempotency.key_missing",
                                        .title = "A command needs an Idempotency-Key header",
                                        .detail = "1 to 255 printable ASCII characters"});
        return;
    }
    struct bytes body = request_body(request);
    struct unit *unit = api_unit_create(request,
                                        1,
                                        body.size * ARENA_PER_BODY_BYTE + type->command->size +
                                            type->answer->size * 2 + ARENA_SPARE);
    if (unit == NULL) {
        return;
    }
    unit->purpose = purpose;
    struct record_fault fault = {.code = "too_large", .detail = "the body is too large"};
    struct command *command = unit_prepare(unit, 0, type);
    if (command == NULL ||
        !api_read_command(route->api, request, unit, command, form, body, &fault)) {
        unit_destroy(unit);
        api_reply_fault(request, &fault);
        return;
    }
    if (key != NULL) {
        memcpy(command->idempotency_key, key, strnlen(key, IDEMPOTENCY_KEY_SIZE - 1));
    }
    api_submit(route->api, request, unit, api_reply_command);
}
