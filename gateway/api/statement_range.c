/*
 * GET /v1/account/<number>/statement?from=&to=&format=: a statement of whole business days as CSV,
 * camt.053 or a page to print, by `format` or by what the caller accepts. A reader's thread makes
 * it; it is no larger than an answer may be, and a longer one is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/statement/statement.h"

enum {
    WALK_COUNT_MAX = 100000, /* entries looked at, from now backwards */
    FIRST_SIZE = 256 << 10,
};

struct range_job {
    struct api *api;
    struct request *request;
    struct statement statement;
    enum statement_format format;
    enum status status;
    uint8_t *body;
    size_t size;
    size_t capacity;
};

static bool format_find(const struct request *request, enum statement_format *format_out)
{
    const char *name = request_query(request, "format");
    const char *accept = request_header(request, "accept");
    for (size_t i = 0; i < STATEMENT_FORMAT_COUNT; i++) {
        const struct statement_form *form = &statement_forms[i];
        if (name != NULL ? strcmp(name, form->name) == 0
                         : accept != NULL && strstr(accept, form->media_type) != NULL) {
            *format_out = (enum statement_format)i;
            return true;
        }
    }
    return false;
}

bool api_statement_is_range(const struct request *request)
{
    enum statement_format format;
    return request_query(request, "from") != NULL || request_query(request, "to") != NULL ||
           request_query(request, "format") != NULL || format_find(request, &format);
}

static void refuse_range(struct request *request, const char *detail)
{
    problem_reply(request,
                  &(struct problem){.status = 400,
                                    .code = "request.range",
                                    .title = "There is no such statement",
                                    .detail = detail});
}

/* --- made on a reader's thread --- */

static bool body_take(void *context, struct bytes piece)
{
    struct range_job *job = context;
    if (piece.size > API_BUFFER_SIZE - job->size) {
        return false;
    }
    size_t capacity = job->capacity == 0 ? FIRST_SIZE : job->capacity;
    while (capacity < job->size + piece.size) {
        capacity *= 2;
    }
    if (capacity != job->capacity) {
        uint8_t *body = realloc(job->body, capacity);
        if (body == NULL) {
            return false;
        }
        job->body = body;
        job->capacity = capacity;
    }
    memcpy(job->body + job->size, piece.data, piece.size);
    job->size += piece.size;
    return true;
}

static void job_free(struct range_job *job)
{
    free(job->body);
    free(job);
}

static void reply_made(const struct range_job *job)
{
    char headers[256];
    char from[DATE_TEXT_SIZE];
    const struct statement_form *form = &statement_forms[job->format];
    date_format(job->statement.from, from);
    (void)snprintf(headers,
                   sizeof headers,
                   "Content-Disposition: %s; filename=\"statement-%lld-%s.%s\"\r\n"
                   "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n",
                   job->format == STATEMENT_HTML ? "inline" : "attachment",
                   (long long)job->statement.account,
                   from,
                   form->suffix);
    request_reply(job->request,
                  &(struct reply){
                      .status = 200,
                      .content_type = form->content_type,
                      .body = {.data = job->body, .size = job->size},
                      .extra_headers = headers,
    });
}

static void job_reply(void *argument)
{
    struct range_job *job = argument;
    if (job->status == STATUS_OK) {
        reply_made(job);
    } else {
        bool is_large = job->status == STATUS_LIMIT;
        problem_reply(
            job->request,
            &(struct problem){.status = is_large ? 413 : 503,
                              .code = is_large ? "statement.too_large" : "database.unavailable",
                              .title = is_large ? "Ask for fewer days"
                                                : "The rows cannot be read just now"});
    }
    job_free(job);
}

static void job_run(const struct read_tools *tools, void *argument)
{
    struct range_job *job = argument;
    job->status = statement_open(tools->reader, WALK_COUNT_MAX, &job->statement);
    if (job->status == STATUS_OK) {
        job->status = statement_write(tools->reader, &job->statement, job->format, body_take, job);
        statement_close(&job->statement);
    }
    server_post(job->api->server, request_thread(job->request), job_reply, job);
}

/* --- on the request's thread --- */

void api_statement_range(struct api *api, struct request *request, int64_t account)
{
    static const char *const names[] = {"from", "to", "format", NULL};
    struct range_job *job = calloc(1, sizeof *job);
    const char *why = NULL;
    if (job == NULL) {
        abort();
    }
    *job = (struct range_job){.api = api, .request = request};
    job->statement.account = account;
    job->statement.made_at = clock_now();
    if (request_query_other(request, names) != NULL) {
        why = "its parameters are from, to and format";
    } else if (!format_find(request, &job->format)) {
        why = "format is csv, camt053 or html";
    } else {
        why = statement_range(
            request_query(request, "from"), request_query(request, "to"), &job->statement);
    }
    if (why != NULL) {
        refuse_range(request, why);
        job_free(job);
    } else if (readers_submit(api->config.readers, job_run, job) != STATUS_OK) {
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "gateway.overloaded",
                                        .title = "The gateway takes no more work just now",
                                        .extra_headers = "Retry-After: 1\r\n"});
        job_free(job);
    }
}
