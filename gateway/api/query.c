#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "ledger/base/cbor.h"

enum {
    QUERY_BODY_SIZE_MAX = 4 << 20
};

struct query *query_create(struct api *api, struct request *request)
{
    struct query *query = calloc(1, sizeof *query);
    void *body = malloc(QUERY_BODY_SIZE_MAX);
    if (query == NULL || body == NULL) {
        free(query);
        free(body);
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "gateway.overloaded",
                                        .title = "The gateway takes no more work just now"});
        return NULL;
    }
    query->api = api;
    query->request = request;
    query->media = api_reply_media(request);
    query->out = writer_over(body, QUERY_BODY_SIZE_MAX);
    const struct identity *identity = request_identity(request);
    if (identity->role != ROLE_OPERATOR && identity->role != ROLE_AUDITOR) {
        memcpy(query->party, identity->party, sizeof query->party);
    }
    return query;
}

void query_destroy(struct query *query)
{
    free(query->out.data);
    free(query);
}

/* What the reader's thread runs, and what it posts back to the I/O thread. */
struct query_job {
    struct query *query;
    void (*reply)(struct query *query);
};

static void job_reply(void *argument)
{
    struct query_job job = *(struct query_job *)argument;
    free(argument);
    job.reply(job.query);
}

static void job_run(const struct read_tools *tools, void *argument)
{
    struct query_job *job = argument;
    struct query *query = job->query;
    query->tools = tools;
    query->status = journal_read(tools->reader,
                                 query->statement,
                                 query->parameters,
                                 query->parameter_count,
                                 query->each,
                                 query);
    query->tools = NULL;
    server_post(query->api->server, request_thread(query->request), job_reply, job);
}

static void reply_busy(struct query *query)
{
    problem_reply(query->request,
                  &(struct problem){.status = 503,
                                    .code = "gateway.overloaded",
                                    .title = "The gateway takes no more work just now",
                                    .extra_headers = "Retry-After: 1\r\n"});
    query_destroy(query);
}

bool query_submit(struct query *query, void (*reply)(struct query *query))
{
    struct query_job *job = malloc(sizeof *job);
    if (job == NULL) {
        reply_busy(query);
        return false;
    }
    *job = (struct query_job){.query = query, .reply = reply};
    if (readers_submit(query->api->config.readers, job_run, job) != STATUS_OK) {
        free(job);
        reply_busy(query);
        return false;
    }
    return true;
}

void query_begin_item(struct query *query)
{
    if (query->media == MEDIA_JSON && query->item_count > 0) {
        write_u8(&query->out, ',');
    }
    query->item_count++;
}

/* A parameter misspelt must not silently list everything. */
static bool parameters_are_known(struct query *query, const char *filter)
{
    const char *names[] = {"cursor", "limit", filter, NULL};
    const char *other = request_query_other(query->request, names);
    if (other == NULL) {
        return true;
    }
    problem_reply(query->request,
                  &(struct problem){.status = 400,
                                    .code = "request.unknown_parameter",
                                    .title = "This list has no such parameter",
                                    .detail = other});
    return false;
}

/* False after a 400 reply. */
static bool page_read(struct query *query, const char *filter, struct page *page_out)
{
    if (!parameters_are_known(query, filter)) {
        return false;
    }
    const char *cursor = request_query(query->request, "cursor");
    const char *limit = request_query(query->request, "limit");
    size_t count = PAGE_COUNT_DEFAULT;
    if (limit != NULL) {
        count = 0;
        for (const char *at = limit; *at >= '0' && *at <= '9' && count <= PAGE_COUNT_MAX; at++) {
            count = count * 10 + (size_t)(*at - '0');
        }
        if (count == 0 || count > PAGE_COUNT_MAX || limit[strspn(limit, "0123456789")] != '\0') {
            problem_reply(query->request,
                          &(struct problem){.status = 400,
                                            .code = "request.range",
                                            .title = "limit is a number from 1 to 500"});
            return false;
        }
    }
    query->item_count_max = count;
    page_out->cursor = cursor == NULL ? "" : cursor;
    (void)snprintf(page_out->limit, sizeof page_out->limit, "%zu", count);
    return true;
}

struct query *query_create_page(struct api *api,
                                struct request *request,
                                const char *filter,
                                struct page **page_out)
{
    struct query *query = query_create(api, request);
    struct page *page = arena_take(request_arena(request), sizeof *page);
    assert(page != NULL); /* a request without a body has its whole arena */
    if (query == NULL) {
        return NULL;
    }
    if (!page_read(query, filter, page)) {
        query_destroy(query);
        return NULL;
    }
    *page_out = page;
    return query;
}

/* A full page may have a next one. */
static void write_page(const struct query *query, struct writer *body)
{
    bool has_next = query->item_count == query->item_count_max && query->next_cursor[0] != '\0';
    if (query->media == MEDIA_CBOR) {
        cbor_write_map(body, has_next ? 2 : 1);
        cbor_write_text(body, "items", 5);
        cbor_write_array(body, query->item_count);
        write_bytes(body, query->out.data, query->out.size);
        if (has_next) {
            cbor_write_text(body, "next_cursor", 11);
            cbor_write_text(body, query->next_cursor, strlen(query->next_cursor));
        }
        return;
    }
    write_text(body, "{\"items\":[");
    write_bytes(body, query->out.data, query->out.size);
    write_text(body, has_next ? "],\"next_cursor\":\"" : "]");
    if (has_next) { /* keys hold nothing that JSON escapes */
        write_text(body, query->next_cursor);
        write_text(body, "\"");
    }
    write_text(body, "}");
}

static void reply_failed(struct query *query)
{
    bool is_large = query->status == STATUS_OK;
    problem_reply(query->request,
                  &(struct problem){.status = is_large ? 413 : 503,
                                    .code = is_large ? "page.too_large" : "database.unavailable",
                                    .title = is_large ? "Ask for a smaller page"
                                                      : "The rows cannot be read just now"});
}

void query_reply(struct query *query)
{
    struct api_tools *tools = &query->api->tools[request_thread(query->request)];
    struct writer body = writer_over(tools->buffer, API_BUFFER_SIZE);
    if (query->status != STATUS_OK || query->out.has_failed) {
        reply_failed(query);
    } else if (query->item_count_max == 0 && query->item_count == 0) {
        problem_reply(query->request,
                      &(struct problem){.status = 404,
                                        .code = "document.unknown",
                                        .title = "There is no such document, or it is not yours"});
    } else {
        if (query->item_count_max == 0) {
            write_bytes(&body, query->out.data, query->out.size);
        } else {
            write_page(query, &body);
        }
        bool is_cbor = query->media == MEDIA_CBOR;
        request_reply(query->request,
                      &(struct reply){
                          .status = 200,
                          .content_type = is_cbor ? "application/cbor" : "application/json",
                          .body = {.data = body.data, .size = body.size},
        });
    }
    query_destroy(query);
}
