#pragma once
/*
 * The doors (HTTP resources): what comes in over the server becomes units of work for the engine or
 * queries for the readers, and their results become replies.
 *
 *   POST /v1/<noun>/<verb>        a command; body and answer are records (?dry_run=true)
 *   POST /v1/batch                up to 8,190 commands, atomic or independent
 *   POST /v1/customs/messages     a CEB message in XML, bare or in its DXP envelope; each node is a
 *                                 command (?channel=NAME: see customs_channel.h)
 *   POST /v1/bank/documents       an ISO 20022 document of a bank, for its exchange
 *   GET  /v1/<document>/<key>     a document
 *   GET  /v1/<document>           a page of documents, filtered by an indexed field
 *   GET  /v1/account/<number>     balances of an account; …/statement its entries
 *   GET  /v1/event                the caller's events, gap-free, by cursor
 *   GET  /v1/links                the links to banks as they are now
 *   GET  /openapi.json /kouan.cddl
 */
#include <stddef.h>

#include "adapters/xmldsig/xmldsig.h"
#include "gateway/banks/banks.h"
#include "gateway/engine/engine.h"
#include "gateway/engine/readers.h"
#include "gateway/server/server.h"

struct api;
struct customs_channels;

/* Whether customs messages of merchants must be signed; one that is signed must be so well. */
enum customs_signature {
    CUSTOMS_SIGNATURE_OFF, /* not even looked at */
    CUSTOMS_SIGNATURE_WHEN_PRESENT,
    CUSTOMS_SIGNATURE_REQUIRED, /* by a registered certificate of the merchant */
};

struct api_config {
    struct engine *engine;
    struct readers *readers;
    struct banks *banks;
    const struct customs_channels *channels;
    const char *vault_file;
    size_t thread_count; /* I/O threads of the server */
    enum customs_signature signature;
    struct xmldsig_settings xmldsig;
};

struct api *api_create(const struct api_config *config);
void api_destroy(struct api *api);
/* The route table for server_create; owned by the api. */
const struct route *api_routes(const struct api *api, size_t *count_out);
/* Before the first request: where replies are posted to. */
void api_attach(struct api *api, struct server *server);
