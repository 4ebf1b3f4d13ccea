/*
 * POST /v1/bank/documents: an ISO 20022 document of the bank that calls. 202 once it lies durably
 * where its exchange finds it; what becomes of it there is as of any file of the bank.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"

/* Written by a reader: an I/O thread never waits for a disk. */
struct document_job {
    struct api *api;
    struct request *request;
    enum status status;
};

static void reply_of(struct request *request, enum status status)
{
    if (status == STATUS_OK) {
        request_reply(request, &(struct reply){.status = 202});
    } else if (status == STATUS_REJECTED) {
        problem_reply(request,
                      &(struct problem){.status = 404,
                                        .code = "bank.no_exchange",
                                        .title = "This bank has no link that takes documents"});
    } else {
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "gateway.overloaded",
                                        .title = "The document cannot be taken just now",
                                        .extra_headers = "Retry-After: 5\r\n"});
    }
}

static void job_reply(void *argument)
{
    struct document_job *job = argument;
    reply_of(job->request, job->status);
    free(job);
}

static void job_run(const struct read_tools *tools, void *argument)
{
    struct document_job *job = argument;
    (void)tools;
    job->status = banks_take_document(
        job->api->config.banks, request_identity(job->request)->party, request_body(job->request));
    server_post(job->api->server, request_thread(job->request), job_reply, job);
}

static bool is_xml(struct request *request)
{
    const char *media = request_header(request, "content-type");
    return media != NULL &&
           (strncmp(media, "application/xml", 15) == 0 || strncmp(media, "text/xml", 8) == 0);
}

void api_bank_documents(struct request *request, void *context)
{
    struct api *api = ((const struct api_route *)context)->api;
    if (!is_xml(request)) {
        problem_reply(request,
                      &(struct problem){.status = 415,
                                        .code = "request.media_type",
                                        .title = "The media type is not supported",
                                        .detail = "send application/xml"});
        return;
    }
    if (request_body(request).size == 0) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "request.malformed",
                                        .title = "There is no document"});
        return;
    }
    struct document_job *job = malloc(sizeof *job);
    if (job == NULL) {
        reply_of(request, STATUS_LIMIT);
        return;
    }
    *job = (struct document_job){.api = api, .request = request};
    if (readers_submit(api->config.readers, job_run, job) != STATUS_OK) {
        free(job);
        reply_of(request, STATUS_LIMIT);
    }
}
