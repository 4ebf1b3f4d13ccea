/* GET /openapi.json and /kouan.cddl: written once at start from the tables of commands. */
#include <assert.h>
#include <stdlib.h>

#include "gateway/api/api_p.h"
#include "gateway/records/cddl.h"
#include "gateway/records/openapi.h"

enum {
    DESCRIPTION_SIZE_MAX = 4 << 20
};

static struct bytes keep(struct writer *written)
{
    assert(!written->has_failed);
    uint8_t *data = realloc(written->data, written->size);
    assert(data != NULL);
    return (struct bytes){.data = data, .size = written->size};
}

static struct writer description_begin(void)
{
    void *space = malloc(DESCRIPTION_SIZE_MAX);
    assert(space != NULL);
    return writer_over(space, DESCRIPTION_SIZE_MAX);
}

/* What a route does, in the words of its tables. */
static void operation_make(const struct route *route, struct openapi_operation *operation_out)
{
    const struct api_route *context = route->context;
    *operation_out = (struct openapi_operation){
        .path = route->pattern,
        .method = route->method == METHOD_POST ? "post" : "get",
        .summary = route->pattern,
    };
    if (context->command != NULL) {
        operation_out->summary = context->command->meaning;
        operation_out->command = context->command->command;
        operation_out->answer = context->command->answer;
        operation_out->is_by_two = context->command->eyes == EYES_TWO_PAIRS;
    } else if (route->handler == api_document) {
        const struct record *record = document_types[context->document].record;
        operation_out->summary = record->meaning;
        operation_out->answer = record;
    } else if (route->handler == api_documents) {
        operation_out->summary = document_types[context->document].record->meaning;
    }
}

static void openapi_make(struct api *api)
{
    struct openapi_operation *operations = calloc(api->route_count, sizeof *operations);
    const char **codes = calloc(REFUSAL_COUNT + 1, sizeof *codes);
    assert(operations != NULL && codes != NULL);
    for (size_t i = 0; i + 1 < REFUSAL_COUNT; i++) {
        codes[i] = refusal_code_text((enum refusal_code)(i + 1));
    }
    for (size_t i = 0; i < api->route_count; i++) {
        operation_make(&api->routes[i], &operations[i]);
        if (operations[i].command != NULL) {
            operations[i].refusals = codes;
        }
    }
    struct writer out = description_begin();
    openapi_write(operations, api->route_count, &out);
    api->openapi = keep(&out);
    free(operations);
    free(codes);
}

static void cddl_make(struct api *api)
{
    size_t count = 0;
    const struct record **records =
        calloc(command_type_count * 2 + DOCUMENT_COUNT, sizeof(const struct record *));
    assert(records != NULL);
    for (size_t i = 0; i < command_type_count; i++) {
        records[count++] = command_types[i].command;
        records[count++] = command_types[i].answer;
    }
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        records[count++] = document_types[i].record;
    }
    struct writer out = description_begin();
    cddl_write(records, count, &out);
    api->cddl = keep(&out);
    free(records);
}

void api_describe(struct api *api)
{
    openapi_make(api);
    cddl_make(api);
}

static void reply_description(struct request *request, const char *type, struct bytes body)
{
    request_reply(request, &(struct reply){.status = 200, .content_type = type, .body = body});
}

void api_openapi(struct request *request, void *context)
{
    const struct api_route *route = context;
    reply_description(request, "application/json", route->api->openapi);
}

void api_cddl(struct request *request, void *context)
{
    const struct api_route *route = context;
    reply_description(request, "text/plain; charset=utf-8", route->api->cddl);
}
