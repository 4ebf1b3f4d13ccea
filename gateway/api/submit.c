#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"

/* Who is waiting for a unit. */
struct waiter {
    struct api *api;
    struct request *request;
    void (*reply)(struct api *api, struct request *request, struct unit *unit);
};

/* A dry run misspelt must not become a real one. */
bool api_read_purpose(struct request *request, const char *other, enum unit_purpose *purpose_out)
{
    const char *const names[] = {"dry_run", other, NULL};
    const char *dry_run = request_query(request, "dry_run");
    bool is_dry = dry_run != NULL && strcmp(dry_run, "true") == 0;
    bool is_real = dry_run == NULL || strcmp(dry_run, "false") == 0;
    if ((!is_dry && !is_real) || request_query_other(request, names) != NULL) {
        problem_reply(
            request,
            &(struct problem){.status = 400,
                              .code = "request.unknown_parameter",
                              .title = "No such parameter, or dry_run is neither true nor false"});
        return false;
    }
    *purpose_out = is_dry ? UNIT_DRY_RUN : UNIT_COMMIT;
    return true;
}

bool api_read_manner(struct request *request, enum api_manner *manner_out)
{
    const char *propose = request_query(request, "propose");
    bool is_proposal = propose != NULL && strcmp(propose, "true") == 0;
    if (propose != NULL && !is_proposal && strcmp(propose, "false") != 0) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "request.unknown_parameter",
                                        .title = "propose is true or false"});
        return false;
    }
    *manner_out = is_proposal ? MANNER_PROPOSE : MANNER_DO;
    return true;
}

static void reply_overloaded(struct request *request)
{
    problem_reply(request,
                  &(struct problem){.status = 503,
                                    .code = "gateway.overloaded",
                                    .title = "The gateway takes no more work just now",
                                    .detail = "nothing was done; send the same again later",
                                    .extra_headers = "Retry-After: 1\r\n"});
}

struct unit *api_unit_create(struct request *request, size_t command_count, size_t arena_size)
{
    struct unit *unit = unit_create(command_count, arena_size + sizeof(struct waiter) + 64);
    if (unit == NULL) {
        reply_overloaded(request);
        return NULL;
    }
    const struct identity *identity = request_identity(request);
    memcpy(unit->actor, identity->party, sizeof unit->actor);
    memcpy(unit->actor_user, identity->user, sizeof unit->actor_user);
    unit->actor_role = identity->role;
    return unit;
}

/* On the I/O thread of the request. */
static void unit_reply(void *argument)
{
    struct unit *unit = argument;
    struct waiter *waiter = unit->owner;
    waiter->reply(waiter->api, waiter->request, unit);
    unit_destroy(unit);
}

/* On the engine's thread. */
static void unit_done(struct unit *unit)
{
    struct waiter *waiter = unit->owner;
    server_post(waiter->api->server, request_thread(waiter->request), unit_reply, unit);
}

void api_submit(struct api *api,
                struct request *request,
                struct unit *unit,
                void (*reply)(struct api *api, struct request *request, struct unit *unit))
{
    struct waiter *waiter = arena_take(&unit->arena, sizeof *waiter);
    if (waiter == NULL) {
        unit_destroy(unit);
        reply_overloaded(request);
        return;
    }
    *waiter = (struct waiter){.api = api, .request = request, .reply = reply};
    unit->owner = waiter;
    unit->done = unit_done;
    enum status status = engine_submit(api->config.engine, unit);
    if (status == STATUS_OK) {
        return;
    }
    unit_destroy(unit);
    if (status == STATUS_LIMIT) {
        reply_overloaded(request);
        return;
    }
    problem_reply(request,
                  &(struct problem){.status = 503,
                                    .code = "gateway.not_active",
                                    .title = "The gateway is not active",
                                    .detail = "see /readyz; nothing was done",
                                    .extra_headers = "Retry-After: 2\r\n"});
}
