/*
 * Who signed a customs message: the signature is checked here, and its certificate is looked up
 * among those that are registered, before the message is read.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/party/certificate.h"

/* A merchant answers for what it posts; customs relays what others signed. */
static bool is_relay(const struct request *request)
{
    return request_identity(request)->role != ROLE_MERCHANT;
}

static void signer_refuse(struct request *request, const char *code, const char *detail)
{
    problem_reply(request,
                  &(struct problem){.status = 400,
                                    .code = code,
                                    .title = "The customs message is not signed as it must be",
                                    .detail = detail});
}

/* What is wrong with the document itself has the code that reading it would have. */
static void result_refuse(struct request *request, enum xmldsig_result result)
{
    char code[64];
    const char *name = xmldsig_result_code(result);
    if (result == XMLDSIG_XML) {
        signer_refuse(request, "customs.malformed", "not well-formed XML");
    } else if (result == XMLDSIG_DTD || result == XMLDSIG_TOO_LARGE) {
        (void)snprintf(code, sizeof code, "customs.%s", name);
        signer_refuse(request, code, "the document is not accepted");
    } else {
        (void)snprintf(code, sizeof code, "customs.signature_%s", name);
        signer_refuse(request, code, NULL);
    }
}

struct lookup {
    char hash[CERTIFICATE_HASH_TEXT_SIZE];
    char party[PARTY_ID_SIZE]; /* "": not registered */
    int32_t state;
    customs_continue *then;
    void *owner;
};

static void lookup_each(void *context, const struct row_view *row)
{
    struct query *query = context;
    struct lookup *lookup = query->owner;
    struct arena *scratch = query->tools->scratch;
    arena_reset(scratch);
    struct customs_certificate *certificate = arena_take(scratch, sizeof *certificate);
    if (certificate == NULL ||
        !record_read_row(
            &customs_certificate_record, query->tools->vault, row, scratch, certificate)) {
        query->out.has_failed = true;
        return;
    }
    lookup->state = certificate->state;
    memcpy(lookup->party, certificate->party, sizeof lookup->party);
}

static void lookup_reply(struct query *query)
{
    struct api *api = query->api;
    struct request *request = query->request;
    const struct lookup lookup = *(const struct lookup *)query->owner; /* outlives the reply */
    bool is_known = lookup.party[0] != '\0';
    bool has_failed = query->status != STATUS_OK || query->out.has_failed;
    enum customs_signer signer = CUSTOMS_SIGNER_REFUSED;
    query_destroy(query);
    if (has_failed) {
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "database.unavailable",
                                        .title = "The rows cannot be read just now"});
    } else if (!is_known && api->config.signature == CUSTOMS_SIGNATURE_REQUIRED) {
        signer_refuse(request, "customs.signer_unknown", "the certificate is not registered");
    } else if (is_known && strcmp(lookup.party, request_identity(request)->party) != 0) {
        signer_refuse(request, "customs.signer_mismatch", "the certificate is another party's");
    } else if (is_known && lookup.state != CERTIFICATE_ACTIVE) {
        signer_refuse(request, "customs.signer_revoked", "the certificate is revoked");
    } else {
        signer = CUSTOMS_SIGNER_ACCEPTED;
    }
    lookup.then(api, request, signer, lookup.owner);
}

static void lookup_begin(struct api *api,
                         struct request *request,
                         const struct xmldsig_signer *signer,
                         customs_continue *then,
                         void *owner)
{
    struct lookup *lookup = arena_take(request_arena(request), sizeof *lookup);
    struct query *query = lookup == NULL ? NULL : query_create(api, request);
    if (lookup == NULL) {
        result_refuse(request, XMLDSIG_TOO_LARGE);
    }
    if (query == NULL) {
        then(api, request, CUSTOMS_SIGNER_REFUSED, owner);
        return;
    }
    certificate_hash_format(signer->facts.hash, lookup->hash);
    lookup->then = then;
    lookup->owner = owner;
    query->owner = lookup;
    query->document = DOCUMENT_CUSTOMS_CERTIFICATE;
    query->statement = api->statements[DOCUMENT_CUSTOMS_CERTIFICATE].single;
    query->parameters[0] = lookup->hash;
    query->parameters[1] = ""; /* another's certificate must be seen to be refused */
    query->parameter_count = 2;
    query->each = lookup_each;
    if (!query_submit(query, lookup_reply)) {
        then(api, request, CUSTOMS_SIGNER_REFUSED, owner);
    }
}

void api_customs_signer(struct api *api,
                        struct request *request,
                        struct bytes xml,
                        bool is_wanted,
                        customs_continue *then,
                        void *owner)
{
    struct xmldsig_signer signer;
    struct api_tools *tools = &api->tools[request_thread(request)];
    if (api->config.signature == CUSTOMS_SIGNATURE_OFF && !is_wanted) {
        then(api, request, CUSTOMS_SIGNER_ABSENT, owner);
        return;
    }
    arena_reset(&tools->scratch);
    enum xmldsig_result result =
        xmldsig_verify(xml, &api->config.xmldsig, clock_now(), &tools->scratch, &signer);
    bool may_be_absent = api->config.signature != CUSTOMS_SIGNATURE_REQUIRED || is_relay(request);
    if (result == XMLDSIG_ABSENT && may_be_absent) {
        then(api, request, CUSTOMS_SIGNER_ABSENT, owner);
    } else if (result != XMLDSIG_OK) {
        result_refuse(request, result);
        then(api, request, CUSTOMS_SIGNER_REFUSED, owner);
    } else if (is_relay(request)) {
        then(api, request, CUSTOMS_SIGNER_ACCEPTED, owner);
    } else {
        lookup_begin(api, request, &signer, then, owner);
    }
}
