/* GET /v1/webhook-key: what receivers check v1a signatures with. */
#include <assert.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/field.h"

struct webhook_key_view {
    char algorithm[16];
    char public_key[SIGNER_PUBLIC_KEY_SIZE];
};

static const struct field fields[] = {
    TEXT(webhook_key_view, algorithm, FIELD_REQUIRED, .meaning = "ed25519"),
    TEXT(webhook_key_view, public_key, FIELD_REQUIRED, .meaning = "whpk_ and the base64 of it"),
};
static const struct record view_record =
    RECORD(webhook_key_view, fields, "The key the gateway signs events with (网关签名公钥)");

void webhook_key_make(struct api *api)
{
    struct signer *signer = signer_create(api->tools[0].vault);
    assert(signer != NULL);
    signer_public_key(signer, api->webhook_key);
    signer_destroy(signer);
}

void api_webhook_key(struct request *request, void *context)
{
    const struct api_route *route = context;
    struct api *api = route->api;
    enum media media = api_reply_media(request);
    struct webhook_key_view view = {.algorithm = "ed25519"};
    memcpy(view.public_key, api->webhook_key, sizeof view.public_key);
    struct api_tools *tools = &api->tools[request_thread(request)];
    struct writer body = writer_over(tools->buffer, API_BUFFER_SIZE);
    record_write(&view_record, media, RECORD_CLEAR, &view, &body);
    request_reply(request,
                  &(struct reply){
                      .status = 200,
                      .content_type = media == MEDIA_CBOR ? "application/cbor" : "application/json",
                      .body = {.data = body.data, .size = body.size},
    });
}
